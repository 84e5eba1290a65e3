from __future__ import annotations

import datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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


NUMBERS = pa.array([None if number % 7 == 0 else number for number in range(60)], pa.int16())
TIMES = pa.array([None if number % 7 == 0 else MORNING.replace(minute=number) for number in range(60)])
WORDS = pa.array([None if number % 7 == 0 else f"word {number}" for number in range(60)])
COLUMNS = {  # made when they are asked for: older versions of pyarrow lack some types
    "null": lambda: pa.nulls(60),
    "boolean": lambda: pa.array([number % 3 == 0 for number in range(60)]),
    "decimal128": lambda: NUMBERS.cast(pa.decimal128(9, 2)),
    "decimal256": lambda: NUMBERS.cast(pa.decimal256(50, 2)),
    "float16": lambda: NUMBERS.cast(pa.float16()),
    "time64": lambda: TIMES.cast(pa.time64("us")),
    "date32": lambda: TIMES.cast(pa.date32()),
    "timestamp": lambda: TIMES,
    "timestamp in a zone": lambda: TIMES.cast(pa.timestamp("us", "UTC")),
    "duration": lambda: NUMBERS.cast(pa.int64()).cast(pa.duration("s")),
    "string": lambda: WORDS,
    "large_string": lambda: WORDS.cast(pa.large_string()),
    "string_view": lambda: WORDS.cast(pa.string_view()),
    "binary": lambda: WORDS.cast(pa.binary()),
    "binary_view": lambda: WORDS.cast(pa.binary_view()),
    "fixed binary": lambda: pa.array([b"abc", None] * 30, pa.binary(3)),
    "dictionary": lambda: WORDS.dictionary_encode(),
    "dictionary of decimals": lambda: NUMBERS.cast(pa.decimal128(9, 2)).dictionary_encode(),
    "list": lambda: pa.array([[number] * (number % 4) for number in range(60)]),
    "list of string views": lambda: pa.array([[f"word {number}"] for number in range(60)]).cast(
        pa.list_(pa.string_view())
    ),
    "large_list": lambda: pa.array([[number, None] for number in range(60)], pa.large_list(pa.int8())),
    "list_view": lambda: pa.array([[number, None] for number in range(60)], pa.list_view(pa.int8())),
    "fixed list": lambda: pa.array([[number, None] for number in range(60)], pa.list_(pa.int8(), 2)),
    "struct": lambda: pa.StructArray.from_arrays([NUMBERS, WORDS], ["number", "word"]),
    "struct with one name twice": lambda: pa.StructArray.from_arrays([NUMBERS, WORDS], ["same", "same"]),
    "map": lambda: pa.array([[(f"key {number}", number)] for number in range(60)], pa.map_(pa.string(), pa.int8())),
    "uuid": lambda: pa.array([bytes([number]) * 16 for number in range(60)], pa.uuid()),
    "json": lambda: pa.ExtensionArray.from_storage(pa.json_(), WORDS),
    "bool8": lambda: pa.ExtensionArray.from_storage(pa.bool8(), pa.array([1, None] * 30, pa.int8())),
}


@pytest.mark.parametrize("group_rows", [1, 7, 60])
@pytest.mark.parametrize("kind", COLUMNS)
def test_a_sample_of_any_type_is_some_of_its_rows(kind, group_rows, tmp_path, monkeypatch):
    monkeypatch.setattr("simon_elmo.tables.parquet._BATCH_ROWS", 5)
    path = tmp_path / "table.parquet"
    try:
        pq.write_table(pa.table({"row": range(60), "value": COLUMNS[kind]()}), path, group_rows)
    except (AttributeError, pa.ArrowNotImplementedError) as missing:
        pytest.skip(f"pyarrow {pa.__version__}: {missing}")
    cells = read_tables(path)[0].columns["value"]
    assert kind == "null" or len({*cells}) > 1
    for size in (1, 2, 59):
        sample = read_tables(path, sample=size, seed=size)[0]
        assert sample.rows == 60
        assert len(sample.columns["row"]) == size
        assert sample.columns["value"] == [cells[int(row)] for row in sample.columns["row"]]


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 400), st.integers(1, 400), st.integers(1, 400), st.integers(0, 2**31))
def test_a_sample_of_any_size_is_so_many_rows_in_their_order(tmp_path_factory, rows, group_rows, size, seed):
    path = tmp_path_factory.mktemp("sample") / "table.parquet"
    pq.write_table(pa.table({"row": pa.array(range(rows)).cast(pa.int64())}), path, group_rows)
    found = [int(row) for row in read_tables(path, sample=size, seed=seed)[0].columns["row"]]
    assert found == sorted(set(found))
    assert len(found) == min(size, rows)
    assert set(found) <= set(range(rows))


def test_one_row_of_a_large_row_group(tmp_path):
    path = tmp_path / "table.parquet"
    pq.write_table(pa.table({"row": range(20_000)}), path)
    found = {read_tables(path, sample=1, seed=seed)[0].columns["row"][0] for seed in range(20)}
    assert len(found) > 10


FAR = 253_402_300_800_000_000  # microseconds from 1970 to the year 10000
LATIN = pa.Array.from_buffers(pa.string(), 1, pa.array(["café".encode("latin-1")]).buffers())


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (pa.array([[FAR, None]]).cast(pa.list_(pa.timestamp("us"))), '["10000-01-01 00:00:00", null]'),
        (
            pa.array([{"at": FAR + 1}]).cast(pa.struct({"at": pa.timestamp("us")})),
            '{"at": "10000-01-01 00:00:00.000001"}',
        ),
        (pa.array([2**62]).cast(pa.duration("s")), str(2**62)),
        (LATIN, "caf\ufffd"),
        (LATIN.dictionary_encode(), "caf\ufffd"),
        (pa.ListArray.from_arrays([0, 1], LATIN), '["caf\ufffd"]'),
        (pa.MapArray.from_arrays([0, 1], pa.array(["a"]), LATIN), '[["a", "caf\ufffd"]]'),
        (pa.StructArray.from_arrays([LATIN, LATIN], ["a", "a"]), '{"a": "caf\ufffd", "a.2": "caf\ufffd"}'),
    ],
)
def test_what_python_cannot_hold_is_shown_as_far_as_it_can_be(values, expected, tmp_path):
    path = tmp_path / "table.parquet"
    pq.write_table(pa.table({"a": values}), path)
    assert read_tables(path)[0].columns == {"a": [expected]}


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
