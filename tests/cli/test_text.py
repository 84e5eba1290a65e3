from __future__ import annotations

import csv
import io
import json
import random

import pandas as pd
import pytest

pytestmark = pytest.mark.slow

WORDS = {"film": ("actor", "scene", "screen"), "sport": ("goal", "match", "coach")}


def rows(n: int, seed: int) -> list[tuple[str, str]]:
    generator = random.Random(seed)
    labels = [generator.choice(sorted(WORDS)) for _ in range(n)]
    return [(" ".join(f"{generator.choice(WORDS[label])}." for _ in range(4)), label) for label in labels]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    path = tmp_path_factory.mktemp("texts") / "train.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([("body", "topic"), *rows(120, 1)])
    return path


@pytest.fixture(scope="module")
def model(data, elmo_pair, tmp_path_factory):
    """A folder that the command wrote."""
    from simon_elmo.cli import main

    folder = tmp_path_factory.mktemp("models") / "topics"
    arguments = ["text", "train", data, "--text", "body", "--label", "topic", "--output", folder, "--epochs", 12]
    arguments += ["--options", elmo_pair.options_file, "--weights", elmo_pair.weights_file, "--learning-rate", 0.01]
    with pytest.raises(SystemExit) as stopped:
        main([str(argument) for argument in [*arguments, "--head", "concat", "--class-weights", "--threshold", "f1"]])
    assert not stopped.value.code
    return folder


@pytest.fixture
def unseen(tmp_path):
    path = tmp_path / "unseen.jsonl"
    path.write_text("".join(json.dumps({"body": text, "topic": label}) + "\n" for text, label in rows(20, 2)))
    return path


def test_a_model_is_trained_saved_and_scored(simon_elmo, model, unseen):
    recipe = json.loads((model / "metadata.json").read_text())["recipe"]
    assert recipe["settings"]["head"] == "concat"
    assert (recipe["settings"]["text"], recipe["settings"]["label"]) == ("body", "topic")
    assert (model / "history.csv").read_text().count("\n") >= 3
    arguments = ("text", "evaluate", unseen, "--preset", model, "--text", "body", "--label", "topic")
    code, out, err = simon_elmo(*arguments, "--format", "json")
    assert (code, err) == (0, "")
    scores = json.loads(out)["summary"]
    assert scores["texts"] == 20
    assert scores["accuracy"] >= 0.9
    assert scores["roc_area"] >= 0.95
    code, out, err = simon_elmo(*arguments)
    assert code == 0, err
    assert "macro f1" in out
    assert "taken for" in out


def test_texts_are_classified_in_every_format(simon_elmo, model, unseen, tmp_path):
    arguments = ("text", "classify", unseen, "--preset", model, "--text", "body")
    code, out, err = simon_elmo(*arguments, "--format", "json")
    assert (code, err) == (0, "")
    (answer,) = json.loads(out)
    assert [entry["position"] for entry in answer["texts"]] == list(range(20))
    right = [entry["labels"] == [label] for entry, (_, label) in zip(answer["texts"], rows(20, 2), strict=True)]
    assert sum(right) >= 18
    for entry in answer["texts"]:
        assert list(entry) == ["position", "label", "probability", "labels", "probabilities"]
        assert set(entry["probabilities"]) == {"film", "sport"}
        assert (entry["label"], entry["probability"]) == (entry["labels"][0], entry["probabilities"][entry["label"]])
    code, out, _ = simon_elmo(*arguments, "--format", "csv")
    table = list(csv.DictReader(io.StringIO(out)))
    assert code == 0
    assert list(table[0]) == ["path", "position", "label", "probability", "labels"]
    assert [(row["label"], float(row["probability"])) for row in table] == [
        (entry["label"], entry["probability"]) for entry in answer["texts"]
    ]
    code, out, _ = simon_elmo(*arguments, "--format", "csv", "--wide")
    assert out.splitlines()[0].endswith(",labels,p_film,p_sport")
    code, out, _ = simon_elmo(*arguments)
    assert f"{answer['texts'][0]['probability']:.1%}" in out
    (tmp_path / "lines.txt").write_text("goal. match.\nactor. scene.\n")
    code, out, _ = simon_elmo("text", "classify", tmp_path / "lines.txt", "--preset", model)
    assert code == 0
    assert "2 texts" in " ".join(out.split())
    assert "actor. scene." in out


def test_an_unreadable_file_does_not_keep_the_others_from_being_answered(simon_elmo, model, unseen, tmp_path):
    arguments = ("text", "classify", tmp_path / "none.csv", unseen, "--preset", model, "--text", "body")
    code, out, err = simon_elmo(*arguments, "--format", "json")
    assert code == 1
    assert len(json.loads(out)) == 1
    assert "none.csv" in err
    assert len(err.splitlines()) == 1


def test_a_table_without_the_column_does_not_keep_the_others_from_being_answered(simon_elmo, model, unseen, tmp_path):
    (tmp_path / "other.csv").write_text("words\ngoal. match.\n")
    arguments = ("text", "classify", tmp_path / "other.csv", unseen, "--preset", model, "--text", "body")
    code, out, err = simon_elmo(*arguments, "--format", "json")
    assert code == 1
    assert [answer["path"] for answer in json.loads(out)] == [str(unseen)]
    assert "other.csv has no column 'body'; name one with --text: words" in err
    assert len(err.splitlines()) == 1


