"""Top-1 accuracy and macro-F1 of column typing on portals that no training run has seen, ours beside peers.

    python benchmarks/column_accuracy.py --data DATA/columns --cache cache
    python benchmarks/column_accuracy.py --data DATA/columns --peers-only

Ours are the predictions for held-out folds of portals that `train_presets.py` left in the cache. The character n-gram
baseline is trained here on the columns of the other folds. Peers take part where they are installed; they learn nothing
and are slow, so that they are shown a sample with equally many columns of each label.
"""

from __future__ import annotations

import argparse
import csv
import platform
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from open_data import ORDER, folds_by_site, load_open_data
from semantic_training import FOLDS, WITHOUT, cross_predicted

from simon_elmo import ColumnClassifier
from simon_elmo.labels import most_specific
from simon_elmo.simon import ColumnExamples

MIN_SUPPORT = 20
BASELINE_CELLS = 30
WOODWORK = {
    "Address": "address", "Boolean": "boolean", "BooleanNullable": "boolean", "CountryCode": "country_code",
    "Datetime": "datetime", "Double": "float", "EmailAddress": "email", "Integer": "int", "IntegerNullable": "int",
    "LatLong": "latitude", "PhoneNumber": "phone", "PostalCode": "postal_code", "SubRegionCode": "state", "URL": "uri",
}  # fmt: skip
VISIONS = {
    "Boolean": "boolean", "Date": "datetime", "DateTime": "datetime", "EmailAddress": "email", "Float": "float",
    "Integer": "int", "Time": "datetime", "URL": "uri",
}  # fmt: skip
CSV_DETECTIVE = {
    "adresse": "address", "bool": "boolean", "code_postal": "postal_code", "commune": "city", "date": "datetime",
    "datetime_aware": "datetime", "datetime_naive": "datetime", "datetime_rfc822": "datetime", "email": "email",
    "float": "float", "int": "int", "iso_country_code_alpha2": "country_code",
    "iso_country_code_alpha3": "country_code", "latitude_l93": "latitude", "latitude_wgs": "latitude",
    "latitude_wgs_fr_metropole": "latitude", "longitude_l93": "longitude", "longitude_wgs": "longitude",
    "longitude_wgs_fr_metropole": "longitude", "pays": "country", "region": "state", "siren": "int", "siret": "int",
    "tel_fr": "phone", "url": "uri", "year": "int",
}  # fmt: skip
# the others of its labels (BAN, PERSON, SSN, UUID, IPV4, QUANTITY, ...) are of no scored type
DATAPROFILER = {
    "ADDRESS": "address", "DATE": "datetime", "DATETIME": "datetime", "EMAIL_ADDRESS": "email", "FLOAT": "float",
    "INTEGER": "int", "PHONE_NUMBER": "phone", "TIME": "datetime", "URL": "uri", "US_STATE": "state",
}  # fmt: skip


def scores(true: Sequence[str], predicted: Sequence[str]) -> tuple[float, float]:
    """Return accuracy, and mean F1 over labels that at least 20 columns have."""
    actual, found = np.array(true), np.array(predicted)
    f1 = []
    for label in ORDER:
        support = (actual == label).sum()
        if support >= MIN_SUPPORT:
            f1.append(2 * ((actual == label) & (found == label)).sum() / (support + (found == label).sum()))
    return float((actual == found).mean()), float(np.mean(f1))


def balanced(true: Sequence[str], predicted: Sequence[str]) -> tuple[float, float]:
    """Return the mean recall and the macro-F1 as if every label with enough columns had equally many of them."""
    names = [name for name in ORDER if list(true).count(name) >= MIN_SUPPORT]
    matrix = pd.crosstab(pd.Series(true), pd.Series(predicted)).reindex(index=names, columns=ORDER, fill_value=0)
    shares = matrix.to_numpy() / matrix.to_numpy().sum(axis=1, keepdims=True)
    recall = np.array([shares[row, ORDER.index(name)] for row, name in enumerate(names)])
    predicted_share = np.array([shares[:, ORDER.index(name)].sum() for name in names])
    return float(recall.mean()), float(np.mean(2 * recall / (1 + predicted_share)))


