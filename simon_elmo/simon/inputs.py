"""The arrays that a SIMOn network reads, from columns of cells and their names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from simon_elmo.simon.characters import CharacterVocabulary
from simon_elmo.simon.config import SimonConfig
from simon_elmo.tables.cells import draw_cells, require_sampling


def network_inputs(
    columns: Sequence[Any],
    headers: Sequence[str | None] | None,
    config: SimonConfig,
    vocabulary: CharacterVocabulary,
    n_cells: int | None = None,
    seed: int = 0,
) -> dict[str, np.ndarray]:
    """Return what `SimonBackbone` reads: the distinct cells of all columns and their places in each column.

    Args:
        columns: the cells of each column, missing ones included.
        headers: the name of each column, None or "" for a column without one; None for no names at all. Ignored
            where `config.reads_headers` is false.
        config: the shapes of the network.
        vocabulary: its characters.
        n_cells: cells drawn from each column; `config.max_cells` by default.
        seed: fixes the cells drawn.

    Returns:
        `cells`, of `vocabulary.dtype`, (distinct, max_len), and `index`, int32 (columns, n_cells), with one more
        position in front, the column's name, where the network reads names.
    """
    encoded = encode_columns(
        columns,
        vocabulary,
        config.max_len,
        config.max_cells if n_cells is None else n_cells,
        tail_len=config.tail_len,
        sampling=config.sampling,
        seed=seed,
    )
    if not config.reads_headers:
        return {"cells": encoded.cells, "index": encoded.index}
    names = [name or "" for name in headers] if headers is not None else [""] * len(columns)
    distinct = {name: position for position, name in enumerate(dict.fromkeys(names))}
    cells = np.concatenate([encoded.cells, vocabulary.encode(list(distinct), config.max_len, config.tail_len)])
    first = len(encoded.cells) + np.array([distinct[name] for name in names], dtype=np.int32)
    return {"cells": cells, "index": np.concatenate([first[:, None], encoded.index], axis=1)}


@dataclass(frozen=True)
class EncodedColumns:
    """Cells of many columns as character ids, each distinct cell once.

    Attributes:
        cells: of `vocabulary.dtype`, (n_distinct, max_len), the ids of the distinct cells.
        index: int32 (n_columns, n_cells), which row of `cells` each cell of each column is.
    """

    cells: np.ndarray
    index: np.ndarray

    def dense(self) -> np.ndarray:
        """Return (n_columns, n_cells, max_len), the ids of every cell."""
        return self.cells[self.index]

    def __len__(self) -> int:
        return len(self.index)


def encode_columns(
    columns: Iterable[Any],
    vocabulary: CharacterVocabulary,
    max_len: int,
    n_cells: int,
    tail_len: int = 0,
    sampling: str = "random",
    seed: int = 0,
) -> EncodedColumns:
    """Return the sampled cells of columns as character ids, each distinct cell of all columns encoded once.

    A column's cells depend on its own values and the seed alone, never on the other columns.

    Args:
        columns: one sequence of cells per column, as `present_cells` takes it.
        vocabulary: turns cells into ids.
        max_len: characters kept of a cell, `tail_len` of them from the end of a longer one.
        n_cells: cells per column.
        tail_len: see `CharacterVocabulary.encode`.
        sampling: see `sample_cells`.
        seed: see `sample_cells`.

    Raises:
        InvalidInput: as `sample_cells` and `CharacterVocabulary.encode` do.
    """
    require_sampling(n_cells, sampling)
    samples = [draw_cells(values, n_cells, sampling, seed, fill=True) for values in columns]
    distinct = list(dict.fromkeys(chain.from_iterable(samples)))
    position = dict(zip(distinct, range(len(distinct)), strict=True))
    flat = map(position.__getitem__, chain.from_iterable(samples))
    index = np.fromiter(flat, dtype=np.int32, count=len(samples) * n_cells).reshape(len(samples), n_cells)
    return EncodedColumns(vocabulary.encode(distinct, max_len, tail_len), index)
