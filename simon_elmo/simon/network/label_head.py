"""The output layer of a multi-label classifier, whose labels do not know of each other."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

# Numerator and denominator of tanh as a rational function in x and x squared, highest power first, for |x| <= 9:
# the approximation that Eigen and XLA use; here its error is below 3e-7.
_NUMERATOR = (
    -2.76076847742355e-16,
    2.00018790482477e-13,
    -8.60467152213735e-11,
    5.12229709037114e-08,
    1.48572235717979e-05,
    6.37261928875436e-04,
    4.89352455891786e-03,
)
_DENOMINATOR = (1.19825839466702e-06, 1.18534705686654e-04, 2.26843463243900e-03, 4.89352518554385e-03)
_LARGEST_TANH_INPUT = 9.0


@keras.saving.register_keras_serializable(package="simon_elmo")
class LabelHead(keras.layers.Layer):
    """A dense layer with one sigmoid per label, in which a probability never depends on how many labels there are.

    A matrix product sums in an order that depends on the width of the matrix, and vectorised exponentials round
    differently at the end of an array, so that one more output of an ordinary dense layer changes the last bit of all
    others on every backend. Here predictions add the products in a fixed order, by halving, and use no operation but
    additions, multiplications and one division an element, so that a label keeps its probabilities to the bit when
    labels are added or dropped and when the batch changes. Training uses the ordinary product, which is faster.

    Args:
        units: number of labels.

    Input: float (batch, features). Output: float (batch, units), probabilities.

    Example:
        >>> import numpy as np
        >>> head = LabelHead(9)
        >>> head(np.zeros((2, 128), "float32")).shape
        TensorShape([2, 9])
    """

    def __init__(self, units: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units = units

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Create the kernel (features, units) and the bias (units,)."""
        self.kernel = self.add_weight(name="kernel", shape=(input_shape[-1], self.units), initializer="glorot_uniform")
        self.bias = self.add_weight(name="bias", shape=(self.units,), initializer="zeros")

    def call(self, features: Any, training: bool | None = None) -> Any:
        """Return the probabilities."""
        if training:
            return keras.activations.sigmoid(ops.add(ops.matmul(features, self.kernel), self.bias))
        return _sigmoid(ops.add(_product(features, self.kernel), self.bias))

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return (batch, units)."""
        return (*input_shape[:-1], self.units)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {**super().get_config(), "units": self.units}


def _product(features: Any, kernel: Any) -> Any:
    """Return (batch, features) @ (features, labels), every sum taken by halving the features."""
    terms = ops.multiply(ops.expand_dims(features, -1), ops.expand_dims(kernel, 0))
    remaining = kernel.shape[0]
    while remaining > 1:
        half = (remaining + 1) // 2
        if remaining % 2:
            terms = ops.pad(terms, ((0, 0), (0, 1), (0, 0)))
        terms = ops.add(terms[:, :half], terms[:, half:])
        remaining = half
    return terms[:, 0]


def _sigmoid(logits: Any) -> Any:
    """Return 1 / (1 + exp(-logits)) as (1 + tanh(logits / 2)) / 2."""
    x = ops.clip(ops.multiply(logits, 0.5), -_LARGEST_TANH_INPUT, _LARGEST_TANH_INPUT)
    square = ops.multiply(x, x)
    tanh = ops.divide(ops.multiply(x, _polynomial(_NUMERATOR, square)), _polynomial(_DENOMINATOR, square))
    return ops.clip(ops.add(ops.multiply(tanh, 0.5), 0.5), 0.0, 1.0)


def _polynomial(coefficients: tuple[float, ...], x: Any) -> Any:
    """Evaluate by Horner's rule."""
    total = ops.add(ops.multiply(x, coefficients[0]), coefficients[1])
    for coefficient in coefficients[2:]:
        total = ops.add(ops.multiply(total, x), coefficient)
    return total
