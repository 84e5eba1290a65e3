"""`ColumnClassifier`: what is in the columns of a table."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from simon_elmo.errors import InvalidInput, PresetNotFound
from simon_elmo.labels.label_set import LabelSet, as_label_tuples
from simon_elmo.simon.calibration import COLUMNS
from simon_elmo.simon.characters import CharacterVocabulary
from simon_elmo.simon.config import SimonConfig
from simon_elmo.simon.engine import Engine
from simon_elmo.simon.model import SimonModel
from simon_elmo.tables.cells import present_cells
from simon_elmo.tables.columns import columns_and_names
from simon_elmo.training.config import TrainingConfig

if TYPE_CHECKING:
    from simon_elmo.evaluation.scores import Evaluation
    from simon_elmo.simon.examples import ColumnExamples
    from simon_elmo.simon.saved import SavedModel
    from simon_elmo.simon.teaching.rehearsal import Rehearsal

Labels = Iterable[str | Iterable[str]]


class ColumnClassifier(SimonModel):
    """Predicts the labels of columns: several a column, each with a probability.

    Args:
        labels: the labels to learn, in any order; None takes them from the first `fit`.
        config: the shapes of the network; the compact ones by default.
        vocabulary: the characters of the network; must have `config.n_characters` of them.

    Example:
        >>> classifier = ColumnClassifier.from_preset()  # doctest: +SKIP
        >>> classifier.predict({"mail": ["ann@example.org", "bob@example.com"]})  # doctest: +SKIP
        [('email', 'text')]
    """

    @classmethod
    def from_weights(
        cls,
        labels: Iterable[str],
        config: SimonConfig,
        vocabulary: CharacterVocabulary,
        weights: Mapping[str, np.ndarray],
    ) -> ColumnClassifier:
        """Return a classifier with given weights.

        Args:
            labels: in any order; the columns of the head are those of the sorted labels.
            config: the shapes.
            vocabulary: the characters.
            weights: by the names of `weights`; the caller has compared their shapes.
        """
        return cls(labels, config, vocabulary)._with_engine(Engine(config, vocabulary, weights))

    @classmethod
    def on_backbone_of(
        cls, model: SimonModel, labels: LabelSet | Sequence[str], kernel: np.ndarray, bias: np.ndarray
    ) -> ColumnClassifier:
        """Return a classifier on the backbone of another model, with other labels and another output layer.

        Args:
            model: a trained classifier of columns or documents; it is not changed.
            labels: one per column of the kernel, sorted; a `LabelSet` keeps its thresholds.
            kernel: float32 (feature_units, n_labels).
            bias: float32 (n_labels,).

        Raises:
            InvalidInput: if the labels are not sorted, or the arrays do not fit.
            NotFitted: if the other model is not trained.
        """
        known = labels if isinstance(labels, LabelSet) else LabelSet(tuple(labels))
        names = list(known.names)
        expected = (model.config.feature_units, len(names))
        if names != sorted(names) or kernel.shape != expected or bias.shape != expected[1:]:
            raise InvalidInput(
                f"a head has sorted labels, a kernel {expected} and a bias {expected[1:]}; found {names[:5]}, "
                f"{kernel.shape} and {bias.shape}"
            )
        classifier = cls(names, model.config, model.vocabulary)
        return classifier._with_engine(model.engine.with_head(kernel, bias), known)

    @classmethod
    def _of_saved(cls, saved: SavedModel, folder: str) -> Self:
        if saved.metadata.get("kind") == "document":
            raise PresetNotFound(
                f"{folder} holds a classifier of documents, not of columns; use `simon-elmo text`, or load "
                "it with DocumentClassifier, whose add_labels teaches it labels"
            )
        model = cls(saved.labels.names, saved.config, saved.vocabulary)
        model.metadata = dict(saved.metadata)
        return model

    TASK = COLUMNS

    # === Prediction ===

    def predict(
        self, table: Any, use_headers: bool = True, threshold: float | None = None, seed: int = 0
    ) -> list[tuple[str, ...]]:
        """Return the labels of each column, the most specific first; an empty tuple for a column of missing cells.

        Special labels stand by their probability, then comes the base label (boolean, datetime, float, int or text),
        then what a rule gives (categorical, ordinal). `LabelSet.decide` says more.

        Args:
            table: a DataFrame, a mapping of names to cells, or a list of columns.
            use_headers: whether string names are evidence, where the network reads names.
            threshold: one threshold for all labels but the base label, instead of their own.
            seed: fixes which cells of long columns are looked at.

        Raises:
            InvalidInput: for something that is not a table, or a threshold outside (0, 1].
            NotFitted: before training.
        """
        if threshold is not None and not 0 < threshold <= 1:
            raise InvalidInput(f"a threshold is above 0 and at most 1: {threshold}")
        return self.label_set.decide(self.predict_proba(table, use_headers, seed), threshold)

    def predict_proba(
        self, table: Any, use_headers: bool = True, seed: int = 0, headers: Sequence[str] | None = None
    ) -> np.ndarray:
        """Return float32 (n_columns, n_labels): calibrated probabilities, in the order of `labels`.

        `categorical` and `ordinal` are decided by a rule over whole columns (see `tables.statistics`): their
        probabilities are 0 or 1. A column of missing cells has probability 0 everywhere.

        Args:
            table: as for `predict`.
            use_headers: as for `predict`.
            seed: as for `predict`.
            headers: the names of the columns, "" for none, where `table` is a list.
        """
        columns, names = _named_columns(table, headers)
        columns = [column if isinstance(column, list) else present_cells(column) for column in columns]
        return self.probabilities(self.engine.predicted(columns, names if use_headers else None, seed), columns)

    def logits(self, table: Any, use_headers: bool = True, seed: int = 0) -> np.ndarray:
        """Return float32 (n_columns, n_labels): the head's outputs before calibration and the sigmoid."""
        columns, names = columns_and_names(table)
        return self.engine.predicted(columns, names if use_headers else None, seed)

    def features(
        self, table: Any, use_headers: bool = True, seed: int = 0, headers: Sequence[str] | None = None
    ) -> np.ndarray:
        """Return float32 (n_columns, feature_units), 128 wide in every preset: the penultimate activations.

        A column of missing cells has the features of `NaN` cells. The arguments are those of `predict_proba`.
        """
        columns, names = _named_columns(table, headers)
        return self.engine.features(columns, names if use_headers else None, seed)

    def evaluate(
        self,
        columns: Any,
        labels: Labels,
        headers: Sequence[str] | None = None,
        order: Sequence[str] | None = None,
        min_support: int = 1,
    ) -> Evaluation:
        """Compare predictions with true labels.

        Args:
            columns: a table, as for `predict`.
            labels: one label or several labels a column.
            headers: the names of the columns, where `columns` is a list.
            order: labels from specific to general, see `evaluation.evaluate_predictions`.
            min_support: columns that a label needs to count in macro averages.
        """
        from simon_elmo.evaluation.scores import evaluate_predictions

        cells, names = _named_columns(columns, headers)
        probabilities = self.probabilities(self.engine.predicted(cells, names), cells)
        return evaluate_predictions(
            self.label_set, as_label_tuples(labels), probabilities, order=order, min_support=min_support
        )

    def with_max_cells(self, max_cells: int) -> ColumnClassifier:
        """Return the classifier reading another number of cells of each column; the time taken is proportional to it.

        Weights, labels and calibration stay the same, and this classifier does not change.

        Args:
            max_cells: cells read of a column, at least 1.

        Raises:
            InvalidConfig: for another number.
            NotFitted: before training.
        """
        return self._with_engine(self.engine.with_config(replace(self.config, max_cells=max_cells)))

    # === Training ===

    def fit(
        self,
        columns: Any,
        labels: Labels,
        headers: Sequence[str] | None = None,
        groups: Sequence[Hashable | None] | None = None,
        training: TrainingConfig | None = None,
        fractions: Sequence[float] = (0.6, 0.3, 0.1),
        validation: Sequence[Any] | None = None,
        unknown: Sequence[Iterable[str]] | None = None,
        strategy: str | None = None,
        epochs: int | None = None,
        seed: int | None = None,
        checkpoint: str | os.PathLike[str] | None = None,
        tensorboard: str | os.PathLike[str] | None = None,
        progress: Callable[[Mapping[str, float]], None] | None = None,
    ) -> ColumnClassifier:
        """Train on labelled columns; a classifier that was trained before goes on from its weights.

        Columns are split into training, validation and test parts so that no group stands on two sides. Training stops
        early on the validation loss and keeps the best weights; temperatures and thresholds are then chosen on the
        validation part, and `metadata["metrics"]` says how the test part was predicted.

        Args:
            columns: a DataFrame, a mapping of names to cells, or a list of sequences of cells.
            labels: one label or several labels a column.
            headers: the names of the columns, where `columns` is a list.
            groups: the table, portal or source of each column; each column is its own group by default. A column whose
                group is None is trained on, never validated or tested on.
            training: epochs, rates, balance, strategy and seed.
            fractions: shares of the three parts.
            validation: columns, labels and maybe headers and unknown labels to validate on; then all of `columns` is
                trained on and nothing is split.
            unknown: labels of each column of which nobody knows whether it has them: they take no part in the loss.
            strategy: instead of that of `training`: `"all"`, or `"gradual-unfreezing"` (with the slanted triangular
                schedule if `training` is not given).
            epochs: instead of those of `training`.
            seed: instead of that of `training`.
            checkpoint: a file from which an interrupted training goes on.
            tensorboard: a folder for TensorBoard logs.
            progress: called with a row of figures after each epoch.

        Returns:
            The classifier itself.

        Raises:
            InvalidInput: if labels, headers or groups do not fit the columns.
            UnknownLabel: for a label that the classifier does not have.
        """
        from simon_elmo.simon.fitting import training_config

        training = training_config(training, strategy=strategy, epochs=epochs, seed=seed)
        self._fit(
            self._examples(columns, labels, headers, unknown),
            None if validation is None else self._examples(*validation),
            groups,
            fractions,
            training,
            checkpoint,
            tensorboard,
            progress,
        )
        return self

    # === Parts ===

    def _labelled(self, columns: Any, labels: Labels, headers: Sequence[str] | None) -> ColumnExamples:
        return self._examples(columns, labels, headers)

    def _new_rehearsal(self) -> Rehearsal:
        from simon_elmo.simon.teaching.rehearsal_sources import simulated_rehearsal

        return simulated_rehearsal(self.engine, self.label_set)

    def _scores(self, examples: ColumnExamples) -> dict[str, float]:
        return self.evaluate(examples.columns, examples.labels, headers=examples.headers).summary()

    def _examples(
        self,
        columns: Any,
        labels: Labels,
        headers: Sequence[str] | None = None,
        unknown: Sequence[Iterable[str]] | None = None,
    ) -> ColumnExamples:
        from simon_elmo.simon.examples import ColumnExamples

        cells, names = columns_and_names(columns)
        return ColumnExamples(
            [present_cells(column) for column in cells],
            as_label_tuples(labels),
            names if headers is None else [name or "" for name in headers],
            () if unknown is None else [tuple(names) for names in unknown],
        )


def _named_columns(table: Any, headers: Sequence[str] | None) -> tuple[list[Any], list[str]]:
    columns, names = columns_and_names(table)
    if headers is not None and len(headers) != len(columns):
        raise InvalidInput(f"{len(columns)} columns have {len(headers)} headers")
    return columns, names if headers is None else [name or "" for name in headers]
