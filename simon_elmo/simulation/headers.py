"""Column names as people write them: several words for a thing, prefixes, abbreviations, many spellings."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from simon_elmo.labels.taxonomy import GENERAL_LABELS, LABELS
from simon_elmo.simulation.draws import choose, choose_weighted
from simon_elmo.simulation.providers.templates import Rng, ascii_letters, compose, fill, maybe
from simon_elmo.simulation.providers.vocabulary import has_words, language_of, words

_header = partial(words, file="headers")

# What a label is about -> the section of words that may stand before the name of its columns.
_PREFIXES = MappingProxyType(
    {"person": "prefix_person", "place": "prefix_place", "contact": "prefix_contact", "thing": "entity"}
)

_ABBREVIATED = """
number num nbr no / date dt / description desc descr / code cd / name nm / amount amt / address addr add / quantity qty
department dept / street st str / telephone tel / phone ph phn / count cnt ct / percent pct / average avg
total tot ttl / year yr / month mo / location loc locn / category cat / type typ / status stat sts / county cnty co
district dist / employee emp empl / organization org / account acct / license lic / application app / business bus
registration reg / vehicle veh / building bldg / property prop / incident incid / effective eff / expiration exp
maximum max / flag flg / temperature temp / indicator ind / group grp / first f / last l / middle m / customer cust
contact cntct / class cls / reference ref
"""
_ABBREVIATIONS = MappingProxyType(
    {word: shorter for word, *shorter in map(str.split, re.split(r"[/\n]", _ABBREVIATED.strip()))}
)

_MEANINGLESS = (
    "col_%", "Unnamed: %", "field%#", "V%", "X%", "column%", "Column%#", "F%", "c%", "x", "y", "a", "_%", "%", "var%#",
    "attr_%", "COL%", "Field %", "Column ?", "C%#", "?", "?", "q", "d%", "t%#", "k", "Series%", "feature_%#", "q%",
    "Q%_#", "nan", "column_#%", "??#", "t_???", "data", "value",
)  # fmt: skip


def header_for(labels: tuple[str, ...], provider: str, rng: Rng, locale: str) -> str:
    """Return a realistic name for a column of a provider, in one of many spellings.

    One name in sixteen says nothing about the column (`col_7`, `Unnamed: 3`).

    Args:
        labels: the labels of the column.
        provider: the provider that made its cells.
        rng: draws the words and their spelling.
        locale: the language of two thirds of the names; the others are English.

    Example:
        >>> import numpy as np
        >>> [header_for(("email", "text"), "email", np.random.default_rng(seed), "en_US") for seed in (1, 4, 6)]
        ['USER EMAIL', 'officialemail1', 'Email1']
    """
    if maybe(rng, 0.06):
        return fill(rng, choose(rng, _MEANINGLESS), 1)[0]
    kind = _kind(labels, provider, rng)
    language = (
        locale if language_of(locale) != "en" and has_words(kind, locale, file="headers") and maybe(rng, 0.67) else "en"
    )
    phrase = compose(rng, choose(rng, _header(kind, language)).replace("{digit}", "{%}"), 1, language, file="headers")[
        0
    ]
    if language == "en":
        phrase = _extended(rng, phrase, _prefixes(kind))
    return _spelled(rng, phrase)


def _prefixes(kind: str) -> str:
    """Return the section of words that may stand before a name; none for sections that are not of a label."""
    if kind in GENERAL_LABELS:
        return "entity"
    return _PREFIXES.get(LABELS[kind].about, "") if kind in LABELS else ""


def _kind(labels: tuple[str, ...], provider: str, rng: Rng) -> str:
    """Return the section of names: the provider's own, else that of its most special label."""
    special = [label for label in labels if label not in GENERAL_LABELS]
    for name in (provider, *special, *labels):
        if has_words(name, "en", file="headers") and (name != provider or maybe(rng, 0.85)):
            return name
    return "text"


def _extended(rng: Rng, phrase: str, prefixes: str) -> str:
    """Put a word before or after the phrase, and shorten words."""
    if prefixes and maybe(rng, 0.3 if prefixes != "entity" else 0.12):
        phrase = f"{choose(rng, _header(prefixes))} {phrase}"
    if maybe(rng, 0.06):
        phrase = f"{phrase} {choose(rng, _header('suffix'))}"
    share = choose(rng, (0.0, 0.0, 0.0, 0.3, 0.9))
    return " ".join(_shortened(rng, word) if share and maybe(rng, share) else word for word in phrase.split(" "))


def _shortened(rng: Rng, word: str) -> str:
    if word in _ABBREVIATIONS:
        return choose(rng, _ABBREVIATIONS[word])
    return word[: int(rng.integers(4, 7))] if len(word) > 8 and maybe(rng, 0.3) else word


def _pieces(phrase: str) -> list[str]:
    return [piece for piece in re.split(r"[^\w%#?]+|_", phrase) if piece]


def _snake(phrase: str) -> str:
    return "_".join(_pieces(phrase)).strip("?").lower()


def _portal_snake(phrase: str) -> str:
    """Write as portals do that know ASCII letters only: `ubicación` becomes `ubicaci_n`."""
    return re.sub(r"[^a-z0-9]+", "_", phrase.lower()).strip("_") or _snake(phrase)


def _plain_snake(phrase: str) -> str:
    return _snake(ascii_letters(phrase)) or _snake(phrase)


def _pascal(phrase: str) -> str:
    return "".join(piece[:1].upper() + piece[1:] for piece in _pieces(phrase))


def _camel(phrase: str) -> str:
    joined = _pascal(phrase)
    return joined[:1].lower() + joined[1:]


_SPELLINGS: Mapping[Callable[[str], str], float] = MappingProxyType(
    {
        _snake: 0.24,
        _plain_snake: 0.08,
        _portal_snake: 0.1,
        str.title: 0.15,
        str.upper: 0.05,
        str.capitalize: 0.06,
        str: 0.06,
        lambda phrase: _snake(phrase).upper(): 0.07,
        lambda phrase: _snake(phrase).replace("_", ""): 0.06,
        _camel: 0.04,
        _pascal: 0.05,
        lambda phrase: _snake(phrase).replace("_", "").upper(): 0.015,
        lambda phrase: _snake(phrase).replace("_", "-"): 0.01,
        lambda phrase: _snake(phrase).replace("_", "."): 0.015,
        lambda phrase: "_".join(piece.capitalize() for piece in _pieces(phrase)): 0.04,
    }
)


def _spelled(rng: Rng, phrase: str) -> str:
    """Return the phrase in one spelling of column names, some cut, with an underscore or a space too many."""
    name = choose_weighted(rng, _SPELLINGS)(phrase)
    if maybe(rng, 0.03):
        name = name[: int(rng.integers(6, 16))].rstrip()
    if maybe(rng, 0.025):
        name = choose(rng, ("{}_", " {}", "{} ", "_{}", "{}:", "{}*", '"{}"', "{}__c", "t.{}", "{} (text)")).format(
            name
        )
    return name or phrase
