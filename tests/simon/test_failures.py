"""What fails changes nothing: labels, network, characters, calibration, metadata and rehearsal are as before."""

from __future__ import annotations

import warnings

import pytest

from simon_elmo.errors import InvalidInput, NotFitted, UnknownLabel
from simon_elmo.simon import calibration, fitting
from simon_elmo.simon.characters import CharacterVocabulary
from simon_elmo.simon.columns import ColumnClassifier
from simon_elmo.simon.config import SimonConfig
from simon_elmo.text.documents import DocumentClassifier
from simon_elmo.training.config import TrainingConfig
from simon_elmo.training.named_weights import weights_of

pytestmark = pytest.mark.slow
SHAPES = SimonConfig(
    n_characters=CharacterVocabulary.extended().size, max_len=8, tail_len=3, max_cells=4, sampling="distinct",
    filters=(8,), kernel_widths=(3,), pool_sizes=(2,), padding="same", cell_units=8, column_units=8,
    feature_units=8, reads_headers=True, header_units=4, lstm_dropout=0.0, recurrent_dropout=0.0,
)  # fmt: skip
TRAINING = TrainingConfig(epochs=2, batch_size=8, learning_rate=0.01)
COLUMNS = [[f"{10 * row + cell}" for cell in range(6)] if row % 2 else ["ab", "cd", "ef"] for row in range(20)]
LABELS = [("int",) if row % 2 else ("text",) for row in range(20)]
TEXTS = ["Good 好. Well done.", "Bad 坏. No good."] * 10
OPINIONS = ["good", "bad"] * 10


class Interrupted(Exception):
    """What the user's callback raises."""


def interrupt(row):
    raise Interrupted


def bytes_of(network):
    return {name: array.tobytes() for name, array in weights_of(network).items()}


def state_of(model, examples):
    """Return everything that a failure must not change."""
    state = {
        "labels": model._label_set,
        "config": model.config,
        "vocabulary": model.vocabulary,
        "temperatures": model.temperatures.tolist(),
        "metadata": dict(model.metadata),
        "history": model.history,
        "rehearsal": model._rehearsal,
        "trained": model._engine is not None,
    }
    if model._engine is not None:
        state["weights"] = {name: array.tobytes() for name, array in model.weights().items()}
        state["network"] = bytes_of(model.engine.network())
        state["probabilities"] = model.predict_proba(examples).tolist()
    return state


@pytest.fixture(scope="module")
def trained():
    return ColumnClassifier(config=SHAPES).fit(COLUMNS, LABELS, training=TRAINING)


@pytest.fixture(scope="module")
def trained_on_texts():
    return DocumentClassifier().fit(TEXTS, OPINIONS, training=TRAINING)


WRONG = {
    "a wrong label": ({"labels": [("itn",), *LABELS[1:]]}, UnknownLabel),
    "a wrong label to validate on": ({"validation": (COLUMNS[:2], ["int", "itn"])}, UnknownLabel),
    "nothing to validate on": ({"validation": ([], [])}, InvalidInput),
    "too few": ({"columns": COLUMNS[:1], "labels": LABELS[:1]}, InvalidInput),
    "no cells": ({"columns": [[]] * 20}, InvalidInput),
    "groups that do not fit": ({"groups": ["a"]}, InvalidInput),
    "one group for all": ({"groups": ["a"] * 20}, InvalidInput),
    "a checkpoint of another run": ({"checkpoint": __file__}, InvalidInput),
}


@pytest.mark.parametrize(("changes", "error"), WRONG.values(), ids=WRONG)
def test_a_fit_that_fails_changes_nothing(trained, changes, error):
    given = {"columns": COLUMNS, "labels": LABELS, "training": TRAINING} | changes
    for model in (trained, ColumnClassifier(["int", "text"], config=SHAPES)):
        before = state_of(model, COLUMNS)
        with pytest.raises(error):
            model.fit(
                given["columns"], given["labels"], **{k: given[k] for k in given if k not in ("columns", "labels")}
            )
        assert state_of(model, COLUMNS) == before


def test_a_fit_that_is_interrupted_changes_nothing(trained):
    before = state_of(trained, COLUMNS)
    with pytest.raises(Interrupted):
        trained.fit(COLUMNS, LABELS, training=TRAINING, on_epoch=interrupt)
    assert state_of(trained, COLUMNS) == before


