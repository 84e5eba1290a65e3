"""Named float arrays in an HDF5 file, and nothing else that HDF5 can do.

HDF5 files can point to other files, hold Python objects, ask for decompression plug-ins and claim arrays of any size
that are not there. A file that uses any of this is refused: only plain, contiguous floating-point arrays are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from simon_elmo.errors import CorruptPreset, InvalidInput

_MAX_DEPTH = 16
_MAX_ARRAYS = 4096
_MAX_RANK = 8


def write_weights(path: str | Path, arrays: Mapping[str, np.ndarray], dtype: str = "float32") -> None:
    """Write named arrays to an HDF5 file; the same arrays give the same bytes.

    Args:
        path: the file, conventionally `model.weights.h5`.
        arrays: name -> floating-point array; `/` in a name makes groups.
        dtype: `"float32"`, or `"float16"` for half the size at a relative error of up to 5e-4.

    Raises:
        InvalidInput: for another dtype, an array that is not floating-point or not finite in `dtype`, or a name that
            is empty or is a group of another name.

    Example:
        >>> write_weights("/tmp/model.weights.h5", {"head/kernel": np.zeros((128, 9), "float32")})
        >>> read_weights("/tmp/model.weights.h5")["head/kernel"].shape
        (128, 9)
    """
    import h5py

    if dtype not in ("float16", "float32"):
        raise InvalidInput(f"weights are stored as float32 or float16, not {dtype!r}")
    stored = {name: _as_stored(name, array, dtype) for name, array in arrays.items()}
    _check_names(stored)
    with h5py.File(path, "w") as file:
        for name in sorted(stored):
            file.create_dataset(name, data=stored[name], track_times=False)


def read_weights(path: str | Path, group: str = "") -> dict[str, np.ndarray]:
    """Return the arrays of a file that `write_weights` wrote, as float32, by name.

    Args:
        path: the file.
        group: only what is in this group, if the file has one of this name.

    Raises:
        CorruptPreset: naming the file, if it is missing, truncated, not HDF5, or holds anything but plain finite
            floating-point arrays that are wholly in the file (links, objects, external or compressed storage).
    """
    import h5py

    path = Path(path)
    try:
        with h5py.File(path, "r") as file:
            reader = _Reader(path, budget=path.stat().st_size)
            inner = bool(group) and isinstance(file.get(group, getlink=True), h5py.HardLink)
            reader.read_group(file[group] if inner else file, prefix="", depth=0)
            return reader.arrays
    except (OSError, KeyError, RuntimeError, ValueError, TypeError, OverflowError, MemoryError) as error:
        if isinstance(error, CorruptPreset):
            raise
        raise CorruptPreset(f"{path} is not a readable file of weights: {error}") from error


class _Reader:
    """Walks the groups of an open file and collects its arrays, within the size of the file."""

    def __init__(self, path: Path, budget: int) -> None:
        self.path = path
        self.budget = budget
        self.arrays: dict[str, np.ndarray] = {}
        self.seen: set[int] = set()

    def read_group(self, group: Any, prefix: str, depth: int) -> None:
        import h5py

        if depth > _MAX_DEPTH:
            raise self._refused(prefix, "nests groups too deeply")
        for name in group:
            full_name = f"{prefix}{name}"
            if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                raise self._refused(full_name, "is a link to another place or file")
            member = group[name]
            address = h5py.h5o.get_info(member.id).addr
            if address in self.seen or len(self.seen) >= _MAX_ARRAYS:
                raise self._refused(full_name, "is one object too many")
            self.seen.add(address)
            if isinstance(member, h5py.Group):
                self.read_group(member, f"{full_name}/", depth + 1)
            elif isinstance(member, h5py.Dataset):
                self.arrays[full_name] = self._read_array(member, full_name)
            else:
                raise self._refused(full_name, "is neither a group nor an array")

    def _read_array(self, dataset: Any, name: str) -> np.ndarray:
        if dataset.dtype.kind != "f" or dataset.dtype.itemsize not in (2, 4, 8):
            raise self._refused(name, f"has type {dataset.dtype}, not a floating-point type")
        if dataset.shape is None or len(dataset.shape) > _MAX_RANK:
            raise self._refused(name, "is not an array of plain shape")
        if (
            dataset.is_virtual
            or dataset.external
            or dataset.chunks is not None
            or dataset.id.get_create_plist().get_nfilters()
        ):
            raise self._refused(name, "is not stored plainly in this file")
        self.budget -= dataset.nbytes
        if dataset.id.get_storage_size() != dataset.nbytes or self.budget < 0:
            raise self._refused(name, f"claims shape {dataset.shape}, but its values are not in the file")
        array = np.asarray(dataset[()], dtype=np.float32)
        if not np.isfinite(array).all():
            raise self._refused(name, "holds values that are not finite")
        return array

    def _refused(self, name: str, reason: str) -> CorruptPreset:
        return CorruptPreset(f"{self.path}: {name.rstrip('/')!r} {reason}; the file was not read")


def _as_stored(name: str, array: np.ndarray, dtype: str) -> np.ndarray:
    array = np.asarray(array)
    if array.dtype.kind != "f":
        raise InvalidInput(f"weight {name!r} has type {array.dtype}, not a floating-point type")
    with np.errstate(over="ignore"):
        stored = np.ascontiguousarray(array, dtype=dtype).reshape(array.shape)
    if not np.isfinite(stored).all():
        raise InvalidInput(f"weight {name!r} holds values that are not finite in {dtype}")
    return stored


def _check_names(arrays: Mapping[str, np.ndarray]) -> None:
    for name in arrays:
        parts = name.split("/")
        if not all(part and part != "." for part in parts):
            raise InvalidInput(f"{name!r} cannot be the name of a weight")
        for depth in range(1, len(parts)):
            if "/".join(parts[:depth]) in arrays:
                raise InvalidInput(f"{'/'.join(parts[:depth])!r} is a weight and cannot hold the weight {name!r} too")
