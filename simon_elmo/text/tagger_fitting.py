"""Training of a tagger over cached vectors."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from simon_elmo.text.vectors import DocumentVectors
from simon_elmo.training.config import TrainingConfig
from simon_elmo.training.history import TrainingHistory

if TYPE_CHECKING:
    from simon_elmo.text.network.tagger import TaggerNetwork

_MEASURED = 500  # sentences from which the scale of the vectors is taken


def train_tagger(
    network: TaggerNetwork,
    vectors: DocumentVectors,
    tags: Sequence[np.ndarray],
    parts: tuple[np.ndarray, np.ndarray],
    config: TrainingConfig,
    progress: Callable[[Mapping[str, float]], None] | None = None,
) -> TrainingHistory:
    """Train a network in place and leave the weights of its best epoch in it.

    Args:
        network: the tagger.
        vectors: of the words of all sentences.
        tags: numbers of tags, one integer array a sentence.
        parts: positions of the sentences to train and to validate on.
        config: epochs, rates, patience and seed.
        progress: called with the row of each epoch.
    """
    import keras

    from simon_elmo.text.training import batches_of
    from simon_elmo.training.named_weights import assign_weights, weights_of
    from simon_elmo.training.varied_batches import predict_varied_batch, varied_batches
    from simon_elmo.transfer.schedules import rate_schedule

    learn, check = parts
    measured = vectors.inputs(learn[:_MEASURED], of_words=True)
    present = np.arange(measured["vectors"].shape[1]) < measured["lengths"][:, None]
    network.standardize.measure(measured["vectors"][present])
    steps = -(-len(learn) // config.batch_size)
    rate = rate_schedule(config.schedule, config.learning_rate, config.epochs * steps)
    # the network puts out the loss of each sentence
    network.compile(
        keras.optimizers.Adam(rate, global_clipnorm=config.clip_norm or None), loss=lambda _, loss: keras.ops.mean(loss)
    )
    network.optimizer.build(network.trainable_variables)  # otherwise TensorFlow traces the step twice
    history, best, best_loss = TrainingHistory(), weights_of(network), float("inf")

    def read(rows: np.ndarray) -> tuple[dict[str, Any], np.ndarray]:
        return _inputs(vectors, tags, rows), np.zeros(len(rows), np.float32)

    for epoch in range(config.epochs):
        started = time.perf_counter()
        batches = batches_of(learn, vectors.lengths, config.batch_size, config.seed, epoch)
        fitted = network.fit(varied_batches(network, read, batches), verbose=0, shuffle=False)
        losses = [
            predict_varied_batch(network, read(check[start : start + 64])[0]) for start in range(0, len(check), 64)
        ]
        row = {
            "epoch": float(epoch),
            "loss": fitted.history["loss"][0],
            "validation_loss": float(np.concatenate(losses).mean()),
            "learning_rate": float(keras.ops.convert_to_numpy(network.optimizer.learning_rate)),
            "seconds": time.perf_counter() - started,
        }
        history.epochs.append(row)
        if row["validation_loss"] < best_loss:
            history.best_epoch, best_loss, best = epoch, row["validation_loss"], weights_of(network)
        if progress is not None:
            progress(row)
        if config.patience and epoch - history.best_epoch >= config.patience:
            break
    assign_weights(network, best)
    return history


def _inputs(vectors: DocumentVectors, tags: Sequence[np.ndarray], rows: np.ndarray) -> dict[str, Any]:
    inputs: dict[str, Any] = vectors.inputs(rows, of_words=True)
    numbers = np.zeros(inputs["vectors"].shape[:2], np.int32)
    for position, row in enumerate(rows.tolist()):
        numbers[position, : len(tags[row])] = tags[row]
    return {**inputs, "tags": numbers}
