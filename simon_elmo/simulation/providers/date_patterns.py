"""Write whole columns of moments by a date pattern, without a Python call to `strftime` a cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np

from simon_elmo.errors import InvalidInput
from simon_elmo.words.calendars import CalendarNames

_TOKEN = re.compile(r"'([^']*)'|(([A-Za-z])\3*)|([^A-Za-z']+)")


@dataclass(frozen=True)
class Moments:
    """Moments of one column, and their parts as integer arrays, each computed once.

    Attributes:
        at: datetime64[ms] (n,).
        names: the language in which months and weekdays are written.
        zone: minutes east of Greenwich, written where the pattern has a zone.
    """

    at: np.ndarray
    names: CalendarNames
    zone: int = 0

    @cached_property
    def days(self) -> np.ndarray:
        """Whole days, datetime64[D]."""
        return self.at.astype("datetime64[D]")

    @cached_property
    def year(self) -> np.ndarray:
        """The calendar year."""
        return self.at.astype("datetime64[Y]").astype(np.int64) + 1970

    @cached_property
    def month(self) -> np.ndarray:
        """1 to 12."""
        return self.at.astype("datetime64[M]").astype(np.int64) % 12 + 1

    @cached_property
    def day(self) -> np.ndarray:
        """1 to 31."""
        return (self.days - self.at.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64) + 1

    @cached_property
    def day_of_year(self) -> np.ndarray:
        """1 to 366."""
        return (self.days - self.at.astype("datetime64[Y]").astype("datetime64[D]")).astype(np.int64) + 1

    @cached_property
    def weekday(self) -> np.ndarray:
        """0 is Monday."""
        return (self.days.astype(np.int64) + 3) % 7

    @cached_property
    def milliseconds(self) -> np.ndarray:
        """Since midnight."""
        return (self.at - self.days).astype(np.int64)

    @cached_property
    def hour(self) -> np.ndarray:
        """0 to 23."""
        return self.milliseconds // 3_600_000

    @cached_property
    def minute(self) -> np.ndarray:
        """0 to 59."""
        return self.milliseconds // 60_000 % 60

    @cached_property
    def second(self) -> np.ndarray:
        """0 to 59."""
        return self.milliseconds // 1_000 % 60

    @cached_property
    def fraction(self) -> np.ndarray:
        """Milliseconds, 0 to 999."""
        return self.milliseconds % 1_000


def _named(names: tuple[str, ...], index: np.ndarray) -> list[str]:
    return [names[position] for position in index.tolist()]


def _periods(moments: Moments, names: tuple[str, str]) -> list[str]:
    return _named(names, moments.hour // 12)


def _zone(moments: Moments, separator: str) -> list[str]:
    sign, minutes = "+-"[moments.zone < 0], abs(moments.zone)
    return [f"{sign}{minutes // 60:02d}{separator}{minutes % 60:02d}"] * len(moments.at)


_ZONE_NAMES = MappingProxyType({0: "UTC", -300: "EST", -360: "CST", -480: "PST", 60: "CET", 540: "JST"})
_FIELDS: dict[str, tuple[str, Callable[[Moments], Iterable[object]]]] = {
    "yyyy": ("%04d", lambda m: m.year.tolist()),
    "yy": ("%02d", lambda m: (m.year % 100).tolist()),
    "M": ("%d", lambda m: m.month.tolist()),
    "MM": ("%02d", lambda m: m.month.tolist()),
    "MMM": ("%s", lambda m: _named(m.names.months_short, m.month - 1)),
    "MMMM": ("%s", lambda m: _named(m.names.months, m.month - 1)),
    "d": ("%d", lambda m: m.day.tolist()),
    "dd": ("%02d", lambda m: m.day.tolist()),
    "DDD": ("%03d", lambda m: m.day_of_year.tolist()),
    "ww": ("%02d", lambda m: np.minimum((m.day_of_year - 1) // 7 + 1, 52).tolist()),
    "E": ("%s", lambda m: _named(m.names.weekdays_short, m.weekday)),
    "EEEE": ("%s", lambda m: _named(m.names.weekdays, m.weekday)),
    "Q": ("%d", lambda m: ((m.month - 1) // 3 + 1).tolist()),
    "H": ("%d", lambda m: m.hour.tolist()),
    "HH": ("%02d", lambda m: m.hour.tolist()),
    "h": ("%d", lambda m: ((m.hour - 1) % 12 + 1).tolist()),
    "hh": ("%02d", lambda m: ((m.hour - 1) % 12 + 1).tolist()),
    "m": ("%d", lambda m: m.minute.tolist()),
    "mm": ("%02d", lambda m: m.minute.tolist()),
    "ss": ("%02d", lambda m: m.second.tolist()),
    "S": ("%d", lambda m: (m.fraction // 100).tolist()),
    "SSS": ("%03d", lambda m: m.fraction.tolist()),
    "SSSSSS": ("%06d", lambda m: (m.fraction * 1_000).tolist()),
    "SSSSSSS": ("%07d", lambda m: (m.fraction * 10_000).tolist()),
    "a": ("%s", lambda m: _periods(m, m.names.periods)),
    "aa": ("%s", lambda m: _periods(m, ("am", "pm"))),
    "aaa": ("%s", lambda m: _periods(m, ("a.m.", "p.m."))),
    "xx": ("%s", lambda m: _zone(m, "")),
    "xxx": ("%s", lambda m: _zone(m, ":")),
    "z": ("%s", lambda m: [_ZONE_NAMES.get(m.zone, "GMT")] * len(m.at)),
}  # fmt: skip


def format_moments(moments: Moments, pattern: str) -> list[str]:
    """Write each moment by a pattern of Unicode date letters.

    Args:
        moments: what is written.
        pattern: letters such as `yyyy MM dd HH mm ss SSS a xxx`; text in single quotes and every other character is
            copied.

    Raises:
        InvalidInput: for a run of letters that is not a date field.

    Example:
        >>> from simon_elmo.words.calendars import calendar_names
        >>> at = np.array(["2021-03-04T15:06"], dtype="datetime64[ms]")
        >>> format_moments(Moments(at, calendar_names("en_US")), "MMM d, yyyy h:mm a")
        ['Mar 4, 2021 3:06 PM']
    """
    template, columns = "", []
    for quoted, letters, _, copied in _TOKEN.findall(pattern):
        if not letters:
            template += (quoted or copied).replace("%", "%%")
        elif letters not in _FIELDS:
            raise InvalidInput(f"date pattern {pattern!r} has {letters!r}, which is not a date field")
        else:
            specification, values = _FIELDS[letters]
            template += specification
            columns.append(values(moments))
    return [template % parts for parts in zip(*columns, strict=True)]
