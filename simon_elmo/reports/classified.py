"""What a classifier says about the columns of a table, in the form that people and programs are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simon_elmo.labels.specificity import most_specific
from simon_elmo.tables.cells import present_cells

if TYPE_CHECKING:
    import numpy as np

    from simon_elmo.simon.columns import ColumnClassifier
    from simon_elmo.tables.named_table import NamedTable

_SAMPLES, _SAMPLE_LENGTH, _ROWS_LOOKED_AT = 3, 200, 1000


@dataclass(frozen=True)
class ClassifiedColumn:
    """One column of a table.

    Attributes:
        name: its header.
        position: from 0.
        labels: the predicted labels, most probable first.
        probabilities: label -> probability, six decimals.
        samples: up to three different cells that are not missing.
        cells: all cells that were classified, where they were kept.
    """

    name: str
    position: int
    labels: tuple[str, ...]
    probabilities: dict[str, float]
    samples: tuple[str, ...]
    cells: Sequence[str | None] = field(default=(), repr=False, compare=False)

    @property
    def best_label(self) -> str:
        """The most specific predicted label, or the most probable one where none is predicted."""
        if self.labels:
            best = most_specific(self.labels)
            return best if best in self.probabilities else self.labels[0]
        return max(self.probabilities, key=self.probabilities.__getitem__)

    def to_dict(self) -> dict[str, Any]:
        """Return the column as JSON values, without its cells."""
        return {
            "name": self.name,
            "position": self.position,
            "labels": list(self.labels),
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
    """

    path: str
    name: str
    rows: int
    columns: tuple[ClassifiedColumn, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the table as JSON values; `table` is there only where a file holds several."""
        table = {"table": self.name} if self.name else {}
        return {"path": self.path, **table, "rows": self.rows, "columns": [column.to_dict() for column in self.columns]}


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
        threshold: one threshold for all labels instead of their own.
        keep_cells: whether the columns refer to their cells.
    """
    probabilities = classifier.predict_proba(table.columns, use_headers=use_headers)
    labels = classifier.label_set.decide(probabilities, threshold)
    columns = tuple(
        ClassifiedColumn(
            name=name,
            position=position,
            labels=labels[position],
            probabilities=_named(classifier.labels, probabilities[position]),
            samples=_samples(cells[:_ROWS_LOOKED_AT]),
            cells=cells if keep_cells else (),
        )
        for position, (name, cells) in enumerate(table.columns.items())
    )
    return ClassifiedTable(table.path, table.name if is_one_of_several(table) else "", table.rows, columns)


def is_one_of_several(table: NamedTable) -> bool:
    """Return whether the table has a name of its own, other than its file's: a sheet, or a table of a database."""
    return table.name not in (Path(table.path).stem, Path(table.path).name.split(".")[0])


def _named(labels: Sequence[str], probabilities: np.ndarray) -> dict[str, float]:
    return {name: round(float(value), 6) for name, value in zip(labels, probabilities, strict=True)}


def _samples(cells: list[str | None]) -> tuple[str, ...]:
    different = dict.fromkeys(cell.strip() for cell in present_cells(cells))
    return tuple(cell[:_SAMPLE_LENGTH] for cell in islice((cell for cell in different if cell), _SAMPLES))
