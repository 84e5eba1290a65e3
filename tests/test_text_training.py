from __future__ import annotations

import keras
import numpy as np
import pytest

from simon_elmo.config import TrainingConfig
from simon_elmo.text_training import train_text_network


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
    network = keras.Sequential([keras.Input((8,)), *lower, undecided])
    labels = np.array([0, 0, 1, 1, 1, 1, 0, 0], "float32")[:, None]
    config = TrainingConfig(epochs=9, batch_size=4, learning_rate=0.05, strategy=strategy, patience=3)
    history = train_text_network(network, Numbers(), labels, (np.arange(4), np.arange(4, 8)), config)
    assert history.best_epoch == -1
    assert len(history.epochs) == epochs


def test_too_sure_is_not_worse(monkeypatch):
    """The second epoch tells the texts apart better and is far too sure: its loss is higher, its answers are better."""
    import simon_elmo.text_training as training

    labels = np.array([0, 0, 1, 1] * 5, "float32")[:, None]
    unsure, sure = (np.where(labels[:, 0] > 0, p, 1 - p) for p in (0.6, 0.9999))
    unsure[:6], sure[:3] = 1 - unsure[:6], 1 - sure[:3]
    outputs = iter([np.full(20, 0.5), unsure, sure])
    monkeypatch.setattr(training, "predict_rows", lambda *_: next(outputs)[:, None])
    network = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1, "sigmoid")])
    config = TrainingConfig(epochs=2, batch_size=4, strategy="all", patience=0)
    history = train_text_network(network, Numbers(), labels, (np.arange(8), np.arange(20)), config)
    assert history.epochs[1]["validation_loss"] > history.epochs[0]["validation_loss"]
    assert history.epochs[1]["calibrated_loss"] < history.epochs[0]["calibrated_loss"]
    assert history.best_epoch == 1
