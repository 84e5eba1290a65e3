"""The published HDF5 layout of a biLM's weights, read into a backbone and written from one.

Both directions walk the same table, one row per dataset, so that other ELMo readers can read what is written here and
the other way round. Arrays are copied one at a time: loading needs little more memory than the network itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simon_elmo.errors import CorruptPreset, InvalidInput, WeightMismatch
from simon_elmo.persistence.files import replaced_atomically

if TYPE_CHECKING:
    from simon_elmo.elmo.network.backbone import ElmoBackbone
    from simon_elmo.elmo.network.projected_lstm import ProjectedLSTM

# numbers that are read and copied at a time
_PIECE = 2**20


@dataclass(frozen=True)
class _Dataset:
    """One dataset of the layout.

    Attributes:
        name: as this library writes it.
        weights: the variables that make it up, their rows below each other.
        row_axis: whether the file has an axis of length 1 in front (convolutions over one row of characters).
        other_names: spellings found in the reference's own dumps.
    """

    name: str
    weights: tuple[Any, ...]
    row_axis: bool = False
    other_names: tuple[str, ...] = ()

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape in the file."""
        first = tuple(self.weights[0].shape)
        rows = sum(int(weight.shape[0]) for weight in self.weights)
        return (1, *first) if self.row_axis else (rows, *first[1:])


def weights_of(backbone: ElmoBackbone) -> dict[str, np.ndarray]:
    """Return the weights as the arrays of the published layout, float32 by dataset name."""
    return {dataset.name: _value(dataset) for dataset in _layout(backbone)}


def assign_weights(backbone: ElmoBackbone, arrays: Mapping[str, Any], source: str = "the weights") -> None:
    """Copy arrays named and laid out as in published files into a network.

    Args:
        backbone: the network.
        arrays: numpy arrays or open HDF5 datasets by name; all that the network has and no other.
        source: what they come from, for error messages.

    Raises:
        WeightMismatch: naming the dataset that is missing, is not part of the network or has another shape, with the
            shape found and the shape expected; the network is unchanged then.
        CorruptPreset: for values that are not finite.
    """
    found = [(dataset, _find(dataset, arrays, source)) for dataset in _layout(backbone)]
    unknown = sorted(set(arrays) - {name for _, name in found})
    if unknown:
        raise WeightMismatch(
            f"{source} holds {unknown[0]!r}, which a model of these options does not have; check the options "
            "(layers, directions, highway layers, projection)"
        )
    # the largest first: what is copied meanwhile is then never more than what small arrays leave of the limit
    for dataset, name in sorted(found, key=lambda pair: -int(np.prod(pair[0].shape))):
        start = 0
        for weight in dataset.weights:
            stop = start + int(weight.shape[0])
            _assign(weight, arrays[name], 0 if dataset.row_axis else slice(start, stop), f"{source}: {name!r}")
            start = stop


