"""What users call a table, as columns and their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from simon_elmo.errors import InvalidInput


def columns_and_names(table: Any, headers: Sequence[Any] | None = None) -> tuple[list[Any], list[str]]:
    """Return the columns of a table, and the name of each where it is a string, else "".

    Args:
        table: a DataFrame, a mapping of names to cells, or a list of sequences of cells (which has no names).
        headers: the names of the columns instead of those of the table.

    Raises:
        InvalidInput: for anything else, such as one string, one array of numbers or one Series, or for headers that are
            not one per column.

    Example:
        >>> columns_and_names({"a": ["1", "2"], 7: ["x", "y"]})
        ([['1', '2'], ['x', 'y']], ['a', ''])
    """
    columns, names = _columns_and_names(table)
    if headers is None:
        return columns, names
    if isinstance(headers, (str, bytes)):
        raise InvalidInput(f"headers must be a list with one name per column, such as [{headers!r}]")
    if len(headers) != len(columns):
        raise InvalidInput(f"{len(columns)} columns have {len(headers)} headers; give one per column, '' for none")
    return columns, [_name(name) for name in headers]


def _columns_and_names(table: Any) -> tuple[list[Any], list[str]]:
    if hasattr(table, "iloc") and hasattr(table, "columns"):
        columns = [table.iloc[:, position] for position in range(table.shape[1])]
        return columns, [_name(name) for name in table.columns]
    if isinstance(table, Mapping):
        return list(table.values()), [_name(name) for name in table]
    if isinstance(table, (str, bytes)) or not isinstance(table, Sequence):
        raise InvalidInput(
            "a table is a DataFrame, a mapping of names to cells or a list of columns, "
            f"not {type(table).__name__}; for one column give a list with that column"
        )
    for column in table:
        if isinstance(column, (str, bytes)) or not hasattr(column, "__len__"):
            raise InvalidInput(
                f"a list of columns holds sequences of cells, found {type(column).__name__}; "
                "for one column give a list with that column"
            )
    return list(table), [""] * len(table)


def _name(name: Any) -> str:
    return name if isinstance(name, str) else ""
