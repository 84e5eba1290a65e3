"""Columns put together from cells that were encoded once."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="simon_elmo")
class GatherCells(keras.layers.Layer):
    """Lay encoded cells out as columns.

    Real columns repeat their cells. Encoding every distinct cell of a batch once and gathering the vectors gives the
    outputs of `TimeDistributed` over (batch, cells, characters) without its loop and without its repeated work.

    Input: encoded cells, (distinct, units), and their positions, integer (batch, cells) or (batch,).
    Output: (batch, cells, units) or (batch, units), of the type of the layer: float32, or integers where the characters
    of cells are gathered and `dtype` says so.
    """

    def call(self, encoded: Any, index: Any) -> Any:
        """Return the vectors of the cells at the positions."""
        return ops.take(encoded, ops.cast(index, "int32"), axis=0)

    def compute_output_spec(self, encoded: Any, index: Any) -> keras.KerasTensor:
        """Return the symbolic output."""
        return keras.KerasTensor((*index.shape, encoded.shape[-1]), dtype=self.compute_dtype)
