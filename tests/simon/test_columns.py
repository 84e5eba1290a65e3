from __future__ import annotations

import inspect
from functools import partial

import numpy as np
import pandas as pd
import pytest

from simon_elmo.errors import CorruptPreset, InvalidConfig, InvalidInput, NotFitted, PresetNotFound, UnknownLabel
from simon_elmo.labels.taxonomy import GENERAL_LABELS
from simon_elmo.simon.characters import CharacterVocabulary
from simon_elmo.simon.columns import ColumnClassifier
from simon_elmo.simon.config import SimonConfig
from simon_elmo.text.documents import DocumentClassifier
from simon_elmo.training.config import TrainingConfig

pytestmark = pytest.mark.slow

SHAPES = SimonConfig(
    n_characters=CharacterVocabulary.extended().size, max_len=10, tail_len=3, max_cells=6, sampling="distinct",
    filters=(8, 16), kernel_widths=(3, 3), pool_sizes=(2, 2), padding="same", cell_units=12, column_units=12,
    feature_units=16, reads_headers=True, header_units=8, lstm_dropout=0.0, recurrent_dropout=0.0,
)  # fmt: skip
TRAINING = TrainingConfig(epochs=12, batch_size=16, learning_rate=0.01, header_dropout=0.5)
LABELS = ["categorical", "email", "int", "text"]


def simulated(n: int, seed: int) -> tuple[list[list[str]], list[tuple[str, ...]], list[str]]:
    rng = np.random.default_rng(seed)
    columns, labels, headers = [], [], []
    for row in range(n):
        words = ["".join(rng.choice(list("abcdefgh"), 6)) for _ in range(10)]
        kind = row % 3
        if kind == 0:
            columns.append([str(value) for value in rng.integers(0, 100_000, 10)])
        else:
            columns.append([f"{word}@{word[:2]}.org" for word in words] if kind == 1 else words)
        labels.append([("int",), ("email", "text"), ("text",)][kind])
        headers.append(["count", "e-mail", "word"][kind])
    return columns, labels, headers


@pytest.fixture(scope="module")
def classifier() -> ColumnClassifier:
    columns, labels, headers = simulated(240, seed=0)
    return ColumnClassifier(LABELS, config=SHAPES).fit(columns, labels, headers=headers, training=TRAINING)


@pytest.mark.slow
def test_learns_and_predicts_from_every_kind_of_table(classifier: ColumnClassifier) -> None:
    table = {"a": ["12", "455", "9081"], "b": ["abc@ab.org", "hgf@de.org", "cab@cd.org"], "c": ["abcdef", "ghc", "dd"]}
    expected = [("int",), {"email", "text"}, ("text",)]
    for given in (table, pd.DataFrame(table), list(table.values())):
        predicted = classifier.predict(given)
        assert predicted[0] == expected[0]
        assert set(predicted[1]) == expected[1]
        assert predicted[2] == expected[2]
    assert classifier.labels == LABELS
    probabilities = classifier.predict_proba(table)
    assert probabilities.dtype == np.float32
    assert probabilities.shape == (3, 4)
    assert classifier.features(table).shape == (3, 16)


def test_predictions_are_most_specific_first_and_follow_thresholds(classifier: ColumnClassifier) -> None:
    columns, _, _ = simulated(30, seed=5)
    probabilities = classifier.predict_proba(columns)
    for row, names in zip(probabilities, classifier.predict(columns, threshold=0.05), strict=True):
        *special, base = [name for name in names if name != "categorical"]
        found = [row[classifier.labels.index(name)] for name in special]
        assert found == sorted(found, reverse=True)
        assert base in GENERAL_LABELS
        assert "categorical" not in names[:-1]
        known = zip(classifier.labels, row, strict=True)
        assert set(special) == {
            name for name, value in known if value >= 0.05 and name not in (*GENERAL_LABELS, "categorical")
        }
    with pytest.raises(InvalidInput, match="threshold"):
        classifier.predict(columns, threshold=0.0)


def test_a_column_depends_on_itself_alone(classifier: ColumnClassifier) -> None:
    columns, _, _ = simulated(20, seed=6)
    together = classifier.predict_proba(columns)
    alone = np.concatenate([classifier.predict_proba([column]) for column in columns])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_missing_cells_do_not_count_and_a_column_of_them_has_no_label(classifier: ColumnClassifier) -> None:
    numbers = ["12", "455", "9081", "17"]
    holes = ["12", None, "455", "", float("nan"), "9081", "17", None]
    np.testing.assert_array_equal(classifier.predict_proba([numbers]), classifier.predict_proba([holes]))
    nothing = [[None, "", float("nan")], []]
    assert classifier.predict(nothing) == [(), ()]
    assert not classifier.predict_proba(nothing).any()
    assert classifier.predict([]) == []
    assert classifier.predict_proba(pd.DataFrame()).shape == (0, 4)


