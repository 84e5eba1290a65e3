from __future__ import annotations

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simon_elmo.errors import InvalidInput, UnknownLabel
from simon_elmo.labels.label_set import LabelSet
from simon_elmo.simon.config import SimonConfig
from simon_elmo.simon.network.classifier import SimonClassifierModel
from simon_elmo.simon.network.label_head import LabelHead
from simon_elmo.text.head_config import TextHeadConfig
from simon_elmo.text.network.head import TextHead
from simon_elmo.transfer.expansion import drop_labels, expand_output_layer
from simon_elmo.transfer.unfreezing import fine_tuning

pytestmark = pytest.mark.slow

TINY = SimonConfig(
    max_len=8, max_cells=4, filters=(3, 4), kernel_widths=(1, 2), pool_sizes=(1, 2), padding="same", cell_units=3,
    column_units=3, feature_units=20, column_pooling=("last", "max"), reads_headers=True, header_units=2,
)  # fmt: skip


def inputs(n_columns, seed=0):
    rng = np.random.default_rng(seed)
    return {
        "cells": rng.integers(0, TINY.n_characters, (9, TINY.max_len)).astype("uint8"),
        "index": rng.integers(0, 9, (n_columns, TINY.max_cells + 1)).astype("int32"),
    }


def probabilities(model, given_inputs):
    return np.array(keras.ops.convert_to_numpy(model.predict_on_batch(given_inputs)))


def scattered(model, seed):
    """Give the head weights that make probabilities of every size."""
    rng = np.random.default_rng(seed)
    for weight in model.layers[-1].weights:
        weight.assign(rng.normal(0, 4, weight.shape))
    return model


def small_network(n_labels, seed):
    features = keras.Input((20,))
    model = keras.Model(features, LabelHead(n_labels, name="head")(features))
    return scattered(model, seed)


@settings(max_examples=6, deadline=None)
@given(st.integers(1, 20), st.integers(1, 3), st.integers(1, 40), st.integers(0, 1000))
def test_old_probabilities_are_unchanged_to_the_bit(n_old, n_new, n_columns, seed):
    names = [f"label {number}" for number in np.random.default_rng(seed).permutation(100)]
    old, new = sorted(names[:n_old]), names[n_old : n_old + n_new]
    labels = LabelSet(tuple(old), tuple(np.linspace(0.1, 0.9, n_old)))
    features = np.random.default_rng(seed).random((n_columns, 20)).astype("float32")
    model = small_network(n_old, seed)
    grown, all_labels = expand_output_layer(model, new, old[0], labels=labels)
    assert list(all_labels.names) == sorted(old + new)
    kept = [all_labels.index(name) for name in old]
    before, after = (probabilities(network, features) for network in (model, grown))
    np.testing.assert_array_equal(after[:, kept], before)
    assert [all_labels.thresholds[position] for position in kept] == list(labels.thresholds)
    shrunk, left = drop_labels(grown, new, labels=all_labels)
    assert left == labels
    np.testing.assert_array_equal(probabilities(shrunk, features), before)


def test_old_probabilities_of_the_whole_network_are_unchanged_to_the_bit():
    model = scattered(SimonClassifierModel(TINY, 9), 3)
    names = tuple("abcdefghj")
    grown, labels = expand_output_layer(model, "i", "a", labels=names)
    kept = [labels.index(name) for name in names]
    shown = inputs(17)
    np.testing.assert_array_equal(probabilities(grown, shown)[:, kept], probabilities(model, shown))


def test_a_new_label_starts_from_its_nearest_one():
    labels = LabelSet(("int", "text"), (0.3, 0.6))
    model = scattered(SimonClassifierModel(TINY, 2), 0)
    grown, all_labels = expand_output_layer(
        model, ["percent", "year"], {"percent": "text", "year": "int"}, labels=labels
    )
    assert all_labels == LabelSet(("int", "percent", "text", "year"), (0.3, 0.6, 0.6, 0.3))
    kernel, bias = (keras.ops.convert_to_numpy(weight) for weight in model.head.weights)
    new_kernel, new_bias = (keras.ops.convert_to_numpy(weight) for weight in grown.head.weights)
    np.testing.assert_array_equal(new_kernel, kernel[:, [0, 1, 1, 0]])
    np.testing.assert_array_equal(new_bias, [bias[0], 0, bias[1], 0])


def test_the_nearest_label_is_found_from_examples():
    model = SimonClassifierModel(TINY, 3)
    model.head.weights[1].assign([0.0, 2.0, 1.0])
    model.head.weights[0].assign(np.zeros((20, 3)))
    grown, _ = expand_output_layer(model, "z", labels=("a", "b", "c"), examples=inputs(5))
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(grown.head.weights[1]), [0, 2, 1, 0])
    model.head.weights[0].assign(np.random.default_rng(0).normal(size=(20, 3)))
    shown = inputs(5)
    nearest = probabilities(model, shown).mean(axis=0).argmax()
    grown, _ = expand_output_layer(model, "z", labels=("a", "b", "c"), examples={"z": shown})
    kernel = keras.ops.convert_to_numpy(grown.head.weights[0])
    np.testing.assert_array_equal(kernel[:, 3], kernel[:, nearest])


