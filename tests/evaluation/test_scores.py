from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.metrics import accuracy_score, f1_score, precision_recall_fscore_support

from simon_elmo.errors import InvalidInput, UnknownLabel
from simon_elmo.evaluation.scores import evaluate_predictions
from simon_elmo.labels.label_set import LabelSet

LABELS = LabelSet(("email", "int", "phone"), (0.5, 0.4, 0.6))  # one base label: each is decided by its threshold


@given(
    targets=hnp.arrays(bool, (12, 3)),
    probabilities=hnp.arrays(np.float32, (12, 3), elements=st.floats(0, 1, width=32)),
)
def test_scores_are_those_of_scikit_learn(targets, probabilities):
    true = [tuple(np.array(LABELS.names)[row]) for row in targets]
    found = evaluate_predictions(LABELS, true, probabilities)
    decided = probabilities >= np.array(LABELS.thresholds)
    expected = precision_recall_fscore_support(targets, decided, zero_division=0)
    np.testing.assert_allclose([(s.precision, s.recall, s.f1, s.support) for s in found.scores], np.array(expected).T)
    assert found.micro_f1 == pytest.approx(f1_score(targets, decided, average="micro", zero_division=0))
    assert found.exact_accuracy == pytest.approx(accuracy_score(targets, decided))
    with_support = [score.f1 for score in found.scores if score.support]
    assert found.macro_f1 == pytest.approx(np.mean(with_support) if with_support else 0)
    assert sum(sum(row.values()) for row in found.confusion.values()) == 12
    assert len(found.mistakes) == (targets != decided).any(axis=1).sum()


def test_mistakes_come_worst_first_and_point_to_the_column():
    true = ["email", "int", "phone", "int"]
    probabilities = np.array([[0.9, 0.0, 0.0], [0.7, 0.5, 0.0], [0.0, 0.95, 0.7], [0.0, 0.3, 0.1]])
    found = evaluate_predictions(LABELS, true, probabilities)
    assert [(mistake.index, mistake.label) for mistake in found.mistakes] == [(2, "int"), (1, "email"), (3, "int")]
    assert found.mistakes[0].predicted == ("phone", "int")
    assert found.mistakes[0].probability == pytest.approx(0.95)
    assert found.mistakes[2].predicted == ()
    assert len(evaluate_predictions(LABELS, true, probabilities, n_mistakes=1).mistakes) == 1


def test_the_most_specific_label_is_scored():
    labels = LabelSet(("city", "email", "text"))
    true = [("email", "text"), ("city", "text"), ("text",), ("text",)]
    probabilities = np.array([[0.0, 0.9, 0.95], [0.0, 0.8, 0.9], [0.1, 0.1, 0.9], [0.0, 0.0, 0.2]])
    found = evaluate_predictions(labels, true, probabilities)
    assert found.confusion == {"city": {"email": 1}, "email": {"email": 1}, "text": {"(none)": 1, "text": 1}}
    assert found.top_accuracy == 0.5
    assert found.top_macro_f1 == pytest.approx((0 + 2 / 3 + 2 / 3) / 3)
    in_order = evaluate_predictions(labels, true, probabilities, order=("city", "text"))
    assert in_order.confusion == {"city": {"text": 1}, "text": {"text": 3}}


def test_labels_that_the_classifier_lacks_are_left_out():
    true = [("email", "iban"), ("iban",), (), ("int",)]
    probabilities = np.array([[0.9, 0, 0], [0, 0, 0.9], [0, 0, 0], [0, 0.9, 0]])
    found = evaluate_predictions(LABELS, true, probabilities)
    assert found.unknown_labels == {"iban": 2}
    assert (found.n_columns, found.skipped) == (3, 1)
    assert found.exact_accuracy == 1
    assert found.macro_f1 == 1


def test_rare_labels_can_be_kept_out_of_the_averages():
    true = ["int"] * 5 + ["email"]
    probabilities = np.array([[0, 0.9, 0]] * 5 + [[0, 0.9, 0]])
    assert evaluate_predictions(LABELS, true, probabilities).macro_f1 == pytest.approx(10 / 22)
    frequent = evaluate_predictions(LABELS, true, probabilities, min_support=2)
    assert frequent.macro_f1 == frequent.top_macro_f1 == pytest.approx(10 / 11)


def test_given_predictions_win_over_thresholds():
    found = evaluate_predictions(LABELS, ["int"], np.array([[0.0, 0.1, 0.0]]), predictions=[("int",)])
    assert found.exact_accuracy == 1


def test_everything_is_json_and_text():
    found = evaluate_predictions(LABELS, ["int", "phone"], np.array([[0.1, 0.9, 0.1], [0.2, 0.9, 0.1]]))
    values = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert values["macro_f1"] == found.macro_f1
    assert values["mistakes"][0]["true"] == ["phone"]
    assert values["scores"][1]["label"] == "int"
    text = found.to_text()
    assert "macro_f1" in text
    assert all(name in text for name in LABELS.names)
    assert found.score("int").support == 1
    with pytest.raises(UnknownLabel, match="iban"):
        found.score("iban")


def test_calibration_is_measured():
    probabilities = np.array([[0.0, 0.75, 0.0]] * 4)
    found = evaluate_predictions(LABELS, ["int", "int", "int", "phone"], probabilities)
    assert found.top_calibration_error == pytest.approx(0)
    assert found.reliability == ((0.75, 0.75, 4),)
    assert found.score("phone").calibration_error == pytest.approx(0.25)


def test_what_a_rule_decides_is_not_the_most_probable_label():
    labels = LabelSet(("categorical", "int"))
    found = evaluate_predictions(labels, ["int", "int"], np.array([[1.0, 0.5], [1.0, 0.5]]))
    assert found.reliability == ((0.5, 1.0, 2),)
    alone = evaluate_predictions(LabelSet(("categorical",)), ["categorical"], np.array([[1.0]]))
    assert alone.top_calibration_error == 0


def test_what_a_rule_gives_is_scored_only_where_somebody_has_it():
    labels = LabelSet(("categorical", "float", "int", "ordinal"))
    probabilities = np.array([[1.0, 0.1, 0.9, 1.0], [0.0, 0.9, 0.1, 0.0]])
    found = evaluate_predictions(labels, ["int", "float"], probabilities)
    assert (found.exact_accuracy, found.micro_f1, found.mistakes) == (1.0, 1.0, ())
    assert found.labels == ("float", "int")
    assert [score.label for score in found.scores] == ["float", "int"]
    assert found.unscored_labels == ("categorical", "ordinal")
    assert found.to_dict()["unscored_labels"] == ["categorical", "ordinal"]
    found = evaluate_predictions(labels, ["int", ("float", "categorical")], probabilities)
    assert found.unscored_labels == ("ordinal",)
    assert found.score("categorical").predicted == found.score("categorical").support == 1
    assert [mistake.predicted for mistake in found.mistakes] == [("int", "categorical"), ("float",)]
    with pytest.raises(InvalidInput, match="a rule decides"):
        evaluate_predictions(LabelSet(("ordinal",)), [()], np.zeros((1, 1)))


@pytest.mark.parametrize(
    ("true", "probabilities", "predictions"),
    [
        (["int"], np.zeros((2, 3)), None),
        (["int"], np.zeros((1, 2)), None),
        (["int"], np.zeros((1, 3)), []),
        ([], np.zeros((0, 3)), None),
        (["iban"], np.zeros((1, 3)), None),
    ],
)
def test_what_does_not_fit_is_an_error(true, probabilities, predictions):
    with pytest.raises(InvalidInput):
        evaluate_predictions(LABELS, true, probabilities, predictions)
