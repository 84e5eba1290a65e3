from __future__ import annotations

import doctest
import gzip
import os
import pkgutil
import subprocess
import sys
import threading
import warnings
import zipfile
from importlib import import_module

import pytest

from simon_elmo.errors import InvalidInput, UnreadableTable
from simon_elmo.tables.reading import NamedTable, read_table, read_tables

CSV = b"a,b\n01,NA\n"
COLUMNS = {"a": ["01"], "b": ["NA"]}


def test_a_frame_of_strings(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes(CSV)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        frame = read_table(path)
    assert frame.to_dict("list") == COLUMNS
    assert frame.dtypes.tolist() == [object, object]


def test_ragged_lines_are_warned_about_once(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("a,b\n1\n2\n1,2,3\n")
    with pytest.warns(UserWarning, match=r"table\.csv: of 3 lines, 2 with fewer and 1 with more than 2") as caught:
        read_table(path)
    assert len(caught) == 1


def test_a_table_knows_its_file(tmp_path):
    path = tmp_path / "my table.csv"
    path.write_bytes(CSV)
    assert read_tables(str(path)) == [NamedTable(str(path), "my table", COLUMNS, 1)]


def test_gzip(tmp_path):
    for name, content in (("a.csv.gz", CSV), ("b.csv", CSV), ("c.json.gz", b'[{"a": "01", "b": "NA"}]')):
        path = tmp_path / name
        path.write_bytes(gzip.compress(content))
        assert read_tables(path)[0].columns == COLUMNS
    assert read_tables(tmp_path / "a.csv.gz")[0].name == "a"


@pytest.mark.parametrize(
    "content",
    [gzip.compress(CSV * 999)[:-9], gzip.compress(CSV)[:15], b"\x1f\x8bgarbage"],
    ids=["end", "start", "garbage"],
)
def test_broken_gzip(content, tmp_path):
    path = tmp_path / "table.csv.gz"
    path.write_bytes(content)
    with pytest.raises(UnreadableTable, match=r"table\.csv\.gz: cannot be read"):
        read_tables(path)


def test_empty_gzip(tmp_path):
    path = tmp_path / "table.csv.gz"
    path.write_bytes(gzip.compress(b""))
    with pytest.raises(UnreadableTable, match="is empty"):
        read_tables(path)


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "tables.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("folder/one.csv", CSV)
        target.writestr("two.json", '[{"x": 1.0}]')
        target.writestr("three.tsv.gz", gzip.compress(b"p\tq\n1\t2\n"))
        target.writestr("__MACOSX/._one.csv", b"\0\1")
        target.writestr("readme.md", "text")
    return path


def test_zip_members_are_tables(archive):
    tables = {table.name: table.columns for table in read_tables(archive)}
    assert tables == {"one": COLUMNS, "two": {"x": ["1.0"]}, "three": {"p": ["1"], "q": ["2"]}}
    assert {table.path for table in read_tables(archive)} == {str(archive)}


def test_a_zip_member_is_named(archive):
    assert read_table(archive, sheet="two").to_dict("list") == {"x": ["1.0"]}
    with pytest.raises(InvalidInput, match=r"holds 3 tables \(one, two, three\)"):
        read_table(archive)
    with pytest.raises(UnreadableTable, match="has no table 'four'; it has one, two, three"):
        read_tables(archive, sheet="four")


def test_binary_formats_inside_archives(tmp_path):
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"a": ["01"], "b": ["NA"]}), tmp_path / "table.parquet")
    raw = (tmp_path / "table.parquet").read_bytes()
    with zipfile.ZipFile(tmp_path / "table.zip", "w") as target:
        target.writestr("table.parquet", raw)
    (tmp_path / "table.parquet.gz").write_bytes(gzip.compress(raw))
    for name in ("table.zip", "table.parquet.gz"):
        assert read_tables(tmp_path / name)[0].columns == COLUMNS


@pytest.mark.parametrize(
    ("members", "message"),
    [({"a.png": "x", "b.png": "x"}, "holds no table: a.png, b.png"), ({}, "holds no table: nothing")],
)
def test_zip_without_tables(members, message, tmp_path):
    path = tmp_path / "pictures.zip"
    with zipfile.ZipFile(path, "w") as target:
        target.writestr(".hidden.csv", "x")
        for name, content in members.items():
            target.writestr(name, content)
    with pytest.raises(UnreadableTable, match=message):
        read_tables(path)


