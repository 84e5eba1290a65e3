from __future__ import annotations

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simon_elmo.simon.network.label_head import LabelHead


def head_model(kernel, bias):
    features = keras.Input((len(kernel),))
    model = keras.Model(features, LabelHead(kernel.shape[1], name="head")(features))
    model.set_weights([kernel, bias])
    return model


def drawn(n_features, n_labels, seed):
    rng = np.random.default_rng(seed)
    return (
        rng.normal(0, 0.3, (n_features, n_labels)).astype("float32"),
        rng.normal(0, 1, n_labels).astype("float32"),
        np.maximum(rng.normal(0, 1, (70, n_features)), 0).astype("float32"),
    )


@pytest.mark.slow
@settings(max_examples=8, deadline=None)
@given(st.integers(1, 40), st.integers(1, 4), st.integers(1, 70), st.sampled_from([1, 7, 128]), st.integers(0, 1000))
def test_probability_does_not_depend_on_the_number_of_labels(n_labels, n_more, batch, n_features, seed):
    kernel, bias, features = drawn(n_features, n_labels + n_more, seed)
    kept = np.sort(np.random.default_rng(seed).permutation(n_labels + n_more)[:n_labels])
    wide = head_model(kernel, bias).predict(features[:batch], verbose=0)
    narrow = head_model(kernel[:, kept], bias[kept]).predict(features[:batch], verbose=0)
    np.testing.assert_array_equal(wide[:, kept], narrow)


def test_probability_does_not_depend_on_the_batch():
    model = head_model(*drawn(128, 18, 0)[:2])
    features = drawn(128, 18, 0)[2]
    whole = model.predict(features, batch_size=70, verbose=0)
    np.testing.assert_array_equal(model.predict(features, batch_size=3, verbose=0), whole)


@pytest.mark.parametrize("training", [False, True])
def test_probabilities_are_the_sigmoid_of_the_product(training):
    kernel, bias, features = drawn(128, 9, 1)
    model = head_model(kernel * 10, bias)
    logits = features.astype("float64") @ (kernel.astype("float64") * 10) + bias
    found = keras.ops.convert_to_numpy(model(features, training=training))
    np.testing.assert_allclose(found, 1 / (1 + np.exp(-logits)), atol=2e-6)
    assert found.min() >= 0
    assert found.max() <= 1


def test_saves_and_reloads(tmp_path):
    kernel, bias, features = drawn(16, 3, 2)
    model = head_model(kernel, bias)
    model.save(tmp_path / "head.keras")
    again = keras.models.load_model(tmp_path / "head.keras")
    np.testing.assert_array_equal(again.predict(features, verbose=0), model.predict(features, verbose=0))
    assert again.get_layer("head").units == 3
