from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
from dataclasses import replace

import keras
import numpy as np
import pytest

from simon_elmo.elmo.embedder import ElmoEmbedder
from simon_elmo.elmo.language_model.model import BidirectionalLanguageModel
from simon_elmo.elmo.language_model.recipe import LanguageModelTraining
from simon_elmo.errors import CorruptPreset, InvalidConfig, InvalidInput, NotFitted, PresetNotFound, UnknownLabel
from simon_elmo.evaluation.calibration import all_probabilities, fit_temperature
from simon_elmo.evaluation.decisions import chosen_thresholds, text_weights
from simon_elmo.labels.label_set import LabelSet
from simon_elmo.text.classifier import ElmoClassifier
from simon_elmo.text.head_config import TextHeadConfig
from simon_elmo.text.loading import load_text_classifier
from simon_elmo.text.reader import TextReader
from simon_elmo.text.vectors import embed_documents
from simon_elmo.training.config import TrainingConfig
from simon_elmo.words.cleaning import TextCleaning
from simon_elmo.words.word_tokens import segmenter

pytestmark = pytest.mark.slow

WORDS = {
    "film": ("actor", "scene", "screen", "comedy"),
    "market": ("shares", "profit", "bank", "euro"),
    "sport": ("goal", "match", "coach", "league"),
}
TRAINING = TrainingConfig(epochs=40, learning_rate=0.003, batch_size=8, patience=8, seed=1)
READER = TextReader(max_tokens=40)


def texts_about(topics: list[tuple[str, ...]], seed: int) -> list[str]:
    generator = random.Random(seed)
    return [
        " ".join(
            f"{generator.choice(WORDS[topic])} {generator.choice(WORDS[topic])}."
            for topic in names
            for _ in range(generator.randint(2, 4))
        )
        for names in topics
    ]


@pytest.fixture(scope="module")
def elmo(elmo_pair) -> ElmoEmbedder:
    return ElmoEmbedder.from_files(elmo_pair.options_file, elmo_pair.weights_file)


@pytest.fixture(scope="module")
def topics() -> tuple[list[str], list[str]]:
    names = sorted(WORDS) * 50
    return texts_about([(name,) for name in names], 1), names


@pytest.fixture(scope="module")
def trained(elmo, topics) -> ElmoClassifier:
    return ElmoClassifier(elmo, head="concat", reader=READER, seed=3).fit(*topics, training=TRAINING)


def test_topics_are_learned_and_scored(trained):
    names = sorted(WORDS) * 5
    texts = texts_about([(name,) for name in names], 2)
    found = trained.evaluate(texts, names)
    assert found.exact_accuracy > 0.8
    assert trained.metadata["metrics"]["test"]["exact_accuracy"] > 0.7
    probabilities = trained.predict_proba(texts)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    assert trained.predict(texts) == [trained.labels[best] for best in probabilities.argmax(axis=1)]
    assert trained.roc(texts, names, label="sport").area > 0.9
    assert trained.predict(["", "A goal."])[0] == ""


def test_every_head_learns_from_the_same_vectors(elmo, topics):
    texts, names = topics
    kept = [row for row, name in enumerate(names) if name != "sport"]
    vectors = ElmoClassifier(elmo, reader=READER).embed(texts, keep_words=True).take(kept)
    labels = [names[row] for row in kept]
    unseen = texts_about([("film",), ("market",)] * 10, 5)
    for head in (
        TextHeadConfig(hidden_units=32, l2=1e-4),
        "concat-all",
        replace(TextHeadConfig.named("averaged"), dropout=0.0),
        TextHeadConfig(kind="cnn", filters=16, hidden_units=0),
        TextHeadConfig(kind="lstm", lstm_units=8, hidden_units=16),
    ):
        classifier = ElmoClassifier(elmo, head=head, reader=READER, seed=1).fit(vectors, labels, training=TRAINING)
        assert classifier.predict_proba(unseen).shape == (20, 2)
        assert classifier.evaluate(unseen, ["film", "market"] * 10).exact_accuracy >= 0.8, head


def test_the_published_head_has_its_weights(elmo):
    classifier = ElmoClassifier(elmo, head="published", labels=["fake", "true"])
    mixture, hidden, output = 4, (2 * 6 + 1) * 256, 257
    assert classifier.head.count_params() == mixture + hidden + output


