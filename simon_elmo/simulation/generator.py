"""Simulated columns with labels, reproducible cell by cell from a seed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from simon_elmo.errors import InvalidInput
from simon_elmo.labels.taxonomy import STATISTICAL_LABELS
from simon_elmo.simulation.cache import cached
from simon_elmo.simulation.column_shapes import distinct_values, odd_share, replace_some, spread
from simon_elmo.simulation.corruption import NUMBER_LABELS, CorruptionRates, corrupt
from simon_elmo.simulation.draws import choose, log_uniform
from simon_elmo.simulation.headers import header_for
from simon_elmo.simulation.null_cells import null_cells
from simon_elmo.simulation.providers.formats import FORMAT_WEIGHTS
from simon_elmo.simulation.providers.registry import get_provider
from simon_elmo.simulation.recipe import DEFAULT_LOCALES, SimulationRecipe
from simon_elmo.simulation.simulated_columns import SimulatedColumns
from simon_elmo.simulation.types import load_types
from simon_elmo.tables.statistics import categorical_and_ordinal

SimulatedColumn = tuple[list[str], tuple[str, ...], str]

# Streams of random numbers: which label, which provider, the cells, the header.
_LABEL, _PROVIDER, _CELLS, _HEADER = range(4)
_SMALLEST_CHUNK, _CHUNKS_A_WORKER = 16, 8
_GOLDEN = (5**0.5 - 1) / 2


def simulate(
    n_columns: int = 1000,
    n_cells: int = 500,
    types: str | Path | Mapping[str, Any] = "types.json",
    seed: int = 0,
    locales: Sequence[str] | None = None,
    labels: Iterable[str] | None = None,
    null_rate: float = 0.0,
    workers: int = 1,
    corruption: bool | CorruptionRates | None = True,
    min_cells: int = 0,
    short_columns: float = 0.0,
    cache: str | Path | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> SimulatedColumns:
    """Return simulated columns with labels and names.

    Labels get equal shares of the columns, and within a label providers get theirs by how common their format is.
    Column i depends on `seed`, i and the other arguments, never on `n_columns`, `workers` or the process.

    Args:
        n_columns: how many columns.
        n_cells: cells of each column.
        types: provider -> labels, as a mapping or a JSON file; `"types.json"` is the shipped file.
        seed: fixes every byte.
        locales: one is drawn a column; by default half of the columns are `en_US`, the others of 11 more locales.
        labels: the labels that are kept: others are taken off the columns, and a provider that keeps none is not used.
            `categorical` and `ordinal` are found from the cells. All labels of `types` by default.
        null_rate: expected part of the cells that are replaced by nothing-spellings (`NULL`, `N/A`, ``, ...).
        workers: processes. With more than one, a script needs the usual `if __name__ == "__main__":`.
        corruption: True for realistic frequencies, `CorruptionRates` for others, False or None for clean columns.
        min_cells: where given, a column has from `min_cells` to `n_cells` cells, short ones as often as long ones.
        short_columns: part of the columns that have only 1 to 20 cells.
        cache: a folder where the columns are kept; the same arguments read them instead of making them again.
        on_progress: called with the number of columns that were just made.

    Raises:
        UnknownProvider: for a provider that does not exist.
        InvalidInput: for a label that no provider has, or an unknown locale.
        InvalidConfig: for a number out of its range.

    Example:
        >>> data = simulate(n_columns=2, n_cells=3, types={"boolean_true_false": "boolean"}, corruption=False)
        >>> data.labels, len(data.columns[0])
        ([('boolean',), ('boolean',)], 3)
    """
    recipe = SimulationRecipe(
        types=load_types(types),
        n_columns=n_columns,
        n_cells=n_cells,
        seed=seed,
        locales=tuple(locales) if locales is not None else DEFAULT_LOCALES,
        labels=tuple(labels) if labels is not None else (),
        null_rate=null_rate,
        corruption=_rates(corruption),
        min_cells=min_cells,
        short_columns=short_columns,
    )
    if isinstance(workers, bool) or not isinstance(workers, int) or workers < 1:
        raise InvalidInput(f"workers must be a whole number of processes, 1 or more: {workers!r}")
    providers_by_label(recipe)

    def make() -> SimulatedColumns:
        return _simulated(recipe, workers, on_progress)

    return make() if cache is None else cached(recipe, cache, make)


def _rates(corruption: bool | CorruptionRates | None) -> CorruptionRates:
    if isinstance(corruption, CorruptionRates):
        return corruption
    return CorruptionRates() if corruption else CorruptionRates.none()


def providers_by_label(recipe: SimulationRecipe) -> dict[str, dict[str, float]]:
    """Return the providers of each label that columns are made for, each with its share of the label's columns.

    Formats are weighted by how often they are met. A provider counts threefold where it has no other label, `text`
    aside, so that the columns of `text` are seldom e-mail addresses, which have a share of their own.

    Raises:
        InvalidInput: for a label that no provider has, or no label left.
    """
    known = {label for row in recipe.types.values() for label in row}
    unknown = sorted(set(recipe.labels) - known - set(STATISTICAL_LABELS))
    if unknown:
        raise InvalidInput(f"no provider in types has the label {unknown[0]!r}; they have {', '.join(sorted(known))}")
    kept = (set(recipe.labels) & known) if recipe.labels else known
    if not kept:
        raise InvalidInput(
            "labels must name one or more that providers have: categorical and ordinal are found from cells"
        )
    return {label: _shares(recipe, label, kept) for label in sorted(kept)}


def _shares(recipe: SimulationRecipe, label: str, kept: set[str]) -> dict[str, float]:
    weights = {}
    for name in sorted(recipe.types):
        found = kept.intersection(recipe.types[name])
        if label in found:
            weights[name] = FORMAT_WEIGHTS.get(name, 1.0) * (3.0 if found <= {label, "text"} else 1.0)
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items()}


def _simulated(recipe: SimulationRecipe, workers: int, on_progress: Callable[[int], None] | None) -> SimulatedColumns:
    made: list[SimulatedColumn] = []
    for chunk in _chunks(recipe, workers):
        made.extend(chunk)
        if on_progress is not None:
            on_progress(len(chunk))
    return SimulatedColumns(
        [cells for cells, _, _ in made],
        [labels for _, labels, _ in made],
        [header for _, _, header in made],
        recipe.fingerprint(),
    )


def _chunks(recipe: SimulationRecipe, workers: int) -> Iterable[list[SimulatedColumn]]:
    size = max(_SMALLEST_CHUNK, -(-recipe.n_columns // (workers * _CHUNKS_A_WORKER)))
    spans = [(start, min(start + size, recipe.n_columns)) for start in range(0, recipe.n_columns, size)]
    if workers == 1 or len(spans) < 2:
        yield from (_columns(recipe, start, stop) for start, stop in spans)
        return
    try:
        with ProcessPoolExecutor(min(workers, len(spans)), mp_context=get_context("spawn")) as pool:
            yield from pool.map(_columns, [recipe] * len(spans), *zip(*spans, strict=True))
    except BrokenProcessPool as error:
        raise InvalidInput(
            f"a worker process died; with workers={workers} a script must begin under `if __name__ == '__main__':`"
        ) from error


def _columns(recipe: SimulationRecipe, start: int, stop: int) -> list[SimulatedColumn]:
    providers = providers_by_label(recipe)
    return [_column(recipe, providers, index) for index in range(start, stop)]


def _label_of(seed: int, n_labels: int, index: int) -> tuple[int, int]:
    """Return which label column `index` is made for, and how often that label came before it.

    Each label comes once in as many columns as there are labels, in an order of its own each round.
    """
    round_, place = divmod(index, n_labels)
    order = np.random.default_rng([seed, _LABEL, round_]).permutation(n_labels)
    return int(order[place]), round_


def _provider_of(seed: int, label: int, shares: Mapping[str, float], position: int) -> str:
    """Return the provider of the column at a position among those of a label.

    Steps of the golden ratio around a circle of shares give each provider its share in every stretch of columns.
    """
    start = np.random.default_rng([seed, _PROVIDER, label]).random()
    point = (start + position * _GOLDEN) % 1.0
    index = int(np.searchsorted(np.cumsum(list(shares.values())), point, side="right"))
    return list(shares)[min(index, len(shares) - 1)]


def _column(recipe: SimulationRecipe, providers: Mapping[str, Mapping[str, float]], index: int) -> SimulatedColumn:
    seed = recipe.seed
    label, position = _label_of(seed, len(providers), index)
    name = _provider_of(seed, label, list(providers.values())[label], position)
    labels = recipe.types[name]

    rng = np.random.default_rng([seed, _CELLS, index])
    locale = choose(rng, recipe.locales)
    cells = _cells(recipe, name, locale, rng)
    header = header_for(labels, name, np.random.default_rng([seed, _HEADER, index]), locale)
    return cells, _kept_labels(recipe, labels, cells), header


def _cells(recipe: SimulationRecipe, name: str, locale: str, rng: np.random.Generator) -> list[str]:
    rates, labels = recipe.corruption, recipe.types[name]
    n, generate = _length(recipe, rng), get_provider(name).generate
    # Only the values that are repeated are made. Truth values repeat anyway, and a lone 0 or 1 would say nothing.
    if rng.random() < rates.repeated and "boolean" not in labels:
        cells = spread(generate(rng, distinct_values(rng, n), locale), rng, n)
    else:
        cells = generate(rng, n, locale)
    cells = corrupt(cells, labels, rng, rates)
    if rng.random() < rates.mixed:
        other = get_provider(choose(rng, sorted(recipe.types)))
        cells = replace_some(cells, other.generate(rng, min(n, 20), locale), rng, odd_share(rng))
    if recipe.null_rate:
        # Columns differ in how empty they are; their mean is the rate that was asked for.
        deviation = min(recipe.null_rate, 1.0 - recipe.null_rate) * rng.uniform(-1.0, 1.0)
        cells = null_cells(cells, rng, recipe.null_rate + deviation, numeric=not NUMBER_LABELS.isdisjoint(labels))
    return cells


def _length(recipe: SimulationRecipe, rng: np.random.Generator) -> int:
    if rng.random() < recipe.short_columns:
        return min(recipe.n_cells, int(rng.integers(1, 21)))
    if recipe.min_cells:
        return min(recipe.n_cells, int(log_uniform(rng, recipe.min_cells, recipe.n_cells + 1)))
    return recipe.n_cells


def _kept_labels(recipe: SimulationRecipe, labels: tuple[str, ...], cells: list[str]) -> tuple[str, ...]:
    if not recipe.labels:
        return labels
    kept = [label for label in labels if label in recipe.labels]
    if not set(STATISTICAL_LABELS).isdisjoint(recipe.labels):
        found = zip(STATISTICAL_LABELS, categorical_and_ordinal(cells), strict=True)
        kept += [label for label, true in found if true and label in recipe.labels and label not in kept]
    return tuple(kept)
