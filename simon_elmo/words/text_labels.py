"""What classifiers of texts share: how texts and labels are given, and how labels are answered.

Labels are strings, integers, floats or booleans. `LabelSet`, networks and files hold their names; the type in which
they were given is kept beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from simon_elmo.errors import InvalidInput
from simon_elmo.labels.label_set import LabelSet, require_label_list

LABEL_MODES = ("single", "multi")
# what a label may be -> its value from its name; the keys are what `label_type` says in a model's folder
LABEL_TYPES: Mapping[str, Callable[[str], Any]] = {"str": str, "int": int, "float": float, "bool": "True".__eq__}
_CLASSES = {"bool": bool, "int": int, "float": float}
_SEVERAL = (list, tuple, set, frozenset, np.ndarray)


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


@dataclass(frozen=True)
class TextLabels:
    """The labels of texts as names, and the type in which they were given.

    Attributes:
        rows: the names of each text's labels.
        label_type: a key of `LABEL_TYPES`; None where no text has a label.
    """

    rows: list[tuple[str, ...]]
    label_type: str | None

    def label_set(self) -> LabelSet:
        """Return the labels that occur, in order."""
        return ordered_labels({name for names in self.rows for name in names}, self.label_type or "str")


def as_text_labels(labels: Iterable[Any], label_mode: str, n_texts: int) -> TextLabels:
    """Return one tuple of names per text.

    Strings, integers, floats and booleans are labels, numpy's as well, but all of one type.

    Args:
        labels: a label per text; or several, where the mode is `"multi"`.
        label_mode: `"single"` or `"multi"`.
        n_texts: how many there have to be.

    Raises:
        InvalidInput: if their number does not fit, one is missing, they are of several types, or a text has several
            labels in single mode.

    Example:
        >>> as_text_labels([1, 0], "single", 2)
        TextLabels(rows=[('1',), ('0',)], label_type='int')
    """
    require_label_mode(label_mode)
    require_label_list(labels)
    given = [entry if isinstance(entry, _SEVERAL) else (entry,) for entry in labels]
    if len(given) != n_texts:
        raise InvalidInput(f"{n_texts} texts have {len(given)} labels")
    for number, values in enumerate(given):
        if label_mode == "single" and len(values) != 1:
            raise InvalidInput(
                f"text {number} has {len(values)} labels; label_mode='multi' is for several per text or none"
            )
    found: dict[str, str] = {}  # type -> where it was found first
    rows = []
    for number, values in enumerate(given):
        typed = [_named(value, f"text {number}") for value in values]
        found |= {label_type: f"{name!r} of text {number}" for name, label_type in typed if label_type not in found}
        rows.append(tuple(name for name, _ in typed))
    return TextLabels(rows, _one_type(found))


def label_set_of(labels: Iterable[Any], hint: str = "") -> tuple[LabelSet, str]:
    """Return labels that are given as such, in order, and their type, a key of `LABEL_TYPES`.

    Args:
        labels: strings, integers, floats or booleans, all of one type.
        hint: what else may have been meant by one string, for the message.

    Raises:
        InvalidInput: for one string, no label, several types, or a label that is there twice.

    Example:
        >>> label_set_of([10, 9])[0].names
        ('9', '10')
    """
    require_label_list(labels, hint=hint)
    typed = [_named(value, f"label {number}") for number, value in enumerate(labels)]
    label_type = _one_type({label_type: repr(name) for name, label_type in typed}) or "str"
    return ordered_labels([name for name, _ in typed], label_type), label_type


def ordered_labels(names: Iterable[str], label_type: str) -> LabelSet:
    """Return labels in the order of their values: numbers by size, strings by their characters."""
    return LabelSet(tuple(sorted(names, key=LABEL_TYPES[label_type])))


def label_value(name: str, label_type: str) -> Any:
    """Return a label in the type in which it was given.

    Example:
        >>> label_value("7", "int"), label_value("False", "bool")
        (7, False)
    """
    return LABEL_TYPES[label_type](name)


def label_name(value: Any) -> str:
    """Return the name of a label.

    Raises:
        InvalidInput: for a value that cannot be a label.

    Example:
        >>> label_name(np.int64(7)), label_name("fake")
        ('7', 'fake')
    """
    return _named(value, "this")[0]


def require_label_type(label_type: Any, names: Iterable[str]) -> str:
    """Return the type of a saved model's labels.

    Raises:
        InvalidInput: for an unknown type, or names that are not among its values.
    """
    for name in names:
        try:
            fits = label_name(LABEL_TYPES[label_type](name)) == name
        except (KeyError, TypeError, ValueError):
            fits = False
        if not fits:
            raise InvalidInput(f"the label {name!r} is not of the type {label_type!r}")
    return str(label_type)


def require_same_type(given: str | None, known: str) -> None:
    """Refuse labels to learn from that are of another type than those that are known already.

    Raises:
        InvalidInput: if they differ.
    """
    if given not in (None, known):
        raise InvalidInput(f"these labels are of type {given}, those known already of type {known}; convert them")


def labels_to_learn(known: LabelSet | None, label_type: str, given: Sequence[TextLabels]) -> tuple[LabelSet, str]:
    """Return the labels that a classifier learns, and their type.

    Args:
        known: the labels that it has already, None for none.
        label_type: their type.
        given: the labels of the texts to learn from, then maybe those of the texts to validate on. Where none are
            known, the labels to learn are all of the former.

    Raises:
        InvalidInput: for labels of several types, or no label at all.
    """
    if known is None:
        known, label_type = given[0].label_set(), given[0].label_type or "str"
    for each in given:
        require_same_type(each.label_type, label_type)
    return known, label_type


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
        probabilities = np.asarray(probabilities)
        # not `labels.decide`, which knows what labels of columns mean: here a label may be called int or text
        reached = probabilities >= (np.asarray(labels.thresholds) if threshold is None else threshold)
        orders = np.argsort(-probabilities, axis=1, kind="stable")
        return [
            tuple(labels.names[index] for index in order if row[index])
            for order, row in zip(orders.tolist(), reached, strict=True)
        ]
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


def _named(value: Any, where: str) -> tuple[str, str]:
    """Return the name of a label and its type."""
    plain = value.item() if isinstance(value, np.generic) else value
    if plain is None or type(plain).__name__ in ("NAType", "NaTType") or plain != plain or not str(plain).strip():
        raise InvalidInput(f"{where} has no label; leave it out or give it one")
    for label_type in ("bool", "int", "float"):  # a bool is an int to Python
        if isinstance(plain, _CLASSES[label_type]):
            return str(plain), label_type
    if not isinstance(plain, str):
        raise InvalidInput(f"{where}: a label is a string, an integer, a float or a boolean, not {plain!r:.60}")
    return str(plain), "str"


def _one_type(found: Mapping[str, str]) -> str | None:
    """Return the only type of labels that was found, None for none."""
    if len(found) > 1:
        (one, first), (other, second) = list(found.items())[:2]
        raise InvalidInput(f"labels are all of one type: {first} is of type {one}, {second} of type {other}")
    return next(iter(found), None)
