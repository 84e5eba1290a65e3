from __future__ import annotations

import contextlib

import h5py
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from simon_elmo.errors import CorruptPreset, InvalidInput
from simon_elmo.persistence import read_weights, write_weights

NAMES = st.from_regex(r"[a-z0-9_]{1,8}(/[a-z0-9_]{1,8}){0,2}", fullmatch=True)
ARRAYS = hnp.arrays(
    np.float32,
    hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4),
    elements=st.floats(-1e4, 1e4, width=32),
)


def is_a_tree(arrays):
    return not any(other.startswith(f"{name}/") for name in arrays for other in arrays)


@given(arrays=st.dictionaries(NAMES, ARRAYS, max_size=5).filter(is_a_tree))
def test_what_is_written_is_read(arrays, tmp_path_factory):
    path = tmp_path_factory.mktemp("weights") / "model.weights.h5"
    write_weights(path, arrays)
    found = read_weights(path)
    assert set(found) == set(arrays)
    for name, array in arrays.items():
        assert found[name].dtype == np.float32
        np.testing.assert_array_equal(found[name], array)


def test_half_precision_halves_the_file_and_keeps_three_digits(tmp_path):
    weights = {"kernel": np.random.default_rng(0).normal(size=(200, 300)).astype(np.float32)}
    write_weights(tmp_path / "full.h5", weights)
    write_weights(tmp_path / "half.h5", weights, dtype="float16")
    assert (tmp_path / "half.h5").stat().st_size < 0.55 * (tmp_path / "full.h5").stat().st_size
    np.testing.assert_allclose(read_weights(tmp_path / "half.h5")["kernel"], weights["kernel"], rtol=1e-3, atol=1e-6)


def test_the_same_weights_give_the_same_bytes(tmp_path):
    weights = {"b": np.ones(3, np.float32), "a/kernel": np.zeros((2, 2), np.float32)}
    write_weights(tmp_path / "one.h5", weights)
    write_weights(tmp_path / "two.h5", dict(reversed(weights.items())))
    assert (tmp_path / "one.h5").read_bytes() == (tmp_path / "two.h5").read_bytes()


@pytest.mark.parametrize(
    ("arrays", "dtype", "message"),
    [
        ({"a": np.ones(2, np.float32)}, "int8", "int8"),
        ({"a": np.ones(2, np.int32)}, "float32", "int32"),
        ({"a": np.array([np.nan])}, "float32", "not finite"),
        ({"a": np.array([1e9])}, "float16", "not finite in float16"),
        ({"": np.ones(2)}, "float32", "name"),
        ({"a//b": np.ones(2)}, "float32", "name"),
        ({"a": np.ones(2), "a/b": np.ones(2)}, "float32", "'a' is a weight"),
    ],
)
def test_what_cannot_be_written_is_named(tmp_path, arrays, dtype, message):
    with pytest.raises(InvalidInput, match=message):
        write_weights(tmp_path / "model.weights.h5", arrays, dtype=dtype)


def external_link(file, tmp_path):
    with h5py.File(tmp_path / "other.h5", "w") as other:
        other["secret"] = np.ones(2, np.float32)
    file["kernel"] = h5py.ExternalLink("other.h5", "/secret")


def external_storage(file, tmp_path):
    (tmp_path / "raw.bin").write_bytes(b"\0" * 16)
    file.create_dataset("kernel", shape=(4,), dtype="f4", external=[(str(tmp_path / "raw.bin"), 0, 16)])


def virtual(file, tmp_path):
    layout = h5py.VirtualLayout(shape=(2,), dtype="f4")
    layout[:] = h5py.VirtualSource(str(tmp_path / "other.h5"), "secret", shape=(2,))
    file.create_virtual_dataset("kernel", layout)


def soft_link(file, tmp_path):
    file["real"] = np.ones(2, np.float32)
    file["kernel"] = h5py.SoftLink("/real")


def cycle(file, tmp_path):
    group = file.create_group("group")
    group["again"] = group


def objects(file, tmp_path):
    file.create_dataset("kernel", data=["os.system"], dtype=h5py.string_dtype())


def integers(file, tmp_path):
    file["kernel"] = np.ones(2, np.int64)


def compressed(file, tmp_path):
    file.create_dataset("kernel", data=np.zeros(10_000, np.float32), chunks=(10_000,), compression="gzip")


def claimed(file, tmp_path):
    file.create_dataset("kernel", shape=(2**40,), dtype="f4")


def not_finite(file, tmp_path):
    file["kernel"] = np.array([np.inf], np.float32)


def named_type(file, tmp_path):
    file["kernel"] = np.dtype("f4")


def null_space(file, tmp_path):
    file["kernel"] = h5py.Empty("f4")


def deep(file, tmp_path):
    file.create_group("/".join("g" * 1 for _ in range(40)))


@pytest.mark.parametrize(
    "attack",
    [
        external_link,
        external_storage,
        virtual,
        soft_link,
        cycle,
        objects,
        integers,
        compressed,
        claimed,
        not_finite,
        named_type,
        null_space,
        deep,
    ],
)
def test_a_hostile_file_is_refused(tmp_path, attack):
    path = tmp_path / "model.weights.h5"
    with h5py.File(path, "w") as file:
        attack(file, tmp_path)
    with pytest.raises(CorruptPreset, match=r"model\.weights\.h5"):
        read_weights(path)


@pytest.mark.parametrize("content", [None, b"", b"not HDF5 at all", b"\x89HDF\r\n\x1a\n" + b"\0" * 100])
def test_a_file_that_is_not_hdf5_is_refused(tmp_path, content):
    path = tmp_path / "model.weights.h5"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CorruptPreset, match=r"model\.weights\.h5"):
        read_weights(path)


@given(cut=st.integers(0, 1500), position=st.integers(0, 1500), value=st.integers(0, 255))
def test_damage_never_gives_anything_but_an_error_or_floats(tmp_path_factory, cut, position, value):
    path = tmp_path_factory.mktemp("damaged") / "model.weights.h5"
    write_weights(path, {"a/kernel": np.ones((4, 4), np.float32), "bias": np.zeros(4, np.float32)})
    content = bytearray(path.read_bytes())
    content[position % len(content)] = value
    path.write_bytes(bytes(content[: len(content) - cut % 2 * cut]))
    arrays = {}
    with contextlib.suppress(CorruptPreset):
        arrays = read_weights(path)
    assert all(array.dtype == np.float32 and array.nbytes <= 10_000 for array in arrays.values())
