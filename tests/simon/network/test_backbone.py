from __future__ import annotations

import dataclasses
import os
import subprocess
import sys

import keras
import numpy as np
import pytest

from simon_elmo.errors import WeightMismatch
from simon_elmo.simon.config import SimonConfig
from simon_elmo.simon.network.backbone import SimonBackbone, cell_encoder, header_encoder
from simon_elmo.simon.network.classifier import SimonClassifierModel
from simon_elmo.simon.onnx_graph import backbone_graph
from simon_elmo.simon.onnx_runtime import OnnxBackbone
from simon_elmo.training.named_weights import assign_weights, weights_of

SMALL = SimonConfig(
    n_characters=30, max_len=12, max_cells=5, filters=(6, 8), kernel_widths=(1, 3), pool_sizes=(2, 2), cell_units=7,
    column_units=5, feature_units=9, header_units=4,
)  # fmt: skip
VARIANTS = {
    "published shapes, small": SMALL,
    "same padding": dataclasses.replace(SMALL, padding="same", kernel_widths=(3, 2), pool_sizes=(1, 3)),
    "headers and pooling": dataclasses.replace(SMALL, reads_headers=True, column_pooling=("mean", "last", "max")),
    "names of their own": dataclasses.replace(
        SMALL, reads_headers=True, column_pooling=("mean", "max"), header_filters=3
    ),
    "n-grams": dataclasses.replace(SMALL, reads_headers=True, ngram_buckets=101, ngram_units=3),
    "many characters": dataclasses.replace(
        SMALL, n_characters=1000, reads_headers=True, header_filters=3, ngram_buckets=101, ngram_units=3
    ),
    "compact": SimonConfig.compact(30),
    "published": SimonConfig.published(),
}


def inputs_for(config: SimonConfig, columns: int = 3, distinct: int = 7, seed: int = 0) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    cells = config.max_cells if config.max_cells < 64 else 20
    return {
        "cells": rng.integers(0, config.n_characters + 1, (distinct, config.max_len)).astype(config.character_dtype),
        "index": rng.integers(0, distinct, (columns, cells + config.reads_headers)).astype("int32"),
    }


def randomized(model: keras.Model, seed: int = 0) -> keras.Model:
    rng = np.random.default_rng(seed)
    for weight in model.weights:
        # as trained ones: sums over many inputs must not saturate, or rounding decides
        inputs = int(np.prod(weight.shape[:-1])) or 1
        weight.assign(rng.normal(0, min(0.3, 1.5 / inputs**0.5), weight.shape))
    return model


def test_published_shapes_have_the_published_number_of_weights() -> None:
    model = SimonClassifierModel(SimonConfig.published(), n_labels=9)
    sizes: dict[str, int] = {}
    for name, array in weights_of(model).items():
        part = name.split("/")[0] if "column_lstm" not in name else "/".join(name.split("/")[:2])
        sizes[part] = sizes.get(part, 0) + array.size
    assert cell_encoder(SimonConfig.published()).count_params() == 3_202_416
    assert sizes["column_lstm/forward_lstm"] == sizes["column_lstm/backward_lstm"] == 328_192
    assert sizes["features"] == 32_896
    assert sizes["head"] == 1_161
    assert model.count_params() == 3_892_857


def test_compact_shapes_are_compact() -> None:
    assert 400_000 < SimonClassifierModel(SimonConfig.compact(116), n_labels=18).count_params() < 500_000


def test_a_word_of_a_name_counts_the_same_wherever_it_stands() -> None:
    config = dataclasses.replace(VARIANTS["names of their own"], max_len=24)
    encoder = randomized(header_encoder(config))
    word = np.arange(1, 5, dtype="uint8")
    names = np.zeros((2, config.max_len), "uint8")
    names[0, 6:10], names[1, 13:17] = word, word
    first, second = keras.ops.convert_to_numpy(encoder(names))
    np.testing.assert_allclose(first, second, atol=1e-6)


