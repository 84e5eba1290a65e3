from __future__ import annotations

import keras
import numpy as np
import pytest

from simon_elmo.elmo.network.bidirectional_stack import BidirectionalStack
from simon_elmo.elmo.network.projected_lstm import ProjectedLSTM


def run(layer, inputs, **arguments):
    outputs, state = layer(inputs, **arguments)
    return keras.ops.convert_to_numpy(outputs), keras.ops.convert_to_numpy(state)


@pytest.fixture
def inputs():
    return np.random.default_rng(0).standard_normal((3, 6, 4)).astype("float32")


def test_steps_after_the_length_change_nothing(inputs):
    layer = ProjectedLSTM(5, 4, cell_clip=1, projection_clip=0.5)
    outputs, state = run(layer, inputs, lengths=np.array([6, 2, 0]))
    assert not outputs[1, 2:].any()
    assert not outputs[2].any()
    assert not state[2].any()
    short, short_state = run(layer, inputs[1:2, :2])
    assert np.allclose(outputs[1, :2], short[0], atol=1e-6)
    assert np.allclose(state[1], short_state[0], atol=1e-6)
    assert np.allclose(state[:, 5:][0], outputs[0, -1])


@pytest.mark.parametrize("cut", [1, 3, 5])
def test_a_run_continued_from_its_state_is_one_run(inputs, cut):
    layer = ProjectedLSTM(5, 4)
    whole, last = run(layer, inputs)
    first, state = run(layer, inputs[:, :cut])
    second, end = run(layer, inputs[:, cut:], initial_state=state)
    assert np.allclose(np.concatenate([first, second], axis=1), whole, atol=1e-6)
    assert np.allclose(end, last, atol=1e-6)


def test_without_a_projection_there_is_no_clip_of_the_output(inputs):
    clipped, free = ProjectedLSTM(4, 4, projection_clip=1e-3), ProjectedLSTM(4, 4)
    free.build((None, None, 4))
    clipped.build((None, None, 4))
    for one, other in zip(clipped.weights, free.weights, strict=True):
        one.assign(other)
    assert len(clipped.weights) == 3
    assert np.array_equal(run(clipped, inputs)[0], run(free, inputs)[0])


def test_clips_hold(inputs):
    outputs, state = run(ProjectedLSTM(5, 4, cell_clip=0.01, projection_clip=0.002), inputs * 100)
    assert np.abs(state[:, :5]).max() == pytest.approx(0.01)
    assert np.abs(outputs).max() <= np.float32(0.002)


def test_gradients_reach_every_weight(inputs):
    sequence = keras.Input((None, 4))
    layer = ProjectedLSTM(5, 4)
    model = keras.Model(sequence, layer(sequence)[0])
    model.compile("sgd", "mse", run_eagerly=True)
    before = [keras.ops.convert_to_numpy(weight).copy() for weight in model.weights]
    model.fit(inputs, np.ones((3, 6, 4)), verbose=0)
    for old, weight in zip(before, model.weights, strict=True):
        assert not np.allclose(old, keras.ops.convert_to_numpy(weight), atol=0), weight.path


def test_sequences_that_share_a_row_are_read_as_by_themselves():
    stack = BidirectionalStack(2, 5, 4, cell_clip=1, projection_clip=1, skip_connections=True)
    rng = np.random.default_rng(1)
    tokens = rng.standard_normal((2, 7, 4)).astype("float32")
    start = np.tile(rng.standard_normal((1, 2, 2, 9)).astype("float32"), (2, 1, 1, 1))
    begins = np.array([[1, 0, 1, 1, 0, 0, 0], [1, 0, 0, 0, 0, 1, 0]], "int32")
    outputs, _ = stack(tokens, lengths=np.array([6, 7]), initial_state=start, begins=begins)
    for row, first, end in [(0, 0, 2), (0, 2, 3), (0, 3, 6), (1, 0, 5), (1, 5, 7)]:
        alone, _ = stack(tokens[row : row + 1, first:end], lengths=np.array([end - first]), initial_state=start[:1])
        for together, apart in zip(outputs, alone, strict=True):
            apart = keras.ops.convert_to_numpy(apart)[0]
            np.testing.assert_allclose(keras.ops.convert_to_numpy(together)[row, first:end], apart, atol=1e-6)
    assert not keras.ops.convert_to_numpy(outputs[1])[0, 6:].any()
