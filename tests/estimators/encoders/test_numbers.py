from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simon_elmo.estimators.encoders.booleans import are_booleans
from simon_elmo.estimators.encoders.numbers import NumberFormat, infer_number_format


def read(texts: list[str]) -> list[float]:
    written = infer_number_format(texts, 0.8)
    assert written is not None
    return written.parse(texts).tolist()


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["45%", "7.5 %", "100%"], [0.45, 0.075, 1.0]),
        (["$1,200.50", "$3.00", "-$7", "$-7"], [1200.5, 3.0, -7.0, -7.0]),
        (["(3,000)", "12", "($1.50)", "4-"], [-3000.0, 12.0, -1.5, -4.0]),
        (["1.234,5", "12,25", "1.000"], [1234.5, 12.25, 1000.0]),
        (["1 234,50 €", "7,00 €"], [1234.5, 7.0]),
        (["1,234", "5,678"], [1234.0, 5678.0]),
        (["1.234", "5.678"], [1.234, 5.678]),
        (["1e5", "2.5E-3", "+7"], [1e5, 0.0025, 7.0]),
        (["12,34,567", "1,00,000"], [1234567.0, 100000.0]),
        (["1'234.5", "12"], [1234.5, 12.0]),
        (["\u22125", "1\u00a0000"], [-5.0, 1000.0]),
        (["12 kg", "3.5 kg"], [12.0, 3.5]),
        (["1,200 sq ft", "900 sq ft"], [1200.0, 900.0]),
        (["€1.5M", "€300K"], [1.5e6, 3e5]),
        (["USD 12", "EUR 7.5", "R$ 3"], [12.0, 7.5, 3.0]),
        ([".5", "5."], [0.5, 5.0]),
    ],
)
def test_numbers_are_read_as_people_write_them(texts: list[str], expected: list[float]) -> None:
    assert read(texts) == pytest.approx(expected)


@pytest.mark.parametrize(
    "texts",
    [
        ["red", "blue"],
        ["L5", "L6"],
        ["12-3", "4-5"],
        ["10:30", "11:15"],
        ["1.2.3", "4.5.6"],
        ["2020-01-31", "2020-02-01"],
        ["-", "n/a"],
        [],
    ],
)
def test_what_is_no_number_is_none(texts: list[str]) -> None:
    assert infer_number_format(texts, 0.8) is None


def test_cells_that_are_not_written_as_the_column_become_missing() -> None:
    found = NumberFormat().parse(["3", "three", "inf", "nan", "1_000", "1,23", "5 m"])
    assert found[0] == 3
    assert np.isnan(found[1:]).all()


def test_words_for_nothing_do_not_speak_against_a_column_of_numbers() -> None:
    nothing = ["Not Available", "TBD", "(blank)", "*"]
    assert infer_number_format(["1.5", "2", *nothing], 1.0).parse(["1.5"]).tolist() == [1.5]
    assert infer_number_format(["1.5", "2", "some"], 1.0) is None


def test_a_unit_of_one_letter_is_no_magnitude_where_it_stands_alone() -> None:
    assert read(["5 m", "7 m"]) == [5.0, 7.0]
    assert read(["5k", "7M"]) == [5000.0, 7e6]


@settings(deadline=None, max_examples=30)
@given(st.lists(st.floats(-1e12, 1e12, allow_nan=False).map(lambda value: round(value, 2)), min_size=1, max_size=20))
def test_thousands_are_read_back_in_both_conventions(values: list[float]) -> None:
    point = [f"{value:,.2f}" for value in values]
    comma = [text.replace(",", "_").replace(".", ",").replace("_", ".") for text in point]
    np.testing.assert_allclose(NumberFormat(".").parse(point), values, atol=0.006)
    np.testing.assert_allclose(NumberFormat(",").parse(comma), values, atol=0.006)
    assert infer_number_format(comma, 1.0).decimal == ","


def test_truth_values() -> None:
    assert are_booleans(["Yes", "NO", "n/a"])
    assert are_booleans(["t", "f"])
    assert are_booleans(["oui", "non"])
    assert not are_booleans(["yes"])
    assert not are_booleans(["yes", "maybe", "no"])
