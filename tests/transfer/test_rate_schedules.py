from __future__ import annotations

import keras
import numpy as np
import pytest

from simon_elmo.errors import InvalidInput
from simon_elmo.transfer.schedules import (
    CosineWithWarmup,
    OneCycle,
    SlantedTriangular,
    rate_schedule,
    slanted_triangular,
    staged,
)


@pytest.mark.parametrize("schedule", [SlantedTriangular, OneCycle, CosineWithWarmup])
def test_gives_the_plain_numbers_and_survives_its_configuration(schedule):
    from simon_elmo.transfer.schedules import SCHEDULES

    made = schedule(0.01, total_steps=40, frozen_epochs=2, steps_per_epoch=5)
    again = keras.optimizers.schedules.deserialize(keras.optimizers.schedules.serialize(made))
    assert type(again) is schedule
    expected = staged(SCHEDULES[schedule.kind], 40, 0.01, 2, 5)
    for step in (0, 4, 5, 9, 10, 25, 39):
        assert float(made(step)) == pytest.approx(expected[step], rel=1e-6)
        assert float(again(step)) == float(made(step))
    assert float(made(1000)) == pytest.approx(expected[-1], rel=1e-6)


def test_an_optimizer_follows_the_schedule():
    variable = keras.Variable(np.zeros(1, "float32"))
    optimizer = keras.optimizers.SGD(SlantedTriangular(1.0, total_steps=10))
    taken = []
    for _ in range(10):
        before = float(keras.ops.convert_to_numpy(variable)[0])
        optimizer.apply([keras.ops.ones(1)], [variable])
        taken.append(before - float(keras.ops.convert_to_numpy(variable)[0]))
    np.testing.assert_allclose(taken, slanted_triangular(np.arange(10), 10, 1.0), atol=1e-6)


def test_schedules_by_name():
    assert rate_schedule("constant", 0.1, 10) == 0.1
    assert isinstance(rate_schedule("one-cycle", 0.1, 10), OneCycle)
    with pytest.raises(InvalidInput, match="slanted-triangular"):
        rate_schedule("triangular", 0.1, 10)
