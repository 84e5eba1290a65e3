from __future__ import annotations

import keras
import numpy as np
import pytest

from simon_elmo.errors import InvalidInput
from simon_elmo.transfer.optimizers import LayerwiseAdam
from simon_elmo.transfer.schedules import SlantedTriangular


def small_network():
    lower = keras.layers.Dense(3, name="lower", activation="relu", kernel_initializer="ones")
    upper = keras.layers.Dense(1, name="upper", kernel_initializer="ones")
    inputs = keras.Input((4,))
    return keras.Model(inputs, upper(lower(inputs)))


def weights_after(optimizer, steps=3):
    model = small_network()
    model.compile(optimizer, "mse")
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(16, 4)).astype("float32"), rng.normal(size=(16, 1)).astype("float32")
    for _ in range(steps):
        model.train_on_batch(x, y)
    return model, {weight.path: np.array(keras.ops.convert_to_numpy(weight)) for weight in model.weights}


def test_without_factors_it_is_adam():
    _, plain = weights_after(keras.optimizers.Adam(0.01))
    _, ours = weights_after(LayerwiseAdam(0.01))
    for path, value in plain.items():
        np.testing.assert_allclose(ours[path], value, atol=1e-7)


def test_a_factor_scales_the_step_and_0_freezes_to_the_bit():
    start = {weight.path: np.array(keras.ops.convert_to_numpy(weight)) for weight in small_network().weights}
    _, plain = weights_after(LayerwiseAdam(0.01), steps=1)
    _, ours = weights_after(LayerwiseAdam(0.01, {"lower": 0.5, "lower/bias": 0.0}), steps=1)
    np.testing.assert_array_equal(ours["lower/bias"], start["lower/bias"])
    np.testing.assert_allclose(
        ours["lower/kernel"] - start["lower/kernel"], (plain["lower/kernel"] - start["lower/kernel"]) / 2, rtol=1e-4
    )
    np.testing.assert_array_equal(ours["upper/kernel"], plain["upper/kernel"])


def test_factors_change_in_the_middle_of_training_without_compiling_again():
    optimizer = LayerwiseAdam(0.01, {"lower": 0.0})
    model, frozen = weights_after(optimizer)
    optimizer.set_factors({"lower": 1.0})
    model.train_on_batch(np.ones((4, 4), "float32"), np.ones((4, 1), "float32"))
    assert np.abs(keras.ops.convert_to_numpy(model.get_layer("lower").kernel) - frozen["lower/kernel"]).max() > 1e-4


def test_it_survives_saving_in_a_network(tmp_path):
    model, _ = weights_after(LayerwiseAdam(SlantedTriangular(0.01, 10), {"lower": 0.25}, global_clipnorm=1.0))
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert isinstance(again.optimizer, LayerwiseAdam)
    assert again.optimizer.factors == {"lower": 0.25}
    x, y = np.ones((4, 4), "float32"), np.zeros((4, 1), "float32")
    assert model.train_on_batch(x, y) == again.train_on_batch(x, y)
    for ours, theirs in zip(model.weights, again.weights, strict=True):
        np.testing.assert_array_equal(keras.ops.convert_to_numpy(ours), keras.ops.convert_to_numpy(theirs))


@pytest.mark.parametrize(
    ("factors", "message"), [({"low": 1.0}, "no trained variable"), ({"lower": -1.0}, "at least 0")]
)
def test_factors_that_fit_nothing_are_refused(factors, message):
    with pytest.raises(InvalidInput, match=message):
        LayerwiseAdam(0.01, factors).build(small_network().trainable_variables)
