from __future__ import annotations

import base64
import re
import sys
from html.parser import HTMLParser

import numpy as np
import pytest

from simon_elmo.evaluation.scores import evaluate_predictions
from simon_elmo.labels.label_set import LabelSet
from simon_elmo.reports.classified import ClassifiedColumn, ClassifiedTable
from simon_elmo.reports.html import render_report

NASTY = "</td><script>alert('&')</script>"
TABLES = [
    ClassifiedTable(
        path=f"{NASTY}.csv",
        name="Sheet 1",
        rows=12_345,
        columns=(
            ClassifiedColumn(
                NASTY, 0, ("email", "text"), {"email": 0.487, "int": 0.001, "text": 0.9}, 1234, 5678, (NASTY, "a")
            ),
            ClassifiedColumn("empty", 1, (), {"email": 0.0, "int": 0.0, "text": 0.0}),
        ),
        dialect={"encoding": NASTY, "delimiter": "\t", "quote": None},
        notes=(NASTY,),
    )
]
EPOCHS = [{"epoch": n, "loss": 1.0 / (n + 1)} for n in range(3)]


@pytest.fixture
def evaluation():
    return evaluate_predictions(LabelSet(("email", "int")), ["int", "email"], np.array([[0, 0.9], [0.2, 0.8]]))


class Balance(HTMLParser):
    """Collects the tags that are not closed in order."""

    VOID = ("meta", "img", "br")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag, attributes):
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def test_tables_are_shown_and_escaped():
    page = render_report(TABLES)
    assert "<script" not in page
    assert page.count("&lt;script&gt;") == 5
    for expected in ("Sheet 1", ">none<", "width: 48.7%", "delimiter\ntab", ">1,234<", ">5,678<"):
        assert expected in page
    words = " ".join(re.sub(r"<[^>]*>", " ", page).split())
    assert "12,345 rows, 2 columns" in words
    assert "email 48.7% email 48.7% text 90.0%" in words
    balance = Balance()
    balance.feed(page)
    assert (balance.open, balance.wrong) == ([], [])


def test_scores_and_pictures_are_in_the_page(evaluation):
    pytest.importorskip("matplotlib")
    page = render_report(evaluation=evaluation, epochs=EPOCHS, title="Run 7 & more")
    assert "<title>Run 7 &amp; more</title>" in page
    for expected in ("Scores", "macro f1", "Taken for", "int 1"):
        assert expected in page
    pictures = re.findall(r'<img src="data:image/png;base64,([^"]+)" alt="(\w+)">', page)
    assert [caption for _, caption in pictures] == ["Confusion", "Calibration", "Training"]
    assert all(base64.b64decode(picture).startswith(b"\x89PNG") for picture, _ in pictures)
    assert not re.search(r'(src|href)="(?!data:)', page)


def test_without_matplotlib_the_rest_is_there(evaluation, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    page = render_report(TABLES, evaluation, EPOCHS)
    assert "macro f1" in page
    assert "<img" not in page
    assert "simon_elmo[plots]" in page
