from __future__ import annotations

import numpy as np
import pytest

from simon_elmo.elmo import LanguageModel, LanguageModelTraining
from simon_elmo.elmo.embedder import ElmoEmbedder
from simon_elmo.elmo.language_model.model import BidirectionalLanguageModel
from simon_elmo.errors import CorruptPreset, InvalidConfig, InvalidInput, WeightMismatch

WORDS = ["<S>", "</S>", "<UNK>", "a", "b", "c"]
CHARACTERS = {
    "embedding": {"dim": 4},
    "filters": [[1, 4], [2, 4]],
    "n_highway": 0,
    "activation": "tanh",
    "max_characters_per_token": 8,
}
SHAPES = {
    "one layer": {"lstm": {"dim": 12, "projection_dim": 6, "n_layers": 1}, "char_cnn": CHARACTERS},
    "one direction": {"lstm": {"dim": 12, "projection_dim": 6}, "char_cnn": CHARACTERS, "bidirectional": False},
    "no projection of characters": {"lstm": {"dim": 12, "projection_dim": 8, "n_layers": 2}, "char_cnn": CHARACTERS},
    "no projection of cells": {"lstm": {"dim": 8, "projection_dim": 8, "n_layers": 2}, "char_cnn": CHARACTERS},
    "words": {"lstm": {"dim": 12, "projection_dim": 6}},
    "tied words": {"lstm": {"dim": 12, "projection_dim": 6}, "share_embedding_softmax": True},
}


@pytest.mark.parametrize("name", SHAPES)
def test_every_shape_is_saved_and_loaded(tmp_path, name):
    model = BidirectionalLanguageModel(
        {**SHAPES[name], "sample_softmax": False}, WORDS, segment="words", lower_case=True
    )
    model.save(tmp_path / "model", metadata={"description": "a test"})
    loaded = BidirectionalLanguageModel.from_preset(tmp_path / "model")
    assert loaded.config == model.config
    assert (loaded.vocabulary, loaded.segment, loaded.lower_case) == (WORDS, "words", True)
    expected = model._built(None, 0).weights()
    found = loaded._built(None, 0).weights()
    assert set(found) == set(expected)
    for key, value in expected.items():
        np.testing.assert_array_equal(found[key], value, err_msg=key)
    elmo = ElmoEmbedder.from_preset(tmp_path / "model")
    assert elmo.tokenize("An aim. Can do!") == [["an", "aim", "."], ["can", "do", "!"]]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["one layer", "words"])
def test_an_embedder_has_the_softmax_of_the_language_model_that_it_is_made_of(tmp_path, name):
    words = [*WORDS[3:], *WORDS[:3]]
    options = {**SHAPES[name], "sample_softmax": False, "batch_size": 2, "unroll_steps": 4}
    text = [["a", "b", "c", "a"], ["b", "c", "a", "b"]] * 4
    model = BidirectionalLanguageModel(options, words)
    model.save(tmp_path / "before", metadata={"description": "a test"})
    model = BidirectionalLanguageModel.from_preset(tmp_path / "before")
    model.fit(text)
    elmo = ElmoEmbedder.from_language_model(model)
    assert elmo.backbone is model.backbone
    assert elmo.perplexity(text) == pytest.approx(model.perplexity(text))
    assert (
        elmo.perplexity(text)["perplexity"] < BidirectionalLanguageModel(options, words).perplexity(text)["perplexity"]
    )
    elmo.save(tmp_path / "after")
    again = ElmoEmbedder.from_preset(tmp_path / "after")
    assert again.metadata == {"description": "a test"}
    assert again.perplexity(text) == pytest.approx(model.perplexity(text))
    assert elmo.fingerprint() != ElmoEmbedder.from_preset(tmp_path / "before").fingerprint()
    if name == "words":
        assert elmo.backbone.boundary_ids == again.backbone.boundary_ids == (4, 5)
    copy = elmo.language_model()
    copy.fit(text)
    assert copy.backbone is not elmo.backbone
    assert again.perplexity(text) == pytest.approx(elmo.perplexity(text))


