"""Checkpoints in the layout of the original library, written here; and pickles that want to do harm."""

from __future__ import annotations

import io
import os
import pickle
import sys
import types
from pathlib import Path

import h5py
import numpy as np
import pytest

import simon_elmo as se
from simon_elmo.errors import CorruptPreset, InvalidConfig, WeightMismatch
from simon_elmo.legacy import convert_checkpoint
from simon_elmo.legacy.pickled_encoder import read_encoder

CHARACTERS = sorted(set("abcdefghij0123456789 .@-"))
CATEGORIES = ["text", "email", "int"]  # the original's binarizer sorts them
MAX_LEN, MAX_CELLS = 20, 6
FILTERS, WIDTHS, CELL, COLUMN, FEATURES, ONE_HOT = (4, 5, 6), (1, 3, 3), 7, 6, 8, 71
COLUMNS = [
    ["abc", "j0", "a.b@c", "0", "99-9", "i"],
    ["a cell that is longer than twenty characters 7", "É", "ABC", "g", "0.5", "1"],
    ["", "x y z", "0" * 20, "1" * 21, "b", "c"],
]


def arrays(seed: int = 0) -> dict[str, list[np.ndarray]]:
    rng = np.random.default_rng(seed)

    def weights(*shape: int) -> np.ndarray:
        return rng.normal(0, 1.2, shape).astype(np.float32)

    found: dict[str, list[np.ndarray]] = {"conv": [], "lstm": [], "dense": []}
    inputs = ONE_HOT
    for filters, width in zip(FILTERS, WIDTHS, strict=True):
        found["conv"].append([weights(width, inputs, filters), weights(filters)])
        inputs = filters
    for units, size in ((CELL, inputs), (CELL, inputs), (COLUMN, 2 * CELL), (COLUMN, 2 * CELL)):
        found["lstm"].append([weights(size, 4 * units), weights(units, 4 * units), weights(4 * units)])
    found["dense"] = [
        [weights(2 * COLUMN, FEATURES), weights(FEATURES)],
        [weights(FEATURES, len(CATEGORIES)), weights(len(CATEGORIES))],
    ]
    return found


