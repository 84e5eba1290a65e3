"""A highway layer: each feature is partly transformed and partly carried through."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="simon_elmo")
class Highway(keras.layers.Layer):
    """`g * relu(x W_transform + b_transform) + (1 - g) * x` with `g = sigmoid(x W_carry + b_carry)`.

    The gate's bias starts at -2, so that an untrained layer carries its input through. (The reference calls `g` the
    carry gate although it weighs the transformed part; the names are those of its files.)

    Args:
        kernel_initializer: of both kernels; by default the reference's.

    Input and output: float (..., features).

    Source: Srivastava et al., Highway Networks (2015), as used in allenai/bilm-tf.

    Example:
        >>> import numpy as np
        >>> Highway()(np.zeros((2, 8), "float32")).shape
        TensorShape([2, 8])
    """

    def __init__(self, kernel_initializer: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kernel_initializer = kernel_initializer

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Create the two kernels (features, features) and biases (features,)."""
        size = input_shape[-1]
        self.carry_kernel = self._add_kernel("carry_kernel", size)
        self.carry_bias = self.add_weight(
            name="carry_bias", shape=(size,), initializer=keras.initializers.Constant(-2.0)
        )
        self.transform_kernel = self._add_kernel("transform_kernel", size)
        self.transform_bias = self.add_weight(name="transform_bias", shape=(size,), initializer="zeros")

    def _add_kernel(self, name: str, size: int | None) -> Any:
        spread = self.kernel_initializer or keras.initializers.RandomNormal(stddev=(size or 1) ** -0.5)
        return self.add_weight(name=name, shape=(size, size), initializer=spread)

    def call(self, inputs: Any) -> Any:
        """Return the gated mixture of the transformed and the unchanged input."""
        gate = ops.sigmoid(ops.matmul(inputs, self.carry_kernel) + self.carry_bias)
        transformed = ops.relu(ops.matmul(inputs, self.transform_kernel) + self.transform_bias)
        return gate * transformed + (1.0 - gate) * inputs

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the shape of the input."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {**super().get_config(), "kernel_initializer": self.kernel_initializer}
