"""A head that is linear in what is pooled is solved by logistic regression."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simon_elmo.calibration import calibrated_loss
from simon_elmo.classifiers.regression import solve_outputs
from simon_elmo.training_history import TrainingHistory

if TYPE_CHECKING:
    from simon_elmo.models.text_head import TextHead
    from simon_elmo.text_training import TextInputs

_STRENGTHS = (1e-3, 1e-2, 1e-1, 1.0)  # inverses of the L2 penalty, weak ones last


def solve_head(
    head: TextHead,
    inputs: TextInputs,
    targets: np.ndarray,
    parts: tuple[np.ndarray, np.ndarray],
    weights: np.ndarray | None,
) -> TrainingHistory:
    """Give a linear head the weights of logistic regression with the L2 penalty that is best on validation texts.

    The units of a biLM are correlated, and steps of a common rate are slow along what they hardly vary in; the
    solution is the same whatever the start.

    Args:
        head: a head whose configuration `is_linear`; its weights are set.
        inputs: makes what it reads.
        targets: float (n, n_outputs), 0 or 1.
        parts: positions of the texts to train and to validate on.
        weights: how much each text counts; None for all the same.

    Returns:
        A history without epochs.
    """
    import keras

    from simon_elmo.text_training import predict_rows

    learn, check = parts
    output = head.get_layer("probabilities")
    read = keras.Model(head.inputs, output.input)
    features, checked = (predict_rows(read, inputs, rows) for rows in parts)
    counted = None if weights is None else weights[learn]
    softmax = head.activation == "softmax"
    hot = targets[check] if targets.shape[1] > 1 else np.concatenate([1 - targets[check], targets[check]], axis=1)
    best = (np.inf, *output.get_weights())
    for strength in _STRENGTHS:
        kernel, bias = solve_outputs(features, targets[learn], counted, softmax, strength)
        found = calibrated_loss(_activated(checked @ kernel + bias, softmax), hot, softmax)
        best = min(best, (found, kernel, bias), key=lambda each: each[0])
    output.set_weights(best[1:])
    return TrainingHistory()


def _activated(logits: np.ndarray, softmax: bool) -> np.ndarray:
    if not softmax:
        return 1 / (1 + np.exp(-np.clip(logits, -500, 500)))
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)
