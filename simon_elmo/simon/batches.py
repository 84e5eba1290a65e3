"""Batches of labelled columns, made on the fly and shared by all devices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from simon_elmo.simon.characters import CharacterVocabulary
from simon_elmo.simon.config import SimonConfig
from simon_elmo.simon.inputs import network_inputs
from simon_elmo.tables.cells import sample_cells
from simon_elmo.training.config import TrainingConfig
from simon_elmo.training.splits import LabelledColumns, changed_headers, drawing_probabilities

_BUCKET = 256  # distinct cells of a batch are padded to a multiple of this, so that few shapes are compiled


class ColumnBatches(keras.utils.PyDataset):
    """Batches of encoded columns; batch i of an epoch depends only on the seed, the epoch and i.

    Args:
        data: the labelled columns.
        config: shapes of the network.
        vocabulary: its characters.
        training: batch size, balance, header dropout and seed.
        epoch: which epoch; other epochs draw other columns, cells and headers.
        shuffle: draw columns for training; otherwise columns come in order, whole and with their own headers.
        with_headers: whether names are shown at all (used for validation without names).
    """

    def __init__(
        self,
        data: LabelledColumns,
        config: SimonConfig,
        vocabulary: CharacterVocabulary,
        training: TrainingConfig,
        epoch: int = 0,
        shuffle: bool = True,
        with_headers: bool = True,
    ) -> None:
        super().__init__()
        self.data, self.config, self.vocabulary, self.training = data, config, vocabulary, training
        self.epoch, self.shuffle, self.with_headers = epoch, shuffle, with_headers
        self.order = self._order()

    def _order(self) -> np.ndarray:
        n = len(self.data)
        if not self.shuffle:
            return np.arange(n)
        rng = np.random.default_rng([self.training.seed, self.epoch])
        if self.training.class_balance == 0:
            return rng.permutation(n)
        return rng.choice(n, size=n, p=drawing_probabilities(self.data.targets, self.training.class_balance))

    def __len__(self) -> int:
        return -(-len(self.order) // self.training.batch_size)

    def __getitem__(self, position: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
        size = self.training.batch_size
        rows = self.order[position * size : (position + 1) * size]
        batch = self.data.take(np.resize(rows, len(rows) + -len(rows) % _sharing_devices()))
        n_cells, columns, headers, seed = self.config.max_cells, batch.columns, list(batch.headers), 0
        if self.training.max_cells:
            n_cells = min(self.training.max_cells, n_cells)
        if self.shuffle:
            rng = np.random.default_rng([self.training.seed, self.epoch, position])
            seed = int(rng.integers(2**31))
            if self.training.min_cells:
                columns = self._shortened(columns, n_cells, rng)
            if self.config.reads_headers:
                headers = changed_headers(
                    headers, self.data.headers, self.training.header_dropout, self.training.header_swap, rng
                )
        shown = headers if self.with_headers else None
        inputs = network_inputs(columns, shown, self.config, self.vocabulary, n_cells, seed)
        inputs["cells"] = _padded(inputs["cells"])
        return inputs, batch.targets

    def _shortened(self, columns: Sequence[Any], n_cells: int, rng: np.random.Generator) -> list[list[str]]:
        """Cut each column to a random number of cells; like other short columns it is filled by repetition."""
        least = min(self.training.min_cells, n_cells)
        return [
            sample_cells(column, int(rng.integers(least, n_cells + 1)), "random", int(rng.integers(2**31)), fill=False)
            for column in columns
        ]


def _sharing_devices() -> int:
    """Return how many devices share each batch, which has to be divisible by it: a short batch repeats columns."""
    distribution = keras.distribution.distribution()
    return 1 if distribution is None else int(np.prod(distribution.device_mesh.shape))


def _padded(cells: np.ndarray) -> np.ndarray:
    missing = -len(cells) % _BUCKET
    return np.pad(cells, ((0, missing), (0, 0)))


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
