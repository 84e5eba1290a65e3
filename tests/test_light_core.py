"""What must work in an installation without Keras, TensorFlow and onnx, run where they cannot be imported."""

from __future__ import annotations

import importlib.metadata
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.light
HEAVY = ("keras", "tensorflow", "torch", "jax", "onnx")
PRELUDE = f"""
import sys


class Absent:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name in {HEAVY!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)


sys.meta_path.insert(0, Absent)
"""


def run(code: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PRELUDE + code], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def command(line: str, folder: Path, expected: int = 0) -> subprocess.CompletedProcess[str]:
    code = PRELUDE + "from simon_elmo.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, *line.split()], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == expected, done.stderr[-3000:]
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture(scope="module")
def folder(tmp_path_factory, repository) -> Path:
    folder = tmp_path_factory.mktemp("light")
    for name in ("people.csv", "libraries.csv", "schools.csv"):
        (folder / name).write_bytes((repository / "examples" / "data" / name).read_bytes())
    (folder / "saved").symlink_to(repository / "tests" / "fixtures" / "saved_models")
    return folder


@pytest.fixture(scope="module")
def saved_models(repository) -> Path:
    return repository / "tests" / "fixtures" / "saved_models"


def test_the_core_depends_on_no_network_library():
    required = {
        re.split(r"[ ;<>=!\[(]", line)[0].lower()
        for line in importlib.metadata.requires("simon_elmo") or []
        if "extra ==" not in line
    }
    assert required
    assert not required & {*HEAVY, "matplotlib", "ray", "fastapi"}


def test_tables_are_classified_and_reported(folder):
    command("classify people.csv --format json --output columns.json --html columns.html", folder)
    (answer,) = json.loads((folder / "columns.json").read_text())
    assert "email" in next(column for column in answer["columns"] if column["name"] == "e_mail")["labels"]
    assert "e_mail" in (folder / "columns.html").read_text()


def test_columns_are_simulated_and_a_preset_is_evaluated_on_them(folder):
    command("simulate --columns 60 --cells 20 --output labelled.parquet --seed 3", folder)
    assert "macro" in command("evaluate labelled.parquet --preset simon-base", folder).stdout.lower()


def test_a_label_is_taught_saved_and_predicted(folder):
    line = "add-label percent=libraries.csv:PCT_ELEC percent=libraries.csv:PCT_PRINT percent=libraries.csv:PCT_STAFF"
    command(f"{line} --not libraries.csv --preset simon-geo --output taught", folder)
    answer = json.loads(command("classify schools.csv --preset taught --format json", folder).stdout)
    assert any("percent" in column["labels"] for column in answer[0]["columns"])


def test_features_predictions_and_dropped_labels(folder):
    code = """
import numpy as np, simon_elmo as se
table = se.read_table("people.csv")
classifier = se.ColumnClassifier.from_preset("simon-geo")
assert classifier.features(table).shape == (17, 128)
before = classifier.predict_proba(table)
classifier.drop_labels(["address"])
classifier.save("dropped")
after = se.ColumnClassifier.from_preset("dropped").predict_proba(table)
assert np.array_equal(np.delete(before, 0, axis=1), after)
"""
    run(code, folder)


def test_what_was_taught_is_saved_in_half_the_size(folder):
    code = """
import numpy as np, simon_elmo as se
table, libraries = se.read_table("people.csv"), se.read_table("libraries.csv")
classifier = se.ColumnClassifier.from_preset("simon-geo")
classifier.add_labels(libraries, ["percent" if name.startswith("PCT") else () for name in libraries])
classifier.save("half", dtype="float16")
again = se.ColumnClassifier.from_preset("half")
for given in (table, libraries):
    assert np.array_equal(again.predict_proba(given), classifier.predict_proba(given))
"""
    run(code, folder)
    assert (folder / "half" / "model.onnx").is_file()


def test_a_network_that_cannot_be_rounded_here_is_not_saved_by_halves(folder, saved_models):
    code = f"""
import numpy as np, simon_elmo as se
table = se.read_table("people.csv")
classifier = se.ColumnClassifier.from_preset({str(saved_models / "columns")!r})
before = classifier.predict_proba(table)
try:
    classifier.save("rounded", dtype="float16")
except se.SimonElmoError as error:
    print(error)
assert np.array_equal(classifier.predict_proba(table), before)
classifier.save("whole")
assert np.array_equal(se.ColumnClassifier.from_preset("whole").predict_proba(table), before)
"""
    assert run(code, folder) == (
        "onnx is needed to save this network as float16 (float32 works without): pip install 'simon_elmo[train]'\n"
    )
    assert not (folder / "rounded").exists()


