"""Which of a biLM's layers are wanted, and what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simon_elmo.errors import InvalidInput

Layers = str | int | Sequence[float]
_NAMES = {"all": -2, "average": -1}


@dataclass(frozen=True)
class LayerChoice:
    """A choice among L + 1 layers, or a mixture of them.

    Attributes:
        layer: 0 to L for one layer, -1 for their average, -2 for all; None for a mixture.
        weights: of a mixture, after the softmax and times gamma, one per layer.
    """

    layer: int | None
    weights: tuple[float, ...] = ()

    @classmethod
    def parse(cls, layers: Layers, n_layers: int) -> LayerChoice:
        """Read a choice.

        Args:
            layers: `"all"`, `"top"`, `"average"`; a layer's number from 0 (the token encoder) to `n_layers`; -1 for the
                average and -2 for all; or the weights of a `ScalarMix`, one per layer before the softmax, and
                optionally gamma after them.
            n_layers: L, LSTM layers of each direction.

        Raises:
            InvalidInput: for anything else.

        Example:
            >>> LayerChoice.parse((0, 0, 0, 3), n_layers=2).weights
            (1.0, 1.0, 1.0)
        """
        if isinstance(layers, str):
            return cls(_number_of(layers, n_layers))
        if isinstance(layers, (int, np.integer)) and not isinstance(layers, bool):
            if not -2 <= layers <= n_layers:
                raise InvalidInput(f"layers={layers} must be from 0 to {n_layers}, -1 (average) or -2 (all)")
            return cls(int(layers))
        try:
            values = np.asarray(layers, dtype=np.float64)
        except (TypeError, ValueError):
            values = np.zeros(0)
        if values.shape not in ((n_layers + 1,), (n_layers + 2,)) or not np.isfinite(values).all():
            raise InvalidInput(
                f"layers={layers!r} must be all, top, average, a number, or {n_layers + 1} weights and optionally gamma"
            )
        weights, gamma = values[: n_layers + 1], values[n_layers + 1 :]
        shares = np.exp(weights - weights.max())
        shares *= (gamma[0] if len(gamma) else 1.0) / shares.sum()
        return cls(None, tuple(shares.tolist()))

    @property
    def keeps_all(self) -> bool:
        """Whether the result has an axis of layers."""
        return self.layer == -2

    def apply(self, layers: Sequence[np.ndarray]) -> np.ndarray:
        """Return the chosen layer (..., width), or all (layers, ..., width), of arrays of the same shape."""
        if self.layer is None:
            mixed = np.float32(self.weights[0]) * layers[0]
            for weight, layer in zip(self.weights[1:], layers[1:], strict=True):
                mixed += np.float32(weight) * layer
            return mixed
        if self.layer == -2:
            return np.stack(layers)
        if self.layer == -1:
            return np.asarray(np.mean(layers, axis=0, dtype=np.float32))
        return np.ascontiguousarray(layers[self.layer])


def _number_of(name: str, n_layers: int) -> int:
    if name == "top":
        return n_layers
    if name not in _NAMES:
        raise InvalidInput(f"layers={name!r} must be all, top, average, a number, or the weights of a mixture")
    return _NAMES[name]
