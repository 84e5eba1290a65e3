"""Pooling of a bidirectional LSTM's outputs over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="simon_elmo")
class BidirectionalPooling(keras.layers.Layer):
    """Concatenate what is kept of a bidirectional LSTM's outputs: last states, mean and maximum over time.

    The last output of the backward direction stands at the first time step.

    Args:
        kinds: some of `"last"`, `"mean"`, `"max"`, in the order of concatenation.

    Input: float (batch, time, 2 * units). Output: float (batch, 2 * units * len(kinds)).
    """

    def __init__(self, kinds: Sequence[str] = ("last",), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kinds = tuple(kinds)

    def call(self, sequence: Any) -> Any:
        """Return the pooled outputs."""
        units = sequence.shape[-1] // 2
        pooled = {
            "last": lambda: ops.concatenate([sequence[:, -1, :units], sequence[:, 0, units:]], axis=-1),
            "mean": lambda: ops.mean(sequence, axis=1),
            "max": lambda: ops.max(sequence, axis=1),
        }
        return ops.concatenate([pooled[kind]() for kind in self.kinds], axis=-1)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return (batch, 2 * units * len(kinds))."""
        width = input_shape[-1]
        return (input_shape[0], None if width is None else width * len(self.kinds))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {**super().get_config(), "kinds": list(self.kinds)}
