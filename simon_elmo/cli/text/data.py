"""Texts and their labels out of tables and plain text files, for the commands of `simon-elmo text`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from simon_elmo.cli.running import printable
from simon_elmo.errors import InvalidInput, UnreadableTable

if TYPE_CHECKING:
    import pandas as pd


_SHOWN = 60  # characters of a text


class LabelledTexts(NamedTuple):
    """Texts with their labels and sources, as parallel lists; `groups` is None where no column was named."""

    texts: list[str]
    labels: list[tuple[str, ...]]
    groups: list[str] | None


def read_texts(path: Path, column: str, sheet: str | None = None) -> list[str]:
    """Return the texts of a file: a column of a table, or the lines of a `.txt` file.

    Args:
        path: the file.
        column: the column of the texts; `.txt` files have none.
        sheet: the sheet, or table of a database, where a file holds several.

    Raises:
        UnreadableTable: if the file cannot be read.
        InvalidInput: if the table has no such column.
    """
    if path.suffix.lower() == ".txt":
        try:
            lines = path.read_text(encoding="utf-8").split("\n")
        except UnicodeDecodeError as error:
            raise UnreadableTable(f"{path} is not UTF-8 text; convert it first") from error
        return lines[:-1] if lines[-1] == "" else lines
    return _column(_table(path, sheet), column, path, "--text")


def read_labelled(
    paths: Sequence[Path],
    text: str,
    label: str,
    group: str | None = None,
    separator: str | None = None,
    sheet: str | None = None,
) -> LabelledTexts:
    """Return the labelled texts of tables; rows without a label are left out unless a text may have none.

    Args:
        paths: csv, tsv, json, jsonl, parquet, xlsx or sqlite.
        text: the column of the texts.
        label: the column of the labels.
        group: the column of their sources, None for none.
        separator: what stands between several labels of a text; None for one label a text.
        sheet: the sheet, or table of a database, where a file holds several.

    Raises:
        UnreadableTable: if a file cannot be read.
        InvalidInput: if a table lacks a column, or there is no labelled text.
    """
    found = LabelledTexts([], [], None if group is None else [])
    for path in paths:
        table = _table(path, sheet)
        labels = _column(table, label, path, "--label")
        sources = [""] * len(table) if group is None else _column(table, group, path, "--group")
        for written, names, source in zip(_column(table, text, path, "--text"), labels, sources, strict=True):
            if separator is None and not names.strip():
                continue
            found.texts.append(written)
            parts = [names] if separator is None else names.split(separator)
            found.labels.append(tuple(part.strip() for part in parts if part.strip()))
            if found.groups is not None:
                found.groups.append(source)
    if not any(found.labels):
        raise InvalidInput(f"no row of {', '.join(map(str, paths))} has a label in the column {label!r}")
    return found


def _table(path: Path, sheet: str | None) -> pd.DataFrame:
    from simon_elmo.tables.reading import read_table

    return read_table(path, sheet)


def _column(table: pd.DataFrame, name: str, path: Path, option: str) -> list[str]:
    if name not in table.columns:
        there = ", ".join(map(str, table.columns))
        raise InvalidInput(f"{path} has no column {name!r}; name one with {option}: {there}")
    return [value if isinstance(value, str) else "" for value in table[name].tolist()]


def shortened(text: str) -> str:
    """Return the beginning of a text, on one line that does nothing to a terminal."""
    text = " ".join(text.split())
    return printable(text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…")
