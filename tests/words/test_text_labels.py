from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simon_elmo.errors import InvalidInput
from simon_elmo.words.text_labels import (
    as_text_labels,
    label_name,
    label_set_of,
    label_value,
    require_label_type,
)

LABELS = {
    "str": st.text(st.characters(codec="utf-8"), min_size=1).filter(str.strip),
    "int": st.integers(),
    "float": st.floats(allow_nan=False),
    "bool": st.booleans(),
}


@pytest.mark.parametrize("label_type", sorted(LABELS))
@given(data=st.data())
def test_every_label_comes_back_from_its_name(label_type, data):
    labels = data.draw(st.lists(LABELS[label_type], min_size=1, unique_by=label_name))
    found, its_type = label_set_of(labels)
    assert its_type == label_type == require_label_type(label_type, found.names)
    values = [label_value(name, its_type) for name in found.names]
    assert values == sorted(labels)
    assert {type(value) for value in values} == {type(labels[0])}


@pytest.mark.parametrize(
    ("labels", "rows", "label_type"),
    [
        (pd.Series([3, 1]), [("3",), ("1",)], "int"),
        (np.array(["b", "a"]), [("b",), ("a",)], "str"),
        (np.array([True, False]), [("True",), ("False",)], "bool"),
        (np.array([0.5, 2], np.float32), [("0.5",), ("2.0",)], "float"),
        ((label for label in [np.int8(3), 1]), [("3",), ("1",)], "int"),
    ],
)
def test_labels_are_given_in_many_ways(labels, rows, label_type):
    found = as_text_labels(labels, "single", 2)
    assert (found.rows, found.label_type) == (rows, label_type)


def test_a_text_may_have_no_label_among_several():
    found = as_text_labels([(), [1, 2], np.array([2])], "multi", 3)
    assert (found.rows, found.label_type) == ([(), ("1", "2"), ("2",)], "int")
    assert as_text_labels([(), ()], "multi", 2).label_type is None


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0, "fake"], "'0' of text 0 is of type int, 'fake' of text 1 of type str"),
        ([1, True], "'1' of text 0 is of type int, 'True' of text 1 of type bool"),
        ([1.0, 1], "'1.0' of text 0 is of type float, '1' of text 1 of type int"),
        (["a", None], "text 1 has no label"),
        ([pd.NA, "a"], "text 0 has no label"),
        (["a", " "], "text 1 has no label"),
        ([b"a", b"b"], "text 0: a label is a string, an integer, a float or a boolean, not b'a'"),
        ("ab", r"labels must be a list, such as \['ab'\]"),
        ([["a", "b"], "a"], "text 0 has 2 labels; label_mode='multi'"),
    ],
)
def test_wrong_labels_are_named(labels, message):
    with pytest.raises(InvalidInput, match=message):
        as_text_labels(labels, "single", 2)


@pytest.mark.parametrize(("label_type", "names"), [("int", ["01"]), ("bool", ["yes"]), ("date", ["a"]), (None, ["a"])])
def test_a_type_that_does_not_fit_is_refused(label_type, names):
    with pytest.raises(InvalidInput, match="is not of the type"):
        require_label_type(label_type, names)
