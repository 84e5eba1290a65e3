"""A column of a table of any dtype, its distinct cells parsed once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from simon_elmo.errors import InvalidInput
from simon_elmo.tables.cells import present_cells
from simon_elmo.words.nothing import NOTHING_WORDS

_LONGEST_NOTHING = max(map(len, NOTHING_WORDS))
_LOOKED_AT = 2_000
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class TableColumn:
    """One column.

    Attributes:
        name: of the column, "" where it is no string.
        series: its cells.
    """

    name: str
    series: pd.Series

    def __len__(self) -> int:
        return len(self.series)

    @cached_property
    def numbers(self) -> np.ndarray | None:
        """float64 (n,) with NaN for missing and infinite cells, where the dtype is numeric, boolean or a duration."""
        dtype = self.series.dtype
        kind = getattr(dtype, "kind", "O")
        if kind == "c":
            raise InvalidInput(f"column {self.name!r}: Complex data not supported")
        if kind == "m":
            return np.asarray(self.series.dt.total_seconds(), dtype=np.float64)
        if isinstance(dtype, pd.CategoricalDtype) or kind not in "biuf":
            return None
        values = self.series.to_numpy(dtype=np.float64, na_value=np.nan)
        return np.where(np.isinf(values), np.nan, values)

    @property
    def n_infinite(self) -> int:
        """How many cells of a numeric dtype are infinite."""
        if getattr(self.series.dtype, "kind", "") != "f":
            return 0
        return int(np.isinf(self.series.to_numpy(np.float64, na_value=np.nan)).sum())

    @cached_property
    def moments(self) -> pd.DatetimeIndex | None:
        """The cells as moments in UTC, where the dtype is one of dates."""
        dtype = self.series.dtype
        if isinstance(dtype, pd.PeriodDtype):
            return pd.DatetimeIndex(self.series.dt.to_timestamp())
        if getattr(dtype, "kind", "O") != "M":
            return None
        index = pd.DatetimeIndex(self.series)
        return index if index.tz is None else index.tz_convert("UTC").tz_localize(None)

    @cached_property
    def is_whole(self) -> bool:
        """Whether every number is a whole one; False for no numbers."""
        numbers = self.numbers
        if numbers is None:
            return False
        present = numbers[~np.isnan(numbers)]
        return bool(len(present)) and bool((present == np.floor(present)).all())

    @cached_property
    def _factorized(self) -> tuple[np.ndarray, list[str]]:
        values = self._plain()
        codes, distinct = pd.factorize(values, use_na_sentinel=True)
        texts = list(map(str.strip, _encodable(_texts(distinct))))
        merged = list(dict.fromkeys(filter(None, texts)))
        if len(merged) == len(texts):
            return codes, merged
        position = {text: code for code, text in enumerate(merged)}
        mapped = np.array([*(position.get(text, -1) for text in texts), -1], dtype=np.int64)
        return mapped[codes], merged

    def _plain(self) -> Any:
        """Return the cells as something whose equal values have equal texts."""
        if self.numbers is not None:
            return self.series.to_numpy(dtype=np.float64, na_value=np.nan)
        if self.moments is not None:
            return np.asarray(self.moments)
        series = self.series
        if isinstance(series.dtype, pd.CategoricalDtype):
            return TableColumn(self.name, series.astype("object"))._plain()
        if series.dtype == object:
            values = series.to_numpy()
            if set(map(type, values)) - {str, type(None)}:
                return np.array([_text(value) for value in values], dtype=object)
            return values
        return series.astype(object).to_numpy()

    @property
    def codes(self) -> np.ndarray:
        """int64 (n,): which of `texts` each cell is, -1 for a missing one."""
        return self._factorized[0]

    @property
    def texts(self) -> list[str]:
        """The distinct cells as text without white space around it, in order of their first appearance."""
        return self._factorized[1]

    @cached_property
    def counts(self) -> np.ndarray:
        """int64 (n_distinct,): how many cells each text has."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.texts))

    @property
    def n_missing(self) -> int:
        """How many cells are missing."""
        return int((self.codes < 0).sum())

    def sampled_texts(self, rows: np.ndarray) -> list[str | None]:
        """Return the texts of some rows, None where a cell is missing."""
        texts = [*self.texts, None]
        return [texts[code] for code in self.codes[rows]]

    def gathered(self, by_text: np.ndarray) -> np.ndarray:
        """Return one row per cell of what was computed for each distinct text, NaN for a missing one."""
        nothing = np.full((1, *by_text.shape[1:]), np.nan)
        return np.concatenate([by_text, nothing])[self.codes]


def is_nothing(texts: list[str]) -> np.ndarray:
    """Return bool (n,): which texts stand for a missing number or date."""
    return np.array([len(text) <= _LONGEST_NOTHING and text.lower() in NOTHING_WORDS for text in texts], dtype=bool)


def share_with_digits(texts: list[str]) -> float:
    """Return which share of texts, of many of a sample, has a digit: no number or date is without; 0 for no texts."""
    sample = texts[:: -(-len(texts) // _LOOKED_AT) or 1]
    return sum(_DIGIT.search(text) is not None for text in sample) / max(len(sample), 1)


def _encodable(texts: list[str]) -> list[str]:
    """Return texts with `?` for halves of surrogate pairs, which no UTF-8 can hold."""
    try:
        "".join(texts).encode()
    except UnicodeEncodeError:
        return [text.encode(errors="replace").decode() for text in texts]
    return texts


def _texts(distinct: Any) -> list[str]:
    array = np.asarray(distinct)
    if array.dtype.kind == "f":
        return [_number_text(value) for value in array.tolist()]
    if array.dtype.kind == "M":
        return pd.DatetimeIndex(array).astype(str).tolist()
    return [value if type(value) is str else _text(value) or "" for value in array.tolist()]


def _text(value: Any) -> str | None:
    """Return a cell as a text that does not depend on how a library typed it, or None for a missing one."""
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if isinstance(value, (int, float, np.integer, np.floating, Decimal)):
        return None if value != value else _number_text(value)
    found = present_cells([value])
    return found[0] if found else None


def _number_text(value: Any) -> str:
    """Return `3` for 3, 3.0 and Decimal("3.00"): training rows may be whole numbers and test rows floats."""
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if value in (float("inf"), float("-inf")):
        return str(float(value))
    whole = int(value)
    return str(whole) if whole == value and abs(whole) < 1 << 63 else str(value)
