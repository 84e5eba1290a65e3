"""What is kept of the vectors of a text's words: last, largest and mean values, layer by layer."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

POOLS = ("last", "max", "mean")


@keras.saving.register_keras_serializable(package="simon_elmo")
class DocumentPooling(keras.layers.Layer):
    """Pool a biLM's layers over the words of texts.

    The last value of the forward half of a vector is that of the last word, of the backward half that of the first
    word: each is where its direction has read the most.

    Args:
        bidirectional: whether vectors have a backward half.

    Inputs: `vectors`, float (batch, words, layers, units); `lengths`, integer (batch,), how many first words of each
    row count. Output: float (batch, 3, layers, units): last, max and mean, 0 for a text without words.

    Source: Howard and Ruder 2018, "Universal Language Model Fine-tuning for Text Classification", section 3.3.

    Example:
        >>> import numpy as np
        >>> words = np.array([[[[1.0, 5.0]], [[4.0, 2.0]], [[9.0, 9.0]]]], "float32")
        >>> DocumentPooling()(words, lengths=np.array([2]))[0, :, 0].numpy().tolist()
        [[4.0, 5.0], [4.0, 5.0], [2.5, 3.5]]
    """

    def __init__(self, bidirectional: bool = True, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.bidirectional = bidirectional

    def call(self, vectors: Any, lengths: Any) -> Any:
        """Return the pooled vectors."""
        lengths = ops.cast(lengths, "int32")
        keep = ops.arange(ops.shape(vectors)[1], dtype="int32") < lengths[:, None]
        keep = keep[..., None, None]
        kept = ops.where(keep, vectors, 0.0)
        words = ops.cast(ops.maximum(lengths, 1), vectors.dtype)[:, None, None]
        mean = ops.sum(kept, axis=1) / words
        largest = ops.max(ops.where(keep, vectors, -float("inf")), axis=1)
        largest = ops.where(lengths[:, None, None] > 0, largest, 0.0)
        at_end = ops.take_along_axis(kept, ops.maximum(lengths - 1, 0)[:, None, None, None], axis=1)[:, 0]
        if self.bidirectional:
            half = vectors.shape[-1] // 2
            at_end = ops.concatenate([at_end[..., :half], kept[:, 0, :, half:]], axis=-1)
        return ops.stack([at_end, largest, mean], axis=1)

    def compute_output_spec(self, vectors: Any, lengths: Any) -> keras.KerasTensor:
        """Return the symbolic output."""
        return keras.KerasTensor((vectors.shape[0], len(POOLS), *vectors.shape[2:]), dtype=self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {**super().get_config(), "bidirectional": self.bidirectional}