def ngram_baseline(
    examples: ColumnExamples, fold: np.ndarray, folds: Sequence[int], headers: Sequence[str] | None
) -> list[str]:
    """Hashed character 1-3-grams of 30 cells (and of the name), TF-IDF, one logistic regression a label."""
    from scipy.sparse import hstack
    from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier

    rng = np.random.default_rng(0)
    texts = [
        " \n ".join(rng.choice(column, min(len(column), BASELINE_CELLS), replace=False)) for column in examples.columns
    ]
    true = np.array([most_specific(names, ORDER) for names in examples.labels])
    counts = [
        HashingVectorizer(
            analyzer="char", ngram_range=(1, 3), n_features=2**18, norm=None, alternate_sign=False
        ).transform(texts)
    ]
    if headers is not None:
        vectorizer = HashingVectorizer(
            analyzer="char_wb", ngram_range=(1, 3), n_features=2**16, norm=None, alternate_sign=False
        )
        counts.append(vectorizer.transform([header.lower() for header in headers]))
    predicted = np.full(len(true), "", dtype=object)
    for k in folds:
        learn, test = np.flatnonzero(fold != k), np.flatnonzero(fold == k)
        blocks = [TfidfTransformer(sublinear_tf=True).fit(part[learn]) for part in counts]
        matrix = [
            hstack([block.transform(part[rows]) for block, part in zip(blocks, counts, strict=True)]).tocsr()
            for rows in (learn, test)
        ]
        model = OneVsRestClassifier(LogisticRegression(C=30, max_iter=200, solver="liblinear"))
        predicted[test] = model.fit(matrix[0], true[learn]).predict(matrix[1])
    return list(predicted)


def woodwork_types(column: list[str]) -> str:
    import woodwork

    return WOODWORK.get(type(woodwork.init_series(pd.Series(column, dtype=object)).ww.logical_type).__name__, "text")


def visions_types(column: list[str]) -> str:
    from visions.functional import infer_type
    from visions.typesets import CompleteSet

    return VISIONS.get(str(infer_type(pd.Series(column), CompleteSet())), "text")


def csv_detective_types(column: list[str]) -> str:
    from csv_detective import routine

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "column.csv"
        lines = [cell.replace("\n", " ") for cell in column]
        pd.DataFrame({"column": lines}).to_csv(path, index=False, quoting=csv.QUOTE_ALL)
        found = routine(str(path), num_rows=-1, save_results=False, sep=",", encoding="utf-8")["columns"]
    return CSV_DETECTIVE.get(found["column"]["format"] if "column" in found else "string", "text")


@cache
def _dataprofiler_labeler() -> Any:
    import dataprofiler

    return dataprofiler.DataLabeler(labeler_type="structured")


def dataprofiler_types(column: list[str]) -> str:
    found = _dataprofiler_labeler().predict(pd.DataFrame({"column": column}))["pred"]
    return DATAPROFILER.get(Counter(np.asarray(found).ravel().tolist()).most_common(1)[0][0], "text")


def peers() -> dict[str, Callable[[list[str]], str]]:
    """Return what is installed: name and version -> function from cells to a label."""
    known = {
        "woodwork": woodwork_types, "visions": visions_types, "csv_detective": csv_detective_types,
        "dataprofiler": dataprofiler_types,
    }  # fmt: skip
    installed = {package: function for package, function in known.items() if find_spec(package)}
    print(f"not installed, left out: {', '.join(sorted(set(known) - set(installed))) or 'none'}")
    return {f"{package} {version(package)}": function for package, function in installed.items()}


def our_predictions(cache: Path, examples: ColumnExamples, folds: np.ndarray) -> dict[str, list[str]]:
    """Return the most specific label of every column, from networks and calibrations that have not seen its portal."""
    logits: dict[str, np.ndarray] = {}
    for fold in range(FOLDS):
        with np.load(cache / f"fold{fold}.npz", allow_pickle=False) as stored:
            for name in stored.files:
                values = logits.setdefault(name, np.zeros((len(folds), stored[name].shape[1]), np.float32))
                values[folds == fold] = stored[name]
    classifier = ColumnClassifier.from_preset(cache / "simulated-only")
    _, predictions = cross_predicted(classifier, examples, folds, logits)
    return {name: [most_specific(labels, ORDER) for labels in rows] for name, rows in predictions.items()}


