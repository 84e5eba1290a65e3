"""How long `TableVectorizer` takes for a table of strings, and where skrub's takes in the same run.

    python benchmarks/table_vectorizer.py [--rows 100000] [--profile]

Target: 100,000 rows and 20 columns in 5 s on two cores, the model loaded, types predicted from a sample. All cells are
strings, as a CSV file gives them. The time of all threads together is shown as well, in which nothing else counts.
"""

from __future__ import annotations

import argparse
import platform
import time

import numpy as np
import pandas as pd

from simon_elmo.estimators import TableVectorizer

WORDS = (
    "delivery", "late", "early", "broken", "good", "bad", "support", "price", "box", "phone", "call", "refund", "order",
    "never", "again", "always", "happy", "sad", "very", "colour", "size", "wrong", "right", "missing", "part", "screen",
    "battery", "strap", "week", "month", "driver", "door", "rain", "note", "gift",
)  # fmt: skip


def table(n: int, seed: int = 0) -> pd.DataFrame:
    """Twenty columns of strings: numbers, amounts, percentages, dates, truth values, categories, names, texts."""
    rng = np.random.default_rng(seed)
    day = np.datetime64("2015-01-01") + rng.integers(0, 3000, n)
    moment = np.datetime64("2015-01-01T00:00:00") + rng.integers(0, 3000 * 86400, n)
    pick = rng.choice
    columns = {
        "id": [f"{value:08x}-{value % 9973:04x}" for value in rng.permutation(n)],
        "price": [f"${value:,.2f}" for value in rng.gamma(2, 500, n)],
        "share": [f"{value:.1f}%" for value in rng.random(n) * 100],
        "weight": [f"{value:.3f}" for value in rng.gamma(2, 5, n)],
        "height": [f"{value:.2f}" for value in rng.normal(170, 10, n)],
        "population": [f"{value:,}" for value in rng.integers(100, 9_000_000, n)],
        "balance": [f"({-value:,.2f})" if value < 0 else f"{value:,.2f}" for value in rng.normal(0, 5000, n)],
        "age": [str(value) for value in rng.integers(18, 95, n)],
        "rooms": [str(value) for value in rng.integers(1, 9, n)],
        "latitude": [f"{value:.5f}" for value in rng.uniform(25, 49, n)],
        "longitude": [f"{value:.5f}" for value in rng.uniform(-124, -67, n)],
        "sold": pd.DatetimeIndex(day).strftime("%m/%d/%Y").tolist(),
        "updated": pd.DatetimeIndex(moment).strftime("%Y-%m-%d %H:%M:%S").tolist(),
        "returned": pick(["yes", "no"], n).tolist(),
        "state": pick(["Ohio", "Texas", "Maine", "Utah", "Iowa", "Nevada"], n).tolist(),
        "colour": pick(["red", "green", "blue", "black", "white"], n).tolist(),
        "grade": pick(list("ABCDE"), n).tolist(),
        "product": [f"{word}-{at}" for word, at in zip(pick(WORDS, n), rng.integers(0, 60, n), strict=True)],
        "email": [f"user{value}@example.org" for value in rng.permutation(n)],
        "comment": [" ".join(row) for row in pick(WORDS, (n, 7))],
    }
    frame = pd.DataFrame(columns, dtype=object)
    holes = rng.random(frame.shape) < 0.02
    return frame.mask(holes, None)


def timed(vectorizer: object, frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, int]:
    """Return seconds of fit_transform and of transform, on the clock and of all threads together, and the width."""
    start = clocks()
    width = vectorizer.fit_transform(frame).shape[1]
    fitted = clocks()
    vectorizer.transform(frame)
    return fitted - start, clocks() - fitted, width


def clocks() -> np.ndarray:
    return np.array([time.perf_counter(), time.process_time()])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--profile", action="store_true", help="also print where the time goes")
    options = parser.parse_args()
    frame = table(options.rows)
    TableVectorizer().fit(frame[:100])  # loads the model
    rows = {"simon_elmo": timed(TableVectorizer(), frame)}
    try:
        import skrub
    except ImportError:
        print("skrub is not installed: pip install skrub")
    else:
        rows["skrub"] = timed(skrub.TableVectorizer(), frame)
    print(f"{len(frame):,} rows, {frame.shape[1]} columns; Python {platform.python_version()}, pandas {pd.__version__}")
    print(f"{'':12} {'fit_transform':>14} {'all threads':>12} {'transform':>10} {'all threads':>12} {'outputs':>8}")
    for name, (fit, again, width) in rows.items():
        print(f"{name:12} {fit[0]:12.2f} s {fit[1]:10.2f} s {again[0]:8.2f} s {again[1]:10.2f} s {width:8}")
    if options.profile:
        import cProfile
        import pstats

        with cProfile.Profile() as profile:
            TableVectorizer().fit_transform(frame)
        pstats.Stats(profile).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    main()
