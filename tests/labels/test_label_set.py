from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from simon_elmo.labels.label_set import LabelSet
from simon_elmo.labels.taxonomy import GENERAL_LABELS, GEO_LABELS

RULE_LABELS = {"categorical", "ordinal"}
GEO = LabelSet(GEO_LABELS, tuple(np.linspace(0.3, 0.7, len(GEO_LABELS))))


def row(**probabilities):
    return [[probabilities.get(name, 0.0) for name in GEO.names]]


@given(
    probabilities=hnp.arrays(np.float32, (20, len(GEO)), elements=st.floats(0, 1, width=32)),
    threshold=st.one_of(st.none(), st.floats(0.01, 1)),
)
def test_every_column_with_a_probability_has_one_base_label(probabilities, threshold):
    for names, values in zip(GEO.decide(probabilities, threshold), probabilities, strict=True):
        kinds = [2 if name in RULE_LABELS else 1 if name in GENERAL_LABELS else 0 for name in names]
        assert kinds == sorted(kinds), "special labels come first, rule labels last"
        assert kinds.count(1) == bool(values.any())
        special = [values[GEO.index(name)] for name in names if kinds[names.index(name)] == 0]
        assert special == sorted(special, reverse=True)
        for name in GEO.names:
            if name not in GENERAL_LABELS:
                limit = threshold or GEO.thresholds[GEO.index(name)]
                assert (name in names) == (float(values[GEO.index(name)]) >= limit)


def test_labels_stand_most_specific_first():
    found = GEO.decide(row(text=0.99, city=0.8, state=0.9, categorical=1.0, ordinal=1.0))
    assert found == [("state", "city", "text", "categorical", "ordinal")]


@pytest.mark.parametrize(
    ("probabilities", "expected"),
    [
        ([0.75, 0.6, 0.1], "int"),  # both reach theirs
        ([0.99, 0.5, 0.1], "float"),
        ([0.5, 0.28, 0.1], "int"),  # none does
        ([0.0, 0.0, 0.45], "text"),
    ],
)
def test_the_base_label_is_the_clearest_by_its_threshold(probabilities, expected):
    assert LabelSet(("float", "int", "text"), (0.7, 0.3, 0.5)).decide([probabilities]) == [(expected,)]


def test_no_probability_is_no_label():
    assert GEO.decide(np.zeros((2, len(GEO)))) == [(), ()]
    assert GEO.decide(np.zeros((0, len(GEO)))) == []


def test_one_threshold_is_for_all_but_the_base_label():
    probabilities = row(email=0.6, text=0.8, city=0.4)
    assert GEO.decide(probabilities, threshold=1.0) == [("text",)]
    assert GEO.decide(probabilities, threshold=0.4) == [("email", "city", "text")]


@pytest.mark.parametrize("names", [("bad", "good"), ("iban", "text")])
def test_fewer_than_two_base_labels_are_decided_by_their_thresholds(names):
    labels = LabelSet(names, (0.5, 0.6))
    assert labels.decide([[0.4, 0.5], [0.6, 0.9], [0.5, 0.1]])[::2] == [(), (names[0],)]
    assert set(labels.decide([[0.6, 0.9]])[0]) == set(names)