def test_cached_vectors_are_those_of_single_sentences(elmo):
    reader = TextReader(max_tokens=7)
    documents = reader.documents(["One two. Three four five! Six seven.", "", "Eight."], segmenter("words"))
    assert [sum(map(len, document)) for document in documents] == [7, 0, 2]
    vectors = embed_documents(elmo, documents, keep_words=True)
    expected = np.concatenate(elmo.embed(documents[0]), axis=1).transpose(1, 0, 2)
    np.testing.assert_allclose(vectors.tokens[:7], expected, atol=2e-3)
    np.testing.assert_allclose(vectors.pools[0, 2], expected.mean(axis=0), atol=2e-3)
    assert vectors.lengths.tolist() == [7, 0, 2]
    assert not vectors.pools[1].any()


def test_many_vectors_are_mapped_from_a_file_and_are_the_same(elmo, topics):
    documents = READER.documents(topics[0][:20], segmenter("words"))
    in_memory = embed_documents(elmo, documents, keep_words=True)
    mapped = embed_documents(elmo, documents, keep_words=True, memory_limit=1000)
    assert isinstance(mapped.tokens, np.memmap)
    np.testing.assert_array_equal(mapped.tokens, in_memory.tokens)
    rows = [3, 0]
    for name, array in mapped.inputs(rows, of_words=True).items():
        np.testing.assert_array_equal(array, in_memory.inputs(rows, of_words=True)[name])


@pytest.mark.parametrize(("strategy", "rate"), [("all", 0.002), ("gradual-unfreezing", 0.01)])
def test_fine_tuning_changes_a_copy_of_the_bilm_and_answers_what_it_trained(elmo, topics, strategy, rate):
    texts, names = topics
    before = [keras.ops.convert_to_numpy(weight) for weight in elmo.backbone.weights]
    rows = []
    classifier = ElmoClassifier(elmo, head=TextHeadConfig(hidden_units=16), reader=READER, seed=1)
    tuning = classifier.fine_tuning_config(4, strategy=strategy, learning_rate=rate, batch_size=8)
    assert tuning.patience == 0  # the small rates at the end are part of the plan
    classifier.fit(
        texts[:60], names[:60], training=replace(TRAINING, epochs=2), fine_tuning=tuning, on_epoch=rows.append
    )
    assert [row["epoch"] for row in rows] == [0, 1, 0, 1, 2, 3]
    assert rows[-1]["validation_loss"] < rows[1]["validation_loss"]
    for weight, old in zip(elmo.backbone.weights, before, strict=True):
        np.testing.assert_array_equal(keras.ops.convert_to_numpy(weight), old)
    changed = {
        weight.path
        for weight, old in zip(classifier.elmo.backbone.weights, before, strict=True)
        if not np.array_equal(keras.ops.convert_to_numpy(weight), old)
    }
    assert any("bilstm" in path for path in changed)

    from simon_elmo.text.inputs import WordInputs
    from simon_elmo.text.network.fine_tuned import DocumentEncoder, ElmoTextNetwork

    documents = READER.documents(texts[:9], segmenter("words"))
    network = ElmoTextNetwork(classifier.elmo.backbone, classifier.head)
    inputs = WordInputs(documents, classifier.elmo.config)
    batch = inputs(np.arange(9))
    encoder = DocumentEncoder(classifier.elmo.backbone)
    encoded = keras.ops.convert_to_numpy(encoder(*(batch[name] for name in ("words", "index", "begins", "places"))))
    cached = classifier.embed(texts[:9], keep_words=True).inputs(np.arange(9), of_words=True)
    for row, length in enumerate(cached["lengths"]):
        np.testing.assert_allclose(cached["vectors"][row, :length], encoded[row, :length], rtol=1e-3, atol=1e-4)
    outputs = np.array(network.predict_on_batch(batch))
    expected = all_probabilities(outputs, 3, classifier.temperature, softmax=True)
    # units of a tiny random biLM hardly vary: standardised, the rounding of what is cached is seen
    np.testing.assert_allclose(classifier.predict_proba(texts[:9]), expected, atol=0.02)


