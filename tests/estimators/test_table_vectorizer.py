"""`TableVectorizer` on what strangers put into tables."""

from __future__ import annotations

import datetime
import pickle
import warnings
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import check_estimator

import simon_elmo as se
from simon_elmo.errors import InvalidInput, UnknownLabel
from simon_elmo.estimators import TableVectorizer

RNG = np.random.default_rng(0)


def frame_of(table, **options) -> pd.DataFrame:
    vectorizer = TableVectorizer(**{"text": "drop", **options}).set_output(transform="pandas")
    return vectorizer.fit_transform(table)


def treatment(table: dict, name: str, **options) -> str:
    fitted = TableVectorizer(**{"text": "drop", **options}).fit(pd.DataFrame(table))
    return fitted.summary_.set_index("column").treatment[name]


def test_scikit_learn_finds_nothing_wrong_with_it() -> None:
    check_estimator(TableVectorizer())


def test_a_file_of_strings_in_front_of_any_model() -> None:
    people = se.read_table("examples/data/people.csv")
    spent = people.pop("spent").astype(float)
    model = make_pipeline(TableVectorizer(text="drop"), LinearRegression()).fit(people[:150], spent[:150])
    assert np.isfinite(model.predict(people[150:])).all()
    summary = model[0].summary_.set_index("column")
    assert summary.treatment["born"] == "date"
    assert summary.treatment["newsletter"] == "boolean"
    assert summary.treatment["latitude"] == "number"
    assert set(summary.treatment[["first_name", "last_name", "e_mail", "phone"]]) == {"drop"}
    assert summary.missing["homepage"] == (people["homepage"][:150] == "").sum()
    assert "email" in summary.labels["e_mail"]
    assert 0.5 < summary.probability["e_mail"] <= 1


def test_dates_become_seconds_and_the_parts_that_vary() -> None:
    days = [f"3/{day}/2020" for day in range(10, 21)]
    found = frame_of({"when": ["3/25/2020", "3/4/2020", None, "3/9/2020", "soon", *days]})
    assert found.columns.tolist() == ["when_seconds", "when_day", "when_weekday", "when_missing"]
    assert found["when_seconds"][0] == pd.Timestamp("2020-03-25").timestamp()
    assert found["when_day"][:4].tolist() == [25, 4, 14.5, 9]  # the median where it is missing
    assert found["when_missing"][:6].tolist() == [0, 0, 1, 0, 1, 0]


def test_a_table_agrees_on_what_the_day_is() -> None:
    table = {"opened": ["01/02/2020", "03/04/2020", "05/06/2020"], "closed": ["13/02/2020", "14/04/2020", "25/06/2020"]}
    found = frame_of(table)
    assert found["opened_day"].tolist() == [1, 3, 5]
    assert frame_of({"opened": table["opened"]})["opened_month"].tolist() == [1, 3, 5]
    assert frame_of({"opened": table["opened"]}, day_first=True)["opened_month"].tolist() == [2, 4, 6]


def test_times_of_day() -> None:
    found = frame_of({"start": ["10:30", "23:59", "00:00"] * 4})
    assert found["start_seconds"][:3].tolist() == [37800, 86340, 0]
    assert found["start_hour"][:3].tolist() == [10, 23, 0]


def test_categories_have_a_bucket_for_the_rest() -> None:
    values = ["a"] * 50 + ["b"] * 30 + ["c"] * 5 + ["d"] * 4
    vectorizer = TableVectorizer(max_levels=2, treatments={"kind": "category"}).set_output(transform="pandas")
    found = vectorizer.fit_transform(pd.DataFrame({"kind": values}))
    assert found.columns.tolist() == ["kind_a", "kind_b", "kind_other"]
    assert found.sum().tolist() == [50, 30, 9]
    new = pd.DataFrame({"kind": ["a", "z", None]})
    assert vectorizer.transform(new).to_numpy().tolist() == [[1, 0, 0], [0, 0, 1], [0, 0, 0]]
    assert vectorizer.count_failures(new).tolist() == [1]
    codes = clone(vectorizer).set_params(categories="ordinal", fill=None).fit(pd.DataFrame({"kind": values}))
    np.testing.assert_array_equal(codes.transform(new)["kind"], [0, 2, np.nan])


