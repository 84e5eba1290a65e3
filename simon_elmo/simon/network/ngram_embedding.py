"""A bag of embedded character n-grams: what words a cell is made of, by heart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from simon_elmo.simon.config import NGRAM_IDS, NGRAM_MULTIPLIERS, NGRAM_WIDTHS


@keras.saving.register_keras_serializable(package="simon_elmo")
class NGramEmbedding(keras.layers.Layer):
    """Mean of the vectors of all character n-grams of a cell, each n-gram hashed to one of many rows of a table.

    Convolutions spend weights on what characters have in common; a list of names has little in common and must be
    known by heart, which is what a table is for. N-grams reach over both ends of a cell, so that beginnings and ends
    of words have n-grams of their own.

    Args:
        buckets: rows of the table for each width.
        units: width of the vectors.
        widths: characters of an n-gram, each at most 5.

    Input: integer (cells, max_len), 0 for padding after the last character.
    Output: float (cells, units); zeros for an empty cell.

    Source: Bojanowski et al. 2017, "Enriching Word Vectors with Subword Information".

    Example:
        >>> import numpy as np
        >>> NGramEmbedding(1009, 8)(np.array([[5, 6, 7, 0], [0, 0, 0, 0]])).shape
        TensorShape([2, 8])
    """

    def __init__(self, buckets: int, units: int, widths: Sequence[int] = NGRAM_WIDTHS, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.buckets, self.units, self.widths = buckets, units, tuple(widths)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Create the table."""
        self.table = self.add_weight(
            name="table",
            shape=(self.buckets * len(self.widths), self.units),
            initializer=keras.initializers.RandomUniform(-0.1, 0.1),
        )

    def call(self, ids: Any) -> Any:
        """Return the mean vector of each cell."""
        ids = ops.cast(ids, "int32")
        hashed = ops.mod(ids, NGRAM_IDS)
        steps = ids.shape[1]
        total: Any = 0.0
        count: Any = 0.0
        for number, width in enumerate(self.widths):
            padded = ops.pad(hashed, ((0, 0), (width // 2, width - 1 - width // 2)))
            row = sum(padded[:, place : place + steps] * NGRAM_MULTIPLIERS[place] for place in range(width))
            row = ops.mod(row, self.buckets) + number * self.buckets
            there = ops.cast(ids > 0, self.compute_dtype)[:, :, None]
            total = total + ops.sum(ops.take(self.table, row, axis=0) * there, axis=1)
            count = count + ops.sum(there, axis=1)
        return total / ops.maximum(count, 1.0)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, int]:
        """Return the shape of the output."""
        return input_shape[0], self.units

    def get_config(self) -> dict[str, Any]:
        """Return the configuration as plain values."""
        return {**super().get_config(), "buckets": self.buckets, "units": self.units, "widths": list(self.widths)}
