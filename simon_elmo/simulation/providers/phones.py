"""Providers of telephone numbers in the formats of each country."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from simon_elmo.simulation.draws import choose, choose_weighted, log_uniform

# "#" is any digit, "N" is 2 to 9, "A" is a digit of the column's few area codes.
_US = MappingProxyType(
    {"(AAA) N##-####": 10, "AAA-N##-####": 12, "AAA.N##.####": 3, "AAAN######": 5, "(AAA)N##-####": 1.5,
    "AAA N## ####": 1, "1-AAA-N##-####": 1,
     "+1 AAA-N##-####": 0.7, "+1AAAN######": 0.6, "1AAAN######": 0.6, "+1 (AAA) N##-####": 0.6, "AAA/N##-####": 0.3,
     "N##-####": 0.6,
     "(AAA) N## ####": 0.4, "AAA-N##-#### x####": 0.4, "AAA-N##-#### ext. ###": 0.4, "001-AAA-N##-####": 0.2,
     "(AAA) N##-#### Ext ###": 0.3}
)  # fmt: skip
_PHONES: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "en_US": _US,
        "en_CA": _US,
        "en_GB": {"020 N### ####": 2, "0AAA N## ####": 2, "0AAAA ######": 3, "07### ######": 3,
                  "+44 AAAA ######": 1.5, "+44 (0)20 N### ####": 0.6,
                  "0AAAA######": 1.5, "(0AAAA) ######": 0.6, "+4479########": 0.6},
        "en_AU": {"(0A) N### ####": 4, "0A N### ####": 2, "04## ### ###": 3, "+61 A N### ####": 1.5, "0AN#######": 1,
                  "1300 ### ###": 0.5},
        "de": {"0AAA/#######": 2, "0AAA #######": 3, "0AAA-######": 1.5, "+49 AAA #######": 3,
               "+49 (0) AAA ######": 1, "(0AAA) ######": 1.5,
               "+49AAA#######": 0.8, "0AA ########": 1.5, "0176 ########": 1},
        "fr": {"0A ## ## ## ##": 8, "0A.##.##.##.##": 5, "0A########": 3, "+33 A ## ## ## ##": 1.5,
               "+33A########": 1, "+33.A.##.##.##.##": 0.3, "+33 (0)A ## ## ## ##": 0.4,
               "0A-##-##-##-##": 0.5, "A########": 0.3},
        "es": {"9A# ### ###": 3, "9A#######": 3, "+34 9A# ### ###": 1.5, "6## ### ###": 1.5, "9A ### ## ##": 1.5,
               "+34 6########": 0.6, "3#########": 0.6,
               "(AA#) ###-####": 0.3},
        "pt": {"(AA) 9####-####": 4, "(AA) N###-####": 4, "AA 9########": 1.5, "+55 AA 9####-####": 1.5,
               "AAN#######": 1, "+351 2## ### ###": 0.6},
        "it": {"0A ########": 3, "0AA/######": 1.5, "0AA #######": 2, "+39 0A #######": 1.5, "3## #######": 2,
               "0AA######": 1.5, "+39 3########": 0.6},
        "nl": {"0AA-#######": 3, "0AAA-######": 2, "06-########": 2, "06 ## ## ## ##": 1, "+31 AA ### ####": 1.5,
               "0AA ### ## ##": 1, "+316########": 0.6},
        "pl": {"AA ### ## ##": 3, "### ### ###": 3, "(AA) ### ## ##": 1.5, "+48 AA ### ## ##": 1.5,
               "+48#########": 0.8, "AA#######": 1, "###-###-###": 1},
        "ja": {"0A-####-####": 4, "0AA-###-####": 3, "090-####-####": 2, "03(####)####": 0.6, "+81-A-####-####": 0.8,
               "0AAA-##-####": 2},
        "zh": {"1A#########": 4, "0AA-########": 3, "0AAA-#######": 1.5, "+86 1A# #### ####": 1.5,
               "400-###-####": 0.6, "86-AA-########": 0.5},
        "hi": {"9#########": 3, "+91 9#### #####": 2, "+91-9#########": 2, "0AA-########": 2, "0AAA N######": 1.5,
               "+919#########": 1, "(0AA) ########": 0.6},
    }
)  # fmt: skip


def _formats(locale: str) -> Mapping[str, float]:
    return _PHONES.get(locale, _PHONES.get(locale.split("_")[0], _US))


def _fill(rng: np.random.Generator, pattern: str, n: int) -> list[str]:
    """Write n numbers of one pattern; its digits are drawn as one array, its area codes from a few."""
    width = sum(character in "#NA" for character in pattern)
    digits = rng.integers(0, 10, (n, width))
    areas = rng.integers(2, 10, (int(rng.integers(1, 12)) if rng.random() < 0.7 else 300, width))
    area = areas[rng.integers(0, len(areas), n)]
    at, template = 0, ""
    for character in pattern:
        if character not in "#NA":
            template += character
            continue
        if character == "N":
            digits[:, at] = digits[:, at] % 8 + 2
        elif character == "A":
            digits[:, at] = area[:, at]
        at, template = at + 1, template + "%d"
    return [template % tuple(row) for row in digits.tolist()]


def _is_digits(pattern: str) -> bool:
    return set(pattern) <= set("#NA0123456789")


def phone(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Telephone numbers in one format of the country; one column in five mixes two to four formats."""
    formats = _formats(locale)
    written = {pattern: weight for pattern, weight in formats.items() if not _is_digits(pattern)}
    cells = _fill(rng, choose_weighted(rng, written), n)
    if rng.random() < 0.22:
        columns = [cells, *(_fill(rng, choose_weighted(rng, formats), n) for _ in range(int(rng.integers(1, 4))))]
        picks = (len(columns) * rng.power(choose(rng, (0.3, 1.0)), n)).astype(np.int64).tolist()
        cells = [columns[pick][row] for row, pick in enumerate(picks)]
    return cells


def phone_digits(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Telephone numbers as bare digits."""
    formats = {pattern: weight for pattern, weight in _formats(locale).items() if _is_digits(pattern)}
    return _fill(rng, choose_weighted(rng, formats or {"AAAN######": 1.0}), n)


def phone_international(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Telephone numbers of many countries in one column, each with its country code."""
    code, width = int(log_uniform(rng, 1, 900)), int(rng.integers(7, 11))
    template = choose(rng, ("+{} {}", "+{}{}", "00{} {}", "+{}-{}", "(+{}) {}"))
    codes = np.where(rng.random(n) < 0.3, code, rng.integers(1, 999, n)).tolist()
    numbers = rng.integers(10 ** (width - 1), 10**width, n).tolist()
    return [template.format(prefix, number) for prefix, number in zip(codes, numbers, strict=True)]


PHONE_PROVIDERS: Mapping[str, Callable[[np.random.Generator, int, str], list[str]]] = MappingProxyType(
    {"phone": phone, "phone_digits": phone_digits, "phone_international": phone_international}
)
