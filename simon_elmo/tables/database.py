"""SQLite databases, every table, read only."""

from __future__ import annotations

from typing import Any

from simon_elmo.errors import UnreadableTable
from simon_elmo.tables.delimited import table_of_rows
from simon_elmo.tables.named_table import NamedTable, bytes_as_text
from simon_elmo.tables.options import ReadOptions
from simon_elmo.tables.source import Source, reason


def read_database(source: Source, options: ReadOptions) -> list[NamedTable]:
    """Return the tables of a SQLite database, or the one that the options name.

    The file is opened read-only, and nothing in its schema is trusted to run. Text that is not UTF-8 keeps what can be
    read of it; blobs become text where they are UTF-8, and hexadecimal digits otherwise.

    Raises:
        UnreadableTable: if the file is damaged, or has no table, or none of that name.
    """
    import sqlite3
    from contextlib import closing

    with source.local_path() as path:
        try:
            with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
                connection.execute("PRAGMA query_only = ON")
                connection.execute("PRAGMA trusted_schema = OFF")
                connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
                return [_read_one(source, connection, name, options) for name in _names(source, connection, options)]
        except sqlite3.Error as error:
            raise UnreadableTable(f"{source.label}: is not a readable SQLite database: {reason(error)}") from error


def _names(source: Source, connection: Any, options: ReadOptions) -> list[str]:
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid"
    )
    names = [name for (name,) in connection.execute(query)]
    if not names:
        raise UnreadableTable(f"{source.label}: is a SQLite database without tables")
    if options.sheet is None:
        return names
    if options.sheet not in names:
        raise UnreadableTable(f"{source.label}: has no table {options.sheet!r}; it has {', '.join(names)}")
    return [options.sheet]


def _read_one(source: Source, connection: Any, name: str, options: ReadOptions) -> NamedTable:
    quoted = name.replace('"', '""')
    cursor = connection.execute(f'SELECT * FROM "{quoted}"')
    header = [column[0] for column in cursor.description]
    rows = ([_text(value) for value in row] for row in cursor)
    return table_of_rows(source, name, header, rows, options)


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return bytes_as_text(value) if isinstance(value, bytes) else str(value)
