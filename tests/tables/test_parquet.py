from __future__ import annotations

import datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from simon_elmo.errors import UnreadableTable
from simon_elmo.tables.reading import read_table, read_tables

MORNING = datetime.datetime(2020, 1, 31, 10, 30)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (pa.array([1, None, 2**63 - 1]), ["1", None, "9223372036854775807"]),
        (pa.array([1.0, float("nan"), None, 0.1, 1e20]), ["1.0", None, None, "0.1", "1e+20"]),
        (pa.array([0.1, None, 2.0], pa.float32()), ["0.1", None, "2.0"]),
        (pa.array(["01", None, ""]), ["01", None, ""]),
        (pa.array(["x", "y", None]).dictionary_encode(), ["x", "y", None]),
        (pa.array([True, False, None]), ["true", "false", None]),
        (pa.array([Decimal("1.20"), None]), ["1.20", None]),
        (pa.array([datetime.date(2020, 1, 31), None]), ["2020-01-31", None]),
        (pa.array([datetime.datetime(2020, 1, 31), None]), ["2020-01-31", None]),
        (pa.array([MORNING, None]), ["2020-01-31 10:30:00", None]),
        (pa.array([MORNING.replace(microsecond=500)], pa.timestamp("ns")), ["2020-01-31 10:30:00.0005"]),
        (pa.array([MORNING], pa.timestamp("us", "UTC")), ["2020-01-31 10:30:00Z"]),
        (pa.array([datetime.time(10, 30), None]), ["10:30:00", None]),
        (pa.array([[1, 2], None, []]), ["[1, 2]", None, "[]"]),
        (pa.array([{"a": "é", "b": None}]), ['{"a": "é", "b": null}']),
        (pa.array([b"abc", b"\xff", None]), ["abc", "ff", None]),
        (pa.nulls(2), [None, None]),
    ],
)
def test_typed_values_become_strings(values, expected, tmp_path):
    path = tmp_path / "table.parquet"
    pq.write_table(pa.table({"a": values}), path)
    (table,) = read_tables(path)
    assert table.columns == {"a": expected}
    assert table.rows == len(expected)
    assert table.name == "table"


def test_several_row_groups(tmp_path):
    path = tmp_path / "table.parquet"
    pq.write_table(pa.table({"id": range(1000), "name": [f"n{number}" for number in range(1000)]}), path, 64)
    (table,) = read_tables(path)
    assert table.columns["id"] == [str(number) for number in range(1000)]
    (sample,) = read_tables(path, sample=30, seed=1)
    assert sample.rows == 1000
    ids = [int(number) for number in sample.columns["id"]]
    assert len(set(ids)) == 30
    assert ids == sorted(ids)
    assert max(ids) > 800
    assert sample.columns["name"] == [f"n{number}" for number in ids]
    assert read_tables(path, sample=30, seed=1)[0].columns == sample.columns
    assert read_tables(path, sample=30, seed=2)[0].columns != sample.columns
    assert read_tables(path, sample=1000)[0].columns == table.columns


def test_a_file_without_rows(tmp_path):
    path = tmp_path / "table.parquet"
    pq.write_table(pa.table({"a": pa.array([], pa.int64()), "b": pa.array([], pa.string())}), path)
    (table,) = read_tables(path, sample=5)
    assert table.columns == {"a": [], "b": []}


def test_what_pandas_writes(tmp_path):
    path = tmp_path / "table.parquet"
    pd.DataFrame({"a": [1, 2], "b": ["x", None], "c": pd.to_datetime(["2020-01-31", "2020-02-01"])}).to_parquet(path)
    frame = read_table(path)
    assert frame.to_dict("list") == {"a": ["1", "2"], "b": ["x", None], "c": ["2020-01-31", "2020-02-01"]}


def test_the_ending_does_not_matter(tmp_path):
    path = tmp_path / "table.csv"
    pq.write_table(pa.table({"a": [1]}), path)
    assert read_tables(path)[0].columns == {"a": ["1"]}


@pytest.mark.parametrize("damage", ["cut", "garbled", "text"])
def test_damaged_files_are_errors(damage, tmp_path):
    path = tmp_path / "table.parquet"
    pq.write_table(pa.table({"a": np.arange(5000), "b": ["some text"] * 5000}), path)
    raw = path.read_bytes()
    path.write_bytes(
        {"cut": raw[:-20], "garbled": raw[:100] + b"x" * (len(raw) - 108) + raw[-8:], "text": b"a"}[damage]
    )
    with pytest.raises(UnreadableTable, match=r"table\.parquet: is no") as caught:
        read_tables(path)
    assert "\n" not in str(caught.value)
