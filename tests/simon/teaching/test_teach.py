from __future__ import annotations

import warnings

import numpy as np
import pytest

from simon_elmo.errors import CorruptPreset, InvalidInput, UnknownLabel
from simon_elmo.labels.taxonomy import GENERAL_LABELS, STATISTICAL_LABELS
from simon_elmo.simon.characters import CharacterVocabulary
from simon_elmo.simon.columns import ColumnClassifier
from simon_elmo.simon.config import SimonConfig
from simon_elmo.training.config import TrainingConfig

pytestmark = pytest.mark.slow

SHAPES = SimonConfig(
    n_characters=CharacterVocabulary.extended().size, max_len=12, tail_len=3, max_cells=8, sampling="distinct",
    filters=(8,), kernel_widths=(3,), pool_sizes=(2,), padding="same", cell_units=8, column_units=8,
    feature_units=16, reads_headers=True, header_units=8, lstm_dropout=0.0, recurrent_dropout=0.0,
)  # fmt: skip
KINDS = {
    "int": lambda rng: str(rng.integers(0, 100_000)),
    "text": lambda rng: "".join(rng.choice(list("abcdefgh"), 6)),
    "email": lambda rng: "{0}@{0}.org".format("".join(rng.choice(list("abcdefgh"), 3))),
    "percent": lambda rng: f"{rng.uniform(0, 100):.1f}%",
    "plate": lambda rng: f"{rng.choice(list('ABCDEFGH'))}{rng.choice(list('ABCDEFGH'))}-{rng.integers(100, 999)}",
    "version": lambda rng: f"v{rng.integers(0, 20)}.{rng.integers(0, 20)}.{rng.integers(0, 20)}",
}  # fmt: skip


def columns_of(kind, n, seed, n_cells=20):
    rng = np.random.default_rng([seed, sorted(KINDS).index(kind)])
    return [[KINDS[kind](rng) for _ in range(n_cells)] for _ in range(n)]


def mixed(n, seed):
    rows = [(column, (kind, "text") if kind == "email" else (kind,), f"{kind}s")
            for kind in ("int", "text", "email") for column in columns_of(kind, n, seed)]  # fmt: skip
    return [list(part) for part in zip(*rows, strict=True)]


@pytest.fixture
def classifier():
    return ColumnClassifier.from_preset("simon-geo")


def recall(classifier, kind, seed=99):
    found = classifier.predict(columns_of(kind, 40, seed))
    return sum(kind in names for names in found) / len(found)


def test_a_label_is_taught_and_nothing_is_forgotten(classifier):
    seen, _, headers = mixed(20, 5)
    table = {f"{name}{row}": column for row, (name, column) in enumerate(zip(headers, seen, strict=True))}
    before, old = classifier.predict_proba(table), classifier.label_set
    temperatures = dict(zip(old.names, classifier.temperatures, strict=True))
    report = classifier.add_labels(columns_of("percent", 10, 1), ["percent"] * 10)
    assert classifier.labels == sorted([*old.names, "percent"])
    after, new = classifier.predict_proba(table), classifier.labels.index("percent")
    np.testing.assert_array_equal(np.delete(after, new, axis=1), before)
    assert (after[:, new] < classifier.label_set.thresholds[new]).all()
    for name, threshold in zip(old.names, old.thresholds, strict=True):
        position = classifier.labels.index(name)
        assert classifier.label_set.thresholds[position] == threshold
        assert classifier.temperatures[position] == temperatures[name]
    assert recall(classifier, "percent") >= 0.95
    entry = report["percent"]
    assert (entry.columns, entry.label in report.to_text()) == (10, True)
    assert entry.nearest in old.names
    assert entry.f1 > 0.9
    assert report.old_macro_f1[1] >= report.old_macro_f1[0] - 0.005
    assert len(report.at_risk) == 5
    assert report.rehearsal_columns > 100


def test_one_label_after_the_other_keeps_all(classifier, tmp_path):
    seen, _, _ = mixed(20, 6)
    before = classifier.predict_proba(seen)
    for kind in ("percent", "version", "plate"):
        classifier.add_labels(columns_of(kind, 6, 2), [kind] * 6)
        classifier.save(tmp_path / kind)
        classifier = ColumnClassifier.from_preset(tmp_path / kind)
    assert set(classifier.taught) == {"percent", "version", "plate"}
    for kind in ("percent", "version", "plate"):
        assert recall(classifier, kind) >= 0.95
        others = [name for name in KINDS if name != kind]
        wrong = [kind in names for other in others for names in classifier.predict(columns_of(other, 20, 77))]
        assert np.mean(wrong) <= 0.02
    kept = [row for row, name in enumerate(classifier.labels) if name not in classifier.taught]
    np.testing.assert_array_equal(classifier.predict_proba(seen)[:, kept], before)


