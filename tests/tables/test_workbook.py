from __future__ import annotations

import datetime
import sys

import pytest

from simon_elmo.errors import InvalidInput, MissingExtra, UnreadableTable
from simon_elmo.tables.reading import read_table, read_tables

openpyxl = pytest.importorskip("openpyxl", reason="needs the extra 'excel'")


@pytest.fixture
def path(tmp_path):
    book = openpyxl.Workbook()
    people = book.active
    people.title = "people"
    people.append(["name", "age", "age", None, "when"])
    people.append(["Ann", 31, 1.5, "x", datetime.datetime(2020, 1, 31)])
    people.append([])
    people.append(["01", None, True, None, datetime.datetime(2020, 1, 31, 10, 30)])
    people.append(["Bob"])
    book.create_sheet("empty")
    book.create_sheet("codes").append(["code"])
    target = tmp_path / "book.xlsx"
    book.save(target)
    return target


def test_sheets_are_tables_of_strings(path):
    people, codes = read_tables(path)
    assert (people.name, people.rows, people.notes) == ("people", 3, ())
    assert people.columns == {
        "name": ["Ann", "01", "Bob"],
        "age": ["31", None, None],
        "age.2": ["1.5", "TRUE", None],
        "column_4": ["x", None, None],
        "when": ["2020-01-31", "2020-01-31 10:30:00", None],
    }
    assert (codes.name, codes.columns) == ("codes", {"code": []})


def test_one_sheet_is_named(path):
    assert read_table(path, sheet="codes").columns.tolist() == ["code"]
    with pytest.raises(InvalidInput, match=r"holds 2 tables \(people, codes\); name one"):
        read_table(path)
    with pytest.raises(UnreadableTable, match="has no sheet 'x'; it has people, empty, codes"):
        read_tables(path, sheet="x")


def test_a_sample_of_rows(path):
    (people,) = read_tables(path, sheet="people", sample=2)
    assert people.rows == 3
    assert len(people.columns["name"]) == 2


def test_a_sheet_without_header(path):
    (codes,) = read_tables(path, sheet="codes", header=False)
    assert codes.columns == {"column_1": ["code"]}


def test_damaged_and_empty_workbooks_are_errors(path, tmp_path):
    damaged = tmp_path / "damaged.xlsx"
    for content in (path.read_bytes()[:-500], path.read_bytes()[:100], b"text"):
        damaged.write_bytes(content)
        with pytest.raises(UnreadableTable, match=r"damaged\.xlsx: is n"):
            read_tables(damaged)
    openpyxl.Workbook().save(damaged)
    with pytest.raises(UnreadableTable, match="has no cells"):
        read_tables(damaged)


def test_a_missing_package_is_named(path, monkeypatch):
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(MissingExtra, match=r"simon_elmo\[excel\]"):
        read_tables(path)


def test_a_workbook_that_unpacks_to_too_much_is_an_error(path, monkeypatch):
    monkeypatch.setattr("simon_elmo.tables.workbook.MAX_UNPACKED", 1000)
    with pytest.raises(UnreadableTable, match="unpacks to more than"):
        read_tables(path)
