"""Numbers as people write them: `45%`, `$1,200.50`, `(3,000)`, `1.234,5`, `1e5`, `12 kg`.

A column is written in one convention, which all of its cells settle together: `1.234` is a fraction, unless another
cell of the column (`1.234,5`, or `12,5`) shows that the comma is the decimal sign. Cells are taken apart by Arrow's
regular expressions; babel's `parse_decimal` is about as fast, but has to be told the locale and reads no percent,
currency or unit and no brackets (`benchmarks/cell_parsing.py` measures both).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simon_elmo.estimators.encoders.table_column import TableColumn, is_nothing, share_with_digits

_EXPONENT = r"(?:[eE][-+]?\d+)?$"
# groups of three digits, or the Indian ones of two before the last three
_GRAMMARS = {
    ".": r"^(?:\d{1,3}(?:[, ']\d{3})+|\d{1,2}(?:,\d{2})*,\d{3}|\d+)?(?:\.\d*)?" + _EXPONENT,
    ",": r"^(?:\d{1,3}(?:[. ']\d{3})+|\d+)?(?:,\d*)?" + _EXPONENT,
}
_WRITTEN = (
    r"^(?P<open>\(?)\s*(?P<sign>[-+]?)\s*(?P<before>\pL{0,3}\.?\p{Sc}?)\s*(?P<sign_after>[-+]?)\s*"
    r"(?P<core>[\d.,' ]*\d[.,]?(?:[eE][-+]?\d+)?)\s*"
    r"(?P<after>(?:\pL{0,4}(?:[/ ]\pL{1,3})?[²³]?\.?|\p{Sc}|%|‰|°|°\pL)?)\s*(?P<sign_last>-?)\s*(?P<close>\)?)$"
)
_SPACES = ((r"[\x{a0}\x{2009}\x{202f}]", " "), (r"[\x{2019}]", "'"), (r"[\x{2212}\x{2013}]", "-"))
_SCALES = {"%": 0.01, "‰": 0.001, "k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "mio": 1e6, "b": 1e9, "bn": 1e9}
_MAGNITUDES = frozenset(_SCALES) - {"%", "‰"}
_CURRENCIES = frozenset(("Rs", "kr", "Kr", "zł", "Kč", "Fr", "Ft", "lei"))


@dataclass(frozen=True)
class NumberFormat:
    """How the numbers of a column are written.

    Attributes:
        decimal: `"."` or `","`.
        magnitudes: whether `k`, `M`, `bn` after a number multiply it (else they would be units, `5 m`).
        unit: what may stand after numbers besides currency signs and percent; "" for nothing.
    """

    decimal: str = "."
    magnitudes: bool = False
    unit: str = ""

    def parse(self, texts: list[str]) -> np.ndarray:
        """Return float64 (n,), NaN for what is not a finite number.

        Example:
            >>> NumberFormat().parse(["45%", "$1,200.50", "(3,000)", "1e5", "twelve"]).tolist()
            [0.45, 1200.5, -3000.0, 100000.0, nan]
            >>> NumberFormat(",").parse(["1.234,5", "1.234"]).tolist()
            [1234.5, 1234.0]
        """
        cells = pa.array(texts, pa.string())
        values = _as_they_are(cells) if self.decimal == "." else None
        if values is None:
            values = self._values(_Parts.of(cells))
        return np.where(np.isfinite(values), values, np.nan)

    def _values(self, parts: _Parts) -> np.ndarray:
        good = parts.good & _as_bools(pc.match_substring_regex(parts.core, _GRAMMARS[self.decimal]))
        scales, known = self._scales(parts)
        good &= known
        bare = pc.replace_substring_regex(parts.core, "[, ']" if self.decimal == "." else "[. ']", "")
        bare = bare if self.decimal == "." else pc.replace_substring(bare, ",", ".")
        numbers = pc.cast(pc.if_else(pa.array(good), bare, None), pa.float64())
        values = numbers.to_numpy(zero_copy_only=False) * scales
        return np.where(parts.negative, -values, values)

    def _scales(self, parts: _Parts) -> tuple[np.ndarray, np.ndarray]:
        """Return what each number is multiplied by, and whether its unit is the column's."""
        by_mark = {mark: _SCALES[mark] for mark in ("%", "‰")}
        by_mark |= {mark: _SCALES[mark] for mark in _MAGNITUDES} if self.magnitudes else {}
        known = {"": 1.0, self.unit: 1.0, **by_mark}
        table = np.array([known.get(mark, np.nan) for mark in parts.marks])
        scales = table[parts.mark_codes]
        return scales, ~np.isnan(scales)


