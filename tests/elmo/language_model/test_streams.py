from __future__ import annotations

import json

import numpy as np
import pytest

from simon_elmo.elmo.config import ElmoConfig
from simon_elmo.elmo.language_model.corpus import Corpus
from simon_elmo.elmo.language_model.streams import TextStreams
from simon_elmo.errors import InvalidInput

VOCABULARY = ("<S>", "</S>", "<UNK>", "a", "b", "c", "d")
CONFIG = ElmoConfig(cell_units=8, projection_units=4, filters=((1, 4),), max_characters=6)
SENTENCES = [["a", "b", "x"], ["c"], ["d", "a", "b", "c", "d"], ["b", "b"]]


def words_read(batch, direction):
    """The characters that are read, as training files of the reference write them."""
    return (batch["words"] - 1)[batch["positions"][direction]]


def test_batches_are_those_of_the_reference(shared_data):
    case = json.loads((shared_data / "elmo" / "expected" / "bilm_tf_test_data.json").read_text())["lm_dataset"]
    config = ElmoConfig(cell_units=8, projection_units=4, filters=((1, 4),), max_characters=case["max_chars"])
    corpus = Corpus.of([sentence.split() for sentence in case["sentences"]])
    streams = TextStreams(corpus, case["vocab"], config, case["batch_size"], case["num_steps"])
    for forward, backward in zip(case["forward_chars"], case["reverse_chars"], strict=True):
        batch = streams.next_batch()
        for direction, expected in enumerate((forward, backward)):
            assert batch["targets"][direction].tolist() == expected["next_token_id"]
            assert words_read(batch, direction).tolist() == expected["tokens_characters"]


def test_word_input_gets_ids_from_one():
    config = ElmoConfig(cell_units=8, projection_units=4, character_dim=0, filters=(), vocabulary_size=len(VOCABULARY))
    batch = TextStreams(Corpus.of(SENTENCES), VOCABULARY, config, 1, 4).next_batch()
    assert batch["words"][batch["positions"]].tolist() == [[[1, 4, 5, 3]], [[2, 3, 5, 4]]]
    assert batch["targets"].tolist() == [[[3, 4, 2, 1]], [[2, 4, 3, 0]]]


@pytest.mark.parametrize("order", ["pulled", "shuffled", "contiguous"])
def test_a_pass_reads_every_sentence_once(order):
    corpus = Corpus.of(SENTENCES)
    streams = TextStreams(corpus, VOCABULARY, CONFIG, 1, corpus.n_tokens + corpus.n_sentences, order, seed=3)
    read = streams.next_batch()["targets"]
    counts = np.bincount(read.ravel(), minlength=len(VOCABULARY))
    assert counts.tolist() == [4, 4, 2, 4, 8, 4, 4]


def test_contiguous_streams_begin_far_apart_and_read_on():
    corpus = Corpus.of([[word] * 3 for word in "abcd" * 25])
    streams = TextStreams(corpus, VOCABULARY, CONFIG, 2, 4, "contiguous", seed=0)
    first, second = streams.sentences.tolist()
    assert (second - first) % 100 in (49, 50, 51)
    streams.next_batch()
    streams.next_batch()
    assert streams.sentences.tolist() == [(first + 1) % 100, (second + 1) % 100]


@pytest.mark.parametrize("order", ["pulled", "shuffled", "contiguous"])
def test_streams_go_on_where_they_were(order):
    corpus = Corpus.of(SENTENCES * 5)
    streams = TextStreams(corpus, VOCABULARY, CONFIG, 3, 4, order, seed=1)
    for _ in range(7):
        streams.next_batch()
    state = streams.state()
    expected = [streams.next_batch() for _ in range(20)]
    other = TextStreams(corpus, VOCABULARY, CONFIG, 3, 4, order, seed=1)
    other.restore(state)
    for batch in expected:
        for name, value in other.next_batch().items():
            np.testing.assert_array_equal(value, batch[name])
    assert other.n_read == 27 * 12


def test_a_sentence_longer_than_many_batches_is_read_piece_by_piece():
    corpus = Corpus.of([["a", "b", "c", "d"] * 5 + ["b"]])
    whole = TextStreams(corpus, VOCABULARY, CONFIG, 1, 22).next_batch()
    streams = TextStreams(corpus, VOCABULARY, CONFIG, 1, 4)
    pieces = [streams.next_batch() for _ in range(5)]
    for direction in range(2):
        read = np.concatenate([words_read(batch, direction)[0] for batch in pieces])
        assert np.array_equal(read, words_read(whole, direction)[0, :20])
        targets = np.concatenate([batch["targets"][direction, 0] for batch in pieces])
        assert np.array_equal(targets, whole["targets"][direction, 0, :20])


def test_streams_refuse_what_does_not_fit():
    corpus = Corpus.of(SENTENCES)
    with pytest.raises(InvalidInput, match="order"):
        TextStreams(corpus, VOCABULARY, CONFIG, 2, 4, "random")
    streams = TextStreams(corpus, VOCABULARY, CONFIG, 2, 4)
    other_words = Corpus.of([["a", "b", "y"], *SENTENCES[1:]])
    other_vocabulary = ("<S>", "</S>", "<UNK>", "b", "a", "c", "d")
    for other in (
        TextStreams(corpus, VOCABULARY, CONFIG, 3, 4),
        TextStreams(Corpus.of([SENTENCES[3], *SENTENCES[1:3], SENTENCES[0]]), VOCABULARY, CONFIG, 2, 4),
        TextStreams(other_words, VOCABULARY, CONFIG, 2, 4),
        TextStreams(corpus, other_vocabulary, CONFIG, 2, 4),
    ):
        with pytest.raises(InvalidInput, match="another text, vocabulary or batch_size"):
            streams.restore(other.state())
    with pytest.raises(InvalidInput, match="no words"):
        TextStreams(Corpus.of([]), VOCABULARY, CONFIG, 2, 4)