def test_several_labels_at_once_and_one_column_each(classifier):
    columns = columns_of("percent", 1, 3, n_cells=60) + columns_of("plate", 1, 3, n_cells=60)
    report = classifier.add_labels(columns, ["percent", "plate"], nearest={"plate": "text"})
    assert report["plate"].nearest == "text"
    assert min(recall(classifier, "percent"), recall(classifier, "plate")) >= 0.9


def test_saved_and_loaded_is_identical_with_what_it_replays(classifier, tmp_path):
    classifier.add_labels(columns_of("plate", 8, 4) + columns_of("text", 4, 4), ["plate"] * 8 + ["text"] * 4)
    classifier.save(tmp_path / "taught")
    again = ColumnClassifier.from_preset(tmp_path / "taught")
    columns, _, _ = mixed(10, 8)
    columns += columns_of("plate", 10, 8)
    np.testing.assert_array_equal(again.predict_proba(columns), classifier.predict_proba(columns))
    assert again.rehearsal().to_bytes() == classifier.rehearsal().to_bytes()
    assert again.taught == classifier.taught
    rehearsal = again.rehearsal()
    assert (rehearsal.targets[:, rehearsal.labels.index("plate")] == 1).sum() == 8 * 1
    (tmp_path / "taught" / "rehearsal.npz").write_bytes(b"nothing")
    with pytest.raises(CorruptPreset, match="rehearsal"):
        ColumnClassifier.from_preset(tmp_path / "taught")


def test_teaching_twice_the_same_is_the_same():
    first, second = (ColumnClassifier.from_preset("simon-geo") for _ in range(2))
    for one in (first, second):
        one.add_labels(columns_of("version", 5, 5), ["version"] * 5, seed=3)
    for name, array in first.weights().items():
        np.testing.assert_array_equal(array, second.weights()[name])
    assert first.label_set == second.label_set


def test_a_model_without_rehearsal_simulates_one(classifier):
    classifier._rehearsal = None  # as of a model that was saved without one
    assert 0 < len(classifier.rehearsal()) <= 2500
    counts = (classifier.rehearsal().targets == 1).sum(axis=0)
    assert counts[classifier.labels.index("email")] > 10


def test_dropping_a_taught_label_leaves_the_others(classifier):
    seen, _, _ = mixed(10, 9)
    before = classifier.predict_proba(seen)
    classifier.add_labels(columns_of("percent", 6, 6), ["percent"] * 6)
    classifier.drop_labels(["percent"])
    np.testing.assert_array_equal(classifier.predict_proba(seen), before)
    assert classifier.taught == {}
    classifier.add_labels(columns_of("percent", 6, 6), ["percent"] * 6)
    assert recall(classifier, "percent") >= 0.95


def test_columns_of_a_forgotten_label_are_no_evidence_against_it_under_another_name(classifier):
    assert "percent" in set(classifier.rehearsal().labels) - set(classifier.labels)
    report = classifier.add_labels(columns_of("percent", 3, 6), ["share"] * 3)
    found = classifier.predict(columns_of("percent", 40, 99))
    assert sum("share" in names for names in found) >= 38
    assert report["share"].false_alarms < 0.02
    rehearsal = classifier.rehearsal()
    share, percent = (rehearsal.targets[:, rehearsal.labels.index(name)] for name in ("share", "percent"))
    assert (percent == 1).any()
    assert (share[percent == 1] == -1).all()
    assert (share == 0).sum() > (share == -1).sum()


def test_training_goes_on_after_teaching_and_keeps_a_rehearsal(tmp_path):
    columns, labels, headers = mixed(12, 0)
    training = TrainingConfig(epochs=1, batch_size=16, learning_rate=0.01)
    classifier = ColumnClassifier(["email", "int", "text"], config=SHAPES)
    classifier.fit(columns, labels, headers=headers, training=training)
    assert classifier.rehearsal().labels == classifier.label_set.names
    classifier.add_labels(columns_of("plate", 6, 7), ["plate"] * 6)
    assert "head/surface" in classifier.weights()
    columns, labels = columns + columns_of("plate", 12, 10), labels + [("plate",)] * 12
    classifier.fit(columns, labels, headers=headers + [""] * 12, training=training, strategy="gradual-unfreezing")
    assert "head/surface" not in classifier.weights()
    assert classifier.rehearsal().labels == ("email", "int", "plate", "text")
    classifier.save(tmp_path / "model")
    again = ColumnClassifier.from_preset(tmp_path / "model")
    assert len(again.rehearsal()) == len(classifier.rehearsal()) > 20


def test_what_can_hardly_be_told_apart_is_said(classifier):
    with pytest.warns(UserWarning, match="'number' can hardly be told from .*'int'"):
        report = classifier.add_labels(columns_of("int", 8, 11), ["number"] * 8)
    assert report.warnings
    assert "int" in report["number"].confused_with


