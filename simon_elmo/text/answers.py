"""What every classifier of texts answers with once it has probabilities: labels, scores, ROC curves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from simon_elmo.errors import InvalidInput
from simon_elmo.labels.label_set import LabelSet
from simon_elmo.words.text_labels import answered, as_text_labels, as_tuples

if TYPE_CHECKING:
    from simon_elmo.evaluation.roc import RocCurve
    from simon_elmo.evaluation.scores import Evaluation


class TextAnswers:
    """Labels and scores of texts, for classes that have `predict_proba`, `label_set` and `label_mode`."""

    label_mode: str

    if TYPE_CHECKING:

        @property
        def label_set(self) -> LabelSet:
            """The labels with their thresholds."""

        def predict_proba(self, texts: Any) -> np.ndarray:
            """Return float32 (n_texts, n_labels)."""

    def predict(self, texts: Any, *, threshold: float | None = None) -> list[str] | list[tuple[str, ...]]:
        """Return the label of each text; in multi mode a tuple of labels, the most probable first.

        Args:
            texts: strings, of any length, or what `embed` made of them where there is such a method.
            threshold: one threshold instead of the labels' own; in single mode only for two labels, of the second one.

        Raises:
            InvalidInput: for texts or a threshold that are none.
            NotFitted: before training.
        """
        return answered(self.label_set, self.predict_proba(texts), self.label_mode, threshold)

    def evaluate(self, texts: Any, labels: Iterable[Any], *, min_support: int = 1) -> Evaluation:
        """Compare predictions with true labels; the `columns` of the evaluation are the texts.

        Args:
            texts: as for `predict`.
            labels: one label a text, or several in multi mode.
            min_support: texts that a label needs to count in macro averages.
        """
        probabilities = self.predict_proba(texts)
        true = as_text_labels(labels, self.label_mode, len(probabilities))
        return scored(self.label_set, self.label_mode, probabilities, true, min_support)

    def roc(self, texts: Any, labels: Iterable[Any], *, label: str | None = None) -> RocCurve:
        """Return the ROC curve of one label.

        Args:
            texts: as for `predict`.
            labels: one label a text, or several in multi mode.
            label: the label to tell from the others; the second of two by default.

        Raises:
            InvalidInput: if there are not both texts with and texts without the label, or no label is named of three.
            UnknownLabel: for a label that does not exist.
        """
        from simon_elmo.evaluation.roc import roc_curve

        names = self.label_set.names
        if label is None and len(names) != 2:
            raise InvalidInput(f"name the label that the curve is of; the labels are {', '.join(names)}")
        index = 1 if label is None else self.label_set.index(label)
        probabilities = self.predict_proba(texts)
        true = as_text_labels(labels, self.label_mode, len(probabilities))
        return roc_curve(probabilities[:, index], [names[index] in given for given in true])


def scored(
    labels: LabelSet,
    label_mode: str,
    probabilities: np.ndarray,
    true: Sequence[tuple[str, ...]],
    min_support: int = 1,
) -> Evaluation:
    """Return how well probabilities fit true labels, one tuple per text; see `evaluate_predictions`."""
    from simon_elmo.evaluation.scores import evaluate_predictions

    predictions = as_tuples(answered(labels, probabilities, label_mode))
    return evaluate_predictions(labels, true, probabilities, predictions, min_support=min_support)
