from __future__ import annotations

import warnings

import numpy as np
import pytest

from simon_elmo.text.linear import solve_outputs


@pytest.mark.parametrize("softmax", [False, True])
def test_a_regression_that_ends_early_says_nothing(softmax):
    rng = np.random.default_rng(0)
    features = rng.normal(size=(300, 60)) * np.geomspace(1, 1e4, 60)
    answers = (features[:, 0] + features[:, 30] / 100 + rng.normal(size=300) > 0).astype(float)[:, None]
    targets = np.concatenate([1 - answers, answers], axis=1) if softmax else answers
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        kernel, bias = solve_outputs(features, targets, None, softmax, strength=1e6)
    assert kernel.shape == (60, targets.shape[1])
    logits = features @ kernel + bias
    right = logits.argmax(axis=1) == answers[:, 0] if softmax else (logits[:, 0] > 0) == answers[:, 0]
    assert right.mean() > 0.7
