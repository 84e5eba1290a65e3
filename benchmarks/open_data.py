"""The audited open-data columns (tsegall/semantic-types) with the labels of this library, and how they are scored."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from simon_elmo.labels import STATISTICAL_LABELS
from simon_elmo.labels.taxonomy import UNMARKED_IN_OPEN_DATA, open_data_labels
from simon_elmo.simon import ColumnExamples
from simon_elmo.tables import categorical_and_ordinal, present_cells

# The geo labels of a column from specific to general; other labels are not scored, and no label counts as text.
ORDER = (
    "email", "phone", "uri", "address", "city", "country", "country_code", "postal_code", "state", "latitude",
    "longitude", "datetime", "boolean", "float", "int", "text",
)  # fmt: skip
SAME_COLUMN = 20  # columns that share this many first cells are one column


def load_open_data(path: Path) -> tuple[ColumnExamples, np.ndarray, np.ndarray]:
    """Return the columns without blank ones and duplicates, their portals and their tables."""
    frame = pd.read_parquet(path)
    frame = frame[frame.semantic_type != "BLANK"]
    frame = frame[~frame["values"].map(lambda cells: tuple(cells[:SAME_COLUMN])).duplicated()]
    columns = [present_cells(list(cells)) for cells in frame["values"]]
    labels = []
    for base, semantic, column in zip(frame.base_type, frame.semantic_type, columns, strict=True):
        holds = zip(STATISTICAL_LABELS, categorical_and_ordinal(column), strict=True)
        labels.append((*open_data_labels(base, semantic), *(name for name, true in holds if true)))
    examples = ColumnExamples(columns, labels, [header or "" for header in frame.header])
    unknown = tuple(sorted(UNMARKED_IN_OPEN_DATA - set(STATISTICAL_LABELS)))
    examples = replace(examples, unknown=[unknown] * len(columns))
    return examples, frame.site.to_numpy(dtype=str), (frame.site + "/" + frame.table).to_numpy(dtype=str)


def folds_by_site(sites: np.ndarray, n_folds: int = 5) -> np.ndarray:
    """Return the fold of each column: portals, the largest first, go to the fold with the fewest columns."""
    names, first, counts = np.unique(sites, return_index=True, return_counts=True)
    sizes = np.zeros(n_folds, dtype=int)
    fold_of = {}
    for portal in np.lexsort((first, -counts)):
        fold_of[names[portal]] = int(sizes.argmin())
        sizes[fold_of[names[portal]]] += counts[portal]
    return np.array([fold_of[site] for site in sites])


def shuffled_headers(headers: list[str], tables: np.ndarray, seed: int = 0) -> list[str]:
    """Return headers that lie: those of a table, shuffled among its columns."""
    rng = np.random.default_rng(seed)
    shuffled = list(headers)
    for table in np.unique(tables):
        rows = np.flatnonzero(tables == table)
        for row, other in zip(rows, rng.permutation(rows), strict=True):
            shuffled[row] = headers[other]
    return shuffled
