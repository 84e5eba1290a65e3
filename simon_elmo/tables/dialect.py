"""How the cells of a delimited text file are separated and quoted."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

DELIMITERS = ",;\t|:"
_NO_DELIMITER = "\x1f"  # the unit separator: separates nothing in a file of one column
_ESCAPED_QUOTE = re.compile(r'(?<!\\)\\"')
_SNIFFED_ROWS = 200
_RUNAWAY_LINES = 100  # in one cell: its quote was probably never meant as one
_RUNAWAY_AGREEMENT = 0.9
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

    def reader(self, lines: Iterable[str]) -> Iterator[list[str]]:
        """Return the rows of lines (with their line ends)."""
        if self.backslash:
            # not by the csv module's escape character, which would drop every other backslash
            lines = (_ESCAPED_QUOTE.sub('""', line) for line in lines)
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=self.quote or None,
            quoting=csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE,
            skipinitialspace=self.skip_space,
        )


def detect_dialect(head: str, suffix: str, delimiter: str | None) -> Dialect:
    r"""Return the dialect of a file from its first lines.

    The delimiter is the one with which most of up to 200 lines have as many cells as the first line (at least two),
    more cells if several do so equally well. If no candidate is in the first line, the file has one column, unless
    nine of ten later lines agree on at least three cells.

    Args:
        head: the beginning of the file.
        suffix: the file's ending in lower case; `.tsv` and `.tab` prefer tabs.
        delimiter: used as it is, if given.

    Example:
        >>> detect_dialect("a;b\n1,5;2,5\n", ".csv", None).delimiter
        ';'
    """
    lines = _complete_lines(head)
    if delimiter is None:
        candidates = "\t" if suffix in (".tsv", ".tab") and "\t" in head else DELIMITERS
        delimiter = _detect_delimiter(lines, candidates)
    plain = Dialect(delimiter)
    if _is_single_quoted(lines, plain):
        return replace(plain, quote="'")
    best, best_share = plain, _agreement(lines, plain)
    for variant in _variants("".join(lines), plain):
        share = _agreement(lines, variant)
        if share > best_share:
            best, best_share = variant, share
    return best


def _complete_lines(head: str) -> list[str]:
    """Return the lines with their ends, without a last one that may be cut off."""
    import io

    lines = list(io.StringIO(head, newline=""))
    return lines[:-1] if len(lines) > 1 and not lines[-1].endswith(("\n", "\r")) else lines


def _detect_delimiter(lines: list[str], candidates: str) -> str:
    best, best_score = _NO_DELIMITER, (0.0, 0)
    for delimiter in candidates:
        widths = [len(row) for row in _sniffed(lines, Dialect(delimiter))]
        if widths and widths[0] > 1:
            share = sum(width == widths[0] for width in widths[1:]) / max(len(widths) - 1, 1)
            score = (share, widths[0])
        else:
            score = _score_after_preamble(widths[1:]) if delimiter != ":" else (0.0, 0)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _score_after_preamble(widths: list[int]) -> tuple[float, int]:
    width, count = Counter(widths).most_common(1)[0] if widths else (0, 0)
    return (count / len(widths), width) if width >= 3 and count >= _PREAMBLE_SHARE * len(widths) else (0.0, 0)


def _sniffed(lines: list[str], dialect: Dialect) -> list[list[str]]:
    try:
        return list(islice(filter(None, dialect.reader(lines)), _SNIFFED_ROWS))
    except csv.Error:
        return []


def _agreement(lines: list[str], dialect: Dialect) -> float:
    """Return the share of rows that are as long as the first one, less where a quote swallows many lines."""
    rows = _sniffed(lines, dialect)
    share = sum(len(row) == len(rows[0]) for row in rows) / len(rows) if rows else 0.0
    runaway = any(cell.count("\n") > _RUNAWAY_LINES for row in rows for cell in row)
    return min(share, _RUNAWAY_AGREEMENT) if runaway else share


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
