"""An AutoML package on tables of strings, with and without `TableVectorizer` in front of it.

    python examples/automl_flaml.py [--seconds 3] [--rows 1500]

FLAML searches a model for three simulated tables of numbers, amounts, percentages, dates, categories and free text, all
of them strings as a CSV file gives them, with the same time for each search. Needs `pip install 'flaml[automl]'`.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd

from simon_elmo.estimators import TableVectorizer

GOOD = ("quiet", "renovated", "sunny", "spacious", "reliable", "prompt", "steady", "careful")
BAD = ("damp", "noisy", "cramped", "neglected", "late", "overdue", "missed", "fragile")
PLAIN = (
    "the",
    "with",
    "near",
    "and",
    "small",
    "old",
    "new",
    "house",
    "garden",
    "street",
    "client",
    "parcel",
    "note",
    "one",
)


def texts(rng: np.random.Generator, mood: np.ndarray) -> list[str]:
    """Sentences in which the good words stand for a high mood, the bad ones for a low one."""
    found = []
    for value in mood:
        words = [*rng.choice(PLAIN, 5), *(rng.choice(GOOD if rng.random() < value else BAD) for _ in range(3))]
        found.append(" ".join(rng.permutation(words)))
    return found


def dates(rng: np.random.Generator, n: int, first: str, last: str) -> pd.DatetimeIndex:
    low, high = pd.Timestamp(first).value // 10**9, pd.Timestamp(last).value // 10**9
    return pd.to_datetime(rng.integers(low, high, n), unit="s")


def houses(n: int, seed: int = 0) -> tuple[pd.DataFrame, np.ndarray, str]:
    """Prices of houses."""
    rng = np.random.default_rng(seed)
    area, tax, mood = rng.gamma(9, 180, n), rng.gamma(4, 900, n), rng.random(n)
    built = dates(rng, n, "1920-01-01", "2020-01-01")
    heating, garage, share = rng.choice(["gas", "oil", "wood", "district"], n), rng.random(n) < 0.4, rng.random(n)
    price = (
        90 * area + 14 * tax + 900 * (built.year.to_numpy() - 1920) + 30_000 * garage + 60_000 * share + 80_000 * mood
    )
    price = price + 25_000 * (heating == "district") + rng.normal(0, 15_000, n)
    table = {
        "area": [f"{value:,.0f} sq ft" for value in area],
        "property_tax": [f"${value:,.2f}" for value in tax],
        "built": built.strftime("%m/%d/%Y"),
        "heating": heating,
        "garage": np.where(garage, "yes", "no"),
        "owner_share": [f"{value:.0%}" for value in share],
        "description": texts(rng, mood),
        "listing": [f"{value:08x}" for value in rng.integers(0, 1 << 32, n)],
    }
    return pd.DataFrame(table, dtype=object), price, "regression"


def loans(n: int, seed: int = 0) -> tuple[pd.DataFrame, np.ndarray, str]:
    """Which loans are paid back."""
    rng = np.random.default_rng(seed)
    income, balance, rate = rng.gamma(4, 14_000, n), rng.normal(0, 9000, n), rng.gamma(9, 0.9, n)
    opened, mood = dates(rng, n, "2005-01-01", "2024-01-01"), rng.random(n)
    purpose, insured = rng.choice(["car", "house", "studies", "debt", "other"], n), rng.random(n) < 0.5
    logit = (
        (income - 56_000) / 14_000
        + balance / 6000
        - (rate - 8) / 1.8
        + (opened.year.to_numpy() - 2014) / 4
        + 4 * (mood - 0.5)
    )
    logit = logit + insured - 1.5 * (purpose == "debt")
    table = {
        "income": [f"${value:,.0f}" for value in income],
        "balance": [f"({-value:,.2f})" if value < 0 else f"{value:,.2f}" for value in balance],
        "rate": [f"{value:.2f}%" for value in rate],
        "opened": opened.strftime("%d-%b-%y"),
        "purpose": purpose,
        "insured": np.where(insured, "T", "F"),
        "officer_comment": texts(rng, mood),
    }
    return pd.DataFrame(table, dtype=object), (rng.random(n) < 1 / (1 + np.exp(-logit))).astype(int), "classification"


def parcels(n: int, seed: int = 0) -> tuple[pd.DataFrame, np.ndarray, str]:
    """Hours that parcels take, as a European shop writes them."""
    rng = np.random.default_rng(seed)
    weight, value, distance = rng.gamma(3, 2, n), rng.gamma(3, 300, n), rng.gamma(4, 90, n)
    sent, mood, express = dates(rng, n, "2021-01-01", "2023-12-31"), rng.random(n), rng.random(n) < 0.3
    depot = rng.choice(["Bremen", "Leipzig", "Ulm", "Kassel", "Trier", "Mainz"], n)
    hours = 10 + 1.5 * weight + distance / 30 + 0.004 * value + 14 * (sent.dayofweek.to_numpy() >= 5) + 12 * (1 - mood)
    hours = (
        hours + 0.5 * np.abs(sent.hour.to_numpy() - 8) - 9 * express + 4 * (depot == "Trier") + rng.normal(0, 1.5, n)
    )

    def comma(numbers: np.ndarray, digits: int) -> list[str]:
        swapped = str.maketrans(",.", ".,")
        return [f"{number:,.{digits}f}".translate(swapped) for number in numbers]

    table = {
        "gewicht": [f"{text} kg" for text in comma(weight, 2)],
        "wert": [f"{text} €" for text in comma(value, 2)],
        "strecke": comma(distance, 1),
        "versandt": sent.strftime("%d.%m.%Y %H:%M"),
        "express": np.where(express, "ja", "nein"),
        "lager": depot,
        "notiz": texts(rng, mood),
    }
    return pd.DataFrame(table, dtype=object), hours, "regression"


TABLES = {"houses": houses, "loans": loans, "parcels": parcels}


def held_out_score(vectorizer: object | None, table: Callable, rows: int, seconds: float, seed: int = 0) -> float:
    """Return R2 or the area under the ROC curve on a third of the rows, after a search on the others."""
    from flaml import AutoML
    from sklearn.metrics import r2_score, roc_auc_score

    X, y, task = table(rows, seed)
    cut = rows * 2 // 3
    train, test = X[:cut], X[cut:].reset_index(drop=True)
    if vectorizer is not None:
        train, test = vectorizer.fit_transform(train), vectorizer.transform(test)
    automl = AutoML()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        metric = "r2" if task == "regression" else "roc_auc"
        settings = {"metric": metric, "time_budget": seconds, "estimator_list": ["lgbm"], "seed": seed + 1, "n_jobs": 1}
        automl.fit(train, y[:cut], task=task, verbose=0, **settings)
        if task == "regression":
            return float(r2_score(y[cut:], automl.predict(test)))
        return float(roc_auc_score(y[cut:], automl.predict_proba(test)[:, 1]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=2.5, help="for each search")
    parser.add_argument("--rows", type=int, default=1500)
    options = parser.parse_args()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from flaml import AutoML  # noqa: F401
    except ImportError:
        print("FLAML is not installed; this example needs it: pip install 'flaml[automl]'")
        return
    print(f"{'table':10} {'score':8} {'strings':>8} {'vectorized':>11} {'gain':>8}")
    for name, table in TABLES.items():
        plain = held_out_score(None, table, options.rows, options.seconds)
        ours = held_out_score(TableVectorizer(), table, options.rows, options.seconds)
        score = "R2" if table(3)[2] == "regression" else "AUC"
        print(f"{name:10} {score:8} {plain:8.3f} {ours:11.3f} {ours - plain:+8.3f}")


if __name__ == "__main__":
    main()