def original_encoding(columns: list[list[str]]) -> np.ndarray:
    """Ids (columns, cells, characters) as the original encoder makes them: backwards, padded on the left by -1."""
    ids = np.full((len(columns), MAX_CELLS, MAX_LEN), -1)
    position = {character: number for number, character in enumerate(CHARACTERS)}
    for row, cells in enumerate(columns):
        for at, cell in enumerate(cells):
            for k, character in enumerate(cell[-MAX_LEN:].lower()):
                ids[row, at, MAX_LEN - 1 - k] = position.get(character, position[" "])
    return ids


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def lstm(x: np.ndarray, parts: list[np.ndarray], backwards: bool) -> np.ndarray:
    kernel, recurrent, bias = parts
    h = c = np.zeros((len(x), len(recurrent)))
    for step in range(x.shape[1])[:: -1 if backwards else 1]:
        i, f, g, o = np.split(x[:, step] @ kernel + h @ recurrent + bias, 4, axis=1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
    return h


def original_probabilities(ids: np.ndarray, weights: dict[str, list]) -> np.ndarray:
    """The original network in plain numpy: (columns, categories)."""
    flat = ids.reshape(-1, MAX_LEN)
    x = (flat[..., None] == np.arange(ONE_HOT)).astype(float)
    for kernel, bias in weights["conv"]:
        width = len(kernel)
        steps = x.shape[1] - width + 1
        x = sum(x[:, offset : offset + steps] @ kernel[offset] for offset in range(width)) + bias
        x = np.maximum(x, 0).reshape(len(x), steps // 2, 2, -1).max(axis=2)
    forward, backward, column_forward, column_backward = weights["lstm"]
    cells = np.concatenate([lstm(x, forward, False), lstm(x, backward, True)], axis=1).reshape(*ids.shape[:2], -1)
    column = np.concatenate([lstm(cells, column_forward, False), lstm(cells, column_backward, True)], axis=1)
    features = np.maximum(column @ weights["dense"][0][0] + weights["dense"][0][1], 0)
    return sigmoid(features @ weights["dense"][1][0] + weights["dense"][1][1])


def named(weights: dict[str, list], keras: int) -> dict[str, np.ndarray]:
    """Weights under the names that Keras 1 or 2 gives them."""
    conv, kinds = (
        ("convolution1d", ("_W", "_U", "_b"))
        if keras == 1
        else ("conv1d", ("/kernel:0", "/recurrent_kernel:0", "/bias:0"))
    )
    cells, found = ("timedistributed_1" if keras == 1 else "time_distributed_1"), {}
    for number, (kernel, bias) in enumerate(weights["conv"], start=1):
        found[f"{cells}/{conv}_{number}{kinds[0]}"] = kernel[:, None] if keras == 1 else kernel
        found[f"{cells}/{conv}_{number}{kinds[2]}"] = bias
    for number, parts in enumerate(weights["lstm"], start=1):
        outer = cells if number <= 2 else f"lstm_{number}"
        for kind, array in zip(kinds, parts, strict=True):
            found[f"{outer}/lstm_{number}{kind}"] = array
    for number, (kernel, bias) in zip((1, 3), weights["dense"], strict=True):  # 2 was replaced when it was transferred
        found[f"dense_{number}/dense_{number}{kinds[0]}"] = kernel
        found[f"dense_{number}/dense_{number}{kinds[2]}"] = bias
    return found


def write_hdf5(path: Path, found: dict[str, np.ndarray], whole_model: bool) -> None:
    with h5py.File(path, "w") as file:
        root = file.create_group("model_weights") if whole_model else file
        for name, array in found.items():
            root[name] = array
        root.attrs["layer_names"] = [b"input_1", b"time_distributed_1", b"dense_3"]
        if whole_model:
            file.attrs["model_config"] = b"{}"
            file["optimizer_weights/iterations:0"] = np.array(7)


def write_pickle(path: Path, monkeypatch, module: str = "Simon.Encoder", protocol: int = 4, **changes) -> None:
    """Pickle an encoder of the original class name, with the label encoders that it holds."""
    from sklearn.preprocessing import LabelEncoder, MultiLabelBinarizer

    package, original = types.ModuleType("Simon"), types.ModuleType(module)
    encoder_class = type("Encoder", (), {"__module__": module})
    original.Encoder = encoder_class
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "Simon", package)
        patch.setitem(sys.modules, module, original)
        encoder = encoder_class()
        encoder.__dict__ |= {
            "_char_indicies": {},
            "_indices_char": dict(enumerate(CHARACTERS)),
            "char_indices": {character: number for number, character in enumerate(CHARACTERS)},
            "cur_max_cells": MAX_CELLS,
            "categories": CATEGORIES,
            "_encoder": LabelEncoder().fit(["a", "b"]),
            "_multi_encoder": MultiLabelBinarizer().fit([CATEGORIES]),
        }
        encoder.__dict__ |= changes
        config = {"encoder": encoder, "checkpoint": "text-class.14-0.13.hdf5", "threshold": np.float64(0.5)}
        path.write_bytes(pickle.dumps(config, protocol))


@pytest.mark.parametrize(("keras", "whole_model", "module", "protocol"), [
    (1, False, "Encoder", 2), (2, True, "Simon.Encoder", 4), (2, False, "Simon.Encoder", 3),
])  # fmt: skip
def test_a_checkpoint_gives_the_probabilities_of_the_original(
    keras, whole_model, module, protocol, tmp_path, monkeypatch
):
    weights = arrays()
    write_hdf5(tmp_path / "old.hdf5", named(weights, keras), whole_model)
    write_pickle(tmp_path / "old.pkl", monkeypatch, module, protocol)
    classifier = convert_checkpoint(tmp_path / "old.hdf5", tmp_path / "old.pkl", tmp_path / "new")
    assert classifier.labels == ["email", "int", "text"]
    kept = [[cell or " " for cell in cells] for cells in COLUMNS]  # an empty cell would be missing here
    expected = original_probabilities(original_encoding(kept), weights)
    assert expected.std(axis=0).min() > 1e-3  # a hundred times the tolerance
    np.testing.assert_allclose(classifier.predict_proba(kept), expected, atol=1e-5)
    np.testing.assert_allclose(
        se.ColumnClassifier.from_preset(tmp_path / "new").predict_proba(kept), expected, atol=1e-5
    )


def test_a_dictionary_of_more_characters_than_the_network_reads(tmp_path, monkeypatch) -> None:
    more = sorted({*map(chr, range(33, 127)), " "})
    write_hdf5(tmp_path / "old.hdf5", named(arrays(), 2), whole_model=False)
    write_pickle(tmp_path / "old.pkl", monkeypatch, char_indices={c: i for i, c in enumerate(more)})
    classifier = convert_checkpoint(tmp_path / "old.hdf5", tmp_path / "old.pkl")
    silent = more[ONE_HOT]  # its one-hot code is all zeros, as is that of padding
    kernel = classifier.weights()["convolution_0/kernel"]
    assert not kernel[0, more.index(silent)].any()
    assert kernel[0, 5].any()


def test_weights_that_do_not_fit_are_named(tmp_path, monkeypatch) -> None:
    write_pickle(tmp_path / "old.pkl", monkeypatch)
    good = named(arrays(), 2)

    def convert(found: dict[str, np.ndarray], **options) -> None:
        write_hdf5(tmp_path / "old.hdf5", found, whole_model=False)
        convert_checkpoint(tmp_path / "old.hdf5", tmp_path / "old.pkl", tmp_path / "new", **options)

    with pytest.raises(WeightMismatch, match=r"head/bias has shape \(4,\), expected \(3,\)"):
        convert({**good, "dense_3/dense_3/bias:0": np.zeros(4, np.float32)})
    with pytest.raises(WeightMismatch, match=r"convolution_1/kernel has shape \(3, 9, 5\), expected \(3, 4, 5\)"):
        convert({**good, "time_distributed_1/conv1d_2/kernel:0": np.zeros((3, 9, 5), np.float32)})
    with pytest.raises(WeightMismatch, match="batch_normalization"):
        convert({**good, "batch_normalization_1/gamma:0": np.zeros(4, np.float32)})
    with pytest.raises(WeightMismatch, match="3 lstm layers, a SIMOn network has 4"):
        convert({name: array for name, array in good.items() if "lstm_4" not in name})
    with pytest.raises(InvalidConfig, match="max_len 21"):
        convert(good, max_len=21)
    assert not (tmp_path / "new").exists()
    (tmp_path / "old.hdf5").write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(100))
    with pytest.raises(CorruptPreset, match=r"old\.hdf5"):
        convert_checkpoint(tmp_path / "old.hdf5", tmp_path / "old.pkl")


