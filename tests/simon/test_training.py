from __future__ import annotations

import dataclasses
import os
import subprocess
import sys

import keras
import numpy as np
import pytest

from simon_elmo.errors import InvalidInput
from simon_elmo.labels.label_set import LabelSet
from simon_elmo.simon.batches import ColumnBatches, changed_headers
from simon_elmo.simon.characters import CharacterVocabulary
from simon_elmo.simon.config import SimonConfig
from simon_elmo.simon.examples import ColumnExamples
from simon_elmo.simon.network.classifier import SimonClassifierModel
from simon_elmo.simon.training import train_network, validate
from simon_elmo.training.config import TrainingConfig
from simon_elmo.training.history import TrainingHistory
from simon_elmo.training.named_weights import weights_of
from simon_elmo.transfer.groups import parameter_groups

pytestmark = pytest.mark.slow

VOCABULARY = CharacterVocabulary.published()
LABELS = LabelSet(("digits", "letters"))
SHAPES = SimonConfig(
    n_characters=VOCABULARY.size, max_len=8, max_cells=4, filters=(8,), kernel_widths=(3,), pool_sizes=(2,),
    padding="same", cell_units=8, column_units=8, feature_units=8, reads_headers=True, header_units=4,
    lstm_dropout=0.0, recurrent_dropout=0.0,
)  # fmt: skip
QUICK = TrainingConfig(epochs=3, batch_size=8, learning_rate=0.01, min_cells=2, patience=0, seed=1)


def toy_columns(n: int = 40, seed: int = 0) -> ColumnExamples:
    rng = np.random.default_rng(seed)
    columns = []
    for row in range(n):
        pool = list("abcdefghij" if row % 2 else "0123456789")
        columns.append(["".join(rng.choice(pool, 5)) for _ in range(6)])
    return ColumnExamples(
        columns, [("letters" if row % 2 else "digits",) for row in range(n)], [f"column {row}" for row in range(n)]
    )


def trained(config: TrainingConfig, **options) -> tuple[keras.Model, TrainingHistory]:
    keras.utils.set_random_seed(config.seed)
    model = SimonClassifierModel(SHAPES, 2)
    return model, train_network(model, LABELS, toy_columns(), toy_columns(12, seed=9), VOCABULARY, config, **options)


def same_weights(one: keras.Model, other: keras.Model) -> bool:
    return all(np.array_equal(weights_of(other)[name], array) for name, array in weights_of(one).items())


def test_one_seed_gives_one_result_and_another_seed_another() -> None:
    model, history = trained(QUICK)
    again, _ = trained(QUICK)
    other, _ = trained(dataclasses.replace(QUICK, seed=2))
    assert same_weights(model, again)
    assert not same_weights(model, other)
    assert history.epochs[-1]["loss"] < history.epochs[0]["loss"]


def test_an_interrupted_training_ends_where_an_uninterrupted_one_does(tmp_path) -> None:
    class Interrupted(Exception):
        pass

    def interrupt(row) -> None:
        if row["epoch"] == 1:
            raise Interrupted

    checkpoint = tmp_path / "training.npz"
    with pytest.raises(Interrupted):
        trained(QUICK, checkpoint=checkpoint, on_epoch=interrupt)
    resumed_rows: list[int] = []
    resumed, history = trained(QUICK, checkpoint=checkpoint, on_epoch=lambda row: resumed_rows.append(row["epoch"]))
    whole, _ = trained(QUICK)
    assert resumed_rows == [2]
    assert [row["epoch"] for row in history.epochs] == [0, 1, 2]
    assert same_weights(resumed, whole)


def test_a_checkpoint_of_another_run_is_refused(tmp_path) -> None:
    checkpoint = tmp_path / "training.npz"
    trained(dataclasses.replace(QUICK, epochs=1), checkpoint=checkpoint)
    with pytest.raises(InvalidInput, match="another run"):
        trained(dataclasses.replace(QUICK, epochs=1, seed=5), checkpoint=checkpoint)
    checkpoint.write_bytes(b"not a checkpoint")
    with pytest.raises(InvalidInput, match="not a checkpoint"):
        trained(QUICK, checkpoint=checkpoint)


def test_training_stops_without_progress_and_keeps_the_best_weights() -> None:
    config = dataclasses.replace(QUICK, epochs=30, learning_rate=0.5, patience=2)
    model, history = trained(config)
    losses = [row["validation_loss"] for row in history.epochs]
    assert len(losses) < 30
    assert history.best_epoch == int(np.argmin(losses)) == len(losses) - 3
    again = validate(model, LABELS, toy_columns(12, seed=9), VOCABULARY, config)
    assert again["validation_loss"] == pytest.approx(min(losses), abs=1e-6)


