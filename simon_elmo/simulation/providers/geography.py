"""Providers of columns about places: cities, states, counties, countries, with postal codes and coordinates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from types import MappingProxyType

from simon_elmo.simulation.draws import choose, choose_cells, choose_weighted
from simon_elmo.simulation.providers.coordinates import COORDINATE_PROVIDERS
from simon_elmo.simulation.providers.postal_codes import POSTAL_CODE_PROVIDERS, country_of
from simon_elmo.simulation.providers.templates import (
    Rng,
    capitals,
    compose_any,
    draw,
    draw_skewed,
    fill,
    join,
    maybe,
    mix,
    some_of,
    sometimes,
)
from simon_elmo.simulation.providers.vocabulary import faker_words, has_words, language_of, word_sets, words

# Where Faker keeps the first-level areas of a country: `states`, if nothing else is said.
_STATES = MappingProxyType(
    {
        "es_ES": "regions",
        "pt_BR": "estados",
        "nl_NL": "provinces",
        "pl_PL": "regions",
        "ja_JP": "prefectures",
        "zh_CN": "provinces",
    }
)


@cache
def city_names(locale: str) -> tuple[str, ...]:
    """Return the cities known of a country: our own list, else Faker's."""
    if has_words("cities", locale, file="places") and locale in (
        "en_US",
        "en_GB",
        "en_CA",
        "en_AU",
        "fr_FR",
        "es_ES",
        "es_MX",
        "pt_BR",
    ):
        return words("cities", locale, file="places")
    if locale == "es_CO":
        return words("cities", "es_MX", file="places")[45:55] + words("counties", "es_CO", file="places")[:30]
    names = faker_words("address", locale, "cities") or words("cities", locale, file="places")
    # Faker makes the Italian list from a set, in another order in every process
    return tuple(sorted(names)) if locale == "it_IT" else names


_TOWNS = (
    *(f"{{natural}}{end}" for end in ("{settlement}", " City", " Springs", " Grove", " Falls", " Creek", " Point")),
    *(f"{{surnameish}}{end}" for end in ("{settlement}", " Heights", " Park", "", " Township")),
    *(f"{start} {{surnameish}}" for start in ("Mount", "Fort", "West", "North", "Port", "New")),
    "Lake {natural}", "East {natural}{settlement}",
)  # fmt: skip


def _american_towns(rng: Rng, n: int) -> list[str]:
    """Return names as small American towns have them, such as Cedar Springs or Franklinville."""
    return compose_any(rng, _TOWNS, n, most=12)


def _of_areas(rng: Rng, kind: str, locale: str) -> Sequence[str]:
    """Return the places of a first-level area, the largest first, or of a few of them; () where none are known."""
    areas = word_sets("gazetteer", f"{kind} {locale}")
    if not areas:
        return ()
    if maybe(rng, 0.7):
        return choose(rng, areas)
    order = rng.permutation(len(areas))[: int(rng.integers(2, 9))].tolist()
    return [name for index in order for name in areas[index]]


def _some_places(rng: Rng, names: Sequence[str], n: int) -> list[str]:
    """Return places as a table has them: the first ones more often, all alike, or each once as a register has them."""
    kind = choose_weighted(rng, {"skewed": 0.5, "alike": 0.25, "each once": 0.25})
    if kind == "skewed":
        return draw_skewed(rng, names, n, rng.uniform(1.0, 3.0))
    if kind == "alike":
        return draw(rng, some_of(rng, names, len(names)), n)
    order = [index for _ in range(0, n, len(names)) for index in rng.permutation(len(names)).tolist()]
    return [names[index] for index in order[:n]]


def _cities(rng: Rng, n: int, locale: str) -> list[str]:
    """Return n cities as one table has them: those of a region, of the country, or with small towns."""
    towns = _of_areas(rng, "cities", locale) if maybe(rng, 0.6) else ()
    if towns:
        return _some_places(rng, towns, n)
    names = city_names(locale)
    if maybe(rng, 0.6):
        region = rng.permutation(len(names))[: int(rng.integers(3, 60))].tolist()
        names = tuple(names[index] for index in region)
    cells = draw(rng, names, n)
    if locale == "en_US" and maybe(rng, 0.4):
        share = rng.uniform(0.1, 0.9)
        cells = mix(rng, n, [partial(draw, rng, names), partial(_american_towns, rng)], [1 - share, share])
    return cells