def test_gathered_cells_equal_time_distributed_cells() -> None:
    model = randomized(SimonBackbone(SMALL))
    inputs = inputs_for(SMALL)
    dense = inputs["cells"][inputs["index"]]
    encoder = model.get_layer("cell_encoder")
    slow = np.stack([keras.ops.convert_to_numpy(encoder(column)) for column in dense])
    column = keras.ops.convert_to_numpy(model.get_layer("column_lstm")(slow))
    expected = keras.ops.convert_to_numpy(model.get_layer("features")(column))
    np.testing.assert_allclose(keras.ops.convert_to_numpy(model(inputs)), expected, atol=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("name", VARIANTS)
def test_onnx_runtime_gives_the_numbers_of_keras(name: str) -> None:
    config = VARIANTS[name]
    model = randomized(SimonClassifierModel(config, 4))
    runtime = OnnxBackbone(backbone_graph(config, weights_of(model)))
    for seed, columns in ((0, 1), (1, 6)):
        inputs = inputs_for(config, columns=columns, seed=seed)
        expected = keras.ops.convert_to_numpy(model.backbone(inputs))
        np.testing.assert_allclose(runtime.features(inputs), expected, atol=1e-5 * max(1.0, np.abs(expected).max()))


def test_weights_are_copied_whole_or_not_at_all() -> None:
    model, other = SimonClassifierModel(SMALL, 3), randomized(SimonClassifierModel(SMALL, 3))
    before = weights_of(model)
    broken = {**weights_of(other), "head/bias": np.zeros(4, "float32")}
    with pytest.raises(WeightMismatch, match=r"'head/bias' has shape \(4,\), expected \(3,\)"):
        assign_weights(model, broken)
    del broken["head/bias"]
    with pytest.raises(WeightMismatch, match="'head/bias' is missing"):
        assign_weights(model, broken)
    assert all(np.array_equal(before[name], array) for name, array in weights_of(model).items())
    assign_weights(model, weights_of(other))
    assert all(np.array_equal(weights_of(other)[name], array) for name, array in weights_of(model).items())


def test_names_of_weights_do_not_depend_on_what_was_built_before() -> None:
    assert list(weights_of(SimonClassifierModel(SMALL, 3))) == list(weights_of(SimonClassifierModel(SMALL, 3)))


def test_models_come_back_from_their_configuration() -> None:
    model = randomized(SimonClassifierModel(SMALL, 3))
    again = SimonClassifierModel.from_config(model.get_config())
    assign_weights(again, weights_of(model))
    inputs = inputs_for(SMALL)
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(model(inputs)), keras.ops.convert_to_numpy(again(inputs)))


_OTHER_BACKEND = """
import sys
import numpy as np
from simon_elmo.config import SimonConfig
from simon_elmo.simon.network.classifier import SimonClassifierModel
from simon_elmo.training.named_weights import assign_weights
import keras
stored = np.load(sys.argv[1])
config = SimonConfig.from_dict(__import__("json").loads(str(stored["config"])))
model = SimonClassifierModel(config, 3)
assign_weights(model, {name[2:]: stored[name] for name in stored.files if name.startswith("w:")})
inputs = {"cells": stored["cells"], "index": stored["index"]}
found = keras.ops.convert_to_numpy(model(inputs))
assert np.abs(found - stored["expected"]).max() < 1e-5, np.abs(found - stored["expected"]).max()
model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
first = float(model.train_on_batch(inputs, np.eye(3, dtype="float32")))
for _ in range(20):
    last = float(model.train_on_batch(inputs, np.eye(3, dtype="float32")))
assert last < first, (first, last)
"""


@pytest.mark.parametrize("name", ["names of their own", "many characters"])
@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_other_backends_give_the_same_numbers_and_train(backend: str, name: str, tmp_path) -> None:
    pytest.importorskip(backend, reason=f"{backend} is not installed")
    none = {f"{part}_dropout": 0.0 for part in ("convolution", "cell", "column", "lstm", "recurrent", "feature")}
    config = dataclasses.replace(VARIANTS[name], **none)
    model = randomized(SimonClassifierModel(config, 3))
    inputs = inputs_for(config)
    np.savez(
        tmp_path / "model.npz",
        config=np.array(__import__("json").dumps(config.to_dict())),
        expected=keras.ops.convert_to_numpy(model(inputs)),
        **inputs,
        **{f"w:{name}": array for name, array in weights_of(model).items()},
    )
    result = subprocess.run(
        [sys.executable, "-c", _OTHER_BACKEND, str(tmp_path / "model.npz")],
        env={**os.environ, "KERAS_BACKEND": backend},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr[-2000:]
