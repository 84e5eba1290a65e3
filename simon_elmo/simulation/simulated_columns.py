"""Simulated columns with their labels and names, in memory and as a parquet file."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from simon_elmo.errors import InvalidInput, UnreadableTable
from simon_elmo.persistence.files import replaced_atomically

if TYPE_CHECKING:
    import pandas as pd

_RECIPE_KEY = b"simon_elmo.recipe"


@dataclass(frozen=True)
class SimulatedColumns:
    """Columns of cells with labels and names.

    Attributes:
        columns: the cells of each column.
        labels: the labels of each column, the most specific first.
        headers: the name of each column.
        recipe: fingerprint of the arguments that made them; empty where not known.
        groups: the table or portal of each column, between which training and validation are split; empty where a
            file has none.
    """

    columns: list[list[str]]
    labels: list[tuple[str, ...]]
    headers: list[str]
    recipe: str = field(default="", compare=False)
    groups: list[str] = field(default_factory=list, compare=False)

    def __post_init__(self) -> None:
        if not len(self.columns) == len(self.labels) == len(self.headers):
            raise InvalidInput(
                f"{len(self.columns)} columns have {len(self.labels)} labels and {len(self.headers)} headers; "
                "give one of each a column"
            )

    def __len__(self) -> int:
        return len(self.columns)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per column: `values` (list of str), `labels` (list of str), `header` (str)."""
        import pandas as pd

        return pd.DataFrame(
            {"values": self.columns, "labels": [list(row) for row in self.labels], "header": self.headers}
        )

    def save(self, path: str | Path) -> None:
        """Write a parquet file with the columns `values` and `labels` (lists of strings) and `header` (string).

        The file appears whole or not at all.

        Raises:
            InvalidInput: if the path is a folder or its folder does not exist.
        """
        import pyarrow as pa
        from pyarrow import parquet

        strings = pa.list_(pa.string())
        table = pa.table(
            {
                "values": pa.array(self.columns, strings),
                "labels": pa.array([list(row) for row in self.labels], strings),
                "header": pa.array(self.headers, pa.string()),
            },
            metadata={_RECIPE_KEY: self.recipe.encode()},
        )
        with replaced_atomically(path) as temporary:
            parquet.write_table(table, temporary, compression="zstd", write_page_checksum=True)

    @classmethod
    def load(cls, path: str | Path) -> SimulatedColumns:
        """Read a file written by `save`, or any parquet file with the columns `values` and `labels`.

        Raises:
            UnreadableTable: if the file is missing, damaged, or lacks one of these columns.
        """
        import pyarrow as pa
        from pyarrow import parquet

        try:
            table = parquet.read_table(path, page_checksum_verification=True)
        except FileNotFoundError:
            raise UnreadableTable(f"{path} does not exist") from None
        except (OSError, pa.ArrowException) as error:
            raise UnreadableTable(f"{path} is not a whole parquet file: {str(error).splitlines()[0]}") from error
        missing = sorted({"values", "labels"} - set(table.column_names))
        if missing:
            raise UnreadableTable(f"{path} has no column {missing[0]!r}; it has {', '.join(table.column_names)}")
        headers = table["header"].to_pylist() if "header" in table.column_names else [""] * table.num_rows
        return cls(
            table["values"].to_pylist(),
            [tuple(row) for row in table["labels"].to_pylist()],
            headers,
            (table.schema.metadata or {}).get(_RECIPE_KEY, b"").decode(),
            [str(group) for group in table["group"].to_pylist()] if "group" in table.column_names else [],
        )