def test_a_bilm_goes_on_as_a_language_model_on_the_texts_of_a_task(topics):
    texts, names = topics
    words = ["</S>", "<S>", "<UNK>", *sorted({word for text in texts for word in text.replace(".", " .").split()})]
    options = {
        "lstm": {"dim": 12, "projection_dim": 6, "n_layers": 1},
        "char_cnn": {"embedding": {"dim": 4}, "filters": [[1, 4], [2, 6]], "n_highway": 0, "activation": "relu"},
        "batch_size": 4,
        "unroll_steps": 8,
        "sample_softmax": False,
    }
    model = BidirectionalLanguageModel(options, words, segment="words", lower_case=True)
    with tempfile.TemporaryDirectory() as folder:
        model.save(f"{folder}/bilm")
        classifier = ElmoClassifier(
            f"{folder}/bilm", head="averaged", reader=TextReader(max_tokens=40, tokens="model"), seed=1
        )
        training = LanguageModelTraining(learning_rate=0.02, epochs=6, schedule="constant", warmup_steps=0)
        found = classifier.adapt(texts[:60], held_out=texts[60:90], training=training)
        assert found["perplexity_after"] < 0.8 * found["perplexity_before"]
        assert found["tokens"] > 60 * 4
        classifier.fit(texts, names, training=replace(TRAINING, epochs=3))
        classifier.save(f"{folder}/topics")
        again = ElmoClassifier.from_preset(f"{folder}/topics")
        np.testing.assert_array_equal(again.predict_proba(texts[:3]), classifier.predict_proba(texts[:3]))
    assert classifier.metadata["adapted"] == found


def test_a_saved_classifier_answers_the_same(trained, topics, tmp_path):
    trained.save(tmp_path / "topics")
    again = ElmoClassifier.from_preset(tmp_path / "topics")
    np.testing.assert_array_equal(again.predict_proba(topics[0][:9]), trained.predict_proba(topics[0][:9]))
    assert (again.reader, again.head_config) == (trained.reader, trained.head_config)
    assert again.label_set == trained.label_set
    assert again.metadata["metrics"] == trained.metadata["metrics"]
    assert ElmoEmbedder.from_preset(tmp_path / "topics").config == trained.elmo.config
    again.save(tmp_path / "small", dtype="float16")
    small = ElmoClassifier.from_preset(tmp_path / "small")
    np.testing.assert_allclose(small.predict_proba(topics[0][:9]), trained.predict_proba(topics[0][:9]), atol=0.02)


def test_a_damaged_folder_is_refused(trained, tmp_path):
    trained.save(tmp_path / "topics")
    (tmp_path / "topics" / "head.json").write_text("{}")
    with pytest.raises(CorruptPreset, match=r"head\.json"):
        ElmoClassifier.from_preset(tmp_path / "topics")
    trained.elmo.save(tmp_path / "elmo")
    with pytest.raises(PresetNotFound, match=r"holds an ELMo language model; load it with ElmoEmbedder\.from_preset"):
        ElmoClassifier.from_preset(tmp_path / "elmo")


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_a_folder_answers_the_same_on(backend, trained, topics, tmp_path):
    pytest.importorskip(backend)
    trained.save(tmp_path / "topics")
    np.save(tmp_path / "expected.npy", trained.predict_proba(topics[0][:6]))
    code = (
        "import sys, numpy as np, simon_elmo as se\n"
        "folder, texts = sys.argv[1], sys.argv[2:]\n"
        "classifier = se.ElmoClassifier.from_preset(folder + '/topics')\n"
        "np.testing.assert_allclose(classifier.predict_proba(texts), np.load(folder + '/expected.npy'), atol=5e-4)\n"
        "rows = []\n"
        "se.ElmoClassifier(classifier.elmo, head='concat', reader=classifier.reader).fit(\n"
        "    texts[:2] * 8, ['a', 'b'] * 8, training=se.TrainingConfig(epochs=1, batch_size=4), on_epoch=rows.append,\n"
        "    fine_tuning=classifier.fine_tuning_config(2, batch_size=16, strategy='gradual-unfreezing'))\n"
        "assert all(np.isfinite(row['loss']) for row in rows) and len(rows) == 3, rows\n"
        "expected = np.load(folder + '/expected.npy')\n"  # the biLM that both began from is as it was
        "np.testing.assert_allclose(classifier.predict_proba(texts), expected, atol=5e-4)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), *topics[0][:6]],
        env={**os.environ, "KERAS_BACKEND": backend},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]


def test_several_labels_a_text(elmo):
    topics = [("film",), ("sport",), ("film", "sport"), ("market",)] * 40
    labels = [tuple(name for name in names if name != "market") for names in topics]
    classifier = ElmoClassifier(
        elmo, head="concat-all", labels=["film", "sport"], label_mode="multi", reader=READER, seed=2
    )
    classifier.fit(texts_about(topics, 4), labels, training=TRAINING, threshold="f1")
    found = classifier.evaluate(texts_about(topics[:40], 5), labels[:40])
    assert found.macro_f1 > 0.8


