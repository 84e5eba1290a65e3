"""ELMo on input that is unusual but not wrong."""

from __future__ import annotations

import json

import h5py
import numpy as np
import pytest

from simon_elmo.elmo.embedder import ElmoEmbedder

WORDS = ["<S>", "</S>", "<UNK>", "the", "dog"]


@pytest.fixture(scope="module")
def elmo(elmo_pair):
    return ElmoEmbedder.from_files(elmo_pair.options_file, elmo_pair.weights_file)


def difference(elmo, elmo_reference, elmo_pair, tokens):
    expected = elmo_reference.embed(tokens, elmo_pair.options, elmo_pair.weights)[0]
    return np.abs(elmo.embed([tokens])[0] - expected).max()


@pytest.mark.parametrize(
    "tokens",
    [
        ["a"],
        ["x" * 47, "x" * 48, "x" * 49, "x" * 60],
        ["é" * 24, "é" * 25, "x" + "é" * 24, "世" * 16, "世" * 17],  # the last byte that fits splits a character
        ["New York", " ", "tab\tinside", "line\nbreak"],
        ["", "\0", "a\0", "a\0b"],
        ["<S>", "</S>", "<s>", "<UNK>"],
        ["😀", "\ud800"],
    ],
    ids=["one", "long", "cut", "blanks", "zeros", "special", "rare"],
)
def test_unusual_words_are_read_byte_by_byte(elmo, elmo_reference, elmo_pair, monkeypatch, tokens):
    def characters_of(word, size):
        special = {"<S>": [256], "</S>": [257]}
        content = special.get(word) or list(word.encode("utf-8", "surrogatepass"))[: size - 2]
        return np.array([258, *content, 259] + [260] * (size - 2 - len(content)))

    monkeypatch.setattr(elmo_reference, "characters_of", characters_of)
    assert difference(elmo, elmo_reference, elmo_pair, tokens) <= 5e-6


def test_a_sentence_of_two_thousand_words_among_short_ones(elmo, elmo_reference, elmo_pair):
    rng = np.random.default_rng(0)
    long = [f"w{number}" for number in rng.integers(0, 50, 2000)]
    found = elmo.embed([["a"], long, ["b", "c"]])
    expected = elmo_reference.embed(long, elmo_pair.options, elmo_pair.weights)[0]
    assert found[1].shape == (3, 2000, 12)
    assert np.abs(found[1] - expected).max() <= 5e-6
    assert np.abs(found[2] - elmo.embed([["b", "c"]])[0]).max() <= 5e-6


def test_generators_and_batches_larger_than_the_data(elmo):
    sentences = ["a b", "c"]
    expected = elmo.embed(sentences)
    for found in (
        elmo.embed(sentence for sentence in sentences),
        elmo.embed((tuple(sentence.split()) for sentence in sentences), batch_size=1000),
        elmo.embed(np.array(sentences)),
    ):
        assert all(np.array_equal(one, other) for one, other in zip(found, expected, strict=True))
    means = elmo.sentence_vectors(iter(sentences), layers="average")
    assert np.abs(means - elmo.embed_outputs(iter(sentences))["default"]).max() <= 1e-6


def options_of(elmo_pair, lstm=None, characters=None, **others):
    options = {key: {**value} for key, value in elmo_pair.options.items()}
    options["lstm"].update(lstm or {})
    options["char_cnn"].update(characters or {})
    return {**options, **others}


def load(folder, options, weights, **arguments):
    (folder / "options.json").write_text(json.dumps(options))
    with h5py.File(folder / "weights.hdf5", "w") as file:
        for name, value in weights.items():
            file[name] = value
    return ElmoEmbedder.from_files(folder / "options.json", folder / "weights.hdf5", **arguments)


def test_options_of_training_give_the_vectors_of_options_of_inference(elmo, elmo_pair, tmp_path):
    options = options_of(
        elmo_pair, characters={"n_characters": 261}, bidirectional=True, dropout=0.1, n_tokens_vocab=5, unroll_steps=20
    )
    del options["char_cnn"]["max_characters_per_token"]
    found = load(tmp_path, options, elmo_pair.weights).embed(["a b"])[0]
    assert np.abs(found - elmo.embed(["a b"])[0]).max() <= 1e-6


@pytest.mark.parametrize("prefix", ["RNN_0/RNN", "rnn"])
def test_one_direction_is_the_forward_half_of_two(elmo, elmo_pair, tmp_path, prefix):
    forward = {
        name.replace("RNN_0/RNN", prefix): value for name, value in elmo_pair.weights.items() if "RNN_1" not in name
    }
    one = load(tmp_path, options_of(elmo_pair, bidirectional=False), forward)
    assert np.abs(one.embed(["a b c"])[0] - elmo.embed(["a b c"])[0][..., :6]).max() <= 5e-6
    outputs = one.embed_outputs(["a b c", ""])
    assert outputs["word_emb"].shape == outputs["elmo"].shape == (2, 3, 6)
    one.save(tmp_path / "saved")
    with h5py.File(tmp_path / "saved" / "lm_weights.hdf5") as file:
        assert [name for name in file if name.startswith("RNN")] == ["RNN_0"]
    assert np.array_equal(ElmoEmbedder.from_preset(tmp_path / "saved").embed(["a b"])[0], one.embed(["a b"])[0])


def test_words_alone_know_no_letters(elmo_pair, tmp_path):
    rng = np.random.default_rng(0)
    weights = {name: value for name, value in elmo_pair.weights.items() if name.startswith("RNN")}
    weights["embedding"] = rng.standard_normal((len(WORDS), 6)).astype("float32")
    elmo = load(tmp_path, {"lstm": elmo_pair.options["lstm"]}, weights, vocabulary=WORDS)
    one, other = elmo.embed(["the dog", "the Dog"])
    assert np.array_equal(one[0, :, :6], weights["embedding"][[3, 4]])
    assert np.array_equal(other[0, 1, :6], weights["embedding"][2])
    assert np.abs(elmo.embed(["the <UNK>"])[0] - other).max() <= 1e-6
    elmo.save(tmp_path / "saved")
    again = ElmoEmbedder.from_preset(tmp_path / "saved")
    assert np.abs(again.embed(["the dog"])[0] - one).max() <= 1e-6
