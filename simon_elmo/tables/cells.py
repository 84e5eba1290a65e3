"""From a column of anything to a fixed number of cells, and from many columns to character ids.

This runs once per column before every prediction, so it stays in C loops: no random generator is built for a column, no
cell is asked whether it is missing when all of them are strings, and a repeated cell is encoded once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import lru_cache
from operator import itemgetter
from typing import Any

import numpy as np

from simon_elmo.errors import InvalidInput
from simon_elmo.tables.named_table import bytes_as_text

MISSING_CELL = "NaN"  # what an all-missing column is filled with, as in the published model

_FIRST_CELLS = 8  # a column that begins with more missing cells is rare

_NONE_TYPE = type(None)
_STRINGS = frozenset({str, _NONE_TYPE})
_STRINGS_OR_NAN = frozenset({str, float, _NONE_TYPE})
_NUMBERS = frozenset({int, bool, float, _NONE_TYPE})
_CAN_BE_NAN = (float, Decimal, np.floating, np.complexfloating, np.datetime64, np.timedelta64)
_PANDAS_MISSING = frozenset({"NAType", "NaTType"})


def present_cells(values: Any) -> list[str]:
    """Return the cells of a column that are not missing, as strings, in their order.

    `None`, NaN, NaT, `pd.NA` and empty strings are missing; everything else is what `str` makes of it (bytes are
    decoded, or hexadecimal where they are no text; datetimes of a Series without times of day are dates).

    Args:
        values: a list, tuple, array, Series or other iterable of one column's cells.

    Raises:
        InvalidInput: for a string instead of a sequence of strings, or an array with several dimensions.

    Example:
        >>> present_cells(["a", None, "", float("nan"), 1, 2.5, True])
        ['a', '1', '2.5', 'True']
    """
    if not isinstance(values, list):
        values = _as_list(values)
    kinds = set(map(type, values))
    if kinds <= _STRINGS:
        return list(filter(None, values))
    if kinds <= _STRINGS_OR_NAN:  # what pandas makes of strings with missing ones among them
        return [
            value if type(value) is str else str(value)
            for value in values
            if value == value and value is not None and value != ""
        ]
    if kinds <= _NUMBERS:
        return [str(value) for value in values if value is not None and value == value]
    return list(filter(None, map(_as_text, values)))


def has_cells(values: Any) -> bool:
    """Return whether a column has any cell that is not missing, looking no further than it must.

    Args:
        values: as for `present_cells`.

    Example:
        >>> has_cells([None, "", "a"]), has_cells([float("nan")]), has_cells([])
        (True, False, False)
    """
    if not isinstance(values, list):
        values = _as_list(values)
    return bool(present_cells(values[:_FIRST_CELLS]) or present_cells(values[_FIRST_CELLS:]))


def sample_cells(values: Any, n_cells: int, sampling: str = "random", seed: int = 0, fill: bool = True) -> list[str]:
    """Return `n_cells` cells of a column as strings; the same cells and seed always give the same sample.

    `"random"` draws cells without replacement as they occur and fills a shorter column by repeating randomly drawn
    cells (the published rule, SIMOn's length standardizer). `"distinct"` takes distinct values first, and fills up with
    cells drawn as they occur, so that frequent values are seen to be frequent. Drawn cells keep the order of the
    column. An all-missing column becomes `"NaN"` cells.

    Args:
        values: one column, as `present_cells` takes it.
        n_cells: cells to return, at least 1.
        sampling: `"random"` or `"distinct"`.
        seed: changes which cells are drawn.
        fill: repeat cells up to `n_cells`; otherwise a short column, or one with few distinct values, gives fewer.

    Raises:
        InvalidInput: for another `sampling`, or `n_cells` below 1.

    Example:
        >>> sample_cells(["a", "a", "b", None], 3, sampling="distinct", fill=False)
        ['a', 'b']
    """
    require_sampling(n_cells, sampling)
    return list(draw_cells(values, n_cells, sampling, seed, fill))


def require_sampling(n_cells: int, sampling: str) -> None:
    """Refuse a number of cells below 1 and a way of sampling that does not exist."""
    if n_cells < 1:
        raise InvalidInput(f"a column is sampled to at least 1 cell, got n_cells={n_cells}")
    if sampling not in ("random", "distinct"):
        raise InvalidInput(f"sampling must be 'random' or 'distinct': {sampling!r}")


def _as_list(values: Any) -> list[Any]:
    if isinstance(values, (str, bytes)):
        raise InvalidInput(f"a column must be a sequence of cells, got one string: {values[:40]!r}")
    if getattr(values, "ndim", 1) != 1:
        raise InvalidInput(f"a column must have one dimension, got {values.ndim}")
    dtype = getattr(values, "dtype", None)
    if dtype is None:
        return list(values)
    if not isinstance(values, np.ndarray):
        return _series_as_list(values)
    # float32 keeps its own short decimals only as numpy scalars; numpy's own dates print without "datetime."
    return list(values) if dtype.kind in "fmM" else values.tolist()


def _series_as_list(series: Any) -> list[Any]:
    kind = getattr(series.dtype, "kind", "O")
    if kind in "mM":
        return series.dropna().astype(str).tolist()
    if kind == "f":
        return list(series.dropna().to_numpy())
    if getattr(series.dtype, "storage", "") == "pyarrow":  # strings: three times as fast as through pandas
        return series.array.__arrow_array__().to_pylist()
    return series.tolist()


def _as_text(value: Any) -> str:
    """Return a cell as a string, an empty one if it is missing."""
    if value is None or type(value).__name__ in _PANDAS_MISSING:
        return ""
    if isinstance(value, bytes):
        return bytes_as_text(value)
    if isinstance(value, _CAN_BE_NAN) and value != value:
        return ""
    return str(value)


def draw_cells(values: Any, n_cells: int, sampling: str, seed: int, fill: bool) -> Sequence[str]:
    """Return what `sample_cells` does, its arguments not checked."""
    if not isinstance(values, list):
        values = _as_list(values)
    kept = present_cells(values) if sampling == "random" else _distinct_cells(values)
    if not kept:
        return [MISSING_CELL] * (n_cells if fill else 1)
    if len(kept) >= n_cells:
        return _picker(len(kept), n_cells, seed)(kept)
    if not fill:
        return kept
    cells = kept if sampling == "random" else present_cells(values)
    return [*kept, *_picker(len(cells), n_cells - len(kept), seed)(cells)]


def _distinct_cells(values: list[Any]) -> list[str]:
    """Return the distinct strings among `present_cells(values)`, in order of their first appearance."""
    try:
        distinct = list(dict.fromkeys(values))
    except TypeError:  # a nested cell cannot be hashed
        distinct = values
    # Equal strings are the same cell, whereas True, 1 and 1.0 are equal and three different ones
    few_kinds = set(map(type, distinct)) <= _STRINGS_OR_NAN
    return list(dict.fromkeys(present_cells(distinct if few_kinds else values)))


@lru_cache(maxsize=4096)
def _picker(n: int, k: int, seed: int) -> Callable[[Sequence[str]], Sequence[str]]:
    """Return a function that draws k of n cells: without replacement and in order where n >= k, else with repetition.

    One cell is drawn at random in each of k strata of the column: no shuffle, and head and tail are covered alike.
    """
    uniform = _uniform(k, seed)
    if n < k:
        positions = (uniform * n).astype(np.int64)
    else:
        bounds = np.arange(k + 1) * n // k
        positions = bounds[:-1] + (uniform * np.diff(bounds)).astype(np.int64)
    if k == 1:
        only = int(positions[0])
        return lambda cells: (cells[only],)
    return itemgetter(*positions.tolist())


@lru_cache(maxsize=64)
def _uniform(k: int, seed: int) -> np.ndarray:
    return np.random.default_rng([seed, k]).random(k)