def test_rare_labels_can_count_more():
    labels = LabelSet(("a", "b"))
    hot = labels.multi_hot(["a", "a", "a", "b"])
    balanced = text_weights(hot, labels, "balanced")
    assert balanced[:3].sum() == pytest.approx(balanced[3])
    assert balanced.mean() == pytest.approx(1)
    weighted = text_weights(hot, labels, {"b": 2})
    assert weighted[3] == pytest.approx(2 * weighted[0])
    with pytest.raises(UnknownLabel, match="'c'"):
        text_weights(hot, labels, {"c": 2})
    with pytest.raises(InvalidInput, match="above 0"):
        text_weights(hot, labels, {"b": 0})


def test_thresholds_and_temperatures_are_chosen():
    rng = np.random.default_rng(0)
    truth = rng.random(4000) < 0.2
    logits = np.where(truth, 0.5, -1.5) + rng.normal(size=4000)
    outputs = 1 / (1 + np.exp(-3 * logits))[:, None]
    hot = np.stack([~truth, truth], axis=1).astype("float32")
    temperature = fit_temperature(outputs, hot, softmax=False)
    assert temperature > 1
    probabilities = all_probabilities(outputs, 2, temperature, softmax=False)
    best = chosen_thresholds(probabilities, hot, "macro-f1", "single")[1]

    def macro(threshold: float) -> float:
        predicted = probabilities[:, 1] >= threshold
        pairs = ((predicted, truth), (~predicted, ~truth))
        return float(np.mean([2 * (p & t).sum() / (p.sum() + t.sum()) for p, t in pairs]))

    assert macro(best) >= max(macro(threshold) for threshold in np.linspace(0.1, 0.9, 41)) - 0.005
    with pytest.raises(InvalidInput, match="macro-f1"):
        chosen_thresholds(probabilities, hot, "best", "single")


def test_wrong_arguments_are_named(elmo, trained, topics):
    with pytest.raises(NotFitted, match="call fit"):
        ElmoClassifier(elmo, labels=["a", "b"]).predict(["a"])
    with pytest.raises(NotFitted, match="no labels yet"):
        _ = ElmoClassifier(elmo).labels
    with pytest.raises(InvalidInput, match="not one string"):
        trained.predict("a text")
    with pytest.raises(InvalidInput, match="2 texts have 1 labels"):
        trained.evaluate(["a", "b"], ["film"])
    with pytest.raises(UnknownLabel, match="opera"):
        trained.fit(["a", "b"], ["opera", "film"])
    with pytest.raises(InvalidInput, match="nothing to tell apart"):
        ElmoClassifier(elmo).fit(["a", "b"], ["film", "film"])
    with pytest.raises(InvalidInput, match="too few"):
        ElmoClassifier(elmo).fit(["a", ""], ["film", "sport"])
    vectors, labels = trained.embed(topics[0][:12]), topics[1][:12]
    with pytest.raises(InvalidInput, match="keep_words"):
        ElmoClassifier(elmo, head="cnn").fit(vectors, labels)
    with pytest.raises(InvalidInput, match="texts, not vectors"):
        ElmoClassifier(elmo).fit(vectors, labels, fine_tuning=ElmoClassifier.fine_tuning_config())
    with pytest.raises(InvalidInput, match="no vocabulary"):
        trained.adapt(topics[0])
    with pytest.raises(InvalidInput, match="name the label"):
        trained.roc(["a"], ["film"])
    with pytest.raises(InvalidConfig, match="no head 'deep'"):
        ElmoClassifier(elmo, head="deep")


