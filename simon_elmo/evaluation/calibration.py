"""Probabilities that mean what they say: temperatures, thresholds and the expected calibration error."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from simon_elmo.errors import InvalidInput

_SMALLEST = 1e-7
_LOW_TEMPERATURE, _HIGH_TEMPERATURE = 0.25, 4.0
_LOW_THRESHOLD, _HIGH_THRESHOLD = 0.05, 0.95
_GOLDEN, _STEPS = (5**0.5 - 1) / 2, 32


def fit_temperatures(probabilities: np.ndarray, targets: np.ndarray, min_positives: int = 10) -> np.ndarray:
    """Return the temperature T of each label that minimises the log loss of sigmoid(logit(p) / T).

    Source: Guo et al. 2017, "On Calibration of Modern Neural Networks", section 4.2, here one temperature per label.

    Targets are softened as Platt (1999, section 2.2) does, so that a label whose examples are all told apart does not
    become certain. A label with fewer than `min_positives` columns with or without it gets the temperature that fits
    all labels together.

    Args:
        probabilities: float (n, n_labels), uncalibrated, from columns that were not trained on.
        targets: 0 or 1, (n, n_labels).
        min_positives: columns with and without a label from which it is fitted by itself.

    Returns:
        float64 (n_labels,), from 0.25 to 4.

    Raises:
        InvalidInput: if the shapes do not fit or there is no column.
    """
    probabilities, targets = _checked(probabilities, targets)
    logits = logits_of(probabilities)
    positives, negatives = targets.sum(axis=0), (1 - targets).sum(axis=0)
    soft = np.where(targets == 1, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    pooled = _best_temperatures(_sigmoid_loss(logits.reshape(-1, 1), soft.reshape(-1, 1)), 1)
    alone = _best_temperatures(_sigmoid_loss(logits, soft), len(positives))
    return np.where(np.minimum(positives, negatives) >= min_positives, alone, pooled)


def sigmoid(logits: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + exp(-logits)).

    `scipy.special.expit` differs in the last bit, takes three times as long, and a quarter of a second to import.
    """
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-logits))


def logits_of(outputs: np.ndarray, softmax: bool = False) -> np.ndarray:
    """Return what a network's outputs were before its softmax, up to a constant, or before its sigmoids, float64."""
    clipped = np.clip(outputs.astype(np.float64), _SMALLEST, 1 - _SMALLEST)
    return np.log(clipped) if softmax else np.log(clipped) - np.log1p(-clipped)


def outputs_of(logits: np.ndarray, softmax: bool) -> np.ndarray:
    """Return a softmax over each row of logits, or the sigmoid of each."""
    if not softmax:
        return sigmoid(logits)
    from scipy import special

    return special.softmax(logits, axis=1)


def all_probabilities(outputs: np.ndarray, n_labels: int, temperature: float, softmax: bool) -> np.ndarray:
    """Return calibrated probabilities of all labels, float32 (n, n_labels), from a network's outputs."""
    probabilities = outputs_of(logits_of(outputs, softmax) / temperature, softmax)
    if outputs.shape[1] != n_labels:
        probabilities = np.concatenate([1 - probabilities, probabilities], axis=1)
    return probabilities.astype(np.float32)


def fit_temperature(outputs: np.ndarray, hot: np.ndarray, softmax: bool) -> float:
    """Return the temperature of all labels, from 0.25 to 4, with the lowest log loss on texts that were not trained on.

    Source: Guo et al. 2017, "On Calibration of Modern Neural Networks", section 4.2.

    Args:
        outputs: probabilities that a network puts out, (n, n_outputs); of two labels in single mode the second one's.
        hot: 0 or 1, (n, n_labels).
        softmax: whether each text has exactly one of the outputs.
    """
    logits = logits_of(outputs, softmax)
    if softmax:
        return float(_best_temperatures(_softmax_loss(logits, hot), 1)[0])
    second = hot[
        :, -outputs.shape[1] :
    ]  # where two labels have one output, the loss of the first is that of the second
    return float(_best_temperatures(_sigmoid_loss(logits.reshape(-1, 1), second.reshape(-1, 1)), 1)[0])


def calibrated_loss(outputs: np.ndarray, hot: np.ndarray, softmax: bool) -> float:
    """Return the log loss of outputs at the temperature that makes it lowest; see `fit_temperature`."""
    temperature = fit_temperature(outputs, hot, softmax)
    return log_loss(all_probabilities(outputs, hot.shape[1], temperature, softmax), hot, softmax)


def log_loss(probabilities: np.ndarray, targets: np.ndarray, softmax: bool = False) -> float:
    """Return the mean log loss of probabilities.

    Probabilities are cut at 1e-7 and 1 - 1e-7, so that of two networks that make no mistake the surer one is not the
    better one without end.

    Args:
        probabilities: float (n, n_outputs).
        targets: 0 or 1, of the same shape; below 0 where nobody knows, which counts as no loss.
        softmax: whether each row has exactly one of the outputs.

    Example:
        >>> round(log_loss(np.array([[0.5, 0.75]]), np.array([[1, 0]])), 3)
        1.04
    """
    clipped = np.clip(probabilities.astype(np.float64), _SMALLEST, 1 - _SMALLEST)
    if softmax:
        return -float(np.mean(np.sum(targets * np.log(clipped), axis=1)))
    gained = targets * np.log(clipped) + (1 - targets) * np.log1p(-clipped)
    return -float(np.mean(np.where(targets >= 0, gained, 0.0)))


