"""Which examples are trained on, validated and tested on, and how often each is drawn."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from simon_elmo.errors import InvalidInput


def split_by_group(
    n: int,
    groups: Sequence[Hashable | None] | None = None,
    fractions: Sequence[float] = (0.6, 0.3, 0.1),
    seed: int = 0,
    *,
    usable: np.ndarray | None = None,
    what: str = "columns",
) -> list[np.ndarray]:
    """Split positions 0..n-1 so that no group stands on two sides.

    Groups are shuffled and handed, the largest first, to the part that is furthest below its share, so that parts
    come close to their fractions even when a few groups hold most of the examples.

    Args:
        n: number of examples.
        groups: the group of each example (its table, portal or source); None: each example is its own. An example whose
            group is None stands in the first part.
        fractions: share of each part.
        seed: fixes the split.
        usable: positions that are split, ascending; the others stand in no part. All by default.
        what: the examples, for error messages.

    Returns:
        One integer array per part, ascending but for the examples without a group, which come last.

    Raises:
        InvalidInput: when the groups do not fit the examples, or there are too few of them for the first two parts.

    Example:
        >>> [part.tolist() for part in split_by_group(4, ["a", "a", "b", "c"], (0.5, 0.5))]
        [[0, 1], [2, 3]]
    """
    if groups is not None and len(groups) != n:
        raise InvalidInput(f"{n} {what} have {len(groups)} groups")
    rows = list(range(n)) if usable is None else usable.tolist()
    ungrouped = [row for row in rows if groups is not None and groups[row] is None]
    shared = sorted(set(rows) - set(ungrouped))
    members: dict[Hashable, list[int]] = {}
    for row in shared:
        members.setdefault(row if groups is None else groups[row], []).append(row)
    parts: list[list[int]] = [[] for _ in fractions]
    wanted = np.asarray(fractions, dtype=float) * len(shared) / sum(fractions)
    order = list(members.values())
    np.random.default_rng([seed, 0x5B117]).shuffle(order)
    for group in sorted(order, key=len, reverse=True):
        part = int(np.argmax((wanted - [len(taken) for taken in parts]) / wanted))
        parts[part].extend(group)
    parts = [sorted(part) for part in parts]
    parts[0] += ungrouped
    if not all(parts[:2]):
        of_groups = "" if groups is None else f", in {len(members)} groups,"
        raise InvalidInput(f"{len(shared)} of {n} {what}{of_groups} are too few to train and validate on")
    return [np.array(part, dtype=int) for part in parts]


def drawing_probabilities(targets: np.ndarray, balance: float) -> np.ndarray:
    """Return the probability of drawing each example so that rare labels are seen more often.

    An example is as likely as its rarest label asks for: frequency to the power of `-balance`.

    Args:
        targets: float (n, n_labels).
        balance: 0 draws examples as they come, 1 the rarest labels equally often.

    Returns:
        float64 (n,), summing to 1.
    """
    frequency = np.maximum((targets > 0).sum(axis=0), 1.0)
    wanted = np.where(targets > 0, frequency ** -float(balance), 0.0).max(axis=1)
    wanted[wanted == 0] = float(len(targets)) ** -float(balance)
    return wanted / wanted.sum()
