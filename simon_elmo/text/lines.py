"""Lines of a text file."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from simon_elmo.errors import InvalidInput


def read_text_lines(path: str | Path) -> Iterator[str]:
    r"""Yield the lines of a UTF-8 text, plain or compressed (`.gz`), without a byte order mark.

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
        raise InvalidInput(f"{path}: line {_line_at_fault(path)} is not UTF-8 text; convert the file first") from error
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise InvalidInput(f"{path} is damaged after line {number}: {error}") from error


def _opened(path: str | Path, mode: str, encoding: str | None = None) -> IO[Any]:
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
