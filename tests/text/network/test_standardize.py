from __future__ import annotations

import keras
import numpy as np

from simon_elmo.text.network.standardize import Standardize


def test_what_was_measured_has_mean_0_and_variance_1():
    rng = np.random.default_rng(0)
    examples = rng.normal(5, 3, (500, 2, 4)).astype("float32")
    examples[:, 0, 0] = 7.0  # a unit that never varies is not blown up
    layer = Standardize(2)
    layer.build((None, 2, 4))
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(layer(examples)), examples)
    layer.measure(examples)
    scaled = keras.ops.convert_to_numpy(layer(examples))
    np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=1e-3)
    deviation = scaled.std(axis=0)
    assert deviation[0, 0] < 0.01
    np.testing.assert_allclose(np.delete(deviation.ravel(), 0), 1, atol=1e-3)
    assert not layer.trainable_weights
