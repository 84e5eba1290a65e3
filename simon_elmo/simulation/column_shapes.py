"""How values are spread over the rows of a column: repeated, constant, in runs, sorted, counted up."""

from __future__ import annotations

import numpy as np

from simon_elmo.simulation.draws import choose, log_uniform
from simon_elmo.simulation.providers.integers import integer_sequence


def distinct_values(rng: np.random.Generator, n: int) -> int:
    """Return how many values a column of n repeated cells has: 1 in a fifth of the columns, else a few, or any."""
    kind = rng.random()
    if kind < 0.22 or n < 2:
        return 1
    if kind < 0.42:
        return min(n, int(rng.integers(2, 11)))
    return max(2, min(n, int(log_uniform(rng, 8, max(9.0, 0.9 * n)))))


def spread(values: list[str], rng: np.random.Generator, n: int) -> list[str]:
    """Return n cells drawn from the values with Zipf-like frequencies; in one column of three they stand in runs.

    The exponent goes from 0 (all values equally often) to 2 (the first value in two thirds of the cells).
    """
    frequencies = 1.0 / np.arange(1, len(values) + 1) ** rng.uniform(0.0, 2.0)
    index = rng.choice(len(values), n, p=frequencies / frequencies.sum())
    if rng.random() < 0.35:
        index = np.repeat(index, rng.geometric(1 / log_uniform(rng, 1.5, 30), n))[:n]
    return [values[position] for position in index.tolist()]


def _as_number(cell: str) -> float:
    return float(cell.replace(",", ""))


def sort_cells(cells: list[str], rng: np.random.Generator) -> list[str]:
    """Sort the column, by value where every cell is a plain number, from the largest in one column of four."""
    descending = bool(rng.random() < 0.25)
    try:
        return sorted(cells, key=_as_number, reverse=descending)
    except ValueError:
        return sorted(cells, reverse=descending)


def sequential(cells: list[str], rng: np.random.Generator) -> list[str]:
    """Number the rows instead: equal steps from a start."""
    return integer_sequence(rng, len(cells), "en_US")


def replace_some(cells: list[str], others: list[str], rng: np.random.Generator, share: float) -> list[str]:
    """Return the cells with a part of them replaced by cells of another column.

    Args:
        cells: the column.
        others: what is put in, in turn.
        rng: draws the rows.
        share: expected part of the cells.
    """
    mixed = list(cells)
    for turn, row in enumerate(np.flatnonzero(rng.random(len(cells)) < share).tolist()):
        mixed[row] = others[turn % len(others)]
    return mixed


def odd_share(rng: np.random.Generator) -> float:
    """Return the part of the cells that do not belong in a mixed column: 0.5% to 6%."""
    return choose(rng, (log_uniform(rng, 0.005, 0.06), log_uniform(rng, 0.005, 0.02)))
