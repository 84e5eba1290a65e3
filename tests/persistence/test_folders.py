from __future__ import annotations

import json
import os

import pytest

from simon_elmo.errors import CorruptPreset, InvalidInput, PresetNotFound
from simon_elmo.persistence import is_model_folder, open_folder, require_replaceable, write_folder

FILES = {"labels.json": b'["email", "text"]', "model.weights.h5": b"weights"}


@pytest.fixture
def folder(tmp_path):
    write_folder(tmp_path / "mine", FILES, {"preset": "mine"})
    return tmp_path / "mine"


def edit_metadata(folder, **changes):
    path = folder / "metadata.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_what_is_written_is_read(folder):
    found = open_folder(folder, required=("labels.json",))
    assert set(found.files) == {*FILES, "README.md"}
    assert found.read_json("labels.json") == ["email", "text"]
    assert found.read_bytes("model.weights.h5") == b"weights"
    assert found.metadata["preset"] == "mine"
    assert found.metadata["format_version"] == 1
    assert "README.md" in found
    assert "metadata.json" not in found
    assert "# mine" in (folder / "README.md").read_text()
    assert list(folder.parent.iterdir()) == [folder]


def test_functions_write_files_too(tmp_path):
    write_folder(tmp_path / "mine", {"a.npz": lambda path: path.write_bytes(b"array")}, {})
    assert open_folder(tmp_path / "mine").read_bytes("a.npz") == b"array"


def test_the_same_model_gives_the_same_folder(tmp_path):
    for name in ("one", "two"):
        write_folder(tmp_path / name, FILES, {"preset": "mine"})
    for name in ("metadata.json", "README.md"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_model_is_replaced_and_foreign_files_are_kept(folder):
    (folder / "notes.txt").write_text("mine")
    write_folder(folder, {"labels.json": b"[]"}, {"preset": "new"})
    assert sorted(path.name for path in folder.iterdir()) == ["README.md", "labels.json", "metadata.json", "notes.txt"]
    assert open_folder(folder).metadata["preset"] == "new"
    assert list(folder.parent.iterdir()) == [folder]


def test_nothing_is_lost_when_writing_fails(folder):
    def fail(path):
        path.write_bytes(b"half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_folder(folder, {"labels.json": b"[]", "model.weights.h5": fail}, {"preset": "new"})
    assert open_folder(folder).metadata["preset"] == "mine"
    assert list(folder.parent.iterdir()) == [folder]


def test_only_models_and_empty_folders_are_replaced(tmp_path):
    photos = tmp_path / "photos"
    photos.mkdir()
    write_folder(photos, FILES, {})
    other = tmp_path / "other"
    other.mkdir()
    (other / "cat.png").write_bytes(b"cat")
    with pytest.raises(InvalidInput, match="something else than a model"):
        write_folder(other, FILES, {})
    assert (other / "cat.png").read_bytes() == b"cat"
    with pytest.raises(InvalidInput, match="is a file"):
        write_folder(other / "cat.png", FILES, {})


@pytest.mark.parametrize("name", ["../evil", "a/b", ".hidden", "", "metadata.json", "README.md", "a b"])
def test_only_plain_names_are_written(tmp_path, name):
    with pytest.raises(InvalidInput, match="cannot be the name"):
        write_folder(tmp_path / "mine", {name: b""}, {})


def test_values_that_json_lacks_are_not_written(tmp_path):
    with pytest.raises(ValueError, match="JSON"):
        write_folder(tmp_path / "mine", FILES, {"metrics": {"f1": float("nan")}})
    assert not list(tmp_path.iterdir())


def truncate(folder):
    (folder / "model.weights.h5").write_bytes(b"weig")


def swap(folder):
    (folder / "model.weights.h5").write_bytes(b"wEights")


def remove(folder):
    (folder / "model.weights.h5").unlink()


def link_out(folder):
    outside = folder.parent / "outside"
    outside.write_bytes(b"weights")
    (folder / "model.weights.h5").unlink()
    (folder / "model.weights.h5").symlink_to(outside)


def pipe(folder):
    (folder / "model.weights.h5").unlink()
    os.mkfifo(folder / "model.weights.h5")


def directory(folder):
    (folder / "model.weights.h5").unlink()
    (folder / "model.weights.h5").mkdir()


@pytest.mark.parametrize("damage", [truncate, swap, remove, link_out, pipe, directory])
def test_a_damaged_file_is_named(folder, damage):
    damage(folder)
    with pytest.raises(CorruptPreset, match=r"model\.weights\.h5"):
        open_folder(folder)


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "a/../b", "..", "a\\b", "metadata.json", ""])
def test_listed_names_cannot_leave_the_folder(folder, name):
    edit_metadata(folder, sha256={name: "0" * 64})
    with pytest.raises(CorruptPreset, match="not a plain file name"):
        open_folder(folder)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": "something"}, "does not describe a model"),
        ({"format_version": 99}, "upgrade simon_elmo"),
        ({"format_version": "1"}, "format_version"),
        ({"format_version": True}, "format_version"),
        ({"sha256": None}, "does not list"),
        ({"sha256": {"labels.json": "abc"}}, "no valid SHA-256"),
        ({"sha256": {"labels.json": 5}}, "no valid SHA-256"),
        ({"sha256": {f"f{n}": "0" * 64 for n in range(1000)}}, "at most 64"),
    ],
)
def test_bad_metadata_is_named(folder, changes, message):
    edit_metadata(folder, **changes)
    with pytest.raises(CorruptPreset, match=message) as caught:
        open_folder(folder)
    assert "metadata.json" in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"format": NaN}', b"[" * 100_000])
