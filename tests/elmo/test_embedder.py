from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

import simon_elmo as se
from simon_elmo.elmo.embedder import ElmoEmbedder
from simon_elmo.elmo.layer_choice import LayerChoice
from simon_elmo.errors import CorruptPreset, InvalidInput, PresetNotFound, WeightMismatch

pytestmark = pytest.mark.slow

SENTENCES = [
    "The quick brown fox",
    "",
    "jumps over",
    "the lazy dog and then sleeps for a very long while",
    "naïve 世界",
]


@pytest.fixture(scope="module")
def elmo(elmo_pair):
    return ElmoEmbedder.from_files(elmo_pair.options_file, elmo_pair.weights_file)


def expected(elmo_reference, elmo_pair, sentence):
    return elmo_reference.embed(sentence.split(), elmo_pair.options, elmo_pair.weights)[0]


def test_vectors_are_those_of_plain_numpy(elmo, elmo_reference, elmo_pair):
    found = elmo.embed(SENTENCES)
    assert [vectors.shape for vectors in found] == [(3, len(s.split()), 12) for s in SENTENCES]
    for sentence, vectors in zip(SENTENCES, found, strict=True):
        assert vectors.dtype == np.float32
        if sentence:
            assert np.abs(vectors - expected(elmo_reference, elmo_pair, sentence)).max() <= 5e-6


def test_order_batch_size_and_company_do_not_matter(elmo):
    rng = random.Random(0)
    words = ["alpha", "b", "gamma-delta", "x" * 60, "é", "the"]
    sentences = [[rng.choice(words) for _ in range(rng.randrange(0, 12))] for _ in range(17)]
    whole = elmo.embed(sentences)
    for size in (1, 3):
        for one, other in zip(whole, elmo.embed(sentences, batch_size=size), strict=True):
            assert np.abs(one - other).max(initial=0) <= 5e-6
    order = list(range(17))
    rng.shuffle(order)
    for position, other in zip(order, elmo.embed([sentences[position] for position in order]), strict=True):
        assert np.abs(whole[position] - other).max(initial=0) <= 5e-6
    for one, other in zip(whole, elmo.embed_batch(sentences), strict=True):
        assert np.abs(one - other).max(initial=0) <= 5e-6


def test_layers_can_be_chosen(elmo):
    every = elmo.embed(SENTENCES)
    for layers, pick in {
        "top": lambda a: a[2],
        "average": lambda a: a.mean(axis=0),
        -1: lambda a: a.mean(axis=0),
        -2: lambda a: a,
        0: lambda a: a[0],
        1: lambda a: a[1],
        (0.0, 0.0, 0.0, 2.0): lambda a: 2 * a.mean(axis=0),
    }.items():
        for one, other in zip(elmo.embed(SENTENCES, layers=layers), every, strict=True):
            assert np.allclose(one, pick(other), atol=1e-6)
    assert np.array_equal(elmo.sents2elmo(SENTENCES)[0], elmo.embed(SENTENCES, layers="average")[0])
    assert elmo.sents2elmo(SENTENCES, output_layer=-2)[0].shape == (3, 4, 12)
    assert elmo.embed(SENTENCES, dtype="float16")[0].dtype == np.float16


@pytest.mark.parametrize("layers", ["bottom", 3, -3, True, (1.0, 2.0), (1, 2, 3, 4, 5), (1, 2, float("nan")), None])
def test_layers_that_are_none_are_refused(layers):
    with pytest.raises(InvalidInput, match="layers="):
        LayerChoice.parse(layers, 2)


