"""Training of a classifier of columns or texts: split, network, rehearsal, calibration."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from simon_elmo.errors import require_extra
from simon_elmo.labels.label_set import LabelSet
from simon_elmo.simon.calibration import Task, calibrated
from simon_elmo.simon.characters import CharacterVocabulary
from simon_elmo.simon.config import SimonConfig
from simon_elmo.simon.engine import Engine
from simon_elmo.simon.examples import ColumnExamples
from simon_elmo.simon.teaching.rehearsal import Rehearsal
from simon_elmo.simon.teaching.rehearsal_sources import rehearsal_of
from simon_elmo.training.config import TrainingConfig
from simon_elmo.training.history import TrainingHistory
from simon_elmo.training.splits import split_by_group


@dataclass(frozen=True)
class Fitted:
    """What a training made.

    Attributes:
        engine: the trained network, its shapes and its characters.
        labels: the labels with the thresholds that were chosen.
        temperatures: float32, one per label.
        history: what happened in each epoch.
        rehearsal: what the teaching of new labels replays.
    """

    engine: Engine
    labels: LabelSet
    temperatures: np.ndarray
    history: TrainingHistory
    rehearsal: Rehearsal


def split_examples(
    examples: ColumnExamples, groups: Sequence[Hashable] | None, fractions: Sequence[float], seed: int
) -> list[ColumnExamples]:
    """Return the examples that have cells in parts between which no group is split; see `split_by_group`."""
    parts = split_by_group(len(examples), groups, fractions, seed, usable=examples.with_cells())
    return [examples.take(part) for part in parts]


def fit_columns(
    config: SimonConfig,
    vocabulary: CharacterVocabulary,
    labels: LabelSet,
    engine: Engine | None,
    examples: ColumnExamples,
    validation: ColumnExamples,
    training: TrainingConfig,
    task: Task,
    checkpoint: Path | None = None,
    tensorboard: Path | None = None,
    progress: bool = False,
    on_epoch: Callable[[Mapping[str, float]], None] | None = None,
) -> Fitted:
    """Train a network on examples, then choose its temperatures and thresholds on others; nothing given is changed.

    Args:
        config: the shapes of the network.
        vocabulary: its characters.
        labels: what it learns.
        engine: a trained network of these shapes and labels to go on from; None for a new one.
        examples: to learn from.
        validation: to compare epochs on and to calibrate on.
        training: epochs, rates, balance and seed.
        task: columns or texts.
        checkpoint: a file from which an interrupted training goes on.
        tensorboard: a folder for TensorBoard logs.
        progress: whether a bar is shown on stderr.
        on_epoch: called with the row of each epoch.

    Raises:
        InvalidInput: if there is nothing to learn from or to validate on.
        UnknownLabel: for a label that is not among the labels.
        MissingExtra: if Keras is not installed.
    """
    require_extra("keras", "train", "train a network")
    import keras

    from simon_elmo.simon.network.classifier import SimonClassifierModel
    from simon_elmo.simon.training import train_network
    from simon_elmo.training.named_weights import weights_of

    keras.utils.set_random_seed(training.seed)
    # a network of its own: that of the engine keeps the weights that predict
    network = SimonClassifierModel(config, len(labels)) if engine is None else engine.new_network()
    history = train_network(
        network,
        labels,
        examples,
        validation,
        vocabulary,
        training,
        calibrated=task.compared_calibrated,
        checkpoint=checkpoint,
        tensorboard=tensorboard,
        progress=progress,
        on_epoch=on_epoch,
    )
    trained = Engine(config, vocabulary, weights_of(network))
    rehearsal = rehearsal_of(trained, labels, examples, seed=training.seed)
    return Fitted(trained, *calibrate(trained, labels, validation, task), history, rehearsal)


def calibrate(engine: Engine, labels: LabelSet, examples: ColumnExamples, task: Task) -> tuple[LabelSet, np.ndarray]:
    """Return labels with thresholds, and temperatures, chosen on examples that the network was not trained on.

    A network that reads headers is calibrated on the columns with and without their names together.
    """
    shown = [list(examples.headers)]
    if engine.config.reads_headers:
        shown.append([""] * len(examples))
    logits = [engine.predicted(examples.columns, names) for names in shown]
    rows = [row for _ in shown for row in range(len(examples))]
    return calibrated(np.concatenate(logits), examples.take(rows), labels, task)