def test_a_fit_that_fails_in_calibration_changes_nothing(trained, monkeypatch):
    def fail(*_):
        raise Interrupted

    before = state_of(trained, COLUMNS)
    monkeypatch.setattr(calibration, "choose_thresholds", fail)
    with pytest.raises(Interrupted):
        trained.fit(COLUMNS, LABELS, training=TRAINING)
    assert state_of(trained, COLUMNS) == before


def test_a_fit_that_fails_when_it_is_scored_changes_nothing(trained, monkeypatch):
    before = state_of(trained, COLUMNS)
    monkeypatch.setattr(ColumnClassifier, "_scores", lambda *_: interrupt(None))
    with pytest.raises(Interrupted):
        trained.fit(COLUMNS, LABELS, training=TRAINING)
    assert state_of(trained, COLUMNS) == before


def test_labels_of_a_call_that_failed_are_forgotten():
    classifier = ColumnClassifier(config=SHAPES)
    with pytest.raises(InvalidInput, match="too few"):
        classifier.fit([["1", "2"]], ["itn"])
    with pytest.raises(NotFitted, match="no labels yet"):
        classifier.labels  # noqa: B018


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"labels": ["god", *OPINIONS[1:]]}, UnknownLabel),
        ({"validation": (TEXTS[:2], ["good", "god"])}, UnknownLabel),
        ({"groups": ["a"] * 20}, InvalidInput),
    ],
)
def test_a_fit_to_texts_that_fails_changes_nothing(trained_on_texts, changes, error):
    given = {"labels": OPINIONS, "training": TRAINING} | changes
    for model in (trained_on_texts, DocumentClassifier(["bad", "good"])):
        before = state_of(model, TEXTS)
        with pytest.raises(error):
            model.fit(TEXTS, **given)
        assert state_of(model, TEXTS) == before


def test_characters_of_texts_whose_training_failed_are_forgotten():
    classifier = DocumentClassifier()
    before = state_of(classifier, TEXTS)
    with pytest.raises(Interrupted):
        classifier.fit(TEXTS, OPINIONS, training=TRAINING, on_epoch=interrupt)
    assert state_of(classifier, TEXTS) == before


PERCENT = [[f"{cell}%" for cell in range(row, row + 9)] for row in range(4)]


@pytest.mark.parametrize(
    ("columns", "labels", "options", "error"),
    [
        (PERCENT, ["int"] * 4, {}, InvalidInput),
        (PERCENT, ["percent"] * 3, {}, InvalidInput),
        (PERCENT, ["percent"] * 4, {"nearest": "nonsense"}, UnknownLabel),
        (PERCENT, ["percent"] * 4, {"groups": ["a"]}, InvalidInput),
        (PERCENT, ["percent"] * 4, {"piece_length": 0}, InvalidInput),
        ([["1%"] * 3], ["percent"], {}, InvalidInput),
    ],
)
def test_labels_that_are_not_learned_change_nothing(trained, columns, labels, options, error):
    before = state_of(trained, COLUMNS)
    with pytest.raises(error):
        trained.add_labels(columns, labels, **options)
    assert state_of(trained, COLUMNS) == before


def test_a_warning_that_is_an_error_leaves_the_classifier_as_it_was(trained):
    before = state_of(trained, COLUMNS)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(UserWarning, match="one and the same cell"):
            trained.add_labels([["%"] * 9] * 3, ["percent"] * 3)
    assert state_of(trained, COLUMNS) == before


def test_the_last_label_cannot_be_dropped(trained):
    before = state_of(trained, COLUMNS)
    with pytest.raises(InvalidInput):
        trained.drop_labels(["int", "text"])
    with pytest.raises(UnknownLabel):
        trained.drop_labels(["int", "percent"])
    assert state_of(trained, COLUMNS) == before


def test_a_calibration_that_fails_changes_nothing(trained):
    examples = trained._examples(COLUMNS, [("itn",)] * 20)
    before = state_of(trained, COLUMNS)
    with pytest.raises(UnknownLabel):
        trained.calibrate(examples)
    with pytest.raises(InvalidInput, match="no column to calibrate on"):
        trained.calibrate(examples.take([]))
    assert state_of(trained, COLUMNS) == before


def test_calibrating_twice_the_same_is_the_same(trained):
    examples = trained._examples(COLUMNS, LABELS)
    first = fitting.calibrate(trained.engine, trained.label_set, examples, trained.TASK)
    trained.calibrate(examples)
    assert (trained.label_set, trained.temperatures.tolist()) == (first[0], first[1].tolist())
