from __future__ import annotations

import os

import pytest

from simon_elmo.errors import InvalidInput, UnreadableTable
from simon_elmo.tables.reading import read_tables
from simon_elmo.tables.source import open_sources
from simon_elmo.tables.text_encoding import read_text

TEXT = "naïve – café, 東京\nzweite Zeile\r\ndritte"


def read(path, encoding=None):
    return read_text(open_sources(path)[0], encoding, lambda stream, head, whole: (stream.read(), head, whole))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_read_as_it_is_written(encoding, tmp_path):
    path = tmp_path / "text.csv"
    path.write_bytes(TEXT.encode(encoding))
    assert read(path) == (TEXT, TEXT, True)


@pytest.mark.parametrize(("mark", "encoding"), [(b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")])
def test_both_byte_orders(mark, encoding, tmp_path):
    path = tmp_path / "text.csv"
    path.write_bytes(mark + TEXT.encode(encoding))
    assert read(path)[0] == TEXT


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark(encoding, tmp_path):
    path = tmp_path / "text.csv"
    path.write_bytes("name;größe\nAnn;1\n".encode(encoding))
    assert read(path)[0] == "name;größe\nAnn;1\n"


@pytest.mark.parametrize(("text", "encoding"), [("Köln “x” €", "cp1252"), ("Köln \x81", "latin-1")])
def test_western_single_byte_encodings(text, encoding, tmp_path):
    path = tmp_path / "text.csv"
    path.write_bytes(text.encode(encoding))
    assert read(path)[0] == text


def test_a_late_byte_decides_for_the_whole_file(tmp_path):
    path = tmp_path / "text.csv"
    path.write_bytes(b"x" * 1_000_000 + b"\xe9")
    assert read(path)[0] == "x" * 1_000_000 + "é"


def test_a_character_across_the_end_of_the_head_is_no_error(tmp_path):
    path = tmp_path / "text.csv"
    text = "x" * ((1 << 18) - 1) + "é" + "y" * 10
    path.write_text(text, encoding="utf-8")
    assert read(path)[0] == text
    assert read(path)[2] is False


@pytest.mark.parametrize(
    "content", [os.urandom(4000) + b"\0", bytes(range(1, 32)) * 50, b"\0" * 64], ids=["random", "controls", "zeros"]
)
def test_binary_files_are_no_text(content, tmp_path):
    path = tmp_path / "text.csv"
    path.write_bytes(content)
    with pytest.raises(UnreadableTable, match=r"text\.csv: is a binary file"):
        read(path)


def test_a_given_encoding_must_fit(tmp_path):
    path = tmp_path / "text.csv"
    path.write_bytes("é".encode("latin-1"))
    assert read(path, "latin-1")[0] == "é"
    with pytest.raises(UnreadableTable, match=r"text.csv: is not utf-8 text"):
        read(path, "utf-8")
    with pytest.raises(InvalidInput, match="no encoding 'utf-99'"):
        read(path, "utf-99")


def test_a_broken_byte_after_a_mark_is_an_error(tmp_path):
    path = tmp_path / "text.csv"
    path.write_bytes(b"\xef\xbb\xbfabc\xff")
    with pytest.raises(UnreadableTable, match="is not utf-8-sig text"):
        read(path)


@pytest.mark.parametrize(("name", "content"), [("t.csv", "name\nGröße\n"), ("t.json", '[{"name": "Größe"}]')])
def test_a_guessed_encoding_is_told(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content.encode("cp1252"))
    (table,) = read_tables(path)
    assert table.notes == ("is not UTF-8 and was read as cp1252; name another encoding if letters look wrong",)
    assert table.dialect["encoding"] == "cp1252"
    assert read_tables(path, encoding="cp1252")[0].notes == ()
    path.write_text(content, encoding="utf-8")
    assert read_tables(path)[0].notes == ()
