"""Providers of text that is nothing more special: categories, lists of them, notes, sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType

from simon_elmo.simulation.draws import choose, choose_cells, choose_weighted, log_uniform
from simon_elmo.simulation.providers.templates import (
    Rng,
    capitals,
    compose_any,
    draw,
    draw_skewed,
    fill,
    join,
    maybe,
    replace,
    some_of,
    sometimes,
)
from simon_elmo.simulation.providers.vocabulary import faker_words, has_words, language_of, word_sets, words

Change = Callable[[str], str]
_CASES: Mapping[Change, float] = MappingProxyType({str: 0.62, str.upper: 0.22, str.title: 0.08, str.lower: 0.08})
_COINED_CASES: Mapping[Change, float] = MappingProxyType({str.capitalize: 0.5, str.title: 0.25, str: 0.25})
_NOTE_CASES: Mapping[Change, float] = MappingProxyType({str.capitalize: 0.4, str.upper: 0.3, str: 0.3})
_VOWEL_AFTER_A = re.compile(r"\b([Aa]) (?=[aeiou])")


def _coined_set(rng: Rng, locale: str) -> Sequence[str]:
    """Return categories made up of common words: what is no word of another label is mostly text."""
    language = language_of(locale)
    vocabulary = faker_words("lorem", locale, "word_list") if language != "en" else ()
    if len(vocabulary) < 300:
        vocabulary = words("common", file="common")
    count, longest = int(log_uniform(rng, 2, 50)), choose(rng, (1, 1, 1, 2, 2, 3))
    picks = [draw_skewed(rng, vocabulary, count, 1.3) for _ in range(longest)]
    joined = join(picks[0], *(sometimes(rng, join(_space(locale), more), 0.7) for more in picks[1:]))
    change = choose_weighted(rng, _COINED_CASES)
    return list(dict.fromkeys(map(change, joined)))


def category_set(rng: Rng, locale: str) -> Sequence[str]:
    """Return one closed vocabulary, or a part of one: statuses, kinds, makes, breeds, offences, ..."""
    if maybe(rng, 0.35):
        return _coined_set(rng, locale)
    own = language_of(locale) != "en" and maybe(rng, 0.8)
    options = choose(rng, word_sets(f"categories.{language_of(locale)}" if own else "categories.en"))
    if maybe(rng, 0.5):
        return options
    return some_of(rng, options, len(options))


def text_category(rng: Rng, n: int, locale: str) -> list[str]:
    """Categories, statuses and kinds of a closed vocabulary."""
    cells = choose_cells(rng, category_set(rng, locale), n)
    change = choose_weighted(rng, _CASES)
    cells = [change(cell) for cell in cells]
    if maybe(rng, 0.06):
        cells = join(fill(rng, choose(rng, ("#", "##", "?")), 1)[0], choose(rng, (" - ", "-", ". ", ": ")), cells)
    return cells


def text_constant(rng: Rng, n: int, locale: str) -> list[str]:
    """One short text in every cell, or in some and nothing much in the others."""
    word = choose(rng, category_set(rng, locale))
    return replace(
        rng, [word] * n, [choose(rng, category_set(rng, locale))] * n, float(choose(rng, (0.0, 0.0, 0.02, 0.3)))
    )


_LISTS = (
    ("", ", ", ""), ("", "; ", ""), ("", ";", ""), ("", ",", ""), ("", " | ", ""), ("['", "', '", "']"),
    ('["', '", "', '"]'), ("", "/", ""), ("", " & ", ""), (";", ";", ";"), ("", " # ", ""),
)  # fmt: skip


def text_list(rng: Rng, n: int, locale: str) -> list[str]:
    """Several values in a cell, separated by commas, semicolons, bars or as in a program."""
    options = category_set(rng, locale)
    counts = rng.integers(1, min(5, len(options) + 1) + 1, n)
    opening, joint, closing = choose(rng, _LISTS)
    picks = rng.integers(0, len(options), (n, 6)).tolist()
    return [
        opening + joint.join(options[at] for at in row[:count]) + closing
        for row, count in zip(picks, counts.tolist(), strict=True)
    ]


def text_note(rng: Rng, n: int, locale: str) -> list[str]:
    """Fragments of one to six words: notes, reasons, descriptions of work."""
    if language_of(locale) != "en" and has_words("note", locale) and maybe(rng, 0.85):
        cells = draw(rng, words("note", locale), n)
        lorem = faker_words("lorem", locale, "word_list")
        if lorem and maybe(rng, 0.5):
            cells = join(cells, sometimes(rng, join(_space(locale), draw(rng, lorem, n)), 0.5))
    else:
        cells = compose_any(rng, words("note", file="templates"), n, most=4)
    change = choose_weighted(rng, _NOTE_CASES)
    return [change(cell) for cell in cells]


def _space(locale: str) -> str:
    return "" if language_of(locale) in ("ja", "zh") else " "


def _english_sentences(rng: Rng, n: int) -> list[str]:
    cells = compose_any(rng, words("opening", file="templates"), n, most=12)
    for share in (0.8, 0.5, 0.3):
        cells = join(cells, sometimes(rng, compose_any(rng, words("joint", file="templates"), n, most=8), share))
    return [_VOWEL_AFTER_A.sub(r"\1n ", cell[:1].upper() + cell[1:]) for cell in cells]


def _other_sentences(rng: Rng, n: int, locale: str) -> list[str]:
    """Return sentences of a language that we only have words of."""
    vocabulary = faker_words("lorem", locale, "word_list") or words("note", locale)
    joint = _space(locale)
    lengths = rng.integers(5, 26, n).tolist()
    picks = draw(rng, vocabulary, sum(lengths))
    cells, at = [], 0
    for length in lengths:
        cells.append(joint.join(picks[at : at + length]))
        at += length
    return [f"{cell[:1].upper()}{cell[1:]}{'。' if joint == '' else '.'}" for cell in cells]


def free_text(rng: Rng, n: int, locale: str) -> list[str]:
    """Sentences and paragraphs: comments, descriptions, messages."""
    other = language_of(locale) != "en" and maybe(rng, 0.85)
    make = partial(_other_sentences, rng, locale=locale) if other else partial(_english_sentences, rng)
    cells = join(make(n), "" if other else choose(rng, (".", ".", "")))
    if maybe(rng, 0.4):
        cells = join(
            cells, sometimes(rng, join(choose(rng, (" ", " ", "\n", "  ")), make(n), "."), rng.uniform(0.3, 1.0))
        )
    if not other and maybe(rng, 0.15):
        cells = replace(rng, cells, text_note(rng, n, "en_US"), rng.uniform(0.05, 0.3))
    return capitals(rng, cells, 0.12)


_MARKUP = (
    "<p>{}</p>", "<ol><li>{}</li></ol>", '<a href="https://www.example.org/page">{}</a>', "<b>{}</b><br/>", "**{}**",
    "<div>{}&nbsp;</div>", "<ul><li>{}</li></ul>", "<span class='x'>{}</span>",
)  # fmt: skip


def text_html(rng: Rng, n: int, locale: str) -> list[str]:
    """Text with markup."""
    inner = free_text(rng, n, locale) if maybe(rng, 0.6) else text_note(rng, n, locale)
    return list(map(choose(rng, _MARKUP).format, inner))


TEXT_PROVIDERS: Mapping[str, Callable[[Rng, int, str], list[str]]] = MappingProxyType(
    {
        "free_text": free_text,
        "text_category": text_category,
        "text_constant": text_constant,
        "text_html": text_html,
        "text_list": text_list,
        "text_note": text_note,
    }
)
