"""A whole network trained on from a preset, with an output layer that already knows the new classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.multiclass import OneVsRestClassifier

from simon_elmo.simon.columns import ColumnClassifier

_SURE = 4.0  # the logit of a label that every training sample has, or none


def network_label(position: int) -> str:
    """Return what a network calls a class: labels of the user's own could be empty, numbers, or rules to the network.

    Example:
        >>> network_label(7)
        'class 000007'
    """
    return f"class {position:06d}"


def trained_network(
    model: Any,
    head: Any,
    cells: Sequence[Any],
    names: Sequence[str],
    labels: Sequence[tuple[str, ...]],
    n_classes: int,
    epochs: int | None,
    seed: int,
) -> ColumnClassifier:
    """Return a new classifier on the backbone of a model, trained on from there as a whole.

    Args:
        model: where the backbone's weights come from; it is not changed.
        head: the fitted pipeline of a scaler and a logistic regression, or one of these for each label.
        cells: one sequence of cells a sample.
        names: the names of the samples, "" for none.
        labels: the `network_label` of each class that a sample has.
        n_classes: number of classes.
        epochs: of training; None is the default.
        seed: of the split, the initial state and the training.
    """
    kernel, bias = _folded(head)
    classes = [network_label(position) for position in range(n_classes)]
    network = ColumnClassifier.on_backbone_of(model, classes, kernel=kernel, bias=bias)
    return network.fit(list(cells), labels, epochs=epochs, seed=seed, headers=list(names))


def _folded(head: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return kernel (n_features, n_classes) and bias (n_classes,) that do what scaling and regressing do."""
    if not isinstance(head, OneVsRestClassifier):
        return _one_folded(head)
    parts = []
    for estimator in head.estimators_:
        if hasattr(estimator, "named_steps"):
            kernel, bias = _one_folded(estimator)
            parts.append((kernel[:, -1], float(bias[-1])))
        else:  # the stand-in for a label that all samples have, or none
            always = bool(estimator.predict(np.zeros((1, 1)))[0])
            parts.append((np.zeros(head.n_features_in_, np.float32), _SURE if always else -_SURE))
    return np.stack([kernel for kernel, _ in parts], axis=1), np.array([bias for _, bias in parts], np.float32)


def _one_folded(pipeline: Any) -> tuple[np.ndarray, np.ndarray]:
    scaler, regression = (step for _, step in pipeline.steps)
    kernel = regression.coef_ / scaler.scale_
    bias = regression.intercept_ - kernel @ scaler.mean_
    if len(kernel) == 1:
        kernel, bias = np.concatenate([-kernel, kernel]), np.concatenate([-bias, bias])
    return kernel.T.astype(np.float32), bias.astype(np.float32)
