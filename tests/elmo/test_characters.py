from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simon_elmo.elmo.characters import encode_sentences, encode_words


@given(st.lists(st.text(max_size=70).filter(lambda word: word not in ("<S>", "</S>")), max_size=5), st.integers(3, 60))
def test_a_row_spells_its_word_in_bytes(words, size):
    rows = encode_words(words, size)
    assert rows.shape == (len(words), size)
    for word, row in zip(words, rows, strict=True):
        content = word.encode("utf-8")[: size - 2]
        assert row[0] == 259
        assert row[1 : len(content) + 1].tolist() == [byte + 1 for byte in content]
        assert row[len(content) + 1] == 260
        assert (row[len(content) + 2 :] == 261).all()


def test_boundaries_have_an_id_of_their_own_and_a_nul_byte_is_a_byte():
    rows = encode_words(["<S>", "</S>", "\0", "a\0"], 6)
    assert rows.tolist() == [
        [259, 257, 260, 261, 261, 261],
        [259, 258, 260, 261, 261, 261],
        [259, 1, 260, 261, 261, 261],
        [259, 98, 1, 260, 261, 261],
    ]


def test_sentences_are_padded_with_zeros():
    ids = encode_sentences([["a", "b"], [], ["c"]], 5)
    assert ids.shape == (3, 2, 5)
    assert (ids.any(axis=-1) == [[True, True], [False, False], [True, False]]).all()
    assert encode_sentences([], 5).shape == (0, 0, 5)


def test_ids_are_those_of_the_reference(shared_data):
    expected = json.loads((shared_data / "elmo/expected/bilm_tf_test_data.json").read_text())
    cases = expected["batcher"]
    sentences = [["<S>", *sentence, "</S>"] for sentence in cases["sentences"]]
    assert np.array_equal(encode_sentences(sentences, cases["max_chars"]), cases["char_ids"])
    shorter = expected["unicode_vocab"]
    for word, ids in shorter["cases"].items():
        assert encode_words([word], shorter["max_chars"])[0].tolist() == [number + 1 for number in ids]


@pytest.mark.parametrize(("batch", "size"), [(0, 30), (1, 30)])
def test_ids_of_odd_words_are_those_of_the_reference(shared_data, batch, size):
    folder = shared_data / "elmo/computed"
    sentences = json.loads((folder / "variant_batches.json").read_text())[batch]
    whole = encode_sentences([["<S>", *sentence, "</S>"] for sentence in sentences], size)
    expected = np.load(folder / "variant_relu_1highway_3layer_skip/expected.npz")[f"char_ids_{batch}"]
    assert np.array_equal(whole, expected)
