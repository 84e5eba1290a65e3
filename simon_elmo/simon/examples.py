"""Columns with their labels and names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from simon_elmo.errors import InvalidInput
from simon_elmo.labels.label_set import LabelSet

UNKNOWN = -1  # target of a label of which nobody knows whether a column has it; it takes no part in the loss


@dataclass(frozen=True)
class ColumnExamples:
    """Columns with their labels and names, as parallel sequences.

    Attributes:
        columns: the cells of each column.
        labels: its labels.
        headers: its name, "" for none.
        unknown: labels of which nobody knows whether the column has them; empty for none at all.
    """

    columns: Sequence[Sequence[str]]
    labels: Sequence[tuple[str, ...]]
    headers: Sequence[str]
    unknown: Sequence[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        if not len(self.columns) == len(self.labels) == len(self.headers):
            raise InvalidInput(
                f"{len(self.columns)} columns have {len(self.labels)} labels and {len(self.headers)} headers"
            )

    def __len__(self) -> int:
        return len(self.columns)

    def take(self, rows: Iterable[int]) -> ColumnExamples:
        """Return the columns at the given positions."""
        rows = list(rows)
        return ColumnExamples(
            [self.columns[row] for row in rows],
            [self.labels[row] for row in rows],
            [self.headers[row] for row in rows],
            [self.unknown[row] for row in rows] if self.unknown else (),
        )

    def targets(self, labels: LabelSet) -> np.ndarray:
        """Return float32 (n, n_labels): 1 for a label, 0 for none, `UNKNOWN` where nobody knows."""
        targets = labels.multi_hot(self.labels)
        for row, names in enumerate(self.unknown):
            for name in names:
                if name in labels and name not in self.labels[row]:
                    targets[row, labels.index(name)] = UNKNOWN
        return targets

    def with_cells(self) -> np.ndarray:
        """Return the positions of the columns that have cells."""
        return np.array([row for row, column in enumerate(self.columns) if column], dtype=int)
