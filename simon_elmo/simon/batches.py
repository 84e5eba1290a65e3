"""Batches of labelled columns, made on the fly and shared by all devices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from simon_elmo.simon.characters import CharacterVocabulary
from simon_elmo.simon.config import SimonConfig
from simon_elmo.simon.examples import ColumnExamples
from simon_elmo.simon.inputs import network_inputs
from simon_elmo.tables.cells import sample_cells
from simon_elmo.training.config import TrainingConfig
from simon_elmo.training.splits import drawing_probabilities

_BUCKET = 256  # distinct cells of a batch are padded to a multiple of this, so that few shapes are compiled


class ColumnBatches:
    """Batches of encoded columns; batch i of an epoch depends only on the seed, the epoch and i.

    Args:
        examples: the columns.
        targets: what the network is to answer, float32 (n, n_labels), as `examples.targets` returns it.
        config: shapes of the network.
        vocabulary: its characters.
        training: batch size, balance, header dropout and seed.
        epoch: which epoch; other epochs draw other columns, cells and headers.
        shuffle: draw columns for training; otherwise columns come in order, whole and with their own headers.
        with_headers: whether names are shown at all (used for validation without names).
    """

    def __init__(
        self,
        examples: ColumnExamples,
        targets: np.ndarray,
        config: SimonConfig,
        vocabulary: CharacterVocabulary,
        training: TrainingConfig,
        epoch: int = 0,
        shuffle: bool = True,
        with_headers: bool = True,
    ) -> None:
        from simon_elmo.training.devices import sharing_devices

        self.examples, self.targets = examples, targets
        self.config, self.vocabulary, self.training = config, vocabulary, training
        self.epoch, self.shuffle, self.with_headers = epoch, shuffle, with_headers
        self.n_devices = sharing_devices()
        self.order = self._order()

    def _order(self) -> np.ndarray:
        n = len(self.examples)
        if not self.shuffle:
            return np.arange(n)
        rng = np.random.default_rng([self.training.seed, self.epoch])
        if self.training.class_balance == 0:
            return rng.permutation(n)
        return rng.choice(n, size=n, p=drawing_probabilities(self.targets, self.training.class_balance))

    def __len__(self) -> int:
        return -(-len(self.order) // self.training.batch_size)

    def __getitem__(self, position: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
        size = self.training.batch_size
        rows = self.order[position * size : (position + 1) * size]
        rows = np.resize(rows, len(rows) + -len(rows) % self.n_devices)  # a short batch repeats columns
        columns: Sequence[Any] = [self.examples.columns[row] for row in rows]
        headers = [self.examples.headers[row] for row in rows]
        n_cells, seed = self.config.max_cells, 0
        if self.training.max_cells:
            n_cells = min(self.training.max_cells, n_cells)
        if self.shuffle:
            rng = np.random.default_rng([self.training.seed, self.epoch, position])
            seed = int(rng.integers(2**31))
            if self.training.min_cells:
                columns = self._shortened(columns, n_cells, rng)
            if self.config.reads_headers:
                dropout, swap = self.training.header_dropout, self.training.header_swap
                headers = changed_headers(headers, self.examples.headers, dropout, swap, rng)
        shown = headers if self.with_headers else None
        inputs = network_inputs(columns, shown, self.config, self.vocabulary, n_cells, seed)
        inputs["cells"] = _padded(inputs["cells"])
        return inputs, self.targets[rows]

    def _shortened(self, columns: Sequence[Any], n_cells: int, rng: np.random.Generator) -> list[list[str]]:
        """Cut each column to a random number of cells; like other short columns it is filled by repetition."""
        least = min(self.training.min_cells, n_cells)
        return [
            sample_cells(column, int(rng.integers(least, n_cells + 1)), "random", int(rng.integers(2**31)), fill=False)
            for column in columns
        ]


def changed_headers(
    headers: Sequence[str], pool: Sequence[str], dropout: float, swap: float, rng: np.random.Generator
) -> list[str]:
    """Return the headers with some removed and some replaced by a name out of the pool.

    A network that sees this stays good on columns without names and does not believe a name that lies.
    """
    draws = rng.random(len(headers))
    others = rng.integers(0, max(len(pool), 1), len(headers))
    changed = []
    for name, draw, other in zip(headers, draws, others, strict=True):
        if draw < dropout:
            changed.append("")
        elif draw < dropout + (1 - dropout) * swap:
            changed.append(pool[other])
        else:
            changed.append(name)
    return changed


def _padded(cells: np.ndarray) -> np.ndarray:
    missing = -len(cells) % _BUCKET
    return np.pad(cells, ((0, missing), (0, 0)))
