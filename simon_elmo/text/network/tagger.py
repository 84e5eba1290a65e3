"""TaggerNetwork: from the vectors of a biLM's layers to one tag per word."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers, ops

from simon_elmo.elmo.network.scalar_mix import ScalarMix
from simon_elmo.text.network.crf import ConditionalRandomField
from simon_elmo.text.network.standardize import Standardize
from simon_elmo.training.any_size import AnySizeModel


@keras.saving.register_keras_serializable(package="simon_elmo")
class TokenCrossentropy(layers.Layer):
    """Mean cross-entropy of the tags of each row's words, each by itself: float (batch,).

    Inputs are those of `ConditionalRandomField`.
    """

    def call(self, emissions: Any, tags: Any, lengths: Any) -> Any:
        """Return the loss of each row."""
        lengths = ops.cast(lengths, "int32")
        keep = ops.cast(ops.arange(ops.shape(emissions)[1], dtype="int32") < lengths[:, None], emissions.dtype)
        losses = ops.sparse_categorical_crossentropy(ops.cast(tags, "int32"), emissions, from_logits=True)
        return ops.sum(losses * keep, axis=1) / ops.cast(ops.maximum(lengths, 1), emissions.dtype)

    def compute_output_spec(self, emissions: Any, tags: Any, lengths: Any) -> keras.KerasTensor:
        """Return the symbolic output."""
        return keras.KerasTensor((emissions.shape[0],), dtype=self.compute_dtype)


@keras.saving.register_keras_serializable(package="simon_elmo")
class TaggerNetwork(AnySizeModel):
    """A mixture of a biLM's layers -> biLSTM -> scores a tag -> conditional random field or softmax.

    Args:
        n_tags: number of tags.
        n_layers: layers of the biLM, its token encoder included.
        units: width of a word's vector.
        crf: a conditional random field over the sentence; otherwise each word's tag by itself.
        lstm_units: of each direction, 0 for no LSTM.
        dropout: on the vectors, and on the outputs of the LSTM.

    Inputs: a dictionary of `vectors`, float (batch, words, n_layers, units), `lengths` and `tags`, int32 (batch,) and
    (batch, words). Output: float (batch,), the loss of each sentence. `emissions` is the network from `vectors` and
    `lengths` to scores, float (batch, words, n_tags).

    Source: Peters et al. 2018, section 4, the tagger that ELMo was added to.
    """

    def __init__(
        self,
        n_tags: int,
        n_layers: int,
        units: int,
        crf: bool = True,
        lstm_units: int = 100,
        dropout: float = 0.3,
        **kwargs: Any,
    ) -> None:
        # === Layers ===
        standardize = Standardize(2, name="standardize")
        mix = ScalarMix(n_layers, name="mix")
        output = layers.Dense(n_tags, name="scores")
        loss = ConditionalRandomField(n_tags, name="crf") if crf else TokenCrossentropy(name="softmax")

        # === Functional Model ===
        vectors = keras.Input((None, n_layers, units), name="vectors")
        lengths = keras.Input((), dtype="int32", name="lengths")
        tags = keras.Input((None,), dtype="int32", name="tags")
        scaled = standardize(vectors)
        x: Any = mix([scaled[:, :, level] for level in range(n_layers)], lengths=lengths)
        x = layers.Dropout(dropout, name="vector_dropout")(x)
        if lstm_units:
            counted = ops.cumsum(ops.ones_like(x[..., 0], dtype="int32"), axis=1)
            mask = counted <= ops.cast(lengths, "int32")[:, None]
            lstm = layers.LSTM(lstm_units, return_sequences=True, name="lstm")
            x = layers.Bidirectional(lstm, name="lstm")(x, mask=mask)
            x = layers.Dropout(dropout, name="lstm_dropout")(x)
        emissions = output(x)
        inputs = {"vectors": vectors, "lengths": lengths, "tags": tags}
        super().__init__(inputs, loss(emissions, tags, lengths), **kwargs)

        # === Config ===
        self.emissions = AnySizeModel({"vectors": vectors, "lengths": lengths}, emissions, name="emissions")
        self.standardize = standardize
        self.crf = loss if crf else None
        self.n_tags, self.n_layers, self.units = n_tags, n_layers, units
        self.lstm_units, self.dropout = lstm_units, dropout

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {
            "n_tags": self.n_tags,
            "n_layers": self.n_layers,
            "units": self.units,
            "crf": self.crf is not None,
            "lstm_units": self.lstm_units,
            "dropout": self.dropout,
            "name": self.name,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> TaggerNetwork:
        """Build the network from what `get_config` returned."""
        return cls(**config)
