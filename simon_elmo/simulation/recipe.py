"""What is simulated: every argument of `simulate`, checked, with a fingerprint."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from simon_elmo.config import JsonConfig
from simon_elmo.errors import InvalidConfig, InvalidInput
from simon_elmo.simulation.corruption import CorruptionRates
from simon_elmo.simulation.providers.registry import LOCALES
from simon_elmo.version import __version__

# Raised when the same arguments make other cells than before, so that cached columns are made again.
SIMULATOR_VERSION = 5

# Half of the columns are American English, as far as no locales are given.
DEFAULT_LOCALES = ("en_US",) * (len(LOCALES) - 1) + LOCALES[1:]


@dataclass(frozen=True)
class SimulationRecipe(JsonConfig):
    """Every argument that the cells depend on.

    Attributes:
        types: provider -> labels.
        n_columns: how many columns.
        n_cells: cells of a column, or the most of them.
        seed: fixes every cell, label and name.
        locales: one is drawn a column; named twice, drawn twice as often.
        labels: the labels that are kept; empty for all of `types`.
        null_rate: expected part of the cells that say that there is nothing.
        corruption: how often columns are corrupted.
        min_cells: columns have from this many to `n_cells` cells; 0 for exactly `n_cells`.
        short_columns: part of the columns that have 1 to 20 cells.
    """

    types: Mapping[str, tuple[str, ...]]
    n_columns: int = 1000
    n_cells: int = 500
    seed: int = 0
    locales: tuple[str, ...] = DEFAULT_LOCALES
    labels: tuple[str, ...] = ()
    null_rate: float = 0.0
    corruption: CorruptionRates = field(default_factory=CorruptionRates)
    min_cells: int = 0
    short_columns: float = 0.0

    def __post_init__(self) -> None:
        self._require_integer("n_columns", 0, 100_000_000)
        self._require_integer("n_cells", 1, 100_000_000)
        self._require_integer("seed", 0, 2**63 - 1)
        self._require_integer("min_cells", 0, self.n_cells)
        self._require_number("null_rate", 0.0, 1.0)
        self._require_number("short_columns", 0.0, 1.0)
        if not isinstance(self.corruption, CorruptionRates):
            raise InvalidConfig(f"SimulationRecipe.corruption must be CorruptionRates: {self.corruption!r}")
        require_locales(self.locales)

    def fingerprint(self) -> str:
        """Return the SHA-256 of the recipe and of the versions of this library and of its simulator."""
        versions = {"simon_elmo": __version__, "simulator": SIMULATOR_VERSION, "faker": _faker_version()}
        content = json.dumps({"recipe": self.to_dict(), **versions}, sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()


def require_locales(locales: Sequence[str]) -> None:
    """Refuse locales for which providers have no words.

    Raises:
        InvalidInput: for such a locale, or none at all.
    """
    if not locales:
        raise InvalidInput("locales must name one or more, such as 'en_US'")
    unknown = sorted(set(locales) - set(LOCALES))
    if unknown:
        raise InvalidInput(f"locale {unknown[0]!r} is not simulated; use some of {', '.join(LOCALES)}")


def _faker_version() -> str:
    from importlib.metadata import version

    return version("faker")