def test_the_old_label_that_is_the_same_is_named(classifier):
    rng = np.random.default_rng(12)
    names = ("ann", "bob.smith", "carla_w", "d.miller", "eva-maria", "frank")
    emails = [[f"{rng.choice(names)}{rng.integers(1, 99)}@example.com" for _ in range(20)] for _ in range(8)]
    with pytest.warns(UserWarning, match="'mail' can hardly be told from 'email'"):
        classifier.add_labels(emails, ["mail"] * 8)
    fresh = ColumnClassifier.from_preset("simon-geo")
    report = fresh.add_labels(emails, [("mail", "email")] * 8)
    assert not any("model predicts for" in sentence for sentence in report.warnings)


def test_dates_and_numbers_are_not_taken_for_times(classifier):
    # times are dates to a model without them, and some are written like numbers
    rng = np.random.default_rng(3)
    clock = [[f"{rng.integers(0, 24)}:{rng.integers(0, 60):02d}" for _ in range(20)] for _ in range(5)]
    clock.append([f"{rng.integers(0, 24)}.{rng.integers(0, 60):02d}" for _ in range(20)])
    classifier.add_labels(clock, ["clock"] * 6)
    dates = [[f"{rng.integers(1, 13):02d}/{rng.integers(1, 29):02d}/2021" for _ in range(20)] for _ in range(40)]
    sums = [[f"{rng.uniform(0, 9000):.2f}" for _ in range(20)] for _ in range(40)]
    assert sum("clock" in names for names in classifier.predict(dates + sums)) <= 2
    assert sum("clock" in names for names in classifier.predict(clock)) == 6


@pytest.mark.parametrize("preset", ["simon-base", "simon-geo", "simon-semantic"])
def test_presets_replay_plain_columns_of_every_general_label(preset):
    rehearsal = ColumnClassifier.from_preset(preset).rehearsal()
    ignored = [rehearsal.labels.index(name) for name in (*GENERAL_LABELS, *STATISTICAL_LABELS)
               if name in rehearsal.labels]  # fmt: skip
    plain = ~(np.delete(rehearsal.targets, ignored, axis=1) == 1).any(axis=1)
    for name in GENERAL_LABELS:
        assert (rehearsal.targets[plain, rehearsal.labels.index(name)] == 1).sum() >= 100, name


@pytest.mark.parametrize(
    ("columns", "labels", "nearest", "error", "message"),
    [
        ([["a"] * 9], ["int"], None, InvalidInput, "knows int already"),
        ([["a"] * 9], [()], None, InvalidInput, "no new label"),
        ([["a"] * 9, []], ["new", "new"], None, InvalidInput, "example 1 .* has no cells"),
        ([["a"] * 4], ["new"], None, InvalidInput, "4 example cells; give .* at least 5"),
        ([["a"] * 9], ["new"], "nonsense", UnknownLabel, "'nonsense'"),
        ([["a"] * 9], ["new"], {"other": "int"}, InvalidInput, "'other'"),
        ([["a"] * 9], ["new", "new"], None, InvalidInput, "1 columns have 2 labels"),
        ([["a"] * 9], "new", None, InvalidInput, "for one column give \\['new'\\]"),
        ([["a"] * 9], [None], None, InvalidInput, "labels of column 0 are a string or several strings, not None"),
        ([["a"] * 9], [(3,)], None, InvalidInput, "non-empty string: 3"),
        ([["a"] * 9], [" new"], None, InvalidInput, "no blanks at its ends"),
    ],
)
def test_misuse_is_told_and_changes_nothing(classifier, columns, labels, nearest, error, message):
    before = classifier.label_set
    with pytest.raises(error, match=message):
        classifier.add_labels(columns, labels, nearest=nearest)
    assert classifier.label_set == before
    assert classifier.taught == {}


def test_what_a_rule_decides_cannot_be_taught():
    with pytest.raises(InvalidInput, match="a rule decides it"):
        ColumnClassifier.from_preset("simon-base").add_labels([["1"] * 9], ["ordinal"])


def test_groups_must_fit(classifier):
    with pytest.raises(InvalidInput, match="2 columns have 1 groups"):
        classifier.add_labels([["a"] * 9, ["b"] * 9], ["new", "new"], groups=["one"])


def test_one_and_the_same_cell_is_told(classifier):
    with pytest.warns(UserWarning, match="all examples of 'status' hold one and the same cell"):
        report = classifier.add_labels([["in service"] * 40], ["status"])
    assert report["status"].distinct_cells == 1
    others = [["out of order"] * 40, ["Baltimore"] * 9, ["0"] * 9, ["yes"] * 30]
    assert not any("status" in names for names in classifier.predict(others))


def test_one_false_alarm_among_thousands_is_no_warning(classifier):
    # a few letters and a number, of a rehearsal without simulated codes: 1 of 250 columns is taken for one
    classifier._rehearsal = None  # as of a model that was saved without one
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        report = classifier.add_labels(columns_of("plate", 5, 13), ["plate"] * 5)
    assert report["plate"].held_out == 1
    assert "on 1 piece held out" in report.to_text()
