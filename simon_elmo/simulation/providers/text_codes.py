"""Providers of short text that is a code: identifiers of records, codes of a classification, numbers in disguise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from simon_elmo.simulation.draws import choose, choose_cells, log_uniform
from simon_elmo.simulation.providers.templates import Rng, draw, fill, join, maybe, mix, some_of, sometimes
from simon_elmo.simulation.providers.vocabulary import word_sets, words

_patterns = partial(words, file="patterns")


def _pattern(rng: Rng, kind: str) -> str:
    """Return a pattern of a kind with the letters and the year of the column filled in."""
    letters = choose(rng, (2, 2, 3, 3, 4))
    prefix = "".join(f"\\{letter}" for letter in fill(rng, "?" * letters, 1)[0])
    year = "".join(f"\\{digit}" for digit in str(int(rng.integers(1990, 2025))))
    return choose(rng, _patterns(kind)).replace("@", prefix).replace("=", year)


def identifier(rng: Rng, n: int, locale: str) -> list[str]:
    """Names of records, each different: case numbers, permits, licences, keys of other systems."""
    patterns = [_pattern(rng, "record") for _ in range(choose(rng, (1, 1, 1, 2, 3)))]
    cells = mix(rng, n, [partial(fill, rng, pattern) for pattern in patterns])
    if maybe(rng, 0.3):
        start, width = int(log_uniform(rng, 1, 1e6)), int(rng.integers(4, 9))
        head = choose(rng, (*fill(rng, "??-", 2), *fill(rng, "???", 2), *fill(rng, "?", 2), *fill(rng, "####-", 1)))
        cells = [f"{head}{number:0{width}d}" for number in range(start, start + n)]
    elif maybe(rng, 0.12):
        numbers = rng.integers(1, int(log_uniform(rng, 100, 1e7)), n).tolist()
        cells = list(map(f"{_pattern(rng, 'head')}{{}}".replace("\\", "").format, numbers))
    return [cell.lower() for cell in cells] if maybe(rng, 0.06) else cells


def text_code(rng: Rng, n: int, locale: str) -> list[str]:
    """Codes of a classification: a few short codes again and again."""
    if maybe(rng, 0.3):
        codes = list(map(str, fill(rng, _pattern(rng, "code"), int(rng.integers(2, 40)))))
    else:
        patterns = [_pattern(rng, "code") for _ in range(choose(rng, (1, 1, 2, 3)))]
        codes = mix(rng, int(log_uniform(rng, 2, 150)), [partial(fill, rng, pattern) for pattern in patterns])
    cells = choose_cells(rng, sorted(set(codes)), n)
    if not any(cell.isdigit() for cell in cells) and maybe(rng, 0.1):
        cells = [cell.lower() for cell in cells]
    return cells


def text_abbreviation(rng: Rng, n: int, locale: str) -> list[str]:
    """Abbreviations of words: the first letters of phrases, words without vowels, cut words."""
    sets = word_sets("categories.en")
    phrases = [phrase for phrase in choose(rng, sets) + choose(rng, sets) if phrase[0].isalpha()] or ["other"]
    if maybe(rng, 0.4):
        phrases = draw(rng, words("common", file="common"), len(phrases))
    form = choose(rng, ("initials", "consonants", "head", "head"))
    width = int(rng.integers(2, 5))
    if form == "initials":
        short = ["".join(word[0] for word in phrase.replace("/", " ").split() if word) for phrase in phrases]
    elif form == "consonants":
        short = [
            (phrase[0] + "".join(letter for letter in phrase[1:] if letter.lower() not in "aeiou /&-(),.'"))[:width]
            for phrase in phrases
        ]
    else:
        short = [phrase.replace(" ", "")[:width] for phrase in phrases]
    cells = choose_cells(rng, sorted(set(short)), n)
    return [cell.upper() for cell in cells] if maybe(rng, 0.8) else cells


def text_room(rng: Rng, n: int, locale: str) -> list[str]:
    """Rooms, gates, bays, seats: numbers of which some have letters."""
    form = choose(rng, ("###", "##", "#", "%##", "%0#", "####"))
    letters = sometimes(rng, fill(rng, choose(rng, ("?", "-?", "?")), n), rng.uniform(0.05, 0.9))
    cells = join(fill(rng, form, n), letters)
    if n and all(map(str.isdigit, cells)):
        cells[0] += "A"
    return cells


def text_version(rng: Rng, n: int, locale: str) -> list[str]:
    """Versions, sections and paragraphs: 1.4.2, v2, 21-503(d), § 36-601.01."""
    forms = some_of(rng, _patterns("version"), 2)
    return mix(rng, n, [partial(fill, rng, form) for form in forms])


def text_citation(rng: Rng, n: int, locale: str) -> list[str]:
    """References to laws and standards."""
    forms = some_of(rng, _patterns("citation"), 3)
    cells = mix(rng, n, [partial(fill, rng, form) for form in forms])
    more = float(choose(rng, (0.0, 0.0, 0.25)))
    return join(cells, sometimes(rng, join("; ", fill(rng, choose(rng, forms), n)), more))


def text_mask(rng: Rng, n: int, locale: str) -> list[str]:
    """Columns whose cells were masked, or hold one mark wherever something applies."""
    marks = _patterns("mask")
    if maybe(rng, 0.5):
        return [choose(rng, marks)] * n
    head = fill(rng, choose(rng, ("????", "??", "\\*\\*\\*\\*", "X")), n)
    return join(head, choose(rng, ("****", "***", "XXXX")), fill(rng, choose(rng, ("##", "####", "")), n))


def text_model(rng: Rng, n: int, locale: str) -> list[str]:
    """Models of machines and articles: MAD8531**, S3150-S0-AB."""
    forms = some_of(rng, _patterns("model"), 4)
    return mix(rng, n, [partial(fill, rng, form) for form in forms])


TEXT_CODE_PROVIDERS: Mapping[str, Callable[[Rng, int, str], list[str]]] = MappingProxyType(
    {
        "identifier": identifier,
        "text_abbreviation": text_abbreviation,
        "text_citation": text_citation,
        "text_code": text_code,
        "text_mask": text_mask,
        "text_model": text_model,
        "text_room": text_room,
        "text_version": text_version,
    }
)
