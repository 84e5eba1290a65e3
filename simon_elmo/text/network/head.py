"""TextHead: from the vectors of a biLM's layers to the probabilities of labels."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers, ops

from simon_elmo.elmo.network.scalar_mix import ScalarMix
from simon_elmo.errors import InvalidConfig
from simon_elmo.text.head_config import TextHeadConfig
from simon_elmo.text.network.concat_pooling import ConcatPooling
from simon_elmo.text.network.document_pooling import POOLS
from simon_elmo.text.network.standardize import Standardize
from simon_elmo.training.any_size import AnySizeModel


@keras.saving.register_keras_serializable(package="simon_elmo")
class TextHead(AnySizeModel):
    """The published head, concat pooling, a CNN or a biLSTM over the vectors of texts.

    Args:
        config: which of them, and its shapes.
        n_layers: layers of the biLM, its token encoder included: L + 1.
        units: width of a vector, both directions together.
        n_outputs: probabilities per text.
        activation: `"softmax"` for one label per text, `"sigmoid"` for two labels (one probability) or independent
            ones.

    Inputs: `vectors`, float (batch, steps, n_layers, units), either the vectors of words or, for heads that read what
    is pooled, the three steps of `DocumentPooling`; `lengths`, integer (batch,), the number of words that count.
    Output: float (batch, n_outputs). Mixing layers before or after taking means and last values is the same; of
    the largest values the mixture of each layer's maximum is taken, which needs no vectors of words to be kept.

    Raises:
        InvalidConfig: for averaged directions of a biLM that has only one.

    Source: Peters et al. 2018, section 3.2; Howard and Ruder 2018, section 3.3; Kim 2014, "Convolutional Neural
    Networks for Sentence Classification".

    Example:
        >>> import numpy as np
        >>> head = TextHead(TextHeadConfig.named("concat"), n_layers=3, units=16)
        >>> head({"vectors": np.ones((2, 3, 3, 16), "float32"), "lengths": np.array([5, 7])}).shape
        TensorShape([2, 1])
    """

    def __init__(
        self,
        config: TextHeadConfig,
        n_layers: int,
        units: int,
        n_outputs: int = 1,
        activation: str = "sigmoid",
        **kwargs: Any,
    ) -> None:
        if config.directions == "averaged" and units % 2:
            raise InvalidConfig("predictions of two directions are averaged; the biLM has one")

        # === Functional Model ===
        vectors = keras.Input((None if config.reads_tokens else len(POOLS), n_layers, units), name="vectors")
        lengths = keras.Input((), dtype="int32", name="lengths")
        standardize = None
        scaled = vectors
        if config.standardize:
            standardize = Standardize(2 if config.reads_tokens else 3, name="standardize")
            scaled = standardize(vectors)
        outputs = []
        parts = ("",) if config.directions == "joint" else ("forward_", "backward_")
        for number, prefix in enumerate(parts):
            half = units // len(parts)
            part = scaled[..., number * half : (number + 1) * half] if prefix else scaled
            hidden = _hidden(config, part, lengths, n_layers, prefix)
            outputs.append(layers.Dense(n_outputs, activation=activation, name=f"{prefix}probabilities")(hidden))
        found = outputs[0] if len(outputs) == 1 else layers.Average(name="average")(outputs)
        super().__init__({"vectors": vectors, "lengths": lengths}, found, **kwargs)

        # === Config ===
        self.standardize = standardize
        self.config = config
        self.n_layers = n_layers
        self.units = units
        self.n_outputs = n_outputs
        self.activation = activation

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor as plain values."""
        return {
            "config": self.config.to_dict(),
            "n_layers": self.n_layers,
            "units": self.units,
            "n_outputs": self.n_outputs,
            "activation": self.activation,
            "name": self.name,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> TextHead:
        """Build the network from what `get_config` returned."""
        values = {name: value for name, value in config.items() if name != "config"}
        return cls(TextHeadConfig.from_dict(config["config"]), **values)


def _hidden(config: TextHeadConfig, vectors: Any, lengths: Any, n_layers: int, prefix: str) -> Any:
    """Return what the output layer reads, float (batch, features)."""
    steps = _combined(config, vectors, lengths, n_layers, prefix)
    if config.kind == "dense":
        x = steps[:, POOLS.index("mean")]
    elif config.kind == "concat":
        x = layers.Flatten(name=f"{prefix}flatten")(steps)
    elif config.kind == "cnn":
        x = _convolved(config, steps, lengths, prefix)
    else:
        x = _recurrent(config, steps, lengths, prefix)
    x = layers.Dropout(config.dropout, name=f"{prefix}input_dropout")(x)
    if config.hidden_units:
        regularizer = keras.regularizers.L2(config.l2) if config.l2 else None
        dense = layers.Dense(
            config.hidden_units, activation="relu", kernel_regularizer=regularizer, name=f"{prefix}hidden"
        )
        x = layers.Dropout(config.dropout, name=f"{prefix}hidden_dropout")(dense(x))
    return x


def _combined(config: TextHeadConfig, vectors: Any, lengths: Any, n_layers: int, prefix: str) -> Any:
    """Return one vector a step: the mixture of the layers, or all of them side by side."""
    if config.layers == "all":
        return layers.Reshape((-1, n_layers * vectors.shape[-1]), name=f"{prefix}side_by_side")(vectors)
    every_step = ops.full_like(lengths, len(POOLS))
    mix = ScalarMix(n_layers, name=f"{prefix}mix")
    counted = lengths if config.reads_tokens else every_step
    return mix([vectors[:, :, level] for level in range(n_layers)], lengths=counted)


def _convolved(config: TextHeadConfig, steps: Any, lengths: Any, prefix: str) -> Any:
    mask = _mask(steps, lengths)
    steps = ops.where(mask[..., None], steps, 0.0)
    found = []
    for width in config.kernel_widths:
        convolution = layers.Conv1D(
            config.filters, width, padding="same", activation="relu", name=f"{prefix}convolution_{width}"
        )
        # relu is at least 0, so that padding never wins over a word
        found.append(ops.max(ops.where(mask[..., None], convolution(steps), 0.0), axis=1))
    return layers.Concatenate(name=f"{prefix}convolutions")(found) if len(found) > 1 else found[0]


def _recurrent(config: TextHeadConfig, steps: Any, lengths: Any, prefix: str) -> Any:
    mask = _mask(steps, lengths)
    steps = layers.Dropout(config.dropout, name=f"{prefix}word_dropout")(steps)
    lstm = layers.LSTM(config.lstm_units, return_sequences=True, name="lstm")
    outputs = layers.Bidirectional(lstm, name=f"{prefix}lstm")(steps, mask=mask)
    return ConcatPooling(name=f"{prefix}pooling")(outputs, mask=mask)


def _mask(steps: Any, lengths: Any) -> Any:
    """Return which steps count, boolean (batch, steps)."""
    # a sum over one unit has the number of steps that `steps` has, which is not known when the network is built
    ones = ops.ones_like(steps[..., 0], dtype="int32")
    return ops.cumsum(ones, axis=1) <= ops.cast(lengths, "int32")[:, None]
