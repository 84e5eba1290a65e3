"""Column names as people write them."""

from __future__ import annotations

import numpy as np


def header_for(labels: tuple[str, ...], provider: str, rng: np.random.Generator, locale: str) -> str:
    """Return a realistic name for a column of a provider, in one of many spellings.

    Args:
        labels: the labels of the column.
        provider: the provider that made its cells.
        rng: draws the name and its spelling.
        locale: language of the name; English names occur everywhere.
    """
    words = (labels[int(rng.integers(len(labels)))] if labels else provider).split("_")
    style = int(rng.integers(4))
    if style == 0:
        return "_".join(words)
    return (" ".join(words), " ".join(words).title(), "_".join(words).upper())[style - 1]
