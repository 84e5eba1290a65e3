from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from simon_elmo.tables.named_table import NamedTable, transpose, unique_names

names = st.lists(st.sampled_from(["a", "a.2", "", " ", "column_1", "column_2", "column_2.2", "b"]), max_size=8)


@given(names)
def test_names_are_told_apart_and_the_first_of_each_is_kept(given_names):
    unique = unique_names(given_names)
    assert len(set(unique)) == len(given_names)
    first = {name: position for position, name in reversed(list(enumerate(given_names))) if name.strip()}
    assert all(unique[position] == name for name, position in first.items())


def test_names_tell_the_position_or_the_repetition():
    assert unique_names(["a", "", "a", "a"]) == ["a", "column_2", "a.2", "a.3"]
    assert unique_names(["a", "a", "a.2"]) == ["a", "a.3", "a.2"]
    assert unique_names(["", "column_1"]) == ["column_1.2", "column_1"]


def test_rows_of_different_lengths_become_columns():
    assert transpose([["a", "b"], [], ["c"]], 3) == [["a", None, "c"], ["b", None, None], [None, None, None]]
    assert transpose([], 2) == [[], []]


def test_a_frame_holds_strings_and_none():
    frame = NamedTable("x.csv", "x", {"a": ["1", None], "b": ["", "NA"]}, 2).frame
    pd.testing.assert_frame_equal(frame, pd.DataFrame({"a": ["1", None], "b": ["", "NA"]}, dtype=object))
    assert frame["a"].tolist() == ["1", None]


def test_a_frame_without_rows_has_its_columns():
    frame = NamedTable("x.csv", "x", {"a": [], "b": []}, 0).frame
    assert list(frame) == ["a", "b"]
    assert frame.dtypes.tolist() == [object, object]
