"""Truth values as people write them."""

from __future__ import annotations

import numpy as np

from simon_elmo.estimators.encoders.numbers import failed_cells
from simon_elmo.estimators.encoders.table_column import TableColumn, is_nothing

# (no, yes) pairs; a column is boolean where all of its words belong to pairs
_PAIRS = (
    "no yes", "n y", "false true", "f t", "off on", "0 1", "0.0 1.0", "non oui", "nein ja", "n j", "não sim", "nao sim",
    "nee ja", "nie tak", "нет да", "absent present", "inactive active", "disabled enabled", "fail pass",
    "failed passed", "falsch wahr", "faux vrai", "falso verdadero", "falso vero", "falso verdadeiro", "いいえ はい",
    "否 是", "नहीं हाँ", "no si", "no sí", "n s", "n o",
)  # fmt: skip
_VALUES = {word: float(position) for pair in _PAIRS for position, word in enumerate(pair.split())}
_MOST_SPELLINGS = 24  # no, No, NO, N, ..., n/a, none


def truth_values(texts: list[str]) -> np.ndarray:
    """Return float64 (n,): 1 for yes, 0 for no, NaN for other words.

    Example:
        >>> truth_values(["Yes", "no", "T", "maybe"]).tolist()
        [1.0, 0.0, 1.0, nan]
    """
    return np.array([_VALUES.get(text.rstrip(".").casefold(), np.nan) for text in texts], dtype=np.float64)


def are_booleans(texts: list[str]) -> bool:
    """Return whether a column's distinct cells are truth values and nothing else, both of them."""
    if len(texts) > _MOST_SPELLINGS:
        return False
    kept = [text for text, nothing in zip(texts, is_nothing(texts), strict=True) if not nothing]
    values = truth_values(kept)
    return set(values.tolist()) == {0.0, 1.0}


class BooleanEncoder:
    """Truth values, one output: 1 and 0."""

    outputs: tuple[str, ...] = ("",)

    def transform(self, column: TableColumn) -> tuple[np.ndarray, int]:
        """Return float64 (n, 1), NaN where a cell is missing or none, and how many cells were none."""
        values = truth_values(column.texts)
        return column.gathered(values[:, None]), failed_cells(column, np.isnan(values))