def test_ten_thousand_levels_are_as_wide_as_thirty() -> None:
    table = pd.DataFrame({"level": [f"level {value}" for value in RNG.integers(0, 10_000, 20_000)]})
    assert TableVectorizer(treatments={"level": "category"}).fit_transform(table).shape == (20_000, 31)
    assert TableVectorizer(text_components=4).fit_transform(table).shape == (20_000, 5)


def test_cells_that_fail_are_counted_and_missing() -> None:
    train = pd.DataFrame({"price": ["$1.50", "$2.00", "$3.25", "$4.00"] * 5, "when": ["2020-01-01", "2020-01-05"] * 10})
    vectorizer = TableVectorizer(fill=None).fit(train)
    new = pd.DataFrame({"price": ["$5", "free", "n/a", None], "when": ["2020-02-01", "May", "2020-13-01", ""]})
    found = pd.DataFrame(vectorizer.transform(new), columns=vectorizer.get_feature_names_out())
    np.testing.assert_array_equal(found["price"], [5, np.nan, np.nan, np.nan])
    assert found["when_seconds"].notna().tolist() == [True, False, False, False]
    assert vectorizer.count_failures(new).to_dict() == {"price": 1, "when": 2}
    assert vectorizer.summary_.failed.tolist() == [0, 0]


def test_only_training_rows_decide() -> None:
    train = pd.DataFrame({"n": ["1", "2", "3", None], "c": ["x", "y", "x", "z"]})
    test = pd.DataFrame({"n": ["100", None], "c": ["new", "y"]})
    vectorizer = TableVectorizer().fit(train)
    before = pickle.dumps(vectorizer)
    found = vectorizer.transform(test)
    assert found[1, 0] == 2  # the training rows' median
    assert vectorizer.transform(train).shape[1] == found.shape[1]
    assert pickle.dumps(vectorizer) == before


@pytest.mark.parametrize(
    "values",
    [
        pd.array([1, None, 3, 2], dtype="Int64"),
        pd.array([True, None, False, True], dtype="boolean"),
        pd.array([1.5, None, 2.5, 0.5], dtype="float64[pyarrow]"),
        np.array([1.5, np.inf, 2.5, 0.5]),
        [Decimal("1.50"), None, Decimal("2.50"), Decimal("0.50")],
        pd.array(["1.5", None, "2.5", "x"], dtype="string[pyarrow]"),
        pd.Categorical([3, None, 1, 3]),
        pd.to_timedelta([1, None, 3, 2], unit="h"),
        [1, None, 2.5, True],
        [2**60, None, 2**61, 5],
    ],
    ids=lambda values: str(getattr(values, "dtype", type(values[0]).__name__)),
)
def test_every_dtype_of_numbers(values) -> None:
    found = TableVectorizer(treatments={"n": "number"}).fit_transform(pd.DataFrame({"n": values}))
    assert found.shape == (4, 2)
    assert found[:, 1].tolist()[1] == 1
    assert np.isfinite(found).all()


@pytest.mark.parametrize(
    "values",
    [
        pd.date_range("2020-01-01", periods=4, freq="9h", tz="Europe/Berlin"),
        pd.period_range("2020-01", periods=4, freq="M"),
        [datetime.date(2020, 1, day) for day in (1, 2, 3, 9)],
        [datetime.datetime(2020, 1, day, 5) for day in (1, 2, 3, 9)],
        pd.array(pd.date_range("2020-01-01", periods=4), dtype="timestamp[us][pyarrow]"),
    ],
    ids=lambda values: type(values).__name__,
)
def test_every_dtype_of_dates(values) -> None:
    frame = pd.DataFrame({"d": values})
    found = frame_of(frame)
    assert "d_seconds" in found
    first = pd.Timestamp(str(frame["d"].iloc[0]))
    first = first.tz_convert("UTC").tz_localize(None) if first.tz else first
    assert found["d_seconds"][0] == first.timestamp()


def test_a_hole_in_the_test_rows_changes_no_category() -> None:
    vectorizer = TableVectorizer(treatments={"code": "category"}).fit(pd.DataFrame({"code": [1, 2, 3, 2] * 5}))
    whole, holed = (vectorizer.transform(pd.DataFrame({"code": values})) for values in ([1, 2], [1, 2, None]))
    np.testing.assert_array_equal(holed[:2], whole)


