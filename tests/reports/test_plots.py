from __future__ import annotations

import sys

import numpy as np
import pytest

from simon_elmo.errors import InvalidInput, MissingExtra
from simon_elmo.evaluation.scores import evaluate_predictions
from simon_elmo.labels.label_set import LabelSet
from simon_elmo.reports import plots

PNG = b"\x89PNG\r\n\x1a\n"
EPOCHS = [{"epoch": n, "loss": 1 / (n + 1), "validation_loss": 1.1 / (n + 1), "macro_f1": 0.1 * n} for n in range(4)]


@pytest.fixture
def evaluation():
    true = ["int", "int", "email", "text", ()]
    probabilities = np.array([[0, 0.9, 0], [0, 0.2, 0.8], [0.7, 0, 0.3], [0, 0, 0.9], [0, 0, 0]])
    return evaluate_predictions(LabelSet(("email", "int", "text")), true, probabilities)


def test_pictures_are_png_and_reproducible(evaluation):
    pytest.importorskip("matplotlib")
    for draw in (
        lambda: plots.training_curves(EPOCHS),
        lambda: plots.reliability_diagram(evaluation),
        lambda: plots.confusion_picture(evaluation),
    ):
        picture = draw()
        assert picture.startswith(PNG)
        assert picture == draw()


def test_the_confusion_of_each_label_adds_up(evaluation):
    names, shares = plots.confusion_shares(evaluation)
    assert names == ["(none)", "email", "int", "text"]
    assert shares[names.index("int"), names.index("text")] == 0.5
    np.testing.assert_allclose(shares.sum(axis=1), 1)


def test_only_frequent_labels_are_drawn():
    labels = LabelSet(tuple(f"label_{n:02}" for n in range(60)))
    found = evaluate_predictions(labels, [*labels.names, "label_59"], np.eye(60)[[*range(60), 59]])
    names, shares = plots.confusion_shares(found)
    assert len(names) == 40
    assert "label_59" in names
    assert shares.shape == (40, 40)


def test_nothing_to_draw_is_an_error():
    with pytest.raises(InvalidInput, match="no epoch"):
        plots.training_curves([])


def test_without_matplotlib_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(MissingExtra, match=r"simon_elmo\[plots\]"):
        plots.training_curves(EPOCHS)
