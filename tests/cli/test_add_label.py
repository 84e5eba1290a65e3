from __future__ import annotations

import csv
import json
import random

import pytest

from simon_elmo.classifiers.column import ColumnClassifier


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
        "on held-out pieces",
        "macro-F1",
        "at risk",
        " s\n",
    ):
        assert expected in out
    classifier = ColumnClassifier.from_folder(target)
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
                              "--output", tmp_path / "mine", "--json")  # fmt: skip
    assert code == 0
    entries = {entry["label"]: entry for entry in json.loads(out)["labels"]}
    assert set(entries) == {"percent", "plate"}
    assert (entries["plate"]["columns"], entries["plate"]["nearest"]) == (2, "text")


def test_a_folder_is_compared_with_the_one_it_comes_from(simon_elmo, library, labelled_file, tmp_path):
    target = tmp_path / "mine"
    simon_elmo("add-label", f"percent={library}:PCT_ELEC", "--preset", "simon-geo", "--output", target)
    code, out, _ = simon_elmo("evaluate", labelled_file, "--preset", target, "--against", "simon-geo")
    assert code == 0
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
    ],
)
def test_misuse_gets_one_line_and_writes_nothing(simon_elmo, library, tmp_path, arguments, code, message):
    target = tmp_path / "mine"
    given = [argument.format(library) for argument in arguments]
    found, out, err = simon_elmo("add-label", *given, "--output", target)
    assert (found, out) == (code, "")
    assert message in err
    assert len(err.splitlines()) == 1
    assert not target.exists()


def test_what_is_no_model_is_not_written_over(simon_elmo, library):
    code, _, err = simon_elmo("add-label", f"percent={library}:PCT_ELEC", "--output", library.parent)
    assert code == 2
    assert "holds something else than a model" in err
