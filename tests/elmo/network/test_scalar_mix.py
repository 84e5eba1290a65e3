from __future__ import annotations

import json

import keras
import numpy as np
import pytest

from simon_elmo.elmo.network.scalar_mix import ScalarMix


@pytest.mark.parametrize("layer_norm", [0, 1])
@pytest.mark.parametrize("top_only", [0, 1])
def test_it_agrees_with_the_reference(shared_data, layer_norm, top_only):
    file = np.load(shared_data / "elmo/computed/weight_layers.npz")
    prefix = f"ln{layer_norm}_top{top_only}_"
    mix = ScalarMix(
        3,
        layer_norm=bool(layer_norm),
        top_only=bool(top_only),
        l2=0.7,
        initial_weights=[0.1, 0.3, 0.5],
        initial_gamma=1.1,
    )
    mask = file[prefix + "mask"]
    layers = [file[prefix + "lm"][:, number] for number in range(3)]
    found = keras.ops.convert_to_numpy(mix(layers, lengths=mask.sum(axis=1)))
    assert np.abs(found - file[prefix + "weighted"])[mask].max() <= 2e-6
    assert not found[~mask].any()
    if not top_only:
        assert float(sum(mix.losses)) == pytest.approx(float(file[prefix + "reg"]), abs=1e-6)
    assert len(mix.trainable_weights) == (1 if top_only else 2)


def test_it_agrees_with_allennlp(shared_data):
    case = json.loads((shared_data / "elmo/expected/allennlp_inline.json").read_text())["scalar_mix"]
    rng = np.random.default_rng(0)
    layers = [rng.standard_normal((2, 3, 4)).astype("float32") for _ in range(3)]
    mix = ScalarMix(3, initial_weights=case["weights"], initial_gamma=case["gamma"])
    shares = np.exp(case["weights"]) / np.exp(case["weights"]).sum()
    expected = case["gamma"] * sum(share * layer for share, layer in zip(shares, layers, strict=True))
    assert np.allclose(keras.ops.convert_to_numpy(mix(layers, lengths=np.array([3, 3]))), expected, atol=1e-6)


def test_normalisation_leaves_padding_out():
    rng = np.random.default_rng(1)
    layer = rng.standard_normal((2, 4, 8)).astype("float32") * 5 + 3
    mix = ScalarMix(1, layer_norm=True)
    lengths = np.array([4, 2])
    found = keras.ops.convert_to_numpy(mix([layer], lengths=lengths))
    real = np.concatenate([found[0], found[1, :2]])
    assert abs(real.mean()) < 1e-5
    assert real.std() == pytest.approx(1, abs=1e-5)
    layer[1, 2:] = 1e6
    assert np.allclose(keras.ops.convert_to_numpy(mix([layer], lengths=lengths))[0], found[0], atol=1e-3)


def test_fixed_weights_are_not_trained_and_a_wrong_number_is_an_error():
    mix = ScalarMix(2, initial_weights=[1.0, 2.0], trainable=False)
    mix.build()
    assert len(mix.weights) == 2
    assert not mix.trainable_weights
    assert ScalarMix.from_config(mix.get_config()).get_config() == mix.get_config()
    with pytest.raises(ValueError, match="3 values for 2 layers"):
        ScalarMix(2, initial_weights=[1.0, 2.0, 3.0])
