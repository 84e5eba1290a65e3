"""Training of SIMOn networks on columns, and on documents in cells."""

from __future__ import annotations

import json
import zlib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from simon_elmo.errors import InvalidInput
from simon_elmo.evaluation.calibration import calibrated_loss, log_loss
from simon_elmo.evaluation.scores import macro_f1
from simon_elmo.labels.label_set import LabelSet
from simon_elmo.simon.batches import ColumnBatches
from simon_elmo.simon.characters import CharacterVocabulary
from simon_elmo.simon.examples import ColumnExamples
from simon_elmo.training.config import TrainingConfig
from simon_elmo.training.history import TrainingHistory

if TYPE_CHECKING:
    from simon_elmo.simon.network.classifier import SimonClassifierModel
    from simon_elmo.training.loop import OnEpoch


def train_network(
    network: SimonClassifierModel,
    labels: LabelSet,
    examples: ColumnExamples,
    validation: ColumnExamples,
    vocabulary: CharacterVocabulary,
    config: TrainingConfig,
    *,
    calibrated: bool = False,
    checkpoint: Path | None = None,
    tensorboard: Path | None = None,
    progress: bool = False,
    on_epoch: OnEpoch | None = None,
) -> TrainingHistory:
    """Train a SIMOn network in place and leave the weights of its best epoch in it; see `training.loop`.

    Binary cross-entropy over the labels that are known. A network that reads headers is validated with and without
    names, and the mean of both losses counts.

    Args:
        network: with an output for each label.
        labels: the labels, in the order of its outputs.
        examples: columns to learn from.
        validation: columns that decide when to stop.
        vocabulary: the characters of the network.
        config: epochs, rates, balance and seed.
        calibrated: whether epochs are compared by the validation loss at its best temperature, so that a network that
            is too sure of what it tells apart ever better is not taken for a worse one.
        checkpoint: a file from which an interrupted training goes on.
        tensorboard: a folder for TensorBoard logs.
        progress: whether a bar is shown on stderr.
        on_epoch: called with the row of each epoch.

    Raises:
        InvalidInput: for no training or validation columns, or a checkpoint of another run.
        MissingExtra: if TensorBoard logs are asked for and it is not installed.
    """
    if not len(examples) or not len(validation):
        raise InvalidInput("training needs at least one column to learn from and one to validate on")
    from simon_elmo.simon.network.known_label_crossentropy import KnownLabelCrossentropy
    from simon_elmo.training.loop import TrainingTask, train_epochs

    targets = examples.targets(labels)
    task = TrainingTask(
        network,
        KnownLabelCrossentropy(config.label_smoothing),
        n_batches=-(-len(examples) // config.batch_size),
        batches=lambda epoch: ColumnBatches(examples, targets, network.config, vocabulary, config, epoch),
        validate=partial(validate, network, labels, validation, vocabulary, config, calibrated),
        run={
            "network": network.config.to_dict(),
            "columns": len(examples),
            "characters": zlib.crc32(json.dumps(vocabulary.to_dict()).encode()),
        },
    )
    return train_epochs(
        task, config, checkpoint=checkpoint, tensorboard=tensorboard, progress=progress, on_epoch=on_epoch
    )


def validate(
    network: SimonClassifierModel,
    labels: LabelSet,
    examples: ColumnExamples,
    vocabulary: CharacterVocabulary,
    config: TrainingConfig,
    calibrated: bool = False,
) -> dict[str, float]:
    """Return `validation_loss` (binary cross-entropy) and `validation_macro_f1` (at 0.5, over labels with columns).

    With `calibrated` also `calibrated_loss`, over all that is known of the columns. The arguments are those of
    `train_network`.
    """
    targets = examples.targets(labels)
    known = targets >= 0
    losses: list[float] = []
    scores: list[float] = []
    at_best: list[float] = []
    for with_headers in (True, False) if network.config.reads_headers else (False,):
        batches = ColumnBatches(
            examples, targets, network.config, vocabulary, config, shuffle=False, with_headers=with_headers
        )
        probabilities = _predicted(network, batches)
        losses.append(log_loss(probabilities, targets))
        scores.append(macro_f1(targets > 0.5, known & (probabilities >= 0.5)))
        if calibrated:
            at_best.append(calibrated_loss(probabilities[known][:, None], targets[known][:, None], softmax=False))
    means = {"validation_loss": losses, "validation_macro_f1": scores, "calibrated_loss": at_best}
    return {name: float(np.mean(values)) for name, values in means.items() if values}


def _predicted(network: SimonClassifierModel, batches: ColumnBatches) -> np.ndarray:
    """Return the probabilities of the columns of all batches in their order, float32 (n, n_labels)."""
    rows = [np.asarray(network.predict_on_batch(batches[position][0])) for position in range(len(batches))]
    size, n = batches.training.batch_size, len(batches.examples)
    # a batch that was filled up for several devices is longer than what it is of
    kept = [row[: min(size, n - position * size)] for position, row in enumerate(rows)]
    return np.concatenate(kept).astype(np.float32)
