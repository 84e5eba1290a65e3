"""Providers of years, quarters, months, weekdays and other parts of the calendar."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from simon_elmo.simulation.draws import choose, choose_cells, choose_weighted, log_uniform
from simon_elmo.words.calendars import calendar_names

_QUARTERS = MappingProxyType(
    {
        "en": ("Q1 Q2 Q3 Q4", "Quarter 1|Quarter 2|Quarter 3|Quarter 4",
               "1st Quarter|2nd Quarter|3rd Quarter|4th Quarter",
               "1Q 2Q 3Q 4Q", "Qtr 1|Qtr 2|Qtr 3|Qtr 4", "q1 q2 q3 q4", "First Second Third Fourth"),
        "fr": ("T1 T2 T3 T4", "1er trimestre|2e trimestre|3e trimestre|4e trimestre"),
        "es": ("T1 T2 T3 T4", "Trimestre 1|Trimestre 2|Trimestre 3|Trimestre 4", "I II III IV"),
        "pt": ("T1 T2 T3 T4", "1º trimestre|2º trimestre|3º trimestre|4º trimestre"),
        "it": ("T1 T2 T3 T4", "I trimestre|II trimestre|III trimestre|IV trimestre"),
        "de": ("Q1 Q2 Q3 Q4", "1. Quartal|2. Quartal|3. Quartal|4. Quartal"),
        "nl": ("K1 K2 K3 K4", "1e kwartaal|2e kwartaal|3e kwartaal|4e kwartaal"),
        "pl": ("I kw.|II kw.|III kw.|IV kw.", "I kwartał|II kwartał|III kwartał|IV kwartał"),
        "ja": ("第1四半期|第2四半期|第3四半期|第4四半期",),
        "zh": ("第一季度|第二季度|第三季度|第四季度", "一季度|二季度|三季度|四季度"),
    }
)  # fmt: skip
# Where a month that stands alone has another form than within a date.
_MONTHS_ALONE = MappingProxyType(
    {
        "pl": ("styczeń", "luty", "marzec", "kwiecień", "maj", "czerwiec", "lipiec", "sierpień", "wrzesień",
               "październik", "listopad", "grudzień"),
    }
)  # fmt: skip


_CASES: tuple[Callable[[str], str], ...] = (str, str, str.upper, str.title, str.lower)


def _years(rng: np.random.Generator, n: int) -> np.ndarray:
    kind = choose_weighted(rng, {"recent": 0.5, "few": 0.15, "decades": 0.27, "historic": 0.08})
    last = int(rng.integers(2005, 2027))
    if kind == "few":
        return last - rng.integers(0, int(rng.integers(1, 5)), n)
    if kind == "recent":
        return last - (rng.integers(2, 25) * rng.beta(1.0, 1.3, n)).astype(np.int64)
    if kind == "decades":
        return last - (rng.integers(25, 125) * rng.beta(1.0, choose(rng, (1.0, 2.0)), n)).astype(np.int64)
    return rng.integers(1700, 1940) + (log_uniform(rng, 2, 90) * rng.random(n)).astype(np.int64)


def year(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Years of four digits."""
    years = _years(rng, n)
    return list(map(str, (np.sort(years) if rng.random() < 0.2 else years).tolist()))


