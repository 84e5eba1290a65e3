from __future__ import annotations

import json
import re
import shutil

import pytest

from simon_elmo.simulation.simulated_columns import SimulatedColumns

pytestmark = pytest.mark.slow


def test_tables_show_scores_confusion_and_mistakes(simon_elmo, labelled_file, tiny_model):
    code, out, err = simon_elmo("evaluate", labelled_file, "--preset", tiny_model)
    assert (code, err) == (0, "")
    for expected in ("macro f1", "precision", "calibration error", "taken for", "worst mistakes"):
        assert expected in out
    (row,) = [line for line in out.splitlines() if line.startswith("datetime") and "%" in line]
    assert row.split()[:3] == ["datetime", "10", "80.0%"]
    assert "39 text_39" in out
    data = SimulatedColumns.load(labelled_file)
    assert data.columns[38][0] in out


def test_json_is_the_evaluation_of_the_library(simon_elmo, labelled_file, tiny_model):
    from simon_elmo.simon.columns import ColumnClassifier

    code, out, _ = simon_elmo("evaluate", labelled_file, "--preset", tiny_model, "--format", "json")
    assert code == 0
    data = SimulatedColumns.load(labelled_file)
    expected = ColumnClassifier.from_preset(tiny_model).evaluate(data.columns, data.labels, headers=data.headers)
    assert json.loads(out) == json.loads(json.dumps(expected.to_dict()))


def test_two_models_are_compared_label_by_label(simon_elmo, labelled_file, tiny_model, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(tiny_model, other)
    code, out, _ = simon_elmo("evaluate", labelled_file, "--preset", tiny_model, "--against", other)
    assert code == 0
    assert out.count("+0.000") == 12
    code, out, _ = simon_elmo("evaluate", labelled_file, "--preset", tiny_model, "--against", other, "--format", "json")
    values = json.loads(out)
    assert values["against"]["macro_f1"] == values["macro_f1"]


def test_how_many_mistakes(simon_elmo, labelled_file, tiny_model):
    _, out, _ = simon_elmo("evaluate", labelled_file, "--preset", tiny_model, "--mistakes", 1)
    assert "39 text_39" in out
    assert "38 int_38" not in out
    _, out, _ = simon_elmo("evaluate", labelled_file, "--preset", tiny_model, "--mistakes", 0)
    assert "worst mistakes" not in out


def test_unknown_labels_are_named(simon_elmo, tiny_model, tmp_path):
    path = tmp_path / "l.parquet"
    SimulatedColumns([["1", "2"], ["DE89"]], [("int", "age"), ("iban",)], ["", ""]).save(path)
    code, out, _ = simon_elmo("evaluate", path, "--preset", tiny_model)
    assert code == 0
    assert "left out: age (1), iban (1)" in out


def test_the_report_is_self_contained(simon_elmo, labelled_file, tiny_model, tmp_path):
    page, answer = tmp_path / "report.html", tmp_path / "answer.txt"
    code, out, _ = simon_elmo("evaluate", labelled_file, "--preset", tiny_model, "--html", page, "--output", answer)
    assert (code, out) == (0, "")
    assert "macro f1" in answer.read_text()
    text = page.read_text(encoding="utf-8")
    assert "Taken for" in text
    assert "http" not in text.replace("http-equiv", "")


@pytest.mark.parametrize(
    ("content", "message"), [(None, "does not exist"), (b"", "parquet"), (b"PAR1 but not really PAR1", "parquet")]
)
def test_bad_files_get_one_line(simon_elmo, tiny_model, tmp_path, content, message):
    path = tmp_path / "bad.parquet"
    if content is not None:
        path.write_bytes(content)
    code, out, err = simon_elmo("evaluate", path, "--preset", tiny_model)
    assert (code, out) == (1, "")
    assert message in err
    assert len(err.splitlines()) == 1


def test_a_file_without_labels_is_named(simon_elmo, tiny_model, tmp_path):
    import pyarrow
    from pyarrow import parquet

    parquet.write_table(pyarrow.table({"values": [["a"]]}), tmp_path / "t.parquet")
    code, _, err = simon_elmo("evaluate", tmp_path / "t.parquet", "--preset", tiny_model)
    assert code == 1
    assert "'labels'" in err


def test_labels_that_a_rule_gives_are_no_mistakes(simon_elmo, tmp_path):
    path = tmp_path / "l.parquet"
    SimulatedColumns([["3", "4"] * 20, ["yes", "no"] * 20], [("int",), ("boolean",)], ["", ""]).save(path)
    page = tmp_path / "report.html"
    code, out, _ = simon_elmo("evaluate", path, "--preset", "simon-geo", "--html", page)
    assert code == 0
    assert re.search(r"exact accuracy +1\.000", out)
    assert "worst mistakes" not in out
    line = "labels that a rule gives and no column truly has, not scored: categorical, ordinal"
    assert line in " ".join(out.split())
    assert "categorical, ordinal" in page.read_text(encoding="utf-8")
    code, out, _ = simon_elmo("evaluate", path, "--preset", "simon-geo", "--format", "json")
    assert json.loads(out)["unscored_labels"] == ["categorical", "ordinal"]
