from __future__ import annotations

import keras
import numpy as np
import pytest

from simon_elmo.text.training import predict_rows, train_text_network
from simon_elmo.training.any_size import AnySizeModel
from simon_elmo.training.config import TrainingConfig


class Numbers:
    """What a network reads of eight texts: their numbers."""

    lengths = np.ones(8, int)

    def __call__(self, rows: np.ndarray) -> np.ndarray:
        return np.eye(8, dtype="float32")[rows % 4]


@pytest.mark.parametrize(("strategy", "epochs"), [("gradual-unfreezing", 2 + 3), ("all", 3)])
def test_patience_begins_when_no_layer_is_frozen(strategy, epochs):
    """Texts to validate on have the opposite labels: each epoch is worse than the one before."""
    keras.utils.set_random_seed(0)
    lower = [keras.layers.Dense(8, "tanh"), keras.layers.Dense(8, "tanh")]
    undecided = keras.layers.Dense(1, "sigmoid", kernel_initializer="zeros")
    inputs = keras.Input((8,))
    network = AnySizeModel(inputs, undecided(lower[1](lower[0](inputs))))
    labels = np.array([0, 0, 1, 1, 1, 1, 0, 0], "float32")[:, None]
    config = TrainingConfig(epochs=9, batch_size=4, learning_rate=0.05, strategy=strategy, patience=3)
    history = train_text_network(network, Numbers(), labels, (np.arange(4), np.arange(4, 8)), config)
    assert history.best_epoch == -1
    assert len(history.epochs) == epochs


def test_too_sure_is_not_worse(monkeypatch):
    """The second epoch tells the texts apart better and is far too sure: its loss is higher, its answers are better."""
    import simon_elmo.text.training as training

    labels = np.array([0, 0, 1, 1] * 5, "float32")[:, None]
    unsure, sure = (np.where(labels[:, 0] > 0, p, 1 - p) for p in (0.6, 0.9999))
    unsure[:6], sure[:3] = 1 - unsure[:6], 1 - sure[:3]
    outputs = iter([np.full(20, 0.5), unsure, sure])
    monkeypatch.setattr(training, "predict_rows", lambda *_: next(outputs)[:, None])
    inputs = keras.Input((8,))
    network = AnySizeModel(inputs, keras.layers.Dense(1, "sigmoid")(inputs))
    config = TrainingConfig(epochs=2, batch_size=4, strategy="all", patience=0)
    history = train_text_network(network, Numbers(), labels, (np.arange(8), np.arange(20)), config)
    assert history.epochs[1]["validation_loss"] > history.epochs[0]["validation_loss"]
    assert history.epochs[1]["calibrated_loss"] < history.epochs[0]["calibrated_loss"]
    assert history.best_epoch == 1


class Sentences:
    """What a network reads of texts whose lengths all differ."""

    lengths = np.arange(3, 103)

    def __call__(self, rows: np.ndarray) -> dict[str, np.ndarray]:
        longest = self.lengths[rows].max()
        present = np.arange(longest)[None] < self.lengths[rows, None]
        return {"values": np.where(present, rows[:, None], 0)[..., None].astype("float16")}


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="counts how often TensorFlow traces")
def test_a_network_is_traced_once_whatever_the_sizes_are():
    calls: list[tuple[int, ...]] = []

    @keras.saving.register_keras_serializable("test")
    class Counted(keras.layers.Layer):
        def call(self, values):
            calls.append(values.shape)
            return keras.ops.max(values, axis=1) / 100

    inputs = keras.Input((None, 1), name="values")
    network = AnySizeModel({"values": inputs}, keras.layers.Dense(1, "sigmoid")(Counted()(inputs)))
    calls.clear()
    labels = (np.arange(100) > 50).astype("float32")[:, None]
    config = TrainingConfig(epochs=3, batch_size=7, strategy="all", patience=0)
    parts = np.arange(0, 100, 3), np.arange(100)
    history = train_text_network(network, Sentences(), labels, parts, config)
    assert calls == [(None, None, 1)] * 2  # once to train, once to predict
    outputs = predict_rows(network, Sentences(), np.arange(99, -1, -1))
    alone = [predict_rows(network, Sentences(), np.array([row]))[0] for row in range(99, -1, -1)]
    np.testing.assert_allclose(outputs, alone, rtol=1e-5)
    whole = network.predict(Sentences()(np.arange(99, -1, -1)), verbose=0)  # Keras' own functions go on as they are
    np.testing.assert_allclose(outputs, whole, rtol=1e-5)
    assert history.epochs[0]["loss"] != history.epochs[2]["loss"]
