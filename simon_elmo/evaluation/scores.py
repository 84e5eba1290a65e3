"""How good predicted labels are: per label, as sets, most specific label first, and as probabilities."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from simon_elmo.errors import InvalidInput, UnknownLabel
from simon_elmo.evaluation.calibration import expected_calibration_error, reliability
from simon_elmo.labels.label_set import LabelSet, as_label_tuples
from simon_elmo.labels.specificity import most_specific, rarest_first
from simon_elmo.labels.taxonomy import STATISTICAL_LABELS


@dataclass(frozen=True)
class LabelScore:
    """How one label was predicted.

    Attributes:
        label: its name.
        precision: share of the columns predicted to have it that do; 0 where none is predicted.
        recall: share of the columns that have it that are found; 0 where none has it.
        f1: harmonic mean of both.
        support: columns that have it.
        predicted: columns predicted to have it.
        calibration_error: expected calibration error of its probability, 15 bins.
    """

    label: str
    precision: float
    recall: float
    f1: float
    support: int
    predicted: int
    calibration_error: float


@dataclass(frozen=True)
class Mistake:
    """A column whose predicted labels are not the true ones.

    Attributes:
        index: position of the column in what was evaluated.
        true: its labels.
        predicted: the predicted labels, the most specific first.
        label: the label that is most wrong.
        probability: the probability that was predicted for it.
    """

    index: int
    true: tuple[str, ...]
    predicted: tuple[str, ...]
    label: str
    probability: float


@dataclass(frozen=True)
class Evaluation:
    """The scores of a classifier on labelled columns.

    Attributes:
        labels: the labels that are scored: those of the classifier without `unscored_labels`. Labels of texts that were
            given as numbers or booleans are that here too.
        scores: one score per label.
        n_columns: columns evaluated.
        macro_f1: mean F1 of the labels that enough columns have.
        micro_f1: F1 over all columns and labels together.
        exact_accuracy: share of the columns whose labels are all right.
        top_accuracy: share of the columns whose most specific label is right.
        top_macro_f1: mean F1 of the most specific labels that enough columns have.
        top_calibration_error: expected calibration error of each column's most probable label, 15 bins; categorical and
            ordinal, which a rule decides, do not count.
        label_calibration_error: mean over the labels of the calibration error of each.
        confusion: most specific true label -> most specific predicted label -> columns.
        reliability: (mean confidence, share right, columns) of the most probable label in each bin.
        mistakes: the worst ones first.
        unknown_labels: label that the classifier does not have -> columns with it; these labels are left out.
        skipped: columns that have unknown labels only; they are left out.
        unscored_labels: categorical and ordinal where no true label says so: a rule gives them to columns, and whoever
            named the true labels did not think of them. They are no mistakes and count nowhere.
    """

    labels: tuple[str, ...]
    scores: tuple[LabelScore, ...]
    n_columns: int
    macro_f1: float
    micro_f1: float
    exact_accuracy: float
    top_accuracy: float
    top_macro_f1: float
    top_calibration_error: float
    label_calibration_error: float
    confusion: dict[str, dict[str, int]]
    reliability: tuple[tuple[float, float, int], ...]
    mistakes: tuple[Mistake, ...]
    unknown_labels: dict[str, int]
    skipped: int
    unscored_labels: tuple[str, ...] = ()

    def score(self, label: Any) -> LabelScore:
        """Return the score of one label.

        Raises:
            UnknownLabel: if the classifier does not have it, or it is not scored.
        """
        for score in self.scores:
            if score.label == label:
                return score
        raise UnknownLabel(f"unknown label {label!r}; the labels are {', '.join(map(str, self.labels))}")

    def summary(self) -> dict[str, float]:
        """Return the figures that describe the whole, by name."""
        return {
            "columns": self.n_columns,
            "macro_f1": self.macro_f1,
            "micro_f1": self.micro_f1,
            "exact_accuracy": self.exact_accuracy,
            "top_accuracy": self.top_accuracy,
            "top_macro_f1": self.top_macro_f1,
            "top_calibration_error": self.top_calibration_error,
            "label_calibration_error": self.label_calibration_error,
        }

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        values = asdict(self)
        for name in ("labels", "reliability", "unscored_labels"):
            values[name] = [list(entry) if isinstance(entry, tuple) else entry for entry in values[name]]
        values["scores"] = list(values["scores"])
        values["mistakes"] = [
            {**mistake, "true": list(mistake["true"]), "predicted": list(mistake["predicted"])}
            for mistake in values["mistakes"]
        ]
        return values

    def to_text(self) -> str:
        """Return the summary and the scores per label as plain text."""
        lines = [f"{name:<24} {value:>8.4g}" for name, value in self.summary().items()]
        lines += ["", f"{'label':<24} {'precision':>9} {'recall':>9} {'f1':>9} {'columns':>9}"]
        lines += [
            f"{score.label!s:<24} {score.precision:>9.3f} {score.recall:>9.3f} {score.f1:>9.3f} {score.support:>9}"
            for score in self.scores
        ]
        return "\n".join(lines)


def evaluate_predictions(
    labels: LabelSet,
    true: Iterable[str | Iterable[str]],
    probabilities: np.ndarray,
    predictions: Sequence[tuple[str, ...]] | None = None,
    order: Sequence[str] | None = None,
    min_support: int = 1,
    n_mistakes: int = 50,
) -> Evaluation:
    """Compare predicted with true labels.

    The labels that a rule gives, categorical and ordinal, are scored only where some column truly has them.

    Args:
        labels: the labels of the classifier, with its thresholds.
        true: the labels of each column. Labels that the classifier does not have are left out, and so are columns that
            have no other.
        probabilities: float (n_columns, len(labels)).
        predictions: the predicted labels; what reaches the thresholds when not given.
        order: labels, the most specific one first, to choose the one label by which top accuracy is scored, as
            `most_specific` describes. Without an order the most probable of several specific labels counts, and the
            rarest of several true ones.
        min_support: columns that a label needs to count in the macro averages.
        n_mistakes: how many of the worst mistakes to keep.

    Raises:
        InvalidInput: if the numbers of columns or labels do not fit, or there is nothing to evaluate.

    Example:
        >>> found = evaluate_predictions(LabelSet(("int", "text")), ["int", "text"], np.array([[0.9, 0.1], [0.8, 0.3]]))
        >>> found.exact_accuracy, found.mistakes[0].label
        (0.5, 'int')
    """
    probabilities = np.asarray(probabilities, dtype=np.float64)
    true_tuples = as_label_tuples(true)
    if probabilities.shape != (len(true_tuples), len(labels)):
        raise InvalidInput(
            f"probabilities have shape {probabilities.shape}, expected {(len(true_tuples), len(labels))}: "
            "one row per labelled column, one column per label"
        )
    if predictions is None:
        predictions = labels.decide(probabilities)
    if len(predictions) != len(true_tuples):
        raise InvalidInput(f"{len(predictions)} predictions do not fit {len(true_tuples)} labelled columns")
    unknown = Counter(name for names in true_tuples for name in names if name not in labels)
    unscored = tuple(
        name for name in STATISTICAL_LABELS if name in labels and not any(name in row for row in true_tuples)
    )
    kept = [index for index, names in enumerate(true_tuples) if not names or any(name in labels for name in names)]
    if not kept:
        raise InvalidInput(f"no column has a label of this classifier; its labels are {', '.join(labels.names)}")
    known = [tuple(name for name in true_tuples[index] if name in labels) for index in kept]
    predicted = [tuple(name for name in predictions[index] if name not in unscored) for index in kept]
    scored = [index for index, name in enumerate(labels.names) if name not in unscored]
    if not scored:
        raise InvalidInput(
            f"a rule decides all labels of this classifier, and no column has one: {', '.join(unscored)}"
        )
    probabilities = probabilities[np.ix_(kept, scored)]
    labels = LabelSet(tuple(labels.names[at] for at in scored), tuple(labels.thresholds[at] for at in scored))
    targets, decided = labels.multi_hot(known).astype(float), labels.multi_hot(predicted).astype(float)
    scores = _label_scores(labels, targets, decided, probabilities)
    confusion = _confusion(
        [most_specific(names, order) for names in rarest_first(known)],
        [most_specific(names, order) for names in predicted],
    )
    confidences, top_right = _most_probable(labels, targets, probabilities)
    return Evaluation(
        labels=labels.names,
        scores=scores,
        n_columns=len(kept),
        macro_f1=_mean([score.f1 for score in scores if score.support >= min_support]),
        micro_f1=_f1((targets * decided).sum(), targets.sum(), decided.sum()),
        exact_accuracy=float((targets == decided).all(axis=1).mean()),
        top_accuracy=sum(row.get(name, 0) for name, row in confusion.items()) / len(kept),
        top_macro_f1=_confusion_macro_f1(confusion, min_support),
        top_calibration_error=expected_calibration_error(confidences, top_right),
        label_calibration_error=_mean([score.calibration_error for score in scores]),
        confusion=confusion,
        reliability=tuple(reliability(confidences, top_right)),
        mistakes=tuple(_worst_mistakes(labels, kept, known, predicted, decided, probabilities)[:n_mistakes]),
        unknown_labels=dict(sorted(unknown.items())),
        skipped=len(true_tuples) - len(kept),
        unscored_labels=unscored,
    )


def macro_f1(true: np.ndarray, predicted: np.ndarray) -> float:
    """Return the mean F1 of the labels that some example has; 0 where none has any.

    Args:
        true: bool (n, n_labels).
        predicted: bool (n, n_labels).

    Example:
        >>> macro_f1(np.array([[True, False], [True, True]]), np.array([[True, False], [True, False]]))
        0.5
    """
    hits, total = (true & predicted).sum(axis=0), true.sum(axis=0) + predicted.sum(axis=0)
    present = true.any(axis=0)
    return float(np.mean(2 * hits[present] / total[present])) if present.any() else 0.0


def _most_probable(labels: LabelSet, targets: np.ndarray, probabilities: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each column's highest probability and whether that label is right.

    Labels that a rule decides are left out: their probability is 0 or 1 and nobody predicted it.
    """
    predicted = [index for index, name in enumerate(labels.names) if name not in STATISTICAL_LABELS]
    columns = predicted or list(range(len(labels)))
    top = probabilities[:, columns].argmax(axis=1)
    rows = np.arange(len(targets))
    return probabilities[:, columns][rows, top], targets[:, columns][rows, top]