def city(rng: Rng, n: int, locale: str) -> list[str]:
    """Cities and towns; some columns append the state or the country's habits (Paris 12e, CEDEX)."""
    country = country_of(rng, locale)
    cells = _cities(rng, n, country)
    if country == "en_US" and maybe(rng, 0.05):
        cells = join(cells, choose(rng, (", ", " ")), [choose(rng, state_codes("en_US"))] * n)
    elif country == "fr_FR" and maybe(rng, 0.15):
        cells = join(cells, sometimes(rng, fill(rng, choose(rng, (" CEDEX", " CEDEX #", " Cedex 0%")), n), 0.3))
        cells = (
            [cell.replace("Saint-", "ST ").replace("-", " ").upper() for cell in cells] if maybe(rng, 0.5) else cells
        )
    return capitals(rng, cells, 0.5)


@cache
def state_names(locale: str) -> tuple[str, ...]:
    """Return the states, provinces or regions of a country."""
    if has_words("states", locale, file="places") and locale in ("en_CA", "en_AU", "en_GB", "fr_FR", "es_CO"):
        return words("states", locale, file="places")
    return faker_words("address", locale, _STATES.get(locale, "states")) or faker_words("address", "en_US", "states")


@cache
def state_codes(locale: str) -> tuple[str, ...]:
    """Return the usual codes of a country's states; () where tables rarely have any."""
    if locale in ("en_US", "it_IT", "en_IN"):
        return faker_words("address", locale, "states_abbr")
    exact = f"{language_of(locale)}_{locale.partition('_')[2]}"
    return words("state_codes", exact, file="places")


def _few(rng: Rng, options: Sequence[str], n: int) -> list[str]:
    """Return n cells of a few of the options, as tables of one region have them, or of all."""
    kind = choose_weighted(rng, {"some": 0.45, "all": 0.4, "one": 0.15})
    if kind == "all":
        return draw(rng, options, n)
    return choose_cells(rng, some_of(rng, options, 1 if kind == "one" else min(len(options), 25)), n)


def state(rng: Rng, n: int, locale: str) -> list[str]:
    """States, provinces, departments and regions by name; a few columns mix names and codes."""
    country = country_of(rng, locale)
    names = state_names(country)
    cells = _few(rng, names, n)
    if country == "en_US" and maybe(rng, 0.12):
        codes = draw(rng, state_codes("en_US"), n)
        cells = mix(rng, n, [partial(_few, rng, names), partial(draw, rng, codes)], [0.7, 0.3])
    return capitals(rng, cells, 0.35)


def state_code(rng: Rng, n: int, locale: str) -> list[str]:
    """Codes of states and provinces, such as OR and QC."""
    country = country_of(rng, locale)
    codes = state_codes(country) or state_codes("en_US")
    if country == "en_US" and maybe(rng, 0.2):
        codes = codes + state_codes("en_CA")
    cells = _few(rng, codes, n)
    if country == "en_US" and maybe(rng, 0.04):
        cells = join("US-", cells)
    return [cell.lower() for cell in cells] if maybe(rng, 0.04) else cells


@cache
def _county_names(locale: str) -> tuple[str, ...]:
    if locale in ("en_US", "es_CO"):
        faker = faker_words("address", "es_CO", "municipalities") if locale == "es_CO" else ()
        return words("counties", locale, file="places") + faker
    return {
        "en_GB": faker_words("address", "en_GB", "counties"),
        "fr_FR": faker_words("address", "fr_FR", "departments"),
        "zh_CN": faker_words("address", "zh_CN", "districts"),
        "ja_JP": faker_words("address", "ja_JP", "towns"),
        "pt_BR": faker_words("address", "pt_BR", "bairros"),
    }.get(locale, ())


_BOROUGHS = ("Manhattan", "Brooklyn", "Queens", "Bronx", "Staten Island")


