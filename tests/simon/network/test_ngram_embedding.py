from __future__ import annotations

import keras
import numpy as np
import pytest

from simon_elmo.errors import InvalidConfig
from simon_elmo.simon.config import NGRAM_MULTIPLIERS, NGRAM_WIDTHS, SimonConfig
from simon_elmo.simon.network.ngram_embedding import NGramEmbedding


def expected(ids, table, buckets):
    """The mean vector of a cell, n-gram by n-gram."""
    length = int((ids > 0).sum())
    rows = []
    for number, width in enumerate(NGRAM_WIDTHS):
        padded = [0] * (width // 2) + ids.tolist() + [0] * (width // 2)
        for start in range(length):
            hashed = sum(padded[start + place] * NGRAM_MULTIPLIERS[place] for place in range(width))
            rows.append(table[hashed % buckets + number * buckets])
    return np.mean(rows, axis=0) if rows else np.zeros(table.shape[1])


def cells_of(*words, width=12):
    cells = np.zeros((len(words), width), "uint8")
    for row, word in enumerate(words):
        cells[row, : len(word)] = [ord(letter) for letter in word]
    return cells


def test_it_is_the_mean_over_the_ngrams_of_a_cell():
    layer = NGramEmbedding(97, 4)
    cells = cells_of("Ohio", "Texas", "x", "", "Connecticut!")
    found = np.asarray(layer(cells))
    table = np.asarray(layer.table)
    for row, cell in enumerate(cells):
        assert found[row] == pytest.approx(expected(cell, table, 97), abs=1e-6)
    assert not found[3].any()


def test_the_length_of_the_input_does_not_matter_and_beginnings_differ_from_middles():
    layer = NGramEmbedding(1009, 4)
    short = np.asarray(layer(cells_of("Iowa", width=6)))
    assert np.asarray(layer(cells_of("Iowa", width=30))) == pytest.approx(short, abs=1e-6)
    assert abs(np.asarray(layer(cells_of("aIow", width=6))) - short).max() > 1e-3


def test_the_largest_ids_do_not_overflow():
    layer = NGramEmbedding(97, 4)
    cells = np.full((1, 12), 255, "uint8")
    assert np.asarray(layer(cells))[0] == pytest.approx(expected(cells[0], np.asarray(layer.table), 97), abs=1e-6)
    assert 255 * sum(NGRAM_MULTIPLIERS) < 2**31


def test_a_saved_layer_is_the_same():
    layer = NGramEmbedding(97, 4, name="known_words")
    assert NGramEmbedding.from_config(layer.get_config()).get_config() == layer.get_config()


def test_as_many_rows_as_are_hashed_to():
    with pytest.raises(InvalidConfig, match="ngram_buckets"):
        SimonConfig(ngram_buckets=-1)


def test_ids_wider_than_a_byte_count_by_their_remainder():
    layer = NGramEmbedding(101, 4)
    narrow, wide = np.array([[1, 2, 3, 0]]), np.array([[1 + 256, 2, 3 + 512, 0]])
    np.testing.assert_array_equal(*(keras.ops.convert_to_numpy(layer(ids)) for ids in (narrow, wide)))
    multiple = keras.ops.convert_to_numpy(layer(np.array([[256, 2, 3, 0]])))  # a character, not padding
    count = keras.ops.convert_to_numpy(layer(np.array([[0, 2, 3, 0]])))
    assert not np.allclose(multiple, count)