def test_a_sheet_of_a_workbook_is_named(simon_elmo, model, tmp_path):
    pytest.importorskip("openpyxl")
    with pd.ExcelWriter(tmp_path / "book.xlsx") as book:
        for name, seed in (("Films", 3), ("Matches", 4)):
            pd.DataFrame(rows(10, seed), columns=["body", "topic"]).to_excel(book, sheet_name=name, index=False)
    arguments = ("text", "evaluate", tmp_path / "book.xlsx", "--preset", model, "--text", "body", "--label", "topic")
    code, _, err = simon_elmo(*arguments)
    assert code == 2
    assert "holds 2 tables (Films, Matches); name one of them" in err
    assert len(err.splitlines()) == 1
    code, out, err = simon_elmo(*arguments, "--sheet", "Matches", "--format", "json")
    assert (code, err) == (0, "")
    assert json.loads(out)["summary"]["texts"] == 10


def test_simon_reads_texts_too(simon_elmo, data, unseen, tmp_path):
    folder = tmp_path / "simon"
    arguments = ("--text", "body", "--label", "topic", "--kind", "simon", "--clean", "lower-case", "--epochs", 1)
    code, out, err = simon_elmo("text", "train", data, "--output", folder, *arguments)
    assert code == 0, err
    assert "2 labels" in out
    code, out, err = simon_elmo("text", "classify", unseen, "--preset", folder, "--text", "body", "--format", "csv")
    assert code == 0, err
    assert out.count("\n") == 21


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--text", "words"), "has no column 'words'"),
        (("--label", "words"), "has no column 'words'"),
        (("--clean", "emoji"), "emoji"),
        (("--threshold", "best"), "macro-f1"),
        (("--threshold", "7"), "above 0"),
        (("--weights", "w.hdf5"), "--options"),
        (("--separator", ","), "Preset"),
    ],
)
def test_wrong_settings_are_named_in_one_line(simon_elmo, data, tmp_path, elmo_pair, arguments, message):
    named = ("--text", "body", "--label", "topic", "--output", tmp_path / "mine")
    pair = ("--options", elmo_pair.options_file, "--weights", elmo_pair.weights_file)
    if message == "Preset":
        arguments, pair, message = (), ("--preset", tmp_path / "nothing"), "no preset"
    elif "--weights" in arguments:
        pair = ()
    code, out, err = simon_elmo("text", "train", data, *named, *pair, *arguments)
    assert code == (1 if message == "no preset" else 2)
    assert out == ""
    assert message in err
    assert not (tmp_path / "mine").exists()


def test_a_model_of_single_labels_is_not_scored_on_several(simon_elmo, model, unseen):
    arguments = ("--preset", model, "--text", "body", "--label", "topic", "--separator", "|")
    code, _, err = simon_elmo("text", "evaluate", unseen, *arguments)
    assert code == 2
    assert "leave out --separator" in err


def test_words_are_tagged(simon_elmo, elmo_pair, tmp_path):
    lines = ["Ann B-PER", "sees O", "Oslo B-LOC", "", "Bob B-PER", "sleeps O", ""] * 30
    (tmp_path / "train.conll").write_text("\n".join(lines))
    pair = ("--options", elmo_pair.options_file, "--weights", elmo_pair.weights_file)
    arguments = ("--output", tmp_path / "names", "--learning-rate", 0.02, "--epochs", 8, "--lstm-units", 8)
    code, out, err = simon_elmo("text", "train-tagger", tmp_path / "train.conll", *pair, *arguments)
    assert code == 0, err
    assert "3 tags, accuracy 1.000" in out
    (tmp_path / "new.txt").write_text("Ann sees Oslo\n\nBob sleeps\n")
    code, out, err = simon_elmo("text", "tag", tmp_path / "new.txt", "--preset", tmp_path / "names")
    assert (code, err) == (0, "")
    assert out == "Ann\tB-PER\nsees\tO\nOslo\tB-LOC\n\nBob\tB-PER\nsleeps\tO\n\n"


def test_options_that_simon_would_not_look_at_are_refused(simon_elmo, data, tmp_path):
    arguments = ("--text", "body", "--label", "topic", "--kind", "simon", "--output", tmp_path / "mine", "--ngrams")
    code, _, err = simon_elmo("text", "train", data, *arguments)
    assert code == 2
    assert "--ngrams is for --kind elmo" in err


@pytest.mark.filterwarnings("error:The number of unique classes")
def test_labels_of_one_text_each_are_named(simon_elmo, elmo_pair, tmp_path):
    (tmp_path / "odd.csv").write_text("text,label\n" + "".join(f"goal {n},l{n:02}\n" for n in range(12)))
    pair = ("--options", elmo_pair.options_file, "--weights", elmo_pair.weights_file, "--head", "linear", "--ngrams")
    code, _, err = simon_elmo("text", "train", tmp_path / "odd.csv", "--output", tmp_path / "mine", *pair)
    assert code == 0, err
    assert "12 of 12 labels have fewer than 3 texts" in err
    assert "l00, l01, l02, l03, l04, ..." in err
    assert "Warning" not in err


@pytest.mark.parametrize("name", ["simon-base", "elmo-small-en"])
def test_a_model_of_columns_or_words_classifies_no_texts(simon_elmo, unseen, name):
    from simon_elmo.presets import preset_folder

    code, _, err = simon_elmo("text", "classify", unseen, "--preset", preset_folder(name), "--text", "body")
    assert code == 1
    assert "load it with" in err
