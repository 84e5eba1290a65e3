from __future__ import annotations

import pandas as pd
import pytest

from simon_elmo.errors import InvalidInput, UnreadableTable
from simon_elmo.simulation.cache import cache_path, cached
from simon_elmo.simulation.generator import simulate
from simon_elmo.simulation.recipe import SimulationRecipe
from simon_elmo.simulation.simulated_columns import SimulatedColumns

TYPES = {"integer": "int", "phone": ["phone", "text"]}
ARGUMENTS = {"n_columns": 12, "n_cells": 25, "types": TYPES, "null_rate": 0.2}


def only_file(folder):
    files = list(folder.iterdir())
    assert len(files) == 1
    return files[0]


def test_the_same_recipe_is_read_and_not_made_again(tmp_path):
    recipe = SimulationRecipe(types={"phone": ("phone",)}, n_columns=2, n_cells=3)
    made = []

    def make():
        made.append(True)
        return SimulatedColumns([["a"], ["b"]], [("phone",), ("phone",)], ["x", "y"], recipe.fingerprint())

    assert cached(recipe, tmp_path, make) == cached(recipe, tmp_path, make)
    assert len(made) == 1


def test_kept_columns_equal_fresh_ones(tmp_path):
    first = simulate(**ARGUMENTS, cache=tmp_path / "new" / "folder")
    assert simulate(**ARGUMENTS, cache=tmp_path / "new" / "folder") == first == simulate(**ARGUMENTS)


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 1},
        {"n_cells": 26},
        {"types": {"integer": "int"}},
        {"null_rate": 0.1},
        {"corruption": False},
        {"locales": ["de_DE"]},
    ],
)
def test_another_recipe_is_kept_apart(tmp_path, change):
    simulate(**ARGUMENTS, cache=tmp_path)
    assert simulate(**{**ARGUMENTS, **change}, cache=tmp_path) == simulate(**{**ARGUMENTS, **change})
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("damage", ["truncated", "flipped", "empty", "text", "swapped"])
def test_a_damaged_file_is_made_again(tmp_path, damage):
    first = simulate(**ARGUMENTS, cache=tmp_path)
    path = only_file(tmp_path)
    whole = path.read_bytes()
    flipped = bytearray(whole)
    flipped[60] ^= 0xFF
    if damage == "swapped":
        simulate(**{**ARGUMENTS, "seed": 9}).save(path)
    else:
        path.write_bytes(
            {"truncated": whole[: len(whole) // 2], "flipped": bytes(flipped), "empty": b"", "text": b"hello"}[damage]
        )
    assert simulate(**ARGUMENTS, cache=tmp_path) == first
    assert SimulatedColumns.load(only_file(tmp_path)) == first


def test_the_recipe_names_the_file(tmp_path):
    simulate(**ARGUMENTS, cache=tmp_path)
    recipe = SimulationRecipe(
        types={"integer": ("int",), "phone": ("phone", "text")}, n_columns=12, n_cells=25, null_rate=0.2
    )
    assert only_file(tmp_path) == cache_path(recipe, tmp_path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InvalidInput, match="file"):
        simulate(**ARGUMENTS, cache=tmp_path / "file" / "folder")


def test_a_saved_file_reads_back_and_other_programs_read_it(tmp_path):
    data = simulate(**ARGUMENTS)
    data.save(tmp_path / "columns.parquet")
    assert SimulatedColumns.load(tmp_path / "columns.parquet") == data
    assert only_file(tmp_path).name == "columns.parquet"
    frame = pd.read_parquet(tmp_path / "columns.parquet")
    assert list(frame.columns) == ["values", "labels", "header"]
    assert [list(cells) for cells in frame["values"]] == data.columns
    assert [list(cells) for cells in data.to_frame()["values"]] == data.columns


def test_saving_the_same_columns_gives_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        simulate(**ARGUMENTS).save(tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_failed_save_leaves_the_old_file_and_no_other(tmp_path):
    path = tmp_path / "columns.parquet"
    data = simulate(**ARGUMENTS)
    data.save(path)
    with pytest.raises(Exception, match="int"):
        SimulatedColumns([[1]], [("int",)], ["x"]).save(path)
    assert SimulatedColumns.load(path) == data
    assert only_file(tmp_path) == path


def test_a_file_that_is_not_there_or_lacks_labels_is_named(tmp_path):
    with pytest.raises(UnreadableTable, match="does not exist"):
        SimulatedColumns.load(tmp_path / "missing.parquet")
    pd.DataFrame({"values": [["a"]]}).to_parquet(tmp_path / "unlabelled.parquet")
    with pytest.raises(UnreadableTable, match="'labels'"):
        SimulatedColumns.load(tmp_path / "unlabelled.parquet")


def test_unequal_lengths_are_an_error():
    with pytest.raises(InvalidInput, match="1 columns have 2 labels"):
        SimulatedColumns([["a"]], [("x",), ("y",)], ["h"])
