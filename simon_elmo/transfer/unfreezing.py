"""Gradual unfreezing: the top group of layers first, one more an epoch."""

from __future__ import annotations

from collections.abc import Sequence

import keras

from simon_elmo.errors import InvalidInput
from simon_elmo.transfer.optimizers import LayerwiseAdam
from simon_elmo.transfer.parameter_groups import ParameterGroup, discriminative_factors, parameter_groups


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
