from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simon_elmo.estimators.encoders.date_formats import in_english, infer_date_format, is_ambiguous, parse_dates

MOMENTS = pd.date_range("2019-01-17 15:04:05", periods=40, freq="23h")


@pytest.mark.parametrize(
    "written",
    [
        "%Y-%m-%d", "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%m-%d-%y", "%d.%m.%y", "%Y%m%d", "%d %B %Y", "%d-%b-%y",
        "%d%b%Y",
        "%b %d, %Y", "%B %d, %Y", "%A, %B %d, %Y", "%a %b %d %H:%M:%S %Y", "%Y/%m/%d %H:%M", "%m/%d/%Y %I:%M %p",
        "%b %d, %Y %I:%M:%S %p", "%d.%m.%Y, %H:%M", "%Y年%m月%d日", "%a, %d %b %Y %H:%M:%S GMT",
        "%d/%b/%Y:%H:%M:%S +0000", "%d-%m-%Y %H:%M", "%m-%d-%Y %I:%M:%S %p", "%Y%m%d%H%M", "%Y%m%d%H%M%S",
        "%Y%m%d %H%M", "%d%m%Y", "%m%d%Y", "%y%m%d", "%Y%j",
    ],
)  # fmt: skip
def test_a_format_is_found_for_how_dates_are_written(written: str) -> None:
    texts = MOMENTS.strftime(written).tolist()
    found = infer_date_format(in_english(texts), 0.9)
    assert found is not None
    expected = pd.to_datetime(pd.Series(texts), format=written, utc=True).dt.tz_localize(None)
    assert (parse_dates(texts, found) == pd.DatetimeIndex(expected)).all()


@pytest.mark.parametrize("zone", ["Z", "+02:00", "-0500"])
def test_zones_are_moved_to_utc(zone: str) -> None:
    texts = [f"2020-01-31T10:00:{second:02d}{zone}" for second in range(10)]
    found = parse_dates(texts, infer_date_format(texts, 0.9))
    hours = {"Z": 10, "+02:00": 8, "-0500": 15}
    assert set(found.hour) == {hours[zone]}


@pytest.mark.parametrize("zone", ["CST", "EST", "CEST", "Uhr"])
@pytest.mark.parametrize(
    "written", ["2024-01-{:02d} 10:00 {}", "1/{:02d}/2024 10:00:00 AM {}", "Jan {:02d}, 2024 10:00 {}"]
)
def test_names_of_zones_are_left_aside(written: str, zone: str) -> None:
    texts = [written.format(day, zone) for day in range(3, 30)]
    found = parse_dates(texts, infer_date_format(in_english(texts), 1.0))
    assert found.equals(pd.date_range("2024-01-03 10:00", periods=27))


def test_summer_and_winter_time_of_one_place_are_read_together() -> None:
    texts = ["Fri Jan 05 10:00:00 EST 2024", "Fri Jul 05 10:00:00 EDT 2024"]
    assert parse_dates(texts, infer_date_format(texts, 1.0)).hour.tolist() == [10, 10]


def test_moments_are_not_mixed_with_times_of_zones_that_have_only_a_name() -> None:
    texts = [f"2024-01-{day:02d} 10:00 UTC" for day in range(1, 20)] + ["2024-01-20 10:00 CST"]
    found = parse_dates(texts, infer_date_format(texts, 0.9))
    assert found.notna().tolist() == [True] * 19 + [False]


def test_months_of_other_languages() -> None:
    french = ["3 mars 2020", "14 août 2021", "1 décembre 2019"]
    assert infer_date_format(in_english(french), 1.0) is not None
    assert parse_dates(in_english(french), "%d %B %Y").month.tolist() == [3, 8, 12]
    german = ["15. März 2021", "2. Mai 2021"]
    assert parse_dates(in_english(german), infer_date_format(in_english(german), 1.0)).month.tolist() == [3, 5]
    russian = ["3 марта 2020 г.", "14 мая 2021 г."]
    assert parse_dates(in_english(russian), infer_date_format(in_english(russian), 1.0)).month.tolist() == [3, 5]
    spanish = ["3 de enero de 2020", "14 de agosto de 2021"]
    assert parse_dates(in_english(spanish), infer_date_format(in_english(spanish), 1.0)).month.tolist() == [1, 8]


def test_weekdays_of_other_languages_go_even_where_one_is_called_like_a_month() -> None:
    spanish = ["lun, 5 mar 2018", "mar, 6 mar 2018", "mar, 2 ene 2018"]
    assert in_english(spanish) == ["5 March 2018", "6 March 2018", "2 January 2018"]
    assert in_english(["mar 5, 2018", "ene 2, 2018"]) == ["March 5, 2018", "January 2, 2018"]
    assert in_english(["lun. 12/02/1985", "ven. 01/08/1988"]) == ["12/02/1985", "01/08/1988"]


def test_halves_of_the_day_with_dots() -> None:
    texts = in_english(["01/02/2024 10:38 p.m.", "25/01/1977 7:16 a. m."])
    found = parse_dates(texts, infer_date_format(texts, 1.0))
    assert found.astype(str).tolist() == ["2024-02-01 22:38:00", "1977-01-25 07:16:00"]


def test_years_and_months_are_no_short_years() -> None:
    assert infer_date_format(["201012", "201101", "200912"], 1.0) == "%Y%m"
    assert infer_date_format(["2020 5", "2021 11"], 1.0) == "%Y %m"
    assert infer_date_format(["98-Mar", "01-May"], 1.0) == "%y-%b"


def test_one_cell_of_a_thousand_settles_what_the_day_is() -> None:
    unclear = [
        f"{day:02d}/{month:02d}/{year}" for year in range(1990, 2000) for month in range(1, 13) for day in range(1, 13)
    ]
    assert infer_date_format(unclear, 0.9) == "%m/%d/%Y"
    assert is_ambiguous(unclear, "%m/%d/%Y")
    assert infer_date_format(unclear, 0.9, day_first=True) == "%d/%m/%Y"
    assert infer_date_format([*unclear[:701], "31/12/2000", *unclear[701:]], 0.9) == "%d/%m/%Y"
    assert infer_date_format([text.replace("/", ".") for text in unclear], 0.9) == "%d.%m.%Y"
    assert not is_ambiguous(["25/12/2020"], "%d/%m/%Y")


def test_seconds_and_milliseconds_since_1970() -> None:
    assert infer_date_format(["1577836800", "1577840400"], 0.9) == "seconds"
    texts = ["1577836800000", "1577840400000"]
    assert infer_date_format(texts, 0.9) == "milliseconds"
    assert parse_dates(texts, "milliseconds").hour.tolist() == [0, 1]


def test_what_is_no_date_is_none() -> None:
    for texts in (
        ["red", "blue"],
        ["12", "15"],
        ["2020", "2021"],
        ["May", "June"],
        ["1.5", "2.25"],
        [],
        ["A-1-2", "B-2-3"],
    ):
        assert infer_date_format(texts, 0.8) is None


def test_dates_that_do_not_exist_become_missing() -> None:
    found = parse_dates(["2020-02-30", "2020-02-29", "soon"], "%Y-%m-%d")
    assert np.asarray(found.isna()).tolist() == [True, False, True]
