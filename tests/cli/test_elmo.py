from __future__ import annotations

import json
import os
import sys

import h5py
import numpy as np
import pytest

from simon_elmo.elmo.embedder import ElmoEmbedder

pytestmark = pytest.mark.slow

LINES = ["the quick brown fox", "jumps over", "the lazy dog"]


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "in.txt"
    path.write_text("".join(f"{line}\n" for line in LINES), encoding="utf-8")
    return path


@pytest.fixture
def model(elmo_pair):
    return "--options", elmo_pair.options_file, "--weights", elmo_pair.weights_file


@pytest.fixture(scope="module")
def elmo(elmo_pair):
    return ElmoEmbedder.from_files(elmo_pair.options_file, elmo_pair.weights_file)


@pytest.mark.parametrize(
    ("flags", "layers"),
    [
        ((), "all"),
        (("--all",), "all"),
        (("--top",), "top"),
        (("--average",), "average"),
        (("--mix", "0.1,0.2,-0.3,2"), (0.1, 0.2, -0.3, 2)),
    ],
)
def test_embed_writes_the_layers_asked_for(simon_elmo, text, model, elmo, tmp_path, flags, layers):
    output = tmp_path / "out.hdf5"
    assert simon_elmo("elmo", "embed", text, output, *model, *flags) == (0, "", "")
    with h5py.File(output) as file:
        assert set(file) == {"0", "1", "2", "sentence_to_index"}
        for key, expected in enumerate(elmo.embed(LINES, layers=layers)):
            assert np.abs(file[str(key)][()] - expected).max() <= 1e-6
        assert json.loads(file["sentence_to_index"][0]) == {line: str(key) for key, line in enumerate(LINES)}


def test_embed_takes_the_flags_of_other_systems(simon_elmo, text, elmo_pair, tmp_path):
    arguments = ("--options-file", elmo_pair.options_file, "--weight-file", elmo_pair.weights_file, "--top")
    output = tmp_path / "out.hdf5"
    code, _, _ = simon_elmo("elmo", "embed", text, output, *arguments, "--use-sentence-keys", "--float16")
    assert code == 0
    with h5py.File(output) as file:
        assert set(file) == set(LINES)
        assert file[LINES[0]].dtype == np.float16
    code, _, _ = simon_elmo("elmo", "embed", text, tmp_path / "other", *arguments, "--forget-sentences")
    with h5py.File(tmp_path / "other") as file:
        assert set(file) == {"0", "1", "2"}


def test_an_empty_line_is_an_error_that_names_it(simon_elmo, text, model, tmp_path):
    text.write_text("one\n\ntwo\n")
    code, out, err = simon_elmo("elmo", "embed", text, tmp_path / "out.hdf5", *model)
    assert (code, out) == (2, "")
    assert "line 2 is empty" in err
    assert "--skip-empty" in err
    code, _, _ = simon_elmo("elmo", "embed", text, tmp_path / "out.hdf5", *model, "--skip-empty")
    assert code == 0
    with h5py.File(tmp_path / "out.hdf5") as file:
        assert set(file) == {"0", "2", "sentence_to_index"}


@pytest.mark.skipif(not os.path.isdir("/dev/fd"), reason="pipes have no path here")
def test_a_text_may_come_through_a_pipe(simon_elmo, model, elmo, tmp_path, monkeypatch):
    def piped(content):
        read, write = os.pipe()
        os.write(write, content)
        os.close(write)
        return read

    content = "\ufeffthe quick\r\njumps over\r\n".encode()
    with os.fdopen(piped(content)) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        assert simon_elmo("elmo", "embed", "-", tmp_path / "one.hdf5", *model)[0] == 0
    descriptor = piped(content)
    assert simon_elmo("elmo", "embed", f"/dev/fd/{descriptor}", tmp_path / "other.hdf5", *model)[0] == 0
    for name in ("one.hdf5", "other.hdf5"):
        with h5py.File(tmp_path / name) as file:
            assert json.loads(file["sentence_to_index"][0]) == {"the quick": "0", "jumps over": "1"}
            assert np.abs(file["1"][()] - elmo.embed(["jumps over"])[0]).max() <= 1e-6
    for content, message in ((b"", "has no lines"), (b"a\n\n", "line 2 is empty"), (b"a\n\xe9\n", "a line after line")):
        code, _, err = simon_elmo("elmo", "embed", f"/dev/fd/{piped(content)}", tmp_path / "none.hdf5", *model)
        assert code == 2
        assert message in err
    assert not (tmp_path / "none.hdf5").exists()


