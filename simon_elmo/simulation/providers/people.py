"""Providers of columns about people: names and their parts, gender, race, job titles, user names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from types import MappingProxyType

import numpy as np

from simon_elmo.simulation.draws import choose, choose_cells, choose_weighted
from simon_elmo.simulation.providers.templates import (
    UPPER,
    Rng,
    ascii_letters,
    capitals,
    compose,
    draw,
    fill,
    join,
    maybe,
    mix,
    some_of,
    sometimes,
)
from simon_elmo.simulation.providers.vocabulary import faker_frequencies, faker_words, language_of, word_sets, words

# Whose names a register of the locale holds, besides its own.
_NEIGHBOURS = MappingProxyType(
    {
        "en_US": {"en_US": 0.76, "es_MX": 0.1, "en_IN": 0.03, "it_IT": 0.02, "de_DE": 0.02, "pl_PL": 0.02,
                  "fr_FR": 0.02, "vi_VN": 0.03},
        "en_GB": {"en_GB": 0.84, "en_IN": 0.08, "pl_PL": 0.04, "en_US": 0.04},
        "es_ES": {"es_ES": 0.5, "es_CO": 0.3, "es_MX": 0.2},
    }
)  # fmt: skip
_FIRST = ("first_names", "first_names_male", "first_names_female", "first_names_unisex")
_LAST = ("last_names", "unisex_last_names")
_SEXES = ("first_names_male", "first_names_female")
# Scripts in which a family name stands first, without a space.
_JOINED = frozenset({"ja", "zh"})


def _names(rng: Rng, n: int, locale: str, lists: tuple[str, ...]) -> list[str]:
    tables = faker_frequencies("person", locale, *lists)
    if tables is None or (lists is _LAST and locale == "en_US" and maybe(rng, 0.7)):
        # Frequencies make Smith of every twentieth name; lists of a register are longer tailed.
        return draw(rng, faker_words("person", locale, *lists), n)
    names, cumulated = tables
    return [names[index] for index in np.searchsorted(cumulated, rng.random(n), side="right").tolist()]


def _mixed_names(rng: Rng, n: int, locale: str, lists: tuple[str, ...]) -> list[str]:
    origins = _NEIGHBOURS.get(locale, {locale: 1.0})
    makers = [partial(_names, rng, locale=origin, lists=lists) for origin in origins]
    names = mix(rng, n, makers, list(origins.values()))
    return [ascii_letters(name) for name in names] if language_of(locale) == "en" else names


def _latin(rng: Rng, locale: str) -> str:
    """Return a locale whose names are written in Latin letters, where the register is kept in them."""
    return "en_IN" if locale == "hi_IN" and maybe(rng, 0.5) else locale


def first_names(rng: Rng, n: int, locale: str) -> list[str]:
    """Return n given names; Spanish and Portuguese registers often have two."""
    lists = _FIRST if faker_words("person", locale, "first_names") else _SEXES
    names = _mixed_names(rng, n, locale, lists)
    double = {"es": 0.45, "pt": 0.25, "fr": 0.05, "en": 0.02}.get(language_of(locale), 0.0)
    if double and maybe(rng, 0.8):
        seconds = sometimes(rng, join(" ", _mixed_names(rng, n, locale, lists)), double)
        names = join(names, seconds)
    return names


def last_names(rng: Rng, n: int, locale: str) -> list[str]:
    """Return n family names; Spanish ones are often two, some English ones hyphenated."""
    names = _mixed_names(rng, n, locale, _LAST)
    double = {"es": 0.6, "pt": 0.3, "en": 0.03}.get(language_of(locale), 0.0)
    if double and maybe(rng, 0.7):
        joint = "-" if language_of(locale) == "en" and maybe(rng, 0.6) else " "
        names = join(names, sometimes(rng, join(joint, _mixed_names(rng, n, locale, _LAST)), double))
    return names


def first_name(rng: Rng, n: int, locale: str) -> list[str]:
    """Given names; a column in eight has middle initials or two people in some cells."""
    locale = _latin(rng, locale)
    names = first_names(rng, n, locale)
    if language_of(locale) not in _JOINED and maybe(rng, 0.12):
        middle = (
            fill(rng, choose(rng, (" ?", " ?.", " ?")), n)
            if maybe(rng, 0.7)
            else join(" & ", first_names(rng, n, locale))
        )
        names = join(names, sometimes(rng, middle, rng.uniform(0.03, 0.5)))
    return capitals(rng, names, 0.5)


def last_name(rng: Rng, n: int, locale: str) -> list[str]:
    """Family names."""
    return capitals(rng, last_names(rng, n, _latin(rng, locale)), 0.5)


def middle_name(rng: Rng, n: int, locale: str) -> list[str]:
    """Middle names, of which many are only initials."""
    share = float(rng.beta(3.0, 1.6))
    initial = choose(rng, ("?", "?", "?.", "?"))
    cells = mix(rng, n, [partial(fill, rng, initial), partial(_middle_names, rng, locale=locale)], [share, 1 - share])
    return capitals(rng, cells, 0.6)


def _middle_names(rng: Rng, n: int, locale: str) -> list[str]:
    return first_names(rng, n, "en_US" if language_of(locale) in _JOINED | {"hi"} else locale)


def middle_initial(rng: Rng, n: int, locale: str) -> list[str]:
    """Initials, with a point or without; common ones more often."""
    letters = "JAMLERSDCBKPTGWNHFVOIYZQUX"
    cells = [letters[index] for index in (26 * rng.random(n) ** 1.7).astype(np.int64).tolist()]
    if maybe(rng, 0.25):
        cells = join(cells, "." if maybe(rng, 0.7) else sometimes(rng, ["."] * n, 0.4))
    return sometimes(rng, cells, 0.9) if maybe(rng, 0.15) else cells


def name_suffix(rng: Rng, n: int, locale: str) -> list[str]:
    """What follows a name, such as Jr. and III; most columns hold few of them."""
    sets = word_sets("people", f"suffix {language_of(locale)}")
    options = choose(rng, sets if sets and maybe(rng, 0.6) else word_sets("people", "suffix en"))
    return choose_cells(rng, options, n)


def name_title(rng: Rng, n: int, locale: str) -> list[str]:
    """How people are addressed, such as Mr. and Dr."""
    sets = word_sets("people", f"title {language_of(locale)}") or word_sets("people", "title en")
    return choose_cells(rng, choose(rng, sets), n)


def full_name(rng: Rng, n: int, locale: str) -> list[str]:
    """Names of people in one order and punctuation a column."""
    locale = _latin(rng, locale)
    first, last = first_names(rng, n, locale), last_names(rng, n, locale)
    if language_of(locale) in _JOINED:
        return join(last, choose(rng, ("", "", " ", "\u3000")), first)
    middle = sometimes(rng, fill(rng, choose(rng, (" ?", " ?.", " ?.")), n), float(choose(rng, (0.0, 0.0, 0.4, 0.9))))
    if maybe(rng, 0.12):
        middle = sometimes(rng, join(" ", first_names(rng, n, locale)), 0.5)
    suffix = sometimes(
        rng, draw(rng, (" Jr.", " Sr.", " III", " Jr", " II"), n), 0.05 if language_of(locale) == "en" else 0.0
    )
    title = choose(rng, word_sets("people", f"title {language_of(locale)}") or (("Dr.",),))
    form = choose_weighted(
        rng, {"plain": 0.5, "comma": 0.2, "tight": 0.05, "reversed": 0.08, "title": 0.05, "initial": 0.06, "two": 0.06}
    )
    cells = {
        "plain": lambda: join(first, middle, " ", last, suffix),
        "comma": lambda: join(last, suffix, ", ", first, middle),
        "tight": lambda: join(last, ",", first, middle),
        "reversed": lambda: join(last, " ", first, middle),
        "title": lambda: join(sometimes(rng, join(draw(rng, title, n), " "), 0.8), first, middle, " ", last),
        "initial": lambda: join([name[:1] for name in first], ". ", last),
        "two": lambda: join(first, sometimes(rng, join(" & ", first_names(rng, n, locale)), 0.3), " ", last),
    }[form]()
    return capitals(rng, cells, 0.4)


def _set_of(rng: Rng, name: str, locale: str) -> tuple[str, ...]:
    sets = word_sets("people", f"{name} {language_of(locale)}") or word_sets("people", f"{name} en")
    return choose(rng, sets)


def gender(rng: Rng, n: int, locale: str) -> list[str]:
    """Genders as words or letters in the locale's language."""
    options = _set_of(rng, "gender", locale if maybe(rng, 0.8) else "en_US")
    shares = np.concatenate([rng.uniform(0.3, 0.7, 2), rng.uniform(0.0, 0.1, len(options))])[: len(options)]
    return [options[index] for index in rng.choice(len(options), n, p=shares / shares.sum()).tolist()]


