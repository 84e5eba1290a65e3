from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simon_elmo.tables.statistics import categorical_and_ordinal, is_date, is_number

CATEGORICAL, ORDINAL, NEITHER = (True, False), (True, True), (False, False)


def of_counts(*counts: int) -> list[str]:
    """A column of words, one for each count, that many times."""
    return [f"w{number}" for number, count in enumerate(counts) for _ in range(count)]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["yes", "no"], CATEGORICAL),  # two values always
        (["0", "1", "1"], ORDINAL),
        (["1.5", "2.5"], ORDINAL),  # also with decimal points
        (["2020-01-31", "2020-02-29", None], ORDINAL),
        (["yes"] * 30, CATEGORICAL),
        (["yes"] * 5, NEITHER),  # 1 of 5 is not below 0.2
        (["yes"] * 6, CATEGORICAL),
        (["yes", "YES", "no"], NEITHER),
        (["yes", " yes ", "no"], CATEGORICAL),
        ([], NEITHER),
        (["NaN", "none", "", None, "N/A", "null"], NEITHER),
        (["yes", "no", "NaN", "none", "", "N/A", "Null", " "], CATEGORICAL),
        (of_counts(*[4] * 3), NEITHER),  # 3 of 12
        (of_counts(*[5] * 4), NEITHER),  # 4 of 20 is exactly 0.2
        (of_counts(6, *[5] * 3), CATEGORICAL),
        (of_counts(*[20] * 20), CATEGORICAL),  # the largest share is exactly 0.05
        (of_counts(*[20] * 21), NEITHER),  # just below it
        (of_counts(300, *[20] * 48), CATEGORICAL),  # 49 values
        (of_counts(300, *[20] * 49), NEITHER),  # 50 values
        (of_counts(300, *[20] * 200), NEITHER),
        ([*["1.5"] * 8, *["a"] * 4, *["b"] * 8], CATEGORICAL),
        ([*["1.5"] * 20, *["2.5"] * 20, *["3"] * 10], ORDINAL),  # exactly 80% with a decimal point
        ([*["1.5"] * 21, *["2.5"] * 20, *["3"] * 10], NEITHER),  # just above
        ([*["1"] * 20, *["2"] * 20, *["x"] * 10], CATEGORICAL),  # exactly 80% numbers
        ([*["1"] * 21, *["2"] * 20, *["x"] * 10], ORDINAL),
        ([*["2020-01-01"] * 21, *["2021-01-01"] * 20, *["x"] * 10], ORDINAL),
        ([1, 2, 3, None] * 20, ORDINAL),
    ],
)
def test_the_rule_at_its_borders(values, expected):
    assert categorical_and_ordinal(values) == expected


@given(st.lists(st.one_of(st.sampled_from(["a", "b", "1", "2.5", "nan", "", " 3"]), st.none(), st.text(max_size=2))))
def test_order_and_nothing_values_do_not_matter(values):
    expected = categorical_and_ordinal(values)
    assert categorical_and_ordinal(values[::-1]) == expected
    assert categorical_and_ordinal([*values, "NULL", None, "n/a", "  "]) == expected


@given(st.lists(st.integers(0, 60).map(str)))
def test_ordinal_columns_are_categorical(values):
    categorical, ordinal = categorical_and_ordinal(values)
    assert categorical or not ordinal


@pytest.mark.parametrize(
    "text", ["1", "-1", "+2", "1.", ".5", "1e5", "2,778", "12.5%", "$3", "-$3", "$-3", "€1,000.50"]
)
def test_numbers(text):
    assert is_number(text)


@pytest.mark.parametrize("text", ["", ".", "-", "%", "e5", "1.2.3", "1,23,4", "12-3", "1e", "one", "nan", "1 2"])
def test_no_numbers(text):
    assert not is_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "2020-01-31",
        "2020/1/1",
        "2020-01",
        "31.12.2020",
        "1/2/99",
        "3 May 2020",
        "1-Jan-99",
        "May 3, 2020",
        "Monday, January 3rd, 2020, 10:30 am",
        "2020-01-31T10:00:00.123+02:00",
        "2020-01-31 10:00:00Z",
        "2020/1/1 1:02 PM",
        "2024-01-05 10:00 CST",
        "5.1.2024 10:00 Uhr",
        "lundi 3 février 2020",
        "15. März 2021",
        "3 de enero de 2020",
        "5 января 2024",
        "2024年1月5日",
        "Tues 3 May 2020",
    ],
)
def test_dates(text):
    assert is_date(text)


@pytest.mark.parametrize("text", ["", "10:30", "20200131", "1.2.3", "12-3", "foo 2020", "mayor 2020", "may", "1月"])
def test_no_dates(text):
    assert not is_date(text)
