"""Word vectors for models that read word ids instead of characters."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="simon_elmo")
class WordEmbedding(keras.layers.Layer):
    """A table of word vectors whose ids start at 1; 0 is padding, to be masked by whoever laid out the ids.

    Args:
        vocabulary_size: V, number of words.
        units: P, width of a vector.
        kernel_initializer: of the table; by default uniform from -1 to 1, as in the reference.

    Input: integer ids (...). Output: float (..., units).

    Example:
        >>> import numpy as np
        >>> WordEmbedding(10, 4)(np.array([[1, 10, 0]])).shape
        TensorShape([1, 3, 4])
    """

    def __init__(self, vocabulary_size: int, units: int, kernel_initializer: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.vocabulary_size = vocabulary_size
        self.units = units
        self.kernel_initializer = kernel_initializer

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Create the table (V, P)."""
        self.embedding = self.add_weight(
            name="embedding",
            shape=(self.vocabulary_size, self.units),
            initializer=self.kernel_initializer or keras.initializers.RandomUniform(-1.0, 1.0),
        )

    def call(self, ids: Any) -> Any:
        """Return the vectors of the words."""
        return ops.take(self.embedding, ops.maximum(ops.cast(ids, "int32") - 1, 0), axis=0)

    def compute_output_spec(self, ids: Any) -> keras.KerasTensor:
        """Return the symbolic output: float, whatever integer type the ids have."""
        return keras.KerasTensor((*ids.shape, self.units), dtype=self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {
            **super().get_config(),
            "vocabulary_size": self.vocabulary_size,
            "units": self.units,
            "kernel_initializer": self.kernel_initializer,
        }
