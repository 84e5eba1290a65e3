"""What shapes and ways of training change, on the fifth fold of portals: `training_ablation.py --data DATA/columns`.

Each variant is trained from scratch on 120,000 simulated columns, then six times on the columns of the portals of the
other folds with 10,000 simulated ones beside them: less than the preset sees, without its table of n-grams, the
same for all. Answers are not calibrated: a label counts from 0.5. `--output` gets a line of JSON a variant; those that
are in it are not run again.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from column_accuracy import balanced, scores
from open_data import ORDER
from preset_training import joined, log, simulated, trained
from semantic_training import CELLS_READ, EVERYTHING, PRETRAINING, STAGES, SemanticTraining

from simon_elmo import ColumnClassifier, SimonConfig, TrainingConfig
from simon_elmo.labels import SEMANTIC_LABELS, most_specific

FOLD = 4
FIRST, UNSEEN, BESIDE, EPOCHS = 120_000, 3_000, 10_000, 6
COMPACT = SimonConfig.compact()
NO_DROPOUT = {f"{part}_dropout": 0.0 for part in ("cell", "column", "feature")}
VARIANTS: dict[str, tuple[dict, dict]] = {
    "compact, no n-grams": ({}, {}),
    "LSTMs of 96 units": ({"cell_units": 96, "column_units": 96}, {}),
    "LSTMs of 32 units": ({"cell_units": 32, "column_units": 32}, {}),
    "last states only": ({"column_pooling": ("last",)}, {}),
    "20 characters a cell": ({"max_len": 20, "tail_len": 6}, {}),
    "48 characters a cell": ({"max_len": 48, "tail_len": 16}, {}),
    "the first 32 characters, no tail": ({"tail_len": 0}, {}),
    "filters 96, 128, 256, LSTM of 128 over characters": ({"filters": (96, 128, 256), "cell_units": 128}, {}),
    "labels smoothed by 0.05": ({}, {"label_smoothing": 0.05}),
    "labels balanced, exponent 0.3": ({}, {"class_balance": 0.3}),
    "32 columns per step": ({}, {"batch_size": 32}),
    "no dropout": (NO_DROPOUT, {}),
    "compact, no n-grams, another seed": ({}, {"seed": 5}),
}


def measured(setting: SemanticTraining, shape: dict, changes: dict, work: Path) -> dict[str, float]:
    """Train a variant and return its figures on the portals of the fold."""
    own, other = np.flatnonzero(setting.folds == FOLD), np.flatnonzero(setting.folds != FOLD)
    learn, test = setting.open_data.take(other), setting.open_data.take(own)
    everything = simulated(SEMANTIC_LABELS, EVERYTHING, 48, 21, setting.cache)
    made, unseen = everything.take(range(FIRST)), everything.take(range(FIRST, FIRST + UNSEEN))
    plan: list[tuple] = [(made, PRETRAINING), (joined([learn, setting.beside().take(range(BESIDE))]), STAGES[0][1])]
    classifier = ColumnClassifier(SEMANTIC_LABELS, config=replace(COMPACT, **shape))
    started = time.process_time()
    for number, (columns, training) in enumerate(plan):
        epochs: TrainingConfig = replace(training, epochs=EPOCHS if number else 1, **changes)
        checkpoint = work / f"{number}.npz"
        checkpoint.unlink(missing_ok=True)
        trained(classifier, columns, learn.take(range(500)), epochs, checkpoint)
    seconds = time.process_time() - started
    reader = classifier.with_max_cells(CELLS_READ)
    true = [most_specific(names, ORDER) for names in test.labels]
    figures: dict[str, float] = {"weights": sum(array.size for array in reader.weights().values())}
    found = reader.evaluate(unseen.columns, unseen.labels)
    figures["simulated, without, macro-F1"] = found.summary()["macro_f1"]
    for shown, names in (("without", [""] * len(test)), ("with", test.headers)):
        began = time.process_time()
        logits = reader.engine.predicted(test.columns, names)
        figures[f"{shown}, seconds"] = time.process_time() - began
        decided = reader.label_set.decide(reader.probabilities(logits, test.columns), 0.5)
        found = [most_specific(labels, ORDER) for labels in decided]
        figures[f"{shown}, top-1"], figures[f"{shown}, macro-F1"] = scores(true, found)
        figures[f"{shown}, balanced macro-F1"] = balanced(true, found)[1]
    return figures | {"training seconds": seconds}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data/columns"))
    parser.add_argument("--cache", type=Path, default=Path("cache"))
    parser.add_argument("--output", type=Path, default=Path("cache/training_ablation.jsonl"))
    options = parser.parse_args()
    setting = SemanticTraining(options.data / "open_data.parquet", options.cache)
    work = options.cache / "ablation"
    work.mkdir(parents=True, exist_ok=True)
    lines = options.output.read_text(encoding="utf-8").splitlines() if options.output.exists() else []
    rows = {row["variant"]: row for row in map(json.loads, lines)}
    for name, (shape, changes) in VARIANTS.items():
        if name not in rows:
            log(name)
            rows[name] = {"variant": name, **measured(setting, shape, changes, work)}
            with options.output.open("a", encoding="utf-8") as file:
                file.write(json.dumps(rows[name]) + "\n")
    columns = (
        "weights",
        "simulated, without, macro-F1",
        *(f"{shown}, {figure}" for shown in ("without", "with") for figure in ("top-1", "macro-F1")),
    )
    print(f"| | {' | '.join(columns)} |\n|---|{'---|' * len(columns)}")
    for name, row in rows.items():
        cells = [f"{row['weights']:,}", *(f"{row[column]:.3f}" for column in columns[1:])]
        print(f"| {name} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
