"""Training of SIMOn networks: batches made on the fly, early stopping on the best weights, exact resumption."""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import keras
import numpy as np

from simon_elmo.calibration import calibrated_loss
from simon_elmo.config import SimonConfig, TrainingConfig
from simon_elmo.errors import InvalidInput, MissingExtra
from simon_elmo.persistence import write_bytes_atomically
from simon_elmo.tables.cells import sample_cells
from simon_elmo.tables.network_inputs import network_inputs
from simon_elmo.text.characters import CharacterVocabulary
from simon_elmo.training_data import LabelledColumns, changed_headers, drawing_probabilities
from simon_elmo.transfer.fine_tuning import fine_tuning
from simon_elmo.transfer.parameter_groups import parameter_groups
from simon_elmo.transfer.rate_schedules import rate_schedule
from simon_elmo.transfer.unfreezing import partly_frozen_epochs

_BUCKET = 256  # distinct cells of a batch are padded to a multiple of this, so that few shapes are compiled


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


class ColumnBatches(keras.utils.PyDataset):
    """Batches of encoded columns; batch i of an epoch depends only on the seed, the epoch and i.

    Args:
        data: the labelled columns.
        config: shapes of the network.
        vocabulary: its characters.
        training: batch size, balance, header dropout and seed.
        epoch: which epoch; other epochs draw other columns, cells and headers.
        shuffle: draw columns for training; otherwise columns come in order, whole and with their own headers.
        with_headers: whether names are shown at all (used for validation without names).
    """

    def __init__(
        self,
        data: LabelledColumns,
        config: SimonConfig,
        vocabulary: CharacterVocabulary,
        training: TrainingConfig,
        epoch: int = 0,
        shuffle: bool = True,
        with_headers: bool = True,
    ) -> None:
        super().__init__()
        self.data, self.config, self.vocabulary, self.training = data, config, vocabulary, training
        self.epoch, self.shuffle, self.with_headers = epoch, shuffle, with_headers
        self.order = self._order()

    def _order(self) -> np.ndarray:
        n = len(self.data)
        if not self.shuffle:
            return np.arange(n)
        rng = np.random.default_rng([self.training.seed, self.epoch])
        if self.training.class_balance == 0:
            return rng.permutation(n)
        return rng.choice(n, size=n, p=drawing_probabilities(self.data.targets, self.training.class_balance))

    def __len__(self) -> int:
        return -(-len(self.order) // self.training.batch_size)

    def __getitem__(self, position: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
        size = self.training.batch_size
        rows = self.order[position * size : (position + 1) * size]
        batch = self.data.take(np.resize(rows, len(rows) + -len(rows) % _sharing_devices()))
        n_cells, columns, headers, seed = self.config.max_cells, batch.columns, list(batch.headers), 0
        if self.training.max_cells:
            n_cells = min(self.training.max_cells, n_cells)
        if self.shuffle:
            rng = np.random.default_rng([self.training.seed, self.epoch, position])
            seed = int(rng.integers(2**31))
            if self.training.min_cells:
                columns = self._shortened(columns, n_cells, rng)
            if self.config.reads_headers:
                headers = changed_headers(
                    headers, self.data.headers, self.training.header_dropout, self.training.header_swap, rng
                )
        shown = headers if self.with_headers else None
        inputs = network_inputs(columns, shown, self.config, self.vocabulary, n_cells, seed)
        inputs["cells"] = _padded(inputs["cells"])
        return inputs, batch.targets

    def _shortened(self, columns: Sequence[Any], n_cells: int, rng: np.random.Generator) -> list[list[str]]:
        """Cut each column to a random number of cells; like other short columns it is filled by repetition."""
        least = min(self.training.min_cells, n_cells)
        return [
            sample_cells(column, int(rng.integers(least, n_cells + 1)), "random", int(rng.integers(2**31)), fill=False)
            for column in columns
        ]


def _sharing_devices() -> int:
    """Return how many devices share each batch, which has to be divisible by it: a short batch repeats columns."""
    distribution = keras.distribution.distribution()
    return 1 if distribution is None else int(np.prod(distribution.device_mesh.shape))


def _padded(cells: np.ndarray) -> np.ndarray:
    missing = -len(cells) % _BUCKET
    return np.pad(cells, ((0, missing), (0, 0)))


@dataclass
class TrainingHistory:
    """What happened in each epoch.

    Attributes:
        epochs: one row an epoch: `epoch`, `loss`, `validation_loss`, `validation_macro_f1`, `learning_rate`, `seconds`;
            of texts also `calibrated_loss`, the validation loss at its best temperature, which decides which is best.
        best_epoch: the epoch whose weights were kept, counted from 0; -1 before the first.
    """

    epochs: list[dict[str, float]] = field(default_factory=list)
    best_epoch: int = -1

    @property
    def best_loss(self) -> float:
        """The loss of the best epoch so far that epochs are compared by, infinity before the first one."""
        return _compared(self.epochs[self.best_epoch]) if self.best_epoch >= 0 else float("inf")

    def waited(self, start: int = 0) -> int:
        """Return how many epochs have passed since the best one, those before the epoch `start` not counted."""
        return len(self.epochs) - 1 - max(self.best_epoch, start - 1)

    def to_csv(self) -> str:
        """Return the rows as CSV with a header."""
        if not self.epochs:
            return ""
        lines = [",".join(self.epochs[0]), *(",".join(f"{value:.6g}" for value in row.values()) for row in self.epochs)]
        return "\n".join(lines) + "\n"


def _compared(row: Mapping[str, float]) -> float:
    return row.get("calibrated_loss", row["validation_loss"])


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
        best = self.history.best_loss
        self.history.epochs.append(row)
        if _compared(row) < best or self.history.best_epoch < 0:
            self.history.best_epoch = len(self.history.epochs) - 1
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


def use_all_devices(devices: Sequence[str] | None = None) -> int:
    """Spread batches over all GPUs through Keras' distribution API; return how many devices share the work.

    Weights are copied to every device and each takes a part of the batch (`keras.distribution.DataParallel`, which
    Keras 3.15 has on the JAX backend). With one GPU or none, or on another backend, nothing changes. Call it before a
    network is built.

    Args:
        devices: device names such as `"gpu:0"`; all GPUs by default.
    """
    if keras.backend.backend() != "jax":
        return 1
    names = list(keras.distribution.list_devices("gpu")) if devices is None else list(devices)
    if len(names) > 1:
        keras.distribution.set_distribution(keras.distribution.DataParallel(devices=names))
    return max(len(names), 1)
