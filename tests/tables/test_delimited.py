from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simon_elmo.errors import UnreadableTable
from simon_elmo.tables.reading import read_tables

cell = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('\n",;\t|'), max_size=6)


def read(path, content, **options):
    if isinstance(content, str):
        content = content.encode()
    path.write_bytes(content)
    (table,) = read_tables(path, **options)
    return table


@pytest.fixture
def path(tmp_path):
    return tmp_path / "table.csv"


@settings(max_examples=60)
@given(rows=st.lists(st.lists(cell, min_size=3, max_size=3), max_size=8), delimiter=st.sampled_from(",;\t|"))
def test_what_the_csv_module_writes_comes_back(rows, delimiter, tmp_path_factory):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([["one", "two", "three"], *rows])
    table = read(tmp_path_factory.mktemp("csv") / "table.csv", text.getvalue())
    assert [list(row) for row in zip(*table.columns.values(), strict=True)] == rows
    assert list(table.columns) == ["one", "two", "three"]
    assert table.rows == len(rows)
    assert table.notes == ()


@pytest.mark.parametrize("first", ["sep=;\r\n", '"sep=;"\n', "\ufeffsep=;\n"])
def test_a_line_that_names_the_delimiter_is_no_header(path, first):
    table = read(path, f"{first}a;b\n1,5;2\n")
    assert table.columns == {"a": ["1,5"], "b": ["2"]}
    assert read(path, "sep=x\n1\n").columns == {"sep=x": ["1"]}


def test_nothing_is_guessed(path):
    table = read(path, "zip,note,x,when,n\n01234,NA,1e5,2020-1-1,\n00000,null, 1 ,,nan\n")
    assert table.columns == {
        "zip": ["01234", "00000"],
        "note": ["NA", "null"],
        "x": ["1e5", " 1 "],
        "when": ["2020-1-1", ""],
        "n": ["", "nan"],
    }


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end, path):
    table = read(path, end.join(["a,b", "1,2", "3,4", ""]))
    assert table.columns == {"a": ["1", "3"], "b": ["2", "4"]}


def test_quoted_cells_hold_line_ends(path):
    table = read(path, 'a,b\n"x\ny\r\nz",2\n3,4')
    assert table.columns == {"a": ["x\ny\r\nz", "3"], "b": ["2", "4"]}


def test_ragged_lines_are_kept_and_counted(path):
    table = read(path, "a,b,c\n1,2\n1,2,3,4\n1,2,3,4,5\n\n1,2,3\n")
    assert list(table.columns) == ["a", "b", "c", "column_4", "column_5"]
    assert table.columns["c"] == [None, "3", "3", "3"]
    assert table.columns["column_5"] == [None, None, "5", None]
    assert table.rows == 4
    assert table.notes == ("of 4 lines, 1 with fewer and 2 with more than 3 cells; all are kept",)


def test_a_delimiter_at_the_end_of_lines_makes_no_column(path):
    table = read(path, "a,b\n1,2,\n3,4,\n")
    assert list(table.columns) == ["a", "b"]
    assert table.notes == ()


def test_empty_and_repeated_names_are_told_apart(path):
    assert list(read(path, "a,a,,b\n1,2,3,4\n").columns) == ["a", "a.2", "column_3", "b"]


def test_a_header_alone_is_a_table_without_rows(path):
    table = read(path, "a,b\n")
    assert table.columns == {"a": [], "b": []}
    assert table.rows == 0


def test_a_file_without_header(path):
    table = read(path, "1,2\n3,4\n", header=False)
    assert table.columns == {"column_1": ["1", "3"], "column_2": ["2", "4"]}
    assert table.rows == 2


def test_a_file_without_header_has_the_most_common_width(path):
    table = read(path, "1,2\n3\n4,5\n", header=False)
    assert table.columns == {"column_1": ["1", "3", "4"], "column_2": ["2", None, "5"]}
    assert table.notes == ("of 3 lines, 1 with fewer than 2 cells; all are kept",)


