from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from simon_elmo.elmo.network.reverse_by_length import ReverseByLength


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=1, max_size=4), st.integers(1, 3))
def test_each_row_is_reversed_within_its_length_and_back(lengths, width):
    values = np.arange(len(lengths) * 6 * width, dtype="float32").reshape(len(lengths), 6, width)
    layer = ReverseByLength()
    found = np.asarray(layer(values, np.array(lengths)))
    for row, length in enumerate(lengths):
        assert np.array_equal(found[row, :length], values[row, :length][::-1])
        assert np.array_equal(found[row, length:], values[row, length:])
    assert np.array_equal(np.asarray(layer(found, np.array(lengths))), values)
