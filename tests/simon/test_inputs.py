from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from simon_elmo.errors import InvalidInput
from simon_elmo.simon.characters import CharacterVocabulary
from simon_elmo.simon.config import SimonConfig
from simon_elmo.simon.inputs import network_inputs
from simon_elmo.tables.columns import columns_and_names

VOCABULARY = CharacterVocabulary.published()
CONFIG = SimonConfig(max_len=8, max_cells=3, filters=(4,), kernel_widths=(1,), pool_sizes=(2,))
WITH_NAMES = dataclasses.replace(CONFIG, reads_headers=True)
COLUMNS = [["one", "two", "three", "two"], ["two", None, "1"]]


def texts(inputs: dict[str, np.ndarray]) -> list[list[str]]:
    cells = VOCABULARY.decode(inputs["cells"])
    return [[cells[position] for position in row] for row in inputs["index"]]


def test_cells_of_all_columns_are_encoded_once() -> None:
    inputs = network_inputs(COLUMNS, None, CONFIG, VOCABULARY)
    assert inputs["cells"].dtype == np.uint8
    assert inputs["index"].dtype == np.int32
    assert len(np.unique(inputs["cells"], axis=0)) == len(inputs["cells"])
    first, second = texts(inputs)
    assert set(first) <= {"one", "two", "three"}
    assert set(second) == {"two", "1"}


def test_the_name_stands_in_front_where_the_network_reads_names() -> None:
    named = texts(network_inputs(COLUMNS, ["count", None], WITH_NAMES, VOCABULARY))
    assert [row[0] for row in named] == ["count", ""]
    assert [row[1:] for row in named] == texts(network_inputs(COLUMNS, None, CONFIG, VOCABULARY))
    assert [row[0] for row in texts(network_inputs(COLUMNS, None, WITH_NAMES, VOCABULARY))] == ["", ""]


def test_a_seed_draws_other_cells() -> None:
    column = [[f"cell {row}" for row in range(100)]]
    drawn = [texts(network_inputs(column, None, CONFIG, VOCABULARY, seed=seed)) for seed in (0, 0, 1)]
    assert drawn[0] == drawn[1] != drawn[2]


def test_tables_of_every_kind_have_columns_and_names() -> None:
    frame = pd.DataFrame([["a", 1], ["b", 2]], columns=["x", 7])
    columns, names = columns_and_names(frame)
    assert names == ["x", ""]
    assert [list(column) for column in columns] == [["a", "b"], [1, 2]]
    assert columns_and_names({"x": ["a"]}) == ([["a"]], ["x"])
    assert columns_and_names([["a"], ("b",)]) == ([["a"], ("b",)], ["", ""])
    twice = pd.DataFrame([["a", "b"]], columns=["x", "x"])
    assert [list(column) for column in columns_and_names(twice)[0]] == [["a"], ["b"]]


@pytest.mark.parametrize("table", ["abc", 7, ["abc"], [1, 2], pd.Series(["a"]), np.array([1, 2])])
def test_what_is_no_table_is_refused(table) -> None:
    with pytest.raises(InvalidInput, match="for one column give a list"):
        columns_and_names(table)
