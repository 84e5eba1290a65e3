from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.slow

TINY = {
    "n_characters": 71,
    "max_len": 8,
    "max_cells": 4,
    "filters": [4],
    "kernel_widths": [3],
    "pool_sizes": [2],
    "padding": "same",
    "cell_units": 4,
    "column_units": 4,
    "feature_units": 8,
}


@pytest.fixture
def options(tmp_path, labelled_file):
    config = tmp_path / "config.json"
    config.write_text(json.dumps(TINY))
    return ("--data", labelled_file, "--config", config, "--epochs", 2, "--seed", 3)


def test_a_model_is_trained_saved_and_used(simon_elmo, options, labelled_file, tmp_path):
    folder = tmp_path / "mine"
    code, out, err = simon_elmo("train", "--output", folder, *options)
    assert code == 0, err
    assert "5 labels" in out
    epochs = [line for line in err.splitlines() if line.startswith("simon-elmo: epoch ")]
    assert len(epochs) == 2
    assert (folder / "history.csv").read_text().count("\n") == 3
    assert (folder / "history.png").read_bytes().startswith(b"\x89PNG")
    assert not (tmp_path / "mine.checkpoint").exists()
    recipe = json.loads((folder / "metadata.json").read_text())["recipe"]
    assert recipe["seed"] == 3
    assert recipe["command"].startswith("simon-elmo train --output mine")
    assert [source["name"] for source in recipe["data"]] == ["labelled.parquet"]
    assert str(tmp_path) not in (folder / "README.md").read_text()
    code, out, _ = simon_elmo("evaluate", labelled_file, "--preset", folder, "--format", "json")
    assert code == 0
    assert json.loads(out)["labels"] == ["datetime", "email", "float", "int", "text"]


def test_only_the_wanted_labels_are_learnt(simon_elmo, options, tmp_path):
    folder = tmp_path / "two"
    code, _, err = simon_elmo("train", "--output", folder, *options, "--labels", "text, int")
    assert code == 0, err
    assert json.loads((folder / "labels.json").read_text()) == ["int", "text"]


def test_lower_layers_can_be_unfrozen_one_after_the_other(simon_elmo, options, tmp_path):
    folder = tmp_path / "mine"
    code, _, err = simon_elmo("train", "--output", folder, *options, "--strategy", "gradual-unfreezing")
    assert code == 0, err
    recipe = json.loads((folder / "metadata.json").read_text())["recipe"]
    assert recipe["training"]["strategy"] == "gradual-unfreezing"
    assert recipe["training"]["schedule"] == "slanted-triangular"
    assert "--strategy gradual-unfreezing" in recipe["command"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--epochs", 0), "epochs"),
        (("--learning-rate", -1), "--learning-rate"),
        (("--schedule", "sideways"), "schedule"),
        (("--strategy", "sideways"), "strategy"),
        (("--labels", "nonsense"), "no columns"),
    ],
)
def test_wrong_settings_are_named_before_any_work(simon_elmo, options, tmp_path, arguments, message):
    code, out, err = simon_elmo("train", "--output", tmp_path / "mine", *options, *arguments)
    assert (code, out) == (2, "")
    assert message in err
    assert len(err.splitlines()) == 1
    assert not (tmp_path / "mine").exists()


def test_photos_are_not_replaced_after_hours_of_training(simon_elmo, options, tmp_path):
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / "cat.png").write_bytes(b"cat")
    code, _, err = simon_elmo("train", "--output", photos, *options)
    assert code == 2
    assert "something else than a model" in err
    assert "epoch" not in err