@pytest.mark.parametrize(
    ("given", "ordered"),
    [([10, 2, 9], [2, 9, 10]), ([0.5, 10.0, -1.5], [-1.5, 0.5, 10.0]), (["10", "2", "9"], ["10", "2", "9"])],
)
@pytest.mark.parametrize("label_mode", ["single", "multi"])
def test_labels_come_back_in_the_type_that_was_given(elmo, topics, given, ordered, label_mode, tmp_path):
    value = dict(zip(sorted(WORDS), given, strict=True))
    texts, names = topics[0][:60], [value[name] for name in topics[1][:60]]
    labels = np.array(names) if label_mode == "single" else [(name,) for name in names]
    classifier = ElmoClassifier(elmo, head="linear", label_mode=label_mode, reader=READER)
    classifier.fit(texts, labels, class_weights={given[0]: 2.0})
    classifier.save(tmp_path / "topics")
    for each in (
        classifier,
        ElmoClassifier.from_preset(tmp_path / "topics"),
        load_text_classifier(tmp_path / "topics"),
    ):
        assert each.labels == ordered
        assert {type(label) for label in each.labels} == {type(given[0])}
        np.testing.assert_array_equal(each.classes_, np.array(ordered))
        found = each.predict(texts)
        assert sum(label in (name, (name,)) for label, name in zip(found, names, strict=True)) > 40
        scores = each.evaluate(texts, labels)
        assert [score.label for score in scores.scores] == ordered
        assert scores.score(given[0]).support == names.count(given[0])
        assert set(scores.confusion) == set(given)
        assert str(ordered[0]) in scores.to_text()
        assert each.roc(texts, labels, label=given[1]).area > 0.8
        nothing = {"single": "" if isinstance(given[0], str) else None, "multi": ()}[label_mode]
        assert each.predict([""]) == [nothing]


def test_true_and_false_are_labels(elmo, topics):
    texts, names = topics[0][:60], [name == "sport" for name in topics[1][:60]]
    classifier = ElmoClassifier(elmo, head="linear", labels=[True, False], reader=READER).fit(texts, names)
    assert classifier.labels == [False, True]
    assert classifier.classes_.dtype == bool
    found = classifier.predict(texts)
    assert {type(label) for label in found} == {bool}
    assert np.mean(np.array(found) == names) > 0.8


def test_labels_of_several_types_are_refused(elmo):
    with pytest.raises(
        InvalidInput, match=r"all of one type: '0' of text 0 is of type int, 'fake' of text 1 of type str"
    ):
        ElmoClassifier(elmo).fit(["a", "b"], [0, "fake"])
    with pytest.raises(InvalidInput, match="of type int, 'True' of text 1 of type bool"):
        ElmoClassifier(elmo).fit(["a", "b"], [1, True])
    with pytest.raises(InvalidInput, match="are of type int, those known already of type str"):
        ElmoClassifier(elmo, labels=["0", "1"]).fit(["a", "b"], [0, 1])
    with pytest.raises(InvalidInput, match="text 1 has no label"):
        ElmoClassifier(elmo).fit(["a", "b"], [1.0, float("nan")])
    with pytest.raises(InvalidInput, match="a label is a string, an integer, a float or a boolean, not"):
        ElmoClassifier(elmo).fit(["a", "b"], [{}, {}])
    with pytest.raises(InvalidInput, match=r"labels must be a list, such as \['fake'\]; .*from_preset\('fake'\)"):
        ElmoClassifier(elmo, labels="fake")


def test_a_repr_says_what_a_classifier_is(elmo, trained, tmp_path):
    assert repr(ElmoClassifier(elmo)) == (
        "ElmoClassifier(labels=None, label_mode='single', head='dense', trained=False)"
    )
    trained.save(tmp_path / "topics")
    again = ElmoClassifier.from_preset(tmp_path / "topics")
    assert repr(again) == (
        "ElmoClassifier(preset='topics', labels=3, label_mode='single', head='concat', trained=True)"
    )
    vectors = again.embed(["a goal.", ""])
    assert repr(vectors) == "DocumentVectors(texts=2, words=3, keeps_words=False, ngrams=False)"


def test_a_bilm_is_an_embedder_or_the_name_of_a_preset():
    with pytest.raises(InvalidInput, match=r"elmo must be an ElmoEmbedder, or the name or folder .*: \['a'\]"):
        ElmoClassifier(["a"])
    with pytest.raises(PresetNotFound, match="no preset and no folder 'elmo-huge'"):
        ElmoClassifier("elmo-huge")


class Interrupted(Exception):
    """What a callback raises in the middle of a training."""


def interrupt(row):
    raise Interrupted


def test_a_fit_that_fails_changes_nothing(elmo, topics):
    texts, names = topics[0][:40], topics[1][:40]
    classifier = ElmoClassifier(elmo, head="concat", reader=READER, seed=1)
    with pytest.raises(InvalidInput, match="40 texts have 39 labels"):
        classifier.fit(texts, names[1:])
    with pytest.raises(InvalidInput, match="threshold"):
        classifier.fit(texts, ["wrong", *names[1:]], threshold="best")
    with pytest.raises(Interrupted):
        classifier.fit(texts, ["wrong", *names[1:]], training=TRAINING, on_epoch=interrupt)
    with pytest.raises(NotFitted, match="labels"):
        _ = classifier.labels
    assert (classifier.metadata, classifier.history) == ({}, None)
    classifier.fit(texts, names, training=replace(TRAINING, epochs=2))
    assert classifier.labels == sorted(WORDS)


