"""Sharing the work of a training between several devices."""

from __future__ import annotations

from collections.abc import Sequence

import keras
import numpy as np


def use_all_devices(devices: Sequence[str] | None = None) -> int:
    """Spread batches over all GPUs through Keras' distribution API; return how many devices share the work.

    Weights are copied to every device and each takes a part of the batch (`keras.distribution.DataParallel`, which
    Keras 3.15 has on the JAX backend). With one GPU or none, or on another backend, nothing changes. Call it before a
    network is built.

    Args:
        devices: device names such as `"gpu:0"`; all GPUs by default.
    """
    if keras.backend.backend() != "jax":
        return 1
    names = list(keras.distribution.list_devices("gpu")) if devices is None else list(devices)
    if len(names) > 1:
        keras.distribution.set_distribution(keras.distribution.DataParallel(devices=names))
    return max(len(names), 1)


def sharing_devices() -> int:
    """Return how many devices share each batch, whose size has to be a multiple of it."""
    distribution = keras.distribution.distribution()
    return 1 if distribution is None else int(np.prod(distribution.device_mesh.shape))
