from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simon_elmo.simon.characters import CharacterVocabulary
from simon_elmo.simon.surface import SURFACE_WIDTH, surface_of

VOCABULARY = CharacterVocabulary.extended()


def of_columns(*columns):
    distinct = list(dict.fromkeys(cell for column in columns for cell in column))
    ids = VOCABULARY.encode(distinct, 32, 10)
    rows = [np.array([[distinct.index(cell) for cell in column]]) for column in columns]
    return np.concatenate([surface_of(ids, row, VOCABULARY) for row in rows])


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.text(st.characters(max_codepoint=0x500), min_size=1, max_size=40), min_size=1, max_size=5))
def test_cells_in_another_order_or_twice_have_the_same_shares(cells):
    cells = [cell.replace("\0", "x") for cell in cells]
    once, turned, twice = of_columns(cells, cells[::-1], cells + cells)
    assert once.shape == (SURFACE_WIDTH,)
    np.testing.assert_array_equal(once, turned)
    np.testing.assert_array_equal(once, twice)


def test_what_codes_differ_in_is_seen():
    pairs = [
        (["123456789"], ["12345678901234"]),  # length
        (["0920134W"], ["09201344"]),  # the last character
        (["AB123"], ["ab123"]),  # case
        (["12%"], ["12$"]),  # a sign
        (["75001"], ["75002"]),  # the last digit
        (["1", "2"], ["1", "2", "3", "4", "5", "6"]),  # how many there are
        (["é" * 3], ["e-e"]),  # letters of other alphabets are letters
    ]
    for one, other in pairs:
        first, second = of_columns(one, other)
        assert not np.array_equal(first, second)


def test_shares_are_of_all_places_of_a_column():
    ids = VOCABULARY.encode(["7", "12"], 32, 10)
    surface = surface_of(ids, np.array([[0, 0, 0, 1], [1, 1, 1, 1]]), VOCABULARY)
    assert surface[:, :2].tolist() == [[191, 64], [0, 255]]
