from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simon_elmo.errors import InvalidInput
from simon_elmo.simon.teaching.pieces import cut_into_pieces, split_by_source


@given(st.integers(0, 400), st.integers(1, 30), st.integers(1, 12))
def test_pieces_are_parts_of_the_column_in_order(n_cells, length, max_pieces):
    cells = [str(number) for number in range(n_cells)]
    pieces = cut_into_pieces(cells, length, max_pieces)
    assert len(pieces) <= max_pieces
    flat = [cell for piece in pieces for cell in piece]
    assert flat == sorted(set(flat), key=int)
    for piece in pieces:
        start = int(piece[0])
        assert piece == cells[start : start + len(piece)]
        assert len(piece) == length or n_cells < 2 * length or 2 * len(piece) >= length
    if n_cells:
        assert pieces
    if n_cells < 2 * length:
        assert flat == cells


def test_the_published_experiment_gets_its_pieces():
    assert len(cut_into_pieces(["90.42%"] * 1217)) == 60


def test_columns_stay_on_one_side():
    sources = [f"table {number // 6}" for number in range(120)]
    parts = split_by_source(sources, seed=3)
    assert [len(part) for part in parts] == [72, 36, 12]
    found = [{sources[row] for row in part} for part in parts]
    assert sum(map(len, found)) == len(set(sources))
    assert [part.tolist() for part in split_by_source(sources, seed=3)] == [part.tolist() for part in parts]
    assert any((first != second).any() for first, second in zip(parts, split_by_source(sources, seed=4), strict=True))


@given(st.lists(st.integers(0, 9), min_size=1, max_size=60), st.integers(0, 50))
def test_every_piece_is_in_one_part_and_no_part_is_empty_without_need(sources, seed):
    parts = split_by_source(sources, seed=seed)
    assert sorted(np.concatenate(parts).tolist()) == list(range(len(sources)))
    if len(set(sources)) >= 3:
        assert all(len(part) for part in parts)
    assert len(parts[0])


def test_one_column_is_cut_where_it_is():
    assert [part.tolist() for part in split_by_source(["a", "a", "b", "b", "a", "b"])] == [[0, 1, 2, 3], [4, 5], []]


def test_a_piece_has_cells():
    with pytest.raises(InvalidInput):
        cut_into_pieces(["a"], length=0)
