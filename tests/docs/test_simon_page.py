"""Every line of docs/coming_from_simon.md runs, and does what the original's call did."""

from __future__ import annotations

import importlib.util
import json
import shutil
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import simon_elmo as se
from simon_elmo.evaluation.roc import roc_curve
from simon_elmo.labels.label_set import LabelSet
from simon_elmo.legacy import convert_checkpoint
from simon_elmo.reports import plots
from simon_elmo.simon.characters import CharacterVocabulary
from simon_elmo.simon.config import SimonConfig
from simon_elmo.simon.inputs import network_inputs
from simon_elmo.simon.network.classifier import SimonClassifierModel
from simon_elmo.simon.teaching.pieces import split_by_source
from simon_elmo.tables.cells import sample_cells
from simon_elmo.transfer.expansion import expand_output_layer
from simon_elmo.transfer.groups import freeze

CALLS = (
    "gen_test_data", "encodeDataFrame", "label_encode", "reverse_label_encode", "generate_model", "load_weights",
    "generate_transfer_model", "generate_feature_model", "setup_test_sets", "train_model", "evaluate_model",
    "tune_ROC_metrics", "localhost",
)  # fmt: skip
SMALL = SimonConfig(
    max_cells=20, filters=(4, 4, 4), cell_units=4, column_units=4, feature_units=8
)  # the published layers, narrow


@pytest.fixture(scope="module")
def old_checkpoints(repository: Path) -> ModuleType:
    """`tests/legacy/test_checkpoint.py`, which writes checkpoints as the original library did."""
    spec = importlib.util.spec_from_file_location("old_checkpoints", repository / "tests/legacy/test_checkpoint.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_lines_run(page_tables, run_page_line, old_checkpoints, repository, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    shutil.copy(repository / "examples" / "data" / "people.csv", "people.csv")
    weights = old_checkpoints.arrays()
    old_checkpoints.write_hdf5(Path("text-class.hdf5"), old_checkpoints.named(weights, keras=2), whole_model=False)
    old_checkpoints.write_pickle(Path("text-class.pkl"), monkeypatch)
    names = {
        "se": se, "plots": plots, "LabelSet": LabelSet, "convert_checkpoint": convert_checkpoint, "config": SMALL,
        "SimonClassifierModel": SimonClassifierModel, "roc_curve": roc_curve, "sample_cells": sample_cells,
        "network_inputs": network_inputs, "CharacterVocabulary": CharacterVocabulary, "freeze": freeze,
        "expand_output_layer": expand_output_layer, "split_by_source": split_by_source,
    }  # fmt: skip
    tables = page_tables("coming_from_simon.md")
    assert list(tables) == ["Data", "Networks", "Transfer", "The REST listener"]

    for line in tables["Data"]:
        run_page_line(line, names)
    assert sum(cell in ("", "NULL", "N/A", "nan", None) for cells in names["holed"].columns for cell in cells) > 0
    assert len(names["cells"]) == 500
    assert names["X"]["index"].shape == (40, SMALL.max_cells)
    assert names["found"] == [
        tuple(sorted(given, key=names["labels"].index)) for given in names["data"].labels
    ]  # encoded and back

    for line in tables["Networks"]:
        run_page_line(line, names)
    parts = np.concatenate([names["train"], names["validation"], names["test"]])
    assert sorted(parts.tolist()) == list(range(40))
    assert len(names["history"]) == 2
    assert names["picture"].startswith(b"\x89PNG")
    frame, base = names["frame"], se.ColumnClassifier.from_preset("simon-base")
    np.testing.assert_array_equal(names["again"].predict_proba(frame), names["classifier"].predict_proba(frame))
    columns = old_checkpoints.COLUMNS[:2]  # without the one that has an empty cell, which is missing here
    np.testing.assert_allclose(
        names["converted"].predict_proba(columns),
        old_checkpoints.original_probabilities(old_checkpoints.original_encoding(columns), weights),
        atol=1e-5,
    )
    assert "email" in names["result"][list(frame).index("e_mail")]
    np.testing.assert_array_equal(names["y"], base.predict_proba(frame))

    for line in tables["Transfer"]:
        run_page_line(line, names)
    assert names["names"].names == ("email", "int", "percent", "text")
    assert [weight.shape[-1] for weight in names["grown"].trainable_weights] == [4, 4]  # the last layer alone
    assert "percent" in names["base"].predict([["7%", "12.5%", "80%", "3%"] * 5])[0]
    assert names["features"].shape == (frame.shape[1], 128)

    capsys.readouterr()
    for line in tables["The REST listener"]:
        run_page_line(line, names)
    (shown,) = json.loads(capsys.readouterr().out)
    assert [column["name"] for column in shown["columns"]] == list(frame)
    assert json.loads(Path("answer.json").read_text(encoding="utf-8")) == [shown]


def test_every_call_of_the_original_is_there(repository):
    left = "".join(
        row.split("` | `")[0]
        for row in (repository / "docs" / "coming_from_simon.md").read_text(encoding="utf-8").splitlines()
        if row.startswith("| `")
    )
    assert [call for call in CALLS if call not in left] == []