def infer_number_format(texts: list[str], min_parsed: float) -> NumberFormat | None:
    """Return how most of the texts are written as numbers, or None if fewer than a share of them are numbers.

    Args:
        texts: distinct cells.
        min_parsed: from 0 to 1; words for nothing do not count.

    Example:
        >>> infer_number_format(["1.234,5", "12,25", "1.000"], 0.9)
        NumberFormat(decimal=',', magnitudes=False, unit='')
        >>> infer_number_format(["red", "blue"], 0.9) is None
        True
    """
    kept = [text for text, nothing in zip(texts, is_nothing(texts), strict=True) if not nothing]
    if not kept or share_with_digits(kept) < min_parsed:
        return None
    parts = _Parts.of(pa.array(kept, pa.string()))
    counts = np.bincount(parts.mark_codes[parts.good], minlength=len(parts.marks))
    units = {
        mark: count for mark, count in zip(parts.marks, counts, strict=True) if count and mark not in ("", "%", "‰")
    }
    magnitudes = len(units) > 1 and units.keys() <= _MAGNITUDES
    unit = "" if magnitudes or not units else max(units, key=lambda mark: units[mark])
    formats = [NumberFormat(decimal, magnitudes, unit) for decimal in ".,"]
    shares = [float(np.isfinite(written._values(parts)).mean()) for written in formats]
    best = int(shares[1] > shares[0])
    return formats[best] if shares[best] >= min_parsed else None


@dataclass(frozen=True)
class _Parts:
    """Cells taken apart.

    Attributes:
        core: digits with their signs of grouping and fraction.
        negative: bool (n,).
        good: bool (n,), whether the cell is made like a number at all.
        marks: the different units, in lower case, without currencies.
        mark_codes: int (n,), which of them each cell has.
    """

    core: pa.Array
    negative: np.ndarray
    good: np.ndarray
    marks: list[str]
    mark_codes: np.ndarray

    @classmethod
    def of(cls, cells: pa.Array) -> _Parts:
        if not pc.all(pc.string_is_ascii(cells)).as_py():
            for pattern, sign in _SPACES:
                cells = pc.replace_substring_regex(cells, pattern, sign)
        found = pc.extract_regex(pc.utf8_trim_whitespace(cells), _WRITTEN)
        matched = _as_bools(pc.is_valid(found))

        def group(name: str) -> pa.Array:
            return pc.fill_null(pc.struct_field(found, name), "")

        def has(name: str, text: str) -> np.ndarray:
            return _as_bools(pc.equal(group(name), text))

        signs = [has(name, "-") | has(name, "+") for name in ("sign", "sign_after", "sign_last")]
        bracketed = has("open", "(")
        good = matched & (bracketed == has("close", ")")) & (sum(map(np.int8, signs)) + bracketed <= 1)
        before = pc.dictionary_encode(group("before"))
        named = np.array([_without_currency(mark) == "" for mark in before.dictionary.to_pylist()], dtype=bool)
        good &= named[before.indices.to_numpy()]  # `L5` is a name
        after = pc.dictionary_encode(group("after"))
        marks = [_without_currency(mark) for mark in after.dictionary.to_pylist()]
        negative = has("sign", "-") | has("sign_after", "-") | has("sign_last", "-") | bracketed
        core = pc.utf8_trim_whitespace(group("core"))
        return cls(core, negative, good, marks, after.indices.to_numpy())


def _as_they_are(cells: pa.Array) -> np.ndarray | None:
    """Return numbers that are all written as computers write them, or None."""
    try:
        return pc.cast(cells, pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        return None


def _as_bools(array: pa.Array) -> np.ndarray:
    return np.asarray(array.to_numpy(zero_copy_only=False), dtype=bool)


def _without_currency(mark: str) -> str:
    letters = mark.strip("€¥£₹₽₩₺₴₫₪฿₦₱$¢. ")
    has_sign = "$" in mark  # R$, US$, NT$
    return "" if has_sign or letters in _CURRENCIES or (len(letters) == 3 and letters.isupper()) else letters.lower()


class NumberEncoder:
    """Numbers, one output.

    Args:
        written: how they are written; None for columns whose dtype is numeric.
    """

    def __init__(self, written: NumberFormat | None) -> None:
        self.written = written or NumberFormat()
        self.outputs: tuple[str, ...] = ("",)

    def transform(self, column: TableColumn) -> tuple[np.ndarray, int]:
        """Return float64 (n, 1), NaN where a cell is missing or no number, and how many cells were no numbers."""
        if column.numbers is not None:
            return column.numbers[:, None], column.n_infinite
        values = self.written.parse(column.texts)
        return column.gathered(values[:, None]), failed_cells(column, np.isnan(values))


def failed_cells(column: TableColumn, failed: np.ndarray) -> int:
    """Return how many cells hold a distinct text that failed to parse and is no word for nothing."""
    positions = np.flatnonzero(failed)
    if not len(positions):
        return 0
    nothing = is_nothing([column.texts[position] for position in positions])
    return int(column.counts[positions[~nothing]].sum())


class CoordinateEncoder:
    """Pairs of coordinates, two outputs, in the order in which they are written."""

    outputs: tuple[str, ...] = ("first", "second")
    _PAIR = re.compile(r"[(\[]?\s*([-+]?\d+(?:\.\d+)?)\s*°?\s*[,;\s]\s*([-+]?\d+(?:\.\d+)?)\s*°?\s*[)\]]?")

    def transform(self, column: TableColumn) -> tuple[np.ndarray, int]:
        """Return float64 (n, 2) and how many cells were no pairs."""
        matches = [self._PAIR.fullmatch(text) for text in column.texts]
        pairs = np.array(
            [[float(match[1]), float(match[2])] if match else [np.nan, np.nan] for match in matches], dtype=np.float64
        ).reshape(len(matches), 2)
        return column.gathered(pairs), failed_cells(column, np.isnan(pairs[:, 0]))
