from __future__ import annotations

import keras
import numpy as np
import pytest

from simon_elmo.simon.network.bidirectional_pooling import BidirectionalPooling
from simon_elmo.simon.network.character_convolution import CharacterConvolution
from simon_elmo.simon.network.gather_cells import GatherCells


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("width", [1, 2, 3, 4])
def test_look_ups_equal_a_convolution_over_one_hot_characters(width: int, padding: str) -> None:
    ids = np.random.default_rng(0).integers(0, 12, (5, 9)).astype("uint8")
    layer = CharacterConvolution(11, 7, width, padding)
    found = keras.ops.convert_to_numpy(layer(ids))
    layer.bias.assign(np.linspace(-0.5, 0.5, 7))
    found = keras.ops.convert_to_numpy(layer(ids))
    one_hot = np.eye(12, dtype="float32")[ids][..., 1:]  # padding, id 0, is an all-zero row
    convolution = keras.layers.Conv1D(7, width, padding=padding, activation="relu")
    convolution.build(one_hot.shape)
    convolution.set_weights(layer.get_weights())
    np.testing.assert_allclose(found, keras.ops.convert_to_numpy(convolution(one_hot)), atol=1e-6)


def test_layers_come_back_from_their_configuration() -> None:
    for layer in (CharacterConvolution(11, 7, 3, "same"), BidirectionalPooling(("max", "last")), GatherCells()):
        again = type(layer).from_config(layer.get_config())
        assert again.get_config() == layer.get_config()


def test_pooling_takes_the_last_state_of_each_direction() -> None:
    sequence = np.arange(2 * 3 * 4, dtype="float32").reshape(2, 3, 4)
    pooled = keras.ops.convert_to_numpy(BidirectionalPooling(("last", "mean", "max"))(sequence))
    last = np.concatenate([sequence[:, -1, :2], sequence[:, 0, 2:]], axis=1)
    np.testing.assert_allclose(pooled, np.concatenate([last, sequence.mean(1), sequence.max(1)], axis=1))
