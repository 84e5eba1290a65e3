"""Make the presets that type columns: `simon-base`, `simon-semantic` and `simon-geo`.

    python benchmarks/train_presets.py simon-semantic --data DATA/columns --cache cache

Columns are simulated, a network is trained on them, and then on audited open-data columns together with some
simulated ones, which keep the labels alive that open data lacks. That is done six times: without each of five folds of
portals, where the figures of the card are measured, and with all portals, which gives the preset. Its temperatures and
thresholds are chosen on what the other five say of portals that they have not seen. `simon-geo` is `simon-semantic`
without the labels that it does not know.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from open_data import folds_by_site, load_open_data
from preset_training import joined, known, log, scores, simulated, trained
from semantic_training import CALIBRATED_ON, PRETRAINING, STAGES, SemanticTraining, cross_calibrated

from simon_elmo import ColumnClassifier, SimonConfig, TrainingConfig
from simon_elmo.labels import BASE_LABELS, GEO_LABELS

SOURCES = [
    {"name": "audited columns of 57 open-data portals (tsegall/semantic-types)", "licence": "Apache-2.0; data CC0"},
    {"name": "simulated columns", "licence": "Apache-2.0"},
    {"name": "towns and counties of GeoNames, in simulated columns", "licence": "CC BY 4.0"},
]  # fmt: skip


def make_base(data: Path, cache: Path, output: Path, epochs: int) -> None:
    """Train the published shapes on base labels."""
    open_data, sites, _ = load_open_data(data / "open_data.parquet")
    open_data = known(open_data, BASE_LABELS)
    made = known(simulated(BASE_LABELS, (40_000, 0, 0), 64, 11, cache), BASE_LABELS)
    held_out = folds_by_site(sites, 10) == 9
    classifier = ColumnClassifier(BASE_LABELS, config=SimonConfig.published())
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


def make_semantic(data: Path, cache: Path, output: Path, only: str | None) -> None:
    """Train once without each fold of portals, to measure and to calibrate, and once on all portals, to ship."""
    training = SemanticTraining(data / "open_data.parquet", cache)
    if only is not None:
        training.network(None if only == "all" else int(only))
        return
    logits = training.held_out_logits()
    classifier = training.network(None)
    metrics = cross_calibrated(classifier, training.open_data, training.folds, logits)
    classifier.calibrate(
        joined([training.open_data] * len(CALIBRATED_ON)),
        logits=np.concatenate([logits[name] for name in CALIBRATED_ON]),
    )
    classifier.keep_rehearsal(joined([training.open_data, training.beside()]))
    recipe = {
        "training": [config.to_dict() for config in (PRETRAINING, *(stage for _, stage in STAGES))],
        "seed": 0,
        "notes": [training.description()],
    }
    finish(classifier, "simon-semantic", output, metrics, recipe)
    classifier.drop_labels([name for name in classifier.labels if name not in GEO_LABELS])
    finish(classifier, "simon-geo", output, metrics, recipe)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("preset", choices=("simon-base", "simon-semantic"))
    parser.add_argument("--data", type=Path, default=Path("../shared/data/columns"))
    parser.add_argument("--cache", type=Path, default=Path("cache"))
    parser.add_argument("--output", type=Path, default=Path("pretrained"))
    parser.add_argument("--epochs", type=int, default=2, help="of simon-base")
    parser.add_argument("--only", help="train one network of simon-semantic, a fold or 'all', and write no preset")
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    if options.preset == "simon-base":
        make_base(options.data, options.cache, options.output, options.epochs)
    else:
        make_semantic(options.data, options.cache, options.output, options.only)


if __name__ == "__main__":
    main()
