from __future__ import annotations

import numpy as np
import pytest

from simon_elmo.classifiers.elmo import ElmoEmbedder
from simon_elmo.classifiers.elmo_classifier import ElmoClassifier
from simon_elmo.classifiers.ngram_part import NgramPart, ngram_counts
from simon_elmo.classifiers.text_reader import TextReader
from simon_elmo.config import TrainingConfig
from simon_elmo.errors import InvalidInput, WeightMismatch

GOOD, BAD = [["very", "good"], ["Not", "bad"]], [["very", "bad"], ["not", "good"]]


def test_pairs_of_words_are_told_apart_that_single_words_do_not_tell():
    counts = ngram_counts([GOOD, BAD] * 10)
    part = NgramPart.fit(counts, np.array([[0.0], [1.0]] * 10), None, softmax=False)
    assert (part.logits(counts)[:, 0] > 0).tolist() == [False, True] * 10
    unknown = ngram_counts([[["something", "else"]], []])
    assert np.isfinite(part.logits(unknown)).all()
    outputs = np.full((20, 1), 0.5, np.float32)
    best = part.with_best_share(outputs, counts, np.array([[0.0], [1.0]] * 10), softmax=False)
    assert best.share == 1.0  # the head knows nothing
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


def test_a_classifier_with_ngrams_is_saved_with_them(elmo_pair, tmp_path):
    elmo = ElmoEmbedder.from_files(elmo_pair.options_file, elmo_pair.weights_file)
    texts, labels = ["Very good. Not bad.", "Very bad. Not good."] * 20, ["good", "bad"] * 20
    classifier = ElmoClassifier(elmo, reader=TextReader(20), ngrams=True)
    vectors = classifier.embed(texts)
    classifier.fit(vectors, labels, training=TrainingConfig(epochs=2, batch_size=8))
    assert classifier.evaluate(texts, labels).exact_accuracy == 1.0
    classifier.save(tmp_path / "model")
    again = ElmoClassifier.from_folder(tmp_path / "model")
    np.testing.assert_array_equal(again.predict_proba(texts[:2]), classifier.predict_proba(texts[:2]))
    with pytest.raises(InvalidInput, match="ngrams=True"):
        again.predict(ElmoClassifier(elmo, reader=TextReader(20)).embed(texts))