def race(rng: Rng, n: int, locale: str) -> list[str]:
    """Races and ethnicities as registers and censuses call them."""
    return choose_cells(rng, some_of(rng, options := _set_of(rng, "race", locale), len(options)), n)


@cache
def _faker_jobs(locale: str) -> tuple[str, ...]:
    return faker_words("job", locale, "jobs") or words("single", locale, file="jobs")


def _composed_jobs(rng: Rng, n: int) -> list[str]:
    seniority = sometimes(rng, compose(rng, "{seniority} ", n, file="jobs"), 0.3)
    grades = join(" ", draw(rng, words("grade", file="jobs"), n))
    grade = sometimes(rng, grades, float(choose(rng, (0.0, 0.3, 0.6))))
    cells = join(seniority, compose(rng, "{field} {role}", n, file="jobs"), grade)
    code = fill(rng, "####", n)
    return [cell.replace("####", digits) for cell, digits in zip(cells, code, strict=True)]


def job_title(rng: Rng, n: int, locale: str) -> list[str]:
    """Titles of jobs and professions."""
    if language_of(locale) == "en":
        makers = [
            partial(_composed_jobs, rng),
            partial(draw, rng, words("single", file="jobs")),
            partial(draw, rng, _faker_jobs("en_US")),
        ]
        cells = mix(rng, n, makers, [rng.uniform(0.2, 1), rng.uniform(0.1, 0.6), choose(rng, (0.0, 0.0, 1.0))])
    else:
        cells = draw(rng, _faker_jobs(locale), n)
    return capitals(rng, cells, 0.3)


