"""Logistic regression of one label on fixed features."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simon_elmo.evaluation.calibration import sigmoid

_MAX_STEPS = 30
_HALVINGS = 30
_BIAS_L2 = 1e-6


@dataclass(frozen=True)
class LogisticFit:
    """One fitted label.

    Attributes:
        kernel: float64 (n_features,).
        bias: a number.
        losses: the objective before the first step and after each one.
    """

    kernel: np.ndarray
    bias: float
    losses: tuple[float, ...]


def fit_logistic(
    features: np.ndarray,
    targets: np.ndarray,
    weights: np.ndarray,
    start: tuple[np.ndarray, float],
    l2: float,
    tolerance: float = 1e-5,
) -> LogisticFit:
    """Minimise the weighted binary cross-entropy of one label, its weights held towards zero.

    The objective is `sum(weights * cross_entropy) + sum(l2 / 2 * kernel**2)`. It is convex, so that the
    solution does not depend on the start. Newton's method takes about eight steps; with a few hundred features each is
    one product of the features with themselves, which every processor does fast.

    Args:
        features: float (n, n_features).
        targets: float (n,), from 0 to 1.
        weights: float (n,), at least 0.
        start: kernel and bias to start from; zeros are taken where they are the better start.
        l2: how strongly the kernel is held; the bias is held hardly at all, to the one that is started from.
        tolerance: fall of the objective in a step, relative to it, from which on the search ends.

    Example:
        >>> x, y = np.array([[-1.0], [1.0]]), np.array([0.0, 1.0])
        >>> fit_logistic(x, y, np.ones(2), (np.zeros(1), 0.0), l2=0.1).kernel.round(2).tolist()
        [2.13]
    """
    x = np.asarray(features)
    held = np.append(np.full(x.shape[1], float(l2)), _BIAS_L2)
    centre = np.append(np.zeros(x.shape[1]), start[1])
    theta = min(
        (np.append(start[0], start[1]).astype(np.float64), np.zeros(len(held))),
        key=lambda given: _objective(_product(x, given), targets, weights, held, given - centre),
    )
    logits = _product(x, theta)
    losses = [_objective(logits, targets, weights, held, theta - centre)]
    for _ in range(_MAX_STEPS):
        probabilities = sigmoid(logits)
        gradient = _transposed(x, weights * (probabilities - targets)) + held * (theta - centre)
        step = _newton_step(x, weights * probabilities * (1 - probabilities), held, gradient)
        along = _product(x, step)
        size = 1.0
        for _ in range(_HALVINGS):
            found = _objective(logits - size * along, targets, weights, held, theta - size * step - centre)
            if found < losses[-1]:
                break
            size /= 2
        else:
            break
        theta, logits = theta - size * step, logits - size * along
        losses.append(found)
        if losses[-2] - found <= tolerance * losses[-2]:
            break
    return LogisticFit(theta[:-1], float(theta[-1]), tuple(losses))


def _objective(
    logits: np.ndarray, targets: np.ndarray, weights: np.ndarray, held: np.ndarray, distance: np.ndarray
) -> float:
    return float(weights @ (np.logaddexp(0.0, logits) - targets * logits) + 0.5 * held @ distance**2)


def _product(x: np.ndarray, theta: np.ndarray) -> np.ndarray:
    return (x @ theta[:-1].astype(x.dtype)).astype(np.float64) + theta[-1]


def _transposed(x: np.ndarray, rows: np.ndarray) -> np.ndarray:
    return np.append((rows.astype(x.dtype) @ x).astype(np.float64), rows.sum())


def _newton_step(x: np.ndarray, curvature: np.ndarray, held: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """Return the solution of (x' curvature x + held) step = gradient, a column of ones beside x."""
    # rows far from the decision curve hardly at all: most of the rehearsal, which then costs nothing
    bent = curvature > 1e-7 * curvature.max()
    part, root = x[bent], np.sqrt(curvature[bent])
    scaled = part * root[:, None].astype(x.dtype)
    size = len(held)
    hessian = np.empty((size, size))
    hessian[:-1, :-1] = scaled.T @ scaled
    hessian[-1, :-1] = hessian[:-1, -1] = root.astype(x.dtype) @ scaled
    hessian[-1, -1] = curvature[bent].sum()
    hessian[np.arange(size), np.arange(size)] += held
    return np.linalg.solve(hessian, gradient)
