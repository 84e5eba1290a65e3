from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import f1_score, roc_curve

from simon_elmo.errors import InvalidInput
from simon_elmo.evaluation.calibration import (
    all_probabilities,
    calibrated_loss,
    choose_thresholds,
    expected_calibration_error,
    fit_temperature,
    fit_temperatures,
    log_loss,
    reliability,
)


def overconfident(n=4000, sharpness=2.0, seed=0):
    """Columns whose true probability is known, and a classifier whose logits are `sharpness` times too large."""
    generator = np.random.default_rng(seed)
    logits = generator.normal(0, 2, size=(n, 2))
    targets = generator.random(logits.shape) < 1 / (1 + np.exp(-logits))
    return 1 / (1 + np.exp(-sharpness * logits)), targets.astype(float)


def scaled(probabilities, temperatures):
    logits = np.log(probabilities) - np.log1p(-probabilities)
    return 1 / (1 + np.exp(-logits / temperatures))


def test_temperatures_undo_overconfidence():
    probabilities, targets = overconfident(sharpness=2.0)
    temperatures = fit_temperatures(probabilities, targets)
    np.testing.assert_allclose(temperatures, 2.0, atol=0.15)
    calibrated = scaled(probabilities, temperatures)
    for label in range(2):
        before = expected_calibration_error(probabilities[:, label], targets[:, label])
        after = expected_calibration_error(calibrated[:, label], targets[:, label])
        assert after < 0.03 < before


def test_a_rare_label_takes_the_temperature_of_all():
    probabilities, targets = overconfident()
    targets[:, 1] = 0
    targets[:3, 1] = 1
    temperatures = fit_temperatures(probabilities, targets)
    pooled = fit_temperatures(probabilities.reshape(-1, 1), targets.reshape(-1, 1))
    assert temperatures[1] == pytest.approx(pooled[0], rel=1e-2)
    assert temperatures[0] == pytest.approx(2.0, abs=0.15)


def test_perfectly_told_labels_do_not_become_certain():
    targets = np.repeat([[1.0], [0.0]], 50, axis=0)
    probabilities = np.where(targets == 1, 0.99, 0.01)
    calibrated = scaled(probabilities, fit_temperatures(probabilities, targets))
    assert 0.9 < calibrated.max() < 0.999


@pytest.mark.parametrize("criterion", ["f1", "roc"])
def test_thresholds_are_as_good_as_any(criterion):
    generator = np.random.default_rng(1)
    targets = (generator.random(300) < 0.3).astype(float)
    probabilities = np.clip(0.25 * targets + generator.random(300) * 0.7, 0, 1)
    chosen = choose_thresholds(probabilities[:, None], targets[:, None], criterion)[0]

    def score(threshold):
        decided = probabilities >= threshold
        if criterion == "f1":
            return f1_score(targets, decided)
        return decided[targets == 1].mean() - decided[targets == 0].mean()

    assert score(chosen) == pytest.approx(max(score(value) for value in [*probabilities, 0.5]))
    if criterion == "roc":
        false_rate, true_rate, _ = roc_curve(targets, probabilities)
        assert score(chosen) == pytest.approx((true_rate - false_rate).max())


def test_of_equally_good_thresholds_the_most_ordinary_is_taken():
    probabilities = np.array([[0.9]] * 10 + [[0.2]] * 10)
    targets = np.array([[1.0]] * 10 + [[0.0]] * 10)
    assert choose_thresholds(probabilities, targets)[0] == pytest.approx(0.55)


def test_rare_and_constant_labels_keep_the_default():
    probabilities = np.full((20, 2), 0.3)
    targets = np.zeros((20, 2))
    targets[:2, 0] = 1
    targets[:, 1] = 1
    thresholds = choose_thresholds(probabilities, targets, default=0.4)
    assert thresholds[0] == 0.4
    assert thresholds[1] <= 0.3
    assert choose_thresholds(np.zeros((20, 1)), np.ones((20, 1)))[0] == 0.5


def test_calibration_error_by_hand():
    confidences = np.array([0.95, 0.95, 0.55, 0.55])
    correct = np.array([1, 1, 1, 0])
    assert expected_calibration_error(confidences, correct) == pytest.approx(0.05)
    assert reliability(confidences, correct) == [(0.55, 0.5, 2), (0.95, 1.0, 2)]
    assert expected_calibration_error(np.array([1.0, 0.0]), np.array([1, 0])) == 0
    assert expected_calibration_error(np.array([]), np.array([])) == 0


@pytest.mark.parametrize(
    "call",
    [
        lambda: fit_temperatures(np.zeros((2, 3)), np.zeros((2, 2))),
        lambda: fit_temperatures(np.zeros((0, 3)), np.zeros((0, 3))),
        lambda: choose_thresholds(np.zeros((2, 3)), np.zeros((2, 3)), criterion="accuracy"),
    ],
)
def test_what_does_not_fit_is_an_error(call):
    with pytest.raises(InvalidInput):
        call()


@pytest.mark.parametrize("softmax", [True, False])
def test_the_common_temperature_is_the_best_of_a_fine_grid(softmax):
    generator = np.random.default_rng(2)
    logits = generator.normal(0, 2, size=(800, 3))
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    if softmax:
        hot = np.eye(3)[[generator.choice(3, p=row) for row in shares]]
        outputs = np.exp(1.7 * logits) / np.exp(1.7 * logits).sum(axis=1, keepdims=True)
    else:
        hot = (generator.random(logits.shape) < 1 / (1 + np.exp(-logits))).astype(float)
        outputs = 1 / (1 + np.exp(-1.7 * logits))

    def loss(temperature):
        p = np.clip(all_probabilities(outputs, 3, temperature, softmax).astype(float), 1e-7, 1 - 1e-7)
        return -np.mean((hot * np.log(p)).sum(axis=1) if softmax else hot * np.log(p) + (1 - hot) * np.log1p(-p))

    found, grid = fit_temperature(outputs, hot, softmax), np.geomspace(0.25, 4, 2001)
    assert found == pytest.approx(min(grid, key=loss), rel=2e-3)
    assert calibrated_loss(outputs, hot, softmax) == pytest.approx(loss(found), abs=1e-5)


def test_two_labels_with_one_output_are_calibrated_as_one():
    probabilities, targets = overconfident()
    one, hot = probabilities[:, :1], np.concatenate([1 - targets[:, :1], targets[:, :1]], axis=1)
    assert fit_temperature(one, hot, False) == fit_temperature(one, targets[:, :1], False)


def test_without_mistakes_the_surer_network_is_not_the_better_one():
    hot = np.eye(3)[np.arange(30) % 3]
    sure, surer = (np.where(hot == 1, 1 - 2 * p, p) for p in (1e-5, 1e-6))
    assert calibrated_loss(surer, hot, True) == calibrated_loss(sure, hot, True)
    assert log_loss(surer, hot, True) < log_loss(sure, hot, True)
