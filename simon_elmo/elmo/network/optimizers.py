"""Optimizers that limit the norm of all gradients together and say what it was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from simon_elmo.transfer.optimizers import LayerwiseAdam


class _ClippedNorm:
    """Clips the gradients of an optimizer by their global norm, which it keeps.

    Attributes:
        norm_limit: of the norm, None for none.
        gradient_norm: a variable, the norm of the last step's gradients before they were clipped.
    """

    norm_limit: float | None = None

    def build(self, variables: Sequence[Any]) -> None:
        """Create the optimizer's variables and the one for the norm."""
        if self.built:  # type: ignore[attr-defined]
            return
        super().build(variables)  # type: ignore[misc]
        self.gradient_norm = self.add_variable((), name="gradient_norm", dtype="float32")  # type: ignore[attr-defined]

    def apply(self, grads: Sequence[Any], trainable_variables: Sequence[Any] | None = None) -> None:
        """Clip the gradients and make a step."""
        if not self.built and trainable_variables is not None:  # type: ignore[attr-defined]
            self.build(trainable_variables)
        dense = [_dense(grad) for grad in grads]
        norm = ops.sqrt(sum(ops.sum(ops.square(grad)) for grad in dense if grad is not None))
        self.gradient_norm.assign(norm)
        if self.norm_limit is not None:
            scale = self.norm_limit / ops.maximum(norm, self.norm_limit)
            dense = [None if grad is None else grad * scale for grad in dense]
        super().apply(dense, trainable_variables)  # type: ignore[misc]


class ClippedAdagrad(_ClippedNorm, keras.optimizers.Adagrad):
    """Adagrad with a limit for the norm of all gradients together, as the reference trains.

    Args:
        learning_rate: the rate.
        norm_limit: of the global norm; None for none.
        initial_accumulator: of the squared gradients, where they start.
    """

    def __init__(
        self, learning_rate: float = 0.2, norm_limit: float | None = None, initial_accumulator: float = 1.0
    ) -> None:
        super().__init__(learning_rate, initial_accumulator_value=initial_accumulator, epsilon=1e-12)
        self.norm_limit = norm_limit


class ClippedAdam(_ClippedNorm, LayerwiseAdam):
    """Adam with a limit for the norm of all gradients together and a rate of its own for each layer.

    Args:
        learning_rate: the rate of variables with factor 1.
        norm_limit: of the global norm; None for none.
        factors: as for `LayerwiseAdam`.
    """

    def __init__(
        self, learning_rate: float = 1e-3, norm_limit: float | None = None, factors: dict[str, float] | None = None
    ) -> None:
        super().__init__(learning_rate, factors, beta_2=0.99, epsilon=1e-8)
        self.norm_limit = norm_limit


def _dense(gradient: Any) -> Any:
    """Return a gradient as one tensor: those of look-ups come as rows on TensorFlow, the same row more than once."""
    if not hasattr(gradient, "indices") or not hasattr(gradient, "dense_shape"):
        return gradient
    return ops.segment_sum(gradient.values, gradient.indices, num_segments=gradient.shape[0])
