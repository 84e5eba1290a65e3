"""Labelled columns, training runs and figures that the recipes of the presets share."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from open_data import ORDER

from simon_elmo import ColumnClassifier, TrainingConfig, simulate
from simon_elmo.evaluation import evaluate_predictions
from simon_elmo.labels import STATISTICAL_LABELS, LabelSet
from simon_elmo.simon import ColumnExamples
from simon_elmo.simulation import load_types

GENERAL = ("boolean", "datetime", "float", "int", "text")
# what is told from other text by knowing its words: names, places, colours, ...
BY_HEART = (
    "city", "colour", "company", "country", "country_code", "county", "first_name", "full_name", "gender", "job_title",
    "language", "language_code", "last_name", "month", "race", "state", "weekday",
)  # fmt: skip


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


def simulated(
    labels: Sequence[str],
    counts: Sequence[int],
    cells: int,
    seed: int,
    cache: Path,
    locales: Sequence[str] | None = None,
) -> ColumnExamples:
    """Return columns of all types, of general types only, of plain text only, and of words to know by heart.

    Plain text and general types are what specific types are not.
    """
    types = load_types()
    general = {name: names for name, names in types.items() if set(names) <= set(GENERAL)}
    text = {name: names for name, names in types.items() if set(names) == {"text"}}
    known = {name: names for name, names in types.items() if set(names) & set(BY_HEART)}
    ruled = [name for name in STATISTICAL_LABELS if name in labels]
    parts = []
    for position, (chosen, wanted) in enumerate(
        (
            (types, labels), (general, [*GENERAL, *ruled]), (text, ["text", *ruled]),
            (known, [*BY_HEART, "text", *ruled]),
        )[: len(counts)]
    ):  # fmt: skip
        if counts[position]:
            kept = [name for name in wanted if name in labels]
            made = simulate(counts[position], cells, types=chosen, seed=seed + position, locales=locales, labels=kept,
                            workers=2, short_columns=0.2, cache=cache)  # fmt: skip
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
        on_epoch=report,
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
