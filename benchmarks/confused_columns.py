"""Which labels are taken for which on portals that no training run has seen, and columns of each confused pair.

    python benchmarks/confused_columns.py --data DATA/columns --cache cache --pairs 10 --columns 30

Reads the predictions for held-out folds that `train_presets.py` left in the cache. Look at what is wrong before
anything is changed.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
from column_accuracy import our_predictions
from open_data import ORDER, folds_by_site, load_open_data
from semantic_training import FOLDS, WITHOUT

from simon_elmo.labels import most_specific

WIDTH = 26  # characters of a cell that are shown


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data/columns"))
    parser.add_argument("--cache", type=Path, default=Path("cache"))
    parser.add_argument("--shown", default=WITHOUT, help="what the network was shown: 'with headers', ...")
    parser.add_argument("--pairs", type=int, default=10)
    parser.add_argument("--columns", type=int, default=30, help="of each pair")
    options = parser.parse_args()
    examples, sites, _ = load_open_data(options.data / "open_data.parquet")
    true = [most_specific(names, ORDER) for names in examples.labels]
    found = our_predictions(options.cache, examples, folds_by_site(sites, FOLDS))[options.shown]
    pd.set_option("display.width", 250, "display.max_columns", 30)
    print(pd.crosstab(pd.Series(true, name="true"), pd.Series(found, name="found")).to_string(), "\n")
    wrong = Counter(pair for pair in zip(true, found, strict=True) if pair[0] != pair[1])
    rng = np.random.default_rng(0)
    for pair, count in wrong.most_common(options.pairs):
        rows = [row for row, both in enumerate(zip(true, found, strict=True)) if both == pair]
        sites_of = Counter(str(sites[row]) for row in rows)
        print(f"\n{pair[0]} taken for {pair[1]}: {count} columns of {len(sites_of)} portals, {sites_of.most_common(3)}")
        for row in rng.permutation(rows)[: options.columns].tolist():
            cells = " | ".join(cell[:WIDTH] for cell in dict.fromkeys(examples.columns[row][:40]))
            print(f"  {sites[row][:18]:18} {examples.headers[row][:30]!r:32} {cells[:150]}")


if __name__ == "__main__":
    main()
