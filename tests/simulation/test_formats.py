from __future__ import annotations

import re
from datetime import datetime
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simon_elmo.errors import InvalidInput
from simon_elmo.simulation.providers import dates
from simon_elmo.simulation.providers.date_patterns import Moments, format_moments
from simon_elmo.simulation.providers.formats import FORMAT_PROVIDERS
from simon_elmo.simulation.providers.integers import group_digits
from simon_elmo.simulation.providers.registry import LOCALES
from simon_elmo.words.calendars import CALENDAR_NAMES, calendar_names

PATTERN_GROUPS = [
    dates.ISO_DATES,
    *dates.REGIONAL_DATES.values(),
    dates.NAMED_DATES,
    dates.YEAR_MONTHS,
    dates.COMPACT_DATES,
    dates.ISO_TIMESTAMPS,
    *dates.REGIONAL_TIMESTAMPS.values(),
    dates.NAMED_TIMESTAMPS,
    dates.TIMES,
]
PATTERNS = sorted({pattern for group in PATTERN_GROUPS for pattern in group})


def column(provider: str, seed: int = 0, n: int = 200, locale: str = "en_US") -> list[str]:
    return FORMAT_PROVIDERS[provider](np.random.default_rng([seed, 5]), n, locale)


def columns(provider: str, locale: str = "en_US", count: int = 40) -> list[list[str]]:
    return [column(provider, seed, locale=locale) for seed in range(count)]


def shape(cell: str) -> str:
    """The cell with letters, digits and their numbers made alike: one written format has few shapes."""
    return re.sub(r"\d+", "9", re.sub(r"[^\W\d_]+", "a", cell))


@pytest.mark.parametrize("provider", sorted(FORMAT_PROVIDERS))
def test_a_provider_gives_as_many_filled_cells_as_asked_for(provider):
    for seed, (locale, n) in enumerate(product((*LOCALES, "en_AU", "es_CO"), (0, 1, 2, 60))):
        cells = column(provider, seed, n, locale)
        assert len(cells) == n
        assert all(type(cell) is str and cell.strip() for cell in cells)
        assert cells == column(provider, seed, n, locale)


def test_there_are_more_than_forty_written_date_formats():
    at = np.array(["2021-03-04T15:06:07.890"], dtype="datetime64[ms]")
    written = {format_moments(Moments(at, calendar_names("en_US")), pattern)[0] for pattern in PATTERNS}
    assert len(written) > 90


@pytest.mark.parametrize("provider", ["date_of_birth", "date_time", "date_compact", "time", "year_month"])
def test_a_column_of_dates_has_one_written_format(provider):
    for cells in columns(provider):
        assert len({shape(cell) for cell in cells}) <= 2, cells[:5]  # "Sept." beside "May", "CET" beside "PST"


def test_a_few_columns_of_dates_mix_two_formats():
    mixed = [len({shape(cell) for cell in cells}) > 1 for cells in columns("date", count=400)]
    assert 1 <= sum(mixed) <= 30


moments = st.datetimes(min_value=datetime(1600, 1, 1), max_value=datetime(2199, 12, 31))


@given(st.lists(moments, min_size=1, max_size=20))
def test_patterns_write_what_strftime_writes(values):
    at = np.array(values, dtype="datetime64[ms]")
    same = {
        "yyyy-MM-dd'T'HH:mm:ss": "%Y-%m-%dT%H:%M:%S",
        "MM/dd/yy hh:mm:ss a": "%m/%d/%y %I:%M:%S %p",
        "EEEE, MMMM dd, yyyy": "%A, %B %d, %Y",
        "E dd-MMM-yyyy": "%a %d-%b-%Y",
        "yyyyDDD": "%Y%j",
    }
    for pattern, strftime in same.items():
        written = format_moments(Moments(at, calendar_names("en_US")), pattern)
        assert written == [value.strftime(strftime) for value in values]


