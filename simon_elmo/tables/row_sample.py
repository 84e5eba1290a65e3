"""A uniform sample of rows from a stream of unknown length, in the memory of the sample."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from math import exp, log, log1p
from typing import TypeVar

Row = TypeVar("Row")


def sample_rows(
    rows: Iterator[Row], size: int | None, seed: int, observe: Callable[[Iterable[Row]], int]
) -> tuple[list[Row], int]:
    """Return up to `size` rows drawn uniformly, in their order, and how many rows there were.

    Algorithm L (Li, "Reservoir-sampling algorithms of time complexity O(n(1 + log(N/n)))", 1994): how many rows are
    passed over before the next one is kept is drawn directly, so that rows in between cost no random number.

    Args:
        rows: the stream; it is read to its end.
        size: rows to keep, `None` for all of them.
        seed: the same rows and seed give the same sample.
        observe: is handed every row once, some at a time; must consume what it gets and return how many rows it got.

    Example:
        >>> sample_rows(iter("abc"), 5, seed=0, observe=lambda rows: len(list(rows)))
        (['a', 'b', 'c'], 3)
    """
    kept = list(rows if size is None else islice(rows, size))
    total = observe(kept)
    if size is None or total < size:
        return kept, total
    generator = random.Random(seed)
    positions = list(range(size))
    weight = 1.0
    while True:
        weight *= exp(log(1.0 - generator.random()) / size)
        # weights run out of float64 after some 1e300 rows; the guard only keeps log1p away from minus infinity
        skip = int(log(1.0 - generator.random()) / log1p(-min(max(weight, 1e-300), 1.0 - 1e-16)))
        total += observe(islice(rows, skip))
        row = list(islice(rows, 1))
        if not row:
            break
        slot = generator.randrange(size)
        kept[slot], positions[slot] = row[0], total
        total += observe(row)
    order = sorted(range(size), key=positions.__getitem__)
    return [kept[slot] for slot in order], total
