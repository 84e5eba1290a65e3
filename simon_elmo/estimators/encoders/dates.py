"""Dates as numbers: seconds since 1970, and the parts of the calendar that vary."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from simon_elmo.estimators.encoders.date_formats import in_english, is_clock, parse_dates
from simon_elmo.estimators.encoders.numbers import failed_cells
from simon_elmo.estimators.encoders.table_column import TableColumn

_EPOCH = np.datetime64("1970-01-01T00:00:00", "us")


def _seconds(index: pd.DatetimeIndex) -> np.ndarray:
    values = np.asarray(index, dtype="datetime64[us]")
    seconds = (values - _EPOCH) / np.timedelta64(1, "s")
    return np.where(np.isnat(values), np.nan, seconds)


_PARTS: dict[str, Callable[[pd.DatetimeIndex], np.ndarray]] = {
    "seconds": _seconds,
    "year": lambda index: index.year.to_numpy(np.float64),
    "month": lambda index: index.month.to_numpy(np.float64),
    "day": lambda index: index.day.to_numpy(np.float64),
    "weekday": lambda index: index.day_of_week.to_numpy(np.float64),
    "hour": lambda index: index.hour.to_numpy(np.float64),
    "minute": lambda index: index.minute.to_numpy(np.float64),
    "second": lambda index: index.second.to_numpy(np.float64),
}


class DateEncoder:
    """Dates, one output for seconds since 1970 (UTC) and one for each part of the calendar that varies in training.

    A part is a year, a month from 1, a day from 1, a weekday from 0 (Monday), an hour, a minute or a second. Times of
    day without dates give seconds since midnight and the hour.

    Args:
        written: the format, see `infer_date_format`; None for columns whose dtype is one of dates.
    """

    def __init__(self, written: str | None) -> None:
        self.written = written
        self.outputs: tuple[str, ...] = ("seconds",)

    def fit(self, column: TableColumn) -> DateEncoder:
        """Choose the parts that vary."""
        index, _ = self._moments(column)
        index = index[index.notna()]
        clock = self.written is not None and is_clock(self.written)
        parts = ("hour",) if clock else tuple(_PARTS)[1:]
        self.outputs = ("seconds", *(part for part in parts if len(np.unique(_PARTS[part](index))) > 1))
        return self

    def transform(self, column: TableColumn) -> tuple[np.ndarray, int]:
        """Return float64 (n, n_outputs), NaN where a cell is missing or no such date, and how many cells were none."""
        index, by_text = self._moments(column)
        missing = np.asarray(index.isna())
        values = np.stack([_PARTS[part](index) for part in self.outputs], axis=1)
        if self.written is not None and is_clock(self.written):
            midnight = np.asarray(index.normalize(), dtype="datetime64[us]")
            values[:, 0] = (np.asarray(index, dtype="datetime64[us]") - midnight) / np.timedelta64(1, "s")
        values[missing] = np.nan
        if by_text:
            return column.gathered(values), failed_cells(column, missing)
        return values, 0

    def _moments(self, column: TableColumn) -> tuple[pd.DatetimeIndex, bool]:
        """Return the moments of the cells, or of the distinct cells, and whether it is of the distinct ones."""
        if column.moments is not None:
            return column.moments, False
        if self.written is None:  # rows of another dtype than the training rows had
            return parse_dates(column.texts, "ISO8601"), True
        return parse_dates(in_english(column.texts), self.written), True