def balanced_sample(true: Sequence[str], per_label: int) -> np.ndarray:
    """Return the rows of equally many columns of each label that has enough, at most `per_label`."""
    rng = np.random.default_rng(0)
    rows = [np.flatnonzero(np.array(true) == label) for label in ORDER]
    return np.sort(np.concatenate([rng.permutation(own)[:per_label] for own in rows if len(own) >= MIN_SUPPORT]))


def show_systems(
    true: Sequence[str], fold: np.ndarray, systems: Iterable[tuple[str, list[str]]]
) -> dict[str, list[str]]:
    """Print the accuracy on all columns, with mean and deviation over the folds; return what each system said."""
    print(f"| {'system':44} | top-1 | macro-F1 | balanced top-1 | balanced macro-F1 |\n|---|---|---|---|---|")
    rows = [np.arange(len(true)), *(np.flatnonzero(fold == k) for k in range(FOLDS))]
    shown = {}
    for name, predicted in systems:
        whole, *parts = (
            [*scores(*part), *balanced(*part)]
            for part in (([true[row] for row in own], [predicted[row] for row in own]) for own in rows)
        )
        mean, spread = np.mean(parts, axis=0), np.std(parts, axis=0, ddof=1)
        cells = (f"{w:.3f} ({m:.3f} ± {s:.3f})" for w, m, s in zip(whole, mean, spread, strict=True))
        print(f"| {name:44} | {' | '.join(cells)} |", flush=True)
        shown[name] = predicted
    return shown


def trained_systems(cache: Path, examples: ColumnExamples, fold: np.ndarray) -> Iterator[tuple[str, list[str]]]:
    """Yield ours, and the n-gram baselines, each with the most specific label that it gives every column."""
    for name, rows in our_predictions(cache, examples, fold).items():
        yield f"simon-semantic, {name}", rows
    for name, headers in (("", None), (" and of the name", examples.headers)):
        yield f"n-grams of cells{name}, logistic regression", ngram_baseline(examples, fold, range(FOLDS), headers)


def show_peers(columns: Sequence[list[str]], true: Sequence[str]) -> None:
    """Print accuracy and speed of what is installed; what is loaded once is loaded before the clock starts."""
    for name, function in peers().items():
        function(["a", "b"])
        started = time.perf_counter()
        predicted = [function(column) for column in columns]
        rate = len(columns) / (time.perf_counter() - started)
        figures = scores(true, predicted)
        print(f"| {name:44} | {figures[0]:.3f} | {figures[1]:.3f} | {rate:.0f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data/columns"))
    parser.add_argument("--cache", type=Path, default=Path("cache"))
    parser.add_argument("--peer-columns", type=int, default=40, help="columns of each label that peers are shown")
    parser.add_argument("--peers-only", action="store_true", help="show peers the sample; needs no cache")
    options = parser.parse_args()
    examples, sites, _ = load_open_data(options.data / "open_data.parquet")
    fold = folds_by_site(sites, FOLDS)
    true = [most_specific(names, ORDER) for names in examples.labels]
    print(f"{platform.machine()}, Python {platform.python_version()}")
    systems: dict[str, list[str]] = {}
    if not options.peers_only:
        if not all((options.cache / f"fold{k}.npz").exists() for k in range(FOLDS)):
            raise SystemExit(f"{options.cache} has no held-out predictions: run train_presets.py simon-semantic first")
        print(f"{len(true)} columns of {len(set(sites))} portals in {FOLDS} folds: all columns (mean ± deviation)")
        systems = show_systems(true, fold, trained_systems(options.cache, examples, fold))
    sample = balanced_sample(true, options.peer_columns)
    expected = [true[row] for row in sample]
    print(f"\n{len(sample)} columns, at most {options.peer_columns} of a label, without names\n")
    print(f"| {'system':44} | top-1 | macro-F1 | columns/s, reading and loading excluded |\n|---|---|---|---|")
    show_peers([list(examples.columns[row]) for row in sample], expected)
    for name in sorted({f"simon-semantic, {WITHOUT}", "n-grams of cells, logistic regression"} & set(systems)):
        figures = scores(expected, [systems[name][row] for row in sample])
        print(f"| {name:44} | {figures[0]:.3f} | {figures[1]:.3f} | see column_speed.py |")


if __name__ == "__main__":
    main()
