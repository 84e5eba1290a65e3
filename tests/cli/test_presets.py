from __future__ import annotations

import json
import shutil

import pytest

from simon_elmo.presets import SEARCH_VARIABLE

pytestmark = pytest.mark.slow


@pytest.fixture
def installed(tiny_model, tmp_path, monkeypatch):
    folder = tmp_path / "presets" / "simon-base"
    shutil.copytree(tiny_model, folder)
    monkeypatch.setenv(SEARCH_VARIABLE, str(folder.parent))
    return folder


def test_a_table_for_people(simon_elmo, installed):
    code, out, err = simon_elmo("presets")
    assert (code, err) == (0, "")
    (row,) = [line for line in out.splitlines() if line.startswith("simon-base")]
    assert " 5 " in row
    assert " MB" in row


def test_json_for_programs(simon_elmo, installed):
    code, out, _ = simon_elmo("presets", "--format", "json")
    assert code == 0
    (preset,) = [row for row in json.loads(out) if row["name"] == "simon-base"]
    assert preset["labels"] == ["datetime", "email", "float", "int", "text"]
    assert preset["folder"] == str(installed)
    assert preset["bytes"] > 1000
    assert isinstance(preset["metrics"], dict)


def test_a_corrupt_preset_is_named_and_the_others_listed(simon_elmo, installed):
    (installed / "labels.json").write_text("[]")
    code, out, err = simon_elmo("presets", "--format", "json")
    assert code == 1
    assert "labels.json" in err
    assert "simon-base" not in [row["name"] for row in json.loads(out)]
