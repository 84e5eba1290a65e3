"""The language model that comes with the library."""

from __future__ import annotations

import random

import pytest

from simon_elmo.elmo.embedder import ElmoEmbedder
from simon_elmo.presets import available_presets, preset_folder

TEXT = """It was a cold night, and the wind blew hard against the windows of the old house.
Mr. Brown didn't hear it: he had been asleep for an hour. "What is it?" asked his wife.
She went to the door and looked out into the dark street, but there was nobody to be seen.
"There is nothing to be afraid of," she said, and came back to the fire."""


@pytest.fixture(scope="module")
def elmo():
    if "elmo-small-en" not in {preset.name for preset in available_presets()}:
        pytest.skip("elmo-small-en is not installed")
    return ElmoEmbedder.from_preset("elmo-small-en")


def test_it_is_small_and_says_what_it_read(elmo):
    folder = preset_folder("elmo-small-en")
    assert sum(path.stat().st_size for path in folder.iterdir()) < 25e6
    assert len(elmo.vocabulary) >= 10_000
    assert "words of the" in (folder / "README.md").read_text(encoding="utf-8")


def test_it_cuts_text_as_its_own(elmo):
    sentences = elmo.tokenize(TEXT)
    assert [len(sentence) for sentence in sentences] == [19, 15, 10, 21, 20]
    assert sentences[1][:4] == ["mr.", "brown", "didn", "'t"]


def test_it_knows_english(elmo):
    sentences = elmo.tokenize(TEXT)
    generator = random.Random(0)
    shuffled = [generator.sample(sentence, len(sentence)) for sentence in sentences]
    found, other = elmo.perplexity(sentences), elmo.perplexity(shuffled)
    assert found["perplexity"] < 60
    assert other["perplexity"] > 5 * found["perplexity"]
    assert found["unknown"] == 0
    assert found["tokens"] == sum(map(len, sentences)) + len(sentences)


def test_a_word_means_something_else_in_another_sentence(elmo):
    first, second = elmo.embed([["the", "river", "bank"], ["the", "money", "bank"]])
    assert first.shape == (3, 3, 256)
    assert abs(first[0, 2] - second[0, 2]).max() < 1e-6
    assert abs(first[2, 2] - second[2, 2]).max() > 0.05
