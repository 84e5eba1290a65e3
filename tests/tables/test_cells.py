from __future__ import annotations

import datetime
from collections import Counter
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simon_elmo.errors import InvalidInput
from simon_elmo.simon.characters import CharacterVocabulary
from simon_elmo.simon.inputs import EncodedColumns, encode_columns
from simon_elmo.tables.cells import has_cells, present_cells, sample_cells

PUBLISHED = CharacterVocabulary.published()
cells = st.one_of(st.text(max_size=3), st.none(), st.just(float("nan")))
columns = st.lists(cells, max_size=40)
samplings = st.sampled_from(["random", "distinct"])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["a", None, "", "b", "a"], ["a", "b", "a"]),
        (["a", float("nan"), np.nan, "b"], ["a", "b"]),
        (["a", pd.NA, pd.NaT, "b"], ["a", "b"]),
        ([1, None, 0, True, 2.5, float("nan")], ["1", "0", "True", "2.5"]),
        ([Decimal("1.20"), Decimal("nan"), b"x", b"\xff"], ["1.20", "x", "ff"]),
        ([datetime.date(2020, 1, 31), ["a"], {"b": 1}], ["2020-01-31", "['a']", "{'b': 1}"]),
        (("a", "NA", "null", " "), ["a", "NA", "null", " "]),
        ((value for value in "ab"), ["a", "b"]),
        (np.array(["ab", "", "c"]), ["ab", "c"]),
        (np.array(["ab", None, np.nan], dtype=object), ["ab"]),
        (np.array([1, 2]), ["1", "2"]),
        (np.array([0.1, np.nan, 1.0], dtype=np.float32), ["0.1", "1.0"]),
        (np.array(["2020-01-31", "NaT"], dtype="datetime64[D]"), ["2020-01-31"]),
        (pd.Series(["a", None, "b"]), ["a", "b"]),
        (pd.Series(["a", None, np.nan, ""], dtype=object), ["a"]),
        (pd.Series(["a", None], dtype="string"), ["a"]),
        (pd.Series(["a", None], dtype="string[pyarrow]"), ["a"]),
        (pd.Series([1, 2]), ["1", "2"]),
        (pd.Series([1, None]), ["1.0"]),
        (pd.Series([1, None], dtype="Int64"), ["1"]),
        (pd.Series([1.5, None], dtype="Float64"), ["1.5"]),
        (pd.Series([0.1], dtype="float32"), ["0.1"]),
        (pd.Series([1, None], dtype="int64[pyarrow]"), ["1"]),
        (pd.Series([True, False]), ["True", "False"]),
        (pd.Series(["a", None, "a"], dtype="category"), ["a", "a"]),
        (pd.Series(pd.to_datetime(["2020-01-31", None])), ["2020-01-31"]),
        (pd.Series(pd.to_datetime(["2020-01-31 10:00", None])), ["2020-01-31 10:00:00"]),
        (pd.Series([], dtype=object), []),
        (pd.Series([None, None]), []),
        ([], []),
    ],
)
def test_present_cells_are_strings(values, expected):
    assert present_cells(values) == expected


@pytest.mark.parametrize("values", ["abc", b"abc", np.zeros((2, 2)), pd.DataFrame({"a": ["x"]})])
def test_what_is_no_column_is_an_error(values):
    with pytest.raises(InvalidInput, match="column must"):
        present_cells(values)


@given(columns, st.integers(1, 12), samplings, st.integers(0, 5))
def test_a_sample_holds_cells_of_the_column_no_more_often_than_needed(values, n_cells, sampling, seed):
    sample = sample_cells(values, n_cells, sampling, seed)
    present = present_cells(values)
    assert len(sample) == n_cells
    assert sample == sample_cells(values, n_cells, sampling, seed)
    if not present:
        assert sample == ["NaN"] * n_cells
    elif sampling == "random" and len(present) >= n_cells:
        assert not Counter(sample) - Counter(present)
    elif sampling == "random":
        assert not Counter(present) - Counter(sample)
        assert set(sample) == set(present)
    else:
        assert len(set(sample)) == min(n_cells, len(set(present)))
        assert set(sample) <= set(present)


