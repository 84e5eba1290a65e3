from __future__ import annotations

import numpy as np
import pytest

from simon_elmo.elmo.characters import encode_words
from simon_elmo.elmo.config import ElmoConfig
from simon_elmo.text.inputs import WordInputs, packed


@pytest.mark.parametrize("seed", range(5))
def test_packed_sequences_stay_apart_within_their_rows(seed):
    rng = np.random.default_rng(seed)
    lengths = rng.integers(1, 33, 200)
    starts = packed(lengths, 32)
    taken = np.concatenate([np.arange(start, start + length) for start, length in zip(starts, lengths, strict=True)])
    assert len(np.unique(taken)) == lengths.sum()
    assert np.array_equal(starts // 32, (starts + lengths - 1) // 32)
    rows = starts.max() // 32 + 1
    assert lengths.sum() > 0.95 * 32 * (rows - 1)


def test_no_sequence_needs_no_row():
    assert packed(np.zeros(0, int), 16).tolist() == []


def test_a_batch_holds_every_word_where_its_text_looks_for_it():
    config = ElmoConfig(cell_units=8, projection_units=4, character_dim=2, filters=((1, 4),))
    documents = [[["one", "two"], ["three"]], [["two"] * 30], [], [["four", "one"], ["five"] * 3]]
    batch = WordInputs(documents, config)(np.array([3, 2, 1, 0]))
    assert batch["index"].shape == batch["begins"].shape == (8, 32)
    assert batch["lengths"].tolist() == [5, 0, 30, 3]
    read = batch["words"][batch["index"].ravel()[batch["places"]] - 1]
    for row, document in enumerate([documents[3], [], documents[1], documents[0]]):
        words = [word for sentence in document for word in sentence]
        if words:
            np.testing.assert_array_equal(read[row, : len(words)], encode_words(words, config.max_characters))
    assert batch["begins"].sum() == 5
    assert np.count_nonzero(batch["index"]) == 38
