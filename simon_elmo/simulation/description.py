"""What can be simulated: providers, their labels and examples of their cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from simon_elmo.errors import InvalidInput
from simon_elmo.simulation.providers.registry import get_provider
from simon_elmo.simulation.recipe import require_locales
from simon_elmo.simulation.types import load_types

_DRAWN = 8


@dataclass(frozen=True)
class ProviderDescription:
    """A provider, its labels and two of its cells, different ones where it has them."""

    provider: str
    labels: tuple[str, ...]
    examples: tuple[str, str]


def describe_providers(
    types: str | Path | Mapping[str, Any] = "types.json",
    labels: Iterable[str] | None = None,
    locale: str = "en_US",
    seed: int = 0,
) -> list[ProviderDescription]:
    """Return each provider with its labels and two examples, in the order of `types`.

    Args:
        types: provider -> labels, as `simulate` takes it.
        labels: only providers with one of these labels.
        locale: of the examples.
        seed: draws the examples.

    Raises:
        UnknownProvider: for a provider that does not exist.
        InvalidInput: for a locale that is not simulated, or labels that no provider has.
    """
    require_locales([locale])
    wanted = None if labels is None else set(labels)
    described = []
    for name, found in load_types(types).items():
        if wanted is None or not wanted.isdisjoint(found):
            first = get_provider(name).generate(np.random.default_rng(seed), _DRAWN, locale)
            second = get_provider(name).generate(np.random.default_rng([seed, 1]), _DRAWN, locale)
            other = next((cell for cell in second + first if cell != first[0]), second[0])
            described.append(ProviderDescription(name, found, (first[0], other)))
    if not described:
        raise InvalidInput(f"no provider in types has one of the labels {', '.join(sorted(wanted or ()))}")
    return described
