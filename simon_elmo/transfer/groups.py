"""The layers of a network as groups, the top one first: what is frozen, unfrozen and slowed down together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import keras

from simon_elmo.errors import InvalidInput


@dataclass(frozen=True)
class ParameterGroup:
    """Layers that are trained, frozen and slowed down together.

    Attributes:
        name: the name of its top layer.
        layers: its layers.
    """

    name: str
    layers: tuple[Any, ...]

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths of its weights, those that are frozen too."""
        return tuple(weight.path for layer in self.layers for weight in layer.weights)


def parameter_groups(model: keras.Model, groups: Sequence[Sequence[str]] | None = None) -> tuple[ParameterGroup, ...]:
    """Return the groups of a network's layers from its outputs down to its inputs.

    Every network is a stack of layers here, whether it reads columns, documents or sentences. Networks inside the
    network are taken apart; a wrapper such as `Bidirectional` is one layer.

    Args:
        model: a built network.
        groups: names of layers that belong together, the top group first; every layer with weights once. A network may
            have its own, which its method `groups_of_layers` returns as names and layers. Without either each layer is
            a group.

    Returns:
        Groups of layers that have weights, the top one first.

    Raises:
        InvalidInput: if a named layer does not exist or has no weights, is named twice, or one is left out; or if the
            network has no weights.

    Example:
        >>> lower, upper = keras.layers.Dense(3, name="a"), keras.layers.Dense(2, name="b")
        >>> model = keras.Sequential([keras.Input((4,)), lower, upper])
        >>> [group.name for group in parameter_groups(model)]
        ['b', 'a']
    """
    layers = [layer for layer in _layers(model) if layer.weights]
    if not layers:
        raise InvalidInput(f"the network {model.name!r} has no weights; build it first")
    if groups is None:
        if hasattr(model, "groups_of_layers"):
            return tuple(ParameterGroup(name, tuple(layers)) for name, layers in model.groups_of_layers())
        return tuple(ParameterGroup(layer.name, (layer,)) for layer in reversed(layers))
    by_name = {layer.name: layer for layer in layers}
    named = [name for group in groups for name in group]
    for name in named:
        if name not in by_name:
            raise InvalidInput(f"no layer with weights is called {name!r}; there are {', '.join(by_name)}")
        if named.count(name) > 1:
            raise InvalidInput(f"layer {name!r} is in more than one group")
    left_out = [name for name in by_name if name not in named]
    if left_out:
        raise InvalidInput(f"layer {left_out[0]!r} is in no group")
    return tuple(ParameterGroup(group[0], tuple(by_name[name] for name in group)) for group in groups if group)


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


def discriminative_factors(
    groups: Sequence[ParameterGroup], decay: float = 2.6, n_trained: int | None = None
) -> dict[str, float]:
    """Return the learning-rate factor of every weight: 1 in the top group, `decay` times smaller per group down.

    Source: Howard and Ruder 2018, "Universal Language Model Fine-tuning for Text Classification", section 3.2.

    Args:
        groups: the top group first.
        decay: how many times smaller the rate of the next group is.
        n_trained: how many groups are trained, from the top; the others get factor 0. All by default.

    Returns:
        Path of a trainable weight -> factor, as `LayerwiseAdam` takes them.

    Raises:
        InvalidInput: if `decay` is not above 0.
    """
    if decay <= 0:
        raise InvalidInput(f"decay must be above 0: {decay!r}")
    trained = len(groups) if n_trained is None else n_trained
    return {
        weight.path: decay**-depth if depth < trained else 0.0
        for depth, group in enumerate(groups)
        for layer in group.layers
        for weight in layer.trainable_weights
    }


def _layers(model: Any) -> Iterator[Any]:
    """Yield layers from the inputs up, those of inner networks in their place."""
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from _layers(layer)
        else:
            yield layer
