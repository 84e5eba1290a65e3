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
    and `false`, lists and structs JSON, nulls and NaN missing. Bytes of a string that are not UTF-8 become U+FFFD. A
    sample reads only row groups that it has rows of.

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
                if here:
                    yield _rows_of(batch, [row - start for row in here])
                start += len(batch)
        start = end


def _rows_of(batch: Any, rows: list[int]) -> Any:
    """Return a copy of some rows, so that the batch itself can be freed."""
    import pyarrow as pa

    indices = pa.array(rows, pa.int64())
    return pa.RecordBatch.from_arrays([_cells_of(column, indices) for column in batch.columns], schema=batch.schema)


def _cells_of(column: Any, indices: Any) -> Any:
    import pyarrow as pa

    try:
        return column.take(indices)
    except pa.ArrowNotImplementedError:  # string and binary views, also as elements of lists
        return pa.concat_arrays([column.slice(row, 1) for row in indices.to_pylist()])


def _strings(column: Any) -> list[str | None]:
    """Return the cells of an Arrow column as strings."""
    try:
        return _readable_strings(column)
    except (ValueError, OverflowError):  # a string that is not UTF-8, a time that Python has no object for
        return [None if value is None else _text(value) for value in map(_shown, column)]


def _readable_strings(column: Any) -> list[str | None]:
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


def _shown(scalar: Any) -> Any:
    """Return the value of a cell, or as much of it as can be shown: U+FFFD for bytes that are not UTF-8."""
    import pyarrow as pa

    try:
        return scalar.as_py()
    except (ValueError, OverflowError):
        kind = scalar.type
    if pa.types.is_struct(kind):
        names = unique_names([kind.field(place).name for place in range(kind.num_fields)])
        return {name: _shown(scalar[place]) for place, name in enumerate(names)}
    if pa.types.is_map(kind):
        return [[_shown(entry[0]), _shown(entry[1])] for entry in scalar.values]
    if pa.types.is_nested(kind):
        return [_shown(value) for value in scalar.values]
    if pa.types.is_dictionary(kind) or isinstance(kind, pa.BaseExtensionType):
        return _shown(scalar.value)
    if pa.types.is_temporal(kind):
        return _CLOCK.sub(_without_zeros, pa.repeat(scalar, 1).cast(pa.string())[0].as_py())
    return scalar.as_buffer().to_pybytes().decode("utf-8", "replace")


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return bytes_as_text(value)
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, (list, dict)) else str(value)
