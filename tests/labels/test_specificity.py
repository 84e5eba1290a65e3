from __future__ import annotations

import pytest

from simon_elmo.labels.specificity import most_specific, rarest_first


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("text", "email"), "email"),
        (("float", "latitude"), "latitude"),
        (("int", "categorical", "ordinal"), "int"),
        (("int", "float"), "float"),
        (("text", "datetime"), "datetime"),
        (("categorical", "int"), "int"),
        (("categorical",), "categorical"),
        (("city", "state"), "city"),
        ((), "(none)"),
    ],
)
def test_without_an_order(names, expected):
    assert most_specific(names) == expected


def test_with_an_order_others_are_dropped():
    order = ("email", "city", "int", "text")
    assert most_specific(("text", "city", "email"), order) == "email"
    assert most_specific(("iban", "int"), order) == "int"
    assert most_specific(("iban",), order) == "text"
    assert most_specific((), order) == "text"


def test_rare_labels_come_first():
    assert rarest_first([("a", "b"), ("a",), ()]) == [("b", "a"), ("a",), ()]
