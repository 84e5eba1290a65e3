from __future__ import annotations

import csv
import json
import random

import pytest

from simon_elmo.simon.columns import ColumnClassifier
from simon_elmo.simulation.simulated_columns import SimulatedColumns

pytestmark = pytest.mark.slow


@pytest.fixture
def library(tmp_path):
    """A table of libraries in which one column is a share."""
    draw = random.Random(0)
    path = tmp_path / "library.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["LIBRARY", "PCT_ELEC", "VISITS", "NOTHING"])
        for number in range(200):
            writer.writerow([f"Library {number}", f"{draw.uniform(0, 100):.2f}%", f"{draw.randint(0, 99999):,}", ""])
    return path


def test_a_label_is_taught_from_a_column_of_a_file(simon_elmo, library, tmp_path):
    target = tmp_path / "mine"
    code, out, err = simon_elmo(
        "add-label", f"percent={library}:PCT_ELEC", "--not", library, "--preset", "simon-geo", "--output", target
    )
    assert (code, err) == (0, "")
    for expected in (
        "percent: 1 column in 10 pieces",
        "started from",
        "held out and replayed columns",
        "macro-F1",
        "at risk",
        " s\n",
    ):
        assert expected in out
    classifier = ColumnClassifier.from_preset(target)
    assert "percent" in classifier.predict([["12%", "7.5%", "99.1%", "0.2%"] * 5])[0]
    assert "percent" not in classifier.predict([["12", "75", "991", "2"] * 5])[0]
    assert classifier.metadata["preset"] == "mine"
    code, out, _ = simon_elmo("classify", library, "--preset", target, "--format", "json")
    labels = {column["name"]: column["labels"] for column in json.loads(out)[0]["columns"]}
    assert "percent" in labels["PCT_ELEC"]
    assert "percent" not in labels["VISITS"]


def test_several_labels_and_files_at_once_as_json(simon_elmo, library, tmp_path):
    plates = tmp_path / "plates.csv"
    plates.write_text("plate\n" + "".join(f"AB-{number}\n" for number in range(100, 140)))
    arguments = [f"percent={library}:PCT_ELEC", f"plate={plates}", f"plate,text={plates}:plate"]
    code, out, _ = simon_elmo("add-label", *arguments, "--nearest", "plate=text", "--preset", "simon-geo",
                              "--output", tmp_path / "mine", "--format", "json")  # fmt: skip
    assert code == 0
    report = json.loads(out)
    assert {(risk["column"], risk["position"]) for risk in report["at_risk"]} >= {("PCT_ELEC", 0), ("plate", 1)}
    entries = {entry["label"]: entry for entry in report["labels"]}
    assert set(entries) == {"percent", "plate"}
    assert (entries["plate"]["columns"], entries["plate"]["nearest"]) == (2, "text")


def test_a_folder_is_compared_with_the_one_it_comes_from(simon_elmo, library, labelled_file, tmp_path):
    target = tmp_path / "mine"
    simon_elmo("add-label", f"percent={library}:PCT_ELEC", "--preset", "simon-geo", "--output", target)
    code, out, _ = simon_elmo("evaluate", labelled_file, "--preset", target, "--against", "simon-geo")
    assert code == 0
    assert "the two models have other labels" in out
    rows = [line.split() for line in out.splitlines() if line.startswith(("int ", "email ", "float "))]
    assert [row[3] for row in rows if len(row) == 5] == ["+0.000"] * 3


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["percent"], 2, "is not LABEL=FILE"),
        (["percent={}"], 2, "has 3 columns; name one as"),
        (["percent={}:PCT"], 2, "has no column 'PCT'; it has LIBRARY, PCT_ELEC"),
        (["int={}:VISITS"], 2, "the model knows int already"),
        (["percent={}:NOTHING"], 2, "'NOTHING' (percent) has no cells"),
        (["percent={}.gone:PCT_ELEC"], 1, "no such file"),
        (["percent={}:PCT_ELEC", "--preset", "simon-geo", "--nearest", "nonsense"], 2, "'nonsense'"),
        (["percent={}:PCT_ELEC", "--nearest", "percent=", "--nearest", "x"], 2, "is not LABEL=OLD"),
        (["percent={}:PCT_ELEC", "--preset", "nonsense"], 1, "nonsense"),
        (
            ["percent={}:PCT_ELEC", "--preset", "elmo-small-en"],
            1,
            "an ELMo language model; load it with ElmoEmbedder",
        ),
        (["per\ncent={}:PCT_ELEC"], 2, "no line breaks or control characters: 'per\\ncent'"),
        (["percent={}:PCT_ELEC", "--output", "{}/mine"], 2, "library.csv is a file, so that"),
        (["percent={}:PCT_ELEC", "--not", "{}:PCT_ELEC"], 2, ":PCT_ELEC names no column that is not an example"),
    ],
)
def test_misuse_gets_one_line_and_writes_nothing(simon_elmo, library, tmp_path, arguments, code, message):
    target = tmp_path / "mine"
    given = [argument.format(library) for argument in arguments]
    output = () if "--output" in given else ("--output", target)
    found, out, err = simon_elmo("add-label", *given, *output)
    assert (found, out) == (code, "")
    assert message in err
    assert len(err.splitlines()) == 1
    assert not target.exists()


