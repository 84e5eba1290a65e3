"""What reading a column in other ways changes: cells per column, how they are drawn, several draws, names.

    python benchmarks/column_ablation.py --data DATA/columns --cache cache

The networks are those that `train_presets.py` trained without a fold of portals, and the columns are of that fold.
Nothing is trained here: only what is read at prediction differs. Answers are not calibrated: a label counts from 0.5.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
from column_accuracy import balanced, scores
from open_data import ORDER
from semantic_training import FOLDS, SemanticTraining

from simon_elmo import ColumnClassifier, SimonConfig
from simon_elmo.labels import most_specific
from simon_elmo.simon import ColumnExamples
from simon_elmo.simon.engine import Engine


def engine_with(classifier: ColumnClassifier, config: SimonConfig) -> Engine:
    """Return the classifier's network reading columns in another way."""
    trained = classifier.engine
    return Engine(config, classifier.vocabulary, trained.weights, trained.graph())


def variants(config: SimonConfig) -> dict[str, tuple[SimonConfig, int, bool]]:
    """Return name -> configuration, number of draws, whether names are read."""
    rows = {f"{n} cells": (replace(config, max_cells=n), 1, False) for n in (4, 8, 12, 16, 20, 32, 64)}
    rows["20 cells as they occur"] = (replace(config, sampling="random"), 1, False)
    rows["20 cells, mean of 3 draws"] = (config, 3, False)
    rows |= {f"{n} cells and the name": (replace(config, max_cells=n), 1, True) for n in (12, 20, 32)}
    rows["20 cells and the name, mean of 3 draws"] = (config, 3, True)
    return rows


def predicted(classifier: ColumnClassifier, engine: Engine, test: ColumnExamples, draws: int, names: bool) -> list[str]:
    headers = test.headers if names else [""] * len(test)
    logits = np.mean([engine.predicted(test.columns, headers, seed) for seed in range(draws)], axis=0, dtype=np.float32)
    decided = classifier.label_set.decide(classifier.probabilities(logits, test.columns), 0.5)
    return [most_specific(labels, ORDER) for labels in decided]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data/columns"))
    parser.add_argument("--cache", type=Path, default=Path("cache"))
    parser.add_argument("--folds", type=int, nargs="+", default=list(range(FOLDS)))
    options = parser.parse_args()
    training = SemanticTraining(options.data / "open_data.parquet", options.cache)
    found: dict[str, list[tuple[float, ...]]] = {}
    for fold in options.folds:
        classifier = training.network(fold)
        test = training.open_data.take(np.flatnonzero(training.folds == fold))
        true = [most_specific(names, ORDER) for names in test.labels]
        for name, (config, draws, names) in variants(classifier.config).items():
            labels = predicted(classifier, engine_with(classifier, config), test, draws, names)
            found.setdefault(name, []).append((*scores(true, labels), *balanced(true, labels)))
    print(f"means and standard deviations of folds {options.folds}")
    print("| what is read | top-1 | macro-F1 | balanced top-1 | balanced macro-F1 |\n|---|---|---|---|---|")
    for name, rows in found.items():
        mean, spread = np.mean(rows, axis=0), np.std(rows, axis=0)
        print(f"| {name} | {' | '.join(f'{m:.3f} ± {s:.3f}' for m, s in zip(mean, spread, strict=True))} |")


if __name__ == "__main__":
    main()
