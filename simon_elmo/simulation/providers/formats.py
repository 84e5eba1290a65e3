"""Providers of typed cells (numbers, dates, phones, truth values) in the formats in which tables hold them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from simon_elmo.simulation.draws import choose, choose_weighted, log_uniform
from simon_elmo.simulation.providers.dates import DATE_PROVIDERS
from simon_elmo.simulation.providers.decimals import DECIMAL_PROVIDERS
from simon_elmo.simulation.providers.integers import INTEGER_PROVIDERS
from simon_elmo.simulation.providers.periods import PERIOD_PROVIDERS
from simon_elmo.simulation.providers.phones import PHONE_PROVIDERS

_YES_NO = MappingProxyType(
    {"en": "Yes No", "de": "Ja Nein", "fr": "Oui Non", "es": "Si No", "pt": "Sim Não", "it": "Sì No", "nl": "Ja Nee",
    "pl": "Tak Nie",
     "ja": "はい いいえ", "zh": "是 否", "hi": "हाँ नहीं"}
)  # fmt: skip


_BY_HAND: tuple[Callable[[str], str], ...] = (
    str.upper,
    str.lower,
    lambda word: word + ".",
    lambda word: word + "; see note",
    lambda word: word + " - partial",
    lambda word: "Unknown",
    lambda word: word[0],
)
_CASES: tuple[Callable[[str], str], ...] = (str, str, str, str.upper, str.lower)


def _flags(rng: np.random.Generator, n: int, true: str, false: str) -> list[str]:
    """Two words, of which one is often rare or absent."""
    share = choose_weighted(rng, {0.0: 0.12, 1.0: 0.1, float(rng.beta(0.5, 0.5)): 0.4, float(rng.beta(2, 2)): 0.38})
    return [true if flag else false for flag in (rng.random(n) < share).tolist()]


def boolean_word(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Yes and no in the locale's language; one column in eight is not written evenly (yes, YES, Yes.)."""
    words = _YES_NO[choose(rng, (locale.split("_")[0], "en"))] if locale.split("_")[0] in _YES_NO else _YES_NO["en"]
    true, false = choose(rng, _CASES)(words).split()
    cells = _flags(rng, n, true, false)
    if rng.random() < 0.12:
        change = choose(rng, _BY_HAND)
        share = log_uniform(rng, 0.02, 0.3)
        cells = [
            change(cell) if odd else cell for cell, odd in zip(cells, (rng.random(n) < share).tolist(), strict=True)
        ]
    return cells


def boolean_true_false(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """True and false as programs write them."""
    return _flags(rng, n, *choose(rng, (("true", "false"), ("True", "False"), ("TRUE", "FALSE"))))


def boolean_letter(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Truth values as one letter, such as Y and N."""
    true, false = choose(rng, (("Y", "N"), ("Y", "N"), ("Y", "N"), ("T", "F"), ("y", "n"), ("t", "f")))
    words = _YES_NO.get(locale.split("_")[0], "")
    if words.isascii() and words and rng.random() < 0.25:
        true, false = (word[0] for word in words.split())
    return _flags(rng, n, true, false)


def one_zero(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Truth values as 1 and 0; both occur wherever there are two cells."""
    cells = np.where(rng.random(n) < rng.beta(0.7, 0.7), "1", "0").tolist()
    if n > 1 and len(set(cells)) == 1:
        cells[int(rng.integers(n))] = "0" if cells[0] == "1" else "1"
    return cells


FORMAT_PROVIDERS: Mapping[str, Callable[[np.random.Generator, int, str], list[str]]] = MappingProxyType(
    {
        **DATE_PROVIDERS,
        **DECIMAL_PROVIDERS,
        **INTEGER_PROVIDERS,
        **PERIOD_PROVIDERS,
        **PHONE_PROVIDERS,
        "boolean_letter": boolean_letter,
        "boolean_true_false": boolean_true_false,
        "boolean_word": boolean_word,
        "one_zero": one_zero,
    }
)

# How often a format is met in tables among those with the same label; 1 for all that are not named.
FORMAT_WEIGHTS: Mapping[str, float] = MappingProxyType(
    {
        "boolean_letter": 2.0,
        "boolean_true_false": 1.5,
        "boolean_word": 3.0,
        "date": 3.0,
        "date_compact": 0.5,
        "date_of_birth": 0.7,
        "date_time": 4.0,
        "day_of_month": 0.5,
        "epoch_time": 0.3,
        "float_comma": 0.6,
        "float_grouped": 0.6,
        "float_mostly_whole": 1.5,
        "float_number": 6.0,
        "float_precise": 1.5,
        "float_scientific": 0.4,
        "float_signed": 2.0,
        "integer": 6.0,
        "integer_identifier": 4.0,
        "integer_sequence": 0.7,
        "integer_signed": 0.5,
        "phone": 4.0,
        "phone_digits": 2.5,
        "phone_international": 0.25,
        "projected_coordinate": 0.7,
        "time": 1.5,
        "year": 2.0,
        "year_month": 0.7,
    }
)