# What stands before or after the names of counties, and of cities where their counties are called after them.
_COUNTY_KINDS = MappingProxyType(
    {
        "en_US": ("{}", "{}", "{}", "{} County", "{} County", "{} Parish"),
        "en_GB": ("{}", "{}", "{} District", "{} Borough"),
        "de_DE": ("Landkreis {}", "Kreis {}", "{}, Landkreis", "LK {}"),
        "it_IT": ("Provincia di {}", "Comune di {}"),
        "nl_NL": ("Gemeente {}", "Gem. {}"),
        "pl_PL": ("Powiat {}", "powiat {}", "Gmina {}", "m. {}"),
        "es_ES": ("Provincia de {}", "Comarca de {}", "Municipio de {}"),
        "hi_IN": ("{} जिला", "{} District", "{} Tehsil"),
    }
)


def county(rng: Rng, n: int, locale: str) -> list[str]:
    """Second-level areas: counties, boroughs, municipalities, districts, suburbs."""
    country = choose(rng, ("es_CO", "es_CO", "es_ES")) if locale == "es_ES" else locale
    names = _county_names(country)
    if country == "en_US" and maybe(rng, 0.12):
        boroughs = (*_BOROUGHS, "Citywide") if maybe(rng, 0.3) else _BOROUGHS
        return capitals(rng, choose_cells(rng, boroughs, n), 0.3)
    form = choose(rng, _COUNTY_KINDS.get(country, ("{}",)))
    listed = _of_areas(rng, "counties", country) if maybe(rng, 0.5) else ()
    if listed:
        cells = _some_places(rng, listed, n)
    else:
        cells = _few(rng, names, n) if names else draw(rng, city_names(country), n)
    cells = list(map(form.format, cells))
    if country == "en_US" and maybe(rng, 0.2):
        cells = sometimes(rng, cells, 0.95, choose(rng, ("Out of State", "STATEWIDE", "Unknown", "Multiple")))
    return capitals(rng, cells, 0.45)


@cache
def _countries(locale: str) -> tuple[str, ...]:
    names = faker_words("address", locale, "countries")
    return names if len(names) > 50 else faker_words("address", "en_US", "countries")


def country(rng: Rng, n: int, locale: str) -> list[str]:
    """Countries by name, in the locale's language or English, formal or usual."""
    if maybe(rng, 0.3):
        locale = "en_US"
    usual = words("usual", locale, file="countries")
    kind = choose_weighted(rng, {"all": 0.3, "usual": 0.4, "home": 0.15, "formal": 0.15})
    if kind == "home":
        home = choose(rng, usual[:6]) if language_of(locale) == "en" else usual[0]
        cells = sometimes(rng, [home] * n, rng.uniform(0.8, 1.0), choose(rng, usual))
    elif kind == "usual":
        cells = choose_cells(rng, some_of(rng, usual, len(usual)), n)
    elif kind == "formal":
        cells = mix(
            rng,
            n,
            [partial(draw, rng, words("formal", file="countries")), partial(draw, rng, _countries("en_US"))],
            [0.4, 0.6],
        )
    else:
        cells = draw(rng, _countries(locale), n)
    return capitals(rng, cells, 0.2)


def country_code(rng: Rng, n: int, locale: str) -> list[str]:
    """Two- or three-letter codes of countries."""
    codes = faker_words(
        "address", "", choose(rng, ("alpha_2_country_codes", "alpha_2_country_codes", "alpha_3_country_codes"))
    )
    cells = _few(rng, codes, n)
    if maybe(rng, 0.25):
        home = next((code for code in codes if code.startswith(locale[3:])), codes[0])
        cells = sometimes(rng, cells, rng.uniform(0.02, 0.6), home)
    return [cell.lower() for cell in cells] if maybe(rng, 0.08) else cells


GEOGRAPHY_PROVIDERS: Mapping[str, Callable[[Rng, int, str], list[str]]] = MappingProxyType(
    {
        **COORDINATE_PROVIDERS,
        **POSTAL_CODE_PROVIDERS,
        "city": city,
        "country": country,
        "country_code": country_code,
        "county": county,
        "state": state,
        "state_code": state_code,
    }
)