def _assign(weight: Any, array: Any, rows: int | slice, described: str) -> None:
    import keras

    if keras.backend.backend() != "tensorflow" or isinstance(rows, int):
        weight.assign(_finite(array[rows], described))
        return
    import tensorflow as tf

    # TensorFlow keeps two more copies of what a whole variable is assigned, so that pieces of it are
    step = max(_PIECE // max(int(np.prod(weight.shape[1:])), 1), 1)
    for start in range(rows.start, rows.stop, step):
        stop = min(start + step, rows.stop)
        piece = _finite(array[start:stop], described)
        weight.value[start - rows.start : stop - rows.start].assign(piece)
    # a variable that was written in pieces is copied whenever it is read, at every step of an LSTM
    tf.raw_ops.DisableCopyOnRead(resource=weight.value.handle)


def _finite(array: Any, described: str) -> np.ndarray:
    value = np.asarray(array, dtype=np.float32)
    if value.size and not (np.isfinite(value.min()) and np.isfinite(value.max())):
        raise CorruptPreset(f"{described} holds values that are not finite")
    return value


def layout_name(variable: str) -> str:
    """Return the dataset's name for the name of a variable of the reference's training graph.

    Example:
        >>> layout_name("lm/RNN_1/rnn/multi_rnn_cell/cell_0/lstm_cell/kernel:0")
        'RNN_1/RNN/MultiRNNCell/Cell0/LSTMCell/kernel'
    """
    name = variable.removeprefix("lm/").removesuffix(":0")
    for written, published in (
        ("multi_rnn_cell/cell_", "MultiRNNCell/Cell"),
        ("/lstm_cell/", "/LSTMCell/"),
        ("RNN_0/rnn/", "RNN_0/RNN/"),
        ("RNN_1/rnn/", "RNN_1/RNN/"),
    ):
        name = name.replace(written, published)
    return name


def load_weights(backbone: ElmoBackbone, path: str | Path) -> None:
    """Read a published weights file into a network, one array at a time.

    Raises:
        CorruptPreset: if the file is missing, not HDF5, truncated, or holds anything but plain floating-point arrays.
        WeightMismatch: as `assign_weights`.
    """
    import h5py

    try:
        with h5py.File(path, "r") as file:
            assign_weights(backbone, dict(plain_datasets(file, str(path))), source=str(path))
    except (OSError, KeyError, RuntimeError) as error:
        if isinstance(error, (CorruptPreset, WeightMismatch)):
            raise
        raise CorruptPreset(f"{path} is not a readable HDF5 file of ELMo weights: {error}") from error


def save_weights(backbone: ElmoBackbone, path: str | Path, dtype: str = "float32") -> None:
    """Write a network's weights in the published layout; the file is there as a whole or not at all.

    Args:
        backbone: the network.
        path: the file, conventionally `lm_weights.hdf5`.
        dtype: `"float32"`, or `"float16"` for half the size at a relative error of up to 5e-4.

    Raises:
        InvalidInput: for another dtype or a path that cannot be written to.
    """
    import h5py

    if dtype not in ("float32", "float16"):
        raise InvalidInput(f"weights are stored as float32 or float16, not {dtype!r}")
    with replaced_atomically(path) as temporary, h5py.File(temporary, "w") as file:
        for dataset in _layout(backbone):
            file.create_dataset(dataset.name, data=_value(dataset).astype(dtype), track_times=False)


def _layout(backbone: ElmoBackbone) -> Iterator[_Dataset]:
    """Yield the datasets of a network in the order in which they are written."""
    encoder = backbone.token_encoder
    if not backbone.config.reads_characters:
        yield _Dataset("embedding", (encoder.embedding,))
    else:
        yield _Dataset("char_embed", (encoder.embedding,))
        for level, (kernel, bias) in enumerate(zip(encoder.kernels, encoder.biases, strict=True)):
            yield _Dataset(f"CNN/W_cnn_{level}", (kernel,), row_axis=True)
            yield _Dataset(f"CNN/b_cnn_{level}", (bias,))
        for level, highway in enumerate(encoder.highways):
            for part in ("carry", "transform"):
                yield _Dataset(f"CNN_high_{level}/W_{part}", (getattr(highway, f"{part}_kernel"),))
                yield _Dataset(f"CNN_high_{level}/b_{part}", (getattr(highway, f"{part}_bias"),))
        if encoder.projection is not None:
            yield _Dataset("CNN_proj/W_proj", (encoder.projection,))
            yield _Dataset("CNN_proj/b_proj", (encoder.projection_bias,))
    for number, direction in enumerate(backbone.bilstm.directions):
        for level, lstm in enumerate(direction.layers):
            yield from _lstm_layout(lstm, f"RNN_{number}/RNN", f"MultiRNNCell/Cell{level}/LSTMCell/")


def _lstm_layout(lstm: ProjectedLSTM, scope: str, cell: str) -> Iterator[_Dataset]:
    def dataset(name: str, kernel_name: str, *weights: Any) -> _Dataset:
        scopes = (scope, scope.replace("/RNN", "/rnn"), "rnn") if scope == "RNN_0/RNN" else (scope,)
        names = [f"{prefix}/{cell}{ending}" for prefix in scopes for ending in (name, kernel_name)]
        return _Dataset(names[0], weights, other_names=tuple(names[1:]))

    yield dataset("W_0", "kernel", lstm.kernel, lstm.recurrent_kernel)
    yield dataset("B", "bias", lstm.bias)
    if lstm.projection is not None:
        yield dataset("W_P_0", "projection/kernel", lstm.projection)


def _find(dataset: _Dataset, arrays: Mapping[str, Any], source: str) -> str:
    """Return the name under which a dataset is there, having compared its shape."""
    for name in (dataset.name, *dataset.other_names):
        if name in arrays:
            if tuple(arrays[name].shape) != dataset.shape:
                raise WeightMismatch(
                    f"{source}: {name!r} has shape {tuple(arrays[name].shape)}, the options expect {dataset.shape}"
                )
            return name
    raise WeightMismatch(f"{source}: {dataset.name!r} is missing, expected with shape {dataset.shape}")


def _value(dataset: _Dataset) -> np.ndarray:
    from keras import ops

    parts = [np.asarray(ops.convert_to_numpy(weight), dtype=np.float32) for weight in dataset.weights]
    return parts[0][None] if dataset.row_axis else np.concatenate(parts)


def plain_datasets(group: Any, source: str, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the datasets of an open file by name, refusing all that would lead out of it."""
    import h5py

    for name in group:
        full_name = f"{prefix}{name}"
        if not isinstance(group.get(name, getlink=True), h5py.HardLink):
            raise CorruptPreset(f"{source}: {full_name!r} is a link to another place or file; it was not read")
        member = group[name]
        if isinstance(member, h5py.Group):
            if full_name.count("/") > 16:
                raise CorruptPreset(f"{source}: {full_name!r} nests groups too deeply")
            yield from plain_datasets(member, source, f"{full_name}/")
        elif member.dtype.kind != "f" or member.is_virtual or member.external:
            raise CorruptPreset(f"{source}: {full_name!r} is not a plain floating-point array; it was not read")
        else:
            yield full_name, member