def test_texts_are_classified_and_a_topic_is_taught(folder, saved_models):
    code = f"""
import simon_elmo as se
classifier = se.DocumentClassifier.from_preset({str(saved_models / "documents")!r})
report = classifier.add_labels(["Judge and court. Verdict and appeal."] * 8, ["law"] * 8)
classifier.save("topics")
print(*se.DocumentClassifier.from_preset("topics").predict(["Judge and court. Verdict and appeal."]))
"""
    assert run(f"import warnings; warnings.simplefilter('ignore'){code}", folder) == "law\n"


def test_a_network_without_a_graph_needs_an_extra(folder, saved_models):
    code = f"""
import simon_elmo as se
classifier = se.ColumnClassifier.from_preset({str(saved_models / "columns_keras_only")!r})
teach = lambda table: classifier.add_labels(table, ["x"] * len(table.columns))
for call in (classifier.predict, classifier.features, teach):
    try:
        call(se.read_table("people.csv"))
    except se.SimonElmoError as error:
        print(error)
"""
    lines = run(code, folder).splitlines()
    assert len(lines) == 3
    assert all(line.endswith("no model.onnx: pip install 'simon_elmo[train]'") for line in lines)


def test_estimators_and_interchange(folder):
    code = """
import pandas as pd, simon_elmo as se
from simon_elmo.estimators import SimonClassifier, SimonTransformer, TableVectorizer
from simon_elmo.interchange import to_frictionless
table = pd.read_csv("libraries.csv", dtype=str)
numbers = TableVectorizer().fit_transform(table)
assert len(numbers) == len(table)
columns = [list(table[name]) for name in table]
assert SimonTransformer().fit(columns).transform(columns).shape[0] == len(columns)
kinds = ["a" if name.startswith("PCT") else "b" for name in table]
assert len(SimonClassifier(preset="simon-base").fit(columns, kinds).predict(columns)) == len(columns)
classifier = se.ColumnClassifier.from_preset()
assert to_frictionless(dict(zip(table, classifier.predict(table))))["fields"]
"""
    run(code, folder)


def test_texts_are_classified_and_a_label_is_taught(folder):
    code = """
import simon_elmo as se
from simon_elmo.text import load_text_classifier
classifier = load_text_classifier("saved/documents")
texts = ["A goal and a match."] * 3
assert set(classifier.predict(texts)) <= set(classifier.labels)
classifier.add_labels(["Judge and court. Verdict and witness."] * 8, ["law"] * 8)
classifier.save("law")
assert se.DocumentClassifier.from_preset("law").predict(["Verdict and witness."]) == ["law"]
"""
    run(code, folder)


@pytest.mark.parametrize(
    "code",
    [
        "se.ColumnClassifier(['a', 'b']).fit([['1', '2'], ['x', 'y']] * 9, ['a', 'b'] * 9)",
        "se.ElmoEmbedder.from_preset().embed(['a b'])",
        "se.ElmoClassifier(se.ElmoEmbedder.from_preset()).fit(['a b', 'c d'] * 20, ['x', 'y'] * 20)",
        "se.ElmoTagger('elmo-small-en').fit([['a', 'b']] * 20, [['O', 'O']] * 20)",
        "se.ElmoClassifier('elmo-small-en').embed(['a b'])",
        "se.ElmoClassifier.from_preset('saved/texts_averaged')",
        "se.ElmoTagger.from_preset('saved/tagger')",
        "se.DocumentClassifier().fit(['a b', 'c d'] * 20, [0, 1] * 20)",
        "se.ElmoEmbedder.from_preset().perplexity(['a b'])",
        "se.BidirectionalLanguageModel.from_preset()",
        "se.ElmoEmbedding",
        "from simon_elmo.transfer import freeze",
        "from simon_elmo.simon import SimonBackbone",
    ],
)
def test_what_needs_an_extra_says_in_one_line_which(code, folder):
    prelude = "import simon_elmo as se\ntry:\n    "
    found = run(f"{prelude}{code}\nexcept se.SimonElmoError as error:\n    print(error)", folder)
    assert found.endswith("pip install 'simon_elmo[train]'\n")
    assert found.count("\n") == 1


@pytest.mark.parametrize(
    "line",
    [
        "train --labels email,int --columns 50 --output trained",
        "elmo embed people.csv vectors.hdf5 --preset elmo-small-en",
        "elmo train people.csv --output bilm --min-count 1",
    ],
)
def test_a_command_that_needs_an_extra_says_which(line, folder):
    done = command(line, folder, expected=1)
    assert "pip install 'simon_elmo[train]'" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
