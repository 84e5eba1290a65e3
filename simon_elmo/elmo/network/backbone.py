"""ELMo's network: a token encoder and a stack of LSTMs in each direction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from simon_elmo.elmo.characters import BEGIN_SENTENCE, END_SENTENCE, encode_words
from simon_elmo.elmo.config import ElmoConfig
from simon_elmo.elmo.network.bidirectional_stack import BidirectionalStack
from simon_elmo.elmo.network.character_encoder import CharacterEncoder
from simon_elmo.elmo.network.word_embedding import WordEmbedding


@keras.saving.register_keras_serializable(package="simon_elmo")
class ElmoBackbone(keras.Model):
    """The biLM without its softmax: ids of the words of sentences to one vector per word from each layer.

    Args:
        config: the shapes; `ElmoConfig()` is the published model.
        boundary_ids: for word input, the ids (from 1) of `<S>` and `</S>`.
        kernel_initializer: of all weights but biases, `"zeros"` where they are about to be read from a file (drawing
            93.6 M random numbers takes longer than reading them); by default those of the reference.

    Input: integer ids (batch, words, characters), or (batch, words) for word input, rows of zeros after a sentence's
    end. The boundaries of sentences are added inside. Output: a list of L + 1 tensors, float
    (batch, words, directions * P): the token encoder's vector once for each direction, then each LSTM layer's; 0 after
    a sentence's end.

    Source: Peters et al., Deep contextualized word representations (2018); allenai/bilm-tf.

    Example:
        >>> import numpy as np
        >>> small = ElmoConfig(cell_units=16, projection_units=8, character_dim=4, filters=((1, 8), (2, 8)))
        >>> [layer.shape for layer in ElmoBackbone(small)(np.ones((2, 3, 50), "int32"))]
        [TensorShape([2, 3, 16]), TensorShape([2, 3, 16]), TensorShape([2, 3, 16])]
    """

    def __init__(
        self,
        config: ElmoConfig,
        *,
        boundary_ids: Sequence[int] = (1, 2),
        kernel_initializer: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)

        # === Layers ===
        self.token_encoder: keras.layers.Layer
        if config.reads_characters:
            self.token_encoder = CharacterEncoder(
                config.projection_units,
                character_dim=config.character_dim,
                filters=config.filters,
                n_highway=config.n_highway,
                activation=config.activation,
                kernel_initializer=kernel_initializer,
                name="token_encoder",
            )
        else:
            self.token_encoder = WordEmbedding(
                config.vocabulary_size, config.projection_units, kernel_initializer, name="token_encoder"
            )
        self.bilstm = BidirectionalStack(
            config.n_layers,
            units=config.cell_units,
            projection_units=config.projection_units,
            cell_clip=config.cell_clip,
            projection_clip=config.projection_clip,
            skip_connections=config.skip_connections,
            bidirectional=config.bidirectional,
            dropout=config.training.dropout if config.training else 0.0,
            kernel_initializer=kernel_initializer or "glorot_uniform",
            name="bilstm",
        )

        # === Config ===
        self.config = config
        self.boundary_ids = tuple(int(number) for number in boundary_ids)

        self.build()

    def build(self, input_shape: Any = None) -> None:
        """Create all weights, whatever the input's shape: files can be read into a network that has seen none."""
        self.token_encoder.build((None, self.config.max_characters) if self.config.reads_characters else (None,))
        self.bilstm.build((None, None, self.config.projection_units))

    @property
    def boundary_rows(self) -> np.ndarray:
        """The ids of `<S>` and `</S>`, the rows that `token_encoder` reads for them."""
        if self.config.reads_characters:
            return encode_words([BEGIN_SENTENCE, END_SENTENCE], self.config.max_characters)
        return np.array(self.boundary_ids, dtype=np.int32)

    def call(self, ids: Any, training: bool | None = None) -> list[Any]:
        """Return the vectors from every layer."""
        lengths = self.sentence_lengths(ids)
        tokens = self.token_encoder(ids)
        keep = ops.arange(ops.shape(tokens)[1], dtype="int32") < lengths[:, None]
        tokens = ops.where(keep[..., None], tokens, 0.0)
        boundaries = self.token_encoder(ops.convert_to_tensor(self.boundary_rows))
        start = self.bilstm.after_boundaries(boundaries, training=training)
        start = ops.broadcast_to(start, (ops.shape(tokens)[0], *start.shape[1:]))
        outputs, _ = self.bilstm(tokens, lengths, initial_state=start, training=training)
        return [ops.concatenate([tokens] * self.config.n_directions, axis=-1), *outputs]

    def sentence_lengths(self, ids: Any) -> Any:
        """Return how many words each row of ids has, int32 (batch,)."""
        present = ids > 0
        if self.config.reads_characters:
            present = ops.any(present, axis=-1)
        return ops.sum(ops.cast(present, "int32"), axis=1)

    def compute_output_spec(self, ids: Any, training: bool | None = None) -> list[Any]:
        """Return the symbolic vectors."""
        shape = (*ids.shape[:2], self.config.output_units)
        return [keras.KerasTensor(shape, dtype=self.compute_dtype) for _ in range(self.config.n_layers + 1)]

    def get_config(self) -> dict[str, Any]:
        """Return the configuration as plain values."""
        return {"options": self.config.to_options(), "boundary_ids": list(self.boundary_ids), "name": self.name}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> ElmoBackbone:
        """Build the network from what `get_config` returned."""
        return cls(ElmoConfig.from_options(config["options"]), boundary_ids=config["boundary_ids"], name=config["name"])