class Harm:
    def __init__(self, function, *arguments) -> None:
        self.function, self.arguments = function, arguments

    def __reduce__(self):
        return self.function, self.arguments


def hostile(marker: Path) -> dict[str, bytes]:
    harm = {
        "os.system": pickle.dumps({"encoder": Harm(os.system, f"touch {marker}"), "checkpoint": "x"}),
        "eval": pickle.dumps({"encoder": Harm(eval, f"open({str(marker)!r}, 'w')"), "checkpoint": "x"}),
        "getattr": pickle.dumps(Harm(getattr, "x", "format")),
        "numpy load": pickle.dumps(Harm(np.load, str(marker), None, True)),
        "a module's attribute": b"csklearn.preprocessing._label\nnp.load\n.",
        "dotted name": b"\x80\x04\x8c\x0dSimon.Encoder\x8c\x12Encoder.__globals__\x93.",
        "builtins": b"cbuiltins\nexec\n(V" + f"open({str(marker)!r}, 'w')".encode() + b"\ntR.",
        "persistent": b"Pid\n.",
        "extension": b"\x80\x02\x82\x01.",
        "a bomb": b"\x80\x04" + b")" + b"\x85" * 100_000 + b".",
        "truncated": b"\x80\x04\x95\xff\xff",
        "empty": b"",
    }
    return harm


@pytest.mark.parametrize("name", hostile(Path("marker")))
def test_hostile_pickles_are_refused_and_nothing_runs(name: str, tmp_path) -> None:
    marker = tmp_path / "harmed"
    (tmp_path / "bad.pkl").write_bytes(hostile(marker)[name])
    with pytest.raises(CorruptPreset, match=r"bad\.pkl"):
        read_encoder(tmp_path / "bad.pkl")
    assert not marker.exists()


def test_the_attacks_would_work_on_an_ordinary_unpickler(tmp_path) -> None:
    marker = tmp_path / "harmed"
    pickle.loads(hostile(marker)["os.system"])  # noqa: S301 - what the test above is for
    assert marker.exists()


def test_admitted_classes_do_nothing(tmp_path) -> None:
    """A pickle of admitted names only, which would build a large array and call a method of a class."""
    content = io.BytesIO()
    pickler = pickle.Pickler(content, 2)
    pickler.dump({"encoder": np.zeros(3), "checkpoint": "x"})
    (tmp_path / "array.pkl").write_bytes(content.getvalue())
    with pytest.raises(CorruptPreset, match="holds no SIMOn configuration"):
        read_encoder(tmp_path / "array.pkl")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"char_indices": None}, "char_indices"),
        ({"char_indices": {"a": 0, "b": 2}}, "number its characters from 0"),
        ({"char_indices": {"ab": 0, " ": 1}}, "single characters"),
        ({"char_indices": {"a": 0}}, "a space"),
        ({"categories": "text"}, "categories"),
        ({"categories": [1, 2]}, "categories"),
        ({"cur_max_cells": 0}, "cur_max_cells"),
        ({"cur_max_cells": "500"}, "cur_max_cells"),
    ],
)
def test_a_configuration_that_lacks_something_says_so(changes: dict, message: str, tmp_path, monkeypatch) -> None:
    write_pickle(tmp_path / "old.pkl", monkeypatch, **changes)
    with pytest.raises(CorruptPreset, match=message):
        read_encoder(tmp_path / "old.pkl")


def test_files_that_are_not_there(tmp_path) -> None:
    with pytest.raises(CorruptPreset, match=r"none\.pkl"):
        read_encoder(tmp_path / "none.pkl")
