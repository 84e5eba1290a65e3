"""Categories as indicators or as codes."""

from __future__ import annotations

import numpy as np

from simon_elmo.errors import InvalidInput
from simon_elmo.estimators.encoders.table_column import TableColumn

ENCODINGS = ("one-hot", "ordinal")
OTHER = "other"
_LONGEST_NAME = 40


class CategoryEncoder:
    """Values that repeat: one indicator each, or one code.

    The most frequent levels of the training rows have an indicator of their own, or the codes 0, 1, ... by frequency;
    all others share the bucket "other". A value that training did not see falls into that bucket where there is one,
    and otherwise has all indicators 0, or no code; it is counted either way. A missing cell has all indicators 0.

    Args:
        encoding: `"one-hot"` or `"ordinal"`.
        max_levels: levels that are told apart.

    Raises:
        InvalidInput: for another encoding.
    """

    def __init__(self, encoding: str, max_levels: int) -> None:
        if encoding not in ENCODINGS:
            raise InvalidInput(f"categories must be one of {', '.join(ENCODINGS)}: {encoding!r}")
        self.encoding, self.max_levels = encoding, max_levels

    def fit(self, column: TableColumn) -> CategoryEncoder:
        """Choose the levels."""
        order = np.argsort(-column.counts, kind="stable")
        levels = [column.texts[position] for position in order]
        self.known = frozenset(levels)
        self.levels = tuple(levels[: self.max_levels])
        self.has_other = len(levels) > self.max_levels
        if self.encoding == "ordinal":
            self.outputs: tuple[str, ...] = ("",)
        elif len(levels) == 2:  # the second indicator would say the same
            self.outputs = (_shown(self.levels[0]),)
        else:
            self.outputs = (*map(_shown, self.levels), *([OTHER] if self.has_other else []))
        return self

    def transform(self, column: TableColumn) -> tuple[np.ndarray, int]:
        """Return float64 (n, n_outputs), and how many cells hold values that training did not see."""
        position = {level: code for code, level in enumerate(self.levels)}
        other = len(self.levels) if self.has_other else -1
        codes = np.array([position.get(text, other) for text in column.texts], dtype=np.int64)
        unseen = np.array([text not in self.known for text in column.texts], dtype=bool)
        failed = int(column.counts[unseen].sum()) if len(unseen) else 0
        if self.encoding == "ordinal":
            return column.gathered(np.where(codes < 0, np.nan, codes)[:, None]), failed
        by_text = np.zeros((len(codes), len(self.outputs)))
        shown = (codes >= 0) & (codes < len(self.outputs))
        by_text[np.flatnonzero(shown), codes[shown]] = 1.0
        return np.nan_to_num(column.gathered(by_text)), failed


def _shown(level: str) -> str:
    """Return a level as part of the name of an output."""
    return level if len(level) <= _LONGEST_NAME else f"{level[: _LONGEST_NAME - 1]}…"