def test_hub_outputs_have_their_names_shapes_and_means(elmo):
    outputs = elmo.embed_outputs(SENTENCES)
    assert {name: array.shape for name, array in outputs.items()} == {
        "word_emb": (5, 11, 6),
        "lstm_outputs1": (5, 11, 12),
        "lstm_outputs2": (5, 11, 12),
        "elmo": (5, 11, 12),
        "default": (5, 12),
        "sequence_len": (5,),
    }
    assert outputs["sequence_len"].tolist() == [4, 0, 2, 11, 2]
    average = elmo.embed(SENTENCES, layers="average")
    assert np.allclose(outputs["elmo"][0, :4], average[0], atol=1e-6)
    assert not outputs["elmo"][0, 4:].any()
    assert np.allclose(outputs["default"][0], average[0].mean(axis=0), atol=1e-6)
    assert not outputs["default"][1].any()
    assert np.allclose(elmo.sentence_vectors(SENTENCES, layers="average"), outputs["default"], atol=1e-6)
    doubled = elmo.embed_outputs(SENTENCES, mix=(0, 0, 0, 2))
    assert np.allclose(doubled["elmo"], 2 * outputs["elmo"], atol=1e-6)


def test_nothing_gives_nothing(elmo):
    assert elmo.embed([]) == []
    assert elmo.embed_batch([]) == []
    assert elmo.sentence_vectors([]).shape == (0, 12)
    assert elmo.embed([""])[0].shape == (3, 0, 12)
    assert elmo.embed([[]], layers="top")[0].shape == (0, 12)
    assert elmo.embed_outputs([""])["elmo"].shape == (1, 0, 12)


@pytest.mark.parametrize("sentences", ["one string", [1], [["a", None]], [None]])
def test_what_is_no_sentence_is_named(elmo, sentences):
    with pytest.raises(InvalidInput, match="sentence"):
        elmo.embed(sentences)


def test_wrong_arguments_are_refused(elmo):
    with pytest.raises(InvalidInput, match="batch_size"):
        elmo.embed(SENTENCES, batch_size=0)
    with pytest.raises(InvalidInput, match="float64"):
        elmo.embed(SENTENCES, dtype="float64")
    with pytest.raises(InvalidInput, match="one layer"):
        elmo.sentence_vectors(SENTENCES, layers="all")


def test_states_are_carried_row_by_row_until_they_are_reset(elmo_reference, elmo_pair):
    stateful = ElmoEmbedder.from_files(elmo_pair.options_file, elmo_pair.weights_file, stateful=True)
    states = {}
    for batch in (["a b", "c", "d e f"], ["g"], ["h i", "", "k", "new row"]):
        for row, (sentence, found) in enumerate(zip(batch, stateful.embed_batch(batch), strict=True)):
            vectors, states[row] = elmo_reference.embed(
                sentence.split(), elmo_pair.options, elmo_pair.weights, states.get(row)
            )
            assert np.abs(found - vectors.reshape(found.shape)).max(initial=0) <= 5e-6
    stateful.reset_states()
    assert np.abs(stateful.embed_batch(["a b"])[0] - expected(elmo_reference, elmo_pair, "a b")).max() <= 5e-6


def test_cached_tokens_are_looked_up_and_other_words_read_by_their_characters(elmo, elmo_pair, tmp_path):
    cache = elmo.dump_tokens(["the", "dog", "the"], tmp_path / "tokens.hdf5")
    assert cache.words == ("the", "dog")
    cached = ElmoEmbedder.from_files(
        elmo_pair.options_file, elmo_pair.weights_file, token_cache=tmp_path / "tokens.hdf5"
    )
    for one, other in zip(cached.embed(["the dog barks"]), elmo.embed(["the dog barks"]), strict=True):
        assert np.abs(one - other).max() <= 1e-6
    with h5py.File(tmp_path / "tokens.hdf5", "a") as file:
        file["embedding"][0] = 7.0
    files = elmo_pair.options_file, elmo_pair.weights_file
    other_words = ElmoEmbedder.from_files(*files, token_cache=tmp_path / "tokens.hdf5", vocabulary=["dog", "a", "the"])
    assert (other_words.embed(["the"], layers=0)[0] == 7.0).all()
    with h5py.File(tmp_path / "tokens.hdf5", "a") as file:
        del file["words"]
    with pytest.raises(InvalidInput, match="pass the vocabulary"):
        ElmoEmbedder.from_files(elmo_pair.options_file, elmo_pair.weights_file, token_cache=tmp_path / "tokens.hdf5")
    changed = ElmoEmbedder.from_files(
        elmo_pair.options_file,
        elmo_pair.weights_file,
        token_cache=tmp_path / "tokens.hdf5",
        vocabulary=["the", "dog"],
    )
    assert (changed.embed(["the"], layers=0)[0] == 7.0).all()
    with pytest.raises(InvalidInput, match="3 words do not fit"):
        ElmoEmbedder.from_files(
            elmo_pair.options_file,
            elmo_pair.weights_file,
            token_cache=tmp_path / "tokens.hdf5",
            vocabulary=["a", "b", "c"],
        )


