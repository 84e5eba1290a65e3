"""Learning rates over the steps of a training run, as plain numbers and as Keras schedules.

A schedule is a function `(step, total_steps, learning_rate) -> rate` that takes one step or an array of them, counted
from 0; `SCHEDULES` has them by name. `SlantedTriangular`, `OneCycle` and `CosineWithWarmup` are Keras schedules of the
same numbers, and `rate_schedule` returns one by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar

import keras
import numpy as np
from keras import ops

from simon_elmo.errors import InvalidInput

Steps = int | np.ndarray


def constant(step: Steps, total_steps: int, learning_rate: float) -> np.ndarray:
    """Return the same rate at every step, float64 of the shape of `step`."""
    step, _ = _checked(step, total_steps, learning_rate)
    return np.full(step.shape, float(learning_rate))


def slanted_triangular(
    step: Steps, total_steps: int, learning_rate: float, cut_frac: float = 0.1, ratio: float = 32.0
) -> np.ndarray:
    """Return rates that rise to `learning_rate` in the first steps and fall slowly after them.

    With `cut = floor(total_steps * cut_frac)`, `p = step / cut` before the cut and
    `p = 1 - (step - cut) / (cut * (1 / cut_frac - 1))` from it on, the rate is
    `learning_rate * (1 + p * (ratio - 1)) / ratio`. Where rounding of the cut would let the rate fall below its lowest
    value, `learning_rate / ratio`, it stays there; where the cut is 0 the rate falls from the first step to the last.

    Source: Howard and Ruder 2018, "Universal Language Model Fine-tuning for Text Classification", section 3.2.

    Args:
        step: one step or an array of steps.
        total_steps: number of steps of the run.
        learning_rate: the highest rate.
        cut_frac: share of the steps in which the rate rises, in (0, 1).
        ratio: how many times smaller the lowest rate is.

    Returns:
        float64 of the shape of `step`.

    Raises:
        InvalidInput: for a value out of its range.

    Example:
        >>> slanted_triangular(np.array([0, 5, 49]), 50, 1.0).round(5).tolist()
        [0.03125, 1.0, 0.05278]
    """
    step, total_steps = _checked(step, total_steps, learning_rate)
    if not 0 < cut_frac < 1 or ratio < 1:
        raise InvalidInput(f"cut_frac must be in (0, 1) and ratio at least 1: {cut_frac!r}, {ratio!r}")
    # a product such as 0.29 * 100 is 28.999999999999996; its floor is 29
    cut = int(np.floor(total_steps * cut_frac + 1e-9))
    falling = cut * (1 / cut_frac - 1) if cut else float(total_steps)
    share = np.where(step < cut, step / max(cut, 1), 1 - (step - cut) / falling)
    return learning_rate * (1 + np.clip(share, 0.0, 1.0) * (ratio - 1)) / ratio


def one_cycle(
    step: Steps,
    total_steps: int,
    learning_rate: float,
    warmup_frac: float = 0.3,
    start_factor: float = 25.0,
    final_factor: float = 1e4,
) -> np.ndarray:
    """Return rates that rise along a cosine to `learning_rate` and fall along a cosine to almost nothing.

    The first rate is `learning_rate / start_factor`, the last one `learning_rate / start_factor / final_factor`. The
    highest is reached after `warmup_frac * total_steps - 1` steps.

    Source: Smith and Topin 2018, "Super-Convergence"; the cosine form is fastai's.

    Args:
        step: one step or an array of steps.
        total_steps: number of steps of the run.
        learning_rate: the highest rate.
        warmup_frac: share of the steps in which the rate rises, in (0, 1).
        start_factor: how many times smaller the first rate is.
        final_factor: how many times smaller than the first rate the last one is.

    Returns:
        float64 of the shape of `step`.

    Raises:
        InvalidInput: for a value out of its range.
    """
    step, total_steps = _checked(step, total_steps, learning_rate)
    if not 0 < warmup_frac < 1 or start_factor < 1 or final_factor < 1:
        raise InvalidInput(
            "warmup_frac must be in (0, 1), start_factor and final_factor at least 1: "
            f"{warmup_frac!r}, {start_factor!r}, {final_factor!r}"
        )
    first = learning_rate / start_factor
    last = first / final_factor
    top = max(warmup_frac * total_steps - 1, 0.0)
    rising = _cosine(first, learning_rate, step / max(top, 1e-9))
    falling = _cosine(learning_rate, last, (step - top) / max(total_steps - 1 - top, 1e-9))
    return np.where(step <= top, rising if top > 0 else learning_rate, falling)


def cosine_with_warmup(
    step: Steps, total_steps: int, learning_rate: float, warmup_frac: float = 0.05, start_factor: float = 25.0
) -> np.ndarray:
    """Return rates that rise linearly from `learning_rate / start_factor` and fall along half a cosine to 0.

    Source: Loshchilov and Hutter 2017, "SGDR", equation 5 without restarts.

    Args:
        step: one step or an array of steps.
        total_steps: number of steps of the run.
        learning_rate: the highest rate.
        warmup_frac: share of the steps in which the rate rises, at least one step, in (0, 1).
        start_factor: how many times smaller the first rate is.

    Returns:
        float64 of the shape of `step`.

    Raises:
        InvalidInput: for a value out of its range.
    """
    step, total_steps = _checked(step, total_steps, learning_rate)
    if not 0 < warmup_frac < 1 or start_factor < 1:
        raise InvalidInput(
            f"warmup_frac must be in (0, 1) and start_factor at least 1: {warmup_frac!r}, {start_factor!r}"
        )
    warmup = max(int(total_steps * warmup_frac + 1e-9), 1)
    first = learning_rate / start_factor
    rising = first + (learning_rate - first) * step / warmup
    return np.where(step < warmup, rising, _cosine(learning_rate, 0.0, (step - warmup) / max(total_steps - warmup, 1)))


SCHEDULES: Mapping[str, Callable[[Steps, int, float], np.ndarray]] = MappingProxyType(
    {
        "constant": constant,
        "cosine": cosine_with_warmup,
        "slanted-triangular": slanted_triangular,
        "one-cycle": one_cycle,
    }
)


def staged(
    schedule: Callable[[Steps, int, float], np.ndarray],
    total_steps: int,
    learning_rate: float,
    frozen_epochs: int = 0,
    steps_per_epoch: int = 1,
) -> np.ndarray:
    """Return the rate of every step of a run whose first epochs train some groups of weights only.

    Each epoch in which groups are still frozen runs through the schedule once, the epochs after them together once
    more, so that a group that is unfrozen starts with a small rate.

    Args:
        schedule: one of the functions of this module.
        total_steps: steps of the whole run.
        learning_rate: the highest rate.
        frozen_epochs: epochs before all groups are trained.
        steps_per_epoch: steps of an epoch.

    Returns:
        float64 (total_steps,).

    Raises:
        InvalidInput: when the frozen epochs leave no step after them.

    Example:
        >>> staged(slanted_triangular, 50, 1.0, frozen_epochs=1, steps_per_epoch=10)[[0, 1, 10, 14]].tolist()
        [0.03125, 1.0, 0.03125, 1.0]
    """
    frozen_steps = frozen_epochs * steps_per_epoch
    if frozen_epochs < 0 or steps_per_epoch < 1 or frozen_steps >= total_steps:
        raise InvalidInput(
            f"{frozen_epochs} epochs of {steps_per_epoch} steps with frozen groups do not fit into {total_steps} "
            "steps; train for more epochs or with fewer groups"
        )
    epoch = schedule(np.arange(steps_per_epoch), steps_per_epoch, learning_rate)
    rest = total_steps - frozen_steps
    return np.concatenate([*[epoch] * frozen_epochs, schedule(np.arange(rest), rest, learning_rate)])


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


def _checked(step: Steps, total_steps: int, learning_rate: float) -> tuple[np.ndarray, int]:
    steps = np.asarray(step, dtype=np.float64)
    if total_steps < 1 or learning_rate <= 0:
        raise InvalidInput(f"total_steps and learning_rate must be above 0: {total_steps!r}, {learning_rate!r}")
    if steps.size and steps.min() < 0:
        raise InvalidInput(f"steps are counted from 0: {steps.min():.0f}")
    return np.minimum(steps, total_steps), int(total_steps)


def _cosine(first: float, last: float, share: np.ndarray) -> np.ndarray:
    return last + (first - last) * (1 + np.cos(np.pi * np.clip(share, 0.0, 1.0))) / 2
