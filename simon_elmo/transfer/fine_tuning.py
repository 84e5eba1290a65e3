"""Full fine-tuning of any network here: SIMOn's, documents' and ELMo's, through their groups of layers."""

from __future__ import annotations

from collections.abc import Sequence

import keras

from simon_elmo.transfer.optimizers import LayerwiseAdam
from simon_elmo.transfer.parameter_groups import ParameterGroup, discriminative_factors, parameter_groups
from simon_elmo.transfer.rate_schedules import rate_schedule
from simon_elmo.transfer.unfreezing import GradualUnfreezing, partly_frozen_epochs


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
        gradual: whether groups are unfrozen one an epoch.
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
