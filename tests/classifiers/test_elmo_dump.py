from __future__ import annotations

import json

import h5py
import numpy as np
import pytest

from simon_elmo.classifiers import elmo_dump
from simon_elmo.classifiers.elmo import ElmoEmbedder
from simon_elmo.classifiers.elmo_dump import DumpOptions
from simon_elmo.errors import CorruptPreset, InvalidInput

LINES = ["The quick brown fox\n", "\n", "jumps over\n", "the lazy dog", "the end /."]


@pytest.fixture(scope="module")
def elmo(elmo_pair):
    return ElmoEmbedder.from_files(elmo_pair.options_file, elmo_pair.weights_file)


def read(path):
    with h5py.File(path) as file:
        assert not file.attrs.keys()
        return {name: file[name][()] for name in file}


@pytest.mark.parametrize("layers", ["all", "top", "average", 0, (0.1, 0.2, 0.3, 1.5)])
def test_a_file_holds_what_embed_returns(elmo, tmp_path, layers):
    assert elmo.dump_embeddings(LINES, tmp_path / "out.hdf5", DumpOptions(layers=layers)) == 5
    found = read(tmp_path / "out.hdf5")
    assert sorted(found) == ["0", "1", "2", "3", "4"]
    for key, expected in enumerate(elmo.embed(LINES, layers)):
        assert found[str(key)].shape == expected.shape
        assert np.abs(found[str(key)] - expected).max(initial=0) <= 1e-6
    assert [path.name for path in tmp_path.iterdir()] == ["out.hdf5"]


def test_a_mixture_is_a_third_of_all_layers_and_half_of_that_as_float16(elmo, tmp_path):
    lines = ["word " * 200] * 20
    for name, options in {
        "all": DumpOptions(),
        "mix": DumpOptions(layers=(1, 2, 3)),
        "half": DumpOptions(layers=(1, 2, 3), dtype="float16"),
    }.items():
        elmo.dump_embeddings(lines, tmp_path / name, options)
    whole, mixed, half = ((tmp_path / name).stat().st_size for name in ("all", "mix", "half"))
    assert mixed < 0.35 * whole
    assert half < 0.6 * mixed
    assert read(tmp_path / "half")["3"].dtype == np.float16


def test_empty_lines_are_kept_skipped_or_refused(elmo, tmp_path):
    elmo.dump_embeddings(LINES, tmp_path / "kept.hdf5")
    assert read(tmp_path / "kept.hdf5")["1"].shape == (3, 0, 12)
    elmo.dump_embeddings(LINES, tmp_path / "skipped.hdf5", DumpOptions(empty="skip"))
    assert sorted(read(tmp_path / "skipped.hdf5")) == ["0", "2", "3", "4"]
    with pytest.raises(InvalidInput, match="line 2 is empty"):
        elmo.dump_embeddings(LINES, tmp_path / "refused.hdf5", DumpOptions(empty="error"))
    assert not (tmp_path / "refused.hdf5").exists()


def test_sentences_can_be_found_again(elmo, tmp_path):
    lines = ['say "hi" .', "naïve 世界", "again", "again"]
    elmo.dump_embeddings(lines, tmp_path / "out.hdf5", DumpOptions(sentence_index=True))
    with h5py.File(tmp_path / "out.hdf5") as file:
        index = json.loads(file["sentence_to_index"][0])
    assert index == {'say "hi" .': "0", "naïve 世界": "1", "again": "3"}
    elmo.dump_embeddings(lines, tmp_path / "keys.hdf5", DumpOptions(sentence_keys=True))
    assert set(read(tmp_path / "keys.hdf5")) == set(lines)
    with pytest.raises(InvalidInput, match="line 1 cannot be the name"):
        elmo.dump_embeddings(["."], tmp_path / "dots.hdf5", DumpOptions(sentence_keys=True))


class Interrupted(Exception):
    pass


def interrupt_after(elmo, lines, path, options, parts):
    """Write some parts of a dump, then stop as a killed process would."""
    seen = []

    def stop(count):
        seen.append(count)
        if len(seen) == parts:
            raise Interrupted

    with pytest.raises(Interrupted):
        elmo.dump_embeddings(lines, path, options, on_progress=stop)


@pytest.fixture
def small_parts(monkeypatch):
    monkeypatch.setattr(elmo_dump, "_LINES_A_PART", 2)


@pytest.mark.usefixtures("small_parts")
def test_an_interrupted_dump_goes_on_where_it_stopped(elmo, tmp_path, monkeypatch):
    path, options = tmp_path / "out.hdf5", DumpOptions(sentence_index=True)
    interrupt_after(elmo, LINES, path, options, parts=2)
    assert not path.exists()
    embedded = []
    embed = ElmoEmbedder.embed
    monkeypatch.setattr(ElmoEmbedder, "embed", lambda *a, **k: embedded.extend(a[1]) or embed(*a, **k))
    elmo.dump_embeddings(LINES, path, options)
    assert embedded == ["the end /."]
    elmo.dump_embeddings(LINES, tmp_path / "whole.hdf5", options)
    continued, whole = read(path), read(tmp_path / "whole.hdf5")
    assert continued.keys() == whole.keys()
    for key, value in whole.items():
        if key != "sentence_to_index":
            assert np.abs(continued[key] - value).max(initial=0) <= 1e-6
    assert continued["sentence_to_index"] == whole["sentence_to_index"]


@pytest.mark.usefixtures("small_parts")
def test_a_partial_file_of_something_else_is_not_continued(elmo, tmp_path):
    path = tmp_path / "out.hdf5"
    interrupt_after(elmo, LINES, path, DumpOptions(), parts=2)
    with pytest.raises(InvalidInput, match="other lines"):
        elmo.dump_embeddings(["different", *LINES[1:]], path)
    with pytest.raises(InvalidInput, match="other lines"):
        elmo.dump_embeddings(LINES[:2], path)
    with pytest.raises(InvalidInput, match="other options"):
        elmo.dump_embeddings(LINES, path, DumpOptions(layers="top"))
    (tmp_path / "out.hdf5.partial").write_bytes(b"damaged")
    with pytest.raises(CorruptPreset, match="remove it"):
        elmo.dump_embeddings(LINES, path)


@pytest.mark.usefixtures("small_parts")
def test_a_stateful_dump_begins_anew(elmo_pair, tmp_path):
    stateful = ElmoEmbedder.from_files(elmo_pair.options_file, elmo_pair.weights_file, stateful=True)
    interrupt_after(stateful, LINES, tmp_path / "out.hdf5", DumpOptions(), parts=1)
    stateful.reset_states()
    stateful.dump_embeddings(LINES, tmp_path / "out.hdf5")
    stateful.reset_states()
    for key, expected in enumerate(stateful.embed(LINES, batch_size=1)):
        assert np.abs(read(tmp_path / "out.hdf5")[str(key)] - expected).max(initial=0) <= 1e-6


@pytest.mark.parametrize("change", [{"dtype": "float64"}, {"empty": "maybe"}])
def test_options_that_are_none_are_refused(change):
    with pytest.raises(InvalidInput):
        DumpOptions(**change)


def test_a_place_that_cannot_be_written_is_named(elmo, tmp_path):
    with pytest.raises(InvalidInput, match="cannot be written"):
        elmo.dump_embeddings(LINES, tmp_path)
    with pytest.raises(InvalidInput, match="cannot be written"):
        elmo.dump_embeddings(LINES, tmp_path / "no" / "out.hdf5")
