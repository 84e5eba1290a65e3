"""Logistic regression: of a head that is linear in what is pooled, and of n-grams."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from simon_elmo.evaluation.calibration import calibrated_loss, outputs_of
from simon_elmo.text.training import TextInputs, predict_rows
from simon_elmo.training.history import TrainingHistory

if TYPE_CHECKING:
    from simon_elmo.text.network.head import TextHead

_STRENGTHS = (1e-3, 1e-2, 1e-1, 1.0)  # inverses of the L2 penalty, weak ones last
_CERTAIN = 10.0  # the logit of a label that all texts have


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
    from simon_elmo.training.any_size import AnySizeModel

    learn, check = parts
    output = head.get_layer("probabilities")
    read = AnySizeModel(head.inputs, output.input)
    features, checked = (predict_rows(read, inputs, rows) for rows in parts)
    counted = None if weights is None else weights[learn]
    softmax = head.activation == "softmax"
    hot = targets[check] if targets.shape[1] > 1 else np.concatenate([1 - targets[check], targets[check]], axis=1)
    best = (np.inf, *output.get_weights())
    for strength in _STRENGTHS:
        kernel, bias = solve_outputs(features, targets[learn], counted, softmax, strength)
        found = calibrated_loss(outputs_of(checked @ kernel + bias, softmax), hot, softmax)
        best = min(best, (found, kernel, bias), key=lambda each: each[0])
    output.set_weights(best[1:])
    return TrainingHistory()


def solve_outputs(
    features: Any,
    targets: np.ndarray,
    weights: np.ndarray | None,
    softmax: bool,
    strength: float,
    scales: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the weights, float32 (n_features, n_outputs), and biases, float32 (n_outputs,), of logistic regression.

    Args:
        features: (n, n_features), dense or sparse.
        targets: float (n, n_outputs), 0 or 1.
        weights: how much each text counts, float (n,); None for all the same.
        softmax: whether each text has exactly one of the outputs; otherwise each output is solved by itself.
        strength: inverse of the L2 penalty.
        scales: factors of the features, float (n_features, n_outputs), which are penalised less where they are large;
            of a softmax each feature's largest counts.

    Example:
        >>> kernel, bias = solve_outputs(np.array([[-1.0], [1.0]]), np.array([[0.0], [1.0]]), None, False, 10.0)
        >>> kernel.shape, bool(kernel[0, 0] > 0)
        ((1, 1), True)
    """
    kernel = np.zeros((features.shape[1], targets.shape[1]), np.float32)
    bias = np.zeros(targets.shape[1], np.float32)
    if softmax:
        scale = None if scales is None else scales.max(axis=1)
        classes, found, offsets = _solved(features, targets.argmax(axis=1), weights, strength, scale)
        bias -= _CERTAIN  # of labels that no text has
        kernel[:, classes], bias[classes] = found, offsets
        return kernel, bias
    for column, answers in enumerate(targets.T.astype(int)):
        scale = None if scales is None else scales[:, column]
        classes, found, offsets = _solved(features, answers, weights, strength, scale)
        if len(classes) == 2:
            kernel[:, column], bias[column] = found[:, 1], offsets[1]
        else:  # nothing to tell apart
            bias[column] = _CERTAIN if classes[0] else -_CERTAIN
    return kernel, bias


def _solved(
    features: Any, answers: np.ndarray, weights: np.ndarray | None, strength: float, scale: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the classes that occur, and for each a column of weights and a bias."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    if len(set(answers.tolist())) < 2:
        return answers[:1], np.zeros((features.shape[1], 1)), np.zeros(1)
    scaled = features if scale is None else features.multiply(scale[None]).tocsr()
    with warnings.catch_warnings():
        # as many labels as texts is odd, and no error
        warnings.filterwarnings("ignore", "The number of unique classes", UserWarning)
        # the weakest penalties on dense vectors take more steps; they are tried, and kept where stopping early is best
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = LogisticRegression(C=strength, max_iter=300).fit(scaled, answers, weights)
    kernel, bias = model.coef_.T, model.intercept_
    if scale is not None:
        kernel = kernel * scale[:, None]
    if kernel.shape[1] == 1:  # of two classes the second one's logit against 0
        kernel, bias = np.concatenate([0 * kernel, kernel], axis=1), np.concatenate([0 * bias, bias])
    return model.classes_, kernel, bias
