"""Street addresses as each country outside North America writes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from simon_elmo.simulation.draws import choose
from simon_elmo.simulation.providers.geography import city_names
from simon_elmo.simulation.providers.streets import american_street_names, german_streets, house_numbers
from simon_elmo.simulation.providers.templates import Rng, draw, fill, join, maybe, sometimes
from simon_elmo.simulation.providers.vocabulary import faker_words, words


def _british_addresses(rng: Rng, n: int) -> list[str]:
    flat = sometimes(rng, fill(rng, choose(rng, ("Flat %, ", "Flat %#, ", "Unit #, ", "Apt %, ")), n), 0.15)
    kinds = draw(
        rng,
        (
            "Street",
            "Road",
            "Lane",
            "Avenue",
            "Close",
            "Drive",
            "Gardens",
            "Way",
            "Crescent",
            "Court",
            "Terrace",
            "Hill",
            "Green",
        ),
        n,
    )
    return join(flat, house_numbers(rng, n, 1, 400), " ", american_street_names(rng, n), " ", kinds)


def _german_addresses(rng: Rng, n: int) -> list[str]:
    return join(
        german_streets(rng, n),
        " ",
        house_numbers(rng, n, 1, 250),
        sometimes(rng, draw(rng, ("a", "b", " a", "c"), n), 0.12),
    )


def _french_addresses(rng: Rng, n: int) -> list[str]:
    kinds = draw(rng, words("street_type", "fr"), n)
    number = join(
        house_numbers(rng, n, 1, 300),
        sometimes(rng, draw(rng, (" bis", " ter", "B", " A"), n), 0.06),
        choose(rng, (" ", " ", ", ")),
    )
    cells = join(number, kinds, " ", draw(rng, words("street_name", "fr"), n))
    return cells if maybe(rng, 0.6) else [cell.upper() for cell in cells]


def _romance_addresses(rng: Rng, n: int, language: str) -> list[str]:
    kinds, names = words("street_type", language), words("street_name", language)
    joint = choose(rng, (", ", ", ", " ", ", nº ", ", n. "))
    return join(
        draw(rng, kinds, n), " ", draw(rng, names, n), joint, house_numbers(rng, n, 1, 900 if language == "pt" else 200)
    )


def _dutch_addresses(rng: Rng, n: int) -> list[str]:
    ending = sometimes(rng, draw(rng, ("a", "b", "-1", "-2", " II", " bis", "A"), n), 0.15)
    return join(draw(rng, words("street_name", "nl"), n), " ", house_numbers(rng, n, 1, 300), ending)


def _polish_addresses(rng: Rng, n: int) -> list[str]:
    streets = faker_words("address", "pl_PL", "streets") or ("Polna", "Leśna", "Szkolna")
    return join(
        choose(rng, ("ul. ", "ul. ", "")),
        draw(rng, streets, n),
        " ",
        house_numbers(rng, n, 1, 200),
        sometimes(rng, fill(rng, "/%#", n), 0.4),
    )


def _japanese_addresses(rng: Rng, n: int) -> list[str]:
    cities, towns = faker_words("address", "ja_JP", "cities"), faker_words("address", "ja_JP", "towns")
    prefectures = sometimes(
        rng, draw(rng, faker_words("address", "ja_JP", "prefectures"), n), float(choose(rng, (0.0, 1.0)))
    )
    return join(
        prefectures,
        draw(rng, cities, n),
        draw(rng, towns, n),
        fill(rng, choose(rng, ("%-%#-%", "%丁目%番%#号", "%#-%")), n),
    )


def _chinese_addresses(rng: Rng, n: int) -> list[str]:
    cities, districts = faker_words("address", "zh_CN", "cities"), faker_words("address", "zh_CN", "districts")
    roads = draw(
        rng, ("中山路", "人民路", "解放路", "建设路", "和平街", "长江路", "北京路", "新华街", "文化路", "胜利街"), n
    )
    provinces = sometimes(
        rng, draw(rng, faker_words("address", "zh_CN", "provinces"), n), float(choose(rng, (0.0, 1.0)))
    )
    return join(
        provinces,
        draw(rng, cities, n),
        "市",
        draw(rng, districts, n),
        "区",
        roads,
        fill(rng, choose(rng, ("%#号", "%##号", "%#号%栋%0#室")), n),
    )


def _indian_addresses(rng: Rng, n: int) -> list[str]:
    areas = draw(
        rng,
        (
            "Gandhi Nagar",
            "Nehru Road",
            "MG Road",
            "Station Road",
            "Civil Lines",
            "Sector 5",
            "Lajpat Nagar",
            "Ashok Vihar",
            "Main Bazar",
        ),
        n,
    )
    house = fill(rng, choose(rng, ("H.No. ##", "%#/%##", "Plot No. ##", "Flat %0#")), n)
    return join(house, ", ", areas, sometimes(rng, join(", ", draw(rng, city_names("en_IN"), n)), 0.5))


NATIONAL_ADDRESSES: Mapping[str, Callable[[Rng, int], list[str]]] = MappingProxyType(
    {
        "en": _british_addresses,
        "de": _german_addresses,
        "fr": _french_addresses,
        "es": partial(_romance_addresses, language="es"),
        "pt": partial(_romance_addresses, language="pt"),
        "it": partial(_romance_addresses, language="it"),
        "nl": _dutch_addresses,
        "pl": _polish_addresses,
        "ja": _japanese_addresses,
        "zh": _chinese_addresses,
        "hi": _indian_addresses,
    }
)
