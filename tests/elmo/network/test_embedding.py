from __future__ import annotations

import os
import subprocess
import sys

import keras
import numpy as np
import pytest

from simon_elmo.elmo.characters import encode_sentences
from simon_elmo.elmo.config import ElmoConfig
from simon_elmo.elmo.embedder import ElmoEmbedder
from simon_elmo.elmo.network.embedding import ElmoEmbedding
from simon_elmo.elmo.network.head import ElmoHead
from simon_elmo.errors import InvalidInput
from simon_elmo.transfer.groups import freeze, unfreeze

SENTENCES = ["The quick brown fox", "naïve 世界 <S> " + "x" * 70, "", "one"]
IDS = encode_sentences([sentence.split() for sentence in SENTENCES])


@pytest.fixture(scope="module")
def elmo(elmo_pair):
    return ElmoEmbedder.from_files(elmo_pair.options_file, elmo_pair.weights_file)


@pytest.fixture(scope="module")
def config(elmo_pair):
    return ElmoConfig.from_options(elmo_pair.options)


def numpy_of(tensor):
    return keras.ops.convert_to_numpy(tensor)


def test_an_untrained_mixture_is_the_average_that_the_embedder_returns(elmo):
    found = numpy_of(ElmoEmbedding(elmo)(IDS))
    assert found.shape == (4, 4, 12)
    for row, expected in zip(found, elmo.embed(SENTENCES, layers="average"), strict=True):
        assert np.abs(row[: len(expected)] - expected).max(initial=0) <= 1e-6
        assert not row[len(expected) :].any()
    pooled = numpy_of(ElmoEmbedding(elmo, pooling="mean")(IDS))
    assert np.abs(pooled - elmo.sentence_vectors(SENTENCES, layers="average")).max() <= 1e-6


def test_a_mixture_can_start_from_weights_or_be_the_top_layer(elmo):
    mixed = numpy_of(ElmoEmbedding(elmo, mix_weights=[1, 2, 3, 0.5], train_mix=False)(IDS))
    assert np.allclose(mixed[0], elmo.embed(SENTENCES, layers=(1, 2, 3, 0.5))[0], atol=1e-6)
    assert np.allclose(
        numpy_of(ElmoEmbedding(elmo, top_only=True)(IDS))[0], elmo.embed(SENTENCES, layers="top")[0], atol=1e-6
    )


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="only TensorFlow has string tensors")
def test_strings_and_tokens_give_what_their_characters_give(elmo):
    import tensorflow as tf

    layer = ElmoEmbedding(elmo)
    expected = numpy_of(layer(IDS))
    assert np.array_equal(numpy_of(layer(tf.constant(SENTENCES))), expected)
    assert np.array_equal(numpy_of(layer(np.array(SENTENCES, dtype=object))), expected)
    tokens = [[*sentence.split(), *["ignored"] * (4 - len(sentence.split()))] for sentence in SENTENCES]
    lengths = [len(sentence.split()) for sentence in SENTENCES]
    assert np.array_equal(numpy_of(layer(np.array(tokens), lengths=np.array(lengths))), expected)
    with pytest.raises(InvalidInput, match="need lengths"):
        layer(tf.constant(tokens))


def test_what_is_trained_is_what_was_asked_for(config):
    def counts(**arguments):
        layer = ElmoEmbedding(config, **arguments)
        layer.build()
        return sum(int(np.prod(weight.shape)) for weight in layer.trainable_weights)

    assert counts() == 4
    assert counts(train_mix=False) == 0
    assert counts(n_representations=3) == 12
    assert counts(top_only=True) == 1
    assert counts(train_bilm=True) == 4 + config.parameters


def test_several_mixtures_share_one_network(config):
    words = keras.Input((None, 50), dtype="int32")
    layer = ElmoEmbedding(config, n_representations=2, dropout=0.1, l2=0.01, layer_norm=True)
    model = keras.Model(words, layer(words))
    one, other = map(numpy_of, model(IDS))
    assert np.array_equal(one, other)
    layer.mixes[1].gamma.assign(2.0)
    one, other = map(numpy_of, model(IDS))
    assert np.allclose(2 * one, other)


