"""A weighted sum of a biLM's layers: `gamma * sum_j softmax(w)_j h_j`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable(package="simon_elmo")
class ScalarMix(keras.layers.Layer):
    """Mix layers by trained scalars: one weight per layer, through a softmax, and a common factor gamma.

    Args:
        n_layers: number of layers to mix: L + 1 for a biLM with L LSTM layers.
        layer_norm: whether each layer is first normalised by the mean and the variance over all entries of the batch
            that count (no trained scale or offset; 1e-12 is added to the variance).
        top_only: the last layer alone, times gamma; no weights are created then.
        l2: factor of an L2 penalty on the weights (not on gamma).
        initial_weights: the weights w before the softmax; zeros by default.
        initial_gamma: the factor to start from.
        trainable: false for fixed weights.

    Inputs: `layers`, a list of `n_layers` tensors, float (batch, steps, features); `lengths`, integer (batch,), how
    many first steps of each row count. Output: float (batch, steps, features), 0 after a row's length.

    Source: Peters et al., Deep contextualized word representations (2018), section 3.2.

    Example:
        >>> import numpy as np
        >>> layers = [np.ones((1, 2, 4), "float32"), 3 * np.ones((1, 2, 4), "float32")]
        >>> float(ScalarMix(2)(layers, lengths=np.array([2]))[0, 0, 0])
        2.0
    """

    def __init__(
        self,
        n_layers: int,
        *,
        layer_norm: bool = False,
        top_only: bool = False,
        l2: float = 0.0,
        initial_weights: Sequence[float] | None = None,
        initial_gamma: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if initial_weights is not None and len(initial_weights) != n_layers:
            raise ValueError(f"initial_weights has {len(initial_weights)} values for {n_layers} layers")
        self.n_layers = n_layers
        self.layer_norm = layer_norm
        self.top_only = top_only
        self.l2 = l2
        self.initial_weights = None if initial_weights is None else [float(value) for value in initial_weights]
        self.initial_gamma = float(initial_gamma)

    def build(self, *_: Any, **__: Any) -> None:
        """Create the weights, one scalar per layer, and gamma."""
        self.scalars = None
        if not self.top_only:
            self.scalars = self.add_weight(
                name="weights",
                shape=(self.n_layers,),
                initializer=keras.initializers.Constant(np.array(self.initial_weights or [0.0] * self.n_layers)),
                regularizer=keras.regularizers.L2(self.l2) if self.l2 else None,
            )
        self.gamma = self.add_weight(
            name="gamma", shape=(), initializer=keras.initializers.Constant(self.initial_gamma)
        )

    def call(self, layers: list[Any], lengths: Any) -> Any:
        """Return the mixture."""
        steps = ops.arange(ops.shape(layers[0])[1], dtype="int32")
        keep = (steps < ops.cast(lengths, "int32")[:, None])[..., None]
        if self.top_only:
            mixed = layers[-1]
        else:
            weights = ops.softmax(self.scalars)
            if self.layer_norm:
                layers = [_normalised(layer, keep) for layer in layers]
            mixed = sum(weights[level] * layer for level, layer in enumerate(layers))
        return ops.where(keep, self.gamma * mixed, 0.0)

    def compute_output_spec(self, layers: list[Any], lengths: Any) -> keras.KerasTensor:
        """Return the symbolic output."""
        return keras.KerasTensor(layers[0].shape, dtype=self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {
            **super().get_config(),
            "n_layers": self.n_layers,
            "layer_norm": self.layer_norm,
            "top_only": self.top_only,
            "l2": self.l2,
            "initial_weights": self.initial_weights,
            "initial_gamma": self.initial_gamma,
        }


def _normalised(layer: Any, keep: Any) -> Any:
    """Return the layer with mean 0 and variance 1 over all entries of the batch that count."""
    weight = ops.cast(keep, layer.dtype)
    count = ops.maximum(ops.sum(weight) * layer.shape[-1], 1.0)
    mean = ops.sum(layer * weight) / count
    variance = ops.sum(ops.square((layer - mean) * weight)) / count
    return (layer - mean) * ops.rsqrt(variance + 1e-12)
