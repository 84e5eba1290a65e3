"""Pools of Faker values: built once a provider and locale, drawn from as often as needed."""

from __future__ import annotations

import zlib
from functools import cache
from typing import Any

import numpy as np

POOL_DRAWS = 2_000


@cache
def _faker(locale: str) -> Any:
    from faker import Faker

    return Faker(locale)


def has_faker_provider(name: str, locale: str = "en_US") -> bool:
    """Return whether Faker can generate `name` in a locale."""
    return not name.startswith("_") and callable(getattr(_faker(locale), name, None)) and name not in _NOT_PROVIDERS


_NOT_PROVIDERS = frozenset(
    {"seed", "seed_instance", "seed_locale", "items", "locales", "weights", "unique", "optional"}
)


@cache
def faker_pool(name: str, locale: str) -> np.ndarray:
    """Return the distinct strings among 2,000 draws of a Faker provider, as an object array.

    The seed is made from the names, so a pool is the same in every process and whatever was drawn before.
    """
    faker = _faker(locale)
    if not callable(getattr(faker, name, None)):
        faker = _faker("en_US")
    faker.seed_instance(zlib.crc32(f"simon_elmo|{name}|{locale}".encode()))
    generate = getattr(faker, name)
    values = dict.fromkeys(str(generate()) for _ in range(POOL_DRAWS))
    pool = np.empty(len(values), dtype=object)
    pool[:] = list(values)
    return pool
