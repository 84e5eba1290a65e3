"""Read a table from a file, whatever its format: only strings come out, nothing is guessed or lost."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from simon_elmo.errors import InvalidInput, SimonElmoError, UnreadableTable
from simon_elmo.tables.named_table import NamedTable
from simon_elmo.tables.options import ReadOptions
from simon_elmo.tables.source import Source, is_damage, open_sources, reason

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["NamedTable", "read_table", "read_tables"]

_Reader = Callable[[Source, ReadOptions], list[NamedTable]]
_JSON_SUFFIXES = (".json", ".jsonl", ".ndjson", ".geojson")
_BINARY_FORMATS = {  # what a file with this ending begins with
    ".parquet": b"PAR1",
    ".xlsx": b"PK\x03\x04",
    ".sqlite": b"SQLite format 3\0",
    ".sqlite3": b"SQLite format 3\0",
}
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


def read_table(
    path: str | Path,
    sheet: str | None = None,
    sample: int | None = None,
    seed: int = 0,
    *,
    header: bool = True,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> pd.DataFrame:
    r"""Return the table in a file as a DataFrame of `str` (and `None` where a cell is missing).

    Formats: CSV, TSV and other delimited text, JSON, JSON lines, Parquet, Excel (`pip install 'simon_elmo[excel]'`),
    SQLite; each also inside gzip or zip. Delimiter, quoting and encoding of text are detected. Cells stay as they are
    written: `01234`, `NA` and `1e5` are those very strings. An empty cell of a text file is `""`.

    Args:
        path: the file.
        sheet: the sheet, database table or archive member to read, where a file holds several; text files ignore it.
        sample: keep this many rows, drawn uniformly from the whole file, in its order; `None` keeps all. Text and
            Parquet files are streamed, so that memory is bounded by the sample and not by the file.
        seed: fixes the sample.
        header: whether the first line holds the column names; otherwise columns are `column_1`, `column_2`, ...
        encoding: of a text file, instead of detecting it.
        delimiter: of a text file, instead of detecting it.

    Raises:
        UnreadableTable: if the file is missing, empty, damaged, binary, or not in the format that it claims to be.
        InvalidInput: if the file holds several tables and `sheet` names none of them, or an argument is out of range.
        MissingExtra: if the package for a format is not installed.

    Example:
        >>> from pathlib import Path
        >>> _ = Path("codes.csv").write_text("zip;note\n01234;NA\n")
        >>> read_table("codes.csv").to_dict("list")
        {'zip': ['01234'], 'note': ['NA']}
    """
    tables = _read(path, ReadOptions(sheet, sample, seed, header, encoding, delimiter))
    if len(tables) > 1:
        names = ", ".join(table.name for table in tables)
        raise InvalidInput(f"{path}: holds {len(tables)} tables ({names}); name one of them as the sheet to read")
    for note in tables[0].notes:
        warnings.warn(f"{path}: {note}", UserWarning, stacklevel=2)
    return tables[0].frame


def read_tables(
    path: str | Path,
    sheet: str | None = None,
    sample: int | None = None,
    seed: int = 0,
    *,
    header: bool = True,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> list[NamedTable]:
    """Return every table in a file: the sheets of a workbook, the tables of a database, the members of a zip file.

    Arguments and errors are those of `read_table`. What is odd about a file is told in each table's `notes`.
    """
    return _read(path, ReadOptions(sheet, sample, seed, header, encoding, delimiter))


def _read(path: str | Path, options: ReadOptions) -> list[NamedTable]:
    try:
        sources = open_sources(path)
        # in an archive the name may be that of a member, so it is looked for among all tables
        inner = options if len(sources) == 1 else replace(options, sheet=None)
        tables = [table for source in sources for table in _reader_of(source)(source, inner)]
    except SimonElmoError:
        raise
    except Exception as error:
        if not is_damage(error):
            raise
        raise UnreadableTable(f"{path}: cannot be read: {reason(error)}") from error
    if options.sheet is not None and len(sources) > 1:
        found = [table for table in tables if table.name == options.sheet]
        if not found:
            raise UnreadableTable(f"{path}: has no table {options.sheet!r}; it has {', '.join(t.name for t in tables)}")
        return found
    return tables


def _reader_of(source: Source) -> _Reader:
    """Return the reader of a source: by its first bytes if they are a known format, else by its ending."""
    head = source.head(16)
    if head.startswith(b"SQLite format 3\0"):
        from simon_elmo.tables.database import read_database

        return read_database
    if head.startswith(b"PAR1"):
        from simon_elmo.tables.parquet import read_parquet

        return read_parquet
    if head.startswith(b"PK\x03\x04"):
        from simon_elmo.tables.workbook import read_workbook

        return read_workbook
    if head.startswith(_OLD_EXCEL):
        raise UnreadableTable(f"{source.label}: is an old Excel file; save it as .xlsx or .csv")
    if source.suffix in _BINARY_FORMATS:
        raise UnreadableTable(f"{source.label}: is no {source.suffix} file, or a damaged one")
    if source.suffix in _JSON_SUFFIXES:
        from simon_elmo.tables.json_rows import read_json

        return read_json
    from simon_elmo.tables.delimited import read_delimited

    return read_delimited
