"""Training of text networks, over batches from anywhere.

The validation loss at its best temperature decides which epoch is best: networks go on to tell texts apart better for
epochs in which their loss rises because they are too sure of themselves, and that temperature is fitted to the same
texts afterwards.

Source: Guo et al. 2017, "On Calibration of Modern Neural Networks", section 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from simon_elmo.errors import InvalidInput
from simon_elmo.evaluation.calibration import calibrated_loss, log_loss
from simon_elmo.evaluation.scores import macro_f1
from simon_elmo.training.config import TrainingConfig
from simon_elmo.training.history import TrainingHistory

if TYPE_CHECKING:
    from simon_elmo.training.any_size import AnySizeModel
    from simon_elmo.training.loop import OnEpoch


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
    network: AnySizeModel,
    inputs: TextInputs,
    targets: np.ndarray,
    parts: tuple[np.ndarray, np.ndarray],
    config: TrainingConfig,
    weights: np.ndarray | None = None,
    *,
    progress: bool = False,
    on_epoch: OnEpoch | None = None,
) -> TrainingHistory:
    """Train a network in place and leave the weights of its best epoch in it; see `training.loop`.

    What the network knows already counts: where no epoch is better, its weights are those from before.

    Args:
        network: its outputs are probabilities: one sigmoid or more, or a softmax.
        inputs: makes what it reads.
        targets: float32 (n_texts, n_outputs), 0 or 1.
        parts: positions of the texts to train and to validate on.
        config: epochs, rates, schedule, strategy, patience and seed.
        weights: how much each training text counts.
        progress: whether a bar is shown on stderr.
        on_epoch: called with the row of each epoch.

    Raises:
        InvalidInput: for no text to train or to validate on.
    """
    import keras

    from simon_elmo.training.batches import ReadBatches
    from simon_elmo.training.loop import TrainingTask, train_epochs

    train, check = parts
    if not len(train) or not len(check):
        raise InvalidInput("training needs at least one text to learn from and one to validate on")
    softmax = targets.shape[1] > 1 and bool(np.all(targets.sum(axis=1) == 1)) and _is_softmax(network)
    loss = keras.losses.CategoricalCrossentropy if softmax else keras.losses.BinaryCrossentropy
    answers = (targets,) if weights is None else (targets, weights)

    def read(rows: np.ndarray) -> tuple[Any, ...]:
        return inputs(rows), *(values[rows] for values in answers)

    task = TrainingTask(
        network,
        loss(label_smoothing=config.label_smoothing),
        n_batches=-(-len(train) // config.batch_size),
        batches=lambda epoch: ReadBatches(
            read, batches_of(train, inputs.lengths, config.batch_size, config.seed, epoch)
        ),
        validate=lambda: _validated(predict_rows(network, inputs, check), targets[check], softmax),
        start_counts=True,
    )
    return train_epochs(task, config, progress=progress, on_epoch=on_epoch)


def predict_rows(network: AnySizeModel, inputs: TextInputs, rows: np.ndarray, batch_size: int = 64) -> np.ndarray:
    """Return the outputs of a network for texts in the order of `rows`, float32 (n, n_outputs)."""
    order = np.argsort(inputs.lengths[rows], kind="stable")
    found = np.zeros((len(rows), network.output_shape[-1]), np.float32)
    for start in range(0, len(rows), batch_size):
        part = order[start : start + batch_size]
        found[part] = network.predict_any_size(inputs(rows[part]))
    return found


def _is_softmax(network: AnySizeModel) -> bool:
    return getattr(network, "activation", "sigmoid") == "softmax"


def _validated(probabilities: np.ndarray, targets: np.ndarray, softmax: bool) -> dict[str, float]:
    """Return the losses and macro-F1 of predictions, without label smoothing or weights."""
    if softmax:
        true, predicted = targets > 0.5, np.eye(targets.shape[1], dtype=bool)[probabilities.argmax(axis=1)]
    else:
        true, predicted = targets > 0.5, probabilities >= 0.5
        if targets.shape[1] == 1:  # both labels count
            true, predicted = (np.concatenate([~each, each], axis=1) for each in (true, predicted))
    return {
        "validation_loss": log_loss(probabilities, targets, softmax),
        "validation_macro_f1": macro_f1(true, predicted),
        "calibrated_loss": calibrated_loss(probabilities, targets, softmax),
    }