def test_columns_that_say_nothing_or_name_persons_are_dropped_or_kept() -> None:
    people = se.read_table("examples/data/people.csv")[["first_name", "e_mail", "orders"]].assign(nothing=None, one="x")
    assert frame_of(people).columns.tolist() == ["orders"]
    kept = frame_of(people, identifiers="keep")
    assert {"first_name", "e_mail"} <= set(kept.columns)
    assert frame_of(people, identifiers="encode", text="ngrams", text_components=3).shape[1] > 7
    summary = TableVectorizer().fit(people).summary_.set_index("column")
    assert summary.detail[["nothing", "one"]].tolist() == ["no cells", "constant"]


def test_a_network_is_not_believed_against_the_cells() -> None:
    repeated = [str(value) for value in RNG.integers(5_550_000, 5_550_090, 300)]
    assert treatment({"phone": repeated}, "phone") == "number"
    assert treatment({"date": ["low", "high", "middle"] * 20}, "date") == "category"


def test_the_user_has_the_last_word() -> None:
    table = {"zip": ["14222", "10001", "60601"] * 10, "n": [str(value) for value in range(30)]}
    assert treatment(table, "zip") == "number"
    assert treatment(table, "zip", treatments={"zip": "category"}) == "category"
    assert treatment(table, "n", types={"n": "identifier"}) == "drop"
    assert treatment(table, "n", types={"n": ("int", "identifier")}, identifiers="keep") == "number"
    with pytest.raises(UnknownLabel, match="'nonsense'"):
        TableVectorizer(types={"n": "nonsense"}).fit(pd.DataFrame(table))
    with pytest.raises(InvalidInput, match="there is no column 'm'"):
        TableVectorizer(treatments={"m": "drop"}).fit(pd.DataFrame(table))
    with pytest.raises(InvalidInput, match=r"'words'.*date.*none of its cells"):
        TableVectorizer(treatments={"words": "date"}).fit(pd.DataFrame({"words": ["a", "b"]}))
    with pytest.raises(InvalidInput, match="'n': a treatment is one of"):
        TableVectorizer(treatments={"n": "encode"}).fit(pd.DataFrame(table))


def test_test_rows_are_aligned_by_name() -> None:
    train = pd.DataFrame({"a": ["1", "2", "3"], "b": ["5.5", "6.5", "7.0"]})
    vectorizer = TableVectorizer().fit(train)
    np.testing.assert_array_equal(vectorizer.transform(train[["b", "a"]].assign(c=0)), vectorizer.transform(train))
    with pytest.raises(InvalidInput, match=r"lacks 1 of the 2 columns.*'b'"):
        vectorizer.transform(train[["a"]])
    with pytest.raises(ValueError, match="X has 3 features"):
        TableVectorizer().fit(train.to_numpy()).transform(np.zeros((2, 3)))
    with pytest.raises(NotFittedError):
        TableVectorizer().transform(train)


def test_names_that_repeat_or_are_no_strings() -> None:
    frame = pd.DataFrame([["1", "2", "yes"], ["3", "4", "no"]], columns=["a", "a", 7])
    found = frame_of(frame, treatments={7: "boolean"})
    assert found.columns.tolist() == ["a", "a.2", "7"]
    assert found.to_numpy().tolist() == [[1, 2, 1], [3, 4, 0]]
    vectorizer = TableVectorizer().fit(frame)
    np.testing.assert_array_equal(vectorizer.transform(frame), found)


def test_numbered_columns_are_aligned_too() -> None:
    train = pd.DataFrame({0: ["1", "2", "3"], 1: ["5.5", "6.5", "7.0"]})
    vectorizer = TableVectorizer().fit(train)
    expected = vectorizer.transform(train)
    np.testing.assert_array_equal(vectorizer.transform(train[[1, 0]]), expected)
    np.testing.assert_array_equal(vectorizer.transform(train.set_axis([3, 4], axis=1)), expected)


