"""ElmoHead: the published classifier over a sentence's mean ELMo vector."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers

from simon_elmo.elmo.network.embedding import ElmoEmbedding
from simon_elmo.errors import InvalidInput


@keras.saving.register_keras_serializable(package="simon_elmo")
class ElmoHead(keras.Model):
    """Sentence vectors of ELMo -> Dense(256, relu) -> Dense(outputs): fake news, sentiment.

    With the published biLM and one output 4 + 262,400 + 257 weights are trained: the mixture of the layers and two
    dense layers.

    Args:
        embedding: a layer with `pooling="mean"`.
        n_outputs: 1 for one probability (sigmoid); more for one per class (softmax).
        hidden_units: of the hidden layer.
        l2: factor of an L2 penalty on the kernel of the hidden layer.
        reads: `"text"` for strings (batch,), on TensorFlow; `"characters"` for ids (batch, words, characters).

    Output: float (batch, n_outputs), probabilities.

    Source: the fake-news classifier of the SIMOn authors over TF-Hub's ELMo (2018-2020).

    Example:
        >>> import numpy as np
        >>> from simon_elmo.elmo.config import ElmoConfig
        >>> small = ElmoConfig(cell_units=16, projection_units=8, character_dim=4, filters=((1, 8), (2, 8)))
        >>> head = ElmoHead(ElmoEmbedding(small, pooling="mean"), reads="characters")
        >>> head(np.ones((2, 3, 50), "int32")).shape
        TensorShape([2, 1])
    """

    def __init__(
        self,
        embedding: ElmoEmbedding,
        *,
        n_outputs: int = 1,
        hidden_units: int = 256,
        l2: float = 0.0,
        reads: str = "text",
        **kwargs: Any,
    ) -> None:
        if not isinstance(embedding, ElmoEmbedding):
            raise InvalidInput(f"ElmoHead needs an ElmoEmbedding(elmo, pooling='mean'), not {embedding!r:.80}")
        if embedding.pooling != "mean" or embedding.n_representations != 1:
            raise InvalidInput("the head reads one vector per sentence: make the ElmoEmbedding with pooling='mean'")
        if reads not in ("text", "characters"):
            raise InvalidInput(f"reads must be text or characters: {reads!r}")

        # === Layers ===
        regularizer = keras.regularizers.L2(l2) if l2 else None
        hidden = layers.Dense(hidden_units, activation="relu", kernel_regularizer=regularizer, name="hidden")
        activation = "sigmoid" if n_outputs == 1 else "softmax"
        probabilities = layers.Dense(n_outputs, activation=activation, name="probabilities")

        # === Functional Model ===
        if reads == "text":
            inputs = keras.Input((), dtype="string", name="text")
        else:
            inputs = keras.Input((None, embedding.backbone.config.max_characters), dtype="int32", name="characters")
        super().__init__(inputs, probabilities(hidden(embedding(inputs))), **kwargs)

        # === Config ===
        self.embedding = embedding
        self.n_outputs = n_outputs
        self.hidden_units = hidden_units
        self.l2 = l2
        self.reads = reads

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {
            "embedding": keras.saving.serialize_keras_object(self.embedding),
            "n_outputs": self.n_outputs,
            "hidden_units": self.hidden_units,
            "l2": self.l2,
            "reads": self.reads,
            "name": self.name,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> ElmoHead:
        """Build the network from what `get_config` returned."""
        embedding = keras.saving.deserialize_keras_object(config["embedding"], custom_objects)
        return cls(embedding, **{name: value for name, value in config.items() if name != "embedding"})