def test_patterns_write_zones_fractions_and_single_digits():
    at = np.array(["2021-03-04T00:06:07.890", "2021-12-31T23:59:59.001"], dtype="datetime64[ms]")
    west = Moments(at, calendar_names("en_US"), zone=-210)
    assert format_moments(west, "M/d/yy h:mm a xxx") == ["3/4/21 12:06 AM -03:30", "12/31/21 11:59 PM -03:30"]
    assert format_moments(west, "H.m ss.SSS'Z' Q") == ["0.6 07.890Z 1", "23.59 59.001Z 4"]
    assert format_moments(Moments(at, calendar_names("fr_FR")), "d MMMM yyyy") == ["4 mars 2021", "31 décembre 2021"]


def test_an_unknown_date_field_is_named():
    at = np.array(["2021-03-04"], dtype="datetime64[ms]")
    with pytest.raises(InvalidInput, match="'J'"):
        format_moments(Moments(at, calendar_names("en_US")), "yyyy J")


@pytest.mark.parametrize("language", sorted(CALENDAR_NAMES))
def test_every_language_has_twelve_months_and_seven_weekdays(language):
    names = CALENDAR_NAMES[language]
    assert [len(names.months), len(names.months_short), len(names.weekdays), len(names.weekdays_short)] == [
        12,
        12,
        7,
        7,
    ]


@given(st.lists(st.integers(-(10**12), 10**12)), st.sampled_from([",", ".", " ", "\u202f", "in"]))
def test_grouped_digits_read_back(values, separator):
    cells = group_digits(values, separator)
    assert [int(cell.replace("," if separator == "in" else separator, "")) for cell in cells] == values
    assert all(len(cell) < 5 or not cell[-4].isdigit() for cell in cells)


def test_indian_grouping_is_by_two_above_the_thousands():
    assert group_digits([999, 1000, 2300000, -367700, 123456789], "in") == [
        "999",
        "1,000",
        "23,00,000",
        "-3,67,700",
        "12,34,56,789",
    ]


@pytest.mark.parametrize("provider", ["integer", "integer_identifier", "integer_padded", "age", "year", "epoch_time"])
def test_whole_numbers_are_digits(provider):
    assert all(cell.isdigit() for cells in columns(provider) for cell in cells)


@pytest.mark.parametrize(
    "provider", ["float_number", "float_signed", "float_precise", "float_scientific", "float_whole", "float_average"]
)
def test_decimal_numbers_read_as_numbers_and_columns_have_a_point(provider):
    pointed = 0
    for cells in columns(provider):
        assert all(np.isfinite(float(cell)) for cell in cells)
        pointed += any("." in cell or "e" in cell.lower() for cell in cells)
    assert pointed >= 38


def test_whole_numbers_spread_over_many_magnitudes():
    medians = [np.median([int(cell) for cell in cells]) for cells in columns("integer", count=300)]
    assert np.percentile(medians, 20) < 20
    assert np.percentile(medians, 80) > 2_000


def test_identifiers_are_mostly_unique():
    assert all(len(set(cells)) > 0.9 * len(cells) for cells in columns("integer_identifier"))


def test_percentages_carry_their_sign_and_amounts_a_currency():
    assert all(cell.endswith("%") for cells in columns("percent", "fr_FR") for cell in cells)
    assert all(re.search(r"[^\d.,()\s-]", cell) for cells in columns("currency_amount", "de_DE") for cell in cells)


def test_decimal_commas_follow_the_locale():
    german = [cell for cells in columns("percent", "de_DE") for cell in cells]
    american = [cell for cells in columns("percent", "en_US") for cell in cells]
    assert any("," in cell for cell in german)
    assert not any("," in cell for cell in american)


@pytest.mark.parametrize("locale", LOCALES)
def test_phones_have_seven_to_fifteen_digits(locale):
    for cells in columns("phone", locale, 20):
        assert all(7 <= len(re.sub(r"\D", "", cell)) <= 15 for cell in cells), cells[:3]


def test_ones_and_zeros_both_occur():
    assert all(set(cells) == {"0", "1"} for cells in columns("one_zero"))


def test_months_and_yes_no_are_in_the_language_of_the_locale():
    months = {cell.lower() for cells in columns("month_name", "es_ES") for cell in cells}
    assert {"enero", "agosto"} <= months
    assert "january" not in months
    assert "oui" in {cell.lower() for cells in columns("boolean_word", "fr_FR") for cell in cells}
