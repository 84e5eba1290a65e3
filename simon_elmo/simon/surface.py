"""What the cells of a column look like, as shares that can be counted: lengths, kinds of characters by place, signs.

A network's features say what a column means. Codes that only their make-up tells apart, such as two kinds of
identifiers with 9 and with 14 digits, are close together in them. What is counted here is exact, costs no network and
is what a taught label may look at beside the features.
"""

from __future__ import annotations

import string
from functools import lru_cache

import numpy as np

from simon_elmo.simon.characters import CharacterVocabulary

_LENGTHS = (*range(1, 21), 24, 31)  # exact up to 20, then up to 24, up to 31, and longer
_HEAD, _TAIL = 14, 4  # places whose kind of character is counted, from the start and from the end
_KINDS = ("digit", "lower", "upper", "space", "other")
_SIGNS = "%.,-_/:;@#+()[]{}'\"&*=|<>!?\\°€£¥$"
_KEPT = string.digits + string.ascii_lowercase + _SIGNS
_ALPHANUMERIC = 36  # the first of them, told apart at both ends of a cell
_DISTINCT = (1, 2, 3, 5, 10, 20)

_WIDTHS = (
    len(_LENGTHS) + 1,
    _HEAD * len(_KINDS),
    _TAIL * len(_KINDS),
    len(_KINDS),
    len(_KEPT),
    _ALPHANUMERIC,
    _ALPHANUMERIC,
    len(_DISTINCT) + 1,
)
SURFACE_WIDTH = sum(_WIDTHS)
SHARE = 1 / 255  # a surface of 1 stands for this share of the cells


def surface_of(cells: np.ndarray, index: np.ndarray, vocabulary: CharacterVocabulary) -> np.ndarray:
    """Return uint8 (n_columns, SURFACE_WIDTH): shares of the cells of each column, 255 for all of them.

    Args:
        cells: integer (distinct, max_len), character ids of distinct cells, 0 after the end.
        index: integer (n_columns, n_cells), which of them each column holds.
        vocabulary: the characters.

    Example:
        >>> vocabulary = CharacterVocabulary.published()
        >>> surface = surface_of(vocabulary.encode(["12%", "7"], 20), np.array([[0, 1], [1, 1]]), vocabulary)
        >>> surface[:, :3].tolist()  # shares of cells with 1, 2 and 3 characters
        [[128, 0, 128], [255, 0, 0]]
    """
    rows = _cell_rows(cells, vocabulary)
    shares = np.empty((len(index), SURFACE_WIDTH), dtype=np.uint8)
    for column, positions in enumerate(index):
        used, counts = np.unique(positions, return_counts=True)
        total = counts @ rows[used].astype(np.float32) / len(positions)
        shares[column, : -_WIDTHS[-1]] = np.round(total)
        shares[column, -_WIDTHS[-1] :] = 0
        shares[column, -_WIDTHS[-1] + int(np.searchsorted(_DISTINCT, len(used)))] = 255
    return shares


def _cell_rows(cells: np.ndarray, vocabulary: CharacterVocabulary) -> np.ndarray:
    """Return uint8 (distinct, width without what belongs to the column)."""
    kind_of, place_of = _tables(vocabulary)
    lengths = (cells > 0).sum(axis=1)
    n, width = cells.shape
    kinds = kind_of[cells]
    rows = np.arange(n)
    parts = [_one_hot(np.searchsorted(_LENGTHS, np.maximum(lengths, 1)), _WIDTHS[0])]
    head = np.full((n, _HEAD), -1)
    head[:, : min(width, _HEAD)] = kinds[:, :_HEAD]
    parts.append(_one_hot(head, len(_KINDS)))
    back = lengths[:, None] - 1 - np.arange(_TAIL)
    tail = np.where(back >= 0, kinds[rows[:, None], np.maximum(back, 0)], -1)
    parts.append(_one_hot(tail, len(_KINDS)))
    of_kind = np.stack([(kinds == kind).sum(axis=1) for kind in range(len(_KINDS))], axis=1)
    parts.append(np.round(255 * of_kind / np.maximum(lengths, 1)[:, None]).astype(np.uint8))
    places = place_of[cells]
    holds = np.zeros((n, len(_KEPT) + 1), dtype=np.uint8)
    holds[rows[:, None], places] = 255
    parts.append(holds[:, :-1])
    ends = (np.zeros(n, dtype=int), np.maximum(lengths - 1, 0))
    parts += [_one_hot(places[rows, at], len(_KEPT))[:, :_ALPHANUMERIC] for at in ends]
    return np.concatenate(parts, axis=1)


def _one_hot(values: np.ndarray, n: int) -> np.ndarray:
    """Return uint8 (rows, places * n) with 255 at each value; negative values have no place."""
    hot = (np.asarray(values)[..., None] == np.arange(n)).astype(np.uint8) * np.uint8(255)
    return hot.reshape(len(hot), -1)


@lru_cache(maxsize=8)
def _tables(vocabulary: CharacterVocabulary) -> tuple[np.ndarray, np.ndarray]:
    """Return the kind of each character id (-1 for padding), and its place among `_KEPT` (the last one for none)."""
    shown = vocabulary.decode(np.arange(1, vocabulary.size + 1)[:, None])
    kinds = np.full(vocabulary.size + 1, -1)
    places = np.full(vocabulary.size + 1, len(_KEPT))
    for position, character in enumerate(shown, 1):
        kinds[position] = _KINDS.index(_kind(character))
        found = _KEPT.find(character.lower()) if character else -1
        places[position] = found if found >= 0 else len(_KEPT)
    return kinds, places


def _kind(character: str) -> str:
    if character.isdigit():
        return "digit"
    if character.isspace() or not character:
        return "space"
    if character.isalpha():
        return "upper" if character.isupper() else "lower"
    return "other"
