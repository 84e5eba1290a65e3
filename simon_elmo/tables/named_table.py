"""One table as it was read: names, strings, and what was noticed on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import zip_longest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

Row = Sequence[str | None]


@dataclass(frozen=True)
class NamedTable:
    """A table of strings.

    Attributes:
        path: the file it was read from, as it was given.
        name: the sheet, database table, archive member or file name without its ending.
        columns: cells by column name, `None` where a cell is missing; all columns have the same length.
        rows: rows in the file, also when `columns` holds a sample of them.
        notes: what a user should know about the reading, one line each (a guessed encoding, lines with too many or too
            few cells).
        dialect: how a text file was read: `encoding`; and of delimited text also `delimiter` (None in a file of one
            column), `quote` (None where cells are not quoted), `header_row` (the line that holds the names, from 1;
            None where none does) and `skipped` (how many lines above the rows are not rows: blank ones, and one that
            only names the delimiter). Empty for other formats.

    Example:
        >>> NamedTable("people.csv", "people", {"age": ["31", None]}, rows=2).frame["age"].tolist()
        ['31', None]
    """

    path: str
    name: str
    columns: dict[str, list[str | None]]
    rows: int
    notes: tuple[str, ...] = ()
    dialect: dict[str, str | int | None] = field(default_factory=dict, compare=False)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The columns as a DataFrame of objects, each `str` or `None` (pandas is imported here)."""
        import pandas as pd

        return pd.DataFrame(self.columns, dtype=object)


def unique_names(names: list[str]) -> list[str]:
    """Return column names that are all different: empty ones by position, repeated ones numbered.

    Example:
        >>> unique_names(["id", "", "id", "id.2"])
        ['id', 'column_2', 'id.3', 'id.2']
    """
    taken = {name for name in names if name.strip()}
    used: set[str] = set()
    unique = []
    for position, name in enumerate(names, start=1):
        is_given = bool(name.strip())
        base = candidate = name if is_given else f"column_{position}"
        number = 1
        while candidate in used or (candidate in taken and not (is_given and number == 1)):
            number += 1
            candidate = f"{base}.{number}"
        used.add(candidate)
        unique.append(candidate)
    return unique


def bytes_as_text(value: bytes) -> str:
    r"""Return a binary cell as text: what it says in UTF-8, or else its bytes in hexadecimal digits.

    Example:
        >>> bytes_as_text(b"abc"), bytes_as_text(b"\xff")
        ('abc', 'ff')
    """
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.hex()


def transpose(rows: Sequence[Row], width: int) -> list[list[str | None]]:
    """Return `width` columns of rows of possibly different lengths, `None` where a row is too short.

    Example:
        >>> transpose([["a"], ["b", "c"]], 2)
        [['a', 'b'], [None, 'c']]
    """
    columns = [list(column) for column in zip_longest(*rows)]
    return columns + [[None] * len(rows) for _ in range(width - len(columns))]
