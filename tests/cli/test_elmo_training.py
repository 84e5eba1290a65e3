from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import time

import h5py
import numpy as np
import pytest

from simon_elmo.cli import main
from simon_elmo.elmo.embedder import ElmoEmbedder
from simon_elmo.elmo.language_model.model import BidirectionalLanguageModel
from simon_elmo.errors import InvalidInput

pytestmark = pytest.mark.slow

OPTIONS = {
    "lstm": {"dim": 16, "projection_dim": 8, "n_layers": 1, "cell_clip": 3, "proj_clip": 3},
    "char_cnn": {
        "embedding": {"dim": 4},
        "filters": [[1, 8], [2, 8]],
        "n_highway": 1,
        "activation": "relu",
        "max_characters_per_token": 12,
        "n_characters": 261,
    },
    "batch_size": 4,
    "unroll_steps": 6,
    "n_negative_samples_batch": 8,
    "all_clip_norm_val": 10.0,
}
ORDER = {"the": "quick", "quick": "brown", "brown": "fox", "fox": "jumps", "jumps": "over", "over": "the"}


def written(path, seed, words=tuple(ORDER), n=60):
    """Sentences in which every word but the first follows from the one before it."""
    generator = random.Random(seed)
    lines = []
    for _ in range(n):
        line = [generator.choice(words)]
        while len(line) < 5:
            line.append(ORDER[line[-1]])
        lines.append(" ".join(line))
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def run(capsys, *arguments):
    """The code and the output of a command."""
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    return int(ended.value.code or 0), capsys.readouterr()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A text, held-out text, options, and a model that was trained on them."""
    folder = tmp_path_factory.mktemp("lm")
    written(folder / "text.txt", 0)
    written(folder / "held-out.txt", 1, n=15)
    (folder / "options.json").write_text(json.dumps(OPTIONS))
    arguments = ["elmo", "train", folder / "text.txt", "--output", folder / "model", "--options"]
    arguments += [folder / "options.json", "--held-out", folder / "held-out.txt", "--epochs", 12]
    arguments += ["--learning-rate", 0.03, "--seed", 3, "--min-count", 1]
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    assert not ended.value.code
    return folder


def test_a_trained_folder_is_an_elmo_preset(folder):
    model = folder / "model"
    expected = {"README.md", "lm_weights.hdf5", "metadata.json", "options.json", "softmax.hdf5", "vocabulary.txt"}
    assert {path.name for path in model.iterdir()} - {"history.png"} == expected
    assert "ElmoEmbedder.from_preset" in (model / "README.md").read_text()
    assert not (folder / "model.training").exists()
    words = (model / "vocabulary.txt").read_text().split()
    assert words[:3] == ["<S>", "</S>", "<UNK>"]
    assert set(words[3:]) == set(ORDER)
    with h5py.File(model / "softmax.hdf5") as file:
        assert file["W"].shape == (9, 8)
        assert file["b"].shape == (9,)
    elmo = ElmoEmbedder.from_preset(model)
    assert elmo.embed(["the quick"])[0].shape == (2, 2, 16)
    assert elmo.vocabulary == words
    history = json.loads((model / "metadata.json").read_text())["recipe"]["history"]
    assert history[-1]["perplexity"] < 4


def test_perplexity_on_the_command_line_is_that_of_the_embedder(folder, capsys):
    code, output = run(
        capsys, "elmo", "perplexity", folder / "held-out.txt", "--preset", folder / "model", "--format", "json"
    )
    found = json.loads(output.out)
    assert code == 0
    assert 1 < found["perplexity"] < 4
    assert found["perplexity"] == pytest.approx((found["forward"] * found["backward"]) ** 0.5)
    lines = (folder / "held-out.txt").read_text().splitlines()
    other = ElmoEmbedder.from_preset(folder / "model").perplexity(lines)
    assert other == pytest.approx(found, rel=1e-5)
    assert other["tokens"] == 6 * len(lines)


def test_fine_tuning_learns_another_text_with_the_same_words(folder, capsys, tmp_path):
    # here only one word begins a sentence
    text, held = written(tmp_path / "a.txt", 2, ("fox",)), written(tmp_path / "b.txt", 3, ("fox",), 10)
    code, output = run(
        capsys,
        *("elmo", "fine-tune", text, "--preset", folder / "model", "--output", tmp_path / "tuned"),
        *("--held-out", held, "--epochs", 4, "--learning-rate", 0.03),
    )
    assert code == 0, output.err
    assert "held-out text before:" in output.out
    metadata = json.loads((tmp_path / "tuned" / "metadata.json").read_text())
    metrics = metadata["metrics"]
    assert metrics["held-out text"]["perplexity"] < metrics["held-out text before"]["perplexity"] - 0.1
    assert (tmp_path / "tuned" / "vocabulary.txt").read_text() == (folder / "model" / "vocabulary.txt").read_text()
    # what the first text's licence asks for holds for what was learned from it
    assert [source["name"] for source in metadata["recipe"]["data"]] == ["text.txt", "a.txt"]
    assert metadata["recipe"]["training"]["epochs"] == 4


def test_lower_layers_are_fine_tuned_more_slowly(folder, tmp_path):
    from simon_elmo.elmo.language_model.recipe import LanguageModelTraining

    model = BidirectionalLanguageModel.from_preset(folder / "model")
    before = {name: value.copy() for name, value in model._built(None, 0).weights().items()}
    recipe = LanguageModelTraining(
        schedule="constant", warmup_steps=0, layer_decay=10.0, learning_rate=1e-3, epochs=0.1
    )
    model.fit([folder / "text.txt"], training=recipe)
    changes = {name: np.abs(value - before[name]).max() for name, value in model._built(None, 0).weights().items()}
    assert (
        changes["softmax/b"] > 3 * changes["RNN_0/RNN/MultiRNNCell/Cell0/LSTMCell/W_0"] > 9 * changes["char_embed"] > 0
    )


def test_training_that_is_killed_goes_on_and_can_be_made_longer(folder, tmp_path, capsys):
    def command(output, epochs=12, *more):
        values = {"--output": tmp_path / output, "--options": folder / "options.json", "--epochs": epochs, "--seed": 5}
        values |= {"--min-count": 1, "--schedule": "constant"}
        pairs = [part for pair in values.items() for part in pair]
        return [str(part) for part in ("elmo", "train", folder / "text.txt", *pairs, *more)]

    checkpoint = tmp_path / "out.training" / "checkpoint.npz"
    program = [
        sys.executable,
        "-c",
        "from simon_elmo.cli import main; main()",
        *command("out", 12, "--checkpoint-minutes", "0"),
    ]
    with subprocess.Popen(program, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as killed:
        while killed.poll() is None and not checkpoint.exists():
            time.sleep(0.01)  # another process is waited for
        killed.kill()
    steps = json.loads(bytes(np.load(checkpoint)["facts"]))["progress"]["steps"]
    assert 0 < steps < 180
    for arguments in (command("out"), command("longer", 4, "--keep-checkpoint"), command("longer"), command("whole")):
        assert run(capsys, *arguments)[0] == 0
        assert (tmp_path / "longer.training").exists() == ("--keep-checkpoint" in arguments)
    for name in ("lm_weights.hdf5", "softmax.hdf5"):
        whole = (tmp_path / "whole" / name).read_bytes()
        assert (tmp_path / "out" / name).read_bytes() == whole
        assert (tmp_path / "longer" / name).read_bytes() == whole


def test_a_held_out_text_that_is_trained_on_is_pointed_out(folder, tmp_path, capsys):
    text = tmp_path / "text.txt"
    text.write_text("the quick brown fox jumps over the lazy dog\n" * 4)
    values = ("--output", tmp_path / "new", "--options", folder / "options.json", "--min-count", 1, "--epochs", 0.1)
    code, output = run(capsys, "elmo", "train", text, *values, "--held-out", text)
    assert code == 0
    assert f"{text} is held out and trained on" in output.err


def test_word_vectors_are_where_training_begins(tmp_path):
    words = ["<S>", "</S>", "<UNK>", "fox", "dog"]
    (tmp_path / "vectors.txt").write_text("2 4\nfox 1 2 3 4\ncat 5 6 7 8\n")
    options = {"lstm": {"dim": 8, "projection_dim": 4}, "sample_softmax": False}
    model = BidirectionalLanguageModel(options, words)
    assert model.use_word_vectors(tmp_path / "vectors.txt") == 1
    np.testing.assert_array_equal(model._built(None, 0).weights()["embedding"][3], [1, 2, 3, 4])
    (tmp_path / "vectors.txt").write_text("fox 1 2 3\n")
    with pytest.raises(InvalidInput, match="line 1 is not a word and 4 numbers"):
        model.use_word_vectors(tmp_path / "vectors.txt")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("elmo", "train", "{text}", "--output", "{new}", "--vocabulary", "{text}"), "has no '<S>'"),
        (("elmo", "train", "{missing}", "--output", "{new}"), "No such file"),
        (("elmo", "train", "{text}", "--output", "{new}", "--schedule", "fast"), "schedule must be one of"),
        (("elmo", "train", "{text}", "--output", "{new}", "--segment", "letters"), "no segmenter 'letters'"),
        (("elmo", "perplexity", "{text}", "--preset", "{pair}"), "has no softmax.hdf5"),
        (("elmo", "perplexity", "{text}", "--preset", "{model}", "--format", "xml"), "'table', 'json'"),
    ],
)
def test_mistakes_are_one_line(folder, elmo_pair, tmp_path, capsys, arguments, message):
    elmo = ElmoEmbedder.from_files(elmo_pair.options_file, elmo_pair.weights_file, vocabulary=["<S>", "</S>", "<UNK>"])
    elmo.save(tmp_path / "pair")
    names = {"text": folder / "text.txt", "new": tmp_path / "new", "model": folder / "model"}
    names |= {"missing": tmp_path / "missing.txt", "pair": tmp_path / "pair"}
    code, output = run(capsys, *(argument.format(**names) for argument in arguments))
    assert code == (1 if "missing" in arguments[2] else 2)
    assert output.out == ""
    assert message in output.err
    assert len(output.err.strip().splitlines()) == 1


@pytest.mark.parametrize(("text", "preset"), [("empty.txt", None), ("text.txt", "simon-base")])
def test_what_cannot_be_trained_leaves_no_folder(folder, tmp_path, capsys, text, preset):
    (tmp_path / "empty.txt").write_text("")
    shutil.copy(folder / "text.txt", tmp_path)
    command = ("train",) if preset is None else ("fine-tune", "--preset", preset)
    code, output = run(capsys, "elmo", *command, tmp_path / text, "--output", tmp_path / "model")
    assert code in (1, 2)
    assert output.err.startswith("simon-elmo: ")
    assert {path.name for path in tmp_path.iterdir()} == {"empty.txt", "text.txt"}


def test_options_that_cannot_be_read_are_1_and_wrong_ones_2(folder, tmp_path, capsys):
    (tmp_path / "wrong.json").write_text("{}")
    for name, expected in (("missing.json", 1), ("wrong.json", 2)):
        arguments = ("--options", tmp_path / name, "--output", tmp_path / "model")
        assert run(capsys, "elmo", "train", folder / "text.txt", *arguments)[0] == expected
