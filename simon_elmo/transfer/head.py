"""The output layer of a classifier as plain arrays: labels are added and dropped without a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from simon_elmo.errors import InvalidInput, UnknownLabel, WeightMismatch
from simon_elmo.labels import LabelSet


@dataclass(frozen=True)
class Head:
    """One independent sigmoid a label over the features of a column.

    Attributes:
        kernel: float32 (n_features, n_labels).
        bias: float32 (n_labels,).
        labels: the labels with their thresholds, in the order of the kernel's columns.
        temperatures: float64 (n_labels,), what logits are divided by; ones by default.

    Raises:
        WeightMismatch: if the shapes do not fit.
    """

    kernel: np.ndarray
    bias: np.ndarray
    labels: LabelSet
    temperatures: np.ndarray | None = None

    def __post_init__(self) -> None:
        kernel, bias = np.asarray(self.kernel, dtype=np.float32), np.asarray(self.bias, dtype=np.float32)
        n_labels = len(self.labels)
        given = np.ones(n_labels) if self.temperatures is None else self.temperatures
        temperatures = np.asarray(given, dtype=np.float64)
        if kernel.ndim != 2 or kernel.shape[1] != n_labels or not bias.shape == temperatures.shape == (n_labels,):
            raise WeightMismatch(
                f"a head with {n_labels} labels has a kernel {kernel.shape}, a bias {bias.shape} and "
                f"{temperatures.shape} temperatures; expected ({kernel.shape[0]}, {n_labels}) and twice ({n_labels},)"
            )
        for name, value in (("kernel", kernel), ("bias", bias), ("temperatures", temperatures)):
            object.__setattr__(self, name, value)

    def logits(self, features: np.ndarray) -> np.ndarray:
        """Return float64 (n, n_labels) before the sigmoid, not calibrated."""
        return np.asarray(features, dtype=np.float64) @ self.kernel.astype(np.float64) + self.bias

    def calibrated(self, features: np.ndarray) -> np.ndarray:
        """Return float64 (n, n_labels): the probabilities that thresholds are compared with."""
        assert self.temperatures is not None
        return 1 / (1 + np.exp(-self.logits(features) / self.temperatures))

    def with_column(self, label: str, kernel: np.ndarray, bias: float, threshold: float, temperature: float) -> Head:
        """Return the head with the weights, the threshold and the temperature of one label replaced."""
        assert self.temperatures is not None
        column = self.labels.index(label)
        new = replace(self, kernel=self.kernel.copy(), bias=self.bias.copy(), temperatures=self.temperatures.copy())
        thresholds = list(self.labels.thresholds)
        new.kernel[:, column], new.bias[column], thresholds[column] = kernel, bias, threshold
        assert new.temperatures is not None
        new.temperatures[column] = temperature
        return replace(new, labels=self.labels.with_thresholds(thresholds))

    def expanded(self, nearest: Mapping[str, str]) -> Head:
        """Return the head with new labels that start as copies of old ones, labels in alphabetical order.

        The kernel's column, the threshold and the temperature are copied from the nearest label, the bias is 0. What is
        there of the old labels is not touched.

        Args:
            nearest: new label -> the old label that it starts from.

        Raises:
            InvalidInput: for a label that is there already, or no label at all.
            UnknownLabel: for a nearest label that does not exist.

        Example:
            >>> head = Head(np.ones((2, 2)), np.ones(2), LabelSet(("int", "text")))
            >>> new = head.expanded({"percent": "text"})
            >>> new.labels.names, new.bias.tolist()
            (('int', 'percent', 'text'), [1.0, 0.0, 1.0])
        """
        assert self.temperatures is not None
        sources = expansion_order(self.labels, nearest)
        from_old = np.array([position for position, _ in sources.values()])
        is_new = np.array([new for _, new in sources.values()])
        thresholds = [self.labels.thresholds[position] for position in from_old]
        return Head(
            self.kernel[:, from_old],
            np.where(is_new, np.float32(0), self.bias[from_old]),
            LabelSet(tuple(sources), tuple(thresholds)),
            self.temperatures[from_old],
        )

    def without(self, labels: Sequence[str]) -> Head:
        """Return the head without some labels; the others are not touched.

        Raises:
            UnknownLabel: for a label that does not exist.
            InvalidInput: if no label would be left.
        """
        assert self.temperatures is not None
        kept = kept_positions(self.labels, labels)
        remaining = LabelSet(
            tuple(self.labels.names[position] for position in kept),
            tuple(self.labels.thresholds[position] for position in kept),
        )
        return Head(self.kernel[:, kept], self.bias[kept], remaining, self.temperatures[kept])


def expansion_order(labels: LabelSet, nearest: Mapping[str, str]) -> dict[str, tuple[int, bool]]:
    """Return old and new labels in alphabetical order: label -> (position of its weights among the old, whether new).

    Raises:
        InvalidInput: for a label that is there already, an empty one, or no label at all.
        UnknownLabel: for a nearest label that does not exist.
    """
    if not nearest:
        raise InvalidInput("name at least one new label")
    for label in nearest:
        if label in labels:
            raise InvalidInput(f"the model knows the label {label!r} already; choose another name or train it further")
        if not isinstance(label, str) or not label.strip():
            raise InvalidInput(f"a label must be a non-empty string: {label!r}")
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
