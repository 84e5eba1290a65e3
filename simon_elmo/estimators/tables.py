"""What users hand to `TableVectorizer`, as one DataFrame with the training table's columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from sklearn.utils.validation import validate_data

from simon_elmo.errors import InvalidInput
from simon_elmo.simon.engine import available_cores
from simon_elmo.tables.named_table import unique_names

Result = TypeVar("Result")


def as_frame(estimator: Any, X: Any, reset: bool) -> pd.DataFrame:
    """Return a table as a DataFrame, its dtypes as they were.

    Args:
        estimator: whose `n_features_in_` and `feature_names_in_` are set.
        X: a DataFrame, a mapping of names to cells, a 2-d array or a list of rows.
        reset: whether these are the training rows.

    Raises:
        InvalidInput: for no rows or no columns.
        ValueError: as `sklearn.utils.validation.validate_data` does for other things than tables.
    """
    if isinstance(X, Mapping) and not hasattr(X, "toarray"):  # not a sparse matrix that is one
        X = pd.DataFrame(dict(X))
    if not isinstance(X, pd.DataFrame):
        if hasattr(X, "to_pandas"):
            X = X.to_pandas()
        elif isinstance(X, (str, bytes)):
            raise InvalidInput("a table is a DataFrame, a mapping, a 2-d array or a list of rows, not one string")
        else:
            X = pd.DataFrame(validate_data(estimator, _rows(X), reset=reset, dtype=None, ensure_all_finite=False))
    if X.shape[0] == 0:
        raise InvalidInput("Found array with 0 sample(s): a table of at least one row is needed")
    if X.shape[1] == 0:
        raise InvalidInput(f"0 feature(s) (shape={X.shape}) while a minimum of 1 is required.")
    if reset:
        _remember(estimator, X)
    return X


def aligned(estimator: Any, frame: pd.DataFrame, names: list[Any]) -> pd.DataFrame:
    """Return a table with the training table's columns in its order.

    Raises:
        InvalidInput: for a table that lacks columns, or has another number of columns where they have no names.
    """
    different = len(set(names)) == len(names)
    if different and len(frame.columns) == len(names) and set(frame.columns) == set(names):
        return frame[names]
    by_name = different and all(isinstance(name, str) for name in names)
    if by_name and all(isinstance(name, str) for name in frame.columns):
        missing = [name for name in names if name not in frame.columns]
        if missing:
            raise InvalidInput(
                f"the table lacks {len(missing)} of the {len(names)} columns of the training rows: "
                f"{', '.join(map(repr, missing[:5]))}; give them, with missing cells if there is nothing else"
            )
        repeated = frame.columns[frame.columns.duplicated()]
        if any(name in names for name in repeated):
            raise InvalidInput(f"the table has several columns {repeated[0]!r}; the training rows had one")
        return frame[names]
    if frame.shape[1] != len(names):
        raise InvalidInput(
            f"X has {frame.shape[1]} features, but {type(estimator).__name__} is expecting {len(names)} features "
            "as input"
        )
    return frame


def output_names(columns: list[str], outputs: list[tuple[str, ...]], indicators: list[bool]) -> list[str]:
    """Return the names of all outputs, which are all different.

    Args:
        columns: the name of each column.
        outputs: the parts of each column, "" for a column that is one number.
        indicators: whether a column has an indicator of missing cells.

    Example:
        >>> output_names(["born", "born"], [("year",), ("",)], [False, True])
        ['born_year', 'born', 'born_missing']
    """
    names = []
    for column, parts, indicator in zip(columns, outputs, indicators, strict=True):
        names += [f"{column}_{part}" if part else column for part in parts]
        names += [f"{column}_missing"] * indicator
    return unique_names(names)


def in_parallel(function: Callable[[int], Result], positions: range) -> list[Result]:
    """Return what a function makes of each column, in as many threads as there are cores, which Arrow lets run."""
    threads = min(available_cores(), len(positions))
    if threads < 2:
        return [function(position) for position in positions]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(function, positions))


def _remember(estimator: Any, frame: pd.DataFrame) -> None:
    estimator.n_features_in_ = frame.shape[1]
    if all(isinstance(name, str) for name in frame.columns):
        estimator.feature_names_in_ = np.array(frame.columns, dtype=object)
    elif hasattr(estimator, "feature_names_in_"):
        del estimator.feature_names_in_


def _rows(X: Any) -> Any:
    """Return a list of rows of mixed types as an array of objects, in which numpy makes no strings of numbers."""
    if isinstance(X, (list, tuple)) and X and all(isinstance(row, (list, tuple)) for row in X):
        lengths = {len(row) for row in X}
        if len(lengths) != 1:
            raise InvalidInput(f"the rows of a table have one length, found {min(lengths)} to {max(lengths)} cells")
        array = np.empty((len(X), lengths.pop()), dtype=object)
        for at, row in enumerate(X):
            array[at] = row
        return array
    return X
