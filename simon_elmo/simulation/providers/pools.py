"""Pools of Faker values: built once per provider and locale, drawn from as often as needed."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from simon_elmo.errors import UnknownProvider

POOL_DRAWS = 2_000


@cache
def _faker(locale: str) -> Any:
    from faker import Faker

    return Faker(locale)


def _has(name: str, locale: str) -> bool:
    providers = _faker(locale).factories[0].providers
    return not name.startswith("_") and any(callable(getattr(provider, name, None)) for provider in providers)


@cache
def faker_locale(name: str, locales: Sequence[str]) -> str | None:
    """Return the first of the locales in which Faker can generate `name`, None where there is none."""
    return next((locale for locale in locales if _has(name, locale)), None)


@cache
def faker_pool(name: str, locale: str) -> np.ndarray:
    """Return the distinct strings among 2,000 draws of a Faker provider, as an object array.

    The seed is made from the names, so a pool is the same in every process and whatever was drawn before.

    Raises:
        UnknownProvider: if the provider cannot be called without arguments.
    """
    faker = _faker(locale)
    faker.seed_instance(zlib.crc32(f"simon_elmo|{name}|{locale}".encode()))
    generate = getattr(faker, name)
    try:
        values = dict.fromkeys(str(generate()) for _ in range(POOL_DRAWS))
    except TypeError as error:
        raise UnknownProvider(f"Faker's provider {name!r} needs arguments, so that it cannot fill a column") from error
    pool = np.empty(len(values), dtype=object)
    pool[:] = list(values)
    return pool
