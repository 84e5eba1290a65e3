from __future__ import annotations

import itertools
import random

import keras
import numpy as np
import pytest

from simon_elmo.elmo.characters import encode_sentences
from simon_elmo.elmo.config import ElmoConfig
from simon_elmo.elmo.network.backbone import ElmoBackbone
from simon_elmo.elmo.published_weights import assign_weights

SENTENCES = [["Hello", "naïve", "x" * 30, "!"], ["one"], [], ["世界", "<S>"]]
GRID = list(
    itertools.product(
        ("relu", "tanh"),
        (0, 1, 2),
        ("P<H", "P==H", "F==P"),
        (False, True),
        ((None, None), (0.3, 0.2), (3, None)),
        (1, 2, 3),
    )
)


def options_of(activation, n_highway, sizes, skip, clips, n_layers):
    filters = [[1, 3], [2, 4], [4, 2]]
    projection = 9 if sizes == "F==P" else 5
    lstm = {
        "dim": projection if sizes == "P==H" else 11,
        "projection_dim": projection,
        "n_layers": n_layers,
        "use_skip_connections": skip,
        "cell_clip": clips[0],
        "proj_clip": clips[1],
    }
    characters = {
        "embedding": {"dim": 3},
        "filters": filters,
        "n_highway": n_highway,
        "activation": activation,
        "max_characters_per_token": 12,
    }
    return {"lstm": lstm, "char_cnn": characters}


# every way through the network: with and without highway, either projection, clips, skip connections, further layers
CORNERS = [("relu", 2, "F==P", True, (0.3, 0.2), 2), ("tanh", 0, "P==H", False, (None, None), 1)]


@pytest.mark.slow
@pytest.mark.parametrize("case", random.Random(0).sample(GRID, 30), ids=str)
def test_it_agrees_with_plain_numpy(elmo_reference, case):
    agrees_with_plain_numpy(elmo_reference, case)


def test_its_corners_agree_with_plain_numpy(elmo_reference):
    for case in CORNERS:
        agrees_with_plain_numpy(elmo_reference, case)


def agrees_with_plain_numpy(elmo_reference, case):
    options = options_of(*case)
    weights = elmo_reference.random_weights(options, seed=sum(map(ord, str(case))), scale=1.5)
    config = ElmoConfig.from_options(options)
    backbone = ElmoBackbone(config)
    assign_weights(backbone, weights)
    assert backbone.count_params() == config.parameters
    # JAX compiles a network as a whole sooner than each of its operations
    run = backbone.predict_on_batch if keras.backend.backend() == "jax" else backbone
    layers = [keras.ops.convert_to_numpy(layer) for layer in run(encode_sentences(SENTENCES, 12))]
    assert len(layers) == config.n_layers + 1
    for row, sentence in enumerate(SENTENCES):
        found = np.stack([layer[row] for layer in layers])
        assert not found[:, len(sentence) :].any()
        if sentence:
            expected, _ = elmo_reference.embed(sentence, options, weights)
            assert np.abs(found[:, : len(sentence)] - expected).max() <= 5e-6


def test_one_direction_reads_forward_only():
    config = ElmoConfig(
        cell_units=8, projection_units=4, bidirectional=False, character_dim=2, filters=((1, 4),), n_highway=0
    )
    backbone = ElmoBackbone(config)
    assert backbone.count_params() == config.parameters
    long, short = (encode_sentences([words], 50) for words in (["a", "b", "c"], ["a", "b"]))
    long, short = (keras.ops.convert_to_numpy(backbone(ids)[-1]) for ids in (long, short))
    assert long.shape == (1, 3, 4)
    assert np.allclose(long[:, :2], short, atol=1e-6)


def test_word_input_reads_ids_from_one():
    config = ElmoConfig(cell_units=8, projection_units=4, character_dim=0, filters=(), n_highway=0, vocabulary_size=6)
    backbone = ElmoBackbone(config, boundary_ids=(5, 6))
    layers = [keras.ops.convert_to_numpy(layer) for layer in backbone(np.array([[1, 2, 3], [4, 0, 0]]))]
    table = keras.ops.convert_to_numpy(backbone.token_encoder.embedding)
    assert np.array_equal(layers[0][0, :, :4], table[:3])
    assert not layers[2][1, 1:].any()
    assert backbone.boundary_rows.tolist() == [5, 6]


def test_a_configuration_gives_the_network_back(elmo_pair):
    backbone = ElmoBackbone(ElmoConfig.from_options(elmo_pair.options))
    again = ElmoBackbone.from_config(backbone.get_config())
    assert again.config == backbone.config
    assert [weight.shape for weight in again.weights] == [weight.shape for weight in backbone.weights]
