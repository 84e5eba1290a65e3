"""The loop of epochs that trains networks of columns, documents, texts and tags.

Language models are trained by another one, which counts steps and minutes: `elmo.language_model.training`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np

from simon_elmo.errors import require_extra
from simon_elmo.progress import progress_bar
from simon_elmo.training.any_size import AnySizeModel
from simon_elmo.training.batches import Batches, KerasBatches
from simon_elmo.training.checkpoint import Checkpoint
from simon_elmo.training.config import TrainingConfig
from simon_elmo.training.history import TrainingHistory, compared_loss
from simon_elmo.transfer.groups import parameter_groups
from simon_elmo.transfer.schedules import rate_schedule
from simon_elmo.transfer.unfreezing import fine_tuning, partly_frozen_epochs

OnEpoch = Callable[[Mapping[str, float]], None]


@dataclass(frozen=True)
class TrainingTask:
    """What one training has of its own: a network, what it reads, and how it is measured.

    Attributes:
        network: trained in place.
        loss: of its outputs, as `compile` takes it.
        n_batches: batches per epoch.
        batches: returns the batches of an epoch, counted from 0.
        validate: returns the figures of the network, as it is then, on held-out examples: `validation_loss` and others.
            Epochs are compared by `calibrated_loss` where it is among them, otherwise by `validation_loss`.
        start_counts: whether the weights from before the first epoch are kept where no epoch is better.
        run: what a checkpoint has to be of, beside the same settings: plain values, as JSON has them.
    """

    network: keras.Model
    loss: Any
    n_batches: int
    batches: Callable[[int], Batches]
    validate: Callable[[], dict[str, float]]
    start_counts: bool = False
    run: Mapping[str, Any] = field(default_factory=dict)


def train_epochs(
    task: TrainingTask,
    config: TrainingConfig,
    *,
    checkpoint: Path | None = None,
    tensorboard: Path | None = None,
    progress: bool = False,
    on_epoch: OnEpoch | None = None,
) -> TrainingHistory:
    """Train a network in place and leave the weights of its best epoch in it.

    Adam, or with gradual unfreezing Adam with a rate for each group of layers; training stops early when no epoch is
    better for `config.patience` epochs, counted from when no group is frozen any more.

    Args:
        task: the network, its batches and its validation.
        config: epochs, rates, schedule, strategy and patience.
        checkpoint: a file to which everything needed to go on is written after each epoch, and from which training
            goes on when the file is there: the result is the same as without the interruption.
        tensorboard: a folder for TensorBoard logs.
        progress: whether a bar on stderr counts batches.
        on_epoch: called with the row of each epoch.

    Returns:
        The history; its rows include epochs run before an interruption.

    Raises:
        InvalidInput: for a checkpoint of another run.
        MissingExtra: if TensorBoard logs are asked for and it is not installed.
    """
    network = task.network
    callbacks, n_partly = _compiled(task, config)
    if tensorboard is not None:
        require_extra("tensorboard", "tensorboard", "write TensorBoard logs")
        callbacks.append(keras.callbacks.TensorBoard(str(tensorboard), write_graph=False))
    file = None if checkpoint is None else Checkpoint(checkpoint, {"training": config.to_dict(), **task.run})
    if file is not None and file.path.exists():
        history, best = file.resume(network)
    else:
        start_loss = compared_loss(task.validate()) if task.start_counts else float("inf")
        history, best = TrainingHistory(start_loss=start_loss), _weights(network)
    with progress_bar("batches", config.epochs * task.n_batches, progress) as advance:
        advance(len(history.epochs) * task.n_batches)
        if progress:
            callbacks.append(keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: advance(1)))
        while not _is_over(history, config, n_partly):
            epoch, started = len(history.epochs), time.perf_counter()
            fitted = network.fit(
                _to_fit(network, task.batches(epoch)),
                initial_epoch=epoch,
                epochs=epoch + 1,
                verbose=0,
                shuffle=False,
                callbacks=callbacks,
            )
            row = {
                "epoch": epoch,
                "loss": fitted.history["loss"][0],
                **task.validate(),
                "learning_rate": float(keras.ops.convert_to_numpy(network.optimizer.learning_rate)),
                "seconds": time.perf_counter() - started,
            }
            if history.add(row):
                best = _weights(network)
            if file is not None:
                file.save(network, history, best)
            if on_epoch is not None:
                on_epoch(row)
    for variable, value in zip(network.weights, best, strict=True):
        variable.assign(value)
    return history


def _compiled(task: TrainingTask, config: TrainingConfig) -> tuple[list[keras.callbacks.Callback], int]:
    """Compile the network; return the callbacks of the strategy, and in how many epochs some layers are frozen."""
    network, clip_norm = task.network, config.clip_norm or None
    if config.strategy == "gradual-unfreezing":
        optimizer, callbacks = fine_tuning(
            network, config.epochs, task.n_batches, config.learning_rate, config.schedule, clip_norm=clip_norm
        )
        # while groups are frozen, no better epoch says little about the others
        n_partly = partly_frozen_epochs(parameter_groups(network), config.epochs)
    else:
        rate = rate_schedule(config.schedule, config.learning_rate, config.epochs * task.n_batches)
        optimizer, callbacks, n_partly = keras.optimizers.Adam(rate, global_clipnorm=clip_norm), [], 0
    network.compile(optimizer, task.loss)
    optimizer.build(network.trainable_variables)  # otherwise TensorFlow traces the step a second time to do so
    return callbacks, n_partly


def _is_over(history: TrainingHistory, config: TrainingConfig, n_partly: int) -> bool:
    is_impatient = config.patience > 0 and history.waited(n_partly) >= config.patience
    return len(history.epochs) >= config.epochs or is_impatient


def _to_fit(network: keras.Model, batches: Batches) -> Any:
    return network.batches_to_fit(batches) if isinstance(network, AnySizeModel) else KerasBatches(batches)


def _weights(network: keras.Model) -> list[np.ndarray]:
    return [np.array(keras.ops.convert_to_numpy(weight)) for weight in network.weights]
