from __future__ import annotations

import numpy as np
import pytest

from simon_elmo.elmo.embedder import ElmoEmbedder
from simon_elmo.errors import InvalidInput
from simon_elmo.reports import plots
from simon_elmo.reports.plots import two_dimensions, word_occurrences

SENTENCES = ["the Bank of the river", "a bank lends money", "no such word", "bank to bank"]


@pytest.fixture(scope="module")
def elmo(elmo_pair):
    return ElmoEmbedder.from_files(elmo_pair.options_file, elmo_pair.weights_file)


def test_every_occurrence_of_a_word_is_found(elmo):
    vectors, places = word_occurrences(elmo, "bank", SENTENCES)
    assert places == [(0, 1), (1, 1), (3, 0), (3, 2)]
    assert np.allclose(vectors[1], elmo.embed(SENTENCES, layers="top")[1][1])


def test_two_dimensions_keep_the_distances_of_a_plane():
    rng = np.random.default_rng(0)
    points = rng.standard_normal((6, 2)) @ rng.standard_normal((2, 9))
    flat = two_dimensions(points)
    for one in range(6):
        assert np.allclose(np.linalg.norm(points - points[one], axis=1), np.linalg.norm(flat - flat[one], axis=1))
    assert two_dimensions(points[:1]).tolist() == [[0, 0]]


def test_the_picture_is_a_png(elmo):
    pytest.importorskip("matplotlib")
    senses = ["river", "money", "none", "money"]
    picture = plots.contextual_vectors(elmo, "bank", SENTENCES, senses=senses)
    assert picture.startswith(b"\x89PNG")
    assert picture == plots.contextual_vectors(elmo, "bank", SENTENCES, senses=senses)
    with pytest.raises(InvalidInput, match="occurs in none"):
        plots.contextual_vectors(elmo, "absent", SENTENCES)
    with pytest.raises(InvalidInput, match="1 senses for 4"):
        plots.contextual_vectors(elmo, "bank", SENTENCES, senses=["one"])


def test_perplexity_of_held_out_text_is_drawn():
    pytest.importorskip("matplotlib")
    from simon_elmo.reports.plots import perplexity_curves

    history = [{"words_read": n * 1000, "forward": 200 / n, "backward": 220 / n} for n in (1, 2, 3)]
    assert perplexity_curves(history).startswith(b"\x89PNG")
    assert perplexity_curves([{"words_read": 10, "forward": 5.0}]).startswith(b"\x89PNG")
    with pytest.raises(InvalidInput, match="held-out"):
        perplexity_curves([])
