from __future__ import annotations

import json

import numpy as np
import pytest

from simon_elmo.elmo import LanguageModel
from simon_elmo.elmo.config import ElmoConfig, ElmoTraining
from simon_elmo.elmo.language_model.corpus import Corpus
from simon_elmo.elmo.language_model.perplexity import perplexity
from simon_elmo.elmo.language_model.recipe import LanguageModelTraining
from simon_elmo.elmo.language_model.training import rate_factor, train
from simon_elmo.elmo.language_model.vocabulary import build_vocabulary
from simon_elmo.errors import CorruptPreset, InvalidConfig, WeightMismatch

pytestmark = pytest.mark.slow

# a language in which every word says what comes next
CORPUS = Corpus.of([["a", "b", "c", "d"], ["b", "c", "d", "a"], ["c", "d", "a", "b"], ["d", "a", "b", "c"]] * 10)
VOCABULARY = build_vocabulary(CORPUS)


def config(**training):
    options = {"batch_size": 4, "unroll_steps": 5, "sample_softmax": False, "all_clip_norm_val": 5.0}
    return ElmoConfig(
        cell_units=12,
        projection_units=6,
        n_layers=1,
        character_dim=4,
        filters=((1, 6), (2, 6)),
        n_highway=1,
        max_characters=6,
        vocabulary_size=len(VOCABULARY),
        training=ElmoTraining(**{**options, **training}),
    )


def recipe(**values):
    return LanguageModelTraining(**{"learning_rate": 0.05, "warmup_steps": 3, "epochs": 25, **values})


@pytest.mark.parametrize("sampled", [False, True])
def test_training_learns_what_comes_next(sampled):
    model = LanguageModel(config(sample_softmax=sampled, n_negative_samples_batch=4), optimizer="adam", seed=0)
    before = perplexity(model, CORPUS, VOCABULARY)
    progress = train(model, CORPUS, VOCABULARY, recipe(), held_out=CORPUS)
    after = progress.history[-1]
    assert 5 < before["perplexity"] < 12
    assert after["perplexity"] < 1.6
    assert after["tokens"] == CORPUS.n_tokens + CORPUS.n_sentences
    assert after["perplexity"] == pytest.approx((after["forward"] * after["backward"]) ** 0.5)


def test_the_reference_model_learns_its_own_text(shared_data):
    folder = shared_data / "elmo" / "bilm-tf" / "train"
    words = tuple((folder / "vocab.txt").read_text().split())
    corpus = Corpus.of([line.split() for line in (folder / "data.txt").read_text().splitlines()])
    for number, options in enumerate(({"skip": True}, {"char": False, "tied": True})):
        shapes = {} if options.get("char", True) else {"character_dim": 0, "filters": (), "n_highway": 0}
        model = LanguageModel(
            ElmoConfig(
                **{
                    "cell_units": 64,
                    "projection_units": 16,
                    "n_layers": 2,
                    "cell_clip": 3,
                    "projection_clip": 3,
                    "skip_connections": options.get("skip", False),
                    "bidirectional": options.get("bidirectional", True),
                    "character_dim": 8,
                    "filters": ((1, 16), (2, 16), (3, 16)),
                    "n_highway": 1,
                    "vocabulary_size": len(words),
                    "training": ElmoTraining(
                        batch_size=2,
                        unroll_steps=10,
                        sample_softmax=False,
                        all_clip_norm_val=1.0,
                        share_embedding_softmax=options.get("tied", False),
                    ),
                    **shapes,
                }
            ),
            seed=number,
        )
        plan = LanguageModelTraining(
            optimizer="adagrad", schedule="constant", warmup_steps=0, epochs=50, order="shuffled"
        )
        train(model, corpus, words, plan)
        assert perplexity(model, corpus, words)["perplexity"] < 20


def test_perplexity_is_that_of_the_reference(shared_data):
    folder = shared_data / "elmo" / "computed" / "train"
    text = shared_data / "elmo" / "bilm-tf" / "train"
    words = tuple((text / "vocab.txt").read_text().split())
    corpus = Corpus.of([line.split() for line in (text / "data.txt").read_text().splitlines()])
    for name in ("chars_bi_skip", "words_bi_shared", "words_forward"):
        oracle = np.load(folder / name / "train_oracle.npz")
        model = LanguageModel(json.loads((folder / name / "options.json").read_text()))
        model.load_weights({key.split("/", 1)[1]: oracle[key] for key in oracle if key.startswith("var6/")})
        found = perplexity(model, corpus, words, n_streams=1)
        assert found["perplexity"] == pytest.approx(float(oracle["test_perplexity_bs1"]), rel=1e-4)


def test_interrupted_training_ends_like_one_that_was_not(tmp_path):
    plan = recipe(epochs=2, order="shuffled", checkpoint_minutes=0)
    options = config(sample_softmax=True, n_negative_samples_batch=4, dropout=0.2)
    whole = LanguageModel(options, optimizer="adam", seed=1)
    train(whole, CORPUS, VOCABULARY, plan)

    class Stop(Exception):
        pass

    def stop(progress):
        if progress.steps == 8:
            raise Stop

    with pytest.raises(Stop):
        train(
            LanguageModel(options, optimizer="adam", seed=1),
            CORPUS,
            VOCABULARY,
            plan,
            checkpoint=tmp_path / "c.npz",
            on_step=stop,
        )
    resumed = LanguageModel(options, optimizer="adam", seed=7)
    steps = []
    train(
        resumed, CORPUS, VOCABULARY, plan, checkpoint=tmp_path / "c.npz", on_step=lambda done: steps.append(done.steps)
    )
    assert steps[0] == 8
    for name, value in whole.weights().items():
        np.testing.assert_array_equal(resumed.weights()[name], value, err_msg=name)


def test_checkpoints_of_other_models_are_refused(tmp_path):
    path = tmp_path / "c.npz"
    train(LanguageModel(config(), optimizer="adam"), CORPUS, VOCABULARY, recipe(epochs=0.1), checkpoint=path)
    with pytest.raises(WeightMismatch, match="another model or optimizer"):
        train(LanguageModel(config(), optimizer="adagrad"), CORPUS, VOCABULARY, recipe(), checkpoint=path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(CorruptPreset, match="not a readable checkpoint"):
        train(LanguageModel(config(), optimizer="adam"), CORPUS, VOCABULARY, recipe(), checkpoint=path)


def test_training_that_has_gone_astray_stops():
    model = LanguageModel(config(), optimizer="adam")
    bias = model.network.variables[-1]

    def overflow(progress):
        if progress.steps == 2:
            bias.assign(bias * np.inf)

    with pytest.raises(InvalidConfig, match=r"the loss is nan at batch 3 .*lower learning_rate"):
        train(model, CORPUS, VOCABULARY, recipe(), on_step=overflow)


def test_rates_rise_and_fall():
    linear = [rate_factor(recipe(), share, step) for share, step in ((0.0, 0), (0.1, 2), (0.5, 50), (1.0, 99))]
    assert linear == pytest.approx([0.25, 0.675, 0.5, 0.0])
    slanted = [rate_factor(recipe(schedule="slanted-triangular"), share, 9) for share in (0.0, 0.1, 0.55, 1.0)]
    assert slanted == pytest.approx([1 / 32, 1.0, 0.5156, 1 / 32], abs=1e-3)
