"""Draws that many providers share: a weighted choice, a magnitude, whole columns translated at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")


def choose(rng: np.random.Generator, options: Sequence[T], weights: Sequence[float] | None = None) -> T:
    """Return one of the options, in proportion to the weights (evenly without)."""
    if weights is None:
        return options[int(rng.integers(len(options)))]
    limits = np.cumsum(weights)
    return options[int(np.searchsorted(limits, rng.random() * limits[-1], side="right"))]


def choose_weighted(rng: np.random.Generator, weights: Mapping[T, float]) -> T:
    """Return one of the keys, in proportion to its value."""
    return choose(rng, list(weights), list(weights.values()))


def choose_cells(rng: np.random.Generator, options: Sequence[str], n: int) -> list[str]:
    """Return n options, some much more frequent than others."""
    weights = rng.dirichlet(np.full(len(options), 0.7))
    return [options[index] for index in rng.choice(len(options), n, p=weights).tolist()]


def log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    """Return a number between low and high whose logarithm is uniform."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def translate_cells(cells: list[str], table: Mapping[int, str | None]) -> list[str]:
    """Return the cells with characters replaced as by `str.translate`, in one pass over the column."""
    return "\x00".join(cells).translate(table).split("\x00") if cells else []
