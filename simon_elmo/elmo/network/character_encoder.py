"""ELMo's token encoder: the characters of a word to a vector."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from simon_elmo.elmo.network.highway import Highway

# the ids of bytes, of the boundaries of words and sentences, and of padding inside a word; 0 has no row of its own
N_CHARACTER_ROWS = 261


@keras.saving.register_keras_serializable(package="simon_elmo")
class CharacterEncoder(keras.layers.Layer):
    """Convolutions over the characters of a word, the maximum over positions, highway layers and a projection.

    The activation comes after the maximum, and windows over a word's padding characters take part in it. A row of
    zeros (padding after a sentence) gives some vector that has to be masked by whoever laid out the rows.

    Args:
        units: P, width of the output; where the convolutions have that many filters already, nothing is projected.
        character_dim: C, width of a character's embedding.
        filters: (width, number of filters) of each convolution.
        n_highway: highway layers.
        activation: `"relu"` or `"tanh"`.
        kernel_initializer: of all weights but biases; by default those of the reference, one for each kind of weight.

    Input: integer ids (..., characters), 1 to 261 (0 for padding after a sentence). Output: float (..., units).

    Source: Kim et al., Character-aware neural language models (2016); Peters et al., Deep contextualized word
    representations (2018), as in allenai/bilm-tf.

    Example:
        >>> import numpy as np
        >>> encoder = CharacterEncoder(8, character_dim=4, filters=[(1, 4), (2, 8)], n_highway=1, activation="relu")
        >>> encoder(np.ones((2, 3, 50), "int32")).shape
        TensorShape([2, 3, 8])
    """

    def __init__(
        self,
        units: int,
        character_dim: int,
        filters: Sequence[tuple[int, int]],
        n_highway: int,
        activation: str,
        kernel_initializer: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.units = units
        self.character_dim = character_dim
        self.filters = tuple((int(width), int(count)) for width, count in filters)
        self.n_highway = n_highway
        self.activation = keras.activations.get(activation)
        self.kernel_initializer = kernel_initializer
        self.highways = [Highway(kernel_initializer, name=f"highway_{level}") for level in range(n_highway)]

    @property
    def n_features(self) -> int:
        """Width of the concatenated convolutions."""
        return sum(count for _, count in self.filters)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Create the embedding (261, C), the kernels (width, C, filters), the highway layers and the projection."""
        self.embedding = self.add_weight(
            name="embedding",
            shape=(N_CHARACTER_ROWS, self.character_dim),
            initializer=self.kernel_initializer or keras.initializers.RandomUniform(-1.0, 1.0),
        )
        self.kernels, self.biases = [], []
        for level, (width, count) in enumerate(self.filters):
            self.kernels.append(
                self.add_weight(
                    name=f"kernel_{level}",
                    shape=(width, self.character_dim, count),
                    initializer=self.kernel_initializer or self._convolution_initializer(width),
                )
            )
            self.biases.append(self.add_weight(name=f"bias_{level}", shape=(count,), initializer="zeros"))
        for highway in self.highways:
            highway.build((None, self.n_features))
        self.projection = self.projection_bias = None
        if self.n_features != self.units:
            spread = keras.initializers.RandomNormal(stddev=(1.0 / self.n_features) ** 0.5)
            self.projection = self.add_weight(
                name="projection",
                shape=(self.n_features, self.units),
                initializer=self.kernel_initializer or spread,
            )
            self.projection_bias = self.add_weight(name="projection_bias", shape=(self.units,), initializer="zeros")

    def _convolution_initializer(self, width: int) -> keras.initializers.Initializer:
        """Return the reference's: uniform for relu, normal in the number of inputs for tanh."""
        if self.activation is keras.activations.tanh:
            return keras.initializers.RandomNormal(stddev=(1.0 / (width * self.character_dim)) ** 0.5)
        return keras.initializers.RandomUniform(-0.05, 0.05)

    def call(self, ids: Any) -> Any:
        """Return the vectors of the words."""
        *outer, characters = ops.shape(ids)
        ids = ops.reshape(ops.cast(ids, "int32"), (-1, characters))
        embedded = ops.take(self.embedding, ops.maximum(ids - 1, 0), axis=0)
        pieces = []
        for (width, count), kernel, bias in zip(self.filters, self.kernels, self.biases, strict=True):
            steps = characters - width + 1
            # a matrix product over laid-out windows is at least as fast as a convolution on every backend
            windows = ops.concatenate([embedded[:, offset : offset + steps] for offset in range(width)], axis=-1)
            kernel = ops.reshape(kernel, (width * self.character_dim, count))
            pieces.append(ops.max(ops.matmul(windows, kernel), axis=1) + bias)
        x = self.activation(ops.concatenate(pieces, axis=-1))
        for highway in self.highways:
            x = highway(x)
        if self.projection is not None:
            x = ops.matmul(x, self.projection) + self.projection_bias
        return ops.reshape(x, (*outer, self.units))

    def compute_output_spec(self, ids: Any) -> keras.KerasTensor:
        """Return the symbolic output: float, whatever integer type the ids have."""
        return keras.KerasTensor((*ids.shape[:-1], self.units), dtype=self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {
            **super().get_config(),
            "units": self.units,
            "character_dim": self.character_dim,
            "filters": [list(pair) for pair in self.filters],
            "n_highway": self.n_highway,
            "activation": keras.activations.serialize(self.activation),
            "kernel_initializer": self.kernel_initializer,
        }
