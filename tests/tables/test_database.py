from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from simon_elmo.errors import InvalidInput, UnreadableTable
from simon_elmo.tables.reading import read_table, read_tables


@pytest.fixture
def path(tmp_path):
    target = tmp_path / "data.db"
    with closing(sqlite3.connect(target)) as connection:
        connection.execute("CREATE TABLE people (name, age, note)")
        connection.execute("INSERT INTO people VALUES ('Ann', 31, NULL), ('01', 2.5, x'ff00'), ('é', '', x'6162')")
        connection.execute("INSERT INTO people VALUES (CAST(x'ff61' AS TEXT), 1, 2)")
        connection.execute('CREATE TABLE "odd ""name" (x)')
        connection.execute("CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT)")
        connection.executemany("INSERT INTO counted VALUES (?)", [(number,) for number in range(1000)])
        connection.execute("CREATE VIEW seen AS SELECT * FROM people")
        connection.commit()
    return target


def test_every_table_is_read_as_strings(path):
    people, odd, counted = read_tables(path)
    assert people.columns == {
        "name": ["Ann", "01", "é", "\ufffda"],
        "age": ["31", "2.5", "", "1"],
        "note": [None, "ff00", "ab", "2"],
    }
    assert (odd.name, odd.columns) == ('odd "name', {"x": []})
    assert (counted.name, counted.rows) == ("counted", 1000)


def test_one_table_is_named(path):
    assert read_table(path, sheet="counted").shape == (1000, 1)
    with pytest.raises(InvalidInput, match="holds 3 tables"):
        read_table(path)
    with pytest.raises(UnreadableTable, match="has no table 'x'; it has people"):
        read_tables(path, sheet="x")


def test_a_sample_of_rows(path):
    (counted,) = read_tables(path, sheet="counted", sample=10)
    assert counted.rows == 1000
    assert len(set(counted.columns["id"])) == 10


def test_the_file_is_not_written_to(path):
    before = path.read_bytes()
    read_tables(path)
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_damaged_and_empty_databases_are_errors(path, tmp_path):
    damaged = tmp_path / "damaged.sqlite"
    damaged.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(UnreadableTable, match=r"damaged\.sqlite: is not a readable SQLite database"):
        read_tables(damaged)
    damaged.write_bytes(b"text")
    with pytest.raises(UnreadableTable, match=r"damaged\.sqlite: is no \.sqlite file"):
        read_tables(damaged)
    empty = tmp_path / "empty.db"
    with closing(sqlite3.connect(empty)) as connection:
        connection.execute("PRAGMA user_version = 1")
    with pytest.raises(UnreadableTable, match="without tables"):
        read_tables(empty)
