"""Make the presets that type columns: `simon-base`, `simon-semantic` and `simon-geo`.

    python benchmarks/train_presets.py simon-semantic --data DATA/columns --cache cache

Columns are simulated, a network is trained on them, and then on audited open-data columns together with some
simulated ones, which keep the labels alive that open data lacks. One of five folds of portals is held out: what the
card says is measured there, and temperatures and thresholds are chosen there. `simon-geo` is `simon-semantic` without
the labels that it does not know.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from open_data import ORDER, folds_by_site, load_open_data, shuffled_headers

from simon_elmo import ColumnClassifier, SimonConfig, TrainingConfig, simulate
from simon_elmo.classifiers.fitting import ColumnExamples, calibrate_on
from simon_elmo.evaluation import evaluate_predictions
from simon_elmo.labels import BASE_LABELS, GEO_LABELS, STATISTICAL_LABELS, LabelSet
from simon_elmo.simulation.types import load_types
from simon_elmo.taxonomy import SEMANTIC_LABELS

GENERAL = ("boolean", "datetime", "float", "int", "text")
FOLDS = 5
LAST_SIMULATED = 4_000
SOURCES = [
    {"name": "audited columns of 57 open-data portals (tsegall/semantic-types)", "licence": "Apache-2.0; data CC0"},
    {"name": "simulated columns", "licence": "Apache-2.0"},
]  # fmt: skip


def log(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def report(row: Mapping[str, float]) -> None:
    log("  " + ", ".join(f"{name} {value:.4g}" for name, value in row.items()))


def joined(parts: Sequence[ColumnExamples]) -> ColumnExamples:
    return ColumnExamples(
        [column for part in parts for column in part.columns],
        [labels for part in parts for labels in part.labels],
        [header for part in parts for header in part.headers],
        [names for part in parts for names in part.unknown or [()] * len(part)],
    )


def simulated(labels: Sequence[str], counts: Sequence[int], cells: int, seed: int, cache: Path) -> ColumnExamples:
    """Return columns of all types, of general types only, and of plain text only: what specific types are not."""
    types = load_types()
    general = {name: names for name, names in types.items() if set(names) <= set(GENERAL)}
    text = {name: names for name, names in types.items() if set(names) == {"text"}}
    ruled = [name for name in STATISTICAL_LABELS if name in labels]
    parts = []
    for position, (chosen, wanted) in enumerate(
        ((types, labels), (general, [*GENERAL, *ruled]), (text, ["text", *ruled]))
    ):
        if counts[position]:
            kept = [name for name in wanted if name in labels]
            made = simulate(counts[position], cells, types=chosen, seed=seed + position, labels=kept, workers=2,
                            short_columns=0.2, cache=cache)  # fmt: skip
            parts.append(ColumnExamples(made.columns, made.labels, made.headers))
    everything = joined(parts)
    return everything.take(np.random.default_rng(seed).permutation(len(everything)))


def known(examples: ColumnExamples, labels: Sequence[str]) -> ColumnExamples:
    """Leave out labels that a preset does not have."""
    kept, unknown = (
        [tuple(name for name in names if name in labels) for names in rows]
        for rows in (examples.labels, examples.unknown)
    )
    return dataclasses.replace(examples, labels=kept, unknown=unknown)


def trained(
    classifier: ColumnClassifier,
    learn: ColumnExamples,
    check: ColumnExamples,
    training: TrainingConfig,
    checkpoint: Path,
) -> None:
    classifier.fit(
        learn.columns,
        learn.labels,
        headers=learn.headers,
        unknown=learn.unknown or None,
        validation=(check.columns, check.labels, check.headers, check.unknown or None),
        training=training,
        checkpoint=checkpoint,
        progress=report,
    )


def scores(
    classifier, examples: ColumnExamples, probabilities: np.ndarray, predictions: Sequence, rows: np.ndarray
) -> dict:
    """Return figures over the labels that are known of the columns."""
    unknown = {name for names in examples.unknown for name in names}
    marked = [position for position, name in enumerate(classifier.labels) if name not in unknown]
    labels = LabelSet(tuple(classifier.labels[position] for position in marked))
    found = evaluate_predictions(
        labels,
        [examples.labels[row] for row in rows],
        probabilities[np.ix_(rows, marked)],
        [tuple(name for name in predictions[row] if name in labels) for row in rows],
        ORDER,
        min_support=20,
    ).summary()
    names = ("top_accuracy", "top_macro_f1", "exact_accuracy", "top_calibration_error", "label_calibration_error")
    return {"columns": found["columns"], **{name: round(found[name], 4) for name in names}}


def make_base(data: Path, cache: Path, output: Path, epochs: int) -> None:
    """Train the published shapes on base labels."""
    open_data, sites, _ = load_open_data(data / "open_data.parquet")
    open_data = known(open_data, BASE_LABELS)
    made = known(simulated(BASE_LABELS, (40_000, 0, 0), 64, 11, cache), BASE_LABELS)
    held_out = folds_by_site(sites, 10) == 9
    classifier = ColumnClassifier(BASE_LABELS, SimonConfig.published())
    training = TrainingConfig(
        epochs=epochs, learning_rate=1e-3, schedule="cosine", patience=0, min_cells=6, max_cells=24
    )
    learn = joined([made, open_data.take(np.flatnonzero(~held_out))])
    check = open_data.take(np.flatnonzero(held_out))
    trained(classifier, learn, check, training, cache / "simon-base.npz")
    probabilities = classifier.predict_proba(check.columns)
    predictions = classifier.label_set.decide(probabilities)
    metrics = {
        "portals that were not trained on": scores(classifier, check, probabilities, predictions, np.arange(len(check)))
    }
    finish(classifier, "simon-base", output, metrics, {"training": training.to_dict(), "seed": training.seed})


def finish(classifier: ColumnClassifier, name: str, output: Path, metrics: dict, recipe: dict) -> None:
    descriptions = {
        "simon-base": "The published SIMOn network on its nine base labels.",
        "simon-geo": "A compact SIMOn network on the 18 geo labels.",
        "simon-semantic": "A compact SIMOn network on all labels of types.json.",
    }
    classifier.metadata = {
        "preset": name,
        "description": descriptions[name],
        "facts": {
            "weights": sum(array.size for array in classifier.weights().values()),
            "cells read of a column": classifier.config.max_cells,
            "characters read of a cell": classifier.config.max_len,
            "reads headers": classifier.config.reads_headers,
        },
        "recipe": {"command": f"python benchmarks/train_presets.py {name}", "data": SOURCES, **recipe},
        "metrics": metrics,
    }
    classifier.save(output / name, dtype="float16")
    log(f"wrote {output / name}\n{json.dumps(metrics, indent=1)}")


def pretrained(cache: Path, epochs: int) -> Path:
    """Train the compact network on simulated columns, once."""
    folder = cache / "simulated-only"
    if not folder.exists():
        made = simulated(SEMANTIC_LABELS, (110_000, 50_000, 45_000), 48, 21, cache)
        rows = np.arange(len(made))
        classifier = ColumnClassifier(SEMANTIC_LABELS)
        training = TrainingConfig(epochs=epochs, learning_rate=2e-3, schedule="cosine", patience=0)
        trained(classifier, made.take(rows[4000:]), made.take(rows[:4000]), training, cache / "simulated-only.npz")
        classifier.save(folder)
    return folder


def logits_of(classifier: ColumnClassifier, examples: ColumnExamples, headers: Sequence[str]) -> np.ndarray:
    return classifier._trained().predicted(examples.columns, headers)


def make_semantic(
    data: Path, cache: Path, output: Path, pretraining_epochs: int, epochs: int, last_epochs: int, held_out: int
) -> None:
    """Go on from the simulated network on four folds of portals, with fewer simulated columns at last.

    What the fifth fold says measures and calibrates.
    """
    open_data, sites, tables = load_open_data(data / "open_data.parquet")
    start = pretrained(cache, pretraining_epochs)
    extra = simulated(SEMANTIC_LABELS, (25_000, 8_000, 7_000), 48, 31, cache)
    fold = folds_by_site(sites, FOLDS)
    lying = shuffled_headers(list(open_data.headers), tables)
    rows, tested = np.flatnonzero(fold != held_out), np.flatnonzero(fold == held_out)
    learn, test = open_data.take(rows), open_data.take(tested)
    checking = folds_by_site(sites[rows], 16) == 15
    classifier = ColumnClassifier.from_folder(start)
    learn, check = learn.take(np.flatnonzero(~checking)), learn.take(np.flatnonzero(checking))
    stages = (
        (extra, TrainingConfig(epochs=epochs, learning_rate=1.5e-3, schedule="cosine", patience=0, header_swap=0.08)),
        (
            extra.take(range(LAST_SIMULATED)),
            TrainingConfig(
                epochs=last_epochs,
                learning_rate=1e-3,
                schedule="cosine",
                patience=0,
                header_dropout=0.4,
                header_swap=0.08,
                seed=1,
            ),
        ),
    )
    for stage, (beside, training) in enumerate(stages):
        trained(classifier, joined([learn, beside]), check, training, cache / f"semantic-{held_out}-{stage}.npz")
    logits = {
        "without headers": logits_of(classifier, test, [""] * len(test)),
        "with headers": logits_of(classifier, test, test.headers),
        "lying headers": logits_of(classifier, test, [lying[row] for row in tested]),
    }
    np.savez(cache / f"fold{held_out}.npz", **logits)
    metrics = cross_calibrated(classifier, test, folds_by_site(sites[tested], 2), logits)
    note = (
        f"{pretraining_epochs} epochs on 205,000 simulated columns, {epochs} on {len(rows):,} open-data columns and "
        f"40,000 simulated ones, {last_epochs} on the former and {LAST_SIMULATED:,}. Fold {held_out} "
        f"({len(set(sites[tested]))} of {len(set(sites))} portals) was held out: each half of it calibrated the "
        "figures of the other half, and all of it the shipped model. The number of last epochs was chosen there, too."
    )
    recipe = {"training": [training.to_dict() for _, training in stages], "seed": 0, "notes": [note]}
    finish(classifier, "simon-semantic", output, metrics, recipe)
    classifier.drop_labels([name for name in classifier.labels if name not in GEO_LABELS])
    finish(classifier, "simon-geo", output, metrics, recipe)


def cross_calibrated(classifier, examples: ColumnExamples, half: np.ndarray, logits: Mapping[str, np.ndarray]) -> dict:
    """Calibrate each half of the portals on the other and score it; leave the classifier calibrated on both."""
    shown = [name for name in logits if name != "lying headers"]
    probabilities = {name: np.zeros_like(values) for name, values in logits.items()}
    predictions: dict[str, list] = {name: [()] * len(half) for name in logits}
    for k in (0, 1):
        other, own = np.flatnonzero(half != k), np.flatnonzero(half == k)
        calibrate_on(
            classifier,
            np.concatenate([logits[name][other] for name in shown]),
            joined([examples.take(other)] * len(shown)),
        )
        for name, values in logits.items():
            probabilities[name][own] = classifier.probabilities(values[own], examples.take(own).columns)
            for row, names in zip(own, classifier.label_set.decide(probabilities[name][own]), strict=True):
                predictions[name][row] = names
    rows = np.arange(len(half))
    metrics = {
        f"unseen portals, {name}": scores(classifier, examples, probabilities[name], predictions[name], rows)
        for name in logits
    }
    calibrate_on(classifier, np.concatenate([logits[name] for name in shown]), joined([examples] * len(shown)))
    return metrics


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("preset", choices=("simon-base", "simon-semantic"))
    parser.add_argument("--data", type=Path, default=Path("../shared/data/columns"))
    parser.add_argument("--cache", type=Path, default=Path("cache"))
    parser.add_argument("--output", type=Path, default=Path("pretrained"))
    parser.add_argument("--epochs", type=int, default=0, help="2 for simon-base, 6 for simon-semantic")
    parser.add_argument("--pretraining-epochs", type=int, default=1)
    parser.add_argument("--last-epochs", type=int, default=8)
    parser.add_argument("--held-out", type=int, default=4, choices=range(FOLDS))
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    if options.preset == "simon-base":
        make_base(options.data, options.cache, options.output, options.epochs or 2)
    else:
        make_semantic(
            options.data,
            options.cache,
            options.output,
            options.pretraining_epochs,
            options.epochs or 6,
            options.last_epochs,
            options.held_out,
        )


if __name__ == "__main__":
    main()
