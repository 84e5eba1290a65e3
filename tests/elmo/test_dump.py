from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys

import h5py
import numpy as np
import pytest

from simon_elmo.elmo import dump as elmo_dump
from simon_elmo.elmo.dump import DumpOptions
from simon_elmo.elmo.embedder import ElmoEmbedder
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
    assert elmo.dump_embeddings(LINES, tmp_path / "out.hdf5", options=DumpOptions(layers=layers)) == 5
    found = read(tmp_path / "out.hdf5")
    assert sorted(found) == ["0", "1", "2", "3", "4"]
    for key, expected in enumerate(elmo.embed(LINES, layers=layers)):
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
        elmo.dump_embeddings(lines, tmp_path / name, options=options)
    whole, mixed, half = ((tmp_path / name).stat().st_size for name in ("all", "mix", "half"))
    assert mixed < 0.35 * whole
    assert half < 0.6 * mixed
    assert read(tmp_path / "half")["3"].dtype == np.float16


def test_empty_lines_are_kept_skipped_or_refused(elmo, tmp_path):
    elmo.dump_embeddings(LINES, tmp_path / "kept.hdf5")
    assert read(tmp_path / "kept.hdf5")["1"].shape == (3, 0, 12)
    elmo.dump_embeddings(LINES, tmp_path / "skipped.hdf5", options=DumpOptions(empty="skip"))
    assert sorted(read(tmp_path / "skipped.hdf5")) == ["0", "2", "3", "4"]
    with pytest.raises(InvalidInput, match="line 2 is empty"):
        elmo.dump_embeddings(LINES, tmp_path / "refused.hdf5", options=DumpOptions(empty="error"))
    assert not (tmp_path / "refused.hdf5").exists()


def test_sentences_can_be_found_again(elmo, tmp_path):
    lines = ['say "hi" .', "naïve 世界", "again", "again"]
    elmo.dump_embeddings(lines, tmp_path / "out.hdf5", options=DumpOptions(sentence_index=True))
    with h5py.File(tmp_path / "out.hdf5") as file:
        index = json.loads(file["sentence_to_index"][0])
    assert index == {'say "hi" .': "0", "naïve 世界": "1", "again": "3"}
    elmo.dump_embeddings(lines, tmp_path / "keys.hdf5", options=DumpOptions(sentence_keys=True))
    assert set(read(tmp_path / "keys.hdf5")) == set(lines)
    with pytest.raises(InvalidInput, match="line 1 cannot be the name"):
        elmo.dump_embeddings(["."], tmp_path / "dots.hdf5", options=DumpOptions(sentence_keys=True))


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
        elmo.dump_embeddings(lines, path, options=options, on_lines=stop)


@pytest.fixture
def small_parts(monkeypatch):
    monkeypatch.setattr(elmo_dump, "_LINES_PER_PART", 2)


@pytest.mark.usefixtures("small_parts")
def test_an_interrupted_dump_goes_on_where_it_stopped(elmo, tmp_path, monkeypatch):
    path, options = tmp_path / "out.hdf5", DumpOptions(sentence_index=True)
    interrupt_after(elmo, LINES, path, options, parts=2)
    assert not path.exists()
    embedded = []
    embed = ElmoEmbedder.embed
    monkeypatch.setattr(ElmoEmbedder, "embed", lambda *a, **k: embedded.extend(a[1]) or embed(*a, **k))
    elmo.dump_embeddings(LINES, path, options=options)
    assert embedded == ["the end /."]
    elmo.dump_embeddings(LINES, tmp_path / "whole.hdf5", options=options)
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
        elmo.dump_embeddings(LINES, path, options=DumpOptions(layers="top"))
    (tmp_path / "out.hdf5.partial").write_bytes(b"damaged")
    with pytest.raises(CorruptPreset, match="remove it"):
        elmo.dump_embeddings(LINES, path)


