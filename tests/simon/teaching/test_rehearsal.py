from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simon_elmo.errors import CorruptPreset, InvalidInput
from simon_elmo.simon.surface import SURFACE_WIDTH
from simon_elmo.simon.teaching.rehearsal import UNKNOWN, Rehearsal


def some(n=40, n_features=6, n_labels=11, seed=0):
    rng = np.random.default_rng(seed)
    labels = tuple(f"label {number}" for number in range(n_labels))
    targets = rng.choice([UNKNOWN, 0, 1], (n, n_labels), p=[0.1, 0.7, 0.2])
    return Rehearsal(rng.normal(0, 3, (n, n_features)), rng.integers(0, 256, (n, SURFACE_WIDTH)), targets, labels)


@settings(max_examples=30)
@given(st.integers(0, 40), st.integers(1, 8), st.integers(1, 20), st.integers(0, 99))
def test_writing_and_reading_is_exact(n, n_features, n_labels, seed):
    rehearsal = some(n, n_features, n_labels, seed)
    again = Rehearsal.from_bytes(rehearsal.to_bytes())
    assert again.labels == rehearsal.labels
    np.testing.assert_array_equal(again.features, rehearsal.features)
    np.testing.assert_array_equal(again.surface, rehearsal.surface)
    np.testing.assert_array_equal(again.targets, rehearsal.targets)
    assert again.to_bytes() == rehearsal.to_bytes()


def test_every_label_gets_its_share():
    rng = np.random.default_rng(0)
    targets = rng.random((3000, 3)) < np.array([0.5, 0.1, 0.005])
    rows = Rehearsal.rows_per_label(targets, per_label=50, seed=1)
    counts = targets[rows].sum(axis=0)
    assert counts[2] == targets[:, 2].sum()
    assert counts[1] == 50
    assert 50 <= counts[0] <= 120
    assert targets[rows].any(axis=1).all()
    np.testing.assert_array_equal(Rehearsal.rows_per_label(targets, per_label=50, seed=1), rows)


def test_labels_can_be_reordered_added_and_dropped():
    rehearsal = some(n_labels=3)
    other = rehearsal.for_labels(("label 2", "new", "label 0"))
    np.testing.assert_array_equal(other.targets[:, [0, 2]], rehearsal.targets[:, [2, 0]])
    assert not other.targets[:, 1].any()


def test_rows_can_be_added():
    rehearsal, other = some(n_labels=3), some(n=5, n_labels=2, seed=1)
    longer = rehearsal.joined(other)
    assert len(longer) == len(rehearsal) + 5
    np.testing.assert_array_equal(longer.targets[-5:, :2], other.targets)
    assert not longer.targets[-5:, 2].any()
    with pytest.raises(InvalidInput, match="do not fit"):
        rehearsal.joined(some(n_features=7, n_labels=3))


def archive(members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            if not isinstance(content, bytes):
                stream = io.BytesIO()
                np.save(stream, content, allow_pickle=True)
                content = stream.getvalue()
            file.writestr(name, content)
    return buffer.getvalue()


GOOD = {
    "features.npy": np.ones((2, 3), np.float16),
    "surface.npy": np.zeros((2, SURFACE_WIDTH), np.uint8),
    "positive.npy": np.array([[128], [0]], np.uint8),
    "known.npy": np.array([[128], [128]], np.uint8),
    "labels.npy": np.array(["a"]),
}


def claiming(array, shape):
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue().replace(str(array.shape).encode(), shape)


@pytest.mark.parametrize(
    "change",
    [
        {"features.npy": np.array([[object(), 1]])},
        {"features.npy": np.ones((2, 3), np.int16)},
        {"surface.npy": np.zeros((2, SURFACE_WIDTH + 1), np.uint8)},
        {"features.npy": np.full((2, 3), np.nan, np.float16)},
        {"features.npy": np.ones((3, 3), np.float16)},
        {"features.npy": b"nothing"},
        {"features.npy": claiming(np.ones((2, 3), np.float16), b"(9999999999999, 3)")},
        {"positive.npy": np.ones((3, 1), np.uint8)},
        {"known.npy": np.ones(2, np.uint8)},
        {"labels.npy": np.array(["a", "a"])},
        {"labels.npy": np.array([1])},
        {"labels.npy": np.array("a")},
        {"more.npy": np.ones(1)},
    ],
)
def test_what_is_not_a_rehearsal_is_refused(change):
    assert len(Rehearsal.from_bytes(archive(GOOD))) == 2
    with pytest.raises(CorruptPreset, match=r"mine\.npz"):
        Rehearsal.from_bytes(archive({**GOOD, **change}), "mine.npz")


@pytest.mark.parametrize("cut", [0, 10, 200, -30])
def test_a_truncated_file_is_refused(cut):
    with pytest.raises(CorruptPreset):
        Rehearsal.from_bytes(some().to_bytes()[:cut])


def test_a_file_that_unpacks_to_too_much_is_refused(monkeypatch):
    from simon_elmo.simon.teaching import rehearsal

    content = some().to_bytes()
    monkeypatch.setattr(rehearsal, "_MAX_BYTES", 300)
    with pytest.raises(CorruptPreset, match="300 bytes"):
        Rehearsal.from_bytes(content)


def test_shapes_must_fit():
    with pytest.raises(InvalidInput):
        Rehearsal(np.ones((2, 3)), np.zeros((2, SURFACE_WIDTH)), np.ones((2, 2)), ("a",))
    with pytest.raises(InvalidInput):
        Rehearsal(np.ones((2, 3)), np.zeros((2, 3)), np.ones((2, 1)), ("a",))
    with pytest.raises(InvalidInput, match="-1, 0 or 1"):
        Rehearsal(np.ones((2, 3)), np.zeros((2, SURFACE_WIDTH)), np.full((2, 1), 2), ("a",))
