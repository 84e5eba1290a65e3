"""A save that is interrupted or killed anywhere loses neither the model of before nor the user's files."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from simon_elmo.errors import CorruptPreset, InvalidInput
from simon_elmo.persistence import is_model_folder, open_folder, require_replaceable, write_folder
from simon_elmo.persistence.replacing import PENDING

OLD = {"labels.json": b'["old"]', "weights.bin": b"old weights", "history.csv": b"only the old model has one"}
NEW = {"labels.json": b'["new"]', "weights.bin": b"new weights", "rehearsal.bin": b"only the new model has one"}

# In a process of its own: stops a save before each thing that it does to the file system, in one way or another, and
# looks at what is there then.
PROGRAM = """
import os, shutil, signal, sys
from pathlib import Path
from simon_elmo.persistence import open_folder, write_folder

way, links, folder = sys.argv[1], sys.argv[2] == "links", Path(sys.argv[3])
old, new = eval(sys.argv[4]), eval(sys.argv[5])
at_work, left = False, 0

def stop():
    if way == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    raise KeyboardInterrupt if way == "interrupt" else OSError("no permission")

def watch(event, arguments):
    global left
    writes = event == "open" and (arguments[1] is None or set(str(arguments[1])) & set("wax+"))
    if at_work and (writes or event in {"os.mkdir", "os.rename", "os.link", "os.remove", "os.rmdir", "shutil.rmtree"}):
        left -= 1
        if left == 0:
            stop()

def no_links(*arguments, **options):
    raise OSError("this file system has no links")

sys.addaudithook(watch)
if not links:
    os.link = no_links

def save(preset, files):
    write_folder(folder, files, {"preset": preset})

def check(wanted):
    found = open_folder(folder)
    assert found.metadata["preset"] in wanted, found.metadata
    files = old if found.metadata["preset"] == "old" else new
    assert set(found.files) == {*files, "README.md"}
    for name, content in files.items():
        assert found.read_bytes(name) == content, name
    assert (folder / "notes.txt").read_text() == "mine"
    assert (folder / "plots" / "roc.png").read_bytes() == b"png"
    return found.metadata["preset"]

stopped, seen = 0, []
while True:
    shutil.rmtree(folder, ignore_errors=True)
    save("old", old)
    (folder / "notes.txt").write_text("mine")
    (folder / "plots").mkdir()
    (folder / "plots" / "roc.png").write_bytes(b"png")
    child = os.fork()
    if child == 0:
        at_work, left = True, stopped + 1
        try:
            save("new", new)
        except (KeyboardInterrupt, OSError):
            pass
        os._exit(0 if left > 0 else 1)
    _, status = os.waitpid(child, 0)
    seen.append(check({"old", "new"}))
    if status == 0:
        break
    stopped += 1
    save("new", new)
    assert check({"new"}) == "new"
    files = {path.name for path in folder.iterdir() if not path.name.startswith(".simon_elmo-")}
    assert files == {"metadata.json", "README.md", "notes.txt", "plots", *new}, files
if way != "fail":  # making a folder that is there may fail
    assert seen == sorted(seen, reverse=True), seen  # from some moment on it is the new one
print(stopped, seen.count("old"), seen.count("new"))
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("links", ["links", "no links"])
@pytest.mark.parametrize("way", ["interrupt", "kill", "fail"])
def test_a_save_that_is_stopped_anywhere_loses_nothing(way, links, tmp_path):
    command = [sys.executable, "-c", PROGRAM, way, links, str(tmp_path / "mine"), repr(OLD), repr(NEW)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    stopped, old, new = map(int, done.stdout.split())
    assert stopped > 20
    assert old > 5
    assert new > 5


@pytest.fixture
def half_replaced(tmp_path):
    """A folder whose save was killed after it had replaced one file."""
    folder = tmp_path / "mine"
    write_folder(folder, NEW, {"preset": "new"})
    folder.rename(tmp_path / "new")
    write_folder(folder, OLD, {"preset": "old"})
    (tmp_path / "new").rename(folder / PENDING)
    (folder / "weights.bin").write_bytes(NEW["weights.bin"])
    return folder


def test_a_save_that_was_begun_is_read_without_writing(half_replaced, monkeypatch):
    for call in ("rename", "replace", "link", "mkdir"):
        monkeypatch.setattr(os, call, lambda *_: pytest.fail("something was written"))
    assert is_model_folder(half_replaced)
    assert open_folder(half_replaced).read_bytes("weights.bin") == NEW["weights.bin"]
    assert require_replaceable(half_replaced) == half_replaced.resolve()


def test_files_that_fit_win_over_a_save_that_was_begun(half_replaced):
    (half_replaced / "weights.bin").write_bytes(OLD["weights.bin"])  # say, from a copy
    assert open_folder(half_replaced).metadata["preset"] == "old"


@pytest.mark.parametrize("damage", ["weights.bin", "metadata.json"])
def test_the_folder_is_named_when_a_save_that_was_begun_is_damaged_too(half_replaced, damage):
    (half_replaced / PENDING / damage).write_bytes(b"?")
    with pytest.raises(CorruptPreset, match=r"mine/weights\.bin is damaged"):
        open_folder(half_replaced)


def test_a_link_is_no_save_that_was_begun(half_replaced, tmp_path):
    (half_replaced / PENDING).rename(tmp_path / "elsewhere")
    (half_replaced / PENDING).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(CorruptPreset, match=r"weights\.bin is damaged"):
        open_folder(half_replaced)


def test_an_empty_folder_whose_save_was_killed_can_be_saved_to(tmp_path):
    (tmp_path / "mine" / ".simon_elmo-0123").mkdir(parents=True)
    write_folder(tmp_path / "mine", NEW, {"preset": "new"})
    assert open_folder(tmp_path / "mine").metadata["preset"] == "new"


def test_what_killed_saves_left_is_removed_a_day_later(tmp_path):
    write_folder(tmp_path, NEW, {})
    for name in (".simon_elmo-old", ".simon_elmo-young", ".mine"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "weights.bin").write_bytes(b"part")
    for name in (".simon_elmo-old", ".mine"):
        os.utime(tmp_path / name, (0, 0))
    write_folder(tmp_path, NEW, {})
    assert {path.name for path in tmp_path.iterdir() if path.name.startswith(".")} == {".simon_elmo-young", ".mine"}


def test_a_folder_where_a_file_goes_is_told_before_anything_is_written(tmp_path):
    write_folder(tmp_path, OLD, {"preset": "old"})
    (tmp_path / "rehearsal.bin").mkdir()
    with pytest.raises(InvalidInput, match=r"rehearsal\.bin is a folder where the model has a file"):
        write_folder(tmp_path, NEW, {"preset": "new"})
    assert open_folder(tmp_path).metadata["preset"] == "old"


def test_the_folder_itself_stays(tmp_path):
    write_folder(tmp_path / "mine", OLD, {})
    before = (tmp_path / "mine").stat().st_ino
    write_folder(tmp_path / "mine", NEW, {})
    assert (tmp_path / "mine").stat().st_ino == before
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
