"""Simulated columns kept in a folder, by their recipe."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from simon_elmo.errors import InvalidInput, UnreadableTable
from simon_elmo.simulation.recipe import SimulationRecipe
from simon_elmo.simulation.simulated_columns import SimulatedColumns


def cache_path(recipe: SimulationRecipe, folder: str | Path) -> Path:
    """Return where the columns of a recipe are kept in a folder."""
    return Path(folder) / f"simulated-{recipe.fingerprint()[:20]}.parquet"


def cached(recipe: SimulationRecipe, folder: str | Path, make: Callable[[], SimulatedColumns]) -> SimulatedColumns:
    """Return the columns of a recipe from a folder; make and keep them where they are missing or damaged.

    Args:
        recipe: what is wanted.
        folder: made where it does not exist.
        make: makes the columns.

    Raises:
        InvalidInput: if the folder cannot be made.
    """
    path = cache_path(recipe, folder)
    kept = _kept(path)
    if kept is not None and kept.recipe == recipe.fingerprint() and len(kept) == recipe.n_columns:
        return kept
    columns = make()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidInput(f"the cache folder {folder} cannot be made: {error.strerror}") from error
    columns.save(path)
    return columns


def _kept(path: Path) -> SimulatedColumns | None:
    try:
        return SimulatedColumns.load(path)
    except (UnreadableTable, InvalidInput):
        return None
