"""The code of docs/elmo.md runs from top to bottom, and does what the page says."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest

TEXT = ["The cat sat .", "A dog barked ."]


@pytest.fixture
def guide(repository: Path) -> list[tuple[str, str]]:
    """Language and content of each block of code, in order."""
    page = (repository / "docs" / "elmo.md").read_text(encoding="utf-8")
    return re.findall(r"^```(\w+)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


@pytest.mark.slow
@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="only TensorFlow has string tensors")
def test_the_page_runs(guide, elmo_pair, run_page_line, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(elmo_pair.options_file, "options.json")
    shutil.copy(elmo_pair.weights_file, "lm_weights.hdf5")
    Path("sentences.txt").write_text("".join(f"{line}\n" for line in TEXT), encoding="utf-8")
    Path("words.txt").write_text("The\ncat\n", encoding="utf-8")
    names = {}
    assert {language for language, _ in guide} == {"sh", "python"}
    for language, content in guide:
        for piece in content.splitlines() if language == "sh" else [content]:
            run_page_line(piece, names)
    one, other, nothing = names["every_layer"]
    assert (one.shape, other.shape, nothing.shape) == ((3, 3 + 1, 12), (3, 4, 12), (3, 0, 12))
    assert np.abs(names["one_layer"][0] - one[2]).max() <= 1e-6
    assert names["mixture"][0].dtype == np.float16
    assert names["means"].shape == (2, 12)
    assert np.abs(names["vectors"][0] - one).max() <= 1e-6
    assert names["key"] == "0"
    for written in (names["first"], names["same"]):
        assert np.abs(written - one).max() <= 1e-6
    with h5py.File("mixed.hdf5") as file:
        assert np.abs(file["0"][()] - names["mixture"][0]).max() <= 1e-3
    assert Path("my-elmo", "metadata.json").exists()
    assert Path("head.keras").exists()
    assert {match.sentence for match in names["nearest"]} == set(TEXT)


def test_the_page_says_what_is_in_the_code(repository):
    from simon_elmo.elmo import dump as elmo_dump
    from simon_elmo.elmo import runner as elmo_batches
    from simon_elmo.elmo.config import ElmoConfig

    page = (repository / "docs" / "elmo.md").read_text(encoding="utf-8")
    config = ElmoConfig()
    assert f"at most {elmo_dump._LINES_PER_PART:,} lines or {elmo_dump._BYTES_PER_PART >> 20} MB" in page
    assert f"at most {4 * elmo_batches._FLOATS_PER_RUN / 1e6:.0f} MB" in page
    assert f"{4 * config.cell_units * 4 >> 10} KB per word, so that" in page
    assert f"{4 * (config.n_layers + 1) * config.output_units >> 10} KB (`all`)" in page
    assert all((repository / "docs" / name).exists() for name in re.findall(r"\]\(([^):]+)\)", page))
