from __future__ import annotations

import os
import stat

import pytest

from simon_elmo.errors import InvalidInput
from simon_elmo.persistence import replaced_atomically, write_bytes_atomically, write_text_atomically


def test_a_file_is_written_and_replaced(tmp_path):
    path = tmp_path / "types.json"
    write_text_atomically(path, "früher")
    write_text_atomically(path, "später")
    assert path.read_bytes() == "später".encode()
    assert list(tmp_path.iterdir()) == [path]


def test_the_old_file_survives_a_failure(tmp_path):
    path = tmp_path / "types.json"
    write_bytes_atomically(path, b"old")

    def fail_half_way():
        with replaced_atomically(path) as temporary:
            temporary.write_bytes(b"half of the n")
            raise RuntimeError("disk full")

    with pytest.raises(RuntimeError, match="disk full"):
        fail_half_way()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_permissions_and_links_are_kept(tmp_path):
    real, link = tmp_path / "real.csv", tmp_path / "link.csv"
    write_bytes_atomically(real, b"old")
    real.chmod(0o640)
    link.symlink_to(real)
    write_bytes_atomically(link, b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


def test_a_device_is_written_to_and_stays():
    write_bytes_atomically(os.devnull, b"gone")
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)


def test_a_folder_or_a_missing_folder_is_named(tmp_path):
    with pytest.raises(InvalidInput, match="is a folder"):
        write_bytes_atomically(tmp_path, b"")
    with pytest.raises(InvalidInput, match="does not exist"):
        write_bytes_atomically(tmp_path / "absent" / "types.csv", b"")
