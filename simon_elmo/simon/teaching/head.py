"""The output layer of a classifier as plain arrays: labels are added and dropped without a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from simon_elmo.errors import WeightMismatch
from simon_elmo.evaluation.calibration import sigmoid
from simon_elmo.labels.label_set import LabelSet, expansion_order, kept_positions
from simon_elmo.simon.engine import HEAD_BIAS, HEAD_KERNEL, HEAD_SURFACE
from simon_elmo.simon.surface import SHARE, SURFACE_WIDTH


@dataclass(frozen=True)
class Head:
    """One independent sigmoid per label over the features and, for taught labels, the surface of a column.

    Attributes:
        kernel: float32 (n_features, n_labels).
        bias: float32 (n_labels,).
        surface: float32 (SURFACE_WIDTH, n_labels), weights of the shares that `simon.surface` counts; zeros for labels
            that were not taught.
        labels: the labels with their thresholds, in the order of the kernel's columns.
        temperatures: float64 (n_labels,), what logits are divided by.

    Raises:
        WeightMismatch: if the shapes do not fit.
    """

    kernel: np.ndarray
    bias: np.ndarray
    surface: np.ndarray
    labels: LabelSet
    temperatures: np.ndarray

    def __post_init__(self) -> None:
        n = len(self.labels)
        for name, shape in (
            ("kernel", (len(self.kernel), n)),
            ("bias", (n,)),
            ("surface", (SURFACE_WIDTH, n)),
            ("temperatures", (n,)),
        ):
            value = np.asarray(getattr(self, name), dtype=np.float64 if name == "temperatures" else np.float32)
            if value.shape != shape:
                raise WeightMismatch(f"the {name} of a head with {n} labels has shape {value.shape}, expected {shape}")
            object.__setattr__(self, name, value)

    @classmethod
    def of_network(cls, kernel: np.ndarray, bias: np.ndarray, labels: LabelSet) -> Head:
        """Return the head of a network that was not taught anything, not calibrated."""
        n = len(labels)
        return cls(kernel, bias, np.zeros((SURFACE_WIDTH, n), np.float32), labels, np.ones(n))

    @classmethod
    def of_weights(cls, weights: Mapping[str, np.ndarray], labels: LabelSet, temperatures: np.ndarray) -> Head:
        """Return the head among the named weights of a network, see `Engine.weights`."""
        plain = cls.of_network(weights[HEAD_KERNEL], weights[HEAD_BIAS], labels)
        return replace(plain, surface=weights.get(HEAD_SURFACE, plain.surface), temperatures=temperatures)

    def logits(self, features: np.ndarray, surface: np.ndarray) -> np.ndarray:
        """Return float64 (n, n_labels): calibrated logits, to be compared with those of the thresholds."""
        raw = np.asarray(features, np.float64) @ self.kernel.astype(np.float64) + self.bias
        taught = self.surface.any(axis=0)
        raw[:, taught] += np.asarray(surface, np.float64) @ self.surface[:, taught].astype(np.float64) * SHARE
        return raw / self.temperatures

    def probabilities(self, features: np.ndarray, surface: np.ndarray) -> np.ndarray:
        """Return float64 (n, n_labels): calibrated probabilities."""
        return sigmoid(self.logits(features, surface))

    def with_label(
        self,
        label: str,
        kernel: np.ndarray,
        surface: np.ndarray,
        bias: float,
        threshold: float | None = None,
        temperature: float | None = None,
    ) -> Head:
        """Return the head with the weights, and maybe the threshold and temperature, of one label replaced."""
        column = self.labels.index(label)
        new = {name: getattr(self, name).copy() for name in ("kernel", "surface", "bias", "temperatures")}
        new["kernel"][:, column], new["surface"][:, column], new["bias"][column] = kernel, surface, bias
        thresholds = list(self.labels.thresholds)
        if threshold is not None:
            thresholds[column] = threshold
        if temperature is not None:
            new["temperatures"][column] = temperature
        return replace(self, labels=self.labels.with_thresholds(thresholds), **new)

    def expanded(self, nearest: Mapping[str, str]) -> Head:
        """Return the head with new labels that start as copies of old ones, labels in alphabetical order.

        The weights, the threshold and the temperature are copied from the nearest label, the bias is 0. What is there
        of the old labels is not touched.

        Args:
            nearest: new label -> the old label that it starts from.

        Raises:
            InvalidInput: for a label that is there already, or no label at all.
            UnknownLabel: for a nearest label that does not exist.

        Example:
            >>> head = Head.of_network(np.ones((2, 2)), np.ones(2), LabelSet(("int", "text")))
            >>> new = head.expanded({"percent": "text"})
            >>> new.labels.names, new.bias.tolist()
            (('int', 'percent', 'text'), [1.0, 0.0, 1.0])
        """
        sources = expansion_order(self.labels, nearest)
        old = np.array([position for position, _ in sources.values()])
        is_new = np.array([new for _, new in sources.values()])
        thresholds = tuple(self.labels.thresholds[position] for position in old)
        return Head(
            self.kernel[:, old],
            np.where(is_new, np.float32(0), self.bias[old]),
            self.surface[:, old],
            LabelSet(tuple(sources), thresholds),
            self.temperatures[old],
        )

    def without(self, labels: Sequence[str]) -> Head:
        """Return the head without some labels; the others are not touched.

        Raises:
            UnknownLabel: for a label that does not exist.
            InvalidInput: if no label would be left.
        """
        return self._at(kept_positions(self.labels, labels))

    def in_order(self, labels: Sequence[str]) -> Head:
        """Return the head with its labels in another order."""
        same = tuple(labels) == self.labels.names
        return self if same else self._at([self.labels.index(label) for label in labels])

    def _at(self, positions: Sequence[int]) -> Head:
        labels = LabelSet(
            tuple(self.labels.names[position] for position in positions),
            tuple(self.labels.thresholds[position] for position in positions),
        )
        kernel, surface = self.kernel[:, positions], self.surface[:, positions]
        return Head(kernel, self.bias[positions], surface, labels, self.temperatures[positions])
