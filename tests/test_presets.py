from __future__ import annotations

import pytest

from simon_elmo import presets
from simon_elmo.errors import PresetNotFound
from simon_elmo.persistence import write_folder


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Presets in a package folder, as a wheel has them."""
    package = tmp_path / "site-packages" / "simon_elmo"
    package.mkdir(parents=True)
    monkeypatch.setattr(presets, "__file__", str(package / "presets.py"))
    monkeypatch.delenv(presets.SEARCH_VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)

    def install(name, where=package / "pretrained"):
        write_folder(where / name, {"labels.json": b"[]"}, {"preset": name})
        return where / name

    return install


def test_presets_of_a_wheel_are_found(installed):
    folder = installed("simon-base")
    assert presets.preset_folder("simon-base") == folder
    assert [preset.name for preset in presets.available_presets()] == ["simon-base"]


def test_presets_of_a_working_tree_are_found(installed, tmp_path):
    folder = installed("simon-geo", tmp_path / "site-packages" / "pretrained")
    assert presets.preset_folder("simon-geo") == folder


def test_the_default_is_the_best_that_is_installed(installed):
    for name in ("elmo-small-en", "simon-base", "simon-geo", "simon-semantic"):
        folder = installed(name)
        if name == "elmo-small-en":
            with pytest.raises(PresetNotFound, match="no preset is installed"):
                presets.default_preset()
        else:
            assert presets.default_preset() == name
            assert presets.preset_folder() == folder


def test_folders_are_found_by_their_path(installed, tmp_path):
    folder = installed("my-types", tmp_path)
    assert presets.preset_folder(folder) == folder
    assert presets.preset_folder("./my-types").resolve() == folder


def test_a_preset_wins_over_a_folder_of_its_name(installed, tmp_path):
    folder = installed("simon-base")
    (tmp_path / "simon-base").mkdir()
    assert presets.preset_folder("simon-base") == folder
    assert presets.preset_folder("./simon-base").resolve() == tmp_path / "simon-base"


def test_another_folder_is_searched_first(installed, tmp_path, monkeypatch):
    installed("simon-base")
    better = installed("simon-base", tmp_path / "better")
    own = installed("ours", tmp_path / "better")
    monkeypatch.setenv(presets.SEARCH_VARIABLE, str(tmp_path / "better"))
    assert presets.preset_folder("simon-base") == better
    assert presets.preset_folder("ours") == own


@pytest.mark.parametrize("name", ["nothing", "", "..", "x" * 5000, "a\0b", "simon-base/../nothing"])
def test_an_unknown_name_lists_what_there_is(installed, name):
    installed("simon-base")
    if name == "..":
        assert presets.preset_folder(name).is_dir()
        return
    with pytest.raises(PresetNotFound) as caught:
        presets.preset_folder(name)
    assert "simon-base" in str(caught.value) or "neither" in str(caught.value)


def test_a_model_of_another_kind_says_which_class_loads_it(installed):
    installed("simon-base")
    assert presets.open_preset("simon-base", "column", "elmo").files == ("labels.json", "README.md")
    with pytest.raises(
        PresetNotFound, match=r"holds a classifier of columns; .*ColumnClassifier\.from_preset\('simon-"
    ):
        presets.open_preset("simon-base", "elmo")
    write_folder("mine", {"labels.json": b"[]"}, {"kind": "elmo-tagger"})
    with pytest.raises(PresetNotFound, match=r"mine holds a tagger .*ElmoTagger\.from_preset\('mine'\)"):
        presets.open_preset("mine", "elmo")
    write_folder("mine", {"labels.json": b"[]"}, {"kind": "later"})
    with pytest.raises(PresetNotFound, match="unknown kind 'later'"):
        presets.open_preset("mine", "elmo")
