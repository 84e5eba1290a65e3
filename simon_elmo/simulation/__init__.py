"""Labelled columns out of nothing: `simulate` makes them, `types.json` says which labels each provider has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simon_elmo.lazy import lazy_exports

if TYPE_CHECKING:
    from simon_elmo.simulation.description import describe_providers
    from simon_elmo.simulation.generator import simulate
    from simon_elmo.simulation.recipe import DEFAULT_LOCALES, SimulationRecipe
    from simon_elmo.simulation.simulated_columns import SimulatedColumns
    from simon_elmo.simulation.types import load_types, shipped_types

__getattr__, __dir__, __all__ = lazy_exports(
    __name__,
    {
        "description": ("describe_providers",),
        "generator": ("simulate",),
        "recipe": (
            "DEFAULT_LOCALES",
            "SimulationRecipe",
        ),
        "simulated_columns": ("SimulatedColumns",),
        "types": (
            "load_types",
            "shipped_types",
        ),
    },
)