def year_range(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Spans of years such as 2019-2020 or 2019/20."""
    years, length = _years(rng, n), int(choose(rng, (1, 1, 1, 2, 3, 4, 5)))
    template, digits = choose(
        rng, (("%d-%d", 0), ("%d-%d", 0), ("%d - %d", 0), ("%d-%02d", 2), ("%d/%02d", 2), ("%d/%d", 0), ("%d–%d", 0))
    )
    ends = (years + length) % 100 if digits else years + length
    return [template % pair for pair in zip(years.tolist(), ends.tolist(), strict=True)]


def fiscal_year(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Fiscal years such as FY2019, FY 2019-20 or FY19."""
    years = _years(rng, n).tolist()
    template = choose(
        rng,
        (
            "FY{0}",
            "FY{0}",
            "FY {0}",
            "FY{1:02d}",
            "FY {0}-{2:02d}",
            "FY{0}/{2:02d}",
            "FY{1:02d}-{2:02d}",
            "Fiscal Year {0}",
        ),
    )
    return [template.format(value, value % 100, (value + 1) % 100) for value in years]


def year_quarter(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Quarters of a year, such as 2019 Q1 or Q3 2020."""
    pairs = zip(_years(rng, n).tolist(), rng.integers(1, 5, n).tolist(), strict=True)
    template = choose(
        rng,
        (
            "{0} Q{1}",
            "{0}-Q{1}",
            "{0}Q{1}",
            "Q{1} {0}",
            "Q{1}-{0}",
            "{1}Q{0}",
            "{0}/Q{1}",
            "FY{0} Q{1}",
            "Q{1} FY{2:02d}",
            "{1}Q{2:02d}",
        ),
    )
    return [template.format(value, quarter, value % 100) for value, quarter in pairs]


def year_week(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Weeks of a year, such as 2020-W05."""
    pairs = zip(_years(rng, n).tolist(), rng.integers(1, 53, n).tolist(), strict=True)
    template = choose(rng, ("{0}-W{1:02d}", "{0}W{1:02d}", "{0}-{1:02d}", "Week {1}, {0}", "{0} W{1}"))
    return [template.format(value, week) for value, week in pairs]


def quarter(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Quarters in words, such as Q1 or 3rd Quarter."""
    forms = _QUARTERS.get(locale.split("_")[0], ()) + _QUARTERS["en"][:3]
    form = choose(rng, forms)
    return choose_cells(rng, form.split("|") if "|" in form else form.split(), n)


def quarter_number(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Quarters as numbers from 1 to 4."""
    return list(map(str, rng.integers(1, 5, n).tolist()))


def _any_case(rng: np.random.Generator, names: tuple[str, ...]) -> list[str]:
    change = choose(rng, _CASES)
    return [change(name) for name in names]


def month_name(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Months in words, whole or abbreviated."""
    names = calendar_names(locale)
    full = _MONTHS_ALONE.get(locale.split("_")[0], names.months)
    return choose_cells(rng, _any_case(rng, choose(rng, (full, full, names.months_short))), n)


def month_number(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Months as numbers, 1 to 12, or 01 to 12."""
    return list(map(choose(rng, ("%d", "%d", "%02d")).__mod__, rng.integers(1, 13, n).tolist()))


def weekday_name(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Weekdays in words, whole or abbreviated."""
    names = calendar_names(locale)
    return choose_cells(rng, _any_case(rng, choose(rng, (names.weekdays, names.weekdays, names.weekdays_short))), n)


def day_of_month(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Days of a month as numbers, 1 to 31."""
    return list(map(choose(rng, ("%d", "%d", "%02d")).__mod__, rng.integers(1, 32, n).tolist()))


def relative_date(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Times before now in words, such as 6 months ago."""
    unit = choose(rng, ("day", "week", "month", "month", "year", "hour"))
    ending = choose(rng, (" ago", " ago", ""))
    numbers = rng.integers(1, {"day": 30, "week": 12, "month": 24, "year": 20, "hour": 48}[unit], n).tolist()
    return [f"{number} {unit}{'s' * (number != 1)}{ending}" for number in numbers]


def epoch_time(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Seconds or milliseconds since 1970."""
    last, span = int(rng.integers(1_000_000_000, 1_780_000_000)), log_uniform(rng, 1e4, 3e8)
    seconds = last - (span * rng.random(n)).astype(np.int64)
    if rng.random() < 0.4:
        seconds = seconds * 1000 + (rng.integers(0, 1000, n) if rng.random() < 0.5 else 0)
    return list(map(str, seconds.tolist()))


PERIOD_PROVIDERS: Mapping[str, Callable[[np.random.Generator, int, str], list[str]]] = MappingProxyType(
    {
        "day_of_month": day_of_month,
        "epoch_time": epoch_time,
        "fiscal_year": fiscal_year,
        "month_name": month_name,
        "month_number": month_number,
        "quarter": quarter,
        "quarter_number": quarter_number,
        "relative_date": relative_date,
        "weekday_name": weekday_name,
        "year": year,
        "year_quarter": year_quarter,
        "year_range": year_range,
        "year_week": year_week,
    }
)