def test_a_model_says_what_it_is(tmp_path):
    model = BidirectionalLanguageModel({**SHAPES["words"], "sample_softmax": False, "batch_size": 1}, WORDS)
    assert repr(model) == "BidirectionalLanguageModel(words=6, trained=False)"
    model.save(tmp_path / "mine")
    loaded = BidirectionalLanguageModel.from_preset(tmp_path / "mine")
    assert repr(loaded) == "BidirectionalLanguageModel(preset='mine', words=6, trained=True)"
    trainer = LanguageModel(model.config, optimizer="adam")
    assert repr(trainer) == "LanguageModel(words=6, optimizer='ClippedAdam')"
    with pytest.raises(InvalidInput, match="no optimizer"):
        LanguageModel(model.config, optimizer=None).train_on_batch(
            {name: [[0]] for ending in ("", "_reverse") for name in (f"token_ids{ending}", f"next_token_id{ending}")}
        )


@pytest.mark.slow
def test_epochs_and_seed_are_those_of_the_call():
    text = [["a", "b", "c"]] * 4
    options = {**SHAPES["words"], "sample_softmax": False, "batch_size": 2, "unroll_steps": 4}
    training = LanguageModelTraining(epochs=7, seed=1)
    found = [BidirectionalLanguageModel(options, WORDS) for _ in range(3)]
    assert [model.fit(text, training=training, epochs=2, seed=2).total_tokens for model in found[:2]] == [32, 32]
    found[2].fit(text, training=training, epochs=2)
    one, same, other = (model.softmax()["softmax/W"] for model in found)
    np.testing.assert_array_equal(one, same)
    assert np.abs(one - other).max() > 1e-3


def test_half_the_size_keeps_three_digits(tmp_path):
    model = BidirectionalLanguageModel({**SHAPES["one layer"], "sample_softmax": False}, WORDS)
    for dtype in ("float32", "float16"):
        model.save(tmp_path / dtype, dtype=dtype)
    sizes = {dtype: (tmp_path / dtype / "softmax.hdf5").stat().st_size for dtype in ("float32", "float16")}
    assert sizes["float16"] < sizes["float32"]
    found = BidirectionalLanguageModel.from_preset(tmp_path / "float16")._built(None, 0).softmax()
    np.testing.assert_allclose(found["softmax/W"], model._built(None, 0).softmax()["softmax/W"], rtol=1e-3, atol=1e-6)


def test_a_damaged_softmax_is_named(tmp_path):
    import h5py

    from simon_elmo.elmo.published_softmax import load_softmax

    path = tmp_path / "softmax.hdf5"
    path.write_bytes(b"nothing")
    with pytest.raises(CorruptPreset, match=r"softmax\.hdf5 is not a readable"):
        load_softmax(path, 6, 4)
    with h5py.File(path, "w") as file:
        file["W"] = np.zeros((6, 3), "float32")
    with pytest.raises(WeightMismatch, match=r"'W' has shape \(6, 3\), expected shape \(6, 4\)"):
        load_softmax(path, 6, 4)
    with pytest.raises(WeightMismatch, match="'b' is missing"):
        load_softmax(path, 6, 3)


def test_what_cannot_be_trained_is_refused():
    with pytest.raises(InvalidInput, match="from 1 to the 6 words"):
        BidirectionalLanguageModel({**SHAPES["words"], "n_negative_samples_batch": 7}, WORDS)._built("adam", 0)
    with pytest.raises(InvalidConfig, match="share_embedding_softmax needs word input"):
        LanguageModel({**SHAPES["one layer"], "share_embedding_softmax": True, "n_tokens_vocab": 6})
    with pytest.raises(InvalidConfig, match="n_tokens_vocab"):
        LanguageModel(SHAPES["one layer"])
    with pytest.raises(InvalidInput, match="put it into a list"):
        BidirectionalLanguageModel({**SHAPES["words"], "sample_softmax": False}, WORDS).perplexity("a text")


def test_batches_that_do_not_fit_are_refused():
    options = {**SHAPES["words"], "bidirectional": False, "sample_softmax": False, "n_tokens_vocab": 6}
    model = LanguageModel({**options, "batch_size": 1})
    good = {"token_ids": [[0, 3]], "next_token_id": [[3, 1]]}
    for change, message in (
        ({"next_token_id": [[3, 6]]}, "from 0 to 5"),
        ({"token_ids": [[0, 3, 4]]}, "do not fit together"),
        ({"token_ids": [[0, 3]] * 2, "next_token_id": [[3, 1]] * 2}, "2 rows"),
    ):
        with pytest.raises(InvalidInput, match=message):
            model.train_on_batch({**good, **change})
    with pytest.raises(InvalidInput, match="no 'next_token_id'"):
        model.train_on_batch({"token_ids": [[0, 3]]})
