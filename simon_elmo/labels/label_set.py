"""The labels of a classifier: their order, their thresholds and their multi-hot form."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike, fspath

import numpy as np

from simon_elmo.errors import InvalidInput, UnknownLabel
from simon_elmo.labels.taxonomy import GENERAL_LABELS, STATISTICAL_LABELS

_NOT_IN_LABELS = ("Cc", "Cs", "Zl", "Zp")  # Unicode categories: controls, lone surrogates, ends of lines and paragraphs


def as_label_tuples(labels: Iterable[str | Iterable[str]]) -> list[tuple[str, ...]]:
    """Return one tuple of labels per column, whether each was given as a string or as several strings.

    Raises:
        InvalidInput: for one string for all columns, or something else than strings.

    Example:
        >>> as_label_tuples(["int", ("email", "text")])
        [('int',), ('email', 'text')]
    """
    if isinstance(labels, str):
        raise InvalidInput(
            f"labels are a list with an entry per column, not {labels!r}; for one column give [{labels!r}]"
        )
    return [_as_tuple(names, number) for number, names in enumerate(labels)]


def _as_tuple(names: object, number: int) -> tuple[str, ...]:
    if isinstance(names, str):
        return (names,)
    if not isinstance(names, Iterable):
        raise InvalidInput(f"the labels of column {number} are a string or several strings, not {names!r}")
    return tuple(names)


def require_label_list(labels: object, what: str = "labels", hint: str = "") -> None:
    """Refuse one string where a list of labels is expected: it would be read as one label per letter.

    Args:
        labels: what was given.
        what: what it is, for the message.
        hint: what else may have been meant, for the message.

    Raises:
        InvalidInput: for a string or a path.
    """
    if isinstance(labels, (str, bytes, PathLike)):
        name = fspath(labels)
        raise InvalidInput(f"{what} must be a list, such as [{name!r}]{hint}")


def require_label(name: object) -> None:
    """Refuse what cannot be the name of a new label: something to be read in one line of a report, and typed.

    Raises:
        InvalidInput: for an empty string, blanks at an end, or a control character such as a line break.
    """
    if not isinstance(name, str) or not name.strip():
        raise InvalidInput(f"a label must be a non-empty string: {name!r}")
    if name != name.strip() or any(unicodedata.category(character) in _NOT_IN_LABELS for character in name):
        raise InvalidInput(f"a label has no blanks at its ends and no line breaks or control characters: {name!r}")


@dataclass(frozen=True)
class LabelSet:
    """Ordered labels with one decision threshold each.

    Args:
        names: the labels in the order of the probability columns; no repetition.
        thresholds: probability from which a label is predicted, one per label, in (0, 1]; 0.5 each by default.

    Raises:
        InvalidInput: for no label, a repeated or empty one, or thresholds that do not fit.

    Example:
        >>> LabelSet(("email", "text")).multi_hot([("text", "email"), ("text",)]).tolist()
        [[1.0, 1.0], [0.0, 1.0]]
    """

    names: tuple[str, ...]
    thresholds: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", tuple(self.names))
        thresholds = tuple(float(value) for value in self.thresholds) or (0.5,) * len(self.names)
        object.__setattr__(self, "thresholds", thresholds)
        if not self.names or not all(isinstance(name, str) and name.strip() for name in self.names):
            raise InvalidInput(f"labels must be one or more non-empty strings: {list(self.names)!r}")
        repeated = sorted({name for name in self.names if self.names.count(name) > 1})
        if repeated:
            raise InvalidInput(f"label {repeated[0]!r} is given more than once")
        if len(thresholds) != len(self.names):
            raise InvalidInput(f"{len(self.names)} labels have {len(thresholds)} thresholds")
        if not all(0.0 < value <= 1.0 for value in thresholds):
            raise InvalidInput(f"thresholds must be in (0, 1]: {list(thresholds)}")

    def __len__(self) -> int:
        return len(self.names)

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def index(self, name: str) -> int:
        """Return the position of a label.

        Raises:
            UnknownLabel: if it is not one of the labels.
        """
        try:
            return self.names.index(name)
        except ValueError:
            raise UnknownLabel(f"unknown label {name!r}; the labels are {', '.join(self.names)}") from None

    def multi_hot(self, labels: Iterable[str | Iterable[str]], ignore_unknown: bool = False) -> np.ndarray:
        """Return float32 (n, len(self)) with ones where a column has a label.

        Args:
            labels: one label or several labels per column.
            ignore_unknown: leave labels out that are not in the set instead of raising.

        Raises:
            UnknownLabel: for a label that is not in the set.
        """
        rows = as_label_tuples(labels)
        hot = np.zeros((len(rows), len(self.names)), dtype=np.float32)
        position = {name: index for index, name in enumerate(self.names)}
        for row, names in enumerate(rows):
            for name in names:
                if name in position:
                    hot[row, position[name]] = 1.0
                elif not ignore_unknown:
                    self.index(name)
        return hot

    def decide(self, probabilities: np.ndarray, threshold: float | None = None) -> list[tuple[str, ...]]:
        """Return the labels of each column, the most specific first: one tuple per column.

        Special labels whose probability reaches their threshold come first, the most probable one leading. Then comes
        the base label: of boolean, datetime, float, int and text a column has exactly one, the one whose probability is
        furthest above its threshold, or least below it. Labels that a rule decides, categorical and ordinal, are last.
        A column without a probability above 0 has no label. A set with fewer than two base labels decides them all by
        their thresholds.

        Args:
            probabilities: float (n, len(self)).
            threshold: one threshold for all labels but the base label, instead of their own.

        Example:
            >>> LabelSet(("email", "int", "text")).decide([[0.9, 0.1, 0.8], [0.1, 0.4, 0.3], [0.0, 0.0, 0.0]])
            [('email', 'text'), ('int',), ()]
        """
        values = np.asarray(probabilities, dtype=np.float64).reshape(-1, len(self))
        limits = np.asarray(self.thresholds)
        reached = values >= (limits if threshold is None else threshold)
        base = [index for index, name in enumerate(self.names) if name in GENERAL_LABELS]
        if len(base) > 1:
            # Of 227 real columns where none or several reach theirs, 116 are right so, and 101 by probability alone.
            best = np.asarray(base)[(values[:, base] - limits[base]).argmax(axis=1)]
            reached[:, base] = False
            reached[np.arange(len(values)), best] = values.any(axis=1)
        order = [(name in STATISTICAL_LABELS) * 2 + (name in GENERAL_LABELS) for name in self.names]
        decided = []
        for row, kept in zip(values, reached, strict=True):
            found = sorted(np.flatnonzero(kept).tolist(), key=lambda index: (order[index], -row[index]))
            decided.append(tuple(self.names[index] for index in found))
        return decided

    def with_thresholds(self, thresholds: Sequence[float]) -> LabelSet:
        """Return the same labels with other thresholds."""
        return LabelSet(self.names, tuple(thresholds))


def expansion_order(labels: LabelSet, nearest: Mapping[str, str]) -> dict[str, tuple[int, bool]]:
    """Return old and new labels in alphabetical order: label -> (position of its weights among the old, whether new).

    Raises:
        InvalidInput: for a label that is there already, one that `labels.require_label` refuses, or no label at all.
        UnknownLabel: for a nearest label that does not exist.
    """
    if not nearest:
        raise InvalidInput("name at least one new label")
    for label in nearest:
        if label in labels:
            raise InvalidInput(f"the model knows the label {label!r} already; choose another name or train it further")
        require_label(label)
    sources = {name: (position, False) for position, name in enumerate(labels.names)}
    for label, source in nearest.items():
        if source not in labels:
            raise UnknownLabel(
                f"the nearest label {source!r} of {label!r} is unknown; the labels are {', '.join(labels.names)}"
            )
        sources[label] = (labels.index(source), True)
    return dict(sorted(sources.items()))


def kept_positions(labels: LabelSet, dropped: Sequence[str]) -> list[int]:
    """Return the positions of the labels that stay.

    Raises:
        UnknownLabel: for a label that does not exist.
        InvalidInput: if no label would be left.
    """
    positions = {labels.index(name) for name in dropped}
    kept = [position for position in range(len(labels)) if position not in positions]
    if not kept:
        raise InvalidInput("a model must keep at least one label")
    return kept