def test_training_the_network_changes_it_and_training_the_mixture_does_not(config):
    for train_bilm in (False, True):
        words = keras.Input((None, 50), dtype="int32")
        layer = ElmoEmbedding(config, pooling="mean", train_bilm=train_bilm)
        model = keras.Model(words, layer(words))
        model.compile("adam", "mse", run_eagerly=True)  # one step costs less than its graph
        before = [numpy_of(weight).copy() for weight in layer.backbone.weights]
        model.fit(IDS, np.ones((4, 12)), verbose=0)
        changed = [
            not np.array_equal(old, numpy_of(weight))
            for old, weight in zip(before, layer.backbone.weights, strict=True)
        ]
        assert all(changed) == train_bilm
        assert any(changed) == train_bilm


@pytest.mark.parametrize("reads", ["characters", "text"])
def test_the_head_is_saved_and_reloaded_with_its_network(elmo, tmp_path, reads):
    if reads == "text" and keras.backend.backend() != "tensorflow":
        pytest.skip("only TensorFlow has string tensors")
    inputs = IDS if reads == "characters" else np.array(SENTENCES, dtype=object)
    head = ElmoHead(ElmoEmbedding(elmo, pooling="mean"), reads=reads, l2=0.01)
    head.compile("adam", "binary_crossentropy", run_eagerly=True)
    head.fit(inputs, np.array([0, 1, 0, 1]), epochs=1, verbose=0)
    head.save(tmp_path / "head.keras")
    again = keras.saving.load_model(tmp_path / "head.keras")
    assert np.array_equal(numpy_of(again(inputs)), numpy_of(head(inputs)))
    assert len(again.trainable_weights) == 6


def test_the_published_head_has_its_weights():
    config = ElmoConfig(cell_units=512, character_dim=2, filters=((1, 4),), n_highway=0, n_layers=2)
    head = ElmoHead(ElmoEmbedding(config, pooling="mean"), reads="characters")
    counts = [int(np.prod(weight.shape)) for weight in head.trainable_weights]
    assert sorted(counts) == [1, 1, 3, 256, 256, 262_144]
    assert sum(counts) == 4 + 262_400 + 257


@pytest.mark.parametrize(("train_bilm", "train_mix"), [(False, True), (True, True), (False, False)])
def test_what_is_held_fixed_stays_so_when_the_head_is_frozen_and_unfrozen(config, train_bilm, train_mix):
    head = ElmoHead(
        ElmoEmbedding(config, pooling="mean", train_bilm=train_bilm, train_mix=train_mix), reads="characters"
    )
    before = [weight.path for weight in head.trainable_weights]
    freeze(head, until="probabilities")
    assert len(head.trainable_weights) == 2
    unfreeze(head)
    assert [weight.path for weight in head.trainable_weights] == before
    assert head.embedding.backbone.trainable == train_bilm


def test_several_classes_have_probabilities_that_sum_to_one(config):
    head = ElmoHead(ElmoEmbedding(config, pooling="mean"), n_outputs=3, reads="characters")
    found = numpy_of(head(IDS))
    assert found.shape == (4, 3)
    assert np.allclose(found.sum(axis=1), 1, atol=1e-5)


def test_wrong_arguments_are_refused(config):
    with pytest.raises(InvalidInput, match="pooling"):
        ElmoEmbedding(config, pooling="max")
    with pytest.raises(InvalidInput, match="3 weights and optionally gamma"):
        ElmoEmbedding(config, mix_weights=[1.0])
    with pytest.raises(InvalidInput, match="pooling='mean'"):
        ElmoHead(ElmoEmbedding(config))
    with pytest.raises(InvalidInput, match="reads"):
        ElmoHead(ElmoEmbedding(config, pooling="mean"), reads="bytes")


NETWORK = "test_backbone.py::test_its_corners_agree_with_plain_numpy"
OUTPUT = "test_embedding.py::test_an_untrained_mixture_is_the_average_that_the_embedder_returns"
TRAINING = "test_embedding.py::test_the_head_is_saved_and_reloaded_with_its_network[characters]"


# JAX compiles each operation of a training that is not compiled as a whole, which takes a minute
@pytest.mark.parametrize(("backend", "tested"), [("jax", [NETWORK, OUTPUT]), ("torch", [NETWORK, OUTPUT, TRAINING])])
def test_network_and_layer_work_on(backend, tested, repository):
    pytest.importorskip(backend)
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider"]
    command += [f"tests/elmo/network/{name}" for name in tested]
    # products this small take longer to share out, and to optimize, than to do
    settings = {"KERAS_BACKEND": backend, "OMP_NUM_THREADS": "1", "JAX_DISABLE_MOST_OPTIMIZATIONS": "1"}
    environment = {**os.environ, **settings}
    ran = subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout[-3000:]
    assert f"{len(tested)} passed" in ran.stdout
