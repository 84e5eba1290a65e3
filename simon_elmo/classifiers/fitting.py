"""Training of a column classifier: labels, split, network, calibration, metrics."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from simon_elmo.classifiers.engine import Engine
from simon_elmo.config import TrainingConfig
from simon_elmo.errors import InvalidInput
from simon_elmo.labels import LabelSet

if TYPE_CHECKING:
    from simon_elmo.classifiers.column import ColumnClassifier


def fit_columns(
    classifier: ColumnClassifier,
    columns: Sequence[Sequence[str]],
    labels: Sequence[tuple[str, ...]],
    headers: Sequence[str],
    groups: Sequence[Hashable] | None,
    training: TrainingConfig,
    fractions: Sequence[float],
    checkpoint: Path | None = None,
    tensorboard: Path | None = None,
    progress: Callable[[Mapping[str, float]], None] | None = None,
) -> None:
    """Train a classifier in place; see `ColumnClassifier.fit`."""
    import keras

    from simon_elmo.models.simon_classifier import SimonClassifierModel
    from simon_elmo.models.weights import weights_of
    from simon_elmo.training import train_network
    from simon_elmo.training_data import LabelledColumns, split_by_group

    if len(labels) != len(columns) or len(headers) != len(columns):
        raise InvalidInput(f"{len(columns)} columns have {len(labels)} labels and {len(headers)} headers")
    if classifier._label_set is None:
        classifier._label_set = LabelSet(tuple(sorted({name for names in labels for name in names})))
    data = LabelledColumns(columns, classifier.label_set.multi_hot(labels), headers)
    kept = [row for row, column in enumerate(columns) if column]
    chosen = None if groups is None else [groups[row] for row in kept]
    parts = [np.array(kept, dtype=int)[part] for part in split_by_group(len(kept), chosen, fractions, training.seed)]
    if not len(parts[0]) or not len(parts[1]):
        raise InvalidInput(
            f"{len(kept)} columns with cells in {len(set(chosen or kept))} groups are too few to train and validate on"
        )
    keras.utils.set_random_seed(training.seed)
    if classifier._engine is None:
        network = SimonClassifierModel(classifier.config, len(classifier.label_set))
    else:
        network = classifier._engine.network()
    classifier.history = train_network(
        network,
        data.take(parts[0]),
        data.take(parts[1]),
        classifier.vocabulary,
        training,
        checkpoint,
        tensorboard,
        progress,
    )
    classifier._engine = Engine(classifier.config, classifier.vocabulary, weights_of(network))
    calibrate(classifier, data.take(parts[1]).columns, [labels[row] for row in parts[1]], data.take(parts[1]).headers)
    if len(parts[2:]) and len(parts[2]):
        test = data.take(parts[2])
        evaluation = classifier.evaluate(test.columns, [labels[row] for row in parts[2]], headers=test.headers)
        classifier.metadata = {**classifier.metadata, "metrics": {"test": evaluation.summary()}}


def calibrate(
    classifier: ColumnClassifier,
    columns: Sequence[Sequence[str]],
    labels: Sequence[tuple[str, ...]],
    headers: Sequence[str],
) -> None:
    """Choose temperatures and thresholds on columns that the network was not trained on, in place.

    A network that reads headers is calibrated on the columns with and without their names together.
    """
    from simon_elmo.calibration import choose_thresholds, fit_temperatures

    targets = classifier.label_set.multi_hot(labels)
    classifier.temperatures = np.ones(len(classifier.label_set), dtype=np.float32)
    shown = (headers, [""] * len(columns)) if classifier.config.reads_headers else (headers,)
    engine = classifier._trained()
    raw = [classifier._probabilities(engine.features(columns, names), columns) for names in shown]
    probabilities, targets = np.concatenate(raw), np.tile(targets, (len(shown), 1))
    classifier.temperatures = fit_temperatures(probabilities, targets).astype(np.float32)
    calibrated = np.concatenate(
        [classifier._probabilities(engine.features(columns, names), columns) for names in shown]
    )
    thresholds = choose_thresholds(calibrated, targets)
    classifier._label_set = classifier.label_set.with_thresholds([float(value) for value in thresholds])
