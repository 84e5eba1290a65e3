from __future__ import annotations

from itertools import pairwise, product

import keras
import numpy as np
import pytest

from simon_elmo.text.network.crf import ConditionalRandomField, most_likely_tags


@pytest.fixture
def field() -> tuple[ConditionalRandomField, np.ndarray, list[np.ndarray]]:
    rng = np.random.default_rng(0)
    layer = ConditionalRandomField(3)
    layer.build()
    scores = [rng.normal(size=shape).astype("float32") for shape in ((3, 3), (3,), (3,))]
    for weight, value in zip((layer.transitions, layer.begin, layer.end), scores, strict=True):
        weight.assign(value)
    return layer, rng.normal(size=(4, 5, 3)).astype("float32"), scores


def score(emissions, tags, transitions, begin, end) -> float:
    """The score of one sequence, word by word."""
    total = begin[tags[0]] + end[tags[-1]] + sum(row[tag] for row, tag in zip(emissions, tags, strict=True))
    return total + sum(transitions[a, b] for a, b in pairwise(tags))


def test_losses_are_those_of_all_sequences_counted_one_by_one(field):
    layer, emissions, scores = field
    lengths = np.array([5, 3, 1, 2])
    tags = np.random.default_rng(1).integers(0, 3, (4, 5))
    found = keras.ops.convert_to_numpy(layer(emissions, tags, lengths))
    for row, length in enumerate(lengths):
        every = [score(emissions[row, :length], each, *scores) for each in product(range(3), repeat=length)]
        expected = np.logaddexp.reduce(every) - score(emissions[row, :length], tags[row, :length], *scores)
        assert found[row] * length == pytest.approx(expected, abs=1e-4)


def test_the_most_likely_tags_are_the_best_of_all_sequences(field):
    _, emissions, scores = field
    lengths = np.array([5, 3, 0, 1])
    for row, tags in enumerate(most_likely_tags(emissions, lengths, *scores)):
        assert len(tags) == lengths[row]
        if len(tags):
            best = max(
                product(range(3), repeat=len(tags)), key=lambda each: score(emissions[row, : len(tags)], each, *scores)
            )
            assert tags.tolist() == list(best)
