from __future__ import annotations

import json
import random
from dataclasses import replace

import numpy as np
import pytest

from simon_elmo.errors import CorruptPreset, InvalidConfig, InvalidInput, PresetNotFound, UnknownLabel
from simon_elmo.simon.characters import CharacterVocabulary
from simon_elmo.simon.columns import ColumnClassifier
from simon_elmo.simon.config import SimonConfig
from simon_elmo.text.documents import DocumentClassifier
from simon_elmo.training.config import TrainingConfig
from simon_elmo.words.cleaning import TextCleaning

pytestmark = pytest.mark.slow

WORDS = {
    "sport": ("goal", "match", "coach", "league", "striker"),
    "market": ("shares", "profit", "bank", "euro", "trader"),
    "film": ("actor", "scene", "director", "screen", "comedy"),
}
CONFIG = replace(
    SimonConfig.documents(CharacterVocabulary.extended().size, max_len=24, max_cells=6),
    filters=(16, 16),
    kernel_widths=(3, 3),
    pool_sizes=(2, 2),
    cell_units=12,
    column_units=12,
    feature_units=16,
    ngram_buckets=0,
    cell_dropout=0.0,
    column_dropout=0.0,
    feature_dropout=0.0,
)
TRAINING = TrainingConfig(epochs=20, learning_rate=0.01, batch_size=16, seed=1)


def texts_about(topics: list[tuple[str, ...]], seed: int) -> list[str]:
    generator = random.Random(seed)
    return [
        " ".join(
            f"{generator.choice(WORDS[topic]).capitalize()} and {generator.choice(WORDS[topic])}."
            for topic in names
            for _ in range(3)
        )
        for names in topics
    ]


@pytest.fixture(scope="module")
def trained() -> DocumentClassifier:
    topics = [(name,) for name in WORDS] * 40
    classifier = DocumentClassifier(config=CONFIG, cleaning=TextCleaning(lower_case=True))
    return classifier.fit(texts_about(topics, 1), [name for (name,) in topics], training=TRAINING)


def test_topics_are_learned(trained):
    topics = [(name,) for name in WORDS] * 5
    texts = texts_about(topics, seed=2)
    assert trained.labels == ["film", "market", "sport"]
    found = trained.evaluate(texts, [name for (name,) in topics])
    assert found.exact_accuracy > 0.9
    losses = [row["calibrated_loss"] for row in trained.history.epochs]
    assert trained.history.best_epoch == int(np.argmin(losses))
    assert trained.metadata["metrics"]["test"]["exact_accuracy"] > 0.9
    probabilities = trained.predict_proba(texts)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    assert trained.predict(texts) == [trained.labels[best] for best in probabilities.argmax(axis=1)]
    assert trained.features(texts).shape == (15, 16)
    assert trained.features(["What is this."] * 2).dtype == np.float32


def test_an_empty_text_has_no_label(trained):
    assert trained.predict(["", None, "Goal and match."])[:2] == ["", ""]
    assert not trained.predict_proba([" \n"]).any()


def test_long_sentences_become_several_cells_and_nothing_is_lost(trained):
    text = "A sentence that is much longer than a cell of this network. Short."
    cells = trained.cells([text])[0]
    assert " ".join(cells) == text.lower()
    assert all(len(cell) <= 24 for cell in cells)
    assert cells[-1] == "short."


def test_a_saved_classifier_answers_the_same(trained, tmp_path):
    texts = texts_about([("film",), ("sport",)], seed=3)
    trained.save(tmp_path / "topics")
    again = DocumentClassifier.from_preset(tmp_path / "topics")
    np.testing.assert_array_equal(again.predict_proba(texts), trained.predict_proba(texts))
    assert (again.label_mode, again.splitter, again.cleaning) == ("single", "built-in", TextCleaning(lower_case=True))
    assert again.metadata["metrics"] == trained.metadata["metrics"]


def test_a_classifier_of_columns_is_not_one_of_documents(trained, tmp_path):
    columns = ColumnClassifier(["a", "b"], config=CONFIG)
    columns.fit([["x"], ["y"]] * 20, ["a", "b"] * 20, training=replace(TRAINING, epochs=1))
    columns.save(tmp_path / "columns")
    with pytest.raises(PresetNotFound, match=r"holds a classifier of columns; load it with ColumnClassifier"):
        DocumentClassifier.from_preset(tmp_path / "columns")