def test_what_is_read_is_not_written_over(simon_elmo, text, model):
    for command in ("embed", "dump-tokens"):
        code, _, err = simon_elmo("elmo", command, text, text, *model)
        assert code == 2
        assert "would overwrite" in err
    assert text.read_text(encoding="utf-8").splitlines() == LINES


def test_cached_tokens_are_used(simon_elmo, text, model, elmo, tmp_path):
    (tmp_path / "words.txt").write_text("the\nfox\n")
    assert simon_elmo("elmo", "dump-tokens", tmp_path / "words.txt", tmp_path / "tokens.hdf5", *model)[0] == 0
    with h5py.File(tmp_path / "tokens.hdf5", "a") as file:
        assert file["embedding"].shape == (2, 6)
        file["embedding"][0] = 3.0
    cache = ("--token-cache", tmp_path / "tokens.hdf5")
    assert simon_elmo("elmo", "embed", text, tmp_path / "out.hdf5", *model, *cache)[0] == 0
    with h5py.File(tmp_path / "out.hdf5") as file:
        assert (file["0"][0, 0] == 3.0).all()
        assert np.allclose(file["0"][0, 1], elmo.embed(LINES)[0][0, 1], atol=1e-6)


def test_search_finds_sentences_and_keeps_the_index(simon_elmo, text, model, tmp_path):
    arguments = ("elmo", "search", text, "the lazy dog", "fox", *model, "--index", tmp_path / "index", "-k", 2)
    code, out, err = simon_elmo(*arguments, "--format", "json")
    assert (code, err) == (0, "")
    answers = json.loads(out)
    assert [answer["query"] for answer in answers] == ["the lazy dog", "fox"]
    assert answers[0]["matches"][0]["sentence"] == "the lazy dog"
    assert len(answers[0]["matches"]) == 2
    code, out, _ = simon_elmo(*arguments)
    assert code == 0
    assert "the lazy dog" in out.splitlines()[1]
    text.write_text("another text\n")
    code, _, err = simon_elmo(*arguments)
    assert code == 2
    assert "index of another text" in err


def test_convert_writes_a_preset(simon_elmo, text, model, elmo, tmp_path):
    assert simon_elmo("elmo", "convert", *model, "--output", tmp_path / "mine") == (0, "", "")
    assert np.array_equal(ElmoEmbedder.from_preset(tmp_path / "mine").embed(LINES)[0], elmo.embed(LINES)[0])
    code, _, err = simon_elmo("elmo", "embed", text, tmp_path / "out", "--preset", tmp_path / "mine", "--top")
    assert (code, err) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--top", "--average"), 2, "choose one of"),
        (("--mix", "a,b"), 2, "--mix must be numbers"),
        (("--mix", "1,2"), 2, "3 weights and optionally gamma"),
        (("--preset", "no-such"), 2, "by --preset, or by both"),
    ],
)
def test_wrong_usage_gets_one_line(simon_elmo, text, model, tmp_path, arguments, code, message):
    found, out, err = simon_elmo("elmo", "embed", text, tmp_path / "out.hdf5", *model, *arguments)
    assert (found, out) == (code, "")
    assert message in err
    assert len(err.splitlines()) == 1


def test_files_that_cannot_be_read_get_one_line(simon_elmo, text, elmo_pair, model, tmp_path):
    code, _, err = simon_elmo("elmo", "embed", tmp_path / "absent.txt", tmp_path / "out", *model)
    assert code == 1
    assert "absent.txt" in err
    code, _, err = simon_elmo("elmo", "embed", text, tmp_path / "out", *model[:2], "--weights", tmp_path / "absent")
    assert code == 1
    assert "absent is missing" in err
    code, _, err = simon_elmo("elmo", "embed", text, tmp_path / "out", *model[:2])
    assert code == 2
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9\n")
    code, _, err = simon_elmo("elmo", "embed", tmp_path / "latin.txt", tmp_path / "out", *model)
    assert code == 2
    assert "not UTF-8" in err
