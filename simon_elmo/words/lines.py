"""Lines of a text file."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from simon_elmo.errors import InvalidInput


def read_text_lines(path: str | Path) -> Iterator[str]:
    r"""Yield the lines of a UTF-8 text, plain or compressed (`.gz`), without a byte order mark.

    Args:
        path: the file, or `-` for the standard input.

    Raises:
        InvalidInput: for a file that is not UTF-8 text, naming the line, or is damaged.
        OSError: if it cannot be read.

    Example:
        >>> list(read_text_lines("sentences.txt"))  # doctest: +SKIP
        ['The cat sat on the mat .\n', ...]
    """
    number = 0
    try:
        with _opened(path, "rt", encoding="utf-8-sig") as lines:
            for line in lines:
                number += 1
                yield line
    except UnicodeDecodeError as error:
        line = f"line {_line_at_fault(path)}" if can_be_read_again(path) else f"a line after line {number}"
        raise InvalidInput(f"{path}: {line} is not UTF-8 text; convert the file first") from error
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise InvalidInput(f"{path} is damaged after line {number}: {error}") from error


def can_be_read_again(path: str | Path) -> bool:
    """Return whether a text is a file, as opposed to the standard input or another pipe.

    Example:
        >>> can_be_read_again("-")
        False
    """
    return str(path) != "-" and not (Path(path).is_fifo() or Path(path).is_char_device() or Path(path).is_socket())


def _opened(path: str | Path, mode: str, encoding: str | None = None) -> IO[Any]:
    if str(path) == "-":
        return open(sys.stdin.fileno(), mode, encoding=encoding, closefd=False)
    opening: Any = gzip.open if str(path).endswith(".gz") else open
    return opening(path, mode, encoding=encoding)


def _line_at_fault(path: str | Path) -> int:
    """Return the number of the first line that cannot be decoded: a file is decoded many lines at a time."""
    with _opened(path, "rb") as lines:
        return next((number for number, line in enumerate(lines, start=1) if not _is_utf8(line)), 1)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
