"""Freezing the lower layers of a network."""

from __future__ import annotations

from collections.abc import Sequence

import keras

from simon_elmo.errors import InvalidInput
from simon_elmo.transfer.parameter_groups import ParameterGroup, parameter_groups


def freeze(
    model: keras.Model, until: str = "head", groups: Sequence[ParameterGroup] | None = None
) -> tuple[ParameterGroup, ...]:
    """Freeze all groups of layers below one of them; that one and those above it are trained.

    A network that was compiled must be compiled again for the change to take effect.

    Args:
        model: a built network.
        until: name of the lowest group that is still trained, or of a layer in it.
        groups: the groups, the top one first; `parameter_groups(model)` by default.

    Returns:
        The groups that are trained, the top one first.

    Raises:
        InvalidInput: if no group or layer has that name.

    Example:
        >>> lower, upper = keras.layers.Dense(3, name="a"), keras.layers.Dense(2, name="b")
        >>> model = keras.Sequential([keras.Input((4,)), lower, upper])
        >>> [group.name for group in freeze(model, until="b")], len(model.trainable_weights)
        (['b'], 2)
    """
    groups = parameter_groups(model) if groups is None else tuple(groups)
    for depth, group in enumerate(groups):
        if until == group.name or any(until == layer.name for layer in group.layers):
            set_trained(groups, depth + 1)
            return tuple(groups[: depth + 1])
    raise InvalidInput(f"no layer is called {until!r}; there are {', '.join(group.name for group in groups)}")


def unfreeze(model: keras.Model) -> None:
    """Let all layers of a network be trained; compile it again for the change to take effect."""
    groups = parameter_groups(model)
    set_trained(groups, len(groups))


def set_trained(groups: Sequence[ParameterGroup], n_trained: int) -> None:
    """Let the first `n_trained` groups be trained and freeze the others."""
    for depth, group in enumerate(groups):
        for layer in group.layers:
            layer.trainable = depth < n_trained