def test_the_rule_decides_what_is_categorical(classifier: ColumnClassifier) -> None:
    position = classifier.labels.index("categorical")
    two, many = ["ab", "cd"] * 40, [f"word{row}" for row in range(80)]
    assert classifier.predict_proba([two, many])[:, position].tolist() == [1.0, 0.0]


def test_names_are_evidence_unless_they_are_left_out(classifier: ColumnClassifier) -> None:
    cells = ["abc@ab.org", "hgf@de.org"]
    named, nameless = {"e-mail": cells}, [cells]
    np.testing.assert_array_equal(
        classifier.predict_proba(named, use_headers=False), classifier.predict_proba(nameless)
    )
    assert not np.array_equal(classifier.predict_proba(named), classifier.predict_proba(nameless))


def test_saved_and_loaded_is_identical(classifier: ColumnClassifier, tmp_path) -> None:
    columns, _, headers = simulated(30, seed=7)
    table = pd.DataFrame(dict(enumerate(columns))).set_axis(
        [f"{name} {row}" for row, name in enumerate(headers)], axis=1
    )
    classifier.save(tmp_path / "model")
    again = ColumnClassifier.from_preset(tmp_path / "model")
    np.testing.assert_array_equal(again.predict_proba(table), classifier.predict_proba(table))
    assert again.label_set == classifier.label_set
    assert again.metadata["metrics"] == classifier.metadata["metrics"]
    again.save(tmp_path / "again")
    names = {path.name for path in (tmp_path / "again").iterdir()}
    assert {"config.json", "labels.json", "vocabulary.json", "metadata.json", "model.weights.h5", "README.md"} <= names
    for name in ("config.json", "labels.json", "vocabulary.json", "model.weights.h5"):
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "model" / name).read_bytes()


def test_half_precision_on_disk_stays_within_a_thousandth(classifier: ColumnClassifier, tmp_path) -> None:
    columns, _, _ = simulated(30, seed=8)
    before = classifier.predict_proba(columns)
    classifier.save(tmp_path / "full")
    half = ColumnClassifier.from_preset(tmp_path / "full")
    half.save(tmp_path / "half", dtype="float16")
    after = ColumnClassifier.from_preset(tmp_path / "half").predict_proba(columns)
    np.testing.assert_allclose(after, before, atol=1e-3 * 10)
    np.testing.assert_array_equal(after, half.predict_proba(columns))


def test_keras_and_onnx_runtime_agree(classifier: ColumnClassifier, tmp_path) -> None:
    from simon_elmo.simon.inputs import network_inputs

    columns, _, headers = simulated(30, seed=9)
    engine = classifier.engine
    inputs = network_inputs(columns, headers, classifier.config, classifier.vocabulary)
    keras_features = engine.network().backbone.predict_on_batch(inputs)
    np.testing.assert_allclose(engine.features(columns, headers), keras_features, atol=1e-5)


@pytest.mark.slow
def test_training_again_goes_on_from_the_weights(classifier: ColumnClassifier, tmp_path) -> None:
    classifier.save(tmp_path / "model")
    again = ColumnClassifier.from_preset(tmp_path / "model")
    columns, labels, headers = simulated(60, seed=3)
    again.fit(columns, labels, headers=headers, training=TrainingConfig(epochs=1, batch_size=16, learning_rate=1e-6))
    found, expected = again.features(columns[:5]), classifier.features(columns[:5])
    np.testing.assert_allclose(found, expected, atol=1e-2)


def test_misuse_is_told_in_one_line(classifier: ColumnClassifier, tmp_path) -> None:
    with pytest.raises(NotFitted, match="not trained"):
        ColumnClassifier(LABELS, config=SHAPES).predict([["1"]])
    with pytest.raises(InvalidInput, match="for one column give a list"):
        classifier.predict("abc")
    with pytest.raises(InvalidInput, match="for one column give a list"):
        classifier.predict(["abc", "def"])
    with pytest.raises(InvalidConfig, match="characters"):
        ColumnClassifier(LABELS, config=SHAPES, vocabulary=CharacterVocabulary.published())
    with pytest.raises(UnknownLabel, match="'nonsense'"):
        ColumnClassifier(LABELS, config=SHAPES).fit([["1"]], ["nonsense"])
    with pytest.raises(InvalidInput, match="2 columns have 1 labels"):
        ColumnClassifier(LABELS, config=SHAPES).fit([["1"], ["2"]], ["int"])
    with pytest.raises(PresetNotFound):
        ColumnClassifier.from_preset("no-such-preset")