def test_dtypes_that_change_after_training() -> None:
    days = pd.date_range("2020-01-01", periods=40)
    vectorizer = TableVectorizer(fill=None).fit(pd.DataFrame({"day": days, "n": np.arange(40) * 1.5}))
    columns = vectorizer.get_feature_names_out().tolist()
    new = pd.DataFrame({"day": ["2020-01-05", "x", None], "n": ["1,200.5", "x", None]})
    found = pd.DataFrame(vectorizer.transform(new), columns=columns)
    np.testing.assert_array_equal(found["day_seconds"], [pd.Timestamp("2020-01-05").timestamp(), np.nan, np.nan])
    np.testing.assert_array_equal(found["n"], [1200.5, np.nan, np.nan])
    assert vectorizer.count_failures(new).tolist() == [1, 1]


def test_arrays_rows_and_mappings() -> None:
    rows = [[1, "x", "2020-01-01"], [2, "y", "2020-01-03"], [3, "x", "2020-02-05"]]
    expected = frame_of(pd.DataFrame(rows)).to_numpy()
    np.testing.assert_array_equal(TableVectorizer().fit_transform(rows), expected)
    np.testing.assert_array_equal(TableVectorizer().fit_transform(np.array(rows, dtype=object)), expected)
    assert TableVectorizer().fit_transform({"a": ["1", "2"], "b": ["x", "y"]}).tolist() == [[1, 1], [2, 0]]
    assert TableVectorizer().fit_transform(RNG.random((5, 3))).shape == (5, 3)


def test_one_row_and_no_rows() -> None:
    assert TableVectorizer().fit_transform(pd.DataFrame({"a": ["5"], "b": ["x"]})).shape == (1, 2)
    with pytest.raises(InvalidInput, match="at least one row"):
        TableVectorizer().fit(pd.DataFrame({"a": []}))
    with pytest.raises(InvalidInput, match="not one string"):
        TableVectorizer().fit("a table")


def test_huge_and_strange_cells() -> None:
    table = pd.DataFrame(
        {
            "huge": [f"{'word ' * (20_000 if row % 20 == 0 else 5)}{row}" for row in range(60)],
            "lists": [[row, 1] for row in range(60)],
            "bytes": [b"ab", b"cd", b"\xff"] * 20,
            "mixed": [1, "a", 2.5, None, True, datetime.date(2020, 1, 1)] * 10,
            "blank": ["", " ", "\t"] * 20,
            "signs": ["?!", "!!", "()"] * 20,
            "halves": pd.Series([f"half a \ud83d of a pair in row {row}" for row in range(60)], dtype=object),
        }
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        vectorizer = TableVectorizer(text_components=3).fit(table)
        found = vectorizer.transform(table)
    assert np.isfinite(found).all()
    np.testing.assert_allclose(vectorizer.transform(table[::-1])[::-1], found, atol=1e-9)


def test_texts_by_ngrams_or_by_a_network() -> None:
    good = RNG.random(200) < 0.5
    texts = [
        " ".join(RNG.choice(["great", "fine", "lovely"] if row else ["awful", "poor", "sad"], 4)) + f" {at}"
        for at, row in enumerate(good)
    ]
    frame = pd.DataFrame({"comment": texts})
    found = TableVectorizer(text_components=5).fit_transform(frame)
    assert max(abs(np.corrcoef(values, good)[0, 1]) for values in found[:, :5].T) > 0.8
    by_network = frame_of(frame[:60], text="simon", text_components=7)
    assert by_network.columns.tolist()[-1] == "comment_length"
    assert by_network.shape == (60, 8)

    class Lengths(TransformerMixin, BaseEstimator):
        def fit(self, X, y=None):
            return self

        def transform(self, X):
            return np.array([[len(text)] for text in X], dtype=float)

    assert TableVectorizer(text=Lengths()).fit_transform(frame).shape == (200, 2)
    with pytest.raises(InvalidInput, match="text must be"):
        TableVectorizer(text="word2vec").fit(frame)


def test_the_same_seed_gives_the_same_numbers() -> None:
    frame = pd.DataFrame({"comment": [" ".join(row) for row in RNG.choice(["a1", "b2", "c3", "d4"], (300, 6))]})
    first, second = (TableVectorizer(text_components=3).fit_transform(frame) for _ in range(2))
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize(
    ("name", "value"), [("fill", "mean"), ("identifiers", "hide"), ("max_levels", 0), ("categories", "x")]
)
def test_wrong_arguments_are_told(name: str, value: object) -> None:
    with pytest.raises(InvalidInput, match=name):
        TableVectorizer(**{name: value}).fit(pd.DataFrame({"a": ["x", "y", "x"]}))
