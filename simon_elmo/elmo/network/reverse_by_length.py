"""Right-padded sequences the other way round, their padding left where it is."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="simon_elmo")
class ReverseByLength(keras.layers.Layer):
    """Reverse each row of a right-padded batch within its own length; positions after it stay.

    Applying the layer twice gives its input back.

    Input: (batch, steps, ...) and lengths, integer (batch,). Output: the shape and type of the first input.

    Example:
        >>> import numpy as np
        >>> rows = np.array([[1, 2, 3, 0], [4, 5, 6, 7]])
        >>> np.asarray(ReverseByLength()(rows, np.array([3, 4]))).tolist()
        [[3, 2, 1, 0], [7, 6, 5, 4]]
    """

    def call(self, inputs: Any, lengths: Any) -> Any:
        """Return the reversed rows."""
        position = ops.arange(ops.shape(inputs)[1], dtype="int32")[None, :]
        lengths = ops.cast(lengths, "int32")[:, None]
        source = ops.where(position < lengths, lengths - 1 - position, position)
        source = ops.reshape(source, (*tuple(ops.shape(source)), *[1] * (len(inputs.shape) - 2)))
        return ops.take_along_axis(inputs, source, axis=1)

    def compute_output_spec(self, inputs: Any, lengths: Any) -> keras.KerasTensor:
        """Return the symbolic output: shape and type of the input."""
        return keras.KerasTensor(inputs.shape, dtype=inputs.dtype)
