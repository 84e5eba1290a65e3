"""From a text network's outputs to calibrated probabilities of all labels, and where to draw the line."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from simon_elmo.errors import InvalidInput
from simon_elmo.evaluation.calibration import choose_thresholds, logits_of
from simon_elmo.labels.label_set import LabelSet

THRESHOLDS = ("f1", "macro-f1", "roc")
_LOWEST = 0.1  # no threshold chosen on few texts is more extreme than this
_CLEARLY = 4.0  # nats: two numbers more gain this by chance one time in fifty
_CANDIDATES = np.linspace(_LOWEST, 1 - _LOWEST, 161)


def output_targets(labels: LabelSet, hot: np.ndarray, label_mode: str) -> np.ndarray:
    """Return what the network is trained to put out: of two labels in single mode the second one alone."""
    return hot[:, 1:] if label_mode == "single" and len(labels) == 2 else hot


def chosen_thresholds(
    probabilities: np.ndarray, hot: np.ndarray, threshold: float | str, label_mode: str
) -> tuple[float, ...]:
    """Return a threshold per label.

    Args:
        probabilities: calibrated, float (n, n_labels), of texts that were not trained on.
        hot: 0 or 1, (n, n_labels).
        threshold: a number, or what to choose it by: `"f1"` of each label, `"roc"` (Youden's J), or `"macro-f1"`, the
            expected mean F1 of both of two labels.
        label_mode: in single mode with two labels the threshold of the second one decides.

    Raises:
        InvalidInput: for another threshold, or one for three labels or more in single mode, where none decides.
    """
    n_labels = hot.shape[1]
    if label_mode == "single" and n_labels > 2 and threshold != 0.5:
        raise InvalidInput(f"the most probable of {n_labels} labels is answered; a threshold has no meaning")
    if not isinstance(threshold, str):
        if not 0 < threshold <= 1:
            raise InvalidInput(f"a threshold is above 0 and at most 1: {threshold}")
        return (float(threshold),) * n_labels
    if threshold not in THRESHOLDS:
        raise InvalidInput(f"a threshold is a number or one of {', '.join(THRESHOLDS)}: {threshold!r}")
    if threshold != "macro-f1" or label_mode == "multi":
        criterion = "roc" if threshold == "roc" else "f1"
        chosen = choose_thresholds(probabilities, hot, criterion)
    else:
        chosen = np.array([0.5, _best_macro_f1(probabilities[:, 1], hot[:, 1])])
    return tuple(float(value) for value in np.clip(chosen, _LOWEST, 1 - _LOWEST))


def text_weights(
    hot: np.ndarray, labels: LabelSet, class_weights: str | Mapping[str, float] | None
) -> np.ndarray | None:
    """Return how much each text counts in training, float32 (n,) with mean 1.

    Args:
        hot: 0 or 1, (n, n_labels).
        labels: the labels.
        class_weights: `"balanced"` for weights inverse to the labels' frequencies, a weight per label (1 where none is
            given), or None. A text with several labels has their mean.

    Raises:
        InvalidInput: for another value or a weight that is not above 0.
        UnknownLabel: for the weight of a label that does not exist.
    """
    if class_weights is None:
        return None
    if class_weights == "balanced":
        by_label = len(hot) / np.maximum(hot.sum(axis=0), 1) / len(labels)
    elif isinstance(class_weights, Mapping):
        by_label = np.ones(len(labels))
        for name, weight in class_weights.items():
            if not weight > 0:
                raise InvalidInput(f"the weight of {name!r} must be above 0: {weight!r}")
            by_label[labels.index(str(name))] = weight
    else:
        raise InvalidInput(f"class_weights must be 'balanced' or a weight per label: {class_weights!r}")
    counts = hot.sum(axis=1)
    weights = np.where(counts > 0, hot @ by_label / np.maximum(counts, 1), 1.0)
    return (weights / weights.mean()).astype(np.float32)


def _best_macro_f1(probabilities: np.ndarray, positive: np.ndarray) -> float:
    """Return the threshold with the highest expected mean F1 of both labels.

    The F1 of a few hundred texts jumps about; what is expected of their calibrated probabilities does not.
    """
    expected = _shifted_back(probabilities.astype(np.float64), positive > 0)

    def score(threshold: float) -> float:
        predicted = probabilities >= threshold
        hits = np.array([expected[predicted].sum(), (1 - expected)[~predicted].sum()])
        totals = np.array([predicted.sum() + expected.sum(), (~predicted).sum() + (1 - expected).sum()])
        return float(np.mean(2 * hits / np.maximum(totals, 1e-9)))

    return float(max(_CANDIDATES, key=lambda value: (round(score(value), 9), -abs(value - 0.5))))


def _shifted_back(probabilities: np.ndarray, positive: np.ndarray) -> np.ndarray:
    """Return the probabilities, or where they are clearly off, as weights of labels make them, a refit of them."""
    from sklearn.linear_model import LogisticRegression

    if positive.all() or not positive.any():
        return probabilities
    logits = logits_of(probabilities)[:, None]
    p = np.clip(probabilities, 1e-7, 1 - 1e-7)
    refit = LogisticRegression(C=100.0).fit(logits, positive).predict_proba(logits)[:, 1]
    gain = np.where(positive, np.log(refit / p), np.log((1 - refit) / (1 - p))).sum()
    return refit if gain > _CLEARLY else probabilities
