"""Providers of companies, currencies, languages and colours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

import numpy as np

from simon_elmo.simulation.draws import choose, choose_cells
from simon_elmo.simulation.providers.codes import hexadecimal
from simon_elmo.simulation.providers.people import last_names
from simon_elmo.simulation.providers.templates import (
    Rng,
    capitals,
    compose_any,
    draw,
    draw_skewed,
    fill,
    join,
    maybe,
    mix,
    some_of,
    sometimes,
)
from simon_elmo.simulation.providers.vocabulary import faker_words, language_of, words

_trade = partial(words, file="business")


def _initials(rng: Rng, n: int) -> list[str]:
    return mix(rng, n, [partial(fill, rng, form) for form in ("? & ?", "??", "???", "?.?.", "?&?")])


def _american_companies(rng: Rng, n: int) -> list[str]:
    trades = partial(draw, rng, _trade("trade"))
    names = partial(last_names, rng, locale="en_US")
    nature = partial(
        compose_any, rng, ("{natural}", "{natural} {natural}", "{natural}{settlement}", "{surnameish}"), most=4
    )
    heads = mix(
        rng,
        n,
        [
            lambda count: join(names(count), " ", trades(count)),
            lambda count: join(nature(count), " ", trades(count)),
            lambda count: join(draw(rng, _trade("modifier"), count), " ", trades(count)),
            lambda count: join(_initials(rng, count), " ", trades(count)),
            lambda count: join(names(count), " & ", names(count)),
            lambda count: join(names(count), " ", names(count), " ", trades(count)),
            lambda count: join("THE ", nature(count), " ", trades(count)),
            lambda count: join(first_possessives(rng, count), " ", trades(count)),
        ],
        rng.dirichlet(np.ones(8) * 2).tolist(),
    )
    joint = choose(rng, (" ", " ", " ", ", "))
    return join(heads, sometimes(rng, join(joint, draw(rng, _trade("ending"), n)), rng.uniform(0.2, 0.95)))


def first_possessives(rng: Rng, n: int) -> list[str]:
    """Return given names as shops have them, such as Maria's."""
    return join(draw(rng, faker_words("person", "en_US", "first_names"), n), choose(rng, ("'s", "'S", "S", "'s")))


def _companies_of(rng: Rng, n: int, locale: str) -> list[str]:
    """Return companies whose trade and legal form are in the locale's language."""
    trades, endings = _trade("trade", locale), _trade("ending", locale)
    names = last_names(rng, n, "en_IN" if locale == "hi_IN" and maybe(rng, 0.6) else locale)
    if language_of(locale) == "ja":
        return (
            join("株式会社", names, draw(rng, trades, n))
            if maybe(rng, 0.5)
            else join(names, draw(rng, trades, n), "有限会社")
        )
    if language_of(locale) == "zh":
        cities = draw(rng, faker_words("address", "zh_CN", "cities"), n)
        return join(
            cities, draw(rng, faker_words("company", "zh_CN", "company_prefixes"), n), draw(rng, trades, n), "有限公司"
        )
    ending = join(" ", draw_skewed(rng, endings, n, skew=1.5))
    heads = [
        lambda count: join(draw(rng, names, count), " ", draw(rng, trades, count)),
        lambda count: join(draw(rng, trades, count), " ", draw(rng, names, count)),
        lambda count: join(draw(rng, names, count), " & ", draw(rng, names, count)),
        lambda count: join(fill(rng, "???", count), " ", draw(rng, trades, count)),
    ]
    return join(mix(rng, n, heads), sometimes(rng, ending, rng.uniform(0.5, 1.0)))


def company(rng: Rng, n: int, locale: str) -> list[str]:
    """Businesses and other organisations as registers name them."""
    if language_of(locale) != "en":
        return capitals(rng, _companies_of(rng, n, locale), 0.3)
    share = float(choose(rng, (0.0, 0.1, 0.35)))
    known = float(choose(rng, (0.0, 0.0, 0.05, 0.6)))
    makers = [
        partial(_american_companies, rng),
        partial(compose_any, rng, words("civic", file="templates"), most=20),
        partial(draw, rng, _trade("known")),
    ]
    cells = mix(rng, n, makers, [1.0, share, known])
    return [cell.upper() for cell in cells] if maybe(rng, 0.6) else [_title(cell) for cell in cells]


def _title(name: str) -> str:
    """Return a name with capital initials, legal forms kept."""
    words_ = name.split(" ")
    return " ".join(
        word if len(word) < 4 or not word.isupper() or word in ("PLLC", "L.L.C.") else word.capitalize()
        for word in words_
    )


def currency_code(rng: Rng, n: int, locale: str) -> list[str]:
    """ISO 4217 codes of currencies."""
    usual = _trade("currency")
    codes = faker_words("currency", "", "currencies") if maybe(rng, 0.2) else ()
    every = tuple(code for code in codes if len(code) == 3 and code.isupper()) or usual
    return choose_cells(rng, some_of(rng, every if maybe(rng, 0.3) else usual, min(len(every), 30)), n)


def language(rng: Rng, n: int, locale: str) -> list[str]:
    """Languages by name."""
    names = _trade("language", locale if maybe(rng, 0.6) else "en")
    if maybe(rng, 0.2):
        names = faker_words("person", locale, "language_names") or names
    return capitals(rng, choose_cells(rng, some_of(rng, names, len(names)), n), 0.15)


def language_code(rng: Rng, n: int, locale: str) -> list[str]:
    """Languages by code: en, eng, en-US."""
    codes = _trade(choose(rng, ("language_code", "language_code", "language_code_3", "language_tag")))
    return capitals(rng, choose_cells(rng, some_of(rng, codes, len(codes)), n), 0.15)


def colour(rng: Rng, n: int, locale: str) -> list[str]:
    """Colours by name."""
    names = _trade("colour", locale if maybe(rng, 0.7) else "en")
    if maybe(rng, 0.2):
        names = faker_words("color", locale, "all_colors") or faker_words("color", "en_US", "all_colors")
    elif maybe(rng, 0.12):
        names = _trade("colour_code")
    cells = choose_cells(rng, some_of(rng, names, len(names)), n)
    if maybe(rng, 0.12):
        cells = join(cells, sometimes(rng, join(choose(rng, ("/", "-", " / ")), draw(rng, names, n)), 0.4))
    changes: tuple[Callable[[str], str], ...] = (str, str, str.upper, str.title, str.lower)
    change = choose(rng, changes)
    return [change(cell) for cell in cells]


def hex_colour(rng: Rng, n: int, locale: str) -> list[str]:
    """Colours as hexadecimal numbers, with a number sign or without."""
    cells = hexadecimal(rng.integers(0, 256, (n, 3), dtype=np.uint8))
    if maybe(rng, 0.15):
        cells = [cell[::2] for cell in cells]
    cells = join(choose(rng, ("#", "#", "#", "#", "", "0x")), cells)
    return [cell.upper().replace("X", "x") for cell in cells] if maybe(rng, 0.45) else cells


BUSINESS_PROVIDERS: Mapping[str, Callable[[Rng, int, str], list[str]]] = MappingProxyType(
    {
        "colour": colour,
        "company": company,
        "currency_code": currency_code,
        "hex_colour": hex_colour,
        "language": language,
        "language_code": language_code,
    }
)
