"""New labels for a head from a few examples: one convex problem per label, the rest of the head untouched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from threadpoolctl import threadpool_limits

from simon_elmo.evaluation.calibration import choose_thresholds, fit_temperatures
from simon_elmo.labels.taxonomy import GENERAL_LABELS, STATISTICAL_LABELS
from simon_elmo.simon.teaching.head import Head
from simon_elmo.simon.teaching.logistic import fit_logistic
from simon_elmo.simon.teaching.rehearsal import Rehearsal

# Chosen on ten labels that were taught from 1, 3 and 10 columns each and scored on columns of unseen portals: the more
# the examples weigh, the fewer are missed and the more false alarms there are. How firmly weights are held matters
# little.
POSITIVE_WEIGHT = 400.0
_L2 = 1.0
_FEW = 10.0  # columns below which the weights are held more firmly
_DOUBTFUL = 0.1  # probability from which a rehearsed column without any special label may well have the new one
_FEW_DOUBTFUL = 0.25  # at most this part of the columns of a general label
_MIN_CALIBRATION = 10  # held-out rows with and without a label from which its threshold is chosen
_LOWEST_THRESHOLD = 0.2


def teach_head(
    head: Head, names: Sequence[str], rows: Rehearsal, weights: np.ndarray, n_columns: Mapping[str, int]
) -> tuple[Head, dict[str, int]]:
    """Return the head with the weights of some labels fitted to rows, and the steps that each took.

    What is minimised for a label is the cross-entropy over the rows of which it is known whether they have it. All rows
    that have it weigh as much as 400 that do not, so that one example is heard among thousands. Weights are held
    towards zero, features and surface on the same scale, the more firmly the fewer columns there are. Then rehearsed
    columns of which it is doubtful that they lack the label are left out, and it is fitted once more. The other labels
    keep their weights to the bit.

    Args:
        head: knows the labels already, see `Head.expanded`.
        names: the labels to fit.
        rows: examples and rehearsal together, with the labels of the head.
        weights: float (n,), how much each row counts beside others with, or others without, a label.
        n_columns: label -> columns that its rows come from; a label that is not named has many.
    """
    # small products on many threads are slower than on one, by far where other work keeps the cores busy
    with threadpool_limits(1):
        return _fitted(head, names, rows, weights, n_columns)


def _fitted(
    head: Head, names: Sequence[str], rows: Rehearsal, weights: np.ndarray, n_columns: Mapping[str, int]
) -> tuple[Head, dict[str, int]]:
    features = np.asarray(rows.features, dtype=np.float32)
    scale = float(np.sqrt(np.mean(np.square(features)))) or 1.0
    x = np.concatenate([features / scale, rows.surface.astype(np.float32) / 255], axis=1)
    width = features.shape[1]
    steps = {}
    for name in names:
        column = head.labels.index(name)
        targets = rows.targets[:, column].astype(np.float64)
        own = np.where(targets >= 0, weights, 0.0)
        total = own[targets > 0].sum()
        own[targets > 0] *= max(POSITIVE_WEIGHT, total) / max(total, 1e-12)
        kernel, bias = np.append(head.kernel[:, column] * scale, head.surface[:, column]), float(head.bias[column])
        l2 = _L2 * max(1.0, _FEW / max(n_columns.get(name, _FEW), 1))
        steps[name] = 0
        for again in (False, True):
            known = own > 0
            fitted = fit_logistic(x[known], targets[known], own[known], (kernel, bias), l2, tolerance=1e-4)
            kernel, bias = fitted.kernel, fitted.bias
            steps[name] += len(fitted.losses) - 1
            doubtful = _doubtful(rows, targets == 0, x @ kernel.astype(np.float32) + bias)
            if again or not doubtful.any():
                break
            own[doubtful] = 0.0
        head = head.with_label(name, kernel[:width] / scale, kernel[width:], bias)
    return head, steps


def _doubtful(rows: Rehearsal, without: np.ndarray, logits: np.ndarray) -> np.ndarray:
    """Return which rows may well have a new label although nobody said so.

    They have general labels only, such as datetime, and are a small part of the columns of that label that looks like
    the new one, such as times of day: there was no such label when they were labelled. Where most columns of a general
    label look like the new one, the two are the same, and nothing can tell them apart.
    """
    general = [column for column, name in enumerate(rows.labels) if name in (*GENERAL_LABELS, *STATISTICAL_LABELS)]
    special = np.delete(rows.targets == 1, general, axis=1).any(axis=1)
    alike = without & ~special & (logits > np.log(_DOUBTFUL / (1 - _DOUBTFUL)))
    doubtful = np.zeros(len(rows), dtype=bool)
    for column in general:
        own = (rows.targets[:, column] == 1) & without
        if rows.labels[column] in GENERAL_LABELS and (own & alike).sum() <= _FEW_DOUBTFUL * own.sum():
            doubtful |= own & alike
    return doubtful


def calibrate_head(head: Head, names: Sequence[str], rows: Rehearsal) -> Head:
    """Return the head with temperatures and thresholds of some labels chosen on rows that it was not fitted to.

    A threshold lies halfway between 0.5 and the best one, since there are few columns to choose it on. A label with
    fewer than ten rows with or without it gets temperature 1 and threshold 0.5.
    """
    for name in names:
        column = head.labels.index(name)
        targets = rows.targets[:, [column]]
        known = targets[:, 0] >= 0
        temperature, threshold = 1.0, 0.5
        head = _with_calibration(head, name, temperature, threshold)
        found = targets[known]
        if min((found == 1).sum(), (found == 0).sum()) >= _MIN_CALIBRATION:
            raw = head.probabilities(rows.features[known], rows.surface[known])[:, [column]]
            temperature = float(fit_temperatures(raw, found, _MIN_CALIBRATION)[0])
            head = _with_calibration(head, name, temperature, threshold)
            calibrated = head.probabilities(rows.features[known], rows.surface[known])[:, [column]]
            best = float(choose_thresholds(calibrated, found, min_positives=_MIN_CALIBRATION)[0])
            threshold = (np.clip(best, _LOWEST_THRESHOLD, 1 - _LOWEST_THRESHOLD) + 0.5) / 2
            head = _with_calibration(head, name, temperature, threshold)
    return head


def _with_calibration(head: Head, name: str, temperature: float, threshold: float) -> Head:
    column = head.labels.index(name)
    return head.with_label(
        name,
        head.kernel[:, column],
        head.surface[:, column],
        float(head.bias[column]),
        threshold=float(threshold),
        temperature=temperature,
    )
