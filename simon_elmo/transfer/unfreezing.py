"""Full fine-tuning of any network here: SIMOn's, documents' and ELMo's, through their groups of layers."""

from __future__ import annotations

from collections.abc import Sequence

import keras

from simon_elmo.errors import InvalidInput
from simon_elmo.transfer.groups import ParameterGroup, discriminative_factors, parameter_groups
from simon_elmo.transfer.optimizers import LayerwiseAdam
from simon_elmo.transfer.schedules import rate_schedule


def fine_tuning(
    model: keras.Model,
    epochs: int,
    steps_per_epoch: int,
    learning_rate: float = 1e-3,
    schedule: str = "slanted-triangular",
    gradual: bool = True,
    decay: float = 2.6,
    clip_norm: float | None = 1.0,
    groups: Sequence[ParameterGroup] | None = None,
) -> tuple[LayerwiseAdam, list[keras.callbacks.Callback]]:
    """Return the optimizer and the callbacks of ULMFiT's fine-tuning: compile with the one, fit with the others.

    Lower groups of layers get smaller rates, each `decay` times smaller than the one above. With `gradual`, the top
    group is trained in the first epoch and one more in each epoch after it, and the schedule runs once an epoch while
    groups are frozen and once more over the rest. Runs with fewer epochs than groups unfreeze what they reach.

    Source: Howard and Ruder 2018, "Universal Language Model Fine-tuning for Text Classification", sections 3.2, 3.3.

    Args:
        model: a built network.
        epochs: epochs of the whole run.
        steps_per_epoch: steps of an epoch.
        learning_rate: the highest rate of the top group.
        schedule: `"slanted-triangular"`, `"one-cycle"`, `"cosine"` or `"constant"`.
        gradual: whether one group is unfrozen per epoch.
        decay: how many times smaller the rate of the next group is.
        clip_norm: limit of the norm of all gradients together; None for none.
        groups: the groups, the top one first; `parameter_groups(model)` by default.

    Returns:
        The optimizer, and callbacks for `fit`.

    Raises:
        InvalidInput: for a value out of its range.

    Example:
        >>> optimizer, callbacks = fine_tuning(model, epochs=5, steps_per_epoch=100)  # doctest: +SKIP
        >>> model.compile(optimizer, "binary_crossentropy")  # doctest: +SKIP
        >>> model.fit(x, y, epochs=5, callbacks=callbacks)  # doctest: +SKIP
    """
    groups = parameter_groups(model) if groups is None else tuple(groups)
    frozen_epochs = partly_frozen_epochs(groups, epochs) if gradual else 0
    rate = rate_schedule(schedule, learning_rate, epochs * steps_per_epoch, frozen_epochs, steps_per_epoch)
    factors = discriminative_factors(groups, decay, n_trained=1 if gradual else None)
    optimizer = LayerwiseAdam(rate, factors, global_clipnorm=clip_norm)
    return optimizer, [GradualUnfreezing(groups, decay)] if gradual else []


def partly_frozen_epochs(groups: Sequence[ParameterGroup], epochs: int) -> int:
    """Return in how many epochs of gradual unfreezing some group is still frozen, at most all but the last."""
    return min(len(groups), epochs) - 1


class GradualUnfreezing(keras.callbacks.Callback):
    """Train the top group in the first epoch and one group more in each epoch after it.

    The network has to be compiled with a `LayerwiseAdam`, whose factors are set before each epoch: 0 for groups that
    are still frozen, `1 / decay` for each group further down. Nothing is compiled again, and the epoch counts, not the
    call of `fit`, so that interrupted training goes on where it was.

    Source: Howard and Ruder 2018, "Universal Language Model Fine-tuning for Text Classification", section 3.3.

    Args:
        groups: the top group first; `parameter_groups(model)` by default.
        decay: how many times smaller the rate of the next group is; 1 for equal rates.

    Raises:
        InvalidInput: when training begins, if the optimizer is another one.

    Example:
        >>> model.compile(LayerwiseAdam(1e-3), "binary_crossentropy")  # doctest: +SKIP
        >>> model.fit(x, y, epochs=5, callbacks=[GradualUnfreezing()])  # doctest: +SKIP
    """

    def __init__(self, groups: Sequence[ParameterGroup] | None = None, decay: float = 2.6) -> None:
        super().__init__()
        self.groups = None if groups is None else tuple(groups)
        self.decay = decay

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Find the groups."""
        if not isinstance(self.model.optimizer, LayerwiseAdam):
            raise InvalidInput(
                f"gradual unfreezing needs the optimizer LayerwiseAdam, not {type(self.model.optimizer).__name__}; "
                "compile the network with it"
            )
        if self.groups is None:
            self.groups = parameter_groups(self.model)

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Unfreeze one group more."""
        factors = discriminative_factors(self.groups or (), self.decay, n_trained=epoch + 1)
        self.model.optimizer.set_factors(factors)
