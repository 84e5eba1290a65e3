"""Is a column categorical, is it ordinal: a rule over the whole column, not over a sample."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import Any

from simon_elmo.tables.cells import present_cells
from simon_elmo.words.calendars import CALENDAR_NAMES, ZONE_NAMES
from simon_elmo.words.nothing import NOTHING_IN_ANY_COLUMN

MIN_LARGEST_SHARE = 0.05
MAX_DISTINCT_SHARE = 0.2
MAX_DISTINCT = 50
MAJORITY = 0.8

# `none` can be written in 16 cases, `nan` in 8, `null` in 16, `n/a` in 4, a blank in one
_NOTHING_SPELLINGS = 45

_NUMBER = r"[$£€]?[-+]?[$£€]?(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?\s?%?"
_YEAR_FIRST = r"\d{4}[-/.]\d{1,2}(?:[-/.]\d{1,2})?"
_YEAR_LAST = r"\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})"
# what a month and a weekday of any language are replaced by before a cell is compared with `_DATE`
_MONTH, _WEEKDAY = "jan", "mon"
_DATE = rf"""(?:{_WEEKDAY}\.?,?\s+)?
    (?:{_YEAR_FIRST}|{_YEAR_LAST}|\d{{4}}年\d{{1,2}}月(?:\d{{1,2}}日)?
      |\d{{1,2}}(?:st|nd|rd|th|\.)?[-\s](?:de\s)?{_MONTH}\.?(?:,?[-\s](?:de\s)?(?:\d{{4}}|\d{{2}}))?
      |{_MONTH}\.?[-\s](?:\d{{1,2}}(?:st|nd|rd|th)?,?[-\s])?\d{{4}}
      |\d{{4}}[-\s]{_MONTH}\.?(?:[-\s]\d{{1,2}})?)
    (?:(?:t|,?\s+)\d{{1,2}}:\d{{2}}(?::\d{{2}}(?:[.,]\d+)?)?(?:\s?[ap]m)?
    (?:\s?(?:z|utc|{"|".join(ZONE_NAMES)}|[+-]\d{{2}}:?\d{{2}}))?)?"""
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)?")


def categorical_and_ordinal(values: Any) -> tuple[bool, bool]:
    """Return whether a column is categorical and whether it is ordinal.

    Nothing-values (`none`, `nan`, `null`, `n/a` in any case, blanks and missing cells) are ignored. A column is
    categorical if it has exactly 2 distinct values, or if all of these hold: its most frequent value makes up at least
    5% of the cells, distinct values / cells < 0.2, there are fewer than 50 distinct values, and not more than 80% of
    the cells contain a decimal point (a `.` anywhere, as published). It is ordinal if it is categorical and more than
    80% of its cells are numbers, or more than 80% are dates.

    Source: SIMOn's statistical classification (Azunre et al.) over the `category` guess of the package `penny`, whose
    0.8 majority decides about decimal points, numbers and dates. SIMOn takes the last condition from its predicted
    labels (int, float, datetime); here the values decide, so that it does not depend on a model.

    Args:
        values: one whole column, as `present_cells` takes it.

    Example:
        >>> categorical_and_ordinal(["red", "green", "n/a", "red"])
        (True, False)
        >>> categorical_and_ordinal(["1", "2", "3", "4"] * 10)
        (True, True)
    """
    if _is_varied(values):
        return False, False  # most columns are done here
    raw = Counter(present_cells(values))
    counts: Counter[str] = Counter()
    for value, count in raw.items():
        text = value.strip()
        if text.lower() not in NOTHING_IN_ANY_COLUMN:
            counts[text] += count
    total = counts.total()
    if not _is_categorical(counts, total):
        return False, False
    return True, _most(counts, total, is_number) or _most(counts, total, is_date)


def is_number(text: str) -> bool:
    """Return whether a cell is a number: `12`, `-1,234.5`, `1e5`, `$3`, `45%`.

    Example:
        >>> is_number("2,778"), is_number("12-3")
        (True, False)
    """
    return re.fullmatch(_NUMBER, text.strip(), re.IGNORECASE) is not None


def is_date(text: str) -> bool:
    """Return whether a cell is a date, with or without a time of day: `2020-01-31`, `1/2/99`, `3 mai 2020 10:30 CET`.

    Example:
        >>> is_date("2020-01-31T10:00:00Z"), is_date("10:30"), is_date("May 2020")
        (True, False, True)
    """
    names = _calendar_words()
    text = _WORD.sub(lambda word: names.get(word[0].casefold(), word[0]), text.strip())
    return re.fullmatch(_DATE, text, re.IGNORECASE | re.VERBOSE) is not None


@cache
def _calendar_words() -> dict[str, str]:
    """Return names of months and weekdays in the known languages, each with what stands for it in `_DATE`."""
    names = {"sept": _MONTH, **dict.fromkeys(("tues", "thur", "thurs"), _WEEKDAY)}
    # `mar` is a Tuesday, and oftener a month
    for word, written in ((_WEEKDAY, ("weekdays", "weekdays_short")), (_MONTH, ("months", "months_short"))):
        for code, language in CALENDAR_NAMES.items():
            if code not in ("ja", "zh"):  # whose words are the signs of dates themselves
                spelled = (name for form in written for name in getattr(language, form))
                names |= {name.rstrip(".").casefold(): word for name in spelled}
    return names


def _is_varied(values: Any) -> bool:
    """Return whether a list has so many distinct cells that it cannot be categorical, whatever they are."""
    enough = MAX_DISTINCT + _NOTHING_SPELLINGS
    try:
        distinct = set(values)
    except TypeError:  # nested cells cannot be hashed
        return False
    return len(distinct) >= enough and len({value.strip() for value in distinct if type(value) is str}) >= enough


def _is_categorical(counts: Counter[str], total: int) -> bool:
    if len(counts) == 2:
        return True
    if not counts or len(counts) >= MAX_DISTINCT or len(counts) / total >= MAX_DISTINCT_SHARE:
        return False
    largest = max(counts.values())
    return largest / total >= MIN_LARGEST_SHARE and not _most(counts, total, lambda text: "." in text)


def _most(counts: Counter[str], total: int, holds: Callable[[str], bool]) -> bool:
    """Return whether more than 80% of the cells are so."""
    return sum(count for text, count in counts.items() if holds(text)) / total > MAJORITY
