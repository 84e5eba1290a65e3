"""Providers of whole numbers: counts, codes, identifiers, amounts, with the spread that tables have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from simon_elmo.simulation.draws import choose, choose_weighted, log_uniform, translate_cells

# What stands between groups of three digits; India groups by two above the thousands.
_SEPARATORS = MappingProxyType(
    {"en": ",", "ja": ",", "zh": ",", "hi": "in", "de": ".", "es": ".", "pt": ".", "it": ".", "nl": ".", "fr": " ",
    "pl": " "}
)  # fmt: skip


def group_separator(rng: np.random.Generator, locale: str) -> str:
    """Return what a column of this locale puts between thousands: `","`, `"."`, a space or `"in"` for lakhs."""
    if rng.random() < 0.25:
        return ","
    separator = _SEPARATORS.get(locale.split("_")[0], ",")
    return choose(rng, (" ", "\u00a0", "\u202f")) if separator == " " else separator


def _counts(rng: np.random.Generator, n: int) -> np.ndarray:
    mean = log_uniform(rng, 0.1, 60)
    return rng.negative_binomial(r := log_uniform(rng, 0.3, 8), r / (r + mean), n)


def _heavy_tailed(rng: np.random.Generator, n: int) -> np.ndarray:
    values = rng.lognormal(rng.uniform(2, 14), rng.uniform(0.3, 2.2), n)
    return np.minimum(values, 1e12).astype(np.int64)


def _uniform(rng: np.random.Generator, n: int) -> np.ndarray:
    low = int(log_uniform(rng, 1, 1e6)) if rng.random() < 0.5 else 1
    return rng.integers(low, low + int(log_uniform(rng, 4, 3e5)), n)


def _normal(rng: np.random.Generator, n: int) -> np.ndarray:
    mean = log_uniform(rng, 8, 1e5)
    return np.abs(rng.normal(mean, mean * rng.uniform(0.05, 0.5), n)).astype(np.int64)


def _codes(rng: np.random.Generator, n: int) -> np.ndarray:
    kinds = rng.integers(1, int(log_uniform(rng, 10, 1e9)), int(rng.integers(2, 60)))
    return kinds[(len(kinds) * rng.power(0.6, n)).astype(np.int64)]


def _rounded(rng: np.random.Generator, n: int) -> np.ndarray:
    unit = choose(rng, (5, 10, 50, 100, 500, 1_000, 1_000_000))
    return np.round(rng.lognormal(rng.uniform(1, 5), rng.uniform(0.5, 1.5), n)).astype(np.int64) * unit


_FAMILIES: Mapping[Callable[[np.random.Generator, int], np.ndarray], float] = MappingProxyType(
    {_counts: 0.22, _heavy_tailed: 0.26, _uniform: 0.2, _normal: 0.12, _codes: 0.12, _rounded: 0.08}
)


def random_integers(rng: np.random.Generator, n: int) -> np.ndarray:
    """Return int64 (n,), not negative: one of the distributions that columns of whole numbers follow."""
    values = choose_weighted(rng, _FAMILIES)(rng, n).astype(np.int64)
    if rng.random() < 0.12:
        values = np.where(rng.random(n) < rng.uniform(0.2, 0.97), 0, values)
    return values


def group_digits(values: list[int], separator: str) -> list[str]:
    """Write whole numbers with a separator between thousands; `"in"` groups as in India (12,34,567).

    Example:
        >>> group_digits([2778, -1234567], ","), group_digits([1234567], "in")
        (['2,778', '-1,234,567'], ['12,34,567'])
    """
    if separator == "in":
        return [_lakhs(value) for value in values]
    cells = list(map("{:,}".format, values))
    return cells if separator == "," else translate_cells(cells, {ord(","): separator})


def _lakhs(value: int) -> str:
    head, tail = divmod(abs(value), 1000)
    if not head:
        return str(value)
    digits = str(head)
    first = len(digits) % 2
    groups = [digits[:first]] * bool(first) + [digits[at : at + 2] for at in range(first, len(digits), 2)]
    return f"{'-' * (value < 0)}{','.join(groups)},{tail:03d}"


def integer(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Whole numbers as digits."""
    return list(map(str, random_integers(rng, n).tolist()))


def integer_signed(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Whole numbers of which some are negative; the minus sign leads, or trails, or is a pair of brackets."""
    negative = rng.random(n) < rng.uniform(0.02, 0.6)
    template = choose(rng, ("-%d", "-%d", "-%d", "-%d", "-%d", "(%d)", "%d-"))
    pairs = zip(random_integers(rng, n).tolist(), negative.tolist(), strict=True)
    return [template % value if minus and value else str(value) for value, minus in pairs]


def integer_grouped(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Whole numbers with a separator between thousands, such as 2,778."""
    values = _heavy_tailed(rng, n) if rng.random() < 0.7 else random_integers(rng, n) + log_uniform(rng, 1, 1e6)
    return group_digits(values.astype(np.int64).tolist(), group_separator(rng, locale))


def integer_identifier(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Numbers that name records: unique, often close to each other, sometimes rising."""
    base = int(log_uniform(rng, 1e3, 1e10))
    kind = rng.random()
    if kind < 0.15:  # the year, then a number within it: 2012001115
        digits = 10 ** int(rng.integers(4, 8))
        values = (int(rng.integers(1995, 2026)) + rng.integers(0, 2, n)) * digits + rng.integers(1, digits // 4, n)
    elif kind < 0.65:
        values = base + np.cumsum(rng.integers(1, choose(rng, (2, 2, 5, 100, 10_000)), n))
    else:
        values = rng.integers(base, base * 10, n)
    return list(map(str, (values if rng.random() < 0.5 else rng.permutation(values)).tolist()))


def integer_padded(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Numbers written with leading zeros to one width, such as 0042."""
    width = int(rng.integers(2, 11))
    values = rng.integers(1, int(10 ** (width - rng.uniform(0.2, 1.5))) + 2, n)
    return list(map(f"%0{width}d".__mod__, values.tolist()))


def integer_sequence(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Row numbers: equal steps from a start."""
    start, step = int(choose(rng, (0, 1, 1, int(log_uniform(rng, 2, 1e7))))), int(choose(rng, (1, 1, 1, 1, 2, 10)))
    return list(map(str, range(start, start + step * n, step)))


def age(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Ages of people in years."""
    ages = rng.normal(rng.uniform(18, 55), rng.uniform(5, 22), n)
    return list(map(str, np.abs(ages).clip(0, 104).astype(np.int64).tolist()))


INTEGER_PROVIDERS: Mapping[str, Callable[[np.random.Generator, int, str], list[str]]] = MappingProxyType(
    {
        "age": age,
        "integer": integer,
        "integer_grouped": integer_grouped,
        "integer_identifier": integer_identifier,
        "integer_padded": integer_padded,
        "integer_sequence": integer_sequence,
        "integer_signed": integer_signed,
    }
)
