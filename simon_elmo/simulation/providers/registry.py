"""Providers: named makers of realistic cells for one column at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType

import numpy as np

from simon_elmo.errors import UnknownProvider

Generate = Callable[[np.random.Generator, int, str], list[str]]

LOCALES = (
    "en_US",
    "en_GB",
    "de_DE",
    "fr_FR",
    "es_ES",
    "pt_BR",
    "it_IT",
    "nl_NL",
    "pl_PL",
    "ja_JP",
    "zh_CN",
    "hi_IN",
)


@dataclass(frozen=True)
class Provider:
    """A named maker of cells.

    Attributes:
        name: the key in `types.json`.
        generate: `(rng, n, locale) -> n cells` of one column: one written form, chosen with `rng`, holds for all.
    """

    name: str
    generate: Generate


def _faker_provider(name: str) -> Provider | None:
    from simon_elmo.simulation.providers.pools import faker_locale, faker_pool

    if faker_locale(name, LOCALES) is None:
        return None

    def generate(rng: np.random.Generator, n: int, locale: str) -> list[str]:
        pool = faker_pool(name, faker_locale(name, (locale, *LOCALES)) or "en_US")
        return pool[rng.integers(0, len(pool), n)].tolist()

    return Provider(name, generate)


@cache
def _registry() -> Mapping[str, Provider]:
    # Read on first use: formats and the modules of cells hold word lists that most of the library never needs.
    from simon_elmo.simulation.providers.addresses import ADDRESS_PROVIDERS
    from simon_elmo.simulation.providers.business import BUSINESS_PROVIDERS
    from simon_elmo.simulation.providers.codes import CODE_PROVIDERS
    from simon_elmo.simulation.providers.formats import FORMAT_PROVIDERS
    from simon_elmo.simulation.providers.geography import GEOGRAPHY_PROVIDERS
    from simon_elmo.simulation.providers.people import PEOPLE_PROVIDERS
    from simon_elmo.simulation.providers.streets import STREET_PROVIDERS
    from simon_elmo.simulation.providers.text_cells import TEXT_PROVIDERS
    from simon_elmo.simulation.providers.text_codes import TEXT_CODE_PROVIDERS
    from simon_elmo.simulation.providers.text_names import NAME_PROVIDERS
    from simon_elmo.simulation.providers.text_numbers import NUMBER_TEXT_PROVIDERS
    from simon_elmo.simulation.providers.web import WEB_PROVIDERS

    makers: dict[str, Generate] = {
        **ADDRESS_PROVIDERS,
        **BUSINESS_PROVIDERS,
        **CODE_PROVIDERS,
        **FORMAT_PROVIDERS,
        **GEOGRAPHY_PROVIDERS,
        **NAME_PROVIDERS,
        **NUMBER_TEXT_PROVIDERS,
        **PEOPLE_PROVIDERS,
        **STREET_PROVIDERS,
        **TEXT_CODE_PROVIDERS,
        **TEXT_PROVIDERS,
        **WEB_PROVIDERS,
    }
    return MappingProxyType({name: Provider(name, makers[name]) for name in sorted(makers)})


def provider_names() -> list[str]:
    """Return the names of this library's own providers, sorted."""
    return list(_registry())


def get_provider(name: str) -> Provider:
    """Return the provider of that name: one of ours first, else Faker's, pooled by locale.

    Raises:
        UnknownProvider: if neither has it.
    """
    registry = _registry()
    if name in registry:
        return registry[name]
    found = _faker_provider(name)
    if found is None:
        close = get_close_matches(name, registry, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(close)}?" if close else "`simon-elmo simulate --describe` lists ours"
        raise UnknownProvider(f"no provider is called {name!r}, neither in Faker nor in this library: {hint}")
    return found