@pytest.mark.parametrize(("content", "code", "message"), [("PCT\n", 2, "has no cells"), ("", 1, "is empty")])
def test_a_file_without_cells_is_told(simon_elmo, tmp_path, content, code, message):
    path = tmp_path / "nothing.csv"
    path.write_text(content)
    found, _, err = simon_elmo("add-label", f"percent={path}", "--output", tmp_path / "mine")
    assert (found, len(err.splitlines())) == (code, 1)
    assert message in err


def test_what_was_forgotten_among_the_negatives_is_named(simon_elmo, library, tmp_path):
    lines = [line.split(",", 1) for line in library.read_text().splitlines()]
    both = tmp_path / "both.csv"
    both.write_text("\n".join(f"{name},{'PCT_TOO' if not row else f'{row % 90}.5%'},{rest}"
                              for row, (name, rest) in enumerate(lines)))  # fmt: skip
    arguments = (f"percent={both}:PCT_ELEC", "--not", both, "--preset", "simon-geo")
    code, _, err = simon_elmo("add-label", *arguments, "--output", tmp_path / "mine")
    assert code == 0
    assert "'percent' is predicted for 'PCT_TOO', given as having another label or none" in err


def test_a_folder_is_replaced_by_what_it_was_taught(simon_elmo, library, tmp_path):
    target = tmp_path / "mine"
    simon_elmo("add-label", f"Prozentsätze_百分={library}:PCT_ELEC", "--preset", "simon-geo", "--output", target)
    code, _, err = simon_elmo("add-label", f"visits={library}:VISITS", "--preset", target, "--output", target)
    assert code == 0, err
    assert {"Prozentsätze_百分", "visits"} <= set(ColumnClassifier.from_preset(target).taught)


def test_what_is_no_model_is_not_written_over(simon_elmo, library):
    code, _, err = simon_elmo("add-label", f"percent={library}:PCT_ELEC", "--output", library.parent)
    assert code == 2
    assert "holds something else than a model" in err


@pytest.mark.parametrize("label", ["share of all", "Prozent, gerundet", "naïve 百分 ‌率"])
def test_labels_may_be_written_in_any_way(simon_elmo, library, tmp_path, label):
    target = tmp_path / "mine"
    given = label.replace(",", "")  # a comma stands between labels
    code, _, err = simon_elmo("add-label", f"{given}={library}:PCT_ELEC", "--preset", "simon-geo", "--output", target)
    assert (code, err) == (0, "")
    _, out, _ = simon_elmo("classify", library, "--preset", target, "--format", "json")
    labels = {column["name"]: column["labels"] for column in json.loads(out)[0]["columns"]}
    assert given in labels["PCT_ELEC"]


def test_a_label_that_is_only_predicted_wrongly_is_shown_in_the_comparison(simon_elmo, library, tmp_path):
    target, columns = tmp_path / "mine", tmp_path / "columns.parquet"
    simon_elmo("add-label", f"percent={library}:PCT_ELEC", "--preset", "simon-geo", "--output", target)
    shares = [[f"{number}.5%" for number in range(start, 90)] for start in range(5)]
    SimulatedColumns(shares, [("text",)] * 5, [""] * 5).save(columns)
    _, out, _ = simon_elmo("evaluate", columns, "--preset", target, "--against", "simon-geo")
    row = next(line for line in out.splitlines() if line.startswith("percent"))
    assert row.split() == ["percent", "0.000", "-", "0"]