def test_patience_begins_when_no_layer_is_frozen() -> None:
    """The rate is so high that the second epoch is worse than the first."""
    config = dataclasses.replace(QUICK, epochs=30, learning_rate=0.5, patience=1, strategy="gradual-unfreezing")
    model, history = trained(config)
    assert history.epochs[1]["validation_loss"] > history.epochs[0]["validation_loss"]
    assert len(history.epochs) > len(parameter_groups(model))


def batches_of(epoch: int) -> ColumnBatches:
    examples = toy_columns()
    return ColumnBatches(examples, examples.targets(LABELS), SHAPES, VOCABULARY, QUICK, epoch)


def test_batches_depend_on_seed_epoch_and_position_alone() -> None:
    first, second = batches_of(1), batches_of(1)
    second[0]
    for (one, target), (other, same) in ((first[3], second[3]), (first[0], second[0])):
        np.testing.assert_array_equal(one["index"], other["index"])
        np.testing.assert_array_equal(one["cells"], other["cells"])
        np.testing.assert_array_equal(target, same)
    assert not np.array_equal(batches_of(2).order, first.order)


def test_training_without_columns_is_an_error() -> None:
    model, none = SimonClassifierModel(SHAPES, 2), ColumnExamples([], [], [])
    with pytest.raises(InvalidInput, match="at least one column"):
        train_network(model, LABELS, none, toy_columns(), VOCABULARY, QUICK)


def test_headers_are_dropped_and_swapped_at_their_rates() -> None:
    names = [f"own {row}" for row in range(4000)]
    changed = changed_headers(names, ["other"], 0.5, 0.2, np.random.default_rng(0))
    assert changed.count("") / 4000 == pytest.approx(0.5, abs=0.03)
    assert changed.count("other") / 4000 == pytest.approx(0.1, abs=0.02)
    assert changed_headers(names, names, 0.0, 0.0, np.random.default_rng(0)) == names


@pytest.mark.parametrize("schedule", ["constant", "cosine", "slanted-triangular", "one-cycle"])
def test_every_schedule_and_strategy_learns(schedule: str) -> None:
    config = dataclasses.replace(QUICK, epochs=4, schedule=schedule, learning_rate=0.02, strategy="gradual-unfreezing")
    _, history = trained(config)
    losses = [row["loss"] for row in history.epochs]
    assert losses[-1] < losses[0]


def test_gradual_unfreezing_leaves_lower_layers_alone_at_first() -> None:
    keras.utils.set_random_seed(QUICK.seed)
    before = weights_of(SimonClassifierModel(SHAPES, 2))
    model, _ = trained(dataclasses.replace(QUICK, epochs=1, strategy="gradual-unfreezing"))
    changed = {name for name, array in weights_of(model).items() if not np.array_equal(array, before[name])}
    assert "head/kernel" in changed
    assert "convolution_0/kernel" not in changed


_TWO_DEVICES = """
import keras, numpy as np
from simon_elmo.training.devices import use_all_devices
assert use_all_devices(keras.distribution.list_devices("cpu")) == 2
from simon_elmo.labels.label_set import LabelSet
from simon_elmo.simon.config import SimonConfig
from simon_elmo.simon.network.classifier import SimonClassifierModel
from simon_elmo.simon.characters import CharacterVocabulary
from simon_elmo.simon.examples import ColumnExamples
from simon_elmo.simon.training import train_network
from simon_elmo.training.config import TrainingConfig
model = SimonClassifierModel(SimonConfig(n_characters=71, max_len=4, max_cells=3, filters=(4,), kernel_widths=(1,),
    pool_sizes=(2,), cell_units=4, column_units=4, feature_units=4), 2)
examples = ColumnExamples([["12", "7"], ["ab", "c"]] * 5, [("digits",), ("letters",)] * 5, [""] * 10)
history = train_network(model, LabelSet(("digits", "letters")), examples, examples.take(range(5)),
    CharacterVocabulary.published(), TrainingConfig(epochs=1, batch_size=7))
assert len(history.epochs) == 1 and np.isfinite(history.epochs[0]["loss"])
"""


def test_batches_are_shared_by_several_devices() -> None:
    pytest.importorskip("jax", reason="several devices need the JAX backend")
    environment = {**os.environ, "KERAS_BACKEND": "jax", "XLA_FLAGS": "--xla_force_host_platform_device_count=2"}
    result = subprocess.run([sys.executable, "-c", _TWO_DEVICES], env=environment, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr[-2000:]


def test_tensorboard_logs_on_request(tmp_path) -> None:
    trained(dataclasses.replace(QUICK, epochs=1), tensorboard=tmp_path / "logs")
    assert [path for path in (tmp_path / "logs").rglob("*tfevents*") if path.stat().st_size]
