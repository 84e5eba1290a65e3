"""How the cells of a delimited text file are separated and quoted."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import dropwhile, islice, takewhile
from typing import Any

DELIMITERS = ",;\t|:"
_NO_DELIMITER = "\x1f"  # the unit separator: separates nothing in a file of one column
_ESCAPED_QUOTE = re.compile(r'(?<!\\)\\"')
_SNIFFED_ROWS = 200
_RUNAWAY_LINES = 100  # swallowed by a cell that does not end: its quote was probably never meant as one
_ODD_QUOTES_AGREEMENT = 0.9
_PREAMBLE_SHARE = 0.9  # of lines after a first line without delimiter that must have the same three or more cells


@dataclass(frozen=True)
class Dialect:
    """Delimiter and quoting of a file.

    Attributes:
        delimiter: one character.
        quote: the quoting character, empty where cells are not quoted.
        skip_space: whether blanks after a delimiter are no part of the cell.
        backslash: whether a backslash before a quote makes it part of the cell, besides doubling it.
    """

    delimiter: str = ","
    quote: str = '"'
    skip_space: bool = False
    backslash: bool = False

    def rows(self, lines: Iterable[str]) -> Iterator[list[str]]:
        """Return the rows of lines (with their line ends), without blank ones."""
        return dropwhile(_is_blank, filter(None, self._reader(lines, strict=False)))

    def blank_lines(self, text: str) -> int:
        """Return how many lines at the beginning of a text are blank, which `rows` passes over."""
        return sum(1 for _ in takewhile(self._is_blank_line, io.StringIO(text, newline="")))

    def _is_blank_line(self, line: str) -> bool:
        return not line.strip() and self.delimiter not in line

    def to_dict(self) -> dict[str, str | None]:
        """Return delimiter and quote, None where a file has none."""
        return {"delimiter": None if self.delimiter == _NO_DELIMITER else self.delimiter, "quote": self.quote or None}

    def _reader(self, lines: Iterable[str], strict: bool) -> Any:
        if self.backslash:
            # not by the csv module's escape character, which would drop every other backslash
            lines = (_ESCAPED_QUOTE.sub('""', line) for line in lines)
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=self.quote or None,
            quoting=csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE,
            skipinitialspace=self.skip_space,
            strict=strict,
        )

    def fits_quotes_of(self, lines: list[str], whole: bool) -> bool:
        """Return whether every quote that opens a cell is closed at the end of a cell, as far as the lines show it."""
        reader = self._reader(lines, strict=True)
        rows_end = 0
        try:
            for _ in islice(reader, _SNIFFED_ROWS):
                rows_end = reader.line_num
        except csv.Error:
            # a cell may also be cut off at the end of the lines
            return not whole and reader.line_num == len(lines) and len(lines) - rows_end <= _RUNAWAY_LINES
        return True


def detect_dialect(head: str, whole: bool, suffix: str, delimiter: str | None) -> Dialect:
    r"""Return the dialect of a file from its first lines.

    The delimiter is the one with which most of up to 200 lines have as many cells as the first line (at least two),
    more cells if several do so equally well. If no candidate is in the first line, the file has one column, unless
    nine of ten later lines agree on at least three cells.

    Args:
        head: the beginning of the file.
        whole: whether that is all of it.
        suffix: the file's ending in lower case; `.tsv` and `.tab` prefer tabs.
        delimiter: used as it is, if given.

    Example:
        >>> detect_dialect("a;b\n1,5;2,5\n", True, ".csv", None).delimiter
        ';'
    """
    lines = _complete_lines(head, whole)
    if delimiter is None:
        candidates = "\t" if suffix in (".tsv", ".tab") and "\t" in head else DELIMITERS
        delimiter = _detect_delimiter(lines, candidates)
    plain = Dialect(delimiter)
    if _is_single_quoted(lines, plain):
        return replace(plain, quote="'")
    best, best_share = plain, _agreement(lines, whole, plain)
    for variant in _variants("".join(lines), plain):
        share = _agreement(lines, whole, variant)
        if share > best_share:
            best, best_share = variant, share
    return best


def _complete_lines(head: str, whole: bool) -> list[str]:
    """Return the lines with their ends, without a last one that may be cut off."""
    lines = list(io.StringIO(head, newline=""))
    return lines[:-1] if not whole and len(lines) > 1 else lines


def _detect_delimiter(lines: list[str], candidates: str) -> str:
    ranked = []
    for order, delimiter in enumerate(candidates):
        widths = [len(row) for row in _sniffed(lines, Dialect(delimiter))]
        first, later = (widths[0], widths[1:]) if widths else (1, [])
        if first > 1:
            share = later.count(first) / len(later) if later else 1.0
            ranked.append((share > 0, share, first, -order, delimiter))
        elif delimiter != ":" and (share := _share_after_preamble(later)):
            ranked.append((False, share, first, -order, delimiter))
    return max(ranked)[-1] if ranked else _NO_DELIMITER


def _share_after_preamble(widths: list[int]) -> float:
    width, count = Counter(widths).most_common(1)[0] if widths else (0, 0)
    return count / len(widths) if width >= 3 and count >= _PREAMBLE_SHARE * len(widths) else 0.0


def _sniffed(lines: list[str], dialect: Dialect) -> list[list[str]]:
    try:
        return list(islice(dialect.rows(lines), _SNIFFED_ROWS))
    except csv.Error:
        return []


def _is_blank(row: list[str]) -> bool:
    return len(row) == 1 and not row[0].strip()


def _agreement(lines: list[str], whole: bool, dialect: Dialect) -> float:
    """Return the share of rows that are as long as the first one, less where quotes do not fit."""
    rows = _sniffed(lines, dialect)
    share = sum(len(row) == len(rows[0]) for row in rows) / len(rows) if rows else 0.0
    return share if dialect.fits_quotes_of(lines, whole) else min(share, _ODD_QUOTES_AGREEMENT)


def _is_single_quoted(lines: list[str], plain: Dialect) -> bool:
    cells = [cell for row in _sniffed(lines, plain) for cell in row]
    return 2 * sum(len(cell) > 1 and cell[0] == cell[-1] == "'" for cell in cells) > len(cells)


def _variants(text: str, plain: Dialect) -> Iterator[Dialect]:
    """Yield the quoting habits that the text shows signs of; each is used only if more rows agree with it."""
    if f'{plain.delimiter} "' in text:
        yield replace(plain, skip_space=True)
    if '\\"' in text:
        yield replace(plain, backslash=True)
    if '"' in text and plain.delimiter != _NO_DELIMITER:
        yield replace(plain, quote="")
    if f"{plain.delimiter}'" in text or text.startswith("'"):
        yield replace(plain, quote="'")
