"""Training of SIMOn networks: batches made on the fly, early stopping on the best weights, exact resumption."""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import keras
import numpy as np

from simon_elmo.errors import InvalidInput, MissingExtra
from simon_elmo.evaluation.calibration import calibrated_loss
from simon_elmo.persistence import write_bytes_atomically
from simon_elmo.simon.batches import ColumnBatches
from simon_elmo.simon.characters import CharacterVocabulary
from simon_elmo.training.config import TrainingConfig
from simon_elmo.training.history import TrainingHistory
from simon_elmo.training.splits import LabelledColumns
from simon_elmo.transfer.fine_tuning import fine_tuning, partly_frozen_epochs
from simon_elmo.transfer.parameter_groups import parameter_groups
from simon_elmo.transfer.schedules import rate_schedule


@keras.saving.register_keras_serializable(package="simon_elmo")
class KnownLabelCrossentropy(keras.losses.Loss):
    """Binary cross-entropy over the labels that are known: targets below 0 (`UNKNOWN`) add nothing.

    Args:
        label_smoothing: taken off targets of 1 and given to targets of 0, halved, as `BinaryCrossentropy` does.
    """

    def __init__(self, label_smoothing: float = 0.0, name: str = "known_label_crossentropy", **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        self.label_smoothing = label_smoothing

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return the loss of each column: float (batch,)."""
        y_true = keras.ops.cast(y_true, y_pred.dtype)
        known = keras.ops.cast(y_true >= 0, y_pred.dtype)
        targets = y_true * known * (1.0 - self.label_smoothing) + 0.5 * self.label_smoothing
        return keras.ops.mean(keras.ops.binary_crossentropy(targets, y_pred) * known, axis=-1)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {**super().get_config(), "label_smoothing": self.label_smoothing}


def train_network(
    model: keras.Model,
    training_columns: LabelledColumns,
    validation_columns: LabelledColumns,
    vocabulary: CharacterVocabulary,
    config: TrainingConfig,
    checkpoint: str | Path | None = None,
    tensorboard: str | Path | None = None,
    progress: Callable[[Mapping[str, float]], None] | None = None,
    calibrated: bool = False,
) -> TrainingHistory:
    """Train a SIMOn network in place and leave the weights of its best epoch in it.

    Binary cross-entropy, Adam, early stopping on the validation loss. A network that reads headers is validated with
    and without names, and the mean of both losses counts.

    Args:
        model: a `SimonClassifierModel`.
        training_columns: columns to learn from.
        validation_columns: columns that decide when to stop.
        vocabulary: the characters of the network.
        config: epochs, rates, balance and seed.
        checkpoint: a file to which everything needed to go on is written after each epoch, and from which training
            goes on when the file is there: the result is the same as without the interruption.
        tensorboard: a folder for TensorBoard logs.
        progress: called with the row of each epoch.
        calibrated: whether epochs are compared by the validation loss at its best temperature, so that a network that
            is too sure of what it tells apart ever better is not taken for a worse one.

    Returns:
        The history; its rows include epochs run before an interruption.

    Raises:
        InvalidInput: for no training or validation columns, or a checkpoint of another run.
        MissingExtra: if TensorBoard logs are asked for and it is not installed.
    """
    if not len(training_columns) or not len(validation_columns):
        raise InvalidInput("training needs at least one column to learn from and one to validate on")
    steps = -(-len(training_columns) // config.batch_size)
    optimizer, callbacks = _optimizer(model, config, steps)
    model.compile(optimizer, KnownLabelCrossentropy(config.label_smoothing))
    model.optimizer.build(model.trainable_variables)
    path = None if checkpoint is None else Path(checkpoint)
    run = _Run(model, config, vocabulary, len(training_columns), path)
    run.resume()
    if tensorboard is not None:
        if find_spec("tensorboard") is None:
            raise MissingExtra("tensorboard", "tensorboard", "write TensorBoard logs")
        callbacks.append(keras.callbacks.TensorBoard(str(tensorboard), write_graph=False))
    while not run.finished:
        epoch = len(run.history.epochs)
        started = time.perf_counter()
        batches = ColumnBatches(training_columns, model.config, vocabulary, config, epoch)
        fitted = model.fit(
            batches, initial_epoch=epoch, epochs=epoch + 1, verbose=0, shuffle=False, callbacks=callbacks
        )
        row = {
            "epoch": epoch,
            "loss": fitted.history["loss"][0],
            **validate(model, validation_columns, vocabulary, config, calibrated),
            "learning_rate": float(keras.ops.convert_to_numpy(model.optimizer.learning_rate)),
            "seconds": time.perf_counter() - started,
        }
        run.record(row)
        if progress is not None:
            progress(row)
    run.restore_best()
    return run.history


def _optimizer(
    model: keras.Model, config: TrainingConfig, steps: int
) -> tuple[keras.optimizers.Optimizer, list[keras.callbacks.Callback]]:
    clip_norm = config.clip_norm or None
    if config.strategy == "gradual-unfreezing":
        return fine_tuning(
            model, config.epochs, steps, config.learning_rate, config.schedule, gradual=True, clip_norm=clip_norm
        )
    rate = rate_schedule(config.schedule, config.learning_rate, config.epochs * steps)
    return keras.optimizers.Adam(rate, global_clipnorm=clip_norm), []


def predict_probabilities(
    model: keras.Model, data: LabelledColumns, vocabulary: CharacterVocabulary, config: TrainingConfig, headers: bool
) -> np.ndarray:
    """Return float32 (n, n_labels): the probabilities of the network for columns in order.

    Args:
        model: a `SimonClassifierModel`.
        data: the columns.
        vocabulary: the characters of the network.
        config: its batch size is used.
        headers: whether the network sees the names.
    """
    batches = ColumnBatches(data, model.config, vocabulary, config, shuffle=False, with_headers=headers)
    rows = []
    for index in range(len(batches)):
        predicted = keras.ops.convert_to_numpy(model.predict_on_batch(batches[index][0]))
        rows.append(predicted[: min(config.batch_size, len(data) - index * config.batch_size)])
    return np.concatenate(rows).astype(np.float32)


def validate(
    model: keras.Model,
    data: LabelledColumns,
    vocabulary: CharacterVocabulary,
    config: TrainingConfig,
    calibrated: bool = False,
) -> dict[str, float]:
    """Return `validation_loss` (binary cross-entropy) and `validation_macro_f1` (at 0.5, over labels with columns).

    With `calibrated` also `calibrated_loss`, over all that is known of the columns.
    """
    shown = (True, False) if model.config.reads_headers else (False,)
    losses: list[float] = []
    scores: list[float] = []
    at_best: list[float] = []
    for headers in shown:
        probabilities = predict_probabilities(model, data, vocabulary, config, headers)
        known = data.targets >= 0
        clipped = np.clip(probabilities.astype(float), 1e-7, 1 - 1e-7)
        errors = data.targets * np.log(clipped) + (1 - data.targets) * np.log1p(-clipped)
        losses.append(-float(np.mean(np.where(known, errors, 0.0))))
        scores.append(_macro_f1(data.targets > 0.5, known & (probabilities >= 0.5)))
        if calibrated:
            at_best.append(calibrated_loss(probabilities[known][:, None], data.targets[known][:, None], softmax=False))
    means = {"validation_loss": losses, "validation_macro_f1": scores, "calibrated_loss": at_best}
    return {name: float(np.mean(values)) for name, values in means.items() if values}


def _macro_f1(true: np.ndarray, predicted: np.ndarray) -> float:
    hits = (true & predicted).sum(axis=0)
    total = true.sum(axis=0) + predicted.sum(axis=0)
    present = true.any(axis=0)
    return float(np.mean(2 * hits[present] / total[present])) if present.any() else 0.0


class _Run:
    """The state of one training run, in memory and in its checkpoint file."""

    def __init__(
        self,
        model: keras.Model,
        config: TrainingConfig,
        vocabulary: CharacterVocabulary,
        n_columns: int,
        path: Path | None,
    ) -> None:
        self.model, self.config, self.path = model, config, path
        self.history = TrainingHistory()
        # while groups are frozen, no better epoch says little about the others
        gradual = config.strategy == "gradual-unfreezing"
        self.n_partly = partly_frozen_epochs(parameter_groups(model), config.epochs) if gradual else 0
        self.best = self._weights()
        self.recipe = {
            "training": config.to_dict(),
            "network": model.config.to_dict(),
            "columns": n_columns,
            "characters": zlib.crc32(json.dumps(vocabulary.to_dict()).encode()),
        }

    @property
    def finished(self) -> bool:
        patience = self.config.patience
        is_patient = patience == 0 or self.history.waited(self.n_partly) < patience
        return len(self.history.epochs) >= self.config.epochs or not is_patient

    def record(self, row: dict[str, float]) -> None:
        if self.history.add(row):
            self.best = self._weights()
        if self.path is not None:
            self._save(self.path)

    def restore_best(self) -> None:
        for variable, value in zip(self.model.weights, self.best, strict=True):
            variable.assign(value)

    def resume(self) -> None:
        if self.path is None or not self.path.exists():
            return
        try:
            with np.load(self.path, allow_pickle=False) as file:
                note = json.loads(str(file["note"]))
                stored = {name: file[name] for name in file.files if name != "note"}
        except (OSError, ValueError, KeyError, EOFError) as error:
            raise InvalidInput(f"{self.path} is not a checkpoint: {error}; delete it to start again") from error
        variables = self._variables()
        if note["recipe"] != self.recipe or any(f"v{i}" not in stored for i in range(len(variables))):
            raise InvalidInput(f"{self.path} is the checkpoint of another run; delete it or name another file")
        for position, variable in enumerate(variables):
            variable.assign(stored[f"v{position}"])
        self.best = [stored[f"b{position}"] for position in range(len(self.model.weights))]
        self.history = TrainingHistory(note["epochs"], note["best_epoch"])

    def _save(self, path: Path) -> None:
        import io

        note = {"recipe": self.recipe, "epochs": self.history.epochs, "best_epoch": self.history.best_epoch}
        arrays = {f"v{i}": keras.ops.convert_to_numpy(variable) for i, variable in enumerate(self._variables())}
        arrays |= {f"b{i}": value for i, value in enumerate(self.best)}
        buffer = io.BytesIO()
        np.savez(buffer, note=np.array(json.dumps(note)), **arrays)
        write_bytes_atomically(path, buffer.getvalue())

    def _variables(self) -> list[Any]:
        return [*self.model.variables, *self.model.optimizer.variables]

    def _weights(self) -> list[np.ndarray]:
        return [np.array(keras.ops.convert_to_numpy(weight)) for weight in self.model.weights]
