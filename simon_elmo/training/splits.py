"""Labelled columns for training: splitting by group, drawing by label frequency, changing headers."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from simon_elmo.errors import InvalidInput

SPLIT = (0.6, 0.3, 0.1)
UNKNOWN = -1.0  # target of a label of which nobody knows whether a column has it; it takes no part in the loss


@dataclass(frozen=True)
class LabelledColumns:
    """Columns, their targets and their names, as parallel sequences.

    Attributes:
        columns: cells of each column.
        targets: float32 (n, n_labels), ones where a column has a label, `UNKNOWN` where nobody knows.
        headers: names, "" for none.
    """

    columns: Sequence[Sequence[Any]]
    targets: np.ndarray
    headers: Sequence[str]

    def __post_init__(self) -> None:
        if not len(self.columns) == len(self.targets) == len(self.headers):
            raise InvalidInput(
                f"{len(self.columns)} columns have {len(self.targets)} rows of targets and {len(self.headers)} headers"
            )

    def __len__(self) -> int:
        return len(self.columns)

    def take(self, rows: Sequence[int] | np.ndarray) -> LabelledColumns:
        """Return the columns at the given positions."""
        return LabelledColumns(
            [self.columns[row] for row in rows],
            self.targets[np.asarray(rows, dtype=int)],
            [self.headers[row] for row in rows],
        )


def split_by_group(
    n: int, groups: Sequence[Hashable] | None = None, fractions: Sequence[float] = SPLIT, seed: int = 0
) -> list[np.ndarray]:
    """Split positions 0..n-1 so that no group stands on two sides.

    Groups are shuffled and handed, the largest first, to the part that is furthest below its share, so that parts
    come close to their fractions even when a few groups hold most of the columns.

    Args:
        n: number of columns.
        groups: the group of each column (its table, portal or source); None: each column is its own.
        fractions: share of each part.
        seed: fixes the split.

    Returns:
        One sorted integer array a part.

    Raises:
        InvalidInput: when the groups do not fit the columns.

    Example:
        >>> [part.tolist() for part in split_by_group(4, ["a", "a", "b", "c"], (0.5, 0.5))]
        [[0, 1], [2, 3]]
    """
    if groups is not None and len(groups) != n:
        raise InvalidInput(f"{n} columns have {len(groups)} groups")
    members: dict[Hashable, list[int]] = {}
    for position in range(n):
        members.setdefault(position if groups is None else groups[position], []).append(position)
    parts: list[list[int]] = [[] for _ in fractions]
    wanted = np.asarray(fractions, dtype=float) * n / sum(fractions)
    order = list(members.values())
    np.random.default_rng([seed, 0x5B117]).shuffle(order)
    for group in sorted(order, key=len, reverse=True):
        part = int(np.argmax((wanted - [len(taken) for taken in parts]) / wanted))
        parts[part].extend(group)
    return [np.array(sorted(part), dtype=int) for part in parts]


def drawing_probabilities(targets: np.ndarray, balance: float) -> np.ndarray:
    """Return the probability of drawing each column so that rare labels are seen more often.

    A column is as likely as its rarest label asks for: frequency to the power of `-balance`.

    Args:
        targets: float (n, n_labels).
        balance: 0 draws columns as they come, 1 the rarest labels equally often.

    Returns:
        float64 (n,), summing to 1.
    """
    frequency = np.maximum((targets > 0).sum(axis=0), 1.0)
    wanted = np.where(targets > 0, frequency ** -float(balance), 0.0).max(axis=1)
    wanted[wanted == 0] = float(len(targets)) ** -float(balance)
    return wanted / wanted.sum()


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
