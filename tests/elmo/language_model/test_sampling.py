from __future__ import annotations

import numpy as np
import pytest

from simon_elmo.elmo.language_model.sampling import LogUniformSampler
from simon_elmo.errors import InvalidInput


@pytest.mark.parametrize("n_samples", [10, 60, 90])
def test_words_are_drawn_as_often_as_their_expected_counts_say(n_samples):
    sampler = LogUniformSampler(100, n_samples, seed=0)
    drawn, expected = np.zeros(100), np.zeros(100)
    for _ in range(3000):
        samples, log_q, tries = sampler.draw()
        assert len(set(samples.tolist())) == n_samples
        np.testing.assert_allclose(log_q, sampler.log_expected_counts(samples, tries))
        drawn[samples] += 1
        expected += np.exp(sampler.log_expected_counts(np.arange(100), tries))
    np.testing.assert_allclose(drawn / 3000, expected / 3000, atol=0.04)


def test_more_samples_than_words_are_refused():
    with pytest.raises(InvalidInput, match="from 1 to the 5 words"):
        LogUniformSampler(5, 6)


def test_a_seed_fixes_the_draws():
    first, second = (LogUniformSampler(1000, 50, seed=4) for _ in range(2))
    for _ in range(3):
        np.testing.assert_array_equal(first.draw()[0], second.draw()[0])