def _label_scores(
    labels: LabelSet, targets: np.ndarray, decided: np.ndarray, probabilities: np.ndarray
) -> tuple[LabelScore, ...]:
    hits, support, predicted = (targets * decided).sum(axis=0), targets.sum(axis=0), decided.sum(axis=0)
    return tuple(
        LabelScore(
            label=name,
            precision=float(hits[index] / predicted[index]) if predicted[index] else 0.0,
            recall=float(hits[index] / support[index]) if support[index] else 0.0,
            f1=_f1(hits[index], support[index], predicted[index]),
            support=int(support[index]),
            predicted=int(predicted[index]),
            calibration_error=expected_calibration_error(probabilities[:, index], targets[:, index]),
        )
        for index, name in enumerate(labels.names)
    )


def _confusion(true: list[str], predicted: list[str]) -> dict[str, dict[str, int]]:
    counts = Counter(zip(true, predicted, strict=True))
    table: dict[str, dict[str, int]] = {name: {} for name in sorted(set(true))}
    for (true_name, predicted_name), count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        table[true_name][predicted_name] = count
    return table


def _confusion_macro_f1(confusion: dict[str, dict[str, int]], min_support: int) -> float:
    predicted: Counter[str] = Counter()
    for row in confusion.values():
        predicted.update(row)
    return _mean(
        [
            _f1(row.get(name, 0), sum(row.values()), predicted[name])
            for name, row in confusion.items()
            if sum(row.values()) >= min_support
        ]
    )


def _worst_mistakes(
    labels: LabelSet,
    columns: list[int],
    true: list[tuple[str, ...]],
    predicted: list[tuple[str, ...]],
    decided: np.ndarray,
    probabilities: np.ndarray,
) -> list[Mistake]:
    """Return a mistake a wrong column, ordered by how sure the classifier was of the label that is most wrong."""
    wrong = labels.multi_hot(true) != decided
    sureness = np.where(wrong, np.where(decided == 1, probabilities, 1 - probabilities), -1.0)
    rows = np.flatnonzero(wrong.any(axis=1))
    worst = sureness.argmax(axis=1)
    return [
        Mistake(
            columns[row], true[row], predicted[row], labels.names[worst[row]], float(probabilities[row, worst[row]])
        )
        for row in rows[np.argsort(-sureness[rows, worst[rows]], kind="stable")]
    ]


def _f1(hits: float, support: float, predicted: float) -> float:
    return float(2 * hits / (support + predicted)) if support + predicted else 0.0


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else 0.0
