"""Checkpoints of the original SIMOn library (Keras 1 and 2), turned into model folders of this one.

A checkpoint is an HDF5 file of weights and a pickle that holds the encoder: its characters, categories and number of
cells. A pickle can run any program when it is read, so nothing of it is built here but strings, numbers, lists and
dictionaries; the few classes that such a file names are replaced by records without any behaviour, and every other name
is refused.

The original encoder writes a cell backwards and pads it on the left, which is the mirror image of how cells are written
here. A network whose convolutions are mirrored and whose two directions change places gives the same numbers for the
mirror image, so that is what the converter writes. Cells longer than the network keep their last characters, as there.

Source: uncharted-distil/simon, `Encoder.x_encode`, `Simon.generate_model`, `Simon.save_config`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from simon_elmo.errors import InvalidConfig, WeightMismatch
from simon_elmo.legacy.pickled_encoder import LegacyEncoder, read_encoder
from simon_elmo.persistence.weights import read_weights
from simon_elmo.simon.columns import ColumnClassifier
from simon_elmo.simon.config import SimonConfig

_LAYER = re.compile(r"(conv(?:olution)?1d|lstm|dense)_(\d+)(?:[/_](kernel|recurrent_kernel|bias|W|U|b))(?::0)?$")
_KINDS = {"kernel": "kernel", "W": "kernel", "recurrent_kernel": "recurrent_kernel", "U": "recurrent_kernel",
          "bias": "bias", "b": "bias"}  # fmt: skip
_POOL = 2


def convert_checkpoint(
    hdf5: str | Path, pkl: str | Path, folder: str | Path | None = None, max_len: int = 20
) -> ColumnClassifier:
    """Return the classifier of an original SIMOn checkpoint, and write it to a model folder.

    Its probabilities are those of the original network on the same cells. Of columns with more cells than it reads, the
    original takes the first ones; here cells are drawn from the whole column.

    Args:
        hdf5: the weights: `model.save_weights`, or a whole model that `ModelCheckpoint` saved.
        pkl: the configuration that `save_config` pickled.
        folder: where to write the model; None writes nothing.
        max_len: characters of a cell that the network was built for; it is not in the files.

    Raises:
        CorruptPreset: if a file cannot be read, or the pickle holds anything but such a configuration; nothing of it is
            executed.
        WeightMismatch: naming the weight, for one that is missing or whose shape does not fit the others.
        InvalidConfig: for a `max_len` that the network cannot have.

    Example:
        >>> convert_checkpoint("text-class.14-0.13.hdf5", "text-class.14-0.13.pkl", "mine")  # doctest: +SKIP
    """
    encoder = read_encoder(pkl)
    layers = _Layers.read(Path(hdf5))
    config = layers.config(encoder, max_len)
    classifier = ColumnClassifier.from_weights(
        encoder.labels,
        weights=layers.mirrored(config, len(encoder.labels)),
        config=config,
        vocabulary=encoder.vocabulary,
    )
    classifier.metadata = {"recipe": {"converted_from": f"SIMOn checkpoint {Path(hdf5).name}"}}
    if folder is not None:
        classifier.save(folder)
    return classifier


@dataclass(frozen=True)
class _Layers:
    """The layers of a checkpoint, in the order in which they were built.

    Attributes:
        path: of the file.
        convolutions: kernels (width, inputs, filters) and biases.
        lstms: cells forward and backward, columns forward and backward.
        dense: the features and the head.
    """

    path: Path
    convolutions: list[dict[str, np.ndarray]]
    lstms: list[dict[str, np.ndarray]]
    dense: list[dict[str, np.ndarray]]

    @classmethod
    def read(cls, path: Path) -> _Layers:
        found: dict[str, dict[int, dict[str, np.ndarray]]] = {"conv": {}, "lstm": {}, "dense": {}}
        for name, array in read_weights(path, group="model_weights").items():
            match = _LAYER.search(name)
            if match is None:
                raise WeightMismatch(f"{path}: weight {name!r} belongs to no layer of a SIMOn network")
            layers = found["conv" if match[1].startswith("conv") else match[1]]
            layers.setdefault(int(match[2]), {})[_KINDS[match[3]]] = array
        ordered = {kind: [layers[number] for number in sorted(layers)] for kind, layers in found.items()}
        for kind, expected in (("conv", len(ordered["conv"]) or 3), ("lstm", 4), ("dense", 2)):
            if len(ordered[kind]) != expected:
                raise WeightMismatch(f"{path} has {len(ordered[kind])} {kind} layers, a SIMOn network has {expected}")
            _require_all(path, kind, ordered[kind])
        for layer in ordered["conv"]:
            if layer["kernel"].ndim == 4 and layer["kernel"].shape[1] == 1:  # Keras 1 convolves over two dimensions
                layer["kernel"] = layer["kernel"][:, 0]
        return cls(path, ordered["conv"], ordered["lstm"], ordered["dense"])

    def config(self, encoder: LegacyEncoder, max_len: int) -> SimonConfig:
        """Return the shapes of the network.

        Raises:
            InvalidConfig: where the mirror image of a cell would not be pooled as the cell is.
        """
        kernels = [layer["kernel"] for layer in self.convolutions]
        for position, kernel in enumerate(kernels, start=1):
            if kernel.ndim != 3:
                raise WeightMismatch(
                    f"{self.path}: the kernel of convolution {position} has shape {kernel.shape}, expected 3 dimensions"
                )
        config = SimonConfig(
            n_characters=len(encoder.characters),
            max_len=max_len,
            tail_len=max_len,
            max_cells=encoder.max_cells,
            filters=tuple(kernel.shape[2] for kernel in kernels),
            kernel_widths=tuple(kernel.shape[0] for kernel in kernels),
            pool_sizes=(_POOL,) * len(kernels),
            cell_units=self.lstms[0]["recurrent_kernel"].shape[0],
            column_units=self.lstms[2]["recurrent_kernel"].shape[0],
            feature_units=self.dense[0]["bias"].shape[0],
        )
        steps = max_len
        for width in config.kernel_widths:
            steps -= width - 1
            if steps % _POOL:
                raise InvalidConfig(
                    f"with max_len {max_len} pooling drops the last of {steps} steps, so that a mirrored network "
                    "cannot give the same numbers; the published networks have max_len 20"
                )
            steps //= _POOL
        return config

    def mirrored(self, config: SimonConfig, n_labels: int) -> dict[str, np.ndarray]:
        """Return the weights of the network here, under its names, after comparing every shape."""
        arrays: dict[str, np.ndarray] = {}
        for level, layer in enumerate(self.convolutions):
            arrays[f"convolution_{level}/kernel"] = layer["kernel"][::-1]
            arrays[f"convolution_{level}/bias"] = layer["bias"]
        arrays["convolution_0/kernel"] = _resized(arrays["convolution_0/kernel"], config.n_characters)
        directions = zip(
            ("forward", "backward", "forward", "backward"), ("cell", "cell", "column", "column"), strict=True
        )
        order = (1, 0, 2, 3)  # the mirror image is read by the other direction
        for (direction, part), position in zip(directions, order, strict=True):
            for kind, array in self.lstms[position].items():
                arrays[f"{part}_lstm/{direction}_lstm/lstm_cell/{kind}"] = array
        for direction in ("forward", "backward"):
            name = f"column_lstm/{direction}_lstm/lstm_cell/kernel"
            arrays[name] = np.roll(arrays[name], config.cell_units, axis=0)
        for name, layer in zip(("features", "head"), self.dense, strict=True):
            arrays[f"{name}/kernel"], arrays[f"{name}/bias"] = layer["kernel"], layer["bias"]
        for name, shape in _shapes(config, n_labels).items():
            if arrays[name].shape != shape:
                raise WeightMismatch(f"{self.path}: {name} has shape {arrays[name].shape}, expected {shape}")
        return {name: np.ascontiguousarray(array, dtype=np.float32) for name, array in arrays.items()}


def _require_all(path: Path, kind: str, layers: list[dict[str, np.ndarray]]) -> None:
    needed = {"kernel", "recurrent_kernel", "bias"} if kind == "lstm" else {"kernel", "bias"}
    for position, layer in enumerate(layers, start=1):
        if set(layer) != needed:
            raise WeightMismatch(f"{path}: {kind} layer {position} has {sorted(layer)}, expected {sorted(needed)}")


def _resized(kernel: np.ndarray, n_characters: int) -> np.ndarray:
    """Return the first kernel with one row per character: the one-hot code of an id beyond its rows is all zeros."""
    width, rows, filters = kernel.shape
    resized = np.zeros((width, n_characters, filters), kernel.dtype)
    resized[:, : min(rows, n_characters)] = kernel[:, :n_characters]
    return resized


def _shapes(config: SimonConfig, n_labels: int) -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {}
    inputs = config.n_characters
    for level, (filters, width) in enumerate(zip(config.filters, config.kernel_widths, strict=True)):
        shapes[f"convolution_{level}/kernel"] = (width, inputs, filters)
        shapes[f"convolution_{level}/bias"] = (filters,)
        inputs = filters
    for part, units in (("cell", config.cell_units), ("column", config.column_units)):
        for direction in ("forward", "backward"):
            name = f"{part}_lstm/{direction}_lstm/lstm_cell"
            shapes[f"{name}/kernel"] = (inputs, 4 * units)
            shapes[f"{name}/recurrent_kernel"] = (units, 4 * units)
            shapes[f"{name}/bias"] = (4 * units,)
        inputs = 2 * units
    for name, units in (("features", config.feature_units), ("head", n_labels)):
        shapes[f"{name}/kernel"], shapes[f"{name}/bias"] = (inputs, units), (units,)
        inputs = units
    return shapes