@pytest.mark.parametrize("ngrams", [False, True])
def test_a_second_fit_that_fails_leaves_the_first_one(elmo, topics, ngrams):
    texts, names = topics[0][:40], topics[1][:40]
    classifier = ElmoClassifier(elmo, head="concat", reader=READER, ngrams=ngrams, seed=1)
    classifier.fit(texts, names, training=replace(TRAINING, epochs=2))
    before = (classifier.predict_proba(texts), classifier.label_set, dict(classifier.metadata), classifier.elmo)
    rows: list[dict[str, float]] = []

    def stop_while_fine_tuning(row):
        rows.append(row)
        if len(rows) == 2:
            raise KeyboardInterrupt

    with pytest.raises(UnknownLabel, match="opera"):
        classifier.fit(texts, ["opera", *names[1:]])
    with pytest.raises(KeyboardInterrupt):
        classifier.fit(
            texts,
            names,
            training=replace(TRAINING, epochs=1),
            fine_tuning=classifier.fine_tuning_config(1, batch_size=8),
            threshold=0.5,
            on_epoch=stop_while_fine_tuning,
        )
    np.testing.assert_array_equal(classifier.predict_proba(texts), before[0])
    assert (classifier.label_set, classifier.metadata, classifier.elmo) == before[1:]
    classifier.fit(texts, names, training=replace(TRAINING, epochs=1))
    assert len(classifier.history.epochs) == 1


def test_what_is_done_to_texts_is_saved_with_the_model():
    reader = TextReader(max_tokens=100, splitter="lines", cleaning=TextCleaning.published())
    assert TextReader.from_dict(reader.to_dict()) == reader
    assert reader.documents(["It's 3.\nAnd MORE!"], segmenter("words")) == [[["it", "is"], ["and", "more"]]]
    pieces = TextReader(max_tokens=0, max_sentence=3).documents(["a b c d e f g"], segmenter("spaces"))
    assert pieces == [[["a", "b", "c"], ["d", "e", "f"], ["g"]]]


def test_a_linear_head_is_not_beaten_by_logistic_regression(elmo, topics):
    from sklearn.linear_model import LogisticRegression

    classifier = ElmoClassifier(elmo, head="linear", reader=READER)
    vectors, names = classifier.embed(topics[0]), np.array(topics[1])
    learn, check = np.arange(100), np.arange(100, 150)
    given = (vectors.take(learn), names[learn])
    classifier.fit(*given, validation=(vectors.take(check), names[check]))
    means = vectors.pools[:, 2].reshape(len(names), -1).astype(np.float32)
    deviation = means[learn].std(axis=0)
    scaled = (means - means[learn].mean(axis=0)) / np.maximum(deviation, 0.01 * deviation.max())
    at = np.searchsorted(classifier.labels, names[check])
    model = LogisticRegression(C=0.1, max_iter=300).fit(scaled[learn], names[learn])
    theirs, ours = (
        -np.log(each[np.arange(50), at]).mean()
        for each in (model.predict_proba(scaled[check]), classifier.predict_proba(vectors.take(check)))
    )
    assert ours <= theirs + 1e-4


def test_the_threshold_allows_for_weights_of_labels():
    rng = np.random.default_rng(0)
    truth = rng.random(2000) < 0.2
    logits = np.where(truth, 0.2, -1.8) + rng.normal(size=2000)
    hot = np.stack([~truth, truth], axis=1).astype("float32")
    right, shifted = (1 / (1 + np.exp(-(logits + shift)[:, None] * [-1, 1])) for shift in (0.0, 1.4))
    plain, weighted = (chosen_thresholds(each, hot, "macro-f1", "single")[1] for each in (right, shifted))
    assert np.log(weighted / (1 - weighted)) - np.log(plain / (1 - plain)) == pytest.approx(1.4, abs=0.3)


@pytest.mark.filterwarnings("error")
def test_a_threshold_is_chosen_where_nothing_is_told_apart():
    hot = np.array([[1, 0]] * 4, "float32")
    assert chosen_thresholds(np.zeros((4, 2)), hot, "macro-f1", "single")[1] == pytest.approx(0.5)
    with pytest.raises(InvalidInput, match="3 labels"):
        chosen_thresholds(np.zeros((4, 3)), np.eye(3, dtype="float32"), "f1", "single")
