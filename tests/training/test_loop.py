from __future__ import annotations

from contextlib import contextmanager

import keras
import numpy as np
import pytest

from simon_elmo.training import loop
from simon_elmo.training.config import TrainingConfig
from simon_elmo.training.loop import TrainingTask, train_epochs

INPUTS, TARGETS = np.eye(4, dtype="float32"), np.array([[0], [1], [0], [1]], "float32")
QUICK = TrainingConfig(epochs=4, batch_size=2, learning_rate=0.1, patience=0)


def task_with(losses: list[float], **options) -> TrainingTask:
    """A task whose validation gives these losses one after another."""
    keras.utils.set_random_seed(0)
    inputs = keras.Input((4,))
    network = keras.Model(inputs, keras.layers.Dense(1, "sigmoid")(inputs))
    batches = [(INPUTS[:2], TARGETS[:2]), (INPUTS[2:], TARGETS[2:])]
    measured = iter(losses)
    return TrainingTask(
        network, "binary_crossentropy", 2, lambda epoch: batches, lambda: {"validation_loss": next(measured)}, **options
    )


def kernel_of(task: TrainingTask) -> np.ndarray:
    return keras.ops.convert_to_numpy(task.network.weights[0])


@pytest.mark.parametrize(
    ("losses", "start_counts", "best", "epochs"),
    [
        ([3.0, 1.0, 2.0, 2.0], False, 1, 4),
        ([0.5, 3.0, 1.0, 2.0, 2.0], True, -1, 2),
        ([float("nan"), 2.0, 1.0, 3.0], False, 2, 4),
    ],
)
def test_the_weights_of_the_best_epoch_are_kept(losses, start_counts, best, epochs):
    kernels = []
    task = task_with(losses, start_counts=start_counts)
    before = kernel_of(task).copy()
    config = QUICK if not start_counts else TrainingConfig(epochs=4, batch_size=2, learning_rate=0.1, patience=2)
    history = train_epochs(task, config, on_epoch=lambda row: kernels.append(kernel_of(task).copy()))
    assert (history.best_epoch, len(history.epochs)) == (best, epochs)
    np.testing.assert_array_equal(kernel_of(task), before if best < 0 else kernels[best])
    assert not np.array_equal(kernels[0], before)


def test_a_bar_counts_the_batches_of_all_epochs_also_after_an_interruption(monkeypatch, tmp_path):
    class Interrupted(Exception):
        pass

    def interrupt(row) -> None:
        if row["epoch"] == 1:
            raise Interrupted

    shown: list[tuple[str, int, list[int]]] = []

    @contextmanager
    def bar(what, total, wanted):
        shown.append((what, total, []))
        yield shown[-1][2].append if wanted else lambda count: None

    monkeypatch.setattr(loop, "progress_bar", bar)
    path = tmp_path / "training.npz"
    with pytest.raises(Interrupted):
        train_epochs(task_with([4, 3]), QUICK, checkpoint=path, progress=True, on_epoch=interrupt)
    history = train_epochs(task_with([2, 1]), QUICK, checkpoint=path, progress=True)
    assert [row["validation_loss"] for row in history.epochs] == [4, 3, 2, 1]
    assert [(what, total, sum(counts)) for what, total, counts in shown] == [("batches", 8, 4), ("batches", 8, 8)]
    train_epochs(task_with([4, 3, 2, 1]), QUICK)
    assert shown[-1][2] == []
