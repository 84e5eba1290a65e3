"""Providers of text that names things: public bodies, programmes, buildings, parts of towns, works, indicators."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from simon_elmo.simulation.draws import choose, choose_cells
from simon_elmo.simulation.providers.geography import city_names
from simon_elmo.simulation.providers.people import last_names
from simon_elmo.simulation.providers.templates import (
    Rng,
    capitals,
    compose_any,
    draw,
    fill,
    join,
    maybe,
    mix,
    some_of,
    sometimes,
)
from simon_elmo.simulation.providers.vocabulary import has_words, language_of, words


def _named(rng: Rng, kind: str, n: int, locale: str, most: int = 4) -> list[str]:
    """Return names made of up to `most` templates of a kind, in the locale's language where it has templates."""
    language = locale if has_words(kind, locale, file="templates") and maybe(rng, 0.85) else "en"
    return compose_any(rng, words(kind, language, file="templates"), n, language, most)


def text_agency(rng: Rng, n: int, locale: str) -> list[str]:
    """Public bodies, departments and divisions."""
    cells = _named(rng, "agency", n, locale, most=3)
    if language_of(locale) in ("es", "fr", "de") and maybe(rng, 0.3):
        cells = join(cells, sometimes(rng, join(" - ", draw(rng, city_names(locale), n)), 0.4))
    return capitals(rng, cells, 0.35)


def text_program(rng: Rng, n: int, locale: str) -> list[str]:
    """Programmes, projects and funds."""
    return capitals(rng, _named(rng, "program", n, locale, most=3), 0.25)


def text_facility(rng: Rng, n: int, locale: str) -> list[str]:
    """Schools, parks, libraries, stations and other places by name."""
    cells = _named(rng, "facility", n, locale)
    if maybe(rng, 0.12):
        cells = join(cells, sometimes(rng, join(" ", draw(rng, city_names(locale), n)), rng.uniform(0.2, 1.0)))
    return capitals(rng, cells, 0.35)


def text_neighborhood(rng: Rng, n: int, locale: str) -> list[str]:
    """Parts of towns: neighbourhoods, villages, suburbs, wards."""
    cells = _named(rng, "neighborhood", n, locale)
    if language_of(locale) == "en":
        known = some_of(rng, words("neighborhoods", file="places"), 60)
        cells = mix(rng, n, [partial(draw, rng, known), partial(draw, rng, cells)], [0.6, 0.4])
        if maybe(rng, 0.15):
            cells = join(cells, choose(rng, (" NA", " Neighborhood", " HOA", "/", " District")))
    return capitals(rng, cells, 0.4)


def text_title(rng: Rng, n: int, locale: str) -> list[str]:
    """Titles of works, events and publications."""
    return capitals(rng, _named(rng, "title", n, locale, most=5), 0.12)


def text_statistic(rng: Rng, n: int, locale: str) -> list[str]:
    """What a table of statistics measures: indicators, questions, strata."""
    return capitals(rng, _named(rng, "statistic", n, locale, most=2), 0.1)


def text_person_list(rng: Rng, n: int, locale: str) -> list[str]:
    """Several family names in a cell, or names with what they are."""
    names = [last_names(rng, n, "en_US" if language_of(locale) in ("ja", "zh", "hi") else locale) for _ in range(3)]
    joint = choose(rng, (", ", "; ", " and ", "/", " & ", " - "))
    more = sometimes(rng, join(joint, names[1], sometimes(rng, join(joint, names[2]), 0.5)), rng.uniform(0.5, 1.0))
    tail = sometimes(
        rng,
        fill(rng, choose(rng, (" [##]", " (Chair)", " et al.", ", ?", " (19##)")), n),
        float(choose(rng, (0.0, 0.3))),
    )
    return join(names[0], more, tail)


def text_area(rng: Rng, n: int, locale: str) -> list[str]:
    """Groups of countries, markets and regions, which are no country."""
    groups = words("group", file="countries")
    return choose_cells(rng, some_of(rng, groups, len(groups)), n)


NAME_PROVIDERS: Mapping[str, Callable[[Rng, int, str], list[str]]] = MappingProxyType(
    {
        "text_agency": text_agency,
        "text_area": text_area,
        "text_facility": text_facility,
        "text_neighborhood": text_neighborhood,
        "text_person_list": text_person_list,
        "text_program": text_program,
        "text_statistic": text_statistic,
        "text_title": text_title,
    }
)
