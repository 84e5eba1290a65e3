from __future__ import annotations

import numpy as np
import pytest

from simon_elmo.errors import InvalidInput
from simon_elmo.training.splits import drawing_probabilities, split_by_group


def test_no_group_stands_on_two_sides_of_a_split():
    rng = np.random.default_rng(0)
    groups = [f"site {value}" for value in rng.zipf(1.5, 500) % 40]
    parts = split_by_group(500, groups, (0.6, 0.3, 0.1), seed=3)
    assert sorted(np.concatenate(parts).tolist()) == list(range(500))
    sides = [{groups[row] for row in part} for part in parts]
    assert all(sides[one].isdisjoint(sides[other]) for one, other in ((0, 1), (0, 2), (1, 2)))
    again = split_by_group(500, groups, seed=3)
    assert [part.tolist() for part in parts] == [part.tolist() for part in again]
    alone = split_by_group(1000, None, (0.6, 0.3, 0.1))
    assert [len(part) for part in alone] == [600, 300, 100]


def test_rare_labels_are_drawn_as_often_as_asked_for():
    targets = np.zeros((100, 2))
    targets[:90, 0] = 1
    targets[90:, 1] = 1
    assert drawing_probabilities(targets, 0.0) == pytest.approx(np.full(100, 0.01))
    assert drawing_probabilities(targets, 1.0)[90:].sum() == pytest.approx(0.5)


def test_what_has_no_group_is_learned_from_and_what_is_not_usable_stands_in_no_part():
    groups = [None, "a", "b", None, "c", "d"]
    parts = split_by_group(6, groups, (0.5, 0.5), usable=np.array([0, 1, 2, 4, 5]))
    assert 0 in parts[0]
    assert sorted(np.concatenate(parts).tolist()) == [0, 1, 2, 4, 5]


@pytest.mark.parametrize(
    ("n", "groups", "message"),
    [
        (3, ["a"], "3 texts have 1 groups"),
        (1, None, "1 of 1 texts are too few"),
        (3, ["a", None, "a"], "2 of 3 texts, in 1 groups, are too few"),
    ],
)
def test_too_few_and_groups_that_do_not_fit_are_named(n, groups, message):
    with pytest.raises(InvalidInput, match=message):
        split_by_group(n, groups, what="texts")