KILLED = """
import os, signal, sys, types
import numpy as np
from simon_elmo.elmo import dump as elmo_dump

class Embedder:
    stateful = False
    config = types.SimpleNamespace(n_layers=2, output_units=4)

    def fingerprint(self):
        return []

    def embed(self, lines, *_, dtype, **__):
        if "40" in lines and len(sys.argv) > 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return [np.full((3, 1, 4), int(line), dtype) for line in lines]

elmo_dump._LINES_PER_PART = 7
lines = [str(number) for number in range(60)]
elmo_dump.dump_embeddings(Embedder(), lines, sys.argv[1], elmo_dump.DumpOptions(), 64)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no such signal")
def test_a_killed_process_leaves_a_file_that_can_be_continued(repository, tmp_path):
    path = tmp_path / "out.hdf5"
    environment = {**os.environ, "PYTHONPATH": str(repository)}
    command = [sys.executable, "-c", KILLED, str(path)]
    assert subprocess.run([*command, "kill"], env=environment, check=False).returncode == -signal.SIGKILL
    with h5py.File(tmp_path / "out.hdf5.partial") as file:
        assert len(file) == file.attrs["lines"] == 35
    subprocess.run(command, env=environment, check=True)
    assert {int(key): value.flat[0] for key, value in read(path).items()} == {number: number for number in range(60)}


@pytest.mark.usefixtures("small_parts")
@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="space cannot be taken beforehand here")
def test_a_full_disk_is_named_and_leaves_a_file_that_can_be_continued(elmo, tmp_path, monkeypatch):
    path = tmp_path / "out.hdf5"
    fallocate, calls = os.posix_fallocate, []

    def fill(*arguments):
        fallocate(*arguments)
        calls.append(arguments)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, "no space")

    with monkeypatch.context() as patch:
        patch.setattr(os, "posix_fallocate", fill)
        with pytest.raises(OSError, match=r"out\.hdf5\.partial") as raised:
            elmo.dump_embeddings(LINES, path)
    assert raised.value.errno == errno.ENOSPC
    with h5py.File(tmp_path / "out.hdf5.partial") as file:
        assert sorted(file) == ["0", "1"]
    elmo.dump_embeddings(LINES, path)
    assert sorted(read(path)) == ["0", "1", "2", "3", "4"]
    assert path.stat().st_size < elmo_dump._BYTES_OF_NAMES  # what was taken and not needed is given back


@pytest.mark.usefixtures("small_parts")
def test_what_was_not_begun_well_is_begun_anew(elmo, tmp_path):
    path = tmp_path / "out.hdf5"
    with pytest.raises(InvalidInput, match="3 weights"):
        elmo.dump_embeddings(LINES, path, options=DumpOptions(layers=(1, 2)))
    with pytest.raises(InvalidInput, match="line 2 is empty"):
        elmo.dump_embeddings(LINES, path, options=DumpOptions(empty="error"))
    with h5py.File(tmp_path / "out.hdf5.partial", "a") as file:
        file["0"] = file["7"] = np.zeros(3)  # of a part that did not come to its end
    elmo.dump_embeddings(LINES, path, options=DumpOptions(layers="top"))
    found = read(path)
    assert sorted(found) == ["0", "1", "2", "3", "4"]
    assert np.abs(found["0"] - elmo.embed(LINES, layers="top")[0]).max() <= 1e-6


@pytest.mark.usefixtures("small_parts")
def test_lines_that_follow_an_interrupted_part_may_change(elmo, tmp_path):
    path = tmp_path / "out.hdf5"
    interrupt_after(elmo, LINES, path, DumpOptions(), parts=1)
    with h5py.File(tmp_path / "out.hdf5.partial", "a") as file:
        file["2"] = np.zeros(3)
    elmo.dump_embeddings([*LINES[:2], "another line"], path)
    assert np.abs(read(path)["2"] - elmo.embed(["another line"])[0]).max() <= 1e-6


@pytest.mark.usefixtures("small_parts")
def test_an_empty_line_may_be_skipped_after_it_stopped_a_run(elmo, tmp_path):
    lines = ["one", "two", "", "three"]
    with pytest.raises(InvalidInput, match="line 3 is empty"):
        elmo.dump_embeddings(lines, tmp_path / "out.hdf5", options=DumpOptions(empty="error"))
    elmo.dump_embeddings(lines, tmp_path / "out.hdf5", options=DumpOptions(empty="skip"))
    assert sorted(read(tmp_path / "out.hdf5")) == ["0", "1", "3"]


@pytest.mark.parametrize("lines", [["and", "and/or"], ["and/or", "and"]])
def test_sentences_whose_names_are_in_each_others_way_are_named(elmo, tmp_path, lines):
    with pytest.raises(InvalidInput, match="line 2 cannot be the name"):
        elmo.dump_embeddings(lines, tmp_path / "out.hdf5", options=DumpOptions(sentence_keys=True))
    elmo.dump_embeddings(lines[:1], tmp_path / "one.hdf5", options=DumpOptions(sentence_keys=True))
    with h5py.File(tmp_path / "one.hdf5") as file:
        assert file[lines[0]].shape == (3, 1, 12)


def test_a_dump_knows_its_model_and_its_token_cache(elmo, elmo_pair, tmp_path):
    def fingerprint(**arguments):
        return ElmoEmbedder.from_files(elmo_pair.options_file, elmo_pair.weights_file, **arguments).fingerprint()

    assert fingerprint() == elmo.fingerprint() == fingerprint()
    cache = elmo.dump_tokens(["the"], tmp_path / "tokens.hdf5")
    cached = fingerprint(token_cache=tmp_path / "tokens.hdf5")
    cache.vectors[0] = 1.0
    cache.save(tmp_path / "tokens.hdf5")
    in_memory = ElmoEmbedder.from_backbone(elmo.backbone).fingerprint()
    others = [cached, fingerprint(token_cache=tmp_path / "tokens.hdf5"), in_memory]
    assert len({json.dumps(one) for one in [elmo.fingerprint(), *others]}) == 4


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