def test_the_grown_network_is_a_copy_and_can_be_trained():
    model = scattered(SimonClassifierModel(TINY, 2), 0)
    before = probabilities(model, inputs(6))
    grown, _ = expand_output_layer(model, "c", "a", labels=("a", "b"))
    grown.compile("adam", "binary_crossentropy")
    assert np.isfinite(grown.train_on_batch(inputs(6), np.ones((6, 3))))
    np.testing.assert_array_equal(probabilities(model, inputs(6)), before)


def test_any_network_with_independent_sigmoids_can_grow():
    features = keras.Input((4,))
    hidden = keras.layers.Dense(5, activation="relu", name="hidden")(features)
    model = keras.Model(features, keras.layers.Dense(2, activation="sigmoid", name="head")(hidden))
    grown, labels = expand_output_layer(model, "m", "z", labels=("a", "z"))
    x = np.random.default_rng(0).normal(size=(7, 4)).astype("float32")
    before, after = probabilities(model, x), probabilities(grown, x)
    old_hidden, new_hidden = (network.get_layer("hidden") for network in (model, grown))
    assert labels.names == ("a", "m", "z")
    np.testing.assert_allclose(after[:, [0, 2]], before, atol=1e-6)
    assert new_hidden is not old_hidden
    np.testing.assert_array_equal(
        keras.ops.convert_to_numpy(new_hidden.kernel), keras.ops.convert_to_numpy(old_hidden.kernel)
    )


@pytest.mark.parametrize("name", ["published", "concat", "cnn", "lstm"])
def test_heads_of_texts_grow_and_shrink_also_after_fine_tuning(name):
    config = TextHeadConfig.named(name)
    model = TextHead(config, n_layers=3, units=6, n_outputs=2)
    rng = np.random.default_rng(0)
    steps = 5 if config.reads_tokens else 3
    x = {"vectors": rng.normal(size=(4, steps, 3, 6)).astype("float32"), "lengths": np.array([5, 4, 3, 2])}
    optimizer, callbacks = fine_tuning(model, epochs=2, steps_per_epoch=1)
    model.compile(optimizer, "binary_crossentropy")
    model.fit(x, np.ones((4, 2)), epochs=2, callbacks=callbacks, verbose=0)
    grown, labels = expand_output_layer(model, "new", "health", labels=("health", "sport"))
    assert labels.names == ("health", "new", "sport")
    np.testing.assert_allclose(probabilities(grown, x)[:, [0, 2]], probabilities(model, x), atol=1e-6)
    optimizer, callbacks = fine_tuning(grown, epochs=2, steps_per_epoch=1)
    grown.compile(optimizer, "binary_crossentropy")
    grown.fit(x, np.ones((4, 3)), epochs=2, callbacks=callbacks, verbose=0)
    shrunk, left = drop_labels(grown, ["sport"], labels=labels)
    assert left.names == ("health", "new")
    np.testing.assert_allclose(probabilities(shrunk, x), probabilities(grown, x)[:, :2], atol=1e-6)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"new_labels": "a", "nearest": "b"}, InvalidInput, "'a' already"),
        ({"new_labels": "c", "nearest": "d"}, UnknownLabel, "'d'"),
        ({"new_labels": " ", "nearest": "a"}, InvalidInput, "non-empty"),
        ({"new_labels": [], "nearest": "a"}, InvalidInput, "at least one"),
        ({"new_labels": "c"}, InvalidInput, "give examples"),
        ({"new_labels": "c", "nearest": {"d": "a"}}, InvalidInput, "not a new label"),
        ({"new_labels": "c", "nearest": "a", "labels": ("a", "b", "x")}, InvalidInput, "2 outputs, but 3"),
    ],
)
def test_mistakes_are_named(arguments, error, message):
    model = SimonClassifierModel(TINY, 2)
    with pytest.raises(error, match=message):
        expand_output_layer(model, **{"labels": ("a", "b"), **arguments})


def test_a_softmax_cannot_grow():
    features = keras.Input((4,))
    model = keras.Model(features, keras.layers.Dense(2, activation="softmax")(features))
    with pytest.raises(InvalidInput, match="softmax"):
        expand_output_layer(model, "c", "a", labels=("a", "b"))


def test_one_label_must_stay():
    with pytest.raises(InvalidInput, match="at least one"):
        drop_labels(SimonClassifierModel(TINY, 2), ["a", "b"], labels=("a", "b"))
    with pytest.raises(UnknownLabel, match="'c'"):
        drop_labels(SimonClassifierModel(TINY, 2), ["c"], labels=("a", "b"))
