from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from simon_elmo.tables.row_sample import sample_rows


def sample(n_rows: int, size: int | None, seed: int = 0) -> tuple[list[int], int, list[int]]:
    observed: list[int] = []

    def observe(rows):
        before = len(observed)
        observed.extend(rows)
        return len(observed) - before

    kept, total = sample_rows(iter(range(n_rows)), size, seed, observe)
    return kept, total, observed


@given(st.integers(0, 300), st.integers(1, 40), st.integers(0, 5))
def test_a_sample_is_in_order_without_repetition_and_everything_is_observed_once(n_rows, size, seed):
    kept, total, observed = sample(n_rows, size, seed)
    assert total == n_rows
    assert len(kept) == min(n_rows, size)
    assert kept == sorted(set(kept))
    assert observed == list(range(n_rows))
    assert kept == sample(n_rows, size, seed)[0]


def test_no_size_keeps_everything():
    assert sample(5, None) == ([0, 1, 2, 3, 4], 5, [0, 1, 2, 3, 4])


def test_every_row_is_as_likely_as_any_other():
    counts = Counter(row for seed in range(3000) for row in sample(40, 4, seed)[0])
    # 300 expected, standard deviation 16
    assert len(counts) == 40
    assert min(counts.values()) > 220
    assert max(counts.values()) < 380


def test_the_tail_of_a_long_stream_is_reached():
    kept, total, _ = sample(200_000, 20)
    assert total == 200_000
    assert kept[0] < 60_000
    assert kept[-1] > 140_000
