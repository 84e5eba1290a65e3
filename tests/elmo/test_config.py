from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simon_elmo.elmo.config import ElmoConfig, ElmoTraining
from simon_elmo.errors import InvalidConfig

SMALL = {
    "lstm": {"dim": 8, "projection_dim": 4},
    "char_cnn": {"embedding": {"dim": 2}, "filters": [[1, 4]], "activation": "tanh", "max_characters_per_token": 10},
}


def test_the_default_is_the_published_model():
    config = ElmoConfig()
    assert config.n_features == 2048
    assert config.output_units == 1024
    assert round(config.parameters / 1e6, 1) == 93.6


def test_options_of_the_published_model_are_read_and_written():
    options = {
        "lstm": {
            "use_skip_connections": True,
            "projection_dim": 512,
            "cell_clip": 3,
            "proj_clip": 3,
            "dim": 4096,
            "n_layers": 2,
        },
        "char_cnn": {
            "activation": "relu",
            "filters": [[1, 32], [2, 32], [3, 64], [4, 128], [5, 256], [6, 512], [7, 1024]],
            "n_highway": 2,
            "embedding": {"dim": 16},
            "n_characters": 262,
            "max_characters_per_token": 50,
        },
    }
    assert ElmoConfig.from_options(options) == ElmoConfig()
    assert ElmoConfig().to_options() == options


@pytest.mark.parametrize(("width", "units", "features", "millions"), [(1024, 128, 2048, 13.6), (2048, 256, 2048, 28.0)])
def test_the_smaller_published_models_have_their_sizes(width, units, features, millions):
    config = ElmoConfig(
        cell_units=width,
        projection_units=units,
        n_highway=1,
        filters=((1, 32), (2, 32), (3, 64), (4, 128), (5, 256), (6, 512), (7, features - 1024)),
    )
    assert round(config.parameters / 1e6, 1) == millions


@given(
    st.integers(1, 30),
    st.integers(1, 30),
    st.integers(1, 3),
    st.sampled_from([None, 3, 0.5]),
    st.booleans(),
    st.booleans(),
    st.sampled_from([None, ElmoTraining(dropout=0.1, n_train_tokens=10), ElmoTraining(sample_softmax=False)]),
    st.booleans(),
)
def test_options_survive_a_round_trip(units, more, layers, clip, skip, both, training, characters):
    shape = {} if characters else {"character_dim": 0, "filters": (), "n_highway": 0, "vocabulary_size": 7}
    config = ElmoConfig(
        cell_units=units + more,
        projection_units=units,
        n_layers=layers,
        cell_clip=clip,
        skip_connections=skip,
        bidirectional=both,
        training=training,
        **shape,
    )
    assert ElmoConfig.from_options(json.loads(json.dumps(config.to_options()))) == config


def test_optional_keys_may_be_left_out_or_null():
    options = {
        "lstm": {"dim": 8, "projection_dim": 4, "cell_clip": None, "proj_clip": None},
        "char_cnn": {**SMALL["char_cnn"], "n_highway": None, "n_characters": 261},
        "bidirectional": 1,
    }
    config = ElmoConfig.from_options(options)
    assert (config.n_layers, config.cell_clip, config.n_highway, config.bidirectional) == (1, None, 0, True)
    assert not ElmoConfig.from_options({**options, "bidirectional": 0}).bidirectional


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"lstm": {"dim": 4, "projection_dim": 8}}, "projection_dim 8 is larger than lstm.dim 4"),
        ({"lstm": {"dim": 8}}, "lstm.dim and lstm.projection_dim"),
        ({"lstm": {"dim": 8, "projection_dim": 4, "layers": 2}}, "lstm.layers"),
        ({"lstm": None}, "need lstm"),
        ({"char_cnn": {**SMALL["char_cnn"], "filters": [[11, 4]]}}, "width <= 10"),
        ({"char_cnn": {**SMALL["char_cnn"], "filters": []}}, "at least one pair"),
        ({"char_cnn": {**SMALL["char_cnn"], "n_characters": 300}}, "n_characters"),
        ({"char_cnn": {**SMALL["char_cnn"], "activation": "selu"}}, "activation"),
        ({"char_cnn": {**SMALL["char_cnn"], "embedding": {"dim": 2, "size": 1}}}, "char_cnn.embedding.size"),
        ({"learning_rate": "fast"}, "learning_rate"),
        ({"droput": 0.1}, "droput"),
    ],
)
def test_wrong_options_are_named(change, message):
    with pytest.raises(InvalidConfig, match=message):
        ElmoConfig.from_options({**SMALL, **change})


@pytest.mark.parametrize("content", ["", "[]", "{", '{"lstm": 3}', "\xff"])
def test_a_file_that_is_no_options_is_named(tmp_path, content):
    (tmp_path / "options.json").write_text(content, encoding="latin-1")
    with pytest.raises(InvalidConfig, match=r"options\.json"):
        ElmoConfig.load_options(tmp_path / "options.json")
    with pytest.raises(InvalidConfig, match=r"absent\.json"):
        ElmoConfig.load_options(tmp_path / "absent.json")