def test_a_damaged_folder_names_the_file(classifier: ColumnClassifier, tmp_path) -> None:
    classifier.save(tmp_path / "model")
    weights = tmp_path / "model" / "model.weights.h5"
    weights.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(CorruptPreset, match=r"model\.weights\.h5"):
        ColumnClassifier.from_preset(tmp_path / "model")


def test_reads_as_many_cells_as_it_is_told(classifier: ColumnClassifier) -> None:
    columns = [["abc@ab.org"] * 50, [f"{n}" for n in range(50)]]
    fewer = classifier.with_max_cells(2)
    assert (fewer.config.max_cells, classifier.config.max_cells) == (2, 6)
    assert fewer.predict(columns) == classifier.predict(columns)
    np.testing.assert_array_equal(fewer.features(columns[:1]), fewer.features([columns[0][:7]]))
    assert not np.array_equal(fewer.features(columns[1:]), classifier.features(columns[1:]))
    with pytest.raises(InvalidConfig, match="max_cells"):
        classifier.with_max_cells(0)


def test_one_string_is_no_list_of_labels(classifier: ColumnClassifier) -> None:
    """A string would be read as one label per letter."""
    hint = r"labels must be a list, such as \['email'\]; to load a preset write ColumnClassifier.from_preset\('email'\)"
    with pytest.raises(InvalidInput, match=hint):
        ColumnClassifier("email")
    with pytest.raises(InvalidInput, match=r"names must be a list, such as \['email'\]"):
        classifier.drop_labels("email")
    with pytest.raises(InvalidInput, match=r"headers must be a list with one name per column, such as \['email'\]"):
        classifier.predict([["a@b.org"]], headers="email")


def test_names_are_given_beside_a_list_in_every_method(classifier: ColumnClassifier) -> None:
    columns, labels, headers = simulated(6, seed=11)
    table = {f"{name} {row}": column for row, (name, column) in enumerate(zip(headers, columns, strict=True))}
    for method in (classifier.predict_proba, classifier.logits, classifier.features):
        expected = method(table)
        np.testing.assert_array_equal(method(columns, headers=list(table)), expected)
        np.testing.assert_array_equal(method(columns), method(table, use_headers=False))
        assert not np.array_equal(method(columns), expected)
    assert classifier.predict(columns, headers=list(table)) == classifier.predict(table)
    found = classifier.evaluate(columns, labels, headers=list(table))
    assert found.to_dict() == classifier.evaluate(table, labels).to_dict()
    assert found.to_dict() != classifier.evaluate(table, labels, use_headers=False).to_dict()


def test_names_that_do_not_fit_are_told_by_every_method(classifier: ColumnClassifier) -> None:
    columns, labels, headers = simulated(6, seed=11)
    calls = [classifier.predict, classifier.predict_proba, classifier.logits, classifier.features]
    calls += [partial(method, labels=labels) for method in (classifier.evaluate, classifier.fit, classifier.add_labels)]
    for call in calls:
        with pytest.raises(InvalidInput, match=r"^6 columns have 5 headers; give one per column, '' for none$"):
            call(columns, headers=headers[:5])


def test_a_classifier_says_what_it_is(classifier: ColumnClassifier, tmp_path) -> None:
    assert repr(ColumnClassifier()) == "ColumnClassifier(labels=None, trained=False)"
    assert repr(classifier) == "ColumnClassifier(labels=4, trained=True)"
    classifier.save(tmp_path / "mine")
    again = ColumnClassifier.from_preset(tmp_path / "mine")
    assert repr(again.drop_labels(["int"])) == "ColumnClassifier(preset='mine', labels=3, trained=True)"
    assert repr(ColumnClassifier.from_preset()) == "ColumnClassifier(preset='simon-semantic', labels=63, trained=True)"
    assert again.classes_.tolist() == again.labels == ["categorical", "email", "text"]


@pytest.mark.parametrize("model", [ColumnClassifier, DocumentClassifier])
def test_only_data_have_a_place(model: type) -> None:
    """Third arguments meant something else in each method; now all but the data are named."""
    data = {"self", "cls", "table", "columns", "texts", "labels", "name_or_folder", "folder", "names", "examples"}
    data |= {"logits", "probabilities", "max_cells", "model", "cells"}
    for name, method in inspect.getmembers(model, callable):
        if not name.startswith("_") or name == "__init__":
            placed = {
                parameter.name
                for parameter in inspect.signature(method).parameters.values()
                if parameter.kind is not parameter.KEYWORD_ONLY
            }
            assert placed <= data, name
