from __future__ import annotations

import numpy as np
import pytest

from simon_elmo.errors import InvalidInput
from simon_elmo.evaluation.roc import roc_curve


def test_area_is_the_share_of_pairs_in_the_right_order():
    rng = np.random.default_rng(0)
    scores, has = np.round(rng.random(60), 1), rng.random(60) < 0.4
    above = scores[has][:, None] - scores[~has]
    curve = roc_curve(scores, has)
    assert curve.area == pytest.approx(np.mean((above > 0) + 0.5 * (above == 0)))
    assert np.isinf(curve.thresholds[0])
    for threshold, alarms, hits in zip(
        curve.thresholds, curve.false_positive_rates, curve.true_positive_rates, strict=True
    ):
        assert hits == pytest.approx(np.mean(scores[has] >= threshold))
        assert alarms == pytest.approx(np.mean(scores[~has] >= threshold))


def test_the_best_threshold_parts_what_can_be_parted():
    assert roc_curve([0.9, 0.6, 0.5, 0.1], [True, True, False, False]).best_threshold == pytest.approx(0.55)


def test_one_kind_of_text_alone_has_no_curve():
    with pytest.raises(InvalidInput, match="both"):
        roc_curve([0.5, 0.6], [True, True])
    with pytest.raises(InvalidInput, match="do not fit"):
        roc_curve([0.5, 0.6], [True])
