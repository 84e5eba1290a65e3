"""Which format a column of dates is written in.

Cells are parsed by pandas, with one `strptime` format a column: the formats that the shape of the cells allows are
tried on the column, and the one that reads most of it is taken. pandas' `format="mixed"` and dateutil read day and
month of each cell by itself, pandas' guess by the first cell, and none of them knows other languages; dateparser does,
at some hundred cells per second (`benchmarks/cell_parsing.py` measures all of them).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import product

import numpy as np
import pandas as pd

from simon_elmo.words.calendars import CALENDAR_NAMES, ZONE_NAMES

ISO = "ISO8601"
SECONDS, MILLISECONDS = "seconds", "milliseconds"
_DATES = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y %m %d", "%Y%m%d", "%Y-%m", "%Y/%m", "%m/%Y", "%m-%Y", "%m.%Y", "%Y-%j",
    *(order.replace("-", mark) for mark in "/-. " for order in ("%m-%d-%Y", "%d-%m-%Y", "%m-%d-%y", "%d-%m-%y")),
    "%y-%m-%d", "%y/%m/%d", "%Y-%d-%m", "%Y/%d/%m",
    "%m%d%Y", "%d%m%Y", "%Y%m", "%y%m%d", "%Y%j", "%Y%m%d%H%M%S", "%Y%m%d%H%M", "%Y%m%dT%H%M%S", "%Y%m%d %H%M",
    *(order.replace("-", mark) for mark in ("-", " ", "/", "") for order in ("%d-%b-%Y", "%d-%b-%y", "%Y-%b-%d")),
    "%d. %b %Y", "%d. %b. %Y", "%d %b. %Y", "%d %b, %Y", "%dst %b %Y", "%dnd %b %Y", "%drd %b %Y", "%dth %b %Y",
    "%b %d, %Y", "%b. %d, %Y", "%b %d %Y", "%b-%d-%Y", "%b %d, %y", "%b %dst, %Y", "%b %dth, %Y",
    "%b %Y", "%b. %Y", "%b, %Y",
    "%b-%Y", "%b-%y", "%b %y", "%Y %b", "%Y-%b", "%y-%b", "%Y %m",
    "%d de %b de %Y", "%d de %b %Y", "%d %b %Y г.", "%d %b %Y р.", "%Y年%m月%d日", "%Y年%m月",
)  # fmt: skip
_CLOCKS = ("%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p", "%I:%M%p", "%I:%M:%S%p", "%I %p", "%I%p",
           "%H.%M", "%Hh%M", "%H:%M:%S,%f")  # fmt: skip
_ALONE = tuple(clock for clock in _CLOCKS if clock != "%H.%M")  # which would be a number
_JOINTS = (" ", "T", ", ", " at ", "  ", " - ", ":")
_ZONES = ("", "%z", " %z", "Z", " UTC", " GMT", " %Z")
_WEEKDAYS = ("", "%a ", "%a, ", "%A ", "%A, ", "%a. ")
_UNIX = ("%a %b %d %H:%M:%S %Y", "%a %b %d %H:%M:%S UTC %Y", "%a %b %d %H:%M:%S %Z %Y")
_RUN = re.compile(r"\d+|[^\W\d_]+")
_LANGUAGES = tuple(name for name in CALENDAR_NAMES if name not in ("en", "ja", "zh"))
_LOOKED_AT, _SHAPES = 500, 4
_DOTTED_PERIOD = re.compile(r"\b([ap])\.\s?m\.", re.IGNORECASE)
_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_ZONE_NAME = re.compile(rf"(?<=\d|m)\s(?:{'|'.join(ZONE_NAMES)})(?=\s|$)", re.IGNORECASE)
_ZONE = re.compile(r"(:\d\d(?:[.,]\d+)?\s?)[+-]\d\d:?\d\d$")
_EPOCH = re.compile(r"-?\d{9,10}(?:\.\d+)?|-?\d{12,13}")


def infer_date_format(texts: Sequence[str], min_parsed: float, day_first: bool | None = None) -> str | None:
    """Return the format that reads most of the cells, or None if fewer than a share of them are read.

    Args:
        texts: distinct cells of a column, in English: see `in_english`.
        min_parsed: from 0 to 1.
        day_first: what to take where day and month can be told by no cell; None is the custom of the sign between
            them: `03.04.2020` is in April, `03/04/2020` in March.

    Returns:
        A `strptime` format, `"ISO8601"`, or `"seconds"` or `"milliseconds"` since 1970.

    Example:
        >>> infer_date_format(["3/4/2020", "3/25/2020"], 0.9), infer_date_format(["3/4/2020", "25/3/2020"], 0.9)
        ('%m/%d/%Y', '%d/%m/%Y')
    """
    if not texts:
        return None
    step = -(-len(texts) // _LOOKED_AT)
    looked_at = list(texts[::step])
    shares = {written: parsed_share(looked_at, written) for written in _candidates(looked_at)}
    if not shares or max(shares.values()) < min_parsed:
        return _epoch_unit(looked_at)
    best = [written for written, share in shares.items() if share >= max(shares.values()) - 1e-9]
    if len(best) > 1 and step > 1:  # perhaps a cell that was not looked at decides
        whole = {written: parsed_share(texts, written) for written in best}
        best = [written for written in best if whole[written] >= max(whole.values()) - 1e-9]
    return min(best, key=lambda written: (_against_custom(written, day_first), written != ISO))


def is_ambiguous(texts: Sequence[str], written: str) -> bool:
    """Return whether a format with day and month the other way round reads the cells just as well."""
    swapped = _swapped(written)
    return swapped is not None and parsed_share(texts, swapped) >= parsed_share(texts, written)


def parse_dates(texts: Sequence[str], written: str) -> pd.DatetimeIndex:
    """Return the moments of cells, in UTC where they have an offset from it, NaT for cells that are not written so.

    Names of zones (`%Z`) are left aside: `10:00 CST` is ten o'clock.
    """
    if written in (SECONDS, MILLISECONDS):
        numbers = pd.to_numeric(pd.Series(texts, dtype=object), errors="coerce")
        return pd.DatetimeIndex(pd.to_datetime(numbers, unit="s" if written == SECONDS else "ms", errors="coerce"))
    if "%Z" in written:
        texts, written = [_ZONE_NAME.sub("", text) for text in texts], written.replace(" %Z", "")
    with_zone = written == ISO or "%z" in written
    cells = pd.Series(list(texts), dtype=object)
    index = pd.DatetimeIndex(pd.to_datetime(cells, format=written, errors="coerce", utc=with_zone))
    return index.tz_convert("UTC").tz_localize(None) if index.tz is not None else index


def parsed_share(texts: Sequence[str], written: str) -> float:
    """Return which share of cells a format reads."""
    try:
        return float(np.mean(np.asarray(parse_dates(texts, written).notna())))
    except (ValueError, OverflowError, re.error):  # pandas does not know the format
        return 0.0


def in_english(texts: Sequence[str]) -> list[str]:
    """Return cells with the names of months in English, `p.m.` as PM, and no names of weekdays of other languages.

    Example:
        >>> in_english(["lundi 3 février 2020", "mardi 12 mai 2020"])
        ['3 February 2020', '12 May 2020']
    """
    looked_at = texts[:_LOOKED_AT]
    if any(map(_DOTTED_PERIOD.search, looked_at)):
        texts = [_DOTTED_PERIOD.sub(r"\1m", text) for text in texts]
    words = {word.casefold() for text in looked_at for word in _RUN.findall(text) if not word[0].isdigit()}
    unknown = words - _month_words("en").keys() - _weekday_words("en")
    language = max(_LANGUAGES, key=lambda name: len(unknown & (_month_words(name).keys() | _weekday_words(name))))
    months, weekdays = _month_words(language), _weekday_words(language)
    if not unknown & (months.keys() | weekdays):
        return list(texts)
    first = weekdays if words & (weekdays - months.keys()) else frozenset()  # `mar` is a Tuesday and a month in Spanish

    def translated(match: re.Match[str]) -> str:
        word = match[0].rstrip(".").casefold()
        if word in first and match.start() == 0:
            return ""
        return months.get(word, "" if word in weekdays else match[0])

    pattern = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)?\.?")
    return [pattern.sub(translated, text).strip(" ,") for text in texts]


def is_clock(written: str) -> bool:
    """Return whether a format is of times of day alone."""
    return written in _ALONE


@lru_cache(maxsize=16)
def _month_words(language: str) -> dict[str, str]:
    names, english = CALENDAR_NAMES[language], CALENDAR_NAMES["en"].months
    return {
        written.rstrip(".").casefold(): month
        for spelled in (names.months_short, names.months)
        for written, month in zip(spelled, english, strict=True)
    }


@lru_cache(maxsize=16)
def _weekday_words(language: str) -> frozenset[str]:
    names = CALENDAR_NAMES[language]
    return frozenset(word.rstrip(".").casefold() for word in (*names.weekdays, *names.weekdays_short))


def _candidates(texts: Sequence[str]) -> Iterable[str]:
    """Return the formats that fit the shape of many cells."""
    shapes = Counter(map(_shape, texts))
    found = [written for shape, _ in shapes.most_common(_SHAPES) for written in _formats_of(shape)]
    return dict.fromkeys([*([ISO] if any(map(_ISO_DATE.match, texts)) else []), *found])


def _formats_of(shape: str) -> list[str]:
    """Return the formats of a shape: a date, a time of day, or both with something between them."""
    dates, clocks = _parts_by_shape()
    found = [written for written in (*_ALONE, *_UNIX) if _shape(_example(written)) == shape]
    for end in range(1, len(shape) + 1):
        found += map("".join, product(dates.get(shape[:end], ()), clocks.get(shape[end:], ())))
    return found


@lru_cache(maxsize=1)
def _parts_by_shape() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    clocks = ("", *map("".join, product(_JOINTS, _CLOCKS, _ZONES)))
    spelled = [date.replace("%b", month) for date in _DATES for month in (("%b", "%B") if "%b" in date else ("%b",))]
    dates = [weekday + date for date, weekday in product(spelled, _WEEKDAYS)]
    found: tuple[dict[str, list[str]], dict[str, list[str]]] = ({}, {})
    for shapes, formats in zip(found, (dates, clocks), strict=True):
        for written in formats:
            shapes.setdefault(_shape(_example(written)), []).append(written)
    return found


_EXAMPLES = {
    "%Y": "2020", "%y": "20", "%m": "01", "%d": "01", "%j": "111", "%b": "Jan", "%B": "January", "%a": "Mon",
    "%A": "Monday", "%H": "01",
    "%I": "01", "%M": "01", "%S": "01", "%f": "123456", "%p": "PM", "%z": "+0100", "%Z": "UTC",
}  # fmt: skip


def _example(written: str) -> str:
    return re.sub("%[A-Za-z]", lambda match: _EXAMPLES[match[0]], written)


def _shape(text: str) -> str:
    """Return a text with runs of digits and letters replaced by their kind: `Jan 5, 2020` is `a n, Y`."""
    return _RUN.sub(_kind_of_run, _ZONE.sub(r"\1z", text))


def _kind_of_run(match: re.Match[str]) -> str:
    run = match[0]
    if not run[0].isdigit():
        return "z" if run in ("z", "Z") and match.end() == len(match.string) else "a"
    after_fraction_sign = match.start() > 0 and match.string[match.start() - 1] in ".,"
    if len(run) <= 2:
        return "f" if after_fraction_sign and ":" in match.string[: match.start()] else "n"
    if after_fraction_sign and ":" in match.string[: match.start()]:
        return "f"
    return {3: "j", 4: "Y", 6: "6", 7: "7", 8: "8", 12: "12", 14: "14"}.get(len(run), "f")


def _swapped(written: str) -> str | None:
    if "%d" not in written or "%m" not in written:
        return None
    return written.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")


def _against_custom(written: str, day_first: bool | None) -> bool:
    day, month = written.find("%d"), written.find("%m")
    if day < 0 or month < 0:
        return False
    year = max(written.find("%Y"), written.find("%y"))
    if year < min(day, month):
        return day < month
    wanted = written[day + 2 : day + 3] == "." or written[month + 2 : month + 3] == "."
    return (day < month) != (wanted if day_first is None else day_first)


def _epoch_unit(texts: Sequence[str]) -> str | None:
    if not all(_EPOCH.fullmatch(text) for text in texts):
        return None
    length = int(np.median([len(text.split(".")[0].lstrip("-")) for text in texts]))
    return SECONDS if length <= 10 else MILLISECONDS
