"""Columns chosen by what they hold, for `ColumnTransformer`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simon_elmo.errors import InvalidInput
from simon_elmo.estimators.models import shared_model


@dataclass(frozen=True)
class LabelSelector:
    """Chooses columns of a DataFrame by their predicted labels; `select_by_label` makes one.

    Attributes:
        labels: a column with any of them is chosen.
        preset: of the classifier.
        threshold: one threshold instead of the labels' own.
        use_headers: whether column names are evidence.
        sample: rows that are looked at.
        seed: fixes which rows and cells are looked at.
    """

    labels: tuple[str, ...]
    preset: str | Path | None = None
    threshold: float | None = None
    use_headers: bool = True
    sample: int = 10_000
    seed: int = 0

    def __call__(self, frame: Any) -> list[Any]:
        """Return the names of the columns of a DataFrame, or their positions where names repeat or are no strings.

        Raises:
            UnknownLabel: for a label that the classifier does not have.
            InvalidInput: if it is no DataFrame.
        """
        if not hasattr(frame, "iloc") or getattr(frame, "ndim", 0) != 2:
            raise InvalidInput(f"columns are selected by label from a DataFrame, not from a {type(frame).__name__}")
        classifier = shared_model("columns", self.preset)
        for label in self.labels:
            classifier.label_set.index(label)
        rows = frame if len(frame) <= self.sample else frame.sample(self.sample, random_state=self.seed)
        found = classifier.predict(rows, use_headers=self.use_headers, threshold=self.threshold, seed=self.seed)
        positions = [position for position, labels in enumerate(found) if set(labels) & set(self.labels)]
        names = list(frame.columns)
        if all(isinstance(name, str) for name in names) and len(set(names)) == len(names):
            return [names[position] for position in positions]
        return positions


def select_by_label(
    *labels: str,
    preset: str | Path | None = None,
    threshold: float | None = None,
    use_headers: bool = True,
    sample: int = 10_000,
    seed: int = 0,
) -> LabelSelector:
    """Return a column selector for `ColumnTransformer`: columns with any of some labels.

    Args:
        *labels: such as `"datetime"`, `"latitude"`.
        preset: a preset's name or a folder; None is the default preset.
        threshold: one threshold for all labels instead of their own.
        use_headers: whether column names are evidence.
        sample: rows that are looked at; of a longer table so many are drawn.
        seed: fixes which rows and cells are looked at.

    Raises:
        InvalidInput: for no label.

    Example:
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"mail": ["ann@example.org", "bob@example.com"], "price": ["12.5", "3.25"]})
        >>> select_by_label("email")(frame)
        ['mail']
    """
    if not labels or not all(isinstance(label, str) for label in labels):
        raise InvalidInput(f"select_by_label takes one label or several, as strings: {labels!r}")
    return LabelSelector(labels, preset, threshold, use_headers, sample, seed)
