"""ROC curves: how many of a label's texts are found at which share of false alarms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simon_elmo.errors import InvalidInput


@dataclass(frozen=True)
class RocCurve:
    """The points of a ROC curve, from the strictest threshold to the most lenient.

    Attributes:
        thresholds: probabilities from which a label is given; the first is infinite, where none is.
        false_positive_rates: share of the others that are given the label.
        true_positive_rates: share of the label's texts that are given it.
        area: under the curve: 0.5 for guessing, 1 for telling all apart.
    """

    thresholds: np.ndarray
    false_positive_rates: np.ndarray
    true_positive_rates: np.ndarray
    area: float

    @property
    def best_threshold(self) -> float:
        """The threshold furthest above the diagonal (Youden's J), halfway to the next probability below it."""
        best = int(np.argmax(self.true_positive_rates - self.false_positive_rates))
        if not np.isfinite(self.thresholds[best]):
            return 1.0
        below = self.thresholds[best + 1] if best + 1 < len(self.thresholds) else 0.0
        return float((self.thresholds[best] + below) / 2)


def roc_curve(probabilities: np.ndarray, positive: Sequence[bool] | np.ndarray) -> RocCurve:
    """Return the ROC curve of probabilities.

    Args:
        probabilities: float (n,).
        positive: whether each has the label.

    Raises:
        InvalidInput: if there are not both, or the numbers do not fit.

    Example:
        >>> curve = roc_curve(np.array([0.9, 0.7, 0.4, 0.2]), [True, True, False, False])
        >>> curve.area, round(curve.best_threshold, 2)
        (1.0, 0.55)
    """
    from sklearn import metrics

    scores, has = np.asarray(probabilities, dtype=np.float64), np.asarray(positive, dtype=bool)
    if scores.shape != has.shape or scores.ndim != 1:
        raise InvalidInput(f"{scores.shape} probabilities do not fit {has.shape} answers")
    if not has.any() or has.all():
        raise InvalidInput("a ROC curve needs both texts with the label and texts without it")
    alarms, hits, thresholds = metrics.roc_curve(has, scores, drop_intermediate=False)
    return RocCurve(thresholds, alarms, hits, float(metrics.auc(alarms, hits)))
