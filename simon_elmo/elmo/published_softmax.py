"""`softmax.hdf5`: what a language model needs to predict words, beside the weights that other ELMo readers know."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from simon_elmo.elmo.published_weights import plain_datasets
from simon_elmo.errors import CorruptPreset, WeightMismatch
from simon_elmo.persistence.files import replaced_atomically

_NAMES = ("W", "b")


def save_softmax(path: str | Path, softmax: Mapping[str, np.ndarray], dtype: str = "float32") -> None:
    """Write `softmax/W` (V, P) and `softmax/b` (V,) as the datasets `W` and `b`; the file is there as a whole or not.

    Args:
        path: the file.
        softmax: as `LanguageModel.softmax` returns it.
        dtype: `"float32"` or `"float16"`.
    """
    import h5py

    with replaced_atomically(path) as temporary, h5py.File(temporary, "w") as file:
        for name in _NAMES:
            file.create_dataset(name, data=softmax[f"softmax/{name}"].astype(dtype), track_times=False)


def load_softmax(path: str | Path, vocabulary_size: int, units: int) -> dict[str, np.ndarray]:
    """Return `softmax/W` (V, P) and `softmax/b` (V,), float32.

    Raises:
        CorruptPreset: if the file is missing, not HDF5, or holds anything but finite floating-point arrays.
        WeightMismatch: if an array is missing or has another shape.
    """
    import h5py

    try:
        with h5py.File(path, "r") as file:
            found = {name: np.asarray(value, np.float32) for name, value in plain_datasets(file, str(path))}
    except (OSError, KeyError, RuntimeError) as error:
        if isinstance(error, CorruptPreset):
            raise
        raise CorruptPreset(f"{path} is not a readable HDF5 file of a softmax: {error}") from error
    for name, shape in (("W", (vocabulary_size, units)), ("b", (vocabulary_size,))):
        if name not in found or found[name].shape != shape:
            described = f"has shape {found[name].shape}" if name in found else "is missing"
            raise WeightMismatch(f"{path}: {name!r} {described}, expected shape {shape}")
        if not np.isfinite(found[name]).all():
            raise CorruptPreset(f"{path}: {name!r} holds values that are not finite")
    return {f"softmax/{name}": found[name] for name in _NAMES}
