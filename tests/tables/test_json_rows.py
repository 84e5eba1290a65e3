from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simon_elmo.errors import UnreadableTable
from simon_elmo.tables.reading import read_tables

values = st.one_of(st.none(), st.text(max_size=4), st.booleans(), st.integers(), st.lists(st.integers(), max_size=2))


def read(folder, content, name="table.json", **options):
    path = folder / name
    path.write_text(content, encoding="utf-8")
    (table,) = read_tables(path, **options)
    return table


@pytest.mark.parametrize(
    "content",
    [
        '[{"a": 1, "b": "x"}, {"a": 2, "b": null}]',
        '{"a": [1, 2], "b": ["x", null]}',
        '{"a": {"0": 1, "1": 2}, "b": {"0": "x", "1": null}}',
        '{"data": [{"a": 1, "b": "x"}, {"a": 2}]}',
        '{"meta": {"rows": 2}, "data": [{"a": 1, "b": "x"}, {"a": 2}]}',
        '{"total": 2, "results": [{"a": 1, "b": "x"}, {"a": 2}]}',
        '{"columns": ["a", "b"], "index": [0, 1], "data": [[1, "x"], [2, NaN]]}',
        '[["a", "b"], [1, "x"], [2, null]]',
        '{"a": 1, "b": "x"}\n{"a": 2, "b": null}\n',
        ' [ {"a" : 1 , "b":"x"} ,\n{"a":2} ] \n',
    ],
)
def test_shapes_of_a_table(content, tmp_path):
    table = read(tmp_path, content)
    assert table.columns == {"a": ["1", "2"], "b": ["x", None]}
    assert table.rows == 2
    assert table.notes == ()


def test_values_keep_their_spelling(tmp_path):
    table = read(
        tmp_path,
        '[{"a": 1.50, "b": 1e5, "c": "01", "d": true, "e": 12345678901234567890.10, "f": -0, "g": [1.0, {"x": 2.0}],'
        ' "h": "é\\u00e9", "i": NaN, "j": -Infinity, "k": ""}]',
    )
    expected = ["1.50", "1e5", "01", "true", "12345678901234567890.10", "-0", '[1.0, {"x": 2.0}]', "éé", None]
    assert [column[0] for column in table.columns.values()] == [*expected, "-Infinity", ""]


def test_records_have_all_keys_in_order_of_appearance(tmp_path):
    table = read(tmp_path, '[{"b": 1}, {"a": 2, "b": 3}, {}]')
    assert table.columns == {"b": ["1", "3", None], "a": [None, "2", None]}


def test_a_list_of_values_is_one_column(tmp_path):
    assert read(tmp_path, '[1, "x", null]').columns == {"column_1": ["1", "x", None]}


def test_one_object_is_one_row(tmp_path):
    assert read(tmp_path, '{"a": 1, "b": "x"}').columns == {"a": ["1"], "b": ["x"]}


@settings(max_examples=40)
@given(st.lists(st.dictionaries(st.sampled_from("abc"), values, max_size=3), min_size=1, max_size=6))
def test_records_and_lines_give_the_same_table(tmp_path_factory, records):
    folder = tmp_path_factory.mktemp("json")
    expected = {}
    for key in dict.fromkeys(key for record in records for key in record):
        cells = [record.get(key) for record in records]
        expected[key] = [cell if cell is None or isinstance(cell, str) else json.dumps(cell) for cell in cells]
    assert read(folder, json.dumps(records)).columns == expected
    lines = "".join(f"{json.dumps(record, ensure_ascii=False)}\n" for record in records)
    assert read(folder, lines, "table.jsonl").columns == expected


def test_lists_longer_than_a_block_are_streamed(tmp_path):
    records = [{"id": number, "text": "x" * (3_000_000 if number == 7 else number % 300)} for number in range(9000)]
    table = read(tmp_path, json.dumps(records, indent=1))
    assert table.columns["id"] == [str(number) for number in range(9000)]
    assert [len(cell) for cell in table.columns["text"]] == [len(record["text"]) for record in records]


def test_a_sample_of_records(tmp_path):
    records = [{"id": number, "only here": 1} if number == 5 else {"id": number} for number in range(2000)]
    lines = "".join(f"{json.dumps(record)}\n" for record in records)
    sample = read(tmp_path, json.dumps(records), sample=20)
    assert sample.rows == 2000
    assert list(sample.columns) == ["id", "only here"]
    assert sample.columns == read(tmp_path, lines, "table.ndjson", sample=20).columns


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.json", '[{"a": 1},', "not valid JSON"),
        ("x.json", '[{"a": 1},]', "not valid JSON"),
        ("x.json", '[{"a": 1} {"a": 2}]', "not valid JSON"),
        ("x.json", '[{"a": 1}] x', "not valid JSON"),
        ("x.json", '{"a": [1', "not valid JSON"),
        ("x.json", "[" * 100_000, "not valid JSON"),
        ("x.json", "{" + '"a":{' * 100_000, "not valid JSON"),
        ("x.json", "a,b\n1,2\n", "not valid JSON"),
        ("x.json", " \n", "is empty"),
        ("x.json", "[]", "holds no records"),
        ("x.json", "{}", "holds no table"),
        ("x.json", "null", "holds no table"),
        ("x.json", '[{"a": 1}, 2]', "record 2 is not an object"),
        ("x.json", '{"a": [1], "b": [1, 2]}', "different lengths"),
        ("x.jsonl", '{"a": 1}\n{"a":\n', "line 2 is not valid JSON"),
        ("x.jsonl", "\n", "holds no records"),
    ],
)
def test_what_is_no_table_is_an_error(name, content, message, tmp_path):
    with pytest.raises(UnreadableTable, match=message) as caught:
        read(tmp_path, content, name)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)
