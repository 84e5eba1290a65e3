"""Adam with a learning rate of its own for each layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np

from simon_elmo.errors import InvalidInput


@keras.saving.register_keras_serializable(package="simon_elmo")
class LayerwiseAdam(keras.optimizers.Adam):
    """Adam whose learning rate is multiplied by a factor a variable: discriminative fine-tuning.

    The rate is scaled where the step is made. Scaling gradients instead would do nothing, since Adam divides a
    gradient by its own size. A factor of 0 freezes a variable to the bit while its moments go on, so that it starts
    from good ones when it is unfrozen.

    Source: Howard and Ruder 2018, "Universal Language Model Fine-tuning for Text Classification", section 3.2.

    Args:
        learning_rate: the rate for a factor of 1: a number or a Keras schedule.
        factors: path of a variable, or of a layer, whose variables it then holds for -> factor. The longest path that
            fits counts; variables without one have factor 1. Paths are those of `keras.Variable.path`.
        beta_1: decay of the first moment.
        beta_2: decay of the second moment.
        epsilon: added to the root of the second moment.
        clipnorm: limit of the norm of each gradient.
        global_clipnorm: limit of the norm of all gradients together.
        name: of the optimizer.

    Raises:
        InvalidInput: for a negative factor and, when the variables are known, for a path that none of them has.

    Example:
        >>> optimizer = LayerwiseAdam(1e-3, {"features": 1 / 2.6, "features/bias": 0.0})
        >>> optimizer.build([keras.Variable(np.zeros(2), name="kernel")])  # doctest: +SKIP
    """

    def __init__(
        self,
        learning_rate: float | keras.optimizers.schedules.LearningRateSchedule = 0.001,
        factors: Mapping[str, float] | None = None,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        clipnorm: float | None = None,
        global_clipnorm: float | None = None,
        name: str = "layerwise_adam",
    ) -> None:
        super().__init__(
            learning_rate,
            beta_1=beta_1,
            beta_2=beta_2,
            epsilon=epsilon,
            clipnorm=clipnorm,
            global_clipnorm=global_clipnorm,
            name=name,
        )
        self.factors = {path: float(factor) for path, factor in (factors or {}).items()}

    def build(self, variables: Sequence[Any]) -> None:
        """Create the moments and one factor a variable."""
        if self.built:
            return
        self.paths = [variable.path for variable in variables]
        factors = self._factors_of(self.factors)
        super().build(list(variables))
        # an assignment would become a part of the step that is being compiled here; an initial value does not
        self._factors = self.add_variable(
            factors.shape,
            initializer=lambda shape, dtype: keras.ops.convert_to_tensor(factors, dtype),
            dtype="float32",
            name="factors",
        )

    def set_factors(self, factors: Mapping[str, float]) -> None:
        """Replace all factors, also in the middle of training; variables without one get factor 1.

        Raises:
            InvalidInput: for a negative factor or a path that no variable has.
        """
        if self.built:
            self._factors.assign(self._factors_of(factors))
        self.factors = {path: float(factor) for path, factor in factors.items()}

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Make Adam's step with the variable's own rate."""
        # on TensorFlow the variable comes without its path, so it is found by its position
        factor = keras.ops.convert_to_tensor(self._factors)[self._get_variable_index(variable)]
        super().update_step(gradient, variable, keras.ops.cast(learning_rate, "float32") * factor)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        config = super().get_config()
        kept = ("learning_rate", "beta_1", "beta_2", "epsilon", "clipnorm", "global_clipnorm", "name")
        return {**{name: config[name] for name in kept}, "factors": dict(self.factors)}

    def _factors_of(self, factors: Mapping[str, float]) -> np.ndarray:
        for path, factor in factors.items():
            if not np.isfinite(factor) or factor < 0:
                raise InvalidInput(f"the factor of {path!r} must be a number of at least 0: {factor!r}")
            if not any(_holds(path, other) for other in self.paths):
                raise InvalidInput(f"no trained variable has the path {path!r}; there are {', '.join(self.paths)}")
        values = np.ones(len(self.paths), dtype=np.float32)
        for position, path in enumerate(self.paths):
            fitting = [other for other in factors if _holds(other, path)]
            if fitting:
                values[position] = factors[max(fitting, key=len)]
        return values


def _holds(path: str, variable: str) -> bool:
    return variable == path or variable.startswith(f"{path}/")
