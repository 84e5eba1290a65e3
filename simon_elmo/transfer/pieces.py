"""Whole columns cut into pieces, so that a few columns make many examples."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from simon_elmo.errors import InvalidInput

_MAX_PIECES = 60


def cut_into_pieces(cells: Sequence[str], length: int = 20, max_pieces: int = _MAX_PIECES) -> list[list[str]]:
    """Return consecutive pieces of a column.

    A column of less than two pieces stays whole. What is left at the end is a piece of its own from half the length on,
    and is left out otherwise. Of more than `max_pieces`, evenly spread ones are kept.

    Args:
        cells: the cells that are not missing.
        length: cells a piece.
        max_pieces: pieces at most.

    Raises:
        InvalidInput: for a length or a number below 1.

    Example:
        >>> [len(piece) for piece in cut_into_pieces(["x"] * 70, length=20)]
        [20, 20, 20, 10]
    """
    if length < 1 or max_pieces < 1:
        raise InvalidInput(f"a piece has at least 1 cell and a column at least 1 piece: {length}, {max_pieces}")
    cells = list(cells)
    if len(cells) < 2 * length:
        return [cells] if cells else []
    pieces = [cells[start : start + length] for start in range(0, len(cells), length)]
    if 2 * len(pieces[-1]) < length:
        pieces.pop()
    if len(pieces) > max_pieces:
        pieces = [pieces[int(position)] for position in np.linspace(0, len(pieces) - 1, max_pieces)]
    return pieces


def split_by_source(
    sources: Sequence[Hashable], fractions: Sequence[float] = (0.6, 0.3, 0.1), seed: int = 0
) -> list[np.ndarray]:
    """Split the pieces of one label so that, where there are enough columns, no column stands on two sides.

    With at least as many columns as parts each part gets some of them. With fewer, the pieces of each column are handed
    out instead, its first ones to the first part and so on, so that neighbours stay together.

    Args:
        sources: the column that each piece comes from.
        fractions: share of each part.
        seed: fixes which columns go where.

    Returns:
        One sorted integer array of positions a part; parts may be empty where there are fewer pieces than parts.

    Example:
        >>> [part.tolist() for part in split_by_source(["a"] * 10)]
        [[0, 1, 2, 3, 4, 5], [6, 7, 8], [9]]
    """
    columns = list(dict.fromkeys(sources))
    bounds = np.cumsum(fractions)[:-1] / np.sum(fractions)
    if len(columns) >= len(fractions):
        order = np.random.default_rng([seed, 0x7EAC4]).permutation(len(columns))
        cuts = np.clip(np.round(bounds * len(columns)).astype(int), np.arange(1, len(fractions)), None)
        cuts = np.minimum(cuts, len(columns) - np.arange(len(fractions) - 1, 0, -1))
        part_of = {columns[row]: int(np.searchsorted(cuts, place, side="right")) for place, row in enumerate(order)}
        parts = [part_of[source] for source in sources]
    else:
        members = {column: [row for row, source in enumerate(sources) if source == column] for column in columns}
        parts = [0] * len(sources)
        for rows in members.values():
            places = np.searchsorted(bounds, (np.arange(len(rows)) + 0.5) / len(rows), side="right")
            for row, place in zip(rows, places.tolist(), strict=True):
                parts[row] = place
    assigned = np.asarray(parts, dtype=int)
    return [np.flatnonzero(assigned == part) for part in range(len(fractions))]
