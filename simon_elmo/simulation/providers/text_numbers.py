"""Providers of text that is full of digits and yet no number: groups, sizes, hours, withheld counts, outlines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from simon_elmo.simulation.draws import choose, choose_cells, choose_weighted
from simon_elmo.simulation.providers.integers import random_integers
from simon_elmo.simulation.providers.templates import Rng, draw, fill, join, maybe, replace, some_of, sometimes
from simon_elmo.simulation.providers.vocabulary import words


def text_range(rng: Rng, n: int, locale: str) -> list[str]:
    """Groups of ages, incomes and sizes in words and numbers: 18-24 years, Under 5, $0 - $1,200."""
    step = int(choose(rng, (2, 4, 5, 5, 9, 10, 10, 14, 20, 25, 4999, 10000)))
    start = int(rng.integers(0, 4)) * (step + 1)
    lows = [start + index * (step + 1) for index in range(int(rng.integers(3, 12)))]
    form = choose(rng, words("money_range" if step > 1000 else "range", file="patterns"))
    groups = [form.format(low, low + step) for low in lows]
    first = (groups[0], f"Under {lows[1]}", f"<{lows[1]}", f"Less than {lows[1]}", f"0-{lows[1]}", "None")
    last = (groups[-1], f"{lows[-1]}+", f"{lows[-1]} and over", f">{lows[-1]}", f"{lows[-1]} or more")
    groups[0], groups[-1] = choose(rng, first), choose(rng, last)
    return choose_cells(rng, groups, n)


def text_dimension(rng: Rng, n: int, locale: str) -> list[str]:
    """Sizes, scores and ratios: 12 x 14, 8' 6", 3/5, 1:500."""
    first, second = rng.integers(1, 60, n).tolist(), rng.integers(1, 60, n).tolist()
    return list(map(choose(rng, words("dimension", file="patterns")).format, first, second))


def text_suppressed(rng: Rng, n: int, locale: str) -> list[str]:
    """Numbers of which some are withheld, open-ended or not known, so that the column is text."""
    marks = words("withheld", file="patterns")
    numbers = list(map(str, random_integers(rng, n).tolist()))
    if maybe(rng, 0.3):
        low = rng.integers(1, 90, n).tolist()
        numbers = replace(rng, numbers, [f"{value} - {value + 11} %" for value in low], float(choose(rng, (0.3, 1.0))))
    elif maybe(rng, 0.2):
        numbers = join(numbers, sometimes(rng, draw(rng, (" *", "+", "?", " est", "a", "%"), n), 0.3))
    if maybe(rng, 0.15):
        # Numbers of records of which some begin with a letter.
        heads = fill(rng, choose(rng, ("?", "?? ", "?-", "??")), n)
        return replace(rng, numbers, join(heads, numbers), rng.uniform(0.03, 0.5))
    cells = replace(rng, numbers, draw(rng, some_of(rng, marks, 3), n), rng.uniform(0.05, 0.7))
    if n and all(cell.lstrip("-").isdigit() for cell in cells):
        cells[int(rng.integers(n))] = marks[int(rng.integers(len(marks)))]
    return cells


def text_hours(rng: Rng, n: int, locale: str) -> list[str]:
    """Opening hours and spans of time."""
    opening, closing = rng.integers(6, 12, n).tolist(), rng.integers(1, 10, n).tolist()
    cells = list(map(choose(rng, words("hours", file="patterns")).format, opening, closing))
    others = draw(rng, ("Closed", "24 hours", "By appointment", "varies"), n)
    return replace(rng, cells, others, float(choose(rng, (0.0, 0.1, 0.3))))


def text_geometry(rng: Rng, n: int, locale: str) -> list[str]:
    """Lines and areas as well-known text or GeoJSON."""
    form = choose_weighted(rng, {"LINESTRING": 1.0, "MULTIPOLYGON": 1.0, "geojson": 1.0, "MULTILINESTRING": 0.5})
    longitude, latitude = rng.uniform(-120, 20), rng.uniform(20, 60)
    points = np.round(rng.normal((longitude, latitude), 0.02, (n, 3, 2)), int(rng.integers(4, 14))).tolist()
    if form == "geojson":
        return [f'{{"type": "Polygon", "coordinates": [{corners}]}}' for corners in points]
    opening, closing = {"LINESTRING": ("(", ")"), "MULTIPOLYGON": ("(((", ")))"), "MULTILINESTRING": ("((", "))")}[form]
    return [f"{form} {opening}{', '.join(f'{x} {y}' for x, y in corners)}{closing}" for corners in points]


NUMBER_TEXT_PROVIDERS: Mapping[str, Callable[[Rng, int, str], list[str]]] = MappingProxyType(
    {
        "text_dimension": text_dimension,
        "text_geometry": text_geometry,
        "text_hours": text_hours,
        "text_range": text_range,
        "text_suppressed": text_suppressed,
    }
)
