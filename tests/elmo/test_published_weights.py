from __future__ import annotations

import h5py
import keras
import numpy as np
import pytest

from simon_elmo.elmo.config import ElmoConfig
from simon_elmo.elmo.network.backbone import ElmoBackbone
from simon_elmo.elmo.published_weights import assign_weights, load_weights, save_weights, weights_of
from simon_elmo.errors import CorruptPreset, InvalidInput, WeightMismatch


@pytest.fixture
def backbone(elmo_pair):
    return ElmoBackbone(ElmoConfig.from_options(elmo_pair.options), kernel_initializer="zeros")


def read(path):
    arrays = {}
    with h5py.File(path) as file:
        file.visititems(lambda name, item: arrays.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None)
    return arrays


def test_what_is_written_is_what_was_read_name_for_name_and_bit_for_bit(elmo_pair, backbone, tmp_path):
    load_weights(backbone, elmo_pair.weights_file)
    save_weights(backbone, tmp_path / "again.hdf5")
    written = read(tmp_path / "again.hdf5")
    assert written.keys() == elmo_pair.weights.keys()
    for name, value in elmo_pair.weights.items():
        assert np.array_equal(written[name], value), name
        assert written[name].dtype == np.float32
    save_weights(backbone, tmp_path / "half.hdf5", dtype="float16")
    assert all(value.dtype == np.float16 for value in read(tmp_path / "half.hdf5").values())
    load_weights(backbone, tmp_path / "half.hdf5")
    assert np.allclose(weights_of(backbone)["char_embed"], elmo_pair.weights["char_embed"], atol=2e-3)


def test_published_weights_survive_a_round_trip(shared_data, tmp_path):
    folders = sorted(path.parent for path in (shared_data / "elmo/computed").glob("variant_*/options.json"))
    for folder in [shared_data / "elmo/bilm-tf", *folders]:
        network = ElmoBackbone(ElmoConfig.load_options(folder / "options.json"))
        load_weights(network, folder / "lm_weights.hdf5")
        save_weights(network, tmp_path / "again.hdf5")
        before, after = read(folder / "lm_weights.hdf5"), read(tmp_path / "again.hdf5")
        assert before.keys() == after.keys()
        assert all(np.array_equal(before[name], after[name]) for name in before)


def test_weights_that_were_loaded_are_not_copied_whenever_they_are_used(elmo_pair, backbone):
    tensorflow = pytest.importorskip("tensorflow")
    if keras.backend.backend() != "tensorflow":
        pytest.skip("only TensorFlow's variables can be in that state")
    load_weights(backbone, elmo_pair.weights_file)
    for weight in backbone.weights:
        variable = weight.value
        reads = [tensorflow.raw_ops.ReadVariableOp(resource=variable.handle, dtype=variable.dtype) for _ in range(2)]
        assert np.shares_memory(*(np.asarray(memoryview(read)) for read in reads)), weight.path


@pytest.mark.parametrize("name", ["chars_bi_skip", "words_bi_shared", "words_forward"])
def test_dumps_of_the_reference_are_read(shared_data, tmp_path, name):
    folder = shared_data / "elmo/computed/train" / name
    config = ElmoConfig.load_options(folder / "options.json")
    network = ElmoBackbone(config)
    load_weights(network, folder / "dumped_weights.hdf5")
    before = read(folder / "dumped_weights.hdf5")
    values = sorted(float(np.abs(value).sum()) for value in before.values())
    assert sorted(float(np.abs(value).sum()) for value in weights_of(network).values()) == pytest.approx(values)
    save_weights(network, tmp_path / "again.hdf5")
    names = read(tmp_path / "again.hdf5").keys()
    assert "RNN_0/RNN/MultiRNNCell/Cell1/LSTMCell/W_P_0" in names
    assert any(name.startswith("RNN_1") for name in names) == config.bidirectional


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda a: a.pop("CNN_proj/b_proj"), r"'CNN_proj/b_proj' is missing, expected with shape \(6,\)"),
        (
            lambda a: a.update({"char_embed": np.zeros((262, 4))}),
            r"char_embed.* \(262, 4\), the options expect \(261, 4\)",
        ),
        (
            lambda a: a.update({"CNN_high_2/b_carry": np.zeros(15)}),
            r"holds 'CNN_high_2/b_carry', which a model of these",
        ),
        (lambda a: a.update({"CNN/b_cnn_0": np.full(4, np.nan)}), "'CNN/b_cnn_0' holds values that are not finite"),
    ],
)
def test_a_wrong_dataset_is_named_with_its_shapes(elmo_pair, backbone, change, message):
    arrays = dict(elmo_pair.weights)
    change(arrays)
    with pytest.raises((WeightMismatch, CorruptPreset), match=message):
        assign_weights(backbone, arrays)


def test_nothing_is_assigned_when_something_does_not_fit(elmo_pair, backbone):
    arrays = {**elmo_pair.weights, "CNN_proj/b_proj": np.zeros(7)}
    with pytest.raises(WeightMismatch):
        assign_weights(backbone, arrays)
    assert not any(keras.ops.convert_to_numpy(w).any() for w in backbone.weights if "carry_bias" not in w.path)


def test_files_that_are_no_weights_are_refused(elmo_pair, backbone, tmp_path):
    with pytest.raises(CorruptPreset, match=r"absent\.hdf5"):
        load_weights(backbone, tmp_path / "absent.hdf5")
    content = elmo_pair.weights_file.read_bytes()
    (tmp_path / "cut.hdf5").write_bytes(content[: len(content) // 2])
    with pytest.raises(CorruptPreset, match=r"cut\.hdf5"):
        load_weights(backbone, tmp_path / "cut.hdf5")
    with h5py.File(tmp_path / "linked.hdf5", "w") as file:
        file["char_embed"] = h5py.ExternalLink(str(elmo_pair.weights_file), "char_embed")
    with pytest.raises(CorruptPreset, match="link"):
        load_weights(backbone, tmp_path / "linked.hdf5")
    with h5py.File(tmp_path / "text.hdf5", "w") as file:
        file["char_embed"] = ["text"]
    with pytest.raises(CorruptPreset, match="not a plain floating-point"):
        load_weights(backbone, tmp_path / "text.hdf5")
    with pytest.raises(InvalidInput, match="float64"):
        save_weights(backbone, tmp_path / "out.hdf5", dtype="float64")
    assert not (tmp_path / "out.hdf5").exists()