def test_a_saved_folder_is_a_preset_with_the_same_vectors(elmo, elmo_pair, tmp_path):
    elmo.save(tmp_path / "mine", metadata={"description": "A small biLM.", "lower_case": True})
    again = ElmoEmbedder.from_preset(tmp_path / "mine")
    assert np.array_equal(again.embed(SENTENCES)[0], elmo.embed(SENTENCES)[0])
    assert again.tokenize("The Dog\n\nBARKS !") == [["the", "dog"], ["barks", "!"]]
    assert again.vocabulary == []
    pair = ElmoEmbedder.from_files(tmp_path / "mine/options.json", tmp_path / "mine/lm_weights.hdf5")
    assert np.array_equal(pair.embed(SENTENCES)[0], elmo.embed(SENTENCES)[0])
    again.save(tmp_path / "other")
    assert json.loads((tmp_path / "other/metadata.json").read_text())["description"] == "A small biLM."
    (tmp_path / "mine/lm_weights.hdf5").write_bytes(b"damaged")
    with pytest.raises(CorruptPreset, match=r"lm_weights\.hdf5"):
        ElmoEmbedder.from_preset(tmp_path / "mine")


def test_words_and_softmax_stay_with_the_folder(elmo_pair, tmp_path):
    words = ["<S>", "</S>", "<UNK>", "the"]
    elmo = ElmoEmbedder.from_files(elmo_pair.options_file, elmo_pair.weights_file, vocabulary=words)
    elmo.save(tmp_path / "mine")
    again = ElmoEmbedder.from_preset(tmp_path / "mine")
    assert again.vocabulary == words
    assert (tmp_path / "mine/vocabulary.txt").read_text() == "<S>\n</S>\n<UNK>\nthe\n"


def test_word_input_reads_its_vocabulary(shared_data):
    folder = shared_data / "elmo/computed/train"
    words = [*["the", "of", "and", "to", "a", "in"], "<UNK>", "<S>", "</S>", *(f"w{number}" for number in range(23))]
    for name, width in (("words_bi_shared", 16), ("words_forward", 8)):
        files = folder / name / "options.json", folder / name / "dumped_weights.hdf5"
        elmo = ElmoEmbedder.from_files(*files, vocabulary=words)
        one, other, third = elmo.embed(["the of", "the never-seen", "the <UNK>"])
        assert one.shape == (3, 2, width)
        assert np.array_equal(other, third)
        with pytest.raises(InvalidInput, match="needs its vocabulary"):
            ElmoEmbedder.from_files(*files)
        with pytest.raises(InvalidInput, match="'</S>'"):
            ElmoEmbedder.from_files(*files, vocabulary=["<S>", "<UNK>"])
        with pytest.raises(WeightMismatch, match=r"embedding.*\(32, 8\).*\(31, 8\)"):
            ElmoEmbedder.from_files(*files, vocabulary=words[:-1])


