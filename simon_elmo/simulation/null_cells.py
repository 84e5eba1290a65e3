"""Cells that say that there is nothing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simon_elmo.simulation.draws import choose
from simon_elmo.words.nothing import OTHER_SPELLINGS, PUBLISHED_SPELLINGS

NUMERIC_NULLS = ("999", "-999", "9999", "-9999", "-1", "-99")
_PUBLISHED_SHARE = 0.7


def null_spelling(rng: np.random.Generator, numeric: bool = False) -> str:
    """Return what a column writes where it has nothing: a published spelling in seven columns of ten.

    Args:
        rng: draws the spelling.
        numeric: whether the column holds plain numbers, which write 999 or -1 in one column of eight.
    """
    if numeric and rng.random() < 0.125:
        return choose(rng, NUMERIC_NULLS)
    if rng.random() < _PUBLISHED_SHARE:
        return choose(rng, PUBLISHED_SPELLINGS)
    return choose(rng, tuple(OTHER_SPELLINGS), tuple(OTHER_SPELLINGS.values()))


def null_cells(
    cells: list[str],
    rng: np.random.Generator,
    rate: float = 0.1,
    spellings: Sequence[str] | None = None,
    numeric: bool = False,
) -> list[str]:
    """Replace cells by nothing-spellings: one spelling in four columns of five, else two or three.

    Args:
        cells: the column.
        rng: draws which cells, and the spellings.
        rate: expected part of the cells, in [0, 1].
        spellings: what is written; drawn where not given.
        numeric: see `null_spelling`.
    """
    written = spellings or [
        null_spelling(rng, numeric) for _ in range(1 if rng.random() < 0.8 else int(rng.integers(2, 4)))
    ]
    replaced = list(cells)
    for row in np.flatnonzero(rng.random(len(cells)) < rate).tolist():
        replaced[row] = written[0] if len(written) == 1 else choose(rng, written)
    return replaced
