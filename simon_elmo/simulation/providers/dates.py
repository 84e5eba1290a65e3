"""Providers of dates and times in the formats in which tables hold them: one format a column."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from simon_elmo.simulation.draws import choose, choose_weighted, log_uniform
from simon_elmo.simulation.providers.date_patterns import Moments, format_moments
from simon_elmo.words.calendars import calendar_names

# Weights follow how often each is met in open data. "us", "dmy", "dot" and "ymd" are what a region writes.
_REGIONS = MappingProxyType({"en_US": "us", "de": "dot", "pl": "dot", "ja": "ymd", "zh": "ymd"})

ISO_DATES = MappingProxyType({"yyyy-MM-dd": 10, "yyyy/MM/dd": 1, "yyyy.MM.dd": 0.4, "yyyy-M-d": 0.3, "yyyy-DDD": 0.15})
REGIONAL_DATES: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "us": {"MM/dd/yyyy": 12, "M/d/yyyy": 5, "M/d/yy": 3, "MM/dd/yy": 2, "MM-dd-yyyy": 1, "M-d-yy": 0.4,
               "MM.dd.yyyy": 0.3},
        "dmy": {"dd/MM/yyyy": 10, "d/M/yyyy": 3, "d/MM/yyyy": 1, "dd/MM/yy": 2, "dd-MM-yyyy": 2, "d-M-yyyy": 0.6,
                "dd-MM-yy": 0.4},
        "dot": {"dd.MM.yyyy": 10, "d.M.yyyy": 3, "dd.MM.yy": 2, "d. MMMM yyyy": 1, "dd-MM-yyyy": 0.5},
        "ymd": {"yyyy年M月d日": 6, "yyyy/MM/dd": 5, "yyyy/M/d": 5, "yyyy年MM月dd日": 2, "yyyy.MM.dd": 1},
    }
)  # fmt: skip
NAMED_DATES = MappingProxyType(
    {"dd-MMM-yy": 3, "dd-MMM-yyyy": 3, "d MMM yyyy": 2, "d MMMM yyyy": 3, "dd MMM yyyy": 1, "dd MMMM yyyy": 1,
    "d-MMM-yy": 1,
     "MMM d, yyyy": 3, "MMMM d, yyyy": 3, "MMMM dd, yyyy": 1, "MMM dd, yyyy": 1, "E, d MMM yyyy": 0.6,
     "EEEE, MMMM d, yyyy": 0.8,
     "EEEE d MMMM yyyy": 0.5, "E MM/dd/yyyy": 0.2, "ddMMMyyyy": 0.6, "yyyy-MMM-dd": 0.4, "yyyy MMM d": 0.3,
     "dd/MMM/yyyy": 0.6}
)  # fmt: skip
YEAR_MONTHS = MappingProxyType(
    {"yyyy-MM": 5, "MM/yyyy": 2, "MMM-yy": 3, "MMM yyyy": 2, "MMMM yyyy": 2, "yyyy/MM": 1, "yyyyMM": 2,
    "MMM-yyyy": 1, "yyyy-M": 1,
     "M/yyyy": 1, "yy-MMM": 0.6, "MMMM, yyyy": 0.3, "yyyy M": 0.2, "MM-yyyy": 0.6, "yyyy年M月": 0.1}
)  # fmt: skip
COMPACT_DATES = MappingProxyType(
    {"yyyyMMdd": 12, "yyyyMMddHHmmss": 1.5, "yyMMdd": 1, "ddMMyyyy": 1, "MMddyyyy": 1, "yyyyMMddHHmm": 0.6,
    "yyyyDDD": 0.4,
     "yyyyMMdd'T'HHmmss": 0.4, "yyyyMMdd HHmm": 0.3}
)  # fmt: skip
ISO_TIMESTAMPS = MappingProxyType(
    {"yyyy-MM-dd'T'HH:mm:ss.SSS": 40, "yyyy-MM-dd HH:mm:ss": 8, "yyyy-MM-dd'T'HH:mm:ss": 3,
    "yyyy-MM-dd'T'HH:mm:ss'Z'": 3,
     "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'": 3, "yyyy-MM-dd'T'HH:mm:ssxxx": 2, "yyyy-MM-dd HH:mm": 2,
     "yyyy-MM-dd HH:mm:ss.S": 1.5,
     "yyyy-MM-dd HH:mm:ss.SSS": 1, "yyyy-MM-dd HH:mm:ss.SSSSSS": 1, "yyyy-MM-dd HH:mm:ss.SSSSSSS": 0.5,
     "yyyy-MM-dd'T'HH:mm": 0.5,
     "yyyy-MM-dd'T'HH:mm:ss.SSSSSS": 0.5, "yyyy-MM-dd HH:mm:ssxxx": 0.6, "yyyy-MM-dd HH:mm:ss z": 0.6,
     "yyyy/MM/dd HH:mm:ss": 1,
     "yyyy/MM/dd HH:mm:ss.SSS": 0.4, "yyyy-MM-dd'T'HH:mm:ss.SSSxx": 0.5, "yyyy/MM/dd HH:mm:ssxx": 0.5}
)  # fmt: skip
REGIONAL_TIMESTAMPS: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "us": {"MM/dd/yyyy hh:mm:ss a": 10, "M/d/yyyy H:mm": 4, "M/d/yy H:mm": 4, "MM/dd/yyyy HH:mm:ss": 2,
               "M/d/yyyy h:mm:ss a": 3,
               "MM/dd/yyyy HH:mm": 2, "MM/dd/yyyy hh:mm a": 2, "M/d/yy h:mm a": 1, "MM/dd/yyyy hh:mm:ss a xx": 0.4,
               "MM/dd/yyyy h:mmaa": 0.3},
        "dmy": {"dd/MM/yyyy HH:mm:ss": 6, "dd/MM/yyyy HH:mm": 6, "d/M/yyyy H:mm": 3, "dd/MM/yyyy hh:mm:ss a": 2,
                "dd-MM-yyyy HH:mm": 1,
                "dd/MM/yy HH:mm": 1, "dd/MM/yyyy h:mm aaa": 0.5},
        "dot": {"dd.MM.yyyy HH:mm": 6, "dd.MM.yyyy HH:mm:ss": 5, "d.M.yyyy H:mm": 1, "dd.MM.yy HH:mm": 1},
        "ymd": {"yyyy/MM/dd HH:mm": 5, "yyyy/M/d H:mm": 5, "yyyy年M月d日 H:mm": 1, "yyyy年MM月dd日 HH:mm:ss": 1},
    }
)  # fmt: skip
NAMED_TIMESTAMPS = MappingProxyType(
    {"MMM d yyyy hh:mmaa": 1, "MMMM dd, yyyy hh:mm a": 1, "MMM d, yyyy, h:mm:ss a": 1, "E, dd MMM yyyy HH:mm:ss xx": 1,
     "E MMM dd HH:mm:ss z yyyy": 1, "dd MMM yyyy HH:mm:ss": 1, "dd-MMM-yyyy HH:mm:ss": 1, "dd/MMM/yyyy:HH:mm:ss xx": 1,
     "EEEE, MMMM d, yyyy h:mm a": 0.5, "d MMMM yyyy HH:mm": 1}
)  # fmt: skip
TIMES = MappingProxyType(
    {"H:mm": 7, "HH:mm": 6, "HH:mm:ss": 4, "H:mm:ss": 3, "h:mm a": 3, "hh:mm a": 3, "h:mma": 2, "h:mm:ss a": 2,
    "h:mm aa": 1,
     "h:mmaa": 1, "hh:mm:ss a": 1, "HH:mm:ss.SSS": 1, "h:mm aaa": 0.5, "HH'h'mm": 0.4, "H'h'mm": 0.4, "HHmm": 1,
     "H.mm": 0.2, "h a": 0.3,
     "mm:ss.S": 1, "HH:mm:ss.SSSSSS": 0.2, "HH:mm'Z'": 0.1}
)  # fmt: skip


def _region(locale: str) -> str:
    return _REGIONS.get(locale, _REGIONS.get(locale.split("_")[0], "dmy"))


def random_days(rng: np.random.Generator, n: int, era: str | None = None) -> np.ndarray:
    """Return datetime64[D] (n,): the days of one column, all from one era.

    Args:
        rng: draws the era, its span and the days.
        n: how many.
        era: `"recent"` (days to years, ending in 2000-2026), `"decades"`, `"past"` (before 1950), `"future"`,
            `"births"`, `"periods"` (month ends or firsts); drawn where not given.
    """
    era = era or choose_weighted(
        rng, {"recent": 0.5, "decades": 0.24, "past": 0.05, "future": 0.07, "births": 0.06, "periods": 0.08}
    )
    if era == "recent":
        last, span = rng.integers(10_957, 20_600), log_uniform(rng, 3, 2_500)
        days = last - span * rng.beta(1.0, choose(rng, (1.0, 1.0, 2.0)), n)
    elif era == "decades":
        days = 20_500 - rng.integers(3_000, 22_000) * rng.beta(1.0, choose(rng, (1.0, 2.0, 3.0)), n)
    elif era == "past":
        days = rng.integers(-90_000, -8_000) - log_uniform(rng, 300, 20_000) * rng.random(n)
    elif era == "future":
        days = rng.integers(19_500, 21_500) + log_uniform(rng, 30, 4_000) * rng.beta(1.0, 2.0, n)
    elif era == "births":
        days = rng.normal(rng.uniform(-5_000, 12_000), rng.uniform(1_000, 7_000), n).clip(-25_000, 20_000)
    else:
        return _period_days(rng, n)
    return days.astype(np.int64).astype("datetime64[D]")


def _period_days(rng: np.random.Generator, n: int) -> np.ndarray:
    step = choose(rng, (1, 1, 3, 12))
    months = (rng.integers(360, 660) + step * rng.integers(0, max(2, n // step), n).clip(0, 400 // step)).astype(
        "datetime64[M]"
    )
    if rng.random() < 0.5:
        return months.astype("datetime64[D]")
    return (months + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")


def random_times(rng: np.random.Generator, n: int, with_midnights: bool = True) -> np.ndarray:
    """Return milliseconds since midnight, int64 (n,): how exactly they are known is a property of the column."""
    kind = choose_weighted(
        rng,
        {"midnight": 0.45 * with_midnights, "some": 0.06 * with_midnights, "fixed": 0.05 * with_midnights,
        "minutes": 0.2,
         "rounded": 0.1, "seconds": 0.22, "milliseconds": 0.05},
    )  # fmt: skip
    if kind == "midnight":
        return np.zeros(n, dtype=np.int64)
    if kind == "fixed":  # local midnights written in another zone, with and without daylight saving
        first = int(rng.integers(1, 24))
        return (first + rng.integers(0, 2, n)) % 24 * 3_600_000
    hours = rng.normal(rng.uniform(10, 16), rng.uniform(2, 6), n) % 24
    milliseconds = (hours * 3_600_000).astype(np.int64)
    if kind == "some":
        milliseconds = np.where(rng.random(n) < rng.uniform(0.3, 0.95), 0, milliseconds)
    unit = {"minutes": 60_000, "rounded": choose(rng, (300_000, 900_000, 1_800_000, 3_600_000)), "milliseconds": 1}
    unit_ms = unit.get(kind, 1_000)
    return milliseconds // unit_ms * unit_ms


def _days(rng: np.random.Generator, n: int, era: str | None = None) -> np.ndarray:
    days = random_days(rng, n, era).astype("datetime64[ms]")
    return np.sort(days) if rng.random() < 0.2 else days


def _days_and_times(rng: np.random.Generator, n: int) -> np.ndarray:
    at = random_days(rng, n).astype("datetime64[ms]") + random_times(rng, n).astype("timedelta64[ms]")
    return np.sort(at) if rng.random() < 0.2 else at


def _write(rng: np.random.Generator, at: np.ndarray, pattern: str, locale: str) -> list[str]:
    """Write the moments; names are English where the order of the pattern, or the language, has none of its own."""
    english = locale.startswith(("ja", "zh")) or "MMM d" in pattern
    zone = choose(rng, (0, 0, 60, 120, -300, -360, -480, 330, 540))
    return format_moments(Moments(at, calendar_names("en_US" if english else locale), zone), pattern)


def _pattern(rng: np.random.Generator, groups: Sequence[Mapping[str, float]], weights: Sequence[float]) -> str:
    return choose_weighted(rng, choose(rng, groups, weights))


def _date_pattern(rng: np.random.Generator, locale: str) -> str:
    return _pattern(rng, (ISO_DATES, REGIONAL_DATES[_region(locale)], NAMED_DATES), (0.3, 0.5, 0.2))


def date(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Days in one of the formats of the locale; one column in forty mixes two formats."""
    days = _days(rng, n)
    cells = _write(rng, days, _date_pattern(rng, locale), locale)
    if rng.random() < 0.025:
        others = _write(rng, days, _date_pattern(rng, locale), locale)
        kept = (rng.random(n) < rng.uniform(0.5, 0.95)).tolist()
        cells = [cell if keep else other for cell, other, keep in zip(cells, others, kept, strict=True)]
    return cells