def choose_thresholds(
    probabilities: np.ndarray,
    targets: np.ndarray,
    criterion: str = "f1",
    min_positives: int = 10,
    default: float = 0.5,
) -> np.ndarray:
    """Return the threshold of each label that is best on validation columns.

    A threshold lies halfway between the two probabilities that it parts; of several equally good ones the nearest to
    `default` is taken. A label with fewer than `min_positives` columns gets `default`.

    Args:
        probabilities: float (n, n_labels), calibrated, from columns that were not trained on.
        targets: 0 or 1, (n, n_labels).
        criterion: `"f1"`, or `"roc"` for the point of the ROC curve that is furthest above the diagonal (Youden's
            J = recall - false positive rate), as the published model does.
        min_positives: columns with a label from which its threshold is chosen.
        default: the threshold of rarer labels.

    Returns:
        float64 (n_labels,), from 0.05 to 0.95.

    Raises:
        InvalidInput: for another criterion, or if the shapes do not fit or there is no column.
    """
    if criterion not in ("f1", "roc"):
        raise InvalidInput(f"criterion must be 'f1' or 'roc', not {criterion!r}")
    probabilities, targets = _checked(probabilities, targets)
    thresholds = np.full(probabilities.shape[1], float(default))
    for label in range(probabilities.shape[1]):
        if targets[:, label].sum() >= min_positives:
            thresholds[label] = _best_threshold(probabilities[:, label], targets[:, label], criterion, default)
    return thresholds


def reliability(confidences: np.ndarray, correct: np.ndarray, n_bins: int = 15) -> list[tuple[float, float, int]]:
    """Return (mean confidence, share correct, count) of each of `n_bins` equally wide bins that is not empty."""
    confidences = np.asarray(confidences, dtype=np.float64)
    correct = np.asarray(correct, dtype=np.float64)
    bins = np.minimum((confidences * n_bins).astype(int), n_bins - 1)
    counts = np.bincount(bins, minlength=n_bins)
    mean_confidence = np.bincount(bins, weights=confidences, minlength=n_bins) / np.maximum(counts, 1)
    share_correct = np.bincount(bins, weights=correct, minlength=n_bins) / np.maximum(counts, 1)
    return [
        (float(mean_confidence[index]), float(share_correct[index]), int(counts[index]))
        for index in range(n_bins)
        if counts[index]
    ]


def expected_calibration_error(confidences: np.ndarray, correct: np.ndarray, n_bins: int = 15) -> float:
    """Return the mean distance between confidence and share correct over bins, weighted by their counts.

    Source: Guo et al. 2017, "On Calibration of Modern Neural Networks", equation 3.

    Args:
        confidences: probabilities (n,).
        correct: 0 or 1, (n,): whether what was predicted with that probability is so.
        n_bins: equally wide bins of the confidence.

    Returns:
        From 0 (calibrated) to 1; 0 for no example.

    Example:
        >>> expected_calibration_error(np.array([0.75, 0.75, 0.75, 0.75]), np.array([1, 1, 1, 0]))
        0.0
    """
    bins = reliability(confidences, correct, n_bins)
    total = sum(count for _, _, count in bins)
    return sum(abs(confidence - share) * count for confidence, share, count in bins) / total if total else 0.0


def _checked(probabilities: np.ndarray, targets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    probabilities = np.asarray(probabilities, dtype=np.float64)
    targets = np.asarray(targets, dtype=np.float64)
    if probabilities.ndim != 2 or probabilities.shape != targets.shape:
        raise InvalidInput(f"probabilities {probabilities.shape} and targets {targets.shape} do not fit together")
    if not len(probabilities):
        raise InvalidInput("there is no column to calibrate on")
    return probabilities, targets


def _best_temperatures(loss: Callable[[np.ndarray], np.ndarray], n: int) -> np.ndarray:
    """Return `n` temperatures, each with the lowest loss.

    Golden-section search over log T, all at once; the log loss is convex in 1/T, so it has one minimum.

    Args:
        loss: returns the losses of `n` temperatures.
        n: number of temperatures.
    """
    low, high = np.full(n, np.log(_LOW_TEMPERATURE)), np.full(n, np.log(_HIGH_TEMPERATURE))
    for _ in range(_STEPS):
        left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        falls = loss(np.exp(left)) > loss(np.exp(right))
        low, high = np.where(falls, left, low), np.where(falls, high, right)
    return np.exp((low + high) / 2)


def _sigmoid_loss(logits: np.ndarray, targets: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    def loss(temperatures: np.ndarray) -> np.ndarray:
        scaled = logits / temperatures
        return (np.logaddexp(0, scaled) - targets * scaled).mean(axis=0)

    return loss


def _softmax_loss(logits: np.ndarray, targets: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    def loss(temperatures: np.ndarray) -> np.ndarray:
        scaled = logits / temperatures
        return (np.logaddexp.reduce(scaled, axis=1) - (targets * scaled).sum(axis=1)).mean(keepdims=True)

    return loss


def _best_threshold(probabilities: np.ndarray, targets: np.ndarray, criterion: str, default: float) -> float:
    order = np.argsort(-probabilities, kind="stable")
    ranked, hits = probabilities[order], np.cumsum(targets[order])
    taken = np.arange(1, len(ranked) + 1)
    positives = hits[-1]
    if criterion == "f1":
        scores = 2 * hits / (taken + positives)
    else:
        scores = hits / positives - (taken - hits) / max(len(ranked) - positives, 1)
    below = np.append(ranked[1:], 0.0)
    scores = np.where(ranked > below, scores, -np.inf)
    if not np.isfinite(scores).any():
        return default
    candidates = np.clip((ranked + below) / 2, _LOW_THRESHOLD, _HIGH_THRESHOLD)
    best = np.flatnonzero(scores >= scores.max() - 1e-12)
    return float(candidates[best[np.argmin(np.abs(candidates[best] - default))]])