@pytest.mark.parametrize("content", ["\n\n", " \n  \n", "\r\n", "\ufeff"])
def test_blank_files_are_errors(content, path):
    with pytest.raises(UnreadableTable, match=r"table\.csv: has no line that is not blank"):
        read(path, content)


def test_blank_lines_before_the_header_are_skipped(path):
    assert read(path, "\n  \na,b\n1,2\n").columns == {"a": ["1"], "b": ["2"]}


def test_thousands_of_columns(path):
    names = [f"column {number}" for number in range(5000)]
    table = read(path, ",".join(names) + "\n" + ",".join("1" * 5000) + "\n")
    assert list(table.columns) == names
    assert table.frame.shape == (1, 5000)


def test_a_cell_of_a_megabyte(path):
    table = read(path, "a,b\n" + "x" * 1_000_000 + ",2\n")
    assert [len(column[0]) for column in table.columns.values()] == [1_000_000, 1]


def test_one_column(path):
    table = read(path, "name\nSmith, John\n\nDoe\n")
    assert table.columns == {"name": ["Smith, John", "Doe"]}


def test_a_sample_is_drawn_from_the_whole_file_in_its_order(path):
    text = "id,text\n" + "".join(f'{number},"line {number}\nof two"\n' for number in range(3000))
    table = read(path, text, sample=100, seed=3)
    assert table.rows == 3000
    ids = [int(number) for number in table.columns["id"]]
    assert ids == sorted(set(ids))
    assert len(ids) == 100
    assert max(ids) > 2500
    assert table.columns["text"] == [f"line {number}\nof two" for number in ids]
    assert read(path, text, sample=100, seed=3).columns == table.columns
    assert read(path, text, sample=100, seed=4).columns != table.columns


def test_a_sample_knows_of_ragged_lines_that_it_does_not_hold(path):
    table = read(path, "a,b\n" + "1,2\n" * 999 + "1\n", sample=2)
    assert table.notes == ("of 1000 lines, 1 with fewer than 2 cells; all are kept",)


def test_a_large_sample_is_the_whole_table(path):
    text = "a\n" + "\n".join(map(str, range(50)))
    assert read(path, text, sample=50).columns == read(path, text, sample=1000).columns == read(path, text).columns


def test_a_line_that_never_ends_is_an_error(path, monkeypatch):
    monkeypatch.setattr("simon_elmo.tables.delimited._MAX_CELL", 1_000)
    monkeypatch.setattr("simon_elmo.tables.delimited._MAX_LINE", 2_000)
    limit = csv.field_size_limit(1_000)
    try:
        with pytest.raises(UnreadableTable, match=r"table\.csv: is not delimited text: field larger than field limit"):
            read(path, "a\n" + "x" * 3_000)
    finally:
        csv.field_size_limit(limit)


@pytest.mark.parametrize(
    ("content", "options", "expected"),
    [
        (b"a;b\n1,5;2\n", {}, ("utf-8", ";", '"', 1, 0)),
        (b"\xef\xbb\xbf\n  \na\tb\n'11'\t'22'\n'33'\t'44'\n", {}, ("utf-8-sig", "\t", "'", 3, 2)),
        (b"sep=|\r\n\r\na|b\r\n1|2\r\n", {}, ("utf-8", "|", '"', 3, 2)),
        (b"name\nSmith, John\nDoe\n", {}, ("utf-8", None, '"', 1, 0)),
        (b"1,2\n3,4\n", {"header": False, "encoding": "latin-1"}, ("latin-1", ",", '"', None, 0)),
        ("a,b\n1,2\n".encode("utf-16"), {}, ("utf-16", ",", '"', 1, 0)),
    ],
)
def test_how_a_file_was_read_is_told(path, content, options, expected):
    dialect = read(path, content, **options).dialect
    assert list(dialect) == ["encoding", "delimiter", "quote", "header_row", "skipped"]
    assert tuple(dialect.values()) == expected
