"""What classifiers of texts share: how texts and labels are given, and how labels are answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from simon_elmo.errors import InvalidInput
from simon_elmo.labels.label_set import LabelSet

LABEL_MODES = ("single", "multi")


def require_label_mode(label_mode: str) -> str:
    """Return a label mode.

    Raises:
        InvalidInput: for another value than `"single"`, exactly one label per text, and `"multi"`, any number.
    """
    if label_mode not in LABEL_MODES:
        raise InvalidInput(f"label_mode must be single or multi: {label_mode!r}")
    return label_mode


def as_texts(texts: Iterable[Any]) -> list[str]:
    """Return texts as a list of strings; None and NaN are empty texts.

    Raises:
        InvalidInput: for a single string, or an entry that is no text.

    Example:
        >>> as_texts(["a b", None, float("nan")])
        ['a b', '', '']
    """
    if isinstance(texts, (str, bytes)):
        raise InvalidInput("texts must be a list of texts, not one string; put it into a list")
    found = []
    for number, text in enumerate(texts):
        missing = text is None or type(text).__name__ in ("NAType", "NaTType") or text != text
        if not missing and not isinstance(text, str):
            raise InvalidInput(f"text {number} must be a string, not {type(text).__name__}: {text!r:.60}")
        found.append("" if missing else str(text))
    return found


def as_text_labels(labels: Iterable[Any], label_mode: str, n_texts: int) -> list[tuple[str, ...]]:
    """Return one tuple of labels per text.

    Numbers are labels too and are written as strings, as columns of tables often hold 0 and 1.

    Args:
        labels: a label per text; or several, where the mode is `"multi"`.
        label_mode: `"single"` or `"multi"`.
        n_texts: how many there have to be.

    Raises:
        InvalidInput: if their number does not fit, one is missing, or a text has several labels in single mode.

    Example:
        >>> as_text_labels([0, "fake"], "single", 2)
        [('0',), ('fake',)]
    """
    require_label_mode(label_mode)
    rows = [_names(entry, number) for number, entry in enumerate(labels)]
    if len(rows) != n_texts:
        raise InvalidInput(f"{n_texts} texts have {len(rows)} labels")
    for number, names in enumerate(rows):
        if label_mode == "single" and len(names) != 1:
            raise InvalidInput(
                f"text {number} has {len(names)} labels; label_mode='multi' is for several a text or none"
            )
    return rows


def answered(
    labels: LabelSet, probabilities: np.ndarray, label_mode: str, threshold: float | None = None
) -> list[str] | list[tuple[str, ...]]:
    """Return the labels that probabilities stand for.

    Args:
        labels: the labels and their thresholds.
        probabilities: float (n, n_labels).
        label_mode: in `"single"` mode the most probable label per text, of two labels the second one from its threshold
            on; in `"multi"` mode a tuple of all labels that reach their thresholds, the most probable first.
        threshold: instead of the labels' own; of two labels in single mode, that of the second one.

    Returns:
        Strings in single mode (an empty one for a text without words), tuples in multi mode.

    Raises:
        InvalidInput: for a threshold outside (0, 1], or one for three labels or more in single mode.
    """
    if threshold is not None and not 0 < threshold <= 1:
        raise InvalidInput(f"a threshold is above 0 and at most 1: {threshold}")
    if label_mode == "multi":
        return labels.decide(probabilities, threshold)
    if len(labels) != 2:
        if threshold is not None:
            raise InvalidInput(f"the most probable of {len(labels)} labels is answered; a threshold has no meaning")
        chosen = probabilities.argmax(axis=1)
    else:
        chosen = (probabilities[:, 1] >= (labels.thresholds[1] if threshold is None else threshold)).astype(int)
    empty = np.logical_not(np.asarray(probabilities).any(axis=1)).tolist()
    return ["" if nothing else labels.names[index] for index, nothing in zip(chosen, empty, strict=True)]


def as_tuples(found: Sequence[str] | Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return answers as one tuple per text; the empty answer has no label."""
    return [names if isinstance(names, tuple) else (names,) if names else () for names in found]


def _names(entry: Any, number: int) -> tuple[str, ...]:
    if isinstance(entry, (list, tuple, set, frozenset, np.ndarray)):
        return tuple(_name(value, number) for value in entry)
    return (_name(entry, number),)


def _name(value: Any, number: int) -> str:
    if value is None or value != value or not str(value).strip():
        raise InvalidInput(f"text {number} has no label; leave it out or give it one")
    return str(value.item() if isinstance(value, np.generic) else value)
