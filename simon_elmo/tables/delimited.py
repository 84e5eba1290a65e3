"""Delimited text: CSV, TSV and their relatives, every cell as it is written."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from io import TextIOWrapper

from simon_elmo.errors import UnreadableTable
from simon_elmo.tables.dialect import Dialect, detect_dialect
from simon_elmo.tables.named_table import NamedTable, Row, transpose, unique_names
from simon_elmo.tables.options import ReadOptions
from simon_elmo.tables.row_sample import sample_rows
from simon_elmo.tables.source import Source, reason
from simon_elmo.tables.text_encoding import guess_notes, read_text

# characters: the csv module's own limit of 131,072 is below what people store in a cell; a line that never ends is an
# error before it fills the memory
_MAX_CELL = 1 << 26
_MAX_LINE = 1 << 27
_NAMED_DELIMITER = re.compile(r"\ufeff?\"?sep=([^\w\s\"]|\t)\"?\r?\n")


def read_delimited(source: Source, options: ReadOptions) -> list[NamedTable]:
    """Return the one table of a delimited text file.

    Delimiter, quoting and encoding are detected; a first line `sep=;`, which Excel writes, names the delimiter. Lines
    with fewer cells than the header are filled with `None`, further cells of longer lines go to further columns, and a
    note counts both. Blank lines are no rows.

    Raises:
        UnreadableTable: for a file without a line, a binary one, or one in another encoding than was asked for.
    """
    csv.field_size_limit(max(_MAX_CELL, csv.field_size_limit()))

    def parse(stream: TextIOWrapper, head: str, whole: bool) -> NamedTable:
        delimiter, skipped = options.delimiter, 0
        if named := _NAMED_DELIMITER.match(head):
            head, delimiter, skipped = head[named.end() :], delimiter or named[1], 1
            stream.readline()
        dialect = detect_dialect(head, whole, source.suffix, delimiter)
        skipped += dialect.blank_lines(head)
        try:
            table = _read(source, stream, dialect, options)
        except csv.Error as error:
            raise UnreadableTable(f"{source.label}: is not delimited text: {reason(error)}") from error
        guessed = () if options.encoding else guess_notes(stream.encoding, head)
        header_row = skipped + 1 if options.header else None
        read_as = {"encoding": stream.encoding, **dialect.to_dict(), "header_row": header_row, "skipped": skipped}
        return replace(table, notes=(*guessed, *table.notes), dialect=read_as)

    return [read_text(source, options.encoding, parse)]


def _read(source: Source, stream: TextIOWrapper, dialect: Dialect, options: ReadOptions) -> NamedTable:
    rows = dialect.rows(iter(partial(stream.readline, _MAX_LINE), ""))
    first = next(rows, None)
    if first is None:
        raise UnreadableTable(f"{source.label}: has no line that is not blank")
    if not options.header:
        rows = _after(first, rows)
    return table_of_rows(source, source.stem, first if options.header else None, rows, options)


def _after(first: list[str], rows: Iterator[list[str]]) -> Iterator[list[str]]:
    yield first
    yield from rows


def table_of_rows(
    source: Source, name: str, header: Sequence[str] | None, rows: Iterator[Row], options: ReadOptions
) -> NamedTable:
    """Return the table of a stream of rows of possibly different lengths, sampled as the options say."""
    widths: Counter[int] = Counter()

    def observe(some: Iterable[Row]) -> int:
        found = Counter(map(len, some))
        widths.update(found)
        return found.total()

    kept, total = sample_rows(rows, options.sample, options.seed, observe)
    expected = len(header) if header is not None else max(widths, key=lambda width: (widths[width], width), default=0)
    width = max(expected, *widths, 0)
    columns = transpose(kept, width)
    while len(columns) > expected and not any(columns[-1]):
        columns.pop()  # a delimiter at the end of every line makes no column
    names = [*(header or []), *[""] * width][: len(columns)]
    notes = _ragged_note(widths, expected, len(columns))
    return NamedTable(source.origin, name, dict(zip(unique_names(names), columns, strict=True)), total, notes)


def _ragged_note(widths: Counter[int], expected: int, width: int) -> tuple[str, ...]:
    short = sum(count for found, count in widths.items() if found < expected)
    long = sum(count for found, count in widths.items() if found > expected) if width > expected else 0
    if not short and not long:
        return ()
    found = [f"{short} with fewer"] * bool(short) + [f"{long} with more"] * bool(long)
    return (f"of {widths.total()} lines, {' and '.join(found)} than {expected} cells; all are kept",)
