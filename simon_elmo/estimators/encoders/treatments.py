"""What is done with a column, from what it is predicted to hold and from whether its cells bear that out.

A prediction alone decides nothing that the cells can contradict: a column predicted to be dates that no format reads is
no column of dates, and digits that a network takes for telephone numbers are dropped only if hardly any repeats.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from simon_elmo.errors import InvalidInput
from simon_elmo.estimators.encoders.booleans import BooleanEncoder, are_booleans
from simon_elmo.estimators.encoders.categories import CategoryEncoder
from simon_elmo.estimators.encoders.date_formats import in_english, infer_date_format
from simon_elmo.estimators.encoders.dates import DateEncoder
from simon_elmo.estimators.encoders.numbers import CoordinateEncoder, NumberEncoder, infer_number_format
from simon_elmo.estimators.encoders.table_column import TableColumn, is_nothing, share_with_digits
from simon_elmo.estimators.encoders.texts import TextEncoder
from simon_elmo.labels.specificity import most_specific
from simon_elmo.labels.taxonomy import labels_where

TREATMENTS = ("number", "date", "boolean", "coordinates", "category", "text", "drop")
DROPPED_LABELS = labels_where(lambda label: label.identifies != "")
# dropped however often they repeat
_PERSONAL_LABELS = labels_where(lambda label: label.identifies == "person")
_NUMBER_LABELS = labels_where(lambda label: label.kind == "number" or label.digits)
_DATE_LABELS = labels_where(lambda label: label.kind == "date" and not label.digits)
_CATEGORY_LABELS = labels_where(lambda label: label.kind == "category")
_ALL_DIFFERENT = 0.98
_NEARLY_ALL_DIFFERENT = 0.9
_LOOKED_AT = 2_000
_PREDICTED, _NOT_PREDICTED = 0.8, 0.9  # share of cells that must parse


class Encoder(Protocol):
    """One column to `len(outputs)` columns of numbers."""

    outputs: tuple[str, ...]

    def transform(self, column: TableColumn) -> tuple[np.ndarray, int]:
        """Return float64 (n, n_outputs), and how many cells failed."""


@dataclass(frozen=True)
class Options:
    """How columns are treated; see `TableVectorizer` for what each means."""

    categories: str = "one-hot"
    max_levels: int = 30
    identifiers: str = "drop"
    text: Any = None
    text_components: int = 30
    day_first: bool | None = None
    seed: int = 0


@dataclass(frozen=True)
class Treatment:
    """What is done with a column.

    Attributes:
        name: one of `TREATMENTS`.
        detail: the format of dates, the decimal sign, why it is dropped, ...
        encoder: fitted; None for a dropped column.
    """

    name: str
    detail: str = ""
    encoder: Encoder | None = field(default=None, repr=False)


def choose_treatment(
    column: TableColumn, labels: Sequence[str], options: Options, wanted: str | None = None, certain: bool = False
) -> Treatment:
    """Return what to do with a column of training rows, the encoder fitted on it.

    Args:
        column: the column.
        labels: its labels, most specific first.
        options: of the vectorizer.
        wanted: a treatment that the user asks for; the cells that it does not fit become missing.
        certain: whether the user gave the labels, so that a label to be dropped is believed.

    Raises:
        InvalidInput: for an unknown treatment, or one that fits none of the cells.
    """
    if wanted is not None:
        return _as_wanted(column, wanted, options)
    if not column.texts:
        return Treatment("drop", "no cells")
    if len(column.texts) == 1 < len(column) and not column.n_missing and options.identifiers == "drop":
        return Treatment("drop", "constant")
    best = most_specific(labels)
    if best in DROPPED_LABELS and (certain or _is_dropped(column, best)):
        return _identifier(column, best, options)
    found = _parsed(column, frozenset(labels), options)
    if found is not None:
        return found
    few = len(column.texts) <= options.max_levels
    if few or (options.categories == "ordinal" and _CATEGORY_LABELS & set(labels)):
        return _category(column, options)
    return _text(column, options)


def _is_dropped(column: TableColumn, best: str) -> bool:
    """Return whether the cells bear out that a column identifies rows or persons."""
    share = len(column.texts) / max(int(column.counts.sum()), 1)
    if column.numbers is not None and not column.is_whole:
        return False
    if column.moments is not None:
        return False
    if column.numbers is not None or infer_number_format(_looked_at(column), _NOT_PREDICTED) is not None:
        return share >= _ALL_DIFFERENT and len(column.texts) > 2
    return best in _PERSONAL_LABELS or share >= _NEARLY_ALL_DIFFERENT


def _identifier(column: TableColumn, best: str, options: Options) -> Treatment:
    if options.identifiers == "drop":
        return Treatment("drop", best)
    if options.identifiers == "encode":
        return _text(column, options)
    if options.identifiers == "keep":
        return _number(column, 1.0) or _category(
            column, Options(categories="ordinal", max_levels=len(column.texts), seed=options.seed)
        )
    raise InvalidInput(f"identifiers must be drop, keep or encode: {options.identifiers!r}")


def _parsed(column: TableColumn, labels: frozenset[str], options: Options) -> Treatment | None:
    """Return a treatment that reads most cells: as what was predicted where it does, else as whatever it can be."""
    if column.moments is not None:
        return Treatment("date", "dtype", DateEncoder(None).fit(column))
    if column.numbers is not None:
        return (_date(column, _PREDICTED, options) if labels & _DATE_LABELS else None) or _number(column, 0.0)
    if are_booleans(column.texts):
        return Treatment("boolean", "", BooleanEncoder())
    tries = []
    if "coordinate_pair" in labels:
        tries.append(lambda: _coordinates(column, _PREDICTED))
    if labels & _DATE_LABELS:
        tries.append(lambda: _date(column, _PREDICTED, options))
    if labels & _NUMBER_LABELS:
        tries.append(lambda: _number(column, _PREDICTED))
    tries.append(lambda: _number(column, _NOT_PREDICTED))
    tries.append(lambda: _date(column, _NOT_PREDICTED, options))
    return next((found for attempt in tries if (found := attempt()) is not None), None)


def _as_wanted(column: TableColumn, wanted: str, options: Options) -> Treatment:
    if wanted not in TREATMENTS:
        raise InvalidInput(f"column {column.name!r}: a treatment is one of {', '.join(TREATMENTS)}: {wanted!r}")
    if wanted == "drop":
        return Treatment("drop", "as asked")
    if not column.texts:
        return Treatment("drop", "no cells")
    few = 1e-9  # any cell that parses will do
    found = {
        "number": lambda: _number(column, few),
        "date": lambda: _parsed_date(column, few, options),
        "boolean": lambda: Treatment("boolean", "", BooleanEncoder()),
        "coordinates": lambda: _coordinates(column, few),
        "category": lambda: _category(column, options),
        "text": lambda: _text(column, options),
    }[wanted]()
    if found is None:
        raise InvalidInput(f"column {column.name!r} is to be treated as {wanted}, but none of its cells can be read so")
    return found


def _looked_at(column: TableColumn) -> list[str]:
    step = -(-len(column.texts) // _LOOKED_AT) or 1
    return column.texts[::step]


def _number(column: TableColumn, min_parsed: float) -> Treatment | None:
    if column.numbers is not None:
        return Treatment("number", "dtype", NumberEncoder(None))
    written = infer_number_format(_looked_at(column), min_parsed)
    if written is None:
        return None
    detail = f"decimal {written.decimal}" + (f", unit {written.unit}" if written.unit else "")
    return Treatment("number", detail, NumberEncoder(written))


def _parsed_date(column: TableColumn, min_parsed: float, options: Options) -> Treatment | None:
    if column.moments is not None:
        return Treatment("date", "dtype", DateEncoder(None).fit(column))
    return _date(column, min_parsed, options)


def _date(column: TableColumn, min_parsed: float, options: Options) -> Treatment | None:
    kept = [text for text, nothing in zip(column.texts, is_nothing(column.texts), strict=True) if not nothing]
    if share_with_digits(kept) < min_parsed:
        return None
    written = infer_date_format(in_english(kept), min_parsed, options.day_first)
    return None if written is None else Treatment("date", written, DateEncoder(written).fit(column))


def _coordinates(column: TableColumn, min_parsed: float) -> Treatment | None:
    encoder = CoordinateEncoder()
    values, _ = encoder.transform(column)
    share = float((~np.isnan(values[:, 0])).sum()) / max(len(column) - column.n_missing, 1)
    return Treatment("coordinates", "", encoder) if share >= min_parsed else None


def _category(column: TableColumn, options: Options) -> Treatment:
    encoder = CategoryEncoder(options.categories, options.max_levels).fit(column)
    return Treatment("category", f"{len(encoder.known)} levels", encoder)


def _text(column: TableColumn, options: Options) -> Treatment:
    if options.text == "drop":
        return Treatment("drop", "text")
    encoder = TextEncoder(options.text, options.text_components, options.seed).fit(column)
    return Treatment("text", f"{len(column.texts)} different", encoder)
