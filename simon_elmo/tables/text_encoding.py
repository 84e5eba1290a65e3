"""Which encoding a text file is in."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from contextlib import suppress
from io import TextIOWrapper
from typing import TypeVar

from simon_elmo.errors import InvalidInput, UnreadableTable
from simon_elmo.tables.source import Source, reason

HEAD_BYTES = 1 << 18
_MARKS = (  # UTF-32 first: its little-endian mark starts with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_GUESSES = ("utf-8", "cp1252", "latin-1")
_PRINTABLE = bytes([*b"\t\n\r\v\f\x1a\x1b", *range(0x20, 0x100)])  # a stray DEL makes no binary file
_MAX_CONTROL_SHARE = 0.02
_ZEROS_OF_UTF16 = 0.3  # of all bytes, one half of which are zero in Western text
_GUESSED = "is not UTF-8 and was read as {encoding}; name another encoding if letters look wrong"
_DOUBTFUL = (
    "is not UTF-8 and hardly {encoding}, as which it was read; name its encoding: cp1251, koi8-r, iso8859-7, ..."
)
_NOT_WESTERN = re.compile(r"[À-ÿ]{4}")

Result = TypeVar("Result")


def read_text(source: Source, encoding: str | None, parse: Callable[[TextIOWrapper, str, bool], Result]) -> Result:
    """Return `parse(stream, head, whole)` of a text file in the encoding that fits all of it.

    A byte order mark decides, or zeros in every other place (UTF-16); without them UTF-8 is tried, then Windows-1252,
    then Latin-1. A byte that does not fit
    may come late in the file: reading then starts again, so that no cell is ever half in one encoding.

    Args:
        source: the file.
        encoding: the one encoding to use instead.
        parse: reads the stream (line ends untouched) to its end; also gets up to 256 KiB of its text, and whether that
            is the whole of it.

    Raises:
        UnreadableTable: for a binary file, or one that is not in the given encoding.
        InvalidInput: for an encoding that does not exist.
    """
    head = source.head(HEAD_BYTES)
    *tried_first, last = _candidates(source, head, encoding)
    for candidate in tried_first:
        with suppress(UnicodeError):
            return _parsed(source, head, candidate, parse)
    try:
        return _parsed(source, head, last, parse)
    except UnicodeError as error:
        raise UnreadableTable(f"{source.label}: is not {last} text: {reason(error)}") from error


def guess_notes(encoding: str, text: str) -> tuple[str, ...]:
    """Return what to tell about a detected encoding: nothing of UTF-8 and of one that a byte order mark names.

    Text that is not UTF-8 is decoded as a Western one, and is hardly that where it has words that no Western text has.

    Example:
        >>> guess_notes("cp1252", "Größe")
        ('is not UTF-8 and was read as cp1252; name another encoding if letters look wrong',)
        >>> guess_notes("utf-8", "Größe")
        ()
    """
    if encoding not in _GUESSES[1:]:
        return ()
    return ((_DOUBTFUL if _NOT_WESTERN.search(text) else _GUESSED).format(encoding=encoding),)


def _parsed(source: Source, head: bytes, encoding: str, parse: Callable[[TextIOWrapper, str, bool], Result]) -> Result:
    text = codecs.getincrementaldecoder(encoding)().decode(head)
    with source.open() as raw, TextIOWrapper(raw, encoding=encoding, newline="") as stream:
        return parse(stream, text, len(head) < HEAD_BYTES)


def _candidates(source: Source, head: bytes, encoding: str | None) -> tuple[str, ...]:
    if encoding is not None:
        try:
            codecs.lookup(encoding)
        except LookupError:
            raise InvalidInput(f"there is no encoding {encoding!r}; try 'utf-8' or 'latin-1'") from None
        return (encoding,)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return (name,)
    zeros = head[::2].count(0), head[1::2].count(0)
    if max(zeros) > _ZEROS_OF_UTF16 * len(head) and not min(zeros):
        return ("utf-16-be" if zeros[0] else "utf-16-le",)
    controls = len(head.translate(None, _PRINTABLE))
    if b"\0" in head or controls > _MAX_CONTROL_SHARE * len(head):
        raise UnreadableTable(f"{source.label}: is a binary file, not a table of text")
    return _GUESSES
