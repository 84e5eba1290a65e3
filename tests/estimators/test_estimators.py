"""The estimators are scikit-learn's own kind: checked, cloned, pickled, searched and put into pipelines."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.utils.estimator_checks import check_estimator

import simon_elmo as se
from simon_elmo.errors import InvalidInput, PresetNotFound, UnknownLabel
from simon_elmo.estimators import ElmoTransformer, SimonClassifier, SimonTransformer, select_by_label
from simon_elmo.simon.characters import CharacterVocabulary
from simon_elmo.simon.config import SimonConfig

pytestmark = pytest.mark.slow


def labelled_columns(n: int = 24, seed: int = 0) -> tuple[list[list[str]], list[str]]:
    rng = np.random.default_rng(seed)
    columns, labels = [], []
    for row in range(n):
        numbers = rng.integers(0, 99, 12)
        kind = row % 3
        columns.append(
            [f"{number}%" for number in numbers]
            if kind == 0
            else [f"A-{number:04d}/x" for number in numbers]
            if kind == 1
            else [f"{number}.{number} kg" for number in numbers]
        )
        labels.append(["share", "file", "weight"][kind])
    return columns, labels


def unpickled(data: bytes):
    return pickle.loads(data)  # noqa: S301 - written by the test


@pytest.fixture(scope="module")
def elmo(elmo_pair) -> ElmoTransformer:
    return ElmoTransformer(options=elmo_pair.options_file, weights=elmo_pair.weights_file)


def test_scikit_learn_finds_nothing_wrong_with_the_transformer() -> None:
    check_estimator(SimonTransformer())


@pytest.mark.filterwarnings("ignore")
def test_scikit_learn_finds_nothing_wrong_with_the_classifier() -> None:
    check_estimator(SimonClassifier())


def test_scikit_learn_finds_nothing_wrong_with_sentence_vectors(elmo: ElmoTransformer) -> None:
    check_estimator(elmo)


def test_features_are_those_of_the_preset_and_names_are_evidence() -> None:
    classifier = se.ColumnClassifier.from_preset()
    frame = pd.DataFrame({"zip": ["14222", "10001", "60601"], "b": ["ann@example.org", "bob@example.com", None]})
    expected = classifier.features(frame)
    samples = [frame[name] for name in frame]
    np.testing.assert_array_equal(SimonTransformer().fit_transform(samples), expected)
    nameless = SimonTransformer(use_headers=False).fit_transform(samples)
    np.testing.assert_array_equal(nameless, classifier.features(frame, use_headers=False))
    assert np.abs(nameless[0] - expected[0]).max() > 1e-3
    in_cells = pd.DataFrame({"columns": [frame["zip"].tolist(), frame["b"].tolist()]})
    np.testing.assert_array_equal(SimonTransformer().fit_transform(in_cells), nameless)


def test_headers_given_beside_a_list_must_fit_it() -> None:
    classifier = se.ColumnClassifier.from_preset()
    frame = pd.DataFrame({"zip": ["14222", "10001"]})
    np.testing.assert_array_equal(
        classifier.predict_proba([["14222", "10001"]], headers=["zip"]), classifier.predict_proba(frame)
    )
    with pytest.raises(InvalidInput, match="1 columns have 2 headers"):
        classifier.features([["1"]], headers=["a", "b"])


def test_classes_are_learned_from_a_few_columns() -> None:
    columns, labels = labelled_columns()
    classifier = SimonClassifier().fit(columns, labels)
    assert classifier.classes_.tolist() == ["file", "share", "weight"]
    new, expected = labelled_columns(12, seed=1)
    assert classifier.predict(new).tolist() == expected
    assert classifier.score(new, expected) == 1.0
    probabilities = classifier.predict_proba(new)
    assert probabilities.shape == (12, 3)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)


def test_several_labels_a_sample_have_a_probability_each() -> None:
    columns, labels = labelled_columns()
    several = [("number",) if label == "share" else ("number", label) for label in labels]
    classifier = SimonClassifier().fit(columns, several)
    assert classifier.classes_.tolist() == ["file", "number", "weight"]
    new, expected = labelled_columns(9, seed=2)
    probabilities = classifier.predict_proba(new)
    assert probabilities.shape == (9, 3)
    assert probabilities[:, 1].min() > 0.9  # every sample has this label
    true = [("number",) if label == "share" else ("number", label) for label in expected]
    assert [set(found) for found in classifier.predict(new)] == [set(names) for names in true]
    assert classifier.score(new, true) == 1.0
    indicator = np.array([[label == "file", label == "weight"] for label in labels]).astype(int)
    by_indicator = SimonClassifier().fit(columns, indicator)
    assert by_indicator.predict(new).tolist() == [[label == "file", label == "weight"] for label in expected]
    assert by_indicator.predict_proba(new).shape == (9, 2)


def test_without_labels_the_preset_answers() -> None:
    columns = [["ann@example.org", "bob@example.com"], ["12.5", "3.25"]]
    preset = se.ColumnClassifier.from_preset()
    classifier = SimonClassifier().fit(columns)
    assert classifier.classes_.tolist() == preset.labels
    np.testing.assert_array_equal(classifier.predict_proba(columns), preset.predict_proba(columns))
    assert classifier.predict(columns).tolist() == preset.predict(columns)


def test_nothing_is_predicted_before_fit() -> None:
    with pytest.raises(NotFittedError):
        SimonClassifier().predict([["1", "2"]])


def test_pickles_name_the_preset_and_hold_it_only_when_asked(tmp_path, monkeypatch) -> None:
    columns, labels = labelled_columns()
    se.ColumnClassifier.from_preset().save(tmp_path / "mine")
    light = SimonClassifier(preset=tmp_path / "mine").fit(columns, labels)
    heavy = SimonClassifier(preset=tmp_path / "mine", weights_in_pickle=True).fit(columns, labels)
    expected = light.predict_proba(columns)
    light_bytes, heavy_bytes = pickle.dumps(light), pickle.dumps(heavy)
    assert len(light_bytes) < 50_000 < 500_000 < len(heavy_bytes)
    np.testing.assert_array_equal(unpickled(light_bytes).predict_proba(columns), expected)
    (tmp_path / "mine").rename(tmp_path / "away")
    np.testing.assert_array_equal(unpickled(heavy_bytes).predict_proba(columns), expected)
    assert clone(unpickled(heavy_bytes)).fit(columns, labels).predict(columns).tolist() == labels
    with pytest.raises(PresetNotFound):
        unpickled(light_bytes).predict(columns)


def test_clones_share_one_network() -> None:
    first = SimonTransformer(preset="simon-geo")
    assert first._model() is clone(first)._model()
    assert first._model() is SimonClassifier(preset="simon-geo")._model()
    assert "_model" not in vars(first)


def test_a_folder_that_was_written_anew_is_read_anew(tmp_path) -> None:
    preset = se.ColumnClassifier.from_preset()
    preset.save(tmp_path / "model")
    assert SimonClassifier(preset=tmp_path / "model").fit([["1"]]).classes_.tolist() == preset.labels
    preset.drop_labels(["uuid"]).save(tmp_path / "model")
    assert "uuid" not in SimonClassifier(preset=tmp_path / "model").fit([["1"]]).classes_


def test_a_grid_is_searched() -> None:
    columns, labels = labelled_columns(30)
    search = GridSearchCV(SimonClassifier(), {"C": [0.01, 1.0], "preset": ["simon-geo", None]}, cv=3)
    search.fit(columns, labels)
    assert search.best_score_ > 0.9


def test_frames_come_out_where_they_are_asked_for() -> None:
    found = SimonTransformer().set_output(transform="pandas").fit_transform([["1", "2"], ["a", "b"]])
    assert isinstance(found, pd.DataFrame)
    assert found.columns[:2].tolist() == ["simontransformer0", "simontransformer1"]
    assert found.shape == (2, 128)


def test_columns_are_selected_by_what_they_hold() -> None:
    table = se.read_table("examples/data/people.csv")
    assert select_by_label("email", "latitude")(table) == ["e_mail", "latitude"]
    numbered = table.set_axis(range(table.shape[1]), axis=1)
    assert select_by_label("email", use_headers=False)(numbered) == [list(table.columns).index("e_mail")]
    with pytest.raises(UnknownLabel, match="'nonsense'"):
        select_by_label("nonsense")(table)
    with pytest.raises(InvalidInput, match="one label"):
        select_by_label()
    with pytest.raises(InvalidInput, match="DataFrame"):
        select_by_label("email")(np.zeros((2, 2)))


def test_selected_columns_and_sentence_vectors_in_one_pipeline(elmo: ElmoTransformer) -> None:
    rng = np.random.default_rng(0)
    good = rng.random(80) < 0.5
    frame = pd.DataFrame(
        {
            "state": np.where(rng.random(80) < 0.5, "Ohio", "Texas"),
            "comment": np.where(good, "good film , I liked it", "bad film , a bore"),
        }
    )
    pipeline = Pipeline(
        [
            (
                "columns",
                ColumnTransformer(
                    [
                        ("places", OneHotEncoder(sparse_output=False), select_by_label("state", "city", "county")),
                        ("words", elmo, "comment"),
                    ]
                ),
            ),
            ("scale", StandardScaler()),
            ("model", LogisticRegression(max_iter=1000)),
        ]
    )
    assert pipeline.fit(frame, good).score(frame, good) == 1.0
    assert unpickled(pickle.dumps(pipeline)).predict(frame).tolist() == good.tolist()
    names = pipeline[0].get_feature_names_out().tolist()
    assert "words__elmotransformer0" in names


def test_sentence_vectors_are_those_of_the_embedder(elmo: ElmoTransformer, elmo_pair) -> None:
    embedder = se.ElmoEmbedder.from_files(elmo_pair.options_file, elmo_pair.weights_file)
    texts = ["a first text", "another one", "a first text"]
    found = elmo.fit_transform(pd.Series([*texts, None]))
    np.testing.assert_allclose(found[:3], embedder.sentence_vectors(texts, layers="average"), atol=1e-6)
    assert not found[3].any()
    by_row = clone(elmo).fit_transform(pd.DataFrame({"a": ["a first", "another"], "b": ["text", "one"]}))
    np.testing.assert_allclose(by_row, found[:2], atol=1e-6)
    with pytest.raises(InvalidInput, match="options and weights"):
        ElmoTransformer(options=elmo_pair.options_file).fit(texts)


def test_documents_are_samples_too(tmp_path) -> None:
    rng = np.random.default_rng(0)
    words = {"sport": ["match", "goal", "team", "coach"], "money": ["bank", "rate", "loan", "price"]}
    labels = ["sport", "money"] * 15
    texts = [" ".join(rng.choice(words[label], 6)) + ". " + " ".join(rng.choice(words[label], 5)) for label in labels]
    by_columns = SimonClassifier(kind="documents").fit(pd.Series(texts), labels)
    assert by_columns.score(texts, labels) > 0.9
    with pytest.raises(InvalidInput, match="no labels for documents"):
        SimonClassifier(kind="documents").fit(texts)
    shapes = SimonConfig(
        n_characters=CharacterVocabulary.extended().size, max_len=10, max_cells=6, filters=(4,), kernel_widths=(3,),
        pool_sizes=(2,), padding="same", cell_units=4, column_units=4, feature_units=8,
    )  # fmt: skip
    model = se.DocumentClassifier(["money", "sport"], config=shapes).fit(texts, labels, epochs=1, seed=0)
    model.save(tmp_path / "documents")
    own = SimonClassifier(kind="documents", preset=tmp_path / "documents").fit(texts)
    np.testing.assert_array_equal(own.predict_proba(texts), model.predict_proba(texts))
    assert own.predict(texts).tolist() == model.predict(texts)
    features = SimonTransformer(kind="documents", preset=tmp_path / "documents").fit_transform(pd.Series(texts))
    np.testing.assert_array_equal(features, model.features(texts))
    taught = SimonClassifier(kind="documents", preset=tmp_path / "documents", training="all", epochs=1)
    assert taught.fit(texts, labels).predict_proba(texts).shape == (30, 2)
    numbered = se.DocumentClassifier([10, 9], config=shapes).fit(
        texts, [9 + (label == "sport") for label in labels], epochs=1
    )
    numbered.save(tmp_path / "numbered")
    own = SimonClassifier(kind="documents", preset=tmp_path / "numbered").fit(texts)
    found = own.predict(texts)
    assert (own.classes_.tolist(), found.dtype.kind) == ([9, 10], "i")
    assert found.tolist() == numbered.predict(texts)
    assert own.predict(["", *texts]).tolist()[0] is None


def test_misuse_is_told() -> None:
    with pytest.raises(InvalidInput, match="kind must be one of columns, documents"):
        SimonTransformer(kind="rows").fit([["1"]])
    with pytest.raises(InvalidInput, match="training must be"):
        SimonClassifier(training="some").fit([["1"], ["a"]], ["x", "y"])
    with pytest.raises(InvalidInput, match="sequence of cells"):
        SimonTransformer().fit(["abc", "def"])
    with pytest.raises(InvalidInput, match="only one class"):
        SimonClassifier().fit([["1"], ["2"]], ["x", "x"])
    with pytest.raises(PresetNotFound, match="no-such-preset"):
        make_pipeline(SimonTransformer(preset="no-such-preset")).fit([["1"]])


def test_the_whole_network_is_trained_on() -> None:
    columns, labels = labelled_columns(30)
    classifier = SimonClassifier(training="all", epochs=2, seed=1).fit(columns, labels)
    preset = SimonClassifier()._model()
    before, after = preset.weights(), classifier.network_.weights()
    assert any(not np.array_equal(before[name], after[name]) for name in before if not name.startswith("head"))
    new, expected = labelled_columns(12, seed=3)
    assert classifier.score(new, expected) > 0.8
    assert unpickled(pickle.dumps(classifier)).predict(new).tolist() == classifier.predict(new).tolist()