def test_metadata_that_is_not_json_is_named(folder, content):
    (folder / "metadata.json").write_bytes(content)
    with pytest.raises(CorruptPreset, match=r"metadata\.json"):
        open_folder(folder)
    assert not is_model_folder(folder)


def test_files_that_are_not_listed_are_never_opened(folder):
    os.mkfifo(folder / "extra.bin")
    found = open_folder(folder)
    with pytest.raises(CorruptPreset, match=r"extra\.bin is missing"):
        found.read_bytes("extra.bin")


def test_a_required_file_has_to_be_listed(folder):
    with pytest.raises(CorruptPreset, match=r"vocabulary\.json is missing"):
        open_folder(folder, required=("vocabulary.json",))


def test_a_change_after_the_check_is_noticed(folder):
    found = open_folder(folder)
    swap(folder)
    with pytest.raises(CorruptPreset, match="has changed"):
        found.read_bytes("model.weights.h5")


def test_a_file_that_is_too_large_is_not_read(folder, monkeypatch):
    monkeypatch.setattr("simon_elmo.persistence.checked_files._MAX_FILE_BYTES", 3)
    with pytest.raises(CorruptPreset, match="at most 3"):
        open_folder(folder)


def test_no_folder_and_no_metadata(tmp_path):
    with pytest.raises(PresetNotFound, match="not a folder"):
        open_folder(tmp_path / "absent")
    with pytest.raises(CorruptPreset, match=r"metadata\.json is missing"):
        open_folder(tmp_path)
    assert not is_model_folder(tmp_path)
    assert not is_model_folder(tmp_path / "absent")


def test_what_is_in_the_way_is_told_before_anything_is_written(tmp_path, monkeypatch):
    (tmp_path / "table.csv").write_text("a\n1\n")
    with pytest.raises(InvalidInput, match=r"table\.csv is a file, so that there can be no folder"):
        require_replaceable(tmp_path / "table.csv" / "deep" / "mine")
    assert require_replaceable(tmp_path / "deep" / "mine") == tmp_path.resolve() / "deep" / "mine"
    monkeypatch.setattr(os, "access", lambda *_: False)  # whoever runs the tests may write anywhere
    with pytest.raises(PermissionError, match="Permission denied"):
        require_replaceable(tmp_path / "mine")
