"""Providers of street addresses and their second lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from simon_elmo.simulation.draws import choose, choose_weighted
from simon_elmo.simulation.providers.geography import city_names, state_codes
from simon_elmo.simulation.providers.national_addresses import NATIONAL_ADDRESSES
from simon_elmo.simulation.providers.streets import american_streets, house_numbers
from simon_elmo.simulation.providers.templates import (
    Rng,
    capitals,
    draw,
    fill,
    join,
    maybe,
    mix,
    replace,
    some_of,
    sometimes,
)
from simon_elmo.simulation.providers.vocabulary import language_of

_UNITS = (
    "STE ###", "Suite ###", "APT #", "Apt %#", "\\#%", "\\# ##", "\\####", "UNIT %", "Unit ##", "APT ?", "Ste %0#",
    "APT %##", "SUITE ?", "FL %", "Floor %", "LOT ##", "BLDG ?", "RM ###", "Room %##", "TRLR %#", "Suite %#0",
)  # fmt: skip


def units(rng: Rng, n: int, few: int = 3) -> list[str]:
    """Return apartments and suites in one to `few` forms: STE 300, Apt 2B, #14."""
    return mix(rng, n, [partial(fill, rng, form) for form in some_of(rng, _UNITS, few)])


def american_addresses(rng: Rng, n: int) -> list[str]:
    """Return addresses with units and boxes in the habits of one table."""
    joint = choose(rng, (" ",) * 12 + ("  ",))
    unit = join(choose(rng, (" ", " ", ", ")), units(rng, n))
    cells = join(
        house_numbers(rng, n),
        joint,
        american_streets(rng, n),
        sometimes(rng, unit, float(choose(rng, (0.0, 0.1, 0.35)))),
    )
    boxes = fill(rng, choose(rng, ("PO Box ###", "PO BOX ####", "P.O. Box %##", "P O BOX ##")), n)
    share = float(choose_weighted(rng, {0.0: 0.55, 0.04: 0.25, 0.2: 0.15, 0.97: 0.05}))
    return replace(rng, cells, boxes, share)


def _with_town(rng: Rng, cells: list[str], locale: str) -> list[str]:
    """Append the town to each address, as the country does."""
    n = len(cells)
    towns = draw(rng, city_names(locale), n)
    if locale == "en_US":
        codes = draw(rng, state_codes("en_US"), n) if maybe(rng, 0.4) else [choose(rng, state_codes("en_US"))] * n
        return join(cells, ", ", towns, ", ", codes, " ", fill(rng, "%####", n))
    if language_of(locale) in ("de", "fr", "es", "it", "pl"):
        return join(cells, ", ", fill(rng, "##-###" if locale == "pl_PL" else "#####", n), " ", towns)
    return join(cells, ", ", towns)


def address(rng: Rng, n: int, locale: str) -> list[str]:
    """Street addresses; in one column of eight with the town, in a few with corners of streets among them."""
    cells = (american_addresses if locale == "en_US" else NATIONAL_ADDRESSES[language_of(locale)])(rng, n)
    if language_of(locale) not in ("ja", "zh", "hi") and maybe(rng, 0.12):
        cells = _with_town(rng, cells, locale)
    if locale == "en_US" and maybe(rng, 0.12):
        corners = join(american_streets(rng, n), choose(rng, ("/", " & ", " and ", " / ")), american_streets(rng, n))
        share = rng.uniform(0.02, 0.2)
        cells = replace(rng, cells, corners, share)
    return capitals(rng, cells, 0.5)


_LINE_2 = MappingProxyType(
    {
        "de": ("%. OG", "Hinterhaus", "Whg. %#", "c/o ~~~~"),
        "fr": ("Bât. ?", "Appt %#", "BP ###", "Etage %", "Résidence ?"),
        "es": ("Piso %", "%º ?", "Apto %0#", "OFICINA %0#", "LOCAL %"),
        "pt": ("Apto %0#", "Bloco ?", "Sala %0#", "CASA %"),
        "it": ("Scala ?", "Interno %", "Piano %"),
        "nl": ("%-hoog", "Postbus ###"),
        "pl": ("m. %#", "lok. %", "klatka ?"),
    }
)


def street_line_2(rng: Rng, n: int, locale: str) -> list[str]:
    """Second lines of addresses: apartments, suites, floors, boxes, care-of lines."""
    local = _LINE_2.get(language_of(locale))
    if local and maybe(rng, 0.7):
        cells = mix(rng, n, [partial(fill, rng, form) for form in some_of(rng, local, 3)])
    else:
        cells = replace(rng, units(rng, n, few=6), fill(rng, "PO BOX ###", n), float(choose(rng, (0.0, 0.1, 0.4))))
        # People also write a second address there.
        cells = replace(rng, cells, american_addresses(rng, n), float(choose(rng, (0.0, 0.0, 0.05, 0.3))))
    return capitals(rng, cells, 0.5)


def location_block(rng: Rng, n: int, locale: str) -> list[str]:
    """Places as some portals export them: address, town and coordinates in lines of one cell."""
    street = american_addresses(rng, n)
    towns = join(
        draw(rng, city_names("en_US"), n),
        ", ",
        draw(rng, state_codes("en_US"), n),
        sometimes(rng, fill(rng, " %####", n), 0.7),
    )
    point = fill(rng, "(%#.######, -%#.######)", n)
    form = choose(
        rng, ((street, "\n", towns, "\n", point), (street, "\n", towns), (towns, "\n", point), (street, "\n", point))
    )
    return capitals(rng, join(*form), 0.3)


ADDRESS_PROVIDERS: Mapping[str, Callable[[Rng, int, str], list[str]]] = MappingProxyType(
    {
        "address": address,
        "location_block": location_block,
        "street_line_2": street_line_2,
    }
)
