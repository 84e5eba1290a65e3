"""The schedules of `schedules` for Keras optimizers."""

from __future__ import annotations

from typing import Any, ClassVar

import keras
import numpy as np
from keras import ops

from simon_elmo.errors import InvalidInput
from simon_elmo.transfer.schedules import SCHEDULES, staged


class PlannedRate(keras.optimizers.schedules.LearningRateSchedule):
    """A rate for every step of a run whose length is known, worked out once.

    Args:
        learning_rate: the highest rate.
        total_steps: steps of the whole run; the last rate is kept after them.
        frozen_epochs: epochs in which some groups of weights are still frozen; each runs through the schedule once, as
            `staged` describes.
        steps_per_epoch: steps of an epoch; needed with `frozen_epochs`.

    Raises:
        InvalidInput: for a value out of its range.
    """

    kind: ClassVar[str] = "constant"

    def __init__(
        self, learning_rate: float, total_steps: int, frozen_epochs: int = 0, steps_per_epoch: int = 1
    ) -> None:
        self.learning_rate = float(learning_rate)
        self.total_steps = int(total_steps)
        self.frozen_epochs = int(frozen_epochs)
        self.steps_per_epoch = int(steps_per_epoch)
        self.rates = staged(
            SCHEDULES[self.kind], self.total_steps, self.learning_rate, self.frozen_epochs, self.steps_per_epoch
        ).astype(np.float32)

    def __call__(self, step: Any) -> Any:
        """Return the rate of a step."""
        last = len(self.rates) - 1
        return ops.take(ops.convert_to_tensor(self.rates), ops.minimum(ops.cast(step, "int32"), last))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {
            "learning_rate": self.learning_rate,
            "total_steps": self.total_steps,
            "frozen_epochs": self.frozen_epochs,
            "steps_per_epoch": self.steps_per_epoch,
        }


@keras.saving.register_keras_serializable(package="simon_elmo")
class SlantedTriangular(PlannedRate):
    """Rates that rise in the first tenth of the steps and fall slowly after it; see `schedules.slanted_triangular`.

    Example:
        >>> float(SlantedTriangular(1.0, total_steps=50)(5))
        1.0
    """

    kind = "slanted-triangular"


@keras.saving.register_keras_serializable(package="simon_elmo")
class OneCycle(PlannedRate):
    """Rates that rise along a cosine and fall along a cosine; see `schedules.one_cycle`."""

    kind = "one-cycle"


@keras.saving.register_keras_serializable(package="simon_elmo")
class CosineWithWarmup(PlannedRate):
    """Rates that rise linearly and fall along half a cosine; see `schedules.cosine_with_warmup`."""

    kind = "cosine"


def rate_schedule(
    kind: str, learning_rate: float, total_steps: int, frozen_epochs: int = 0, steps_per_epoch: int = 1
) -> float | PlannedRate:
    """Return a Keras schedule by its name in `TrainingConfig.schedule`; a plain number for `"constant"`.

    Raises:
        InvalidInput: for an unknown name or a value out of its range.
    """
    if kind == "constant":
        return float(learning_rate)
    for schedule in (SlantedTriangular, OneCycle, CosineWithWarmup):
        if schedule.kind == kind:
            return schedule(learning_rate, total_steps, frozen_epochs, steps_per_epoch)
    raise InvalidInput(f"there is no schedule {kind!r}; there are {', '.join(SCHEDULES)}")
