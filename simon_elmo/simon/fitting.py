"""Training of a classifier of columns or documents: labels, split, network, calibration, metrics."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simon_elmo.errors import InvalidInput, require_extra
from simon_elmo.labels.specificity import GENERAL_LABELS
from simon_elmo.simon.engine import Engine
from simon_elmo.simon.examples import ColumnExamples
from simon_elmo.training.config import TrainingConfig
from simon_elmo.training.splits import LabelledColumns, split_by_group

if TYPE_CHECKING:
    from simon_elmo.simon.model import SimonModel


def training_config(given: TrainingConfig | None, **changes: Any) -> TrainingConfig:
    """Return how to train: what is given, or the default for the strategy, with the changes that are not None."""
    config = given or TrainingConfig(
        schedule="slanted-triangular" if changes["strategy"] == "gradual-unfreezing" else "constant"
    )
    return replace(config, **{name: value for name, value in changes.items() if value is not None})


def split_examples(
    examples: ColumnExamples, groups: Sequence[Hashable] | None, fractions: Sequence[float], seed: int
) -> list[ColumnExamples]:
    """Return the examples that have cells in parts between which no group is split; see `split_by_group`.

    Columns whose group is None stand in the first part.

    Raises:
        InvalidInput: if the groups do not fit, or there are too few to train and validate on.
    """
    if groups is not None and len(groups) != len(examples):
        raise InvalidInput(f"{len(examples)} columns have {len(groups)} groups")
    kept = examples.with_cells()
    always = np.array([row for row in kept if groups is not None and groups[row] is None], dtype=int)
    shared = np.setdiff1d(kept, always)
    chosen = None if groups is None else [groups[row] for row in shared]
    parts = [shared[part] for part in split_by_group(len(shared), chosen, fractions, seed)]
    parts[0] = np.concatenate([parts[0], always])
    if not all(len(part) for part in parts[:2]):
        raise InvalidInput(
            f"{len(shared)} columns with cells in {len(set(shared if chosen is None else chosen))} groups are too few "
            "to train and validate on"
        )
    return [examples.take(part) for part in parts]


def fit_columns(
    classifier: SimonModel,
    examples: ColumnExamples,
    validation: ColumnExamples,
    training: TrainingConfig,
    checkpoint: Path | None = None,
    tensorboard: Path | None = None,
    progress: Callable[[Mapping[str, float]], None] | None = None,
) -> None:
    """Train a classifier on examples in place, then choose its temperatures and thresholds on others."""
    require_extra("keras", "train", "train a network")
    import keras

    from simon_elmo.simon.network.classifier import SimonClassifierModel
    from simon_elmo.simon.training import train_network
    from simon_elmo.training.named_weights import weights_of

    labels = classifier.label_set
    learn, check = (
        LabelledColumns(part.columns, part.targets(labels), part.headers) for part in (examples, validation)
    )
    keras.utils.set_random_seed(training.seed)
    engine = classifier._engine
    network = SimonClassifierModel(classifier.config, len(labels)) if engine is None else engine.network()
    classifier.history = train_network(
        network,
        learn,
        check,
        classifier.vocabulary,
        training,
        checkpoint,
        tensorboard,
        progress,
        classifier.COMPARED_CALIBRATED,
    )
    classifier._engine = Engine(classifier.config, classifier.vocabulary, weights_of(network))
    classifier.keep_rehearsal(examples, seed=training.seed)
    calibrate(classifier, validation)


def calibrate(classifier: SimonModel, examples: ColumnExamples) -> None:
    """Choose temperatures and thresholds on columns that the network was not trained on, in place.

    A network that reads headers is calibrated on the columns with and without their names together.
    """
    engine = classifier._trained()
    shown = [list(examples.headers)]
    if classifier.config.reads_headers:
        shown.append([""] * len(examples))
    logits = [engine.predicted(examples.columns, names) for names in shown]
    rows = [row for _ in shown for row in range(len(examples))]
    calibrate_on(classifier, np.concatenate(logits), examples.take(rows))


def calibrate_on(classifier: SimonModel, logits: np.ndarray, examples: ColumnExamples) -> None:
    """Choose temperatures and thresholds from logits that were predicted for columns, in place.

    Args:
        classifier: gets the temperatures and thresholds.
        logits: float (n_columns, n_labels), from a network that was not trained on these columns.
        examples: the columns.
    """
    from simon_elmo.evaluation.calibration import choose_thresholds, fit_temperatures

    targets = examples.targets(classifier.label_set)
    known = np.asarray(
        (targets >= 0).all(axis=0)
    )  # a label that is unknown of some columns keeps temperature 1 and threshold 0.5
    temperatures, thresholds = np.ones(len(known), dtype=np.float32), np.full(len(known), 0.5)
    classifier.temperatures = temperatures
    raw = classifier.probabilities(logits, examples.columns)
    temperatures[known] = fit_temperatures(raw[:, known], targets[:, known])
    calibrated = classifier.probabilities(logits, examples.columns)
    chosen = choose_thresholds(calibrated[:, known], targets[:, known])
    general = np.isin(classifier.label_set.names, GENERAL_LABELS)
    usual = np.where(general, classifier.GENERAL_THRESHOLD, classifier.SPECIFIC_THRESHOLD)[known]
    thresholds[known] = usual + classifier.CHOSEN_SHARE * (chosen - usual)
    classifier._label_set = classifier.label_set.with_thresholds([float(value) for value in thresholds])
