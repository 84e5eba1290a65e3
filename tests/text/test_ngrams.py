from __future__ import annotations

import numpy as np
import pytest

from simon_elmo.elmo.embedder import ElmoEmbedder
from simon_elmo.errors import InvalidInput, WeightMismatch
from simon_elmo.text.classifier import ElmoClassifier
from simon_elmo.text.ngrams import N_FEATURES, N_HASHED, NgramPart, ngram_counts
from simon_elmo.text.reader import TextReader
from simon_elmo.training.config import TrainingConfig

GOOD, BAD = [["very", "good"], ["Not", "bad"]], [["very", "bad"], ["not", "good"]]


def test_pairs_of_words_are_told_apart_that_single_words_do_not_tell():
    counts = ngram_counts([GOOD, BAD] * 10)
    part = NgramPart.fit(counts, np.array([[0.0], [1.0]] * 10), None, softmax=False)
    assert (part.logits(counts)[:, 0] > 0).tolist() == [False, True] * 10
    unknown = ngram_counts([[["something", "else"]], []])
    assert np.isfinite(part.logits(unknown)).all()
    outputs = np.full((20, 1), 0.5, np.float32)
    best = part.with_likely_share(outputs, counts, np.array([[0.0], [1.0]] * 10), softmax=False)
    assert best.share > 0.6  # the head knows nothing, and the share only makes n-grams surer
    assert (best.joined(outputs, counts, softmax=False)[:, 0] > 0.5).tolist() == [False, True] * 10


def test_one_of_three_labels():
    documents = [[["red"]], [["green"]], [["blue"]]] * 6
    hot = np.eye(3)[np.arange(18) % 3]
    part = NgramPart.fit(ngram_counts(documents), hot, None, softmax=True)
    joined = part.joined(np.full((18, 3), 1 / 3), ngram_counts(documents), softmax=True)
    assert joined.argmax(axis=1).tolist() == hot.argmax(axis=1).tolist()
    np.testing.assert_allclose(joined.sum(axis=1), 1, rtol=1e-5)
    again = NgramPart.from_arrays(part.arrays(), 3)
    np.testing.assert_array_equal(again.logits(ngram_counts(documents)), part.logits(ngram_counts(documents)))
    with pytest.raises(WeightMismatch, match="kernel"):
        NgramPart.from_arrays(part.arrays(), 2)


@pytest.mark.slow
def test_a_classifier_with_ngrams_is_saved_with_them(elmo_pair, tmp_path):
    elmo = ElmoEmbedder.from_files(elmo_pair.options_file, elmo_pair.weights_file)
    texts, labels = ["Very good. Not bad.", "Very bad. Not good."] * 20, ["good", "bad"] * 20
    classifier = ElmoClassifier(elmo, reader=TextReader(max_tokens=20), ngrams=True)
    vectors = classifier.embed(texts)
    classifier.fit(vectors, labels, training=TrainingConfig(epochs=2, batch_size=8))
    assert classifier.evaluate(texts, labels).exact_accuracy == 1.0
    classifier.save(tmp_path / "model")
    again = ElmoClassifier.from_preset(tmp_path / "model")
    np.testing.assert_array_equal(again.predict_proba(texts[:2]), classifier.predict_proba(texts[:2]))
    with pytest.raises(InvalidInput, match="ngrams=True"):
        again.predict(ElmoClassifier(elmo, reader=TextReader(max_tokens=20)).embed(texts))


def test_characters_know_words_that_were_never_seen():
    documents = [[["walked", "talked"]], [["walking", "talking"]]] * 10
    part = NgramPart.fit(ngram_counts(documents), np.array([[0.0], [1.0]] * 10), None, softmax=False)
    unseen = part.logits(ngram_counts([[["jumped"]], [["jumping"]]]))[:, 0]
    assert unseen[0] < 0 < unseen[1]


def test_ngrams_that_tell_nothing_keep_smaller_weights():
    documents = [[["the", "plot", "dull"]], [["the", "plot", "fine"]]] * 5 + [[["the", "film", "dull"]]]
    answers = np.array([[0.0], [1.0]] * 5 + [[0.0]])
    part = NgramPart.fit(ngram_counts(documents), answers, None, softmax=False)
    logits = part.logits(ngram_counts([[["plot"]], [["dull"]], [["fine"]]]))[:, 0] - part.bias[0]
    assert logits[1] < 0 < logits[2]
    assert abs(logits[0]) < 0.5 * min(-logits[1], logits[2])


def test_the_better_part_has_nearly_all_of_the_share():
    documents = [[["good"]], [["bad"]]] * 20
    targets = np.array([[1.0], [0.0]] * 20)
    part = NgramPart.fit(ngram_counts(documents[:4]), 1 - targets[:4], None, softmax=False)  # taught the wrong way
    outputs = np.where(targets > 0, 0.6, 0.4).astype(np.float32)  # right, and not sure of itself
    assert part.with_likely_share(outputs, ngram_counts(documents), targets, softmax=False).share < 0.05
    few = part.with_likely_share(outputs[:4], ngram_counts(documents[:4]), targets[:4], softmax=False)
    assert 0.05 < few.share < 0.5  # few texts say less about which is better
    pairs = [np.repeat(values[:4], 2, axis=1) for values in (targets, outputs)]
    both = NgramPart.fit(ngram_counts(documents[:4]), 1 - pairs[0], None, softmax=False)
    several = both.with_likely_share(pairs[1], ngram_counts(documents[:4]), pairs[0], softmax=False)
    assert several.share < few.share - 0.01  # and several labels of a text say more than one


def test_counts_are_of_the_texts_and_empty_ones_have_none():
    counts = ngram_counts([[["A", "b"], ["a"]], []])
    assert counts.shape == (2, N_FEATURES)
    assert counts[:, :N_HASHED].sum(axis=1).A1.tolist() == [4.0, 0.0]  # a, b, a, "a b"
    assert counts[:, N_HASHED:].sum(axis=1).A1.tolist() == [9.0, 0.0]  # " a", "a ", " a " of each word
    assert ngram_counts([[]]).nnz == 0