@pytest.mark.parametrize(("words", "stop"), [("好坏送餐很快味道不的了", "。"), ("хорошплиюбьвня", ". ")])
def test_texts_in_other_scripts_are_read(words, stop, tmp_path):
    generator = random.Random(3)
    good, bad, *others = words
    texts = [
        stop.join("".join(generator.choices([*others, sign], [1] * len(others) + [4], k=9)) for _ in range(2))
        for sign in (good, bad) * 40
    ]
    classifier = DocumentClassifier()
    classifier.fit(texts, ["good", "bad"] * 40, training=TrainingConfig(epochs=6, batch_size=8, learning_rate=3e-3))
    assert set(words) <= set(classifier.vocabulary.characters)
    assert classifier.config.n_characters == classifier.vocabulary.size > CharacterVocabulary.extended().size
    assert classifier.evaluate(texts, ["good", "bad"] * 40).exact_accuracy > 0.9
    classifier.save(tmp_path / "signs")
    again = DocumentClassifier.from_preset(tmp_path / "signs")
    np.testing.assert_array_equal(again.predict_proba(texts), classifier.predict_proba(texts))
    again.fit(texts[::-1], ["bad", "good"] * 40, epochs=1)  # what was learned once stays
    assert again.vocabulary == classifier.vocabulary


def test_characters_are_learned_from_what_is_trained_on(monkeypatch, tmp_path):
    """A character of the held-out part would be read by weights never trained; half a character cannot be saved."""
    from simon_elmo.simon import fitting

    def split(examples, *_):
        return [examples.take(rows) for rows in (range(12), range(12, 14), range(14, 16))]

    monkeypatch.setattr(fitting, "split_examples", split)
    texts = ["好好 \ud83d\ud83d", "坏坏"] * 6 + ["贵贵", "贵贵"] * 2
    classifier = DocumentClassifier().fit(texts, ["a", "b"] * 8, epochs=1)
    assert classifier.vocabulary.characters[-2:] == "坏好"
    classifier.save(tmp_path / "signs")
    again = DocumentClassifier.from_preset(tmp_path / "signs")
    np.testing.assert_array_equal(again.predict_proba(texts), classifier.predict_proba(texts))


def test_a_text_may_have_several_labels():
    topics = [("film",), ("sport",), ("film", "sport"), ()] * 30
    classifier = DocumentClassifier(["film", "sport"], config=CONFIG, label_mode="multi", splitter="lines")
    texts = texts_about([names or ("market",) for names in topics], 4)
    classifier.fit(texts, topics, training=replace(TRAINING, seed=2))
    found = classifier.predict(texts_about([("film", "sport"), ("market",)], 5))
    assert [set(names) for names in found] == [{"film", "sport"}, set()]


def test_wrong_arguments_are_named(trained):
    with pytest.raises(InvalidInput, match="not one string"):
        trained.predict("a text")
    with pytest.raises(InvalidInput, match="text 1 must be a string, not int"):
        trained.predict(["a", 3])
    with pytest.raises(InvalidInput, match="2 texts have 1 labels"):
        trained.fit(["a", "b"], ["film"])
    with pytest.raises(InvalidInput, match="text 0 has 2 labels"):
        trained.fit(["a"], [("film", "sport")])
    with pytest.raises(UnknownLabel, match="opera"):
        trained.fit(["a"], ["opera"])
    with pytest.raises(InvalidInput, match="3 labels"):
        trained.predict(["a"], threshold=0.5)
    with pytest.raises(InvalidInput, match="label_mode"):
        DocumentClassifier(label_mode="both")
    with pytest.raises(InvalidConfig, match="reads_headers"):
        DocumentClassifier(config=replace(CONFIG, reads_headers=True))


def test_a_topic_is_taught_and_nothing_is_forgotten(trained, tmp_path):
    trained.save(tmp_path / "topics")
    classifier = DocumentClassifier.from_preset(tmp_path / "topics")
    old = texts_about([(name,) for name in WORDS] * 10, 5)
    before = classifier.predict_proba(old)
    law = texts_about_law(8, 6)
    report = classifier.add_labels(law + old[:3], ["law"] * 8 + [()] * 3)
    assert classifier.labels == ["film", "law", "market", "sport"]
    assert (report["law"].columns, report.rehearsal_columns > 50) == (8, True)
    assert "law: 8 texts in 8 pieces" in report.to_text()
    assert "column" not in report.to_text()
    classifier.save(tmp_path / "law")
    again = DocumentClassifier.from_preset(tmp_path / "law")
    assert again.predict(texts_about_law(20, 7)).count("law") >= 19
    found = again.predict(old)
    assert sum(name == true for name, true in zip(found, list(WORDS) * 10, strict=True)) >= 29
    # shares among the old topics stay as they were: each sigmoid is the same, only the new one is beside it
    shares = np.delete(again.predict_proba(old), 1, axis=1)
    np.testing.assert_allclose(shares / shares.sum(axis=1, keepdims=True), before, atol=1e-5)


