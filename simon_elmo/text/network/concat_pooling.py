"""Concat pooling: what a sequence ends with, its largest and its mean values."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="simon_elmo")
class ConcatPooling(keras.layers.Layer):
    """Concatenate the last step, the maximum and the mean of a sequence over its unmasked steps.

    Source: Howard and Ruder 2018, "Universal Language Model Fine-tuning for Text Classification", section 3.3.

    Input: float (batch, time, units), and `mask`, boolean (batch, time), true where a step counts; all steps count
    without one. A sequence without any step gives zeros. Output: float (batch, 3 * units).

    Example:
        >>> import numpy as np
        >>> steps = np.array([[[1.0], [5.0], [9.0]]], "float32")
        >>> ConcatPooling()(steps, mask=np.array([[True, True, False]])).numpy().tolist()
        [[5.0, 5.0, 3.0]]
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True

    def call(self, sequence: Any, mask: Any = None) -> Any:
        """Return the pooled sequence."""
        if mask is None:
            last = sequence[:, -1]
            return ops.concatenate([last, ops.max(sequence, axis=1), ops.mean(sequence, axis=1)], axis=-1)
        counts = ops.cast(mask, "bool")
        weights = ops.cast(counts, sequence.dtype)
        total = ops.sum(weights, axis=1, keepdims=True)
        # what is masked may be anything, NaN too, so it is replaced rather than multiplied by 0
        kept = ops.where(ops.expand_dims(counts, -1), sequence, 0.0)
        # masked steps may stand before the last step that counts
        positions = ops.arange(1, ops.shape(sequence)[1] + 1, dtype=sequence.dtype) * weights
        is_last = counts & ops.equal(positions, ops.max(positions, axis=1, keepdims=True))
        last = ops.sum(ops.where(ops.expand_dims(is_last, -1), kept, 0.0), axis=1)
        largest = ops.max(ops.where(ops.expand_dims(counts, -1), sequence, -float("inf")), axis=1)
        largest = ops.where(total > 0, largest, 0.0)
        mean = ops.sum(kept, axis=1) / ops.maximum(total, 1.0)
        return ops.concatenate([last, largest, mean], axis=-1)

    def compute_mask(self, sequence: Any, mask: Any = None) -> None:
        """Return None: no time is left to mask."""
        return

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return (batch, 3 * units)."""
        units = input_shape[-1]
        return (input_shape[0], None if units is None else 3 * units)
