"""Providers of latitudes, longitudes and pairs of them, where people live."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType

import numpy as np

from simon_elmo.simulation.draws import choose, choose_weighted, log_uniform
from simon_elmo.simulation.providers.templates import Rng, maybe
from simon_elmo.simulation.providers.vocabulary import language_of


@cache
def _known_places() -> np.ndarray:
    from faker.providers.geo import Provider

    return np.array([[float(latitude), float(longitude)] for latitude, longitude, *_ in Provider.land_coords])


@cache
def _centres(locale: str) -> np.ndarray:
    from faker.providers.geo import Provider

    rows = [row for row in Provider.land_coords if row[3] == locale[3:]] or list(Provider.land_coords)
    return np.array([[float(latitude), float(longitude)] for latitude, longitude, *_ in rows])


def points(rng: Rng, n: int, locale: str) -> np.ndarray:
    """Return latitudes and longitudes as float64 (n, 2): around one place, in one country, or in the whole world."""
    kind = choose_weighted(rng, {"place": 0.55, "country": 0.25, "world": 0.2})
    if kind == "world":
        places = _known_places()
        found = places[rng.integers(0, len(places), n)] + rng.normal(0, 0.3, (n, 2))
    elif kind == "country":
        centres = _centres(locale)
        found = centres[rng.integers(0, len(centres), n)] + rng.normal(0, 0.5, (n, 2))
    else:
        centres = _centres(locale)
        centre = centres[int(rng.integers(len(centres)))] + rng.normal(0, 1.0, 2)
        found = centre + rng.normal(0, log_uniform(rng, 0.005, 1.5), (n, 2))
    return found.clip((-90.0, -180.0), (90.0, 180.0))


def _decimals(rng: Rng, values: np.ndarray) -> list[str]:
    places = int(choose(rng, (2, 3, 4, 4, 5, 6, 6, 6, 7, 8, 9, 10, 12, 13, 14, 15)))
    cells = list(map(f"{{:.{places}f}}".format, values.tolist()))
    return [cell.rstrip("0") for cell in cells] if maybe(rng, 0.5) and places > 3 else cells


def _coordinate(rng: Rng, values: np.ndarray, locale: str) -> list[str]:
    cells = _decimals(rng, values)
    comma = language_of(locale) in ("de", "fr", "es", "it", "pt", "nl", "pl") and maybe(rng, 0.15)
    return [cell.replace(".", ",") for cell in cells] if comma else cells


def latitude(rng: Rng, n: int, locale: str) -> list[str]:
    """Latitudes in decimal degrees."""
    return _coordinate(rng, points(rng, n, locale)[:, 0], locale)


def longitude(rng: Rng, n: int, locale: str) -> list[str]:
    """Longitudes in decimal degrees."""
    return _coordinate(rng, points(rng, n, locale)[:, 1], locale)


# 0 is the latitude, 1 the longitude.
_PAIRS = MappingProxyType(
    {"({0}, {1})": 5.0, "{0}, {1}": 2.0, "{0},{1}": 2.0, "POINT ({1} {0})": 2.0, "{0} {1}": 0.7, "[{1}, {0}]": 0.5,
     "POINT({1} {0})": 0.5, "({0},{1})": 0.6, "{0};{1}": 0.4, "{0}/{1}": 0.2, "lat: {0}, lon: {1}": 0.2}
)  # fmt: skip


def coordinate_pair(rng: Rng, n: int, locale: str) -> list[str]:
    """Both coordinates in one cell, as tuples, lists or well-known text."""
    cells = _decimals(rng, points(rng, n, locale).T.ravel())
    return list(map(choose_weighted(rng, _PAIRS).format, cells[:n], cells[n:]))


COORDINATE_PROVIDERS: Mapping[str, Callable[[Rng, int, str], list[str]]] = MappingProxyType(
    {"coordinate_pair": coordinate_pair, "latitude": latitude, "longitude": longitude}
)
