"""What scikit-learn hands to an estimator, as samples that are columns of cells or texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.utils.validation import validate_data

from simon_elmo.errors import InvalidInput
from simon_elmo.tables.cells import present_cells


def as_cell_samples(estimator: Any, X: Any, reset: bool) -> tuple[list[Any], list[str]]:
    """Return one sequence of cells a sample, and the name of each sample, "" where it has none.

    A sample is a row of a two-dimensional array or DataFrame, or an element of a list, one-dimensional array or Series
    of sequences, which may differ in length; a Series among them brings its name. A DataFrame with one column of
    sequences is such a Series.

    Args:
        estimator: whose `n_features_in_` and `feature_names_in_` are set or compared.
        X: the samples.
        reset: set these attributes rather than compare with them.

    Raises:
        InvalidInput: for samples that are not sequences of cells.
        ValueError: as `sklearn.utils.validation.validate_data` does for two-dimensional input.
    """
    elements = _elements(X)
    if elements is None:
        rows = validate_data(estimator, X, reset=reset, dtype=None, ensure_all_finite=False)
        return list(rows), [""] * len(rows)
    if not elements:
        raise InvalidInput("Found array with 0 sample(s) while a minimum of 1 is required.")
    for element in elements:
        if isinstance(element, (str, bytes)) or not hasattr(element, "__len__"):
            raise InvalidInput(
                f"Expected 2D array or a list of sequences of cells, found a {type(element).__name__} in "
                f"{type(X).__name__}. Reshape your data: a sample is a sequence of cells"
            )
    names = [getattr(element, "name", "") for element in elements]
    return elements, [name if isinstance(name, str) else "" for name in names]


def as_texts(estimator: Any, X: Any, reset: bool, separator: str = "\n") -> list[str]:
    """Return one text a sample, "" for a missing one.

    A sample is a string of a list, one-dimensional array or Series, or a row of a two-dimensional array or DataFrame,
    whose cells are joined.

    Args:
        estimator: as for `as_cell_samples`.
        X: the samples.
        reset: as for `as_cell_samples`.
        separator: what stands between the cells of a row.

    Raises:
        InvalidInput: for one-dimensional input that holds anything but strings and missing values.
        ValueError: as `sklearn.utils.validation.validate_data` does for two-dimensional input.
    """
    elements = _elements(X)
    if elements is None:
        rows = validate_data(estimator, X, reset=reset, dtype=None, ensure_all_finite=False)
        return [separator.join(present_cells(row)) for row in rows]
    if not elements:
        raise InvalidInput("Found array with 0 sample(s) while a minimum of 1 is required.")
    return [_text(element, X, separator) for element in elements]


def _text(element: Any, X: Any, separator: str) -> str:
    if isinstance(element, str):
        return element
    if isinstance(element, Sequence) and not isinstance(element, bytes):
        return separator.join(present_cells(element))
    if np.ndim(element) == 0 and not present_cells([element]):
        return ""
    raise InvalidInput(
        f"Expected 2D array or a list of texts, found a {type(element).__name__} in {type(X).__name__}. Reshape your "
        "data: a sample is a string, or a row of cells"
    )


def _elements(X: Any) -> list[Any] | None:
    """Return the samples of one-dimensional input, or None for what is a table of cells."""
    if hasattr(X, "iloc") and getattr(X, "ndim", 1) == 2:
        if X.shape[1] == 1 and X.shape[0] and _is_sequence(X.iloc[0, 0]):
            return X.iloc[:, 0].tolist()
        return None
    if isinstance(X, (list, tuple)) or getattr(X, "ndim", 2) == 1:
        return list(X)
    return None


def _is_sequence(value: Any) -> bool:
    return hasattr(value, "__len__") and not isinstance(value, (str, bytes))
