"""Second and third opinions: the default preset on French open data and on columns of machine-learning tables.

    python benchmarks/column_opinions.py --data DATA/columns

`french_open_data.parquet` holds columns of ten cells of another country, `feature_types.csv` five sample cells of each
column of the SortingHat benchmark. No preset was trained on either. Their types are not ours: only those that have a
counterpart are scored.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from simon_elmo import ColumnClassifier
from simon_elmo.labels import most_specific
from simon_elmo.tables import present_cells

FRENCH = {
    "adresse": "address", "booleen": "boolean", "code_postal": "postal_code", "commune": "city", "date": "datetime",
    "date_fr": "datetime", "email": "email", "jour_de_la_semaine": "weekday", "latitude_wgs": "latitude",
    "latlon_wgs": "coordinate_pair", "pays": "country", "sexe": "gender", "tel_fr": "phone", "url": "uri",
    "year": "year",
}  # fmt: skip
# What is right for a type of the SortingHat benchmark, of whose numbers some are years, percentages or coordinates.
FEATURE_TYPES = {
    "numeric": ("int", "float", "percent", "currency_amount", "latitude", "longitude", "age", "year"),
    "datetime": ("datetime", "time"),
    "url": ("uri", "domain_name"),
    "sentence": ("text", "free_text"),
}
SAMPLES = [f"sample_{number}" for number in range(1, 6)]


def french(path: Path) -> tuple[list[list[str]], list[str], list[str]]:
    """Return the columns that have a counterpart, their names and our labels."""
    frame = pd.read_parquet(path)
    frame = frame[frame.label.isin(list(FRENCH))]
    columns = [present_cells([str(cell) for cell in cells if cell is not None]) for cells in frame["values"]]
    return columns, [name or "" for name in frame.header], [FRENCH[label] for label in frame.label]


def feature_types(path: Path) -> tuple[list[list[str]], list[str], list[str]]:
    """Return the columns whose type has a counterpart, their names and that type."""
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    frame = frame[frame.y_act.isin(list(FEATURE_TYPES))]
    columns = [present_cells(row) for row in frame[SAMPLES].to_numpy().tolist()]
    return columns, list(frame.Attribute_name), list(frame.y_act)


def most_specific_labels(
    classifier: ColumnClassifier, columns: list[list[str]], headers: list[str] | None
) -> list[str]:
    """Return the predicted label of each column that says most about it."""
    probabilities = classifier.predict_proba(columns, headers=headers)
    return [most_specific(labels) for labels in classifier.label_set.decide(probabilities)]


def print_scores(name: str, shown: str, true: list[str], found: list[str]) -> None:
    """Print accuracy, macro-F1 and recall of each label."""
    actual, predicted = np.array(true), np.array(found)
    f1, recall = {}, {}
    for label in sorted(set(true)):
        both = ((actual == label) & (predicted == label)).sum()
        f1[label] = 2 * both / ((actual == label).sum() + (predicted == label).sum())
        recall[label] = both / (actual == label).sum()
    each = ", ".join(f"{label} {value:.2f}" for label, value in recall.items())
    print(
        f"| {name}, {shown} | {len(true):,} | {(actual == predicted).mean():.3f} | {np.mean(list(f1.values())):.3f} |"
    )
    print(f"  recall: {each}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data/columns"))
    parser.add_argument("--preset", default="simon-semantic")
    options = parser.parse_args()
    classifier = ColumnClassifier.from_preset(options.preset)
    print("| | columns | top-1 | macro-F1 |\n|---|---|---|---|")
    columns, names, true = french(options.data / "french_open_data.parquet")
    for shown, headers in (("with names", names), ("without", None)):
        found = most_specific_labels(classifier, columns, headers)
        print_scores("French open data", shown, true, found)
    columns, names, true = feature_types(options.data / "feature_types.csv")
    types = {label: name for name, labels in FEATURE_TYPES.items() for label in labels}
    for shown, headers in (("with names", names), ("without", None)):
        found = [types.get(label, "other") for label in most_specific_labels(classifier, columns, headers)]
        print_scores("feature types, 5 cells", shown, true, found)


if __name__ == "__main__":
    main()
