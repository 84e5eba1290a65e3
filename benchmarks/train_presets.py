"""Make the presets that type columns: `simon-base`, `simon-semantic` and `simon-geo`.

    python benchmarks/train_presets.py simon-semantic --data DATA/columns --cache cache

Columns are simulated, a network is trained on them, and then on audited open-data columns together with some
simulated ones, which keep the labels alive that open data lacks. `simon-semantic` is trained once for each of five
folds of portals as well: what the card says is measured on portals that the network has not seen, and temperatures and
thresholds are chosen there. `simon-geo` is `simon-semantic` without the labels that it does not know.
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


def fine_tuned(
    start: Path, learn: ColumnExamples, sites: np.ndarray, extra: ColumnExamples, epochs: int, checkpoint: Path
):
    """Go on from the simulated network on open data; a few portals tell the best epoch."""
    checking = folds_by_site(sites, 12) == 11
    training = TrainingConfig(epochs=epochs, learning_rate=1.5e-3, schedule="cosine", patience=0, header_dropout=0.5,
                              header_swap=0.08)  # fmt: skip
    classifier = ColumnClassifier.from_folder(start)
    trained(classifier, joined([learn.take(np.flatnonzero(~checking)), extra]), learn.take(np.flatnonzero(checking)),
            training, checkpoint)  # fmt: skip
    return classifier, training


def logits_of(classifier: ColumnClassifier, examples: ColumnExamples, rows: np.ndarray, headers: Sequence[str]):
    engine = classifier._trained()
    return engine.logits(engine.features([examples.columns[row] for row in rows], [headers[row] for row in rows]))


def make_semantic(
    data: Path, cache: Path, output: Path, pretraining_epochs: int, epochs: int, folds: Sequence[int]
) -> None:
    """Measure and calibrate on five folds of portals, then train on all of them."""
    open_data, sites, tables = load_open_data(data / "open_data.parquet")
    start = pretrained(cache, pretraining_epochs)
    extra = simulated(SEMANTIC_LABELS, (9_000, 2_000, 2_000), 48, 31, cache)
    fold = folds_by_site(sites, FOLDS)
    lying = shuffled_headers(list(open_data.headers), tables)
    shown = {"without headers": [""] * len(sites), "with headers": list(open_data.headers), "lying headers": lying}
    logits = {name: np.zeros((len(sites), len(SEMANTIC_LABELS)), np.float32) for name in shown}
    for k in folds:
        path = cache / f"fold{k}.npz"
        if not path.exists():
            rows = np.flatnonzero(fold != k)
            classifier, _ = fine_tuned(
                start, open_data.take(rows), sites[rows], extra, epochs, cache / f"fold{k}.checkpoint.npz"
            )
            test = np.flatnonzero(fold == k)
            np.savez(path, **{name: logits_of(classifier, open_data, test, headers) for name, headers in shown.items()})
        with np.load(path) as stored:
            for name in shown:
                logits[name][fold == k] = stored[name]
        log(f"fold {k} done")
    classifier, training = fine_tuned(start, open_data, sites, extra, epochs, cache / "semantic.checkpoint.npz")
    measured = np.isin(fold, list(folds))
    metrics = cross_calibrated(classifier, open_data.take(np.flatnonzero(measured)), fold[measured],
                               {name: values[measured] for name, values in logits.items()})  # fmt: skip
    note = f"{pretraining_epochs} epochs on 205,000 simulated columns, then {epochs} on open data."
    recipe = {"training": training.to_dict(), "seed": training.seed, "notes": [note]}
    finish(classifier, "simon-semantic", output, metrics, recipe)
    classifier.drop_labels([name for name in classifier.labels if name not in GEO_LABELS])
    finish(classifier, "simon-geo", output, metrics, recipe)


def cross_calibrated(classifier, examples: ColumnExamples, fold: np.ndarray, logits: Mapping[str, np.ndarray]) -> dict:
    """Calibrate each fold on the others and score it; leave the classifier calibrated on all of them."""
    both = [name for name in logits if name != "lying headers"]
    metrics = {}
    probabilities = {name: np.zeros_like(values) for name, values in logits.items()}
    predictions: dict[str, list] = {name: [()] * len(fold) for name in logits}
    for k in np.unique(fold):
        others, own = np.flatnonzero(fold != k), np.flatnonzero(fold == k)
        part = joined([examples.take(others)] * len(both))
        calibrate_on(classifier, np.concatenate([logits[name][others] for name in both]), part)
        for name, values in logits.items():
            probabilities[name][own] = classifier.probabilities(values[own], examples.take(own).columns)
            for row, names in zip(own, classifier.label_set.decide(probabilities[name][own]), strict=True):
                predictions[name][row] = names
    for name in logits:
        rows = np.arange(len(fold))
        summary = scores(classifier, examples, probabilities[name], predictions[name], rows)
        folds = [
            scores(classifier, examples, probabilities[name], predictions[name], np.flatnonzero(fold == k))[
                "top_accuracy"
            ]
            for k in np.unique(fold)
        ]
        metrics[f"unseen portals, {name}"] = {**summary, "lowest_fold": min(folds), "highest_fold": max(folds)}
        log(f"{name}: {json.dumps(metrics[f'unseen portals, {name}'])}")
    calibrate_on(classifier, np.concatenate([logits[name] for name in both]), joined([examples] * len(both)))
    return metrics


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("preset", choices=("simon-base", "simon-semantic"))
    parser.add_argument("--data", type=Path, default=Path("../shared/data/columns"))
    parser.add_argument("--cache", type=Path, default=Path("cache"))
    parser.add_argument("--output", type=Path, default=Path("pretrained"))
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--pretraining-epochs", type=int, default=2)
    parser.add_argument("--folds", type=int, nargs="*", default=list(range(FOLDS)))
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    if options.preset == "simon-base":
        make_base(options.data, options.cache, options.output, options.epochs)
    else:
        make_semantic(
            options.data, options.cache, options.output, options.pretraining_epochs, options.epochs, options.folds
        )


if __name__ == "__main__":
    main()
