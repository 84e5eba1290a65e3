"""Training of a tagger over cached vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from simon_elmo.text.training import batches_of
from simon_elmo.text.vectors import DocumentVectors
from simon_elmo.training.config import TrainingConfig
from simon_elmo.training.history import TrainingHistory

if TYPE_CHECKING:
    from simon_elmo.text.network.tagger import TaggerNetwork
    from simon_elmo.training.loop import OnEpoch

_MEASURED = 500  # sentences from which the scale of the vectors is taken
_BATCH = 64


def train_tagger(
    network: TaggerNetwork,
    vectors: DocumentVectors,
    tags: Sequence[np.ndarray],
    parts: tuple[np.ndarray, np.ndarray],
    config: TrainingConfig,
    *,
    progress: bool = False,
    on_epoch: OnEpoch | None = None,
) -> TrainingHistory:
    """Train a network in place and leave the weights of its best epoch in it; see `training.loop`.

    Args:
        network: the tagger.
        vectors: of the words of all sentences.
        tags: numbers of tags, one integer array per sentence.
        parts: positions of the sentences to train and to validate on.
        config: epochs, rates, strategy, patience and seed.
        progress: whether a bar is shown on stderr.
        on_epoch: called with the row of each epoch.
    """
    from keras import ops

    from simon_elmo.training.batches import ReadBatches
    from simon_elmo.training.loop import TrainingTask, train_epochs

    learn, check = parts
    measured = vectors.inputs(learn[:_MEASURED], of_words=True)
    present = np.arange(measured["vectors"].shape[1]) < measured["lengths"][:, None]
    network.standardize.measure(measured["vectors"][present])

    def read(rows: np.ndarray) -> tuple[dict[str, Any], np.ndarray]:
        return _inputs(vectors, tags, rows), np.zeros(len(rows), np.float32)

    def validate() -> dict[str, float]:
        batches = [check[start : start + _BATCH] for start in range(0, len(check), _BATCH)]
        losses = [network.predict_any_size(_inputs(vectors, tags, rows)) for rows in batches]
        return {"validation_loss": float(np.concatenate(losses).mean())}

    task = TrainingTask(
        network,
        lambda _, loss: ops.mean(loss),  # the network puts out the loss of each sentence
        n_batches=-(-len(learn) // config.batch_size),
        batches=lambda epoch: ReadBatches(
            read, batches_of(learn, vectors.lengths, config.batch_size, config.seed, epoch)
        ),
        validate=validate,
    )
    return train_epochs(task, config, progress=progress, on_epoch=on_epoch)


def _inputs(vectors: DocumentVectors, tags: Sequence[np.ndarray], rows: np.ndarray) -> dict[str, Any]:
    inputs: dict[str, Any] = vectors.inputs(rows, of_words=True)
    numbers = np.zeros(inputs["vectors"].shape[:2], np.int32)
    for position, row in enumerate(rows.tolist()):
        numbers[position, : len(tags[row])] = tags[row]
    return {**inputs, "tags": numbers}
