"""Parquet files, a batch of rows at a time."""

from __future__ import annotations

import json
import random
import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

from simon_elmo.errors import UnreadableTable
from simon_elmo.tables.named_table import NamedTable, bytes_as_text, unique_names
from simon_elmo.tables.options import ReadOptions
from simon_elmo.tables.source import Source, reason

_BATCH_ROWS = 8192
_CLOCK = re.compile(r"(.*\d:\d\d:\d\d)(?:\.(\d+))?(.*)")


def read_parquet(source: Source, options: ReadOptions) -> list[NamedTable]:
    """Return the one table of a Parquet file, typed values as strings.

    Whole numbers have no decimal point, floats are the shortest decimals that read back the same, dates and timestamps
    are ISO 8601 (`2020-01-31`, `2020-01-31 10:30:00`; a column without times of day holds dates), booleans are `true`
    and `false`, lists and structs JSON, nulls and NaN missing. A sample reads only row groups that it has rows of.

    Raises:
        UnreadableTable: if the file is truncated or no Parquet file.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    with source.local_path() as path:
        try:
            with pq.ParquetFile(path) as file:
                total = file.metadata.num_rows
                schema = file.schema_arrow
                table = pa.Table.from_batches(_batches(file, total, options), schema=schema)
        except (pa.ArrowException, OSError) as error:
            raise UnreadableTable(f"{source.label}: is not a readable Parquet file: {reason(error)}") from error
    names = unique_names([str(name) for name in table.column_names])
    columns = [_strings(column) for column in table.columns]
    return [NamedTable(source.origin, source.stem, dict(zip(names, columns, strict=True)), total)]


def _batches(file: Any, total: int, options: ReadOptions) -> Iterator[Any]:
    if options.sample is None or options.sample >= total:
        yield from file.iter_batches(batch_size=_BATCH_ROWS)
        return
    wanted = sorted(random.Random(options.seed).sample(range(total), options.sample))
    start = 0
    for group in range(file.metadata.num_row_groups):
        end = start + file.metadata.row_group(group).num_rows
        if bisect_left(wanted, start) < bisect_left(wanted, end):
            for batch in file.iter_batches(batch_size=_BATCH_ROWS, row_groups=[group]):
                here = wanted[bisect_left(wanted, start) : bisect_left(wanted, start + len(batch))]
                # take copies, so that the batch itself can be freed
                yield batch.take([row - start for row in here])
                start += len(batch)
        start = end


def _strings(column: Any) -> list[str | None]:
    """Return the cells of an Arrow column as strings."""
    import pyarrow as pa

    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if pa.types.is_floating(kind):
        values = column.to_pylist() if pa.types.is_float64(kind) else column.to_numpy()
        return [None if value is None or value != value else str(value) for value in values]
    if pa.types.is_timestamp(kind) or pa.types.is_time(kind):
        return _clock_times(column.cast(pa.string()).to_pylist())
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return column.to_pylist()
    if pa.types.is_integer(kind) or pa.types.is_boolean(kind) or pa.types.is_decimal(kind) or pa.types.is_date(kind):
        return column.cast(pa.string()).to_pylist()
    return [None if value is None else _text(value) for value in column.to_pylist()]


def _clock_times(texts: list[str | None]) -> list[str | None]:
    """Drop zeros after the seconds, and the time of day where the whole column has none."""
    if all(text is None or re.fullmatch(r"\S+ 00:00:00(\.0+)?", text) for text in texts):
        return [text and text.split(" ")[0] for text in texts]
    return [text and _CLOCK.sub(_without_zeros, text) for text in texts]


def _without_zeros(match: re.Match[str]) -> str:
    whole, fraction, zone = match[1], (match[2] or "").rstrip("0"), match[3]
    return f"{whole}.{fraction}{zone}" if fraction else f"{whole}{zone}"


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return bytes_as_text(value)
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, (list, dict)) else str(value)
