from __future__ import annotations

import keras
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from simon_elmo.text.network.concat_pooling import ConcatPooling


def pool(sequence, mask=None):
    return keras.ops.convert_to_numpy(ConcatPooling()(np.asarray(sequence, "float32"), mask=mask))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 4), st.integers(1, 6), st.integers(1, 3))
def test_only_unmasked_steps_count(seed, batch, time, units):
    rng = np.random.default_rng(seed)
    sequence, mask = rng.normal(0, 5, (batch, time, units)), rng.random((batch, time)) < 0.6
    expected = [
        np.concatenate([row[kept][-1], row[kept].max(axis=0), row[kept].mean(axis=0)])
        if kept.any()
        else np.zeros(3 * units)
        for row, kept in zip(sequence, mask, strict=True)
    ]
    np.testing.assert_allclose(pool(np.where(mask[..., None], sequence, np.nan), mask), expected, rtol=1e-5, atol=1e-6)


def test_all_steps_count_without_a_mask():
    sequence = np.random.default_rng(0).normal(size=(2, 5, 3))
    expected = np.concatenate([sequence[:, -1], sequence.max(axis=1), sequence.mean(axis=1)], axis=1)
    np.testing.assert_allclose(pool(sequence), expected, rtol=1e-5)
    np.testing.assert_allclose(pool(sequence, np.ones((2, 5), bool)), expected, rtol=1e-5)


def test_a_network_with_a_mask_trains_saves_and_reloads(tmp_path):
    steps, mask = keras.Input((4, 3)), keras.Input((4,), dtype="bool")
    model = keras.Model([steps, mask], keras.layers.Dense(1)(ConcatPooling(name="pooling")(steps, mask=mask)))
    rng = np.random.default_rng(1)
    inputs = [rng.normal(size=(8, 4, 3)).astype("float32"), rng.random((8, 4)) < 0.5]
    model.compile("sgd", "mse")
    assert np.isfinite(model.train_on_batch(inputs, np.ones((8, 1))))
    model.save(tmp_path / "pooling.keras")
    again = keras.models.load_model(tmp_path / "pooling.keras")
    np.testing.assert_array_equal(again.predict(inputs, verbose=0), model.predict(inputs, verbose=0))
    assert model.get_layer("pooling").output.shape == (None, 9)
