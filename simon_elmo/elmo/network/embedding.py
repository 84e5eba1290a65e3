"""ElmoEmbedding: a biLM and a mixture of its layers, as one Keras layer."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, Protocol

import keras
from keras import ops

from simon_elmo.elmo.config import ElmoConfig
from simon_elmo.elmo.network.backbone import ElmoBackbone
from simon_elmo.elmo.network.scalar_mix import ScalarMix
from simon_elmo.elmo.network.string_tensors import as_string_tensor, is_text, split_on_white_space, word_characters
from simon_elmo.errors import InvalidInput


class _HasBackbone(Protocol):
    @property
    def backbone(self) -> ElmoBackbone: ...


@keras.saving.register_keras_serializable(package="simon_elmo")
class ElmoEmbedding(keras.layers.Layer):
    """Contextual vectors of words, with the weights of the mixture to be trained and the biLM frozen or not.

    Args:
        elmo: an `ElmoEmbedder`, an `ElmoBackbone`, or an `ElmoConfig` for a network at random.
        pooling: `None` for one vector per word, `"mean"` for their mean over the words of a sentence.
        n_representations: number of mixtures over the one biLM; with more than one the output is a list.
        layer_norm: whether layers are normalised before they are mixed.
        top_only: the top layer alone.
        l2: factor of an L2 penalty on the weights of the mixture.
        dropout: share of the output that is dropped in training.
        mix_weights: weights to start from, one per layer before the softmax, and optionally gamma; equal by default.
        train_mix: whether the mixture is trained.
        train_bilm: whether the biLM is trained.

    Input: character ids, integer (batch, words, characters), as `encode_sentences` makes them, rows of zeros after a
    sentence's end; on TensorFlow also strings (batch,), split on white space, or tokens (batch, words) with `lengths`,
    integer (batch,). The boundaries of sentences are added inside.
    Output: float (batch, words, 2P), 0 after a sentence's end, or (batch, 2P) with pooling.

    Example:
        >>> import numpy as np
        >>> small = ElmoConfig(cell_units=16, projection_units=8, character_dim=4, filters=((1, 8), (2, 8)))
        >>> layer = ElmoEmbedding(small)
        >>> layer(np.ones((2, 3, 50), "int32")).shape, len(layer.trainable_weights)
        (TensorShape([2, 3, 16]), 2)
    """

    def __init__(
        self,
        elmo: _HasBackbone | ElmoBackbone | ElmoConfig,
        *,
        pooling: str | None = None,
        n_representations: int = 1,
        layer_norm: bool = False,
        top_only: bool = False,
        l2: float = 0.0,
        dropout: float = 0.0,
        mix_weights: Sequence[float] | None = None,
        train_mix: bool = True,
        train_bilm: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        # strings reach `call` as they are given, to be read there or refused with a clear message
        self._convert_input_args = False
        self._allow_non_tensor_positional_args = True
        if pooling not in (None, "mean"):
            raise InvalidInput(f"pooling must be None or 'mean': {pooling!r}")
        self.backbone = _backbone_of(elmo)
        self.pooling = pooling
        self.n_representations = n_representations
        self.layer_norm = layer_norm
        self.top_only = top_only
        self.l2 = l2
        self.dropout = dropout
        self.mix_weights = None if mix_weights is None else [float(value) for value in mix_weights]
        self.train_mix = train_mix
        self.train_bilm = train_bilm
        self.backbone.trainable = train_bilm
        self.mixes = [self._mix(number) for number in range(n_representations)]
        self.dropouts = [keras.layers.Dropout(dropout, name=f"dropout_{number}") for number in range(n_representations)]

    @property
    def trainable(self) -> bool:
        """Whether anything is trained; what `train_bilm` and `train_mix` hold fixed stays so when it is set to True."""
        return keras.layers.Layer.trainable.fget(self)

    @trainable.setter
    def trainable(self, value: bool) -> None:
        keras.layers.Layer.trainable.fset(self, value)
        self.backbone.trainable = value and self.train_bilm
        for mix in self.mixes:
            mix.trainable = value and self.train_mix

    def _mix(self, number: int) -> ScalarMix:
        n_layers = self.backbone.config.n_layers + 1
        weights = self.mix_weights
        if weights is not None and len(weights) not in (n_layers, n_layers + 1):
            raise InvalidInput(f"mix_weights must be {n_layers} weights and optionally gamma: {weights}")
        return ScalarMix(
            n_layers,
            layer_norm=self.layer_norm,
            top_only=self.top_only,
            l2=self.l2,
            initial_weights=None if weights is None else weights[:n_layers],
            initial_gamma=1.0 if weights is None or len(weights) == n_layers else weights[n_layers],
            trainable=self.train_mix,
            name=f"mix_{number}",
        )

    def build(self, *_: Any, **__: Any) -> None:
        """Create the weights of the mixtures."""
        for mix in self.mixes:
            mix.build()

    def call(self, inputs: Any, lengths: Any = None, training: bool | None = None) -> Any:
        """Return the mixture or mixtures."""
        ids = self.character_ids(inputs, lengths)
        counts = self.backbone.sentence_lengths(ids)
        layers = self.backbone(ids, training=training and self.train_bilm)
        mixtures = []
        for mix, dropout in zip(self.mixes, self.dropouts, strict=True):
            mixed = mix(layers, lengths=counts)
            if self.pooling == "mean":
                words = ops.cast(ops.maximum(counts, 1), mixed.dtype)
                mixed = ops.sum(mixed, axis=1) / words[:, None]
            mixtures.append(dropout(mixed, training=training))
        return mixtures[0] if self.n_representations == 1 else mixtures

    def character_ids(self, inputs: Any, lengths: Any = None) -> Any:
        """Return the ids of the words of sentences, int32 (batch, words, characters), whatever form they are in."""
        if not is_text(inputs):
            return ops.cast(inputs, "int32")
        if not self.backbone.config.reads_characters:
            raise InvalidInput("a biLM with word input does not read strings; pass word ids from 1")
        inputs = as_string_tensor(inputs)
        if len(inputs.shape) == 1:
            inputs, lengths = split_on_white_space(inputs)
        if lengths is None:
            raise InvalidInput("tokens (batch, words) need lengths, how many of them count in each row")
        return word_characters(inputs, lengths, self.backbone.config.max_characters)

    def compute_output_spec(self, inputs: Any, lengths: Any = None, training: bool | None = None) -> Any:
        """Return the symbolic output."""
        width = self.backbone.config.output_units
        words = inputs.shape[1] if len(inputs.shape) > 1 else None
        shape = (inputs.shape[0], width) if self.pooling else (inputs.shape[0], words, width)
        outputs = [keras.KerasTensor(shape, dtype=self.compute_dtype) for _ in self.mixes]
        return outputs[0] if self.n_representations == 1 else outputs

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor as plain values; the biLM as its shapes."""
        return {
            **super().get_config(),
            "elmo": self.backbone.get_config(),
            "pooling": self.pooling,
            "n_representations": self.n_representations,
            "layer_norm": self.layer_norm,
            "top_only": self.top_only,
            "l2": self.l2,
            "dropout": self.dropout,
            "mix_weights": self.mix_weights,
            "train_mix": self.train_mix,
            "train_bilm": self.train_bilm,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> ElmoEmbedding:
        """Build the layer from what `get_config` returned; its weights are then read by Keras."""
        return cls(ElmoBackbone.from_config(config["elmo"]), **{k: v for k, v in config.items() if k != "elmo"})


def _backbone_of(elmo: _HasBackbone | ElmoBackbone | ElmoConfig) -> ElmoBackbone:
    if isinstance(elmo, ElmoConfig):
        return ElmoBackbone(elmo, name="elmo_backbone")
    if isinstance(elmo, (str, os.PathLike)):
        preset = f"ElmoEmbedder.from_preset({os.fspath(elmo)!r})"
        raise InvalidInput(f"ElmoEmbedding needs an ElmoEmbedder, an ElmoBackbone or an ElmoConfig; write {preset}")
    return elmo if isinstance(elmo, ElmoBackbone) else elmo.backbone
