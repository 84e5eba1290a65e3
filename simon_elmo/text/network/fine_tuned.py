"""ElmoTextNetwork: a biLM and a text head as one network, all of it trainable."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers, ops

from simon_elmo.elmo.network.backbone import ElmoBackbone
from simon_elmo.text.network.document_pooling import DocumentPooling
from simon_elmo.text.network.head import TextHead
from simon_elmo.training.any_size import AnySizeModel


@keras.saving.register_keras_serializable(package="simon_elmo")
class DocumentEncoder(layers.Layer):
    """A biLM over the sentences of texts, each distinct word of a batch encoded once.

    Args:
        backbone: the biLM.

    Inputs: `words`, ids of distinct words as the backbone's token encoder reads them; `index`, int32 (rows, steps),
    which of the words stand in each row, sentence after sentence, counted from 1, 0 after its end; `begins`, int32
    (rows, steps), 1 where a sentence begins; `places`, int32 (batch, words of a text), where each word of a text stands
    in the flattened rows.
    Output: float (batch, words of a text, L + 1, 2P).
    """

    def __init__(self, backbone: ElmoBackbone, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.backbone = backbone

    def build(self, *_: Any) -> None:
        """Do nothing: the backbone has its weights."""

    def call(self, words: Any, index: Any, begins: Any, places: Any, training: bool | None = None) -> Any:
        """Return the vectors of every word."""
        bilstm, config = self.backbone.bilstm, self.backbone.config
        vectors = self.backbone.token_encoder(words)
        vectors = ops.concatenate([ops.zeros_like(vectors[:1]), vectors], axis=0)
        tokens = ops.take(vectors, ops.cast(index, "int32"), axis=0)
        counts = ops.sum(ops.cast(index > 0, "int32"), axis=1)
        boundaries = self.backbone.token_encoder(ops.convert_to_tensor(self.backbone.boundary_rows))
        start = bilstm.after_boundaries(boundaries, training=training)
        start = ops.broadcast_to(start, (ops.shape(tokens)[0], *start.shape[1:]))
        outputs, _ = bilstm(tokens, counts, initial_state=start, begins=begins, training=training)
        stacked = ops.stack([ops.concatenate([tokens] * config.n_directions, axis=-1), *outputs], axis=2)
        flat = ops.reshape(stacked, (-1, config.n_layers + 1, config.output_units))
        return ops.take(flat, ops.cast(places, "int32"), axis=0)

    def compute_output_spec(
        self, words: Any, index: Any, begins: Any, places: Any, training: bool | None = None
    ) -> Any:
        """Return the symbolic output."""
        config = self.backbone.config
        shape = (*places.shape, config.n_layers + 1, config.output_units)
        return keras.KerasTensor(shape, dtype=self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {**super().get_config(), "backbone": keras.saving.serialize_keras_object(self.backbone)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> DocumentEncoder:
        """Build the layer from what `get_config` returned."""
        backbone = keras.saving.deserialize_keras_object(config["backbone"])
        return cls(backbone, **{name: value for name, value in config.items() if name != "backbone"})


@keras.saving.register_keras_serializable(package="simon_elmo")
class ElmoTextNetwork(AnySizeModel):
    """A biLM and a head that is trained together with it.

    Args:
        backbone: the biLM; its weights are trained in place.
        head: the head; its weights are trained in place.

    Inputs: a dictionary of `words`, `index`, `begins` and `places`, see `DocumentEncoder`, and `lengths`, int32
    (batch,), the words of each text. Output: that of the head.

    Example:
        >>> import numpy as np
        >>> from simon_elmo.elmo.config import ElmoConfig
        >>> from simon_elmo.text.head_config import TextHeadConfig
        >>> small = ElmoConfig(cell_units=16, projection_units=8, character_dim=4, filters=((1, 8), (2, 8)))
        >>> network = ElmoTextNetwork(ElmoBackbone(small), TextHead(TextHeadConfig(), n_layers=3, units=16))
        >>> texts = {"words": np.ones((4, 50), "int32"), "index": np.array([[1, 2, 3, 4]]), "lengths": np.array([4])}
        >>> network(texts | {"begins": np.array([[1, 0, 1, 0]]), "places": np.array([[0, 1, 2, 3]])}).shape
        TensorShape([1, 1])
    """

    def __init__(self, backbone: ElmoBackbone, head: TextHead, **kwargs: Any) -> None:
        # === Layers ===
        config = backbone.config
        encoder = DocumentEncoder(backbone, name="document_encoder")
        pooling = DocumentPooling(config.bidirectional, name="document_pooling")

        # === Functional Model ===
        shape = (config.max_characters,) if config.reads_characters else ()
        words = keras.Input(shape, dtype="int32", name="words")
        index = keras.Input((None,), dtype="int32", name="index")
        begins = keras.Input((None,), dtype="int32", name="begins")
        places = keras.Input((None,), dtype="int32", name="places")
        lengths = keras.Input((), dtype="int32", name="lengths")
        vectors = encoder(words, index, begins, places)
        if not head.config.reads_tokens:
            vectors = pooling(vectors, lengths=lengths)
        outputs = head({"vectors": vectors, "lengths": lengths})
        inputs = {"words": words, "index": index, "begins": begins, "places": places, "lengths": lengths}
        super().__init__(inputs, outputs, **kwargs)

        # === Config ===
        self.backbone = backbone
        self.head = head
        self.activation = head.activation

    def groups_of_layers(self) -> tuple[tuple[str, tuple[Any, ...]], ...]:
        """Return (name, layers) from the head down: the head, the LSTM layers of both directions, the token encoder."""
        stacks = self.backbone.bilstm.directions
        levels = [
            (f"bilstm_{level}", tuple(stack.layers[level] for stack in stacks))
            for level in reversed(range(self.backbone.config.n_layers))
        ]
        head = tuple(layer for layer in self.head.layers if layer.weights)
        return (("head", head), *levels, ("token_encoder", (self.backbone.token_encoder,)))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {
            "backbone": keras.saving.serialize_keras_object(self.backbone),
            "head": keras.saving.serialize_keras_object(self.head),
            "name": self.name,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> ElmoTextNetwork:
        """Build the network from what `get_config` returned."""
        backbone = keras.saving.deserialize_keras_object(config["backbone"], custom_objects)
        return cls(backbone, keras.saving.deserialize_keras_object(config["head"], custom_objects), name=config["name"])
