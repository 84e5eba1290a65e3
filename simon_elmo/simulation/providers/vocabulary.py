"""Word lists of the simulator: read from `vocabulary/`, and from the lists that Faker's classes hold.

Nothing is drawn here, so everything is the same in every process.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

import numpy as np

# What is understood where a language has no words of its own.
FALLBACK_LANGUAGE = "en"


def language_of(locale: str) -> str:
    """Return the language of a locale.

    Example:
        >>> language_of("pt_BR")
        'pt'
    """
    return locale.partition("_")[0]


def split_bars(line: str) -> tuple[str, ...]:
    """Return the entries of a line of a vocabulary file, which bars between single spaces separate.

    Example:
        >>> split_bars("a | b |  with a space before it")
        ('a', 'b', ' with a space before it')
    """
    return tuple(entry.removeprefix(" ").removesuffix(" ") for entry in line.split("|") if entry.strip())


def _lines(name: str) -> list[str]:
    text = files("simon_elmo.simulation").joinpath("vocabulary", f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("# ")]


@cache
def _sections(name: str) -> dict[str, tuple[str, ...]]:
    sections: dict[str, tuple[str, ...]] = {}
    title = ""
    for line in _lines(name):
        if line.startswith("["):
            title = line.strip("[]")
        else:
            sections[title] = sections.get(title, ()) + split_bars(line)
    return sections


@cache
def words(kind: str, locale: str = FALLBACK_LANGUAGE, file: str = "words") -> tuple[str, ...]:
    """Return the words of a kind in a locale, else in its language, else in English, else none.

    Example:
        >>> words("state_codes", "en_AU", file="places")[:2]
        ('NSW', 'VIC')
    """
    sections = _sections(file)
    for name in (locale, language_of(locale), FALLBACK_LANGUAGE):
        if found := sections.get(f"{kind} {name}", ()):
            return found
    return ()


@cache
def word_sets(file: str, kind: str = "") -> tuple[tuple[str, ...], ...]:
    """Return the vocabularies of a file that has one per line (`name: word | word`).

    Args:
        file: its name in `vocabulary/`, without `.txt`.
        kind: only lines with this name.
    """
    named = (line.split(": ", 1) for line in _lines(file))
    return tuple(split_bars(entries) for name, entries in named if kind in ("", name))


def has_words(kind: str, locale: str, file: str = "words") -> bool:
    """Return whether a locale or its language has words of its own of a kind."""
    return any(f"{kind} {name}" in _sections(file) for name in (locale, language_of(locale)))


def _strings(value: object) -> Iterable[str]:
    if isinstance(value, dict):
        return (entry for entry in value if isinstance(entry, str))
    if isinstance(value, (tuple, list)):
        return (str(entry[-1]) if isinstance(entry, tuple) else str(entry) for entry in value)
    return ()


@cache
def faker_words(topic: str, locale: str, *lists: str) -> tuple[str, ...]:
    """Return the strings of lists that a Faker provider class holds, () where there are none.

    Of tuples (code, name) the name is taken.

    Args:
        topic: a module of `faker.providers`, such as `"person"`.
        locale: such as `"de_DE"`; `""` for what does not depend on one.
        lists: attributes of its provider class, such as `"first_names"`.
    """
    module = f"faker.providers.{topic}.{locale}" if locale else f"faker.providers.{topic}"
    try:
        provider = importlib.import_module(module).Provider
    except ImportError:
        return ()
    return tuple(dict.fromkeys(entry for name in lists for entry in _strings(getattr(provider, name, ())) if entry))


@cache
def faker_frequencies(topic: str, locale: str, *lists: str) -> tuple[tuple[str, ...], np.ndarray] | None:
    """Return the strings of Faker's frequency tables and their shares, cumulated; None where they are no tables."""
    provider = importlib.import_module(f"faker.providers.{topic}.{locale}").Provider
    shares: dict[str, float] = {}
    for name in lists:
        table = getattr(provider, name, None)
        if not isinstance(table, dict):
            return None
        for entry, share in table.items():
            shares[entry] = shares.get(entry, 0.0) + float(share)
    cumulated = np.cumsum(list(shares.values()))
    return tuple(shares), cumulated / cumulated[-1]
