from __future__ import annotations

import json

import numpy as np
import pytest

from simon_elmo.errors import InvalidInput, UnknownLabel
from simon_elmo.labels.label_set import LabelSet
from simon_elmo.reports.html import render_report
from simon_elmo.text.answers import TextAnswers
from simon_elmo.words.text_labels import label_set_of


class Told(TextAnswers):
    """Answers with probabilities that it is told; a text is the number of its row."""

    def __init__(self, labels, probabilities, label_mode="single"):
        self.label_set, self.label_type = label_set_of(labels)
        self.label_mode, self.probabilities = label_mode, np.array(probabilities, np.float32)

    def predict_proba(self, texts):
        return self.probabilities[[int(text) for text in texts]]


THREE = [[0.7, 0.2, 0.1], [0.1, 0.3, 0.6], [0.0, 0.0, 0.0], [0.2, 0.5, 0.3]]


def test_scores_of_numbers_are_read_everywhere():
    told = Told([10, 2, 9], THREE)
    found = told.evaluate(["0", "1", "3"], np.array([2, 10, 10]))
    assert found.labels == (2, 9, 10)
    assert (found.score(2).f1, found.score(10).recall) == (1.0, 0.5)
    assert found.confusion == {2: {2: 1}, 10: {9: 1, 10: 1}}
    assert [(mistake.true, mistake.predicted, mistake.label) for mistake in found.mistakes] == [((10,), (9,), 10)]
    assert json.loads(json.dumps(found.to_dict()))["confusion"] == {"2": {"2": 1}, "10": {"9": 1, "10": 1}}
    assert "<td>10</td>" in render_report(evaluation=found)
    with pytest.raises(UnknownLabel, match="unknown label 3; the labels are 2, 9, 10"):
        found.score(3)


def test_several_numbers_per_text():
    told = Told([10, 2, 9], THREE, "multi")
    assert told.predict("0123", threshold=0.25) == [(2,), (10, 9), (), (9, 10)]
    assert told.evaluate("013", [[2], {9, 10}, ()], min_support=1).labels == (2, 9, 10)


def test_a_text_without_words_has_no_number():
    assert Told([10, 2, 9], THREE).predict("012") == [2, 10, None]
    assert Told(["b", "a", "c"], THREE).predict("012") == ["a", "c", ""]


def test_a_curve_is_of_a_label_in_its_own_type():
    told = Told([True, False], [[0.9, 0.1], [0.2, 0.8]])
    assert told.roc("01", [False, True]).area == told.roc("01", np.array([False, True]), label=True).area == 1.0
    with pytest.raises(InvalidInput, match="name the label"):
        Told([1, 2, 3], THREE).roc("01", [1, 2])
    with pytest.raises(UnknownLabel, match="4"):
        Told([1, 2, 3], THREE).roc("01", [1, 2], label=4)


def test_labels_that_columns_have_mean_nothing_here():
    """Of the labels of columns boolean, float, int and text exclude each other."""
    told = Told(["float", "int", "text"], THREE, "multi")
    assert told.predict("013", threshold=0.25) == [("float",), ("text", "int"), ("int", "text")]
    assert isinstance(told.label_set, LabelSet)
