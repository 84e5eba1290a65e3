"""What every classifier of texts answers with once it has probabilities: labels, scores, ROC curves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from simon_elmo.errors import InvalidInput
from simon_elmo.labels.label_set import LabelSet
from simon_elmo.words.text_labels import answered, as_text_labels, as_tuples, label_name, label_value

if TYPE_CHECKING:
    from simon_elmo.evaluation.roc import RocCurve
    from simon_elmo.evaluation.scores import Evaluation


class TextAnswers:
    """Labels and scores of texts, for classes that have `predict_proba`, `label_set`, `label_mode` and `label_type`.

    A label has a name, which files and networks know it by, and comes back in the type in which it was given.
    """

    label_mode: str
    label_type: str

    if TYPE_CHECKING:

        @property
        def label_set(self) -> LabelSet:
            """The names of the labels with their thresholds."""

        def predict_proba(self, texts: Any) -> np.ndarray:
            """Return float32 (n_texts, n_labels)."""

    @property
    def labels(self) -> list[Any]:
        """The labels in the type in which they were given, in the order of the probability columns: that of values."""
        return [label_value(name, self.label_type) for name in self.label_set.names]

    @property
    def classes_(self) -> np.ndarray:
        """The labels as an array, in the order of the probability columns."""
        return np.array(self.labels)

    def predict(self, texts: Any, *, threshold: float | None = None) -> list[Any]:
        """Return the label of each text; in multi mode a tuple of labels, the most probable first.

        Args:
            texts: strings, of any length, or what `embed` made of them where there is such a method.
            threshold: one threshold instead of the labels' own; in single mode only for two labels, of the second one.

        Returns:
            Labels in the type in which they were given; for a text without words in single mode an empty string, or
            None where labels are no strings.

        Raises:
            InvalidInput: for invalid texts or an invalid threshold.
            NotFitted: before training.
        """
        return self.decided(self.predict_proba(texts), threshold=threshold)

    def decided(self, probabilities: np.ndarray, *, threshold: float | None = None) -> list[Any]:
        """Return what `predict` answers from probabilities.

        Args:
            probabilities: float (n, n_labels), what `predict_proba` returned.
            threshold: as for `predict`.

        Raises:
            InvalidInput: for an invalid threshold.
        """
        found = answered(self.label_set, probabilities, self.label_mode, threshold)
        if self.label_type == "str":
            return list(found)
        values = dict(zip(self.label_set.names, self.labels, strict=True))
        if self.label_mode == "single":
            return [values.get(str(name)) for name in found]
        return [tuple(values[name] for name in names) for names in found]

    def evaluate(self, texts: Any, labels: Iterable[Any], *, min_support: int = 1) -> Evaluation:
        """Compare predictions with true labels; the `columns` of the evaluation are the texts.

        Args:
            texts: as for `predict`.
            labels: one label per text, or several in multi mode.
            min_support: texts that a label needs to count in macro averages.
        """
        probabilities = self.predict_proba(texts)
        true = as_text_labels(labels, self.label_mode, len(probabilities)).rows
        found = scored(self.label_set, self.label_mode, probabilities, true, min_support)
        return found if self.label_type == "str" else _with_values(found, self.label_type)

    def roc(self, texts: Any, labels: Iterable[Any], *, label: Any = None) -> RocCurve:
        """Return the ROC curve of one label.

        Args:
            texts: as for `predict`.
            labels: one label per text, or several in multi mode.
            label: the label to tell from the others; the second of two by default.

        Raises:
            InvalidInput: if there are not both texts with and texts without the label, or no label is named of three.
            UnknownLabel: for a label that does not exist.
        """
        from simon_elmo.evaluation.roc import roc_curve

        names = self.label_set.names
        if label is None and len(names) != 2:
            raise InvalidInput(f"name the label that the curve is of; the labels are {', '.join(names)}")
        index = 1 if label is None else self.label_set.index(label_name(label))
        probabilities = self.predict_proba(texts)
        true = as_text_labels(labels, self.label_mode, len(probabilities)).rows
        return roc_curve(probabilities[:, index], [names[index] in given for given in true])


def scored(
    labels: LabelSet,
    label_mode: str,
    probabilities: np.ndarray,
    true: Sequence[tuple[str, ...]],
    min_support: int = 1,
) -> Evaluation:
    """Return how well probabilities fit true labels, one tuple of names per text; see `evaluate_predictions`."""
    from simon_elmo.evaluation.scores import evaluate_predictions

    predictions = as_tuples(answered(labels, probabilities, label_mode))
    return evaluate_predictions(labels, true, probabilities, predictions, min_support=min_support)


def _with_values(found: Evaluation, label_type: str) -> Evaluation:
    """Return an evaluation whose labels are of the type in which they were given."""
    values = {name: label_value(name, label_type) for name in found.labels}

    def value(name: str) -> Any:
        return values.get(name, name)  # "(none)" is no label

    return replace(
        found,
        labels=tuple(map(value, found.labels)),
        scores=tuple(replace(score, label=value(score.label)) for score in found.scores),
        confusion={
            value(true): {value(name): count for name, count in row.items()} for true, row in found.confusion.items()
        },
        mistakes=tuple(
            replace(
                mistake,
                true=tuple(map(value, mistake.true)),
                predicted=tuple(map(value, mistake.predicted)),
                label=value(mistake.label),
            )
            for mistake in found.mistakes
        ),
    )
