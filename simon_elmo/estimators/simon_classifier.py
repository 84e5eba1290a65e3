"""`SimonClassifier`: a scikit-learn classifier of columns or documents on a SIMOn network."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MultiLabelBinarizer, StandardScaler
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import check_array, check_consistent_length, check_is_fitted, column_or_1d

from simon_elmo.errors import InvalidInput
from simon_elmo.estimators.base import SimonEstimator
from simon_elmo.estimators.network_training import network_label, trained_network
from simon_elmo.estimators.samples import as_texts
from simon_elmo.text.documents import DocumentClassifier

TRAININGS = ("head", "all")

_BELOW_ONE = 1 - float(np.finfo(np.float32).epsneg)


class SimonClassifier(ClassifierMixin, SimonEstimator):
    """Learns labels of samples that are columns of cells, or documents, from the features of a pretrained network.

    With one label a sample it is a multi-class classifier. With several labels a sample (tuples, or an indicator
    matrix) it is a multi-label one, and `predict_proba` is (n_samples, n_labels). Without labels it answers with the
    labels that its preset was trained on.

    Args:
        kind: `"columns"`: a sample is a sequence of cells (a row of a 2-d array or DataFrame, or an element of a list
            of sequences of any lengths, where a Series brings its name); `"documents"`: a sample is a text.
        preset: a preset's name, or a folder that `save` wrote; None is the default preset. A preset that was trained
            on columns reads the sentences of documents as cells.
        training: `"head"` learns a new output layer, a matter of milliseconds; `"all"` goes on to train the whole
            network, for which a part of the samples is held back to stop early.
        C: the inverse of the output layer's L2 regularisation, as in `LogisticRegression`.
        epochs: of training `"all"`; None is the default of `TrainingConfig`.
        use_headers: whether the names of samples are evidence, where the network reads names.
        seed: fixes which cells of long columns are looked at, and the training.
        weights_in_pickle: put the network into pickles of this estimator, so that they need no preset. What training
            `"all"` learned is in the pickle anyway.

    Attributes:
        classes_: the classes, or the labels in the order of the probability columns.
        multilabel_: whether a sample has several labels.

    Example:
        >>> from simon_elmo.estimators import SimonClassifier
        >>> columns = [["12%", "40%"], ["7%", "100%"], ["red", "blue"], ["green", "black"]]
        >>> classifier = SimonClassifier().fit(columns, ["share", "share", "colour", "colour"])
        >>> classifier.predict([["3%", "55%"]]).tolist()
        ['share']
    """

    classes_: np.ndarray
    multilabel_: bool
    head_: Any
    network_: Any
    _binarizer: MultiLabelBinarizer | None

    def __init__(
        self,
        kind: str = "columns",
        preset: str | Path | None = None,
        training: str = "head",
        C: float = 1.0,
        epochs: int | None = None,
        use_headers: bool = True,
        seed: int = 0,
        weights_in_pickle: bool = False,
    ) -> None:
        self.kind = kind
        self.preset = preset
        self.training = training
        self.C = C
        self.epochs = epochs
        self.use_headers = use_headers
        self.seed = seed
        self.weights_in_pickle = weights_in_pickle

    def fit(self, X: Any, y: Any = None) -> SimonClassifier:
        """Learn from labelled samples; without labels the preset's own are used as they are.

        Args:
            X: the samples.
            y: one class a sample; or one tuple, list or set of labels a sample; or an indicator matrix
                (n_samples, n_labels); or None.

        Raises:
            InvalidInput: for invalid samples or labels, or an unknown kind or training.
            PresetNotFound: if there is no such preset.
        """
        if self.training not in TRAININGS:
            raise InvalidInput(f"training must be one of {', '.join(TRAININGS)}: {self.training!r}")
        cells, names = self._read(X, reset=True)
        self.network_ = None
        self._binarizer = None
        if y is None:
            return self._with_own_labels()
        targets = self._targets(y)
        check_consistent_length(cells, targets)
        logistic = make_pipeline(StandardScaler(), LogisticRegression(C=self.C, max_iter=1000))
        head = OneVsRestClassifier(logistic) if self.multilabel_ else logistic
        if not self.multilabel_ and len(self.classes_) < 2:
            raise InvalidInput(f"Classifier can't train when only one class is present: {self.classes_[0]!r}")
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Label .* is present in all training examples")
            warnings.filterwarnings("ignore", message="Label not .* is present in all training examples")
            self.head_ = head.fit(self._features(cells, names).astype(np.float64), targets)
        if self.training == "all":
            labels = self._as_labels(targets)
            self.network_ = trained_network(
                self._model(), self.head_, cells, names, labels, len(self.classes_), self.epochs, self.seed
            )
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Return the class of each sample, or its labels in the form that `fit` was given them.

        Returns:
            (n_samples,) classes; for an indicator matrix int (n_samples, n_labels); for tuples, and for a preset's own
            labels, an object array (n_samples,) of tuples, in which a preset's labels stand most specific first.
        """
        probabilities = self.predict_proba(X)
        if self.head_ is None and not self.multilabel_:  # a document classifier with a threshold of its own
            return _as_array(self._model().decided(probabilities))
        if not self.multilabel_:
            return self.classes_[probabilities.argmax(axis=1)]
        if self.head_ is None:
            model = self._model()
            documents = isinstance(model, DocumentClassifier)
            return _as_objects(model.decided(probabilities) if documents else model.label_set.decide(probabilities))
        decided = probabilities > 0.5
        return _as_objects(self._binarizer.inverse_transform(decided)) if self._binarizer else decided.astype(int)

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return float (n_samples, n_classes), rows that sum to 1; or (n_samples, n_labels), independent of each other.

        Independent ones that were learned here stay below 1, as scikit-learn expects.

        Raises:
            NotFittedError: before `fit`.
        """
        check_is_fitted(self, "classes_")
        if self.head_ is None and self.kind == "documents":
            return self._model().predict_proba(as_texts(self, X, reset=False), seed=self.seed)
        cells, names = self._read(X, reset=False)
        if self.head_ is not None and self.network_ is None:
            found = self.head_.predict_proba(self._features(cells, names).astype(np.float64))
            return np.minimum(found, _BELOW_ONE) if self.multilabel_ else found
        model = self._model() if self.network_ is None else self.network_
        probabilities = model.predict_proba(cells, use_headers=self.use_headers, seed=self.seed, headers=names)
        if self.network_ is None:
            return probabilities
        probabilities = probabilities.astype(np.float64)
        if self.multilabel_:
            return np.minimum(probabilities, _BELOW_ONE)
        return probabilities / probabilities.sum(axis=1, keepdims=True)

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return the share of samples whose class, or whose whole set of labels, is predicted."""
        if isinstance(self.predict(X[:1]).ravel()[0], tuple):
            found, true = self.predict(X), list(y)
            check_consistent_length(found, true)
            right = [set(a) == _label_set(b) for a, b in zip(found, true, strict=True)]
            return float(np.average(right, weights=sample_weight))
        return super().score(X, y, sample_weight)

    # === Parts ===

    def _with_own_labels(self) -> SimonClassifier:
        """Answer with what the preset was trained on."""
        model = self._model()
        if self.kind == "documents" and not isinstance(model, DocumentClassifier):
            raise InvalidInput(
                "the preset was trained on columns and has no labels for documents: give y, or the folder of a "
                "DocumentClassifier as preset"
            )
        self.head_ = None
        self.classes_ = model.classes_
        self.multilabel_ = getattr(model, "label_mode", "multi") == "multi"
        return self

    def _targets(self, y: Any) -> np.ndarray:
        """Return the targets that the head learns; sets `classes_` and `multilabel_`."""
        if _is_tuples(y):
            binarizer = MultiLabelBinarizer()
            targets = binarizer.fit_transform([sorted(_label_set(labels)) for labels in y])
            self._binarizer, self.classes_, self.multilabel_ = binarizer, binarizer.classes_, True
            return targets
        if type_of_target(y) == "multilabel-indicator":
            targets = check_array(y)
            self.classes_, self.multilabel_ = np.arange(targets.shape[1]), True
            return targets
        targets = column_or_1d(y, warn=True)
        check_classification_targets(targets)
        self.classes_, self.multilabel_ = np.unique(targets), False
        return targets

    def _as_labels(self, targets: np.ndarray) -> list[tuple[str, ...]]:
        """Return the targets as labels of the network, in the order of `classes_`."""
        if not self.multilabel_:
            return [(network_label(position),) for position in np.searchsorted(self.classes_, targets).tolist()]
        return [tuple(network_label(position) for position in np.flatnonzero(row).tolist()) for row in targets]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        # the network reads how cells are written; points in a plane are not what it tells apart
        tags.classifier_tags.poor_score = True
        return tags


def _is_tuples(y: Any) -> bool:
    """Return whether samples have tuples, lists or sets of labels, not one class each and not an indicator matrix."""
    if getattr(y, "ndim", 1) != 1 or not hasattr(y, "__len__") or not len(y):
        return False
    elements = list(y)
    if not all(isinstance(element, (tuple, list, set, frozenset)) for element in elements):
        return False
    return all(isinstance(label, str) for element in elements for label in element)


def _label_set(labels: Any) -> set[Any]:
    return {labels} if isinstance(labels, str) else set(labels)


def _as_array(labels: list[Any]) -> np.ndarray:
    """Return labels as an array of their type; of objects where they are strings, or some text has none."""
    return np.array(labels, dtype=object if {str, type(None)} & set(map(type, labels)) else None)


def _as_objects(rows: list[tuple[Any, ...]]) -> np.ndarray:
    array = np.empty(len(rows), dtype=object)
    array[:] = rows
    return array
