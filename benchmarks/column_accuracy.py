"""Top-1 accuracy and macro-F1 of column typing on portals that no training run has seen, ours beside peers.

    python benchmarks/column_accuracy.py --data DATA/columns --cache cache

Ours are the predictions for held-out folds of portals that `train_presets.py` left in the cache. The character n-gram
baseline is trained here on the columns of the other folds. Peers take part where they are installed and learn nothing.
"""

from __future__ import annotations

import argparse
import platform
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
from open_data import ORDER, folds_by_site, load_open_data

from simon_elmo.classifiers.fitting import ColumnExamples
from simon_elmo.specificity import most_specific

MIN_SUPPORT = 20
FOLDS = 5
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
        pd.DataFrame({"column": column}).to_csv(path, index=False)
        found = routine(str(path), num_rows=-1, save_results=False)["columns"]
    return CSV_DETECTIVE.get(found["column"]["format"] if "column" in found else "string", "text")


def peers() -> dict[str, Callable[[list[str]], str]]:
    """Return what is installed: name and version -> function from cells to a label."""
    known = {"woodwork": woodwork_types, "visions": visions_types, "csv_detective": csv_detective_types}
    installed = {package: function for package, function in known.items() if find_spec(package)}
    print(f"not installed, left out: {', '.join(sorted(set(known) - set(installed))) or 'none'}")
    return {f"{package} {version(package)}": function for package, function in installed.items()}


def our_predictions(examples: ColumnExamples, sites: np.ndarray, fold: np.ndarray, cache: Path) -> dict[str, list[str]]:
    """Return the most specific labels for the held-out folds, each half of one calibrated on the other half."""
    from simon_elmo import ColumnClassifier
    from simon_elmo.classifiers.fitting import calibrate_on

    classifier = ColumnClassifier.from_folder(cache / "simulated-only")
    predicted: dict[str, list[str]] = {}
    for k in range(FOLDS):
        if not (cache / f"fold{k}.npz").exists():
            continue
        with np.load(cache / f"fold{k}.npz") as stored:
            logits = {name: stored[name] for name in stored.files}
        tested = np.flatnonzero(fold == k)
        half = folds_by_site(sites[tested], 2)
        honest = [name for name in logits if name != "lying headers"]
        for side in (0, 1):
            own, other = np.flatnonzero(half == side), np.flatnonzero(half != side)
            part = examples.take([*tested[other]] * len(honest))
            calibrate_on(classifier, np.concatenate([logits[name][other] for name in honest]), part)
            columns = [examples.columns[row] for row in tested[own]]
            for name, values in logits.items():
                labels = classifier.label_set.decide(classifier.probabilities(values[own], columns))
                for row, names in zip(tested[own], labels, strict=True):
                    predicted.setdefault(name, [""] * len(fold))[row] = most_specific(names, ORDER)
    return predicted


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data/columns"))
    parser.add_argument("--cache", type=Path, default=Path("cache"))
    options = parser.parse_args()
    examples, sites, _ = load_open_data(options.data / "open_data.parquet")
    fold = folds_by_site(sites, FOLDS)
    ours = our_predictions(examples, sites, fold, options.cache)
    if not ours:
        raise SystemExit(f"{options.cache} has no held-out predictions: run train_presets.py simon-semantic first")
    tested = np.flatnonzero([name != "" for name in next(iter(ours.values()))])
    folds = sorted(set(fold[tested].tolist()))
    true = [most_specific(names, ORDER) for names in examples.labels]
    machine = f"{platform.machine()}, Python {platform.python_version()}"
    print(f"{machine}; {len(tested)} columns of {len(set(sites[tested]))} portals, held-out folds {folds}")
    print(f"| {'system':44} | top-1 | macro-F1 | balanced top-1 | balanced macro-F1 | columns/s |")
    print("|---|---|---|---|---|---|")

    def show(name: str, predicted: Sequence[str], rate: str = "") -> None:
        expected, found = [true[row] for row in tested], [predicted[row] for row in tested]
        figures = (*scores(expected, found), *balanced(expected, found))
        print(f"| {name:44} | {' | '.join(f'{figure:.3f}' for figure in figures)} | {rate} |", flush=True)

    for name, predicted in ours.items():
        show(f"simon-semantic, {name}", predicted)
    show("character 1-3-grams, logistic regression", ngram_baseline(examples, fold, folds, None))
    show("the same and n-grams of the name", ngram_baseline(examples, fold, folds, examples.headers))
    for name, function in peers().items():
        started = time.perf_counter()
        predicted = [""] * len(true)
        for row in tested:
            predicted[row] = function(list(examples.columns[row]))
        show(name, predicted, f"{len(tested) / (time.perf_counter() - started):.0f}")


if __name__ == "__main__":
    main()
