"""Providers of streets, corners and kinds of streets: places that are no addresses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

import numpy as np

from simon_elmo.simulation.draws import choose, log_uniform
from simon_elmo.simulation.providers.people import last_names
from simon_elmo.simulation.providers.templates import (
    Rng,
    capitals,
    compose,
    draw,
    draw_skewed,
    fill,
    join,
    maybe,
    mix,
    replace,
    some_of,
    sometimes,
)
from simon_elmo.simulation.providers.vocabulary import language_of, words

_DIRECTIONS = ("N", "S", "E", "W", "NE", "NW", "SE", "SW")
_LONG_DIRECTIONS = ("North", "South", "East", "West")


def house_numbers(rng: Rng, n: int, low: float = 100, high: float = 20_000) -> list[str]:
    """Return house numbers; those of some tables are rounded to blocks of a hundred."""
    top = log_uniform(rng, max(low * 3, 60), high)
    numbers = np.exp(rng.uniform(np.log(low), np.log(top), n)).astype(np.int64)
    if high > 1000 and maybe(rng, 0.06):
        numbers = numbers // 100 * 100 + 100
    return list(map(str, numbers.tolist()))


def _ordinals(rng: Rng, n: int) -> list[str]:
    numbers = (1 + 130 * rng.random(n) ** 1.5).astype(np.int64).tolist()
    endings = {1: "st", 2: "nd", 3: "rd"}
    return [f"{number}{'th' if number // 10 % 10 == 1 else endings.get(number % 10, 'th')}" for number in numbers]


def american_street_names(rng: Rng, n: int) -> list[str]:
    """Return names of streets without their kind: Oak, 14th, Lincoln, Martin Luther King."""
    nature = partial(compose, rng, choose(rng, ("{natural}", "{natural} {natural}", "{natural}{settlement}")))
    makers = [
        partial(compose, rng, "{surnameish}"),
        nature,
        partial(_ordinals, rng),
        partial(last_names, rng, locale="en_US"),
    ]
    return mix(rng, n, makers, [0.25, 0.3, float(choose(rng, (0.15, 0.4, 0.8))), 0.3])


def american_streets(rng: Rng, n: int) -> list[str]:
    """Return streets with direction and kind in the habits of one table: NE 14th Ave, Oak Street, E 39 ST."""
    short = maybe(rng, 0.75)
    kinds = draw_skewed(rng, words("street_type_short" if short else "street_type"), n, skew=3.0)
    share = float(choose(rng, (0.0, 0.15, 0.5, 0.95)))
    directions = draw(rng, _DIRECTIONS if maybe(rng, 0.6) else _DIRECTIONS[:4] if short else _LONG_DIRECTIONS, n)
    names = american_street_names(rng, n)
    if maybe(rng, 0.12):
        names = [name[:-2] if name[:1].isdigit() else name for name in names]
    roads = mix(
        rng,
        n,
        [lambda count: fill(rng, choose(rng, ("HWY ##", "Highway ###", "CR ###", "County Road ##", "FM ###")), count)],
    )
    plain = join(names, sometimes(rng, join(" ", kinds), 0.97))
    if maybe(rng, 0.08):
        return join(plain, sometimes(rng, join(" ", directions), share))
    cells = join(sometimes(rng, join(directions, " "), share), plain)
    rural = float(choose(rng, (0.0, 0.02, 0.08)))
    return replace(rng, cells, roads, rural)


def german_streets(rng: Rng, n: int) -> list[str]:
    """Return German streets, such as Gartenstraße and Am Markt."""
    named = join(compose(rng, "{street_name}", n, "de"), draw(rng, words("street_type", "de")[:6], n))
    other = ("Am Markt", "An der Kirche", "Zum Bahnhof", "Am Sportplatz", "Im Winkel", "Auf der Höhe", "Alte Gasse")
    return mix(rng, n, [partial(draw, rng, named), partial(draw, rng, other)], [0.9, 0.1])


def street(rng: Rng, n: int, locale: str) -> list[str]:
    """Streets without house numbers, or only with a block."""
    language = language_of(locale)
    if language == "de":
        cells = german_streets(rng, n)
    elif language in ("fr", "es", "pt", "it"):
        cells = join(draw(rng, words("street_type", language), n), " ", draw(rng, words("street_name", language), n))
    elif language == "nl":
        cells = draw(rng, words("street_name", "nl"), n)
    else:
        cells = american_streets(rng, n) if maybe(rng, 0.7) else american_street_names(rng, n)
    return capitals(rng, cells, 0.5)


def intersection(rng: Rng, n: int, locale: str) -> list[str]:
    """Corners of two streets, and stretches between them."""
    joint = choose(rng, (" & ", " / ", "/", " and ", " at ", " @ ", " X ", " from ", " near ", " BTWN "))
    cells = join(american_streets(rng, n), joint, american_streets(rng, n))
    if maybe(rng, 0.15):
        cells = join(cells, choose(rng, (", ", " to ")), american_street_names(rng, n))
    return capitals(rng, cells, 0.6)


def street_kind(rng: Rng, n: int, locale: str) -> list[str]:
    """Kinds of streets, as a column of their own."""
    kinds = words(
        "street_type" if maybe(rng, 0.3) else "street_type_short", language_of(locale) if maybe(rng, 0.5) else "en"
    )
    return capitals(rng, draw(rng, some_of(rng, kinds, len(kinds)), n), 0.6)


STREET_PROVIDERS: Mapping[str, Callable[[Rng, int, str], list[str]]] = MappingProxyType(
    {"intersection": intersection, "street": street, "street_kind": street_kind}
)