def date_of_birth(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Birth dates in one of the formats of the locale."""
    return _write(rng, _days(rng, n, "births"), _date_pattern(rng, locale), locale)


def date_time(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Days with times, half of them midnight throughout, as databases export them."""
    groups = (ISO_TIMESTAMPS, REGIONAL_TIMESTAMPS[_region(locale)], NAMED_TIMESTAMPS)
    return _write(rng, _days_and_times(rng, n), _pattern(rng, groups, (0.62, 0.32, 0.06)), locale)


def date_compact(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Days written as digits only, such as 20210304."""
    return _write(rng, _days_and_times(rng, n), choose_weighted(rng, COMPACT_DATES), locale)


def year_month(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Months of a year, such as 2021-03 or Mar-21."""
    return _write(rng, _days(rng, n), choose_weighted(rng, YEAR_MONTHS), locale)


def time(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Times of day, 12 or 24 hours, and short durations written alike."""
    at = np.datetime64("2020-01-01", "ms") + random_times(rng, n, with_midnights=False).astype("timedelta64[ms]")
    return _write(rng, at, choose_weighted(rng, TIMES), locale if rng.random() < 0.5 else "en_US")


def date_range(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Spans from day to day, such as 07/01/2019 - 06/30/2020."""
    first = _days(rng, n)
    last = first + rng.integers(1, int(log_uniform(rng, 2, 800)), n).astype("timedelta64[D]")
    pattern = _date_pattern(rng, locale)
    between = choose(rng, (" - ", " - ", " to ", " – ", *(mark for mark in "-/" if mark not in pattern)))
    pairs = zip(_write(rng, first, pattern, locale), _write(rng, last, pattern, locale), strict=True)
    return [f"{start}{between}{end}" for start, end in pairs]


def time_range(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Opening hours, such as 9:00 AM - 5:00 PM or 08-17."""
    step = choose(rng, (1_800_000, 3_600_000, 3_600_000))
    opens, closes = (
        rng.integers(5, 13, n) * 3_600_000,
        rng.integers(13, 23, n) * 3_600_000 - step * rng.integers(0, 2, n),
    )
    pattern = choose(rng, ("h:mm a", "H:mm", "HH:mm", "ha", "haa", "HH", "h:mmaa", "h"))
    between = choose(rng, (" - ", " - ", "-", " to ", " a ", "–"))
    written = [
        _write(rng, np.datetime64("2020-01-01", "ms") + at.astype("timedelta64[ms]"), pattern, "en_US")
        for at in (opens, closes)
    ]
    return [f"{start}{between}{end}" for start, end in zip(*written, strict=True)]


DATE_PROVIDERS: Mapping[str, Callable[[np.random.Generator, int, str], list[str]]] = MappingProxyType(
    {
        "date": date,
        "date_compact": date_compact,
        "date_of_birth": date_of_birth,
        "date_range": date_range,
        "date_time": date_time,
        "time": time,
        "time_range": time_range,
        "year_month": year_month,
    }
)
