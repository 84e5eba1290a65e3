"""Teach a network percentages, step by step as SIMOn's authors did: `python examples/teach_percent.py [PICTURE.png]`.

A library's table has columns of percentages and of numbers. Cut into pieces of 20 cells they show a network a label
that it does not know: its output layer grows by a copy of the nearest label's weights, all layers below are frozen, and
the last layer is trained. The picture shows how it converges. The same columns are then taught by `add_labels`, and
both models are asked for percentages in other tables, and for the labels that they knew before.
"""

from __future__ import annotations

import sys
import tempfile
import time
import warnings
from pathlib import Path

import keras
import numpy as np

import simon_elmo as se
from simon_elmo.reports import plots
from simon_elmo.simon import SimonClassifierModel, network_inputs
from simon_elmo.simon.teaching import cut_into_pieces, split_by_source
from simon_elmo.training import assign_weights
from simon_elmo.transfer import expand_output_layer, freeze

EPOCHS, BATCH = 10, 4
LIBRARIES = 400
SHARES = {"PCT_ELEC": (2, 6), "PCT_PRINT": (6, 2), "PCT_STAFF": (5, 4)}
COUNTS = {"VISITS": 10.0, "LOANS": 11.0, "HOURS": 7.5}
OLD = ("address", "city", "country", "datetime", "email", "float", "int", "phone", "postal_code", "state", "uri")


def library_table(seed: int) -> dict[str, list[str]]:
    """Return the columns of a library's table: three of percentages, three of numbers."""
    rng = np.random.default_rng(seed)
    shares = {name: [f"{100 * share:.1f}%" for share in rng.beta(*shape, LIBRARIES)] for name, shape in SHARES.items()}
    counts = {name: [f"{count:.0f}" for count in rng.lognormal(mean, 1, LIBRARIES)] for name, mean in COUNTS.items()}
    return {**shares, **counts}


def published_way(
    classifier: se.ColumnClassifier, pieces: list[list[str]], labels: list[str], parts: list[np.ndarray]
) -> tuple[se.ColumnClassifier, list[dict[str, float]]]:
    """Grow, freeze and train the last layer; return a classifier and the figures of each epoch."""
    keras.utils.set_random_seed(0)
    network = SimonClassifierModel(classifier.config, len(classifier.labels))
    assign_weights(network, classifier.weights())

    def inputs(rows: np.ndarray) -> dict[str, np.ndarray]:
        made = network_inputs([pieces[row] for row in rows], None, classifier.config, classifier.vocabulary)
        empty = -len(made["cells"]) % 256  # few shapes, so that few are compiled
        return {**made, "cells": np.pad(made["cells"], ((0, empty), (0, 0)))}

    learn, check, _ = parts
    shown = inputs(np.array([row for row in learn if labels[row] == "percent"]))
    grown, names = expand_output_layer(network, "percent", labels=classifier.label_set, examples=shown)
    freeze(grown, until="head")
    grown.compile(keras.optimizers.Adam(), "binary_crossentropy")
    targets = names.multi_hot([(label,) for label in labels])
    position, rng, epochs = names.index("percent"), np.random.default_rng(0), []
    for epoch in range(1, EPOCHS + 1):
        batches = np.array_split(rng.permutation(learn), len(learn) // BATCH)
        losses = [float(grown.train_on_batch(inputs(rows), targets[rows])) for rows in batches]
        held_out = inputs(check)
        probabilities = keras.ops.convert_to_numpy(grown(held_out))[: len(check), position]
        has = targets[check, position] == 1
        means = {"percent, where it is": probabilities[has].mean(), "where it is not": probabilities[~has].mean()}
        validation = float(grown.test_on_batch(held_out, targets[check]))
        epochs.append({"epoch": epoch, "loss": np.mean(losses), "validation_loss": validation, **means})
    kernel, bias = (keras.ops.convert_to_numpy(weight) for weight in grown.head.weights)
    return se.ColumnClassifier.on_backbone_of(classifier, names.names, kernel=kernel, bias=bias), epochs


def has_percent(classifier: se.ColumnClassifier, columns: list[list[str]]) -> np.ndarray:
    return np.array(["percent" in labels for labels in classifier.predict(columns)])


def macro_f1(classifier: se.ColumnClassifier, data: se.SimulatedColumns) -> float:
    """Return the macro-F1 of old labels, of columns that have nothing to do with percentages."""
    return classifier.evaluate(data.columns, data.labels, headers=[""] * len(data)).macro_f1


def main() -> None:
    base = se.ColumnClassifier.from_preset("simon-geo")
    table = library_table(seed=1)
    cut = [(name, piece) for name, cells in table.items() for piece in cut_into_pieces(cells, 20)]
    pieces = [piece for _, piece in cut]
    labels = ["percent" if name in SHARES else "int" for name, _ in cut]
    parts = split_by_source(range(len(pieces)), (0.6, 0.3, 0.1), seed=0)  # pieces of one table, as published
    print(f"{len(table)} columns in {len(pieces)} pieces; {' / '.join(str(len(part)) for part in parts)} to learn, "
          "check and test")  # fmt: skip

    started = time.perf_counter()
    published, epochs = published_way(base, pieces, labels, parts)
    seconds = time.perf_counter() - started
    true = np.array([labels[row] == "percent" for row in parts[2]])
    right = int((has_percent(published, [pieces[row] for row in parts[2]]) == true).sum())
    print(f"published way: {seconds:.1f} s; {right} of {len(true)} test pieces of the same table right")

    taught = se.ColumnClassifier.from_preset("simon-geo")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # to_text has them
        report = taught.add_labels(list(table.values()), ["percent" if name in SHARES else "int" for name in table])
    print(f"\nadd_labels:\n{report.to_text()}\n")

    other = se.simulate(200, 40, labels=["percent", "int"], seed=11)
    old = se.simulate(400, 40, labels=OLD, seed=12)
    is_percent = np.array(["percent" in names for names in other.labels])
    print(f"before: macro-F1 of the old labels {macro_f1(base, old):.3f}")
    for name, model in (("published way", published), ("add_labels", taught)):
        found = has_percent(model, other.columns)
        f1 = 2 * (found & is_percent).sum() / (found.sum() + is_percent.sum())
        print(f"{name}: F1 of percent {f1:.3f} on 200 columns of other tables, "
              f"macro-F1 of the old labels {macro_f1(model, old):.3f}")  # fmt: skip

    picture = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp()) / "percent.png"
    picture.write_bytes(plots.training_curves(epochs))
    print(f"picture: {picture}")


if __name__ == "__main__":
    main()
