"""Vectors with mean 0 and variance 1, as measured once before training."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

_SMALLEST = 1e-4  # a unit that hardly varies is noise that must not be blown up


@keras.saving.register_keras_serializable(package="simon_elmo")
class Standardize(keras.layers.Layer):
    """Subtract a mean and multiply by a scale, both fixed: `(x - mean) * scale`.

    Unlike batch normalisation it is the same in training and prediction and does not depend on the batch. Until
    `measure` is called it changes nothing.

    Args:
        n_axes: last axes of the input that have values of their own.

    Input and output: float of the same shape.

    Example:
        >>> layer = Standardize()
        >>> layer.build((None, 1))
        >>> layer.measure(np.array([[1.0], [3.0]], "float32"))
        >>> layer(np.array([[5.0]], "float32")).numpy().tolist()
        [[3.0]]
    """

    def __init__(self, n_axes: int = 1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.n_axes = n_axes

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Create the mean and the scale, which are not trained."""
        shape = tuple(input_shape)[-self.n_axes :]
        self.mean = self.add_weight(name="mean", shape=shape, initializer="zeros", trainable=False)
        self.scale = self.add_weight(name="scale", shape=shape, initializer="ones", trainable=False)

    def measure(self, examples: np.ndarray) -> None:
        """Take the mean and the scale from examples, float (n, ...) with the shape of the input after the batch."""
        rows = np.asarray(examples, dtype=np.float32).reshape(-1, *self.mean.shape)
        deviation = rows.std(axis=0, dtype=np.float64)
        self.mean.assign(rows.mean(axis=0, dtype=np.float64))
        self.scale.assign(1 / np.maximum(deviation, max(_SMALLEST, 0.01 * float(deviation.max()))))

    def call(self, inputs: Any) -> Any:
        """Return the standardised input."""
        return (inputs - ops.cast(self.mean, inputs.dtype)) * ops.cast(self.scale, inputs.dtype)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {**super().get_config(), "n_axes": self.n_axes}
