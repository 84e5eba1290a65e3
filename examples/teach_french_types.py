"""Teach French administrative codes from a few columns each: `python examples/teach_french_types.py [FILE.parquet]`.

The file has columns of data.gouv.fr: `values` (cells), `label`, `header` and `table`; no table both teaches and tests.
Without it, `../shared/data/columns/french_open_data.parquet` is read if it is there. Half of the tables teach, at most
40 columns a code and 150 others as negative examples; the other half tests.
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

import simon_elmo as se
from simon_elmo.tables import present_cells

CODES = ("siret", "uai", "code_commune_insee", "sexe")
NOT_SAID = ("", "O")  # columns of which the file does not say what they are
MOST_COLUMNS, NEGATIVE = 40, 150
DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "columns" / "french_open_data.parquet"


def main() -> None:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    if not path.is_file():
        print(f"there is no {path}: nothing to teach; name a Parquet file of labelled columns to try this")
        return
    frame = pd.read_parquet(path)
    frame = frame[~frame.label.isin(NOT_SAID)]
    frame = frame.assign(cells=[present_cells(list(values)) for values in frame["values"]])
    frame = frame[frame.cells.map(len) > 0]

    rng = np.random.default_rng(0)
    tables = rng.permutation(frame.table.unique())
    learned = frame.table.isin(tables[: len(tables) // 2])
    of_code = frame.label.isin(CODES)
    shuffled = frame[learned].sample(frac=1, random_state=0)
    teach = pd.concat([
        *(shuffled[shuffled.label == code][:MOST_COLUMNS] for code in CODES),
        shuffled[~of_code][:NEGATIVE],
    ])  # fmt: skip
    test = frame[~learned]

    classifier = se.ColumnClassifier.from_preset("simon-geo")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # the report has them
        report = classifier.add_labels(
            teach.cells.tolist(),
            [(label,) if label in CODES else () for label in teach.label],
            headers=teach["header"].fillna("").tolist(),
            groups=teach.table.tolist(),
        )
    print(report.to_text())
    for sentence in report.warnings:
        print(f"warning: {sentence}")

    probabilities = classifier.predict_proba(test.cells.tolist(), headers=test["header"].fillna("").tolist())
    found = classifier.label_set.decide(probabilities)
    print(f"\n{len(test)} columns of other tables\ncode                columns  F1")
    scores = []
    for code in CODES:
        predicted, true = np.array([code in names for names in found]), (test.label == code).to_numpy()
        scores.append(2 * (predicted & true).sum() / max(predicted.sum() + true.sum(), 1))
        print(f"{code:<20}{true.sum():>7}  {scores[-1]:.3f}")
    print(f"macro-F1                     {np.mean(scores):.3f}")


if __name__ == "__main__":
    main()
