"""`ColumnClassifier`: what is in the columns of a table."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simon_elmo.classifiers.engine import HEAD_BIAS, HEAD_KERNEL, Engine
from simon_elmo.config import SimonConfig, TrainingConfig
from simon_elmo.errors import InvalidConfig, InvalidInput, NotFitted
from simon_elmo.labels import STATISTICAL_LABELS, LabelSet, as_label_tuples
from simon_elmo.tables.cells import present_cells
from simon_elmo.tables.columns import columns_and_names
from simon_elmo.tables.statistics import categorical_and_ordinal
from simon_elmo.text.characters import CharacterVocabulary

if TYPE_CHECKING:
    from simon_elmo.classifiers.fitting import ColumnExamples
    from simon_elmo.evaluation import Evaluation
    from simon_elmo.training import TrainingHistory

Labels = Iterable[str | Iterable[str]]


class ColumnClassifier:
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

    def __init__(
        self,
        labels: Iterable[str] | None = None,
        config: SimonConfig | None = None,
        vocabulary: CharacterVocabulary | None = None,
    ) -> None:
        if vocabulary is None:
            published = config is not None and config.n_characters == CharacterVocabulary.published().size
            vocabulary = CharacterVocabulary.published() if published else CharacterVocabulary.extended()
        self.vocabulary = vocabulary
        self.config = config or SimonConfig.compact(vocabulary.size)
        if self.config.n_characters != vocabulary.size:
            raise InvalidConfig(
                f"the network reads {self.config.n_characters} characters, the vocabulary has {vocabulary.size}"
            )
        self._label_set = None if labels is None else LabelSet(tuple(sorted(labels)))
        self.temperatures = np.ones(0 if self._label_set is None else len(self._label_set), dtype=np.float32)
        self.metadata: dict[str, Any] = {}
        self.history: TrainingHistory | None = None
        self._engine: Engine | None = None

    # === Loading and saving ===

    @classmethod
    def from_preset(cls, name: str | os.PathLike[str] | None = None) -> ColumnClassifier:
        """Return a trained classifier.

        Args:
            name: a preset such as `"simon-geo"`, or a folder that `save` wrote; None is the default preset.

        Raises:
            PresetNotFound: if there is neither.
            CorruptPreset: if a file of it is missing, damaged or does not fit the others.
        """
        from simon_elmo.presets import preset_folder

        return cls.from_folder(preset_folder(name))

    @classmethod
    def from_folder(cls, folder: str | os.PathLike[str]) -> ColumnClassifier:
        """Return the classifier that `save` wrote to a folder; checksums are checked before anything is opened.

        Raises:
            PresetNotFound: if there is no such folder.
            CorruptPreset: if a file of it is missing, damaged or does not fit the others.
        """
        from simon_elmo.classifiers.saved import load_saved

        saved = load_saved(folder)
        classifier = cls(saved.labels.names, saved.config, saved.vocabulary)
        classifier._label_set, classifier.temperatures = saved.labels, saved.temperatures
        classifier.metadata = dict(saved.metadata)
        classifier._engine = Engine(saved.config, saved.vocabulary, saved.weights, saved.graph)
        return classifier

    def save(self, folder: str | os.PathLike[str], dtype: str = "float32") -> None:
        """Write the classifier to a folder, all of it or nothing; `from_preset(folder)` gives the same probabilities.

        Args:
            folder: where to; a model that is there already is replaced.
            dtype: of the weights on disk; `"float16"` halves them, and this classifier then goes on with the rounded
                weights, so that it stays identical to the saved one.

        Raises:
            NotFitted: before training.
        """
        from simon_elmo.classifiers.saved import SavedModel, write_saved

        engine = self._trained()
        if dtype == "float16":
            rounded = {name: array.astype(np.float16).astype(np.float32) for name, array in engine.weights.items()}
            self._engine = engine = Engine(self.config, self.vocabulary, rounded)
        saved = SavedModel(
            self.config,
            self.vocabulary,
            self.label_set,
            self.temperatures,
            engine.weights,
            engine.graph(),
            self.metadata,
            self.history,
        )
        write_saved(folder, saved, dtype)

    # === Prediction ===

    @property
    def labels(self) -> list[str]:
        """The labels, in the order of the probability columns."""
        return list(self.label_set.names)

    @property
    def label_set(self) -> LabelSet:
        """The labels with their thresholds.

        Raises:
            NotFitted: while it is not known what the labels are.
        """
        if self._label_set is None:
            raise NotFitted("this classifier has no labels yet: give them to it, or call fit")
        return self._label_set

    def predict(
        self, table: Any, use_headers: bool = True, threshold: float | None = None, seed: int = 0
    ) -> list[tuple[str, ...]]:
        """Return the labels of each column, the most probable first; an empty tuple for a column of missing cells.

        Args:
            table: a DataFrame, a mapping of names to cells, or a list of columns.
            use_headers: whether string names are evidence, where the network reads names.
            threshold: one threshold for all labels instead of their own.
            seed: fixes which cells of long columns are looked at.

        Raises:
            InvalidInput: for something that is not a table, or a threshold outside (0, 1].
            NotFitted: before training.
        """
        if threshold is not None and not 0 < threshold <= 1:
            raise InvalidInput(f"a threshold is above 0 and at most 1: {threshold}")
        return self.label_set.decide(self.predict_proba(table, use_headers, seed), threshold)

    def predict_proba(self, table: Any, use_headers: bool = True, seed: int = 0) -> np.ndarray:
        """Return float32 (n_columns, n_labels): calibrated probabilities, in the order of `labels`.

        `categorical` and `ordinal` are decided by a rule over whole columns (see `tables.statistics`): their
        probabilities are 0 or 1. A column of missing cells has probability 0 everywhere.
        """
        columns, names = columns_and_names(table)
        columns = [column if isinstance(column, list) else present_cells(column) for column in columns]
        return self.probabilities(self._logits(columns, names if use_headers else None, seed), columns)

    def logits(self, table: Any, use_headers: bool = True, seed: int = 0) -> np.ndarray:
        """Return float32 (n_columns, n_labels): the head's outputs before calibration and the sigmoid."""
        columns, names = columns_and_names(table)
        return self._logits(columns, names if use_headers else None, seed)

    def probabilities(self, logits: np.ndarray, columns: Sequence[Any]) -> np.ndarray:
        """Return what `predict_proba` makes of the logits of columns: float32 (n_columns, n_labels).

        Args:
            logits: float (n_columns, n_labels), as `logits` returns them.
            columns: the cells of the same columns, for the rule and for missing cells.
        """
        with np.errstate(over="ignore"):
            probabilities = (1 / (1 + np.exp(-logits / self.temperatures))).astype(np.float32)
        ruled = [name for name in STATISTICAL_LABELS if name in self.label_set]
        for row, column in enumerate(columns):
            if not present_cells(column):
                probabilities[row] = 0.0
            elif ruled:
                holds = dict(zip(STATISTICAL_LABELS, categorical_and_ordinal(column), strict=True))
                for name in ruled:
                    probabilities[row, self.label_set.index(name)] = float(holds[name])
        return probabilities

    def features(self, table: Any, use_headers: bool = True, seed: int = 0) -> np.ndarray:
        """Return float32 (n_columns, feature_units), 128 wide in every preset: the penultimate activations.

        A column of missing cells has the features of `NaN` cells.
        """
        columns, names = columns_and_names(table)
        return self._trained().features(columns, names if use_headers else None, seed)

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
        from simon_elmo.evaluation import evaluate_predictions

        cells, names = columns_and_names(columns)
        names = names if headers is None else list(headers)
        probabilities = self.probabilities(self._logits(cells, names), cells)
        return evaluate_predictions(
            self.label_set, as_label_tuples(labels), probabilities, order=order, min_support=min_support
        )

    def weights(self) -> dict[str, np.ndarray]:
        """Return the network's weights by name, as `models.weights.weights_of` names them; not copies."""
        return dict(self._trained().weights)

    # === Training ===

    def fit(
        self,
        columns: Any,
        labels: Labels,
        headers: Sequence[str] | None = None,
        groups: Sequence[Hashable | None] | None = None,
        training: TrainingConfig | None = None,
        fractions: Sequence[float] = (0.6, 0.3, 0.1),
        validation: tuple[Any, Labels, Sequence[str] | None] | None = None,
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
            training: epochs, rates, balance and seed.
            fractions: shares of the three parts.
            validation: columns, labels and headers to validate on; then all of `columns` is trained on and nothing
                is split.
            checkpoint: a file from which an interrupted training goes on.
            tensorboard: a folder for TensorBoard logs.
            progress: called with a row of figures after each epoch.

        Returns:
            The classifier itself.

        Raises:
            InvalidInput: if labels, headers or groups do not fit the columns.
            UnknownLabel: for a label that the classifier does not have.
        """
        from simon_elmo.classifiers.fitting import fit_columns, split_examples

        examples = self._examples(columns, labels, headers)
        if self._label_set is None:
            self._label_set = LabelSet(tuple(sorted({name for names in examples.labels for name in names})))
        self.label_set.multi_hot(examples.labels)  # an unknown label is an error before any work
        training = training or TrainingConfig()
        if validation is None:
            parts = split_examples(examples, groups, fractions, training.seed)
        else:
            parts = [examples.take(examples.with_cells()), self._examples(*validation)]
        fit_columns(
            self,
            parts[0],
            parts[1],
            training,
            checkpoint=None if checkpoint is None else Path(checkpoint),
            tensorboard=None if tensorboard is None else Path(tensorboard),
            progress=progress,
        )
        if parts[2:] and len(parts[2]):
            found = self.evaluate(parts[2].columns, parts[2].labels, headers=parts[2].headers)
            self.metadata = {**self.metadata, "metrics": {"test": found.summary()}}
        return self

    def drop_labels(self, names: Iterable[str]) -> ColumnClassifier:
        """Forget labels, in place; the probabilities of the others stay the same to the bit.

        Args:
            names: the labels to drop; at least one other must be left.

        Returns:
            The classifier itself.

        Raises:
            UnknownLabel: for a label that the classifier does not have.
            InvalidInput: if no label would be left.
        """
        engine = self._trained()
        dropped = {self.label_set.index(name) for name in names}
        kept = [position for position in range(len(self.label_set)) if position not in dropped]
        labels = LabelSet(
            tuple(self.label_set.names[position] for position in kept),
            tuple(self.label_set.thresholds[position] for position in kept),
        )
        self._engine = engine.with_head(engine.weights[HEAD_KERNEL][:, kept], engine.weights[HEAD_BIAS][kept])
        self._label_set, self.temperatures = labels, self.temperatures[kept]
        return self

    # === Parts ===

    def _examples(self, columns: Any, labels: Labels, headers: Sequence[str] | None = None) -> ColumnExamples:
        from simon_elmo.classifiers.fitting import ColumnExamples

        cells, names = columns_and_names(columns)
        return ColumnExamples(
            [present_cells(column) for column in cells],
            as_label_tuples(labels),
            names if headers is None else [name or "" for name in headers],
        )

    def _trained(self) -> Engine:
        if self._engine is None:
            raise NotFitted("this classifier is not trained: call fit, or load a preset with from_preset")
        return self._engine

    def _logits(self, columns: Sequence[Any], headers: Sequence[str] | None, seed: int = 0) -> np.ndarray:
        engine = self._trained()
        return engine.logits(engine.features(columns, headers, seed))
