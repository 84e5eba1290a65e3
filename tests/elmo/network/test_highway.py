from __future__ import annotations

import json

import numpy as np
import pytest

from simon_elmo.elmo.network.highway import Highway


def test_an_untrained_layer_carries_its_input_through():
    layer = Highway("zeros")
    x = np.random.default_rng(0).standard_normal((3, 5)).astype("float32")
    gate = 1 / (1 + np.exp(2.0))
    assert np.allclose(np.asarray(layer(x)), (1 - gate) * x, atol=1e-6)


def test_it_agrees_with_the_reference(shared_data):
    case = json.loads((shared_data / "elmo/expected/allennlp_inline.json").read_text())["highway_allennlp_form"]
    x = np.array(case["input"], "float32")
    for kernel, bias in ((1.0, 0.0), (2.0, -2.0)):
        layer = Highway()
        layer.build((None, 2))
        # there, g weighs the input that is carried: the gate here is its complement
        layer.carry_kernel.assign(np.full((2, 2), -kernel))
        layer.carry_bias.assign(np.full(2, -bias))
        layer.transform_kernel.assign(np.full((2, 2), kernel))
        layer.transform_bias.assign(np.full(2, bias))
        x = np.asarray(layer(x))
    assert x == pytest.approx(np.array(case["output"]), abs=1e-4)


def test_both_kernels_start_from_different_values():
    layer = Highway()
    layer.build((None, 4))
    assert not np.allclose(np.asarray(layer.carry_kernel), np.asarray(layer.transform_kernel))
    assert Highway.from_config(layer.get_config()).get_config() == layer.get_config()