def test_a_network_that_is_trained_further_is_not_read_from_old_states(elmo_pair):
    elmo = ElmoEmbedder.from_files(elmo_pair.options_file, elmo_pair.weights_file)
    before = elmo.embed(["a b"])[0]
    for weight in elmo.backbone.bilstm.weights:
        weight.assign(weight * 0.5)
    again = ElmoEmbedder.from_backbone(elmo.backbone)
    assert np.array_equal(elmo.embed(["a b"])[0], again.embed(["a b"])[0])
    assert np.abs(elmo.embed(["a b"])[0] - before).max() > 1e-3


def test_errors_say_what_is_wrong(elmo_pair, tmp_path):
    with pytest.raises(CorruptPreset, match=r"absent\.hdf5 is missing"):
        ElmoEmbedder.from_files(elmo_pair.options_file, tmp_path / "absent.hdf5")
    with pytest.raises(PresetNotFound, match="no-such"):
        ElmoEmbedder.from_preset("no-such")
    with pytest.raises(InvalidInput, match="vocabulary"):
        ElmoEmbedder.from_files(elmo_pair.options_file, elmo_pair.weights_file, vocabulary=tmp_path / "absent.txt")
    other = {**elmo_pair.options, "lstm": {**elmo_pair.options["lstm"], "n_layers": 1}}
    (tmp_path / "options.json").write_text(json.dumps(other))
    with pytest.raises(WeightMismatch, match="Cell1"):
        ElmoEmbedder.from_files(tmp_path / "options.json", elmo_pair.weights_file)


def test_a_string_is_no_embedder(elmo):
    for make in (lambda: ElmoEmbedder("elmo-small-en"), lambda: ElmoEmbedder(Path("folder"))):
        with pytest.raises(InvalidInput, match=r"ElmoEmbedder\.from_preset"):
            make()
    with pytest.raises(InvalidInput, match=r"ElmoEmbedder\.from_preset\('elmo-small-en'\)"):
        se.ElmoEmbedding("elmo-small-en")
    with pytest.raises(InvalidInput, match=r"ElmoEmbedding\(elmo, pooling='mean'\)"):
        se.ElmoHead(elmo)
    with pytest.raises(TypeError, match="positional"):
        elmo.embed(SENTENCES, "top")


def test_an_embedder_says_what_it_is(elmo, elmo_pair, tmp_path):
    assert repr(elmo) == "ElmoEmbedder(weights='weights.hdf5', layers=3, width=12)"
    elmo.save(tmp_path / "mine")
    again = ElmoEmbedder.from_preset(tmp_path / "mine", stateful=True)
    assert repr(again) == "ElmoEmbedder(preset='mine', layers=3, width=12, stateful=True)"
    assert repr(ElmoEmbedder.from_backbone(elmo.backbone)).startswith("ElmoEmbedder(weights='in memory', ")
    cache = elmo.dump_tokens(["the"], tmp_path / "tokens.hdf5")
    assert repr(cache) == "TokenCache(words=1, width=6)"


def test_it_is_a_public_name():
    assert se.ElmoEmbedder is ElmoEmbedder


@pytest.mark.parametrize("backend", ["tensorflow", "jax", "torch"])
def test_reference_data_agree_on_every_backend(shared_data, backend):
    pytest.importorskip(backend)
    script = Path(__file__).with_name("elmo_reference_data.py")
    # products this small take longer to share out, and to optimize, than to do
    settings = {"KERAS_BACKEND": backend, "OMP_NUM_THREADS": "1", "JAX_DISABLE_MOST_OPTIMIZATIONS": "1"}
    environment = {**os.environ, **settings, "TF_CPP_MIN_LOG_LEVEL": "3"}
    run = subprocess.run(
        [sys.executable, str(script), str(shared_data / "elmo")], capture_output=True, text=True, env=environment
    )
    assert run.returncode == 0, run.stderr[-2000:]
    errors = json.loads(run.stdout.splitlines()[-1])
    assert errors.keys() >= {"all layers", "top layers", "dump", "tokens", "weight layers"}
    assert {name: error for name, error in errors.items() if not error <= 2e-6} == {}