def test_broken_zip(archive):
    whole = archive.read_bytes()
    archive.write_bytes(whole[:100])
    with pytest.raises(UnreadableTable, match="cannot be read"):
        read_tables(archive)
    damaged = bytearray(whole)
    damaged[45] ^= 0xFF
    archive.write_bytes(bytes(damaged))
    with pytest.raises(UnreadableTable, match="cannot be read"):
        read_tables(archive)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
@pytest.mark.parametrize("name", ["table.csv", "table.csv.gz", "tables.zip", "table.jsonl"])
def test_a_pipe_is_read_like_a_file(name, tmp_path):
    path, pipe = tmp_path / name, tmp_path / "pipe"
    content = b'{"a": 1}\n{"a": 2}\n' if "json" in name else b"a\n1\n2\n"
    if name == "tables.zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("one.csv", content)
            archive.writestr("two.csv", content)
    else:
        path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(path.read_bytes()))
    writer.start()
    tables = read_tables(pipe)
    writer.join()
    assert [table.columns for table in tables] == [{"a": ["1", "2"]}] * (2 if name == "tables.zip" else 1)
    assert {table.path for table in tables} == {str(pipe)}


def test_a_bomb_is_streamed_and_refused(tmp_path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("table.csv", b"\0" * 20_000_000)
    with pytest.raises(UnreadableTable, match="binary"):
        read_tables(path)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("missing.csv", None, "no such file"),
        ("empty.csv", b"", "is empty"),
        ("folder.csv", "folder", "is a directory; give one or several files in it"),
        ("binary.csv", bytes(range(256)) * 10, "is a binary file"),
        ("old.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "is an old Excel file; save it as"),
        ("other.parquet", b"a,b\n1,2\n", r"is no \.parquet file"),
        ("other.xlsx", b"a,b\n1,2\n", r"is no \.xlsx file"),
        ("other.sqlite", b"a,b\n1,2\n", r"is no \.sqlite file"),
    ],
)
def test_bad_files_are_told_in_one_line(name, content, message, tmp_path):
    path = tmp_path / name
    if content == "folder":
        path.mkdir()
    elif content is not None:
        path.write_bytes(content)
    for read in (read_table, read_tables):
        with pytest.raises(UnreadableTable, match=message) as caught:
            read(path)
        assert str(caught.value).startswith(f"{path}: ")
        assert "\n" not in str(caught.value)


def test_a_file_that_may_not_be_read_is_an_error(tmp_path, monkeypatch):
    path = tmp_path / "table.csv"
    path.write_bytes(CSV)

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", refuse)
    with pytest.raises(UnreadableTable, match=r"table\.csv: cannot be read: Permission denied"):
        read_tables(path)


@pytest.mark.parametrize("options", [{"sample": 0}, {"sample": -1}, {"delimiter": ";;"}, {"delimiter": ""}])
def test_wrong_options_are_errors(options, tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes(CSV)
    with pytest.raises(InvalidInput):
        read_tables(path, **options)


def test_text_is_read_without_heavy_packages(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes(CSV)
    code = (
        "import sys; from simon_elmo.tables.reading import read_tables; read_tables(sys.argv[1], sample=5); "
        "print(sorted({'pandas', 'numpy', 'pyarrow', 'openpyxl', 'sqlite3', 'zipfile'} & set(sys.modules)))"
    )
    output = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert output.stdout.strip() == "[]"


@pytest.mark.parametrize("package", ["simon_elmo.tables", "simon_elmo.text"])
def test_the_examples_hold(package, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = import_module(package).__path__
    for module in pkgutil.iter_modules(folder):
        assert doctest.testmod(import_module(f"{package}.{module.name}")).failed == 0


def test_real_tables(shared_data):
    baseball = read_table(shared_data / "columns" / "baseball.csv")
    assert baseball.shape == (1073, 18)
    hypothyroid = read_tables(shared_data / "columns" / "hypothyroid.csv", sample=100)[0]
    assert len(hypothyroid.columns) == 30
    (open_data,) = read_tables(shared_data / "columns" / "open_data.parquet", sample=50)
    assert open_data.rows == 17141
