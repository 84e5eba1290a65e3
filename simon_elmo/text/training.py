"""Training of text networks: early stopping on the best weights, over batches from anywhere.

The validation loss at its best temperature decides which epoch is best: networks go on to tell texts apart better for
epochs in which their loss rises because they are too sure of themselves, and that temperature is fitted to the same
texts afterwards.

Source: Guo et al. 2017, "On Calibration of Modern Neural Networks", section 3.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import keras
import numpy as np

from simon_elmo.errors import InvalidInput
from simon_elmo.evaluation.calibration import calibrated_loss
from simon_elmo.training.config import TrainingConfig
from simon_elmo.training.history import TrainingHistory
from simon_elmo.training.varied_batches import predict_varied_batch, varied_batches
from simon_elmo.transfer.fine_tuning import fine_tuning, partly_frozen_epochs
from simon_elmo.transfer.parameter_groups import ParameterGroup, parameter_groups
from simon_elmo.transfer.schedules import rate_schedule


class TextInputs(Protocol):
    """Where batches of texts come from."""

    lengths: np.ndarray

    def __call__(self, rows: np.ndarray) -> Any:
        """Return what the network reads of the texts at these positions."""


def batches_of(rows: np.ndarray, lengths: np.ndarray, batch_size: int, seed: int, epoch: int = 0) -> list[np.ndarray]:
    """Return positions in batches of texts of similar lengths, the batches in random order.

    Texts are shuffled, sorted by length within blocks of 20 batches and then cut, so that little is padded and
    neither batches nor their order repeat.
    """
    rng = np.random.default_rng([seed, epoch, 0x7E87])
    shuffled = rng.permutation(rows)
    block = 20 * batch_size
    batches: list[np.ndarray] = []
    for start in range(0, len(shuffled), block):
        part = shuffled[start : start + block]
        part = part[np.argsort(lengths[part], kind="stable")]
        batches += [part[first : first + batch_size] for first in range(0, len(part), batch_size)]
    return [batches[position] for position in rng.permutation(len(batches))]


def train_text_network(
    model: keras.Model,
    inputs: TextInputs,
    targets: np.ndarray,
    parts: tuple[np.ndarray, np.ndarray],
    config: TrainingConfig,
    weights: np.ndarray | None = None,
    groups: Sequence[ParameterGroup] | None = None,
    progress: Callable[[Mapping[str, float]], None] | None = None,
) -> TrainingHistory:
    """Train a network in place and leave the weights of its best epoch in it.

    Args:
        model: a network whose outputs are probabilities: one sigmoid or more, or a softmax.
        inputs: makes what it reads.
        targets: float32 (n_texts, n_outputs), 0 or 1.
        parts: positions of the texts to train and to validate on.
        config: epochs, rates, schedule, strategy, patience and seed.
        weights: how much each training text counts.
        groups: the groups of layers to unfreeze, with the strategy `"gradual-unfreezing"`.
        progress: called with the row of each epoch.

    Raises:
        InvalidInput: for no text to train or to validate on.
    """
    train, validate = parts
    if not len(train) or not len(validate):
        raise InvalidInput("training needs at least one text to learn from and one to validate on")
    softmax = targets.shape[1] > 1 and bool(np.all(targets.sum(axis=1) == 1)) and _is_softmax(model)
    losses = keras.losses.CategoricalCrossentropy if softmax else keras.losses.BinaryCrossentropy
    steps = -(-len(train) // config.batch_size)
    optimizer, callbacks = _optimizer(model, config, steps, groups)
    model.compile(optimizer, losses(label_smoothing=config.label_smoothing))
    optimizer.build(model.trainable_variables)  # otherwise TensorFlow traces the step a second time to do so
    answers = (targets,) if weights is None else (targets, weights)

    def read(rows: np.ndarray) -> tuple[Any, ...]:
        return inputs(rows), *(values[rows] for values in answers)

    # while groups are frozen the head goes on from its best alone, and no better epoch says little about the others
    n_partly = partly_frozen_epochs(groups or parameter_groups(model), config.epochs) if callbacks else 0
    history, best = TrainingHistory(), _weights(model)
    # what the network knows already counts: fine-tuning that makes it worse is taken back
    best_loss = calibrated_loss(predict_rows(model, inputs, validate), targets[validate], softmax)
    for epoch in range(config.epochs):
        started = time.perf_counter()
        batches = batches_of(train, inputs.lengths, config.batch_size, config.seed, epoch)
        fitted = model.fit(
            varied_batches(model, read, batches),
            initial_epoch=epoch,
            epochs=epoch + 1,
            verbose=0,
            shuffle=False,
            callbacks=callbacks,
        )
        row = {"epoch": float(epoch), "loss": fitted.history["loss"][0]}
        outputs = predict_rows(model, inputs, validate)
        row |= _validated(outputs, targets[validate], softmax)
        row["calibrated_loss"] = calibrated_loss(outputs, targets[validate], softmax)
        row["learning_rate"] = float(keras.ops.convert_to_numpy(model.optimizer.learning_rate))
        row["seconds"] = time.perf_counter() - started
        history.epochs.append(row)
        if row["calibrated_loss"] < best_loss:
            history.best_epoch, best_loss, best = epoch, row["calibrated_loss"], _weights(model)
        if progress is not None:
            progress(row)
        if config.patience and history.waited(n_partly) >= config.patience:
            break
    for variable, value in zip(model.weights, best, strict=True):
        variable.assign(value)
    return history


def predict_rows(model: keras.Model, inputs: TextInputs, rows: np.ndarray, batch_size: int = 64) -> np.ndarray:
    """Return the outputs of a network for texts in the order of `rows`, float32 (n, n_outputs)."""
    order = np.argsort(inputs.lengths[rows], kind="stable")
    found = np.zeros((len(rows), model.output_shape[-1]), np.float32)
    for start in range(0, len(rows), batch_size):
        part = order[start : start + batch_size]
        found[part] = predict_varied_batch(model, inputs(rows[part]))
    return found


def _optimizer(
    model: keras.Model, config: TrainingConfig, steps: int, groups: Sequence[ParameterGroup] | None
) -> tuple[keras.optimizers.Optimizer, list[keras.callbacks.Callback]]:
    clip_norm = config.clip_norm or None
    if config.strategy == "gradual-unfreezing":
        return fine_tuning(
            model, config.epochs, steps, config.learning_rate, config.schedule, clip_norm=clip_norm, groups=groups
        )
    rate = rate_schedule(config.schedule, config.learning_rate, config.epochs * steps)
    return keras.optimizers.Adam(rate, global_clipnorm=clip_norm), []


def _is_softmax(model: keras.Model) -> bool:
    return getattr(model, "activation", "sigmoid") == "softmax"


def _validated(probabilities: np.ndarray, targets: np.ndarray, softmax: bool) -> dict[str, float]:
    """Return the loss and macro-F1 of predictions, without label smoothing or weights."""
    clipped = np.clip(probabilities.astype(float), 1e-7, 1 - 1e-7)
    if softmax:
        loss = -np.mean(np.sum(targets * np.log(clipped), axis=1))
        predicted = np.eye(targets.shape[1])[probabilities.argmax(axis=1)]
    else:
        loss = -np.mean(targets * np.log(clipped) + (1 - targets) * np.log1p(-clipped))
        predicted = (probabilities >= 0.5).astype(float)
        if targets.shape[1] == 1:  # both labels count
            targets, predicted = (np.concatenate([1 - each, each], axis=1) for each in (targets, predicted))
    hits, total = (targets * predicted).sum(axis=0), targets.sum(axis=0) + predicted.sum(axis=0)
    present = targets.any(axis=0)
    macro = float(np.mean(2 * hits[present] / total[present])) if present.any() else 0.0
    return {"validation_loss": float(loss), "validation_macro_f1": macro}


def _weights(model: keras.Model) -> list[np.ndarray]:
    return [np.array(keras.ops.convert_to_numpy(weight)) for weight in model.weights]
