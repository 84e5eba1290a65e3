"""What logits mean: probabilities, and the temperatures and thresholds that make them mean what they say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from simon_elmo.evaluation.calibration import choose_thresholds, fit_temperatures, sigmoid
from simon_elmo.labels.label_set import LabelSet
from simon_elmo.labels.taxonomy import GENERAL_LABELS, STATISTICAL_LABELS
from simon_elmo.simon.examples import ColumnExamples
from simon_elmo.tables.cells import has_cells
from simon_elmo.tables.statistics import categorical_and_ordinal


@dataclass(frozen=True)
class Task:
    """What differs between labelling columns and labelling texts.

    Thresholds go `chosen_share` of the way from the usual ones to those that are best on the validation examples.

    Attributes:
        kind: what the folder of such a model says, see `presets.KINDS`.
        example: what one example is called in reports.
        by_rule: whether a rule over all cells decides the labels `categorical` and `ordinal`.
        compared_calibrated: whether epochs of training are compared at their best temperature.
        general_threshold: the usual threshold of a general label, such as `text`.
        specific_threshold: that of any other label.
        chosen_share: from 0 for the usual thresholds to 1 for the best ones.
    """

    kind: str
    example: str
    by_rule: bool = False
    compared_calibrated: bool = False
    general_threshold: float = 0.5
    specific_threshold: float = 0.5
    chosen_share: float = 0.5


# The threshold that is best on some portals is a matter of luck on others. Over five folds of 57 portals, those
# chosen give 0.885 top-1 and 0.736 macro-F1 without names and 0.945 and 0.891 with them; the same thresholds for
# all labels, a little lower for specific ones, 0.898, 0.752, 0.950 and 0.902.
COLUMNS = Task("column", "column", by_rule=True, specific_threshold=0.45, chosen_share=0.1)
TEXTS = Task("document", "text", compared_calibrated=True)


def probabilities_of(
    logits: np.ndarray, columns: Sequence[Any], labels: LabelSet, temperatures: np.ndarray, task: Task
) -> np.ndarray:
    """Return what is predicted from logits: float32 (n, n_labels), calibrated, each label by itself.

    Args:
        logits: float (n, n_labels), the head's outputs.
        columns: the cells of the same columns or documents; one without cells has probability 0.
        labels: of the columns of the logits.
        temperatures: float32 (n_labels,), what the logits are divided by.
        task: whether a rule decides some labels.
    """
    probabilities = sigmoid(logits / temperatures).astype(np.float32)
    probabilities[[not has_cells(column) for column in columns]] = 0.0
    ruled = [name for name in STATISTICAL_LABELS if name in labels] if task.by_rule else []
    for row, column in enumerate(columns):
        if ruled and probabilities[row].any():
            holds = dict(zip(STATISTICAL_LABELS, categorical_and_ordinal(column), strict=True))
            for name in ruled:
                probabilities[row, labels.index(name)] = float(holds[name])
    return probabilities


def calibrated(
    logits: np.ndarray, examples: ColumnExamples, labels: LabelSet, task: Task
) -> tuple[LabelSet, np.ndarray]:
    """Return the labels with thresholds, and their temperatures, float32 (n_labels,), chosen on examples.

    A label that is unknown of some examples gets temperature 1 and threshold 0.5.

    Args:
        logits: float (n, n_labels), from a network that was not trained on these examples.
        examples: the columns or texts.
        labels: of the columns of the logits.
        task: the usual thresholds, and how far to go from them.

    Raises:
        InvalidInput: if there is no example.
    """
    targets = examples.targets(labels)
    known = np.asarray((targets >= 0).all(axis=0))
    temperatures, thresholds = np.ones(len(known), dtype=np.float32), np.full(len(known), 0.5)
    raw = probabilities_of(logits, examples.columns, labels, temperatures, task)
    temperatures[known] = fit_temperatures(raw[:, known], targets[:, known])
    found = probabilities_of(logits, examples.columns, labels, temperatures, task)
    chosen = choose_thresholds(found[:, known], targets[:, known])
    general = np.isin(labels.names, GENERAL_LABELS)
    usual = np.where(general, task.general_threshold, task.specific_threshold)[known]
    thresholds[known] = usual + task.chosen_share * (chosen - usual)
    return labels.with_thresholds([float(value) for value in thresholds]), temperatures
