from __future__ import annotations

import keras
import numpy as np
import pytest

from simon_elmo.errors import InvalidInput
from simon_elmo.transfer.unfreezing import GradualUnfreezing, fine_tuning


def network(depth=3):
    layers = [keras.layers.Dense(4, activation="tanh", name=f"layer_{i}") for i in range(depth - 1)]
    return keras.Sequential([keras.Input((4,)), *layers, keras.layers.Dense(1, activation="sigmoid", name="head")])


class Watch(keras.callbacks.Callback):
    """Which layers changed in each epoch."""

    def __init__(self):
        super().__init__()
        self.changed = []

    def kernels(self):
        return {layer.name: np.array(keras.ops.convert_to_numpy(layer.kernel)) for layer in self.model.layers}

    def on_epoch_begin(self, epoch, logs=None):
        self.before = self.kernels()

    def on_epoch_end(self, epoch, logs=None):
        self.changed.append({name for name, value in self.kernels().items() if (value != self.before[name]).any()})


def fit(model, optimizer, callbacks, epochs, **arguments):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(32, 4)).astype("float32"), rng.integers(0, 2, (32, 1)).astype("float32")
    watch = Watch()
    model.compile(optimizer, "binary_crossentropy")
    model.fit(x, y, batch_size=8, epochs=epochs, verbose=0, callbacks=[*callbacks, watch], **arguments)
    return watch.changed


def test_one_group_more_is_trained_each_epoch():
    model = network()
    optimizer, callbacks = fine_tuning(model, epochs=4, steps_per_epoch=4, learning_rate=0.01)
    changed = fit(model, optimizer, callbacks, epochs=4)
    assert changed == [{"head"}, {"head", "layer_1"}, {"head", "layer_1", "layer_0"}, {"head", "layer_1", "layer_0"}]


def test_a_run_that_goes_on_unfreezes_where_it_was():
    model = network()
    optimizer, callbacks = fine_tuning(model, epochs=3, steps_per_epoch=4)
    assert fit(model, optimizer, callbacks, epochs=2, initial_epoch=1) == [{"head", "layer_1"}]


def test_everything_is_trained_at_once_without_gradual_unfreezing():
    model = network()
    optimizer, callbacks = fine_tuning(model, epochs=1, steps_per_epoch=4, schedule="one-cycle", gradual=False)
    assert not callbacks
    assert fit(model, optimizer, callbacks, epochs=1) == [{"head", "layer_1", "layer_0"}]


def test_another_optimizer_is_refused():
    with pytest.raises(InvalidInput, match="LayerwiseAdam, not Adam"):
        fit(network(), keras.optimizers.Adam(), [GradualUnfreezing()], epochs=1)
