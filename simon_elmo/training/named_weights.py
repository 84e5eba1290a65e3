"""A network's weights as named arrays, in both directions."""

from __future__ import annotations

from collections.abc import Mapping

import keras
import numpy as np

from simon_elmo.errors import WeightMismatch


def weights_of(model: keras.Model) -> dict[str, np.ndarray]:
    """Return the weights of a network by name, float32 arrays in the order of the layers.

    Names are paths of layer names such as `cell_lstm/forward_lstm/lstm_cell/kernel`; the state of random generators is
    not a weight.
    """
    return {weight.path: keras.ops.convert_to_numpy(weight) for weight in model.weights}


def assign_weights(model: keras.Model, arrays: Mapping[str, np.ndarray], source: str = "the weights") -> None:
    """Copy named arrays into a network of the same shapes.

    Args:
        model: the network.
        arrays: one array per weight, by the names of `weights_of`.
        source: what the arrays come from, for error messages.

    Raises:
        WeightMismatch: for a weight that is missing, unknown or of another shape; the network is then unchanged.
    """
    weights = {weight.path: weight for weight in model.weights}
    for name in sorted(set(weights) ^ set(arrays)):
        raise WeightMismatch(f"{source}: weight {name!r} is {'missing' if name in weights else 'not in this network'}")
    for name, weight in weights.items():
        if tuple(arrays[name].shape) != tuple(weight.shape):
            raise WeightMismatch(
                f"{source}: weight {name!r} has shape {tuple(arrays[name].shape)}, expected {tuple(weight.shape)}"
            )
    for name, weight in weights.items():
        weight.assign(np.asarray(arrays[name], dtype="float32"))