@given(columns, st.integers(1, 12), samplings)
def test_without_filling_nothing_is_repeated_beyond_the_column(values, n_cells, sampling):
    sample = sample_cells(values, n_cells, sampling, fill=False)
    present = present_cells(values) or ["NaN"]
    assert len(sample) == min(n_cells, len(present if sampling == "random" else set(present)))
    assert not Counter(sample) - Counter(present)


def test_drawn_cells_keep_the_order_of_the_column_and_come_from_all_of_it():
    values = [f"{number:04}" for number in range(1000)]
    for sampling in ("random", "distinct"):
        sample = sample_cells(values, 50, sampling)
        assert sample == sorted(sample)
        assert sample[0] < "0020"
        assert sample[-1] >= "0980"


def test_seeds_draw_other_cells():
    values = [str(number) for number in range(1000)]
    assert sample_cells(values, 20, seed=1) != sample_cells(values, 20, seed=2)


def test_every_row_can_be_drawn():
    values = [str(number) for number in range(50)]
    drawn = Counter(cell for seed in range(400) for cell in sample_cells(values, 5, seed=seed))
    assert set(drawn) == set(values)
    assert max(drawn.values()) < 4 * min(drawn.values())


def test_filling_shows_how_frequent_values_are():
    sample = sample_cells(["rare"] + ["often"] * 999, 64, sampling="distinct")
    assert sample[:2] == ["rare", "often"]
    assert Counter(sample)["often"] >= 62


def test_equal_values_of_different_kinds_are_different_cells():
    assert sample_cells([1, True, 1.0, "1"], 5, sampling="distinct", fill=False) == ["1", "True", "1.0"]


@given(st.lists(columns, max_size=6), st.integers(1, 8), samplings, st.integers(0, 2))
def test_encoded_columns_are_their_samples(tables, n_cells, sampling, seed):
    encoded = encode_columns(tables, PUBLISHED, 2, n_cells, tail_len=1, sampling=sampling, seed=seed)
    assert encoded.cells.dtype == np.uint8
    assert encoded.index.dtype == np.int32
    assert encoded.index.shape == (len(tables), n_cells)
    assert len(encoded) == len(tables)
    for values, dense in zip(tables, encoded.dense(), strict=True):
        sample = sample_cells(values, n_cells, sampling, seed)
        assert (dense == PUBLISHED.encode(sample, 2, tail_len=1)).all()


def test_a_repeated_cell_is_encoded_once():
    encoded = encode_columns([["a", "b"] * 50, ["b", "c"] * 50], PUBLISHED, 4, 30)
    assert len(encoded.cells) == 3
    assert encoded.dense().shape == (2, 30, 4)


def test_a_column_does_not_depend_on_its_neighbours():
    column = [str(number) for number in range(300)]
    alone = encode_columns([column], PUBLISHED, 4, 30).dense()[0]
    among = encode_columns([["x"], column, ["y", None]], PUBLISHED, 4, 30).dense()[1]
    assert (alone == among).all()


def test_no_columns_encode_to_nothing():
    encoded = encode_columns([], PUBLISHED, 4, 30)
    assert isinstance(encoded, EncodedColumns)
    assert encoded.dense().shape == (0, 30, 4)


def test_frames_give_the_same_cells_whatever_pandas_calls_them():
    values = ["a", None, "b", "a", "c"]
    kinds = [object, "string", "string[pyarrow]", "category"]
    samples = [sample_cells(pd.Series(values, dtype=kind), 4, "distinct") for kind in kinds]
    assert all(sample == sample_cells(values, 4, "distinct") for sample in samples)


@pytest.mark.parametrize(("n_cells", "sampling"), [(0, "random"), (5, "first")])
def test_wrong_arguments_are_errors(n_cells, sampling):
    with pytest.raises(InvalidInput, match="sampl"):
        sample_cells(["a"], n_cells, sampling)
    with pytest.raises(InvalidInput, match="sampl"):
        encode_columns([["a"]], PUBLISHED, 4, n_cells, sampling=sampling)


def test_a_column_has_cells_wherever_they_stand():
    assert has_cells([""] * 500 + ["x"])
    assert not has_cells([None, "", float("nan")] * 100)
    assert has_cells(pd.Series([None, 1.5]))
    assert not has_cells(pd.Series([], dtype=object))