def latin_names(rng: Rng, n: int, locale: str) -> tuple[list[str], list[str]]:
    """Return given and family names in small ASCII letters, for addresses on the net."""
    locale = "en_US" if language_of(locale) in _JOINED else "en_IN" if locale == "hi_IN" else locale
    lists = _FIRST if faker_words("person", locale, "first_names") else _SEXES
    first, last = _mixed_names(rng, n, locale, lists), _mixed_names(rng, n, locale, _LAST)
    fold = partial(map, lambda name: "".join(filter(str.isalnum, ascii_letters(name))).lower() or "x")
    return list(fold(first)), list(fold(last))


def account_names(rng: Rng, n: int, locale: str, form: str) -> list[str]:
    """Return n names of accounts in one form: `"first.last"`, `"flast"`, `"first"`, `"last"`, `"first_last"`, ..."""
    first, last = latin_names(rng, n, locale)
    initial = [name[0] for name in first]
    return {
        "first.last": lambda: join(first, ".", last),
        "first_last": lambda: join(first, "_", last),
        "firstlast": lambda: join(first, last),
        "flast": lambda: join(initial, last),
        "f.last": lambda: join(initial, ".", last),
        "first.m.last": lambda: join(first, ".", [letter.lower() for letter in draw(rng, UPPER, n)], ".", last),
        "last": lambda: last,
        "first": lambda: first,
        "lastf": lambda: join(last, initial),
        "first##": lambda: join(first, fill(rng, choose(rng, ("#", "##", "###", "19##", "20##")), n)),
        "flast##": lambda: join(initial, last, fill(rng, choose(rng, ("#", "##")), n)),
    }[form]()


ACCOUNT_FORMS = (
    "first.last",
    "first_last",
    "firstlast",
    "flast",
    "f.last",
    "first.m.last",
    "last",
    "first",
    "lastf",
    "first##",
    "flast##",
)


def user_name(rng: Rng, n: int, locale: str) -> list[str]:
    """Names of accounts."""
    if maybe(rng, 0.2):
        cells = join(compose(rng, "{natural}", n), draw(rng, ("", "_", "-", "."), n), compose(rng, "{title_noun}", n))
        cells = join(
            [cell.lower() if maybe(rng, 0.5) else cell for cell in cells], sometimes(rng, fill(rng, "##", n), 0.5)
        )
    else:
        forms = some_of(rng, ACCOUNT_FORMS, 3)
        cells = mix(rng, n, [partial(account_names, rng, locale=locale, form=form) for form in forms])
    return join("@", cells) if maybe(rng, 0.12) else cells


PEOPLE_PROVIDERS: Mapping[str, Callable[[Rng, int, str], list[str]]] = MappingProxyType(
    {
        "first_name": first_name,
        "full_name": full_name,
        "gender": gender,
        "job_title": job_title,
        "last_name": last_name,
        "middle_initial": middle_initial,
        "middle_name": middle_name,
        "name_suffix": name_suffix,
        "name_title": name_title,
        "race": race,
        "user_name": user_name,
    }
)
