"""Every line of docs/elmo_from_other_systems.md does something, and the same as what it stands for."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

import keras
import numpy as np
import pytest
from sklearn.preprocessing import normalize

import simon_elmo as se
from simon_elmo.elmo.characters import encode_sentences
from simon_elmo.elmo.dump import DumpOptions

pytestmark = pytest.mark.slow

PAGE = "elmo_from_other_systems.md"
TEXTS = ["the cat sat on the mat", "naïve 世界", "dogs"]
SECTIONS = ["bilm-tf", "TensorFlow Hub", "AllenNLP", "ELMoForManyLangs", "simple_elmo"]


def test_every_table_is_read(page_tables):
    assert list(page_tables(PAGE)) == SECTIONS


@pytest.fixture
def names(elmo_pair, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(elmo_pair.options_file, "options.json")
    shutil.copy(elmo_pair.weights_file, "weights.hdf5")
    Path("in.txt").write_text("".join(f"{text}\n" for text in TEXTS), encoding="utf-8")
    Path("vocabulary.txt").write_text("<S>\n</S>\n<UNK>\nthe\ncat\nsat\non\n", encoding="utf-8")
    tokens = [text.split() for text in TEXTS]
    longest = max(map(len, tokens))
    return {
        "se": se,
        "np": np,
        "DumpOptions": DumpOptions,
        "encode_sentences": encode_sentences,
        "normalize": normalize,
        "options_file": "options.json",
        "weight_file": "weights.hdf5",
        "text_file": "in.txt",
        "vocab_file": "vocabulary.txt",
        "texts": TEXTS,
        "tokens": tokens,
        "padded": np.array([[*row, *[""] * (longest - len(row))] for row in tokens]),
        "lengths": np.array([len(row) for row in tokens]),
        "words": ["the", "cat", "dogs"],
    }


def written(command):
    """What a command writes, or for perplexity what it reads."""
    for option in ("--output", "--preset"):
        if option in command:
            return Path(command[command.index(option) + 1])
    return Path(command[4])


@pytest.mark.parametrize("section", SECTIONS)
def test_lines_run(section, names, page_tables, run_page_line):
    if section == "TensorFlow Hub" and keras.backend.backend() != "tensorflow":
        pytest.skip("only TensorFlow has string tensors")
    for line in page_tables(PAGE)[section]:
        run_page_line(line, names)
        if line.startswith("simon-elmo "):
            assert written(shlex.split(line)).exists(), line


def test_lines_that_stand_for_the_same_give_the_same(names, page_tables):
    tables = page_tables(PAGE)
    exec(tables["AllenNLP"][0], names)
    elmo, tokens = names["elmo"], names["tokens"]
    average = elmo.embed(tokens, layers="average")
    for line in ('elmo.embed_outputs(texts)["elmo"]', "se.ElmoEmbedding(elmo)(encode_sentences(tokens))"):
        found = keras.ops.convert_to_numpy(eval(line, names))  # noqa: S307 - the page is ours
        for row, expected in zip(found, average, strict=True):
            assert np.abs(row[: len(expected)] - expected).max() <= 1e-6
    means = np.stack([vectors.mean(axis=0) for vectors in average])
    line = next(line for line in tables["simple_elmo"] if "normalize" in line)
    found = eval(line, names)  # noqa: S307 - the page is ours
    assert np.abs(found - means / np.linalg.norm(means, axis=1, keepdims=True)).max() <= 1e-6
