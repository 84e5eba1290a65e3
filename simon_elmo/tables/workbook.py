"""Excel workbooks (.xlsx), a row at a time."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from simon_elmo.errors import MissingExtra, UnreadableTable
from simon_elmo.tables.delimited import table_of_rows
from simon_elmo.tables.named_table import NamedTable
from simon_elmo.tables.options import ReadOptions
from simon_elmo.tables.source import MAX_UNPACKED, Source, reason


def read_workbook(source: Source, options: ReadOptions) -> list[NamedTable]:
    """Return the sheets of a workbook that hold anything, or the one that the options name.

    The first row of a sheet holds the names. Numbers are as stored (a percentage is a fraction), dates are ISO 8601,
    booleans `TRUE` and `FALSE`, formulas their last result. Empty rows are no rows.

    Raises:
        UnreadableTable: if the file is truncated, or has no sheet of that name, or no cells.
        MissingExtra: if openpyxl is not installed.
    """
    try:
        import openpyxl
    except ImportError:
        raise MissingExtra("openpyxl", "excel", "read .xlsx files") from None

    with source.local_path() as path, path.open("rb") as stream:
        try:
            _refuse_bomb(source, path)
            book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
            names = [sheet.title for sheet in book.worksheets]
            if options.sheet is not None and options.sheet not in names:
                raise UnreadableTable(f"{source.label}: has no sheet {options.sheet!r}; it has {', '.join(names)}")
            tables = [
                table
                for sheet in book.worksheets
                if options.sheet in (None, sheet.title) and (table := _read_sheet(source, sheet, options))
            ]
        except UnreadableTable:
            raise
        except Exception as error:  # openpyxl lets the errors of zipfile, XML and its own types through
            raise UnreadableTable(f"{source.label}: is not a readable .xlsx file: {reason(error)}") from error
    if not tables:
        raise UnreadableTable(f"{source.label}: has no cells")
    return tables


def _refuse_bomb(source: Source, path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(path) as archive:
        if sum(part.file_size for part in archive.infolist()) > MAX_UNPACKED:
            raise UnreadableTable(f"{source.label}: unpacks to more than 4 GiB; save it as .csv")


def _read_sheet(source: Source, sheet: Any, options: ReadOptions) -> NamedTable | None:
    sheet.reset_dimensions()  # the size that a file claims is often wrong, and openpyxl would cut there
    rows = _rows(sheet)
    header = next(rows, None) if options.header else []
    if header is None:
        return None
    names = [cell or "" for cell in header] if options.header else None
    # empty cells at the end of a row are not stored, which makes no row ragged
    padded = (row + [None] * (len(header) - len(row)) for row in rows)
    table = table_of_rows(source, sheet.title, names, padded, options)
    return table if table.columns else None


def _rows(sheet: Any) -> Iterator[list[Any]]:
    for values in sheet.iter_rows(values_only=True):
        row = [_text(value) for value in values]
        while row and row[-1] is None:
            row.pop()
        if row:
            yield row


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime.datetime):
        has_time = value.time() != datetime.time()
        return value.isoformat(sep=" ") if has_time else value.date().isoformat()
    return str(value)
