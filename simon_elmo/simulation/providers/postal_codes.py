"""Providers of postal codes, and which country a table is of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from simon_elmo.simulation.draws import choose
from simon_elmo.simulation.providers.templates import Rng, draw, fill, join, maybe

# Tables of one country now and then hold another that shares its language.
_SAME_LANGUAGE = MappingProxyType({"en_US": ("en_US",) * 10 + ("en_CA", "en_AU"), "es_ES": ("es_ES", "es_MX", "es_CO")})
_INDIA = ("hi_IN", "en_IN")


def country_of(rng: Rng, locale: str) -> str:
    """Return the country that a table is of, as a locale: mostly the given one."""
    if locale == "hi_IN":
        return choose(rng, _INDIA)
    return choose(rng, _SAME_LANGUAGE.get(locale, (locale,)))


# By country: patterns of postal codes with letters or dashes.
_LETTERED = MappingProxyType(
    {
        "en_GB": ("?%# %??", "??%# %??", "?% %??", "??% %??", "?%? %??"),
        "en_CA": ("?#? #?#", "?#?#?#"),
        "nl_NL": ("%### ??", "%###??"),
        "pl_PL": ("##-###",),
        "pt_BR": ("#####-###", "%####-###", "##.###-###"),
        "ja_JP": ("###-####", "〒###-####"),
        "en_US": ("#####-####",),
        "fr_FR": ("F-##%##",),
        "de_DE": ("D-#####",),
        "it_IT": ("I-#####",),
    }
)
# Five digits, if nothing else is said.
_DIGITS_ONLY = MappingProxyType(
    {"en_AU": "%###", "zh_CN": "%#####", "hi_IN": "%#####", "en_IN": "%#####", "es_CO": "######", "pt_BR": "########",
     "ja_JP": "#######"}
)  # fmt: skip


def _regional(rng: Rng, pattern: str, n: int) -> list[str]:
    """Return postal codes of a few areas (their first two or three places are the same), or of the whole country."""
    if maybe(rng, 0.25):
        return fill(rng, pattern, n)
    head = int(choose(rng, (2, 3, 3)))
    areas = fill(rng, pattern[:head], int(rng.integers(1, 7)))
    return join(draw(rng, areas, n), fill(rng, pattern[head:], n))


def postal_code_digits(rng: Rng, n: int, locale: str) -> list[str]:
    """Postal codes of digits only; a few columns have lost leading zeros."""
    country = country_of(rng, locale)
    cells = _regional(rng, _DIGITS_ONLY.get(country, "#####"), n)
    return [cell.lstrip("0") or "0" for cell in cells] if maybe(rng, 0.15) else cells


def postal_code(rng: Rng, n: int, locale: str) -> list[str]:
    """Postal codes with letters or dashes, such as SW1A 1AA, T8H 2R9, 90036-1715."""
    country = choose(rng, ("en_US", "en_US", "en_CA")) if locale == "en_US" else locale
    pattern = choose(rng, _LETTERED.get(country, _LETTERED["en_US"]))
    cells = _regional(rng, pattern, n)
    if country == "en_US":
        plain = [cell[:5] for cell in cells]
        joint = choose(rng, ("-", "-", "-", ""))
        share = choose(rng, (1.0, 0.9, 0.5, 0.2, 0.05))
        long = (rng.random(n) < share).tolist()
        if not any(long) or (not joint and all(long)):
            long[0], joint = True, "-"
        cells = [
            cell.replace("-", joint) if whole else head for cell, head, whole in zip(cells, plain, long, strict=True)
        ]
    return cells


POSTAL_CODE_PROVIDERS: Mapping[str, Callable[[Rng, int, str], list[str]]] = MappingProxyType(
    {"postal_code": postal_code, "postal_code_digits": postal_code_digits}
)
