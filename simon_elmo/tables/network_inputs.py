"""The arrays that a SIMOn network reads, from columns of cells and their names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from simon_elmo.config import SimonConfig
from simon_elmo.tables.cells import encode_columns
from simon_elmo.text.characters import CharacterVocabulary


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