def texts_about_law(n: int, seed: int) -> list[str]:
    generator = random.Random(seed)
    words = ("judge", "court", "verdict", "appeal", "witness")
    return [" ".join(f"{generator.choice(words).capitalize()} and {generator.choice(words)}." for _ in range(3))
            for _ in range(n)]  # fmt: skip


def test_a_text_to_teach_with_has_one_label_or_none_in_single_mode(trained):
    with pytest.raises(InvalidInput, match="text 1 has 2 labels"):
        trained.add_labels(["Judge and court."] * 2, ["law", ("law", "film")])
    assert trained.labels == ["film", "market", "sport"]


def test_a_classifier_of_documents_is_not_one_of_columns(trained, tmp_path):
    trained.save(tmp_path / "topics")
    with pytest.raises(PresetNotFound, match=r"holds a classifier of documents; load it with DocumentClassifier"):
        ColumnClassifier.from_preset(tmp_path / "topics")


def test_where_a_classifier_comes_from_is_seen(trained, tmp_path):
    assert repr(DocumentClassifier()) == "DocumentClassifier(labels=None, label_mode='single', trained=False)"
    trained.save(tmp_path / "topics")
    again = DocumentClassifier.from_preset(tmp_path / "topics")
    assert repr(again) == "DocumentClassifier(preset='topics', labels=3, label_mode='single', trained=True)"
    assert again.classes_.tolist() == again.labels
    with pytest.raises(TypeError, match="name_or_folder"):
        DocumentClassifier.from_preset()  # there is no default one
    with pytest.raises(InvalidInput, match=r"such as \['topics'\]; to load a preset write Document"):
        DocumentClassifier("topics")


def test_a_folder_that_does_not_say_how_texts_are_read_is_damaged(trained, tmp_path):
    trained.save(tmp_path / "topics")
    metadata = json.loads((tmp_path / "topics" / "metadata.json").read_text())
    metadata["document"]["splitter"] = "nonsense"
    (tmp_path / "topics" / "metadata.json").write_text(json.dumps(metadata))
    with pytest.raises(CorruptPreset, match=r"topics/metadata.json does not say how texts are read.*nonsense"):
        DocumentClassifier.from_preset(tmp_path / "topics")


@pytest.mark.parametrize(
    ("given", "new", "ordered"), [((9, 10, 7), 8, [7, 8, 9, 10]), (("9", "10", "7"), "8", ["10", "7", "8", "9"])]
)
def test_labels_come_back_in_the_type_that_was_given(given, new, ordered, tmp_path):
    topics = list(WORDS) * 30
    value = dict(zip(WORDS, given, strict=True))
    texts, labels = texts_about([(name,) for name in topics], 1), [value[name] for name in topics]
    classifier = DocumentClassifier(config=CONFIG).fit(texts, np.array(labels), training=TRAINING)
    assert classifier.labels == [label for label in ordered if label != new]
    report = classifier.add_labels(texts_about_law(8, 6), [new] * 8, nearest=given[0])
    assert (report[new].columns, report[new].nearest) == (8, str(given[0]))
    classifier.save(tmp_path / "topics")
    again = DocumentClassifier.from_preset(tmp_path / "topics")
    for each in (classifier, again):
        assert each.labels == ordered == each.classes_.tolist()
        found = each.predict(texts)
        assert {type(label) for label in found} == {type(new)}
        assert sum(label == true for label, true in zip(found, labels, strict=True)) > 80
        assert each.evaluate(texts, labels).score(given[1]).support == 30
        assert each.predict(texts_about_law(20, 7)).count(new) > 15
    np.testing.assert_array_equal(again.predict_proba(texts), classifier.predict_proba(texts))
    assert again.drop_labels([new]).labels == [label for label in ordered if label != new]
    with pytest.raises(InvalidInput, match="of type bool, those known already of type"):
        again.add_labels(texts_about_law(8, 6), [True] * 8)
    with pytest.raises(InvalidInput, match="of type float, those known already of type"):
        again.fit(texts, [1.5] * 90, epochs=1)


def test_labels_of_texts_mean_nothing_to_how_several_are_chosen():
    """Labels of columns such as int and text exclude each other; labels of texts that are called so do not."""
    topics = [("int",), ("text",), ("int", "text"), ()] * 30
    named = {"int": "sport", "text": "film"}
    texts = texts_about([tuple(named[name] for name in names) or ("market",) for names in topics], 4)
    classifier = DocumentClassifier(["int", "text"], config=CONFIG, label_mode="multi")
    classifier.fit(texts, topics, training=replace(TRAINING, seed=2))
    found = classifier.predict(texts_about([("sport", "film"), ("market",)], 5))
    assert [set(names) for names in found] == [{"int", "text"}, set()]
