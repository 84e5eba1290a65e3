from __future__ import annotations

import random

import pytest

from simon_elmo.elmo.embedder import ElmoEmbedder
from simon_elmo.errors import InvalidInput, NotFitted, PresetNotFound
from simon_elmo.text.tagger import ElmoTagger
from simon_elmo.training.config import TrainingConfig
from simon_elmo.training.named_weights import weights_of

pytestmark = pytest.mark.slow

FIRST, LAST, PLACES, OTHER = ("Ann", "Bob"), ("Hill", "Lake"), ("Lima", "Oslo"), ("sees", "in", "and", "lives")


def sentence(generator: random.Random) -> tuple[list[str], list[str]]:
    """`Hill` and `Lake` are names of people after a first name, and of places after `in`."""
    words, tags = [], []
    for _ in range(generator.randint(1, 3)):
        kind = generator.choice(("person", "place", "other"))
        if kind == "person":
            words += [generator.choice(FIRST), generator.choice(LAST)]
            tags += ["B-PER", "I-PER"]
        elif kind == "place":
            words += ["in", generator.choice(PLACES + LAST)]
            tags += ["O", "B-LOC"]
        else:
            words.append(generator.choice(OTHER))
            tags.append("O")
    return words, tags


def sentences(n: int, seed: int) -> tuple[list[list[str]], list[list[str]]]:
    generator = random.Random(seed)
    pairs = [sentence(generator) for _ in range(n)]
    return [words for words, _ in pairs], [tags for _, tags in pairs]


@pytest.fixture(scope="module")
def elmo(elmo_pair) -> ElmoEmbedder:
    return ElmoEmbedder.from_files(elmo_pair.options_file, elmo_pair.weights_file)


TRAINING = TrainingConfig(epochs=12, learning_rate=0.02, batch_size=16, patience=6, seed=1)


@pytest.mark.parametrize("crf", [True, False])
def test_names_are_found_by_their_context_and_a_saved_tagger_finds_the_same(elmo, crf, tmp_path):
    tagger = ElmoTagger(elmo, crf=crf, lstm_units=12, dropout=0.0, seed=2).fit(*sentences(150, 1), training=TRAINING)
    words, tags = sentences(60, 2)
    found = tagger.evaluate(words, tags)
    assert found.f1 > 0.9
    assert found.spans["PER"].support == sum(row.count("B-PER") for row in tags)
    assert tagger.metadata["metrics"]["validation"]["f1"] > 0.8
    tagger.save(tmp_path / "names")
    again = ElmoTagger.from_preset(tmp_path / "names")
    assert again.predict([*words, []]) == [*tagger.predict(words), []]
    assert again.crf is crf
    assert repr(again) == f"ElmoTagger(preset='names', tags=4, crf={crf}, trained=True)"
    elmo.save(tmp_path / "elmo")
    with pytest.raises(PresetNotFound, match="holds an ELMo language model; load it with ElmoEmbedder"):
        ElmoTagger.from_preset(tmp_path / "elmo")


def test_gradual_unfreezing_leaves_lower_layers_alone_at_first(elmo):
    weights = []
    for rate in (0.001, 0.1):
        training = TrainingConfig(
            epochs=1, learning_rate=rate, batch_size=16, strategy="gradual-unfreezing", patience=0
        )
        tagger = ElmoTagger(elmo, lstm_units=4, dropout=0.0).fit(*sentences(30, 1), training=training)
        weights.append(weights_of(tagger.network))
    changed = {name.split("/")[0] for name, array in weights[0].items() if (array != weights[1][name]).any()}
    assert changed == {"crf"}


def test_a_fit_that_fails_changes_nothing(elmo):
    words, tags = sentences(30, 1)
    short = TrainingConfig(epochs=1, batch_size=16)

    def stop(row):
        raise KeyboardInterrupt

    tagger = ElmoTagger(elmo, lstm_units=4)
    with pytest.raises(KeyboardInterrupt):
        tagger.fit(words, [["X"] * len(row) for row in tags], training=short, on_epoch=stop)
    assert (tagger.tags, tagger.metadata, tagger.history) == ((), {}, None)
    tagger.fit(words, tags, training=short)
    found = tagger.predict(words)
    with pytest.raises(KeyboardInterrupt):
        tagger.fit(words, [["X"] * len(row) for row in tags], training=short, on_epoch=stop)
    assert tagger.predict(words) == found
    assert set(tagger.tags) == {tag for row in tags for tag in row}


def test_wrong_arguments_are_named(elmo):
    with pytest.raises(NotFitted, match="call fit"):
        ElmoTagger(elmo).predict([["a"]])
    with pytest.raises(InvalidInput, match="sentence 1 has 2 words and 1 tags"):
        ElmoTagger(elmo).fit([["a"], ["a", "b"]], [["O"], ["O"]])
    with pytest.raises(InvalidInput, match="2 sentences have 1 rows"):
        ElmoTagger(elmo).fit([["a"], ["a", "b"]], [["O"]])
    with pytest.raises(InvalidInput, match="too few"):
        ElmoTagger(elmo).fit([["a"]], [["O"]])
