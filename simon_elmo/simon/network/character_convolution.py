"""A convolution over one-hot characters, as table look-ups."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="simon_elmo")
class CharacterConvolution(keras.layers.Layer):
    """Convolution over one-hot encoded characters that never builds the one-hot array.

    A convolution of width w over one-hot rows adds w rows of its kernel, one for each character under the window.
    Padding, id 0, is an all-zero row: it adds nothing. The weights are those of `Conv1D` on one-hot input.

    Args:
        n_characters: size of the vocabulary; ids run from 0 (padding) to `n_characters`.
        filters: number of filters.
        width: characters under the window.
        padding: `"valid"` or `"same"`.
        activation: activation name.

    Input: integer ids (batch, length). Output: float (batch, steps, filters), where steps is length for `"same"` and
    length - width + 1 for `"valid"` padding.

    Example:
        >>> import numpy as np
        >>> CharacterConvolution(71, 40, 1)(np.zeros((2, 20), "uint8")).shape
        TensorShape([2, 20, 40])
    """

    def __init__(
        self,
        n_characters: int,
        filters: int,
        width: int = 1,
        padding: str = "valid",
        activation: str = "relu",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.n_characters = n_characters
        self.filters = filters
        self.width = width
        self.padding = padding
        self.activation = keras.activations.get(activation)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Create the kernel (width, n_characters, filters) and the bias (filters,)."""
        self.kernel = self.add_weight(
            name="kernel", shape=(self.width, self.n_characters, self.filters), initializer="glorot_normal"
        )
        self.bias = self.add_weight(name="bias", shape=(self.filters,), initializer="zeros")

    def call(self, ids: Any) -> Any:
        """Return the activated convolution of the ids."""
        ids = ops.cast(ids, "int32")
        if self.padding == "same" and self.width > 1:
            left = (self.width - 1) // 2
            ids = ops.pad(ids, ((0, 0), (left, self.width - 1 - left)))
        tables = ops.pad(self.kernel, ((0, 0), (1, 0), (0, 0)))
        if self.width == 1:
            # the activation of n_characters + 1 rows is cheaper than that of every position
            return ops.take(self.activation(tables[0] + self.bias), ids, axis=0)
        steps = ids.shape[1] - self.width + 1
        total = self.bias
        for offset in range(self.width):
            total = total + ops.take(tables[offset], ids[:, offset : offset + steps], axis=0)
        return self.activation(total)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return (batch, steps, filters)."""
        length = input_shape[1]
        steps = length if self.padding == "same" or length is None else length - self.width + 1
        return (input_shape[0], steps, self.filters)

    def compute_output_spec(self, ids: Any) -> keras.KerasTensor:
        """Return the symbolic output: float, whatever integer type the ids have."""
        return keras.KerasTensor(self.compute_output_shape(ids.shape), dtype=self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {
            **super().get_config(),
            "n_characters": self.n_characters,
            "filters": self.filters,
            "width": self.width,
            "padding": self.padding,
            "activation": keras.activations.serialize(self.activation),
        }
