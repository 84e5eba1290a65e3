"""What a classifier says about the columns of a table, in the form that people and programs are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simon_elmo.tables.cells import present_cells

if TYPE_CHECKING:
    import numpy as np

    from simon_elmo.simon.columns import ColumnClassifier
    from simon_elmo.tables.named_table import NamedTable

_SAMPLES, _SAMPLE_LENGTH = 5, 200


@dataclass(frozen=True)
class ClassifiedColumn:
    """One column of a table.

    Attributes:
        name: its header.
        position: from 0.
        labels: its labels, the most specific first, as `predict` returns them.
        probabilities: label -> probability, six decimals.
        missing: missing cells among those read.
        distinct: different cells among those read, missing ones not counted.
        samples: up to five different cells that are not missing.
        cells: all cells that were classified, where they were kept.
    """

    name: str
    position: int
    labels: tuple[str, ...]
    probabilities: dict[str, float]
    missing: int = 0
    distinct: int = 0
    samples: tuple[str, ...] = ()
    cells: Sequence[str | None] = field(default=(), repr=False, compare=False)

    @property
    def label(self) -> str | None:
        """The one label to show, the most specific one; None for a column that has none."""
        return self.labels[0] if self.labels else None

    @property
    def probability(self) -> float | None:
        """The calibrated probability of `label`."""
        return None if self.label is None else self.probabilities[self.label]

    def to_dict(self) -> dict[str, Any]:
        """Return the column as JSON values, without its cells."""
        return {
            "name": self.name,
            "position": self.position,
            "label": self.label,
            "probability": self.probability,
            "labels": list(self.labels),
            "missing": self.missing,
            "distinct": self.distinct,
            "samples": list(self.samples),
            "probabilities": dict(self.probabilities),
        }


@dataclass(frozen=True)
class ClassifiedTable:
    """One table, classified.

    Attributes:
        path: the file as it was named.
        name: the table or sheet in a file that holds several; else empty.
        rows: rows of the whole table, whatever sample of them was classified.
        columns: its columns in their order.
        dialect: how a text file was read, see `NamedTable`.
        notes: what a user should know about the reading, one line each.
    """

    path: str
    name: str
    rows: int
    columns: tuple[ClassifiedColumn, ...]
    dialect: dict[str, str | int | None] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the table as JSON values; `table` is None unless the file holds several."""
        return {
            "path": self.path,
            "table": self.name or None,
            "rows": self.rows,
            "dialect": dict(self.dialect),
            "notes": list(self.notes),
            "columns": [column.to_dict() for column in self.columns],
        }


def classify_table(
    classifier: ColumnClassifier,
    table: NamedTable,
    use_headers: bool = True,
    threshold: float | None = None,
    keep_cells: bool = False,
) -> ClassifiedTable:
    """Classify the columns of a table that was read from a file.

    Args:
        classifier: a trained classifier.
        table: what `read_tables` returned.
        use_headers: whether column names are evidence.
        threshold: one threshold for all labels but the base label, instead of their own.
        keep_cells: whether the columns refer to their cells.
    """
    probabilities = classifier.predict_proba(table.columns, use_headers=use_headers)
    labels = classifier.label_set.decide(probabilities, threshold)
    columns = tuple(
        _column(name, position, cells, labels[position], _named(classifier.labels, probabilities[position]), keep_cells)
        for position, (name, cells) in enumerate(table.columns.items())
    )
    name = table.name if is_one_of_several(table) else ""
    return ClassifiedTable(table.path, name, table.rows, columns, table.dialect, (*table.notes, *_sample_note(table)))


def is_one_of_several(table: NamedTable) -> bool:
    """Return whether the table has a name of its own, other than its file's: a sheet, or a table of a database."""
    return table.name not in (Path(table.path).stem, Path(table.path).name.split(".")[0])


def _column(
    name: str,
    position: int,
    cells: list[str | None],
    labels: tuple[str, ...],
    probabilities: dict[str, float],
    keep_cells: bool,
) -> ClassifiedColumn:
    present = present_cells(cells)
    different = dict.fromkeys(present)
    shown = dict.fromkeys(islice((text for cell in different if (text := cell.strip())), 2 * _SAMPLES))
    return ClassifiedColumn(
        name,
        position,
        labels,
        probabilities,
        missing=len(cells) - len(present),
        distinct=len(different),
        samples=tuple(text[:_SAMPLE_LENGTH] for text in islice(shown, _SAMPLES)),
        cells=cells if keep_cells else (),
    )


def _named(labels: Sequence[str], probabilities: np.ndarray) -> dict[str, float]:
    return {name: round(float(value), 6) for name, value in zip(labels, probabilities, strict=True)}


def _sample_note(table: NamedTable) -> tuple[str, ...]:
    """Return that a sample of the rows was read, if so."""
    read = max(map(len, table.columns.values()), default=table.rows)
    if read == table.rows:
        return ()
    return (f"{read:,} of {table.rows:,} rows were drawn at random and read; missing and distinct cells are theirs",)
