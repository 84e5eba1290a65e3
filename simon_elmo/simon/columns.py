"""`ColumnClassifier`: what is in the columns of a table."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from simon_elmo.errors import InvalidInput
from simon_elmo.labels.label_set import as_label_tuples
from simon_elmo.simon.calibration import COLUMNS
from simon_elmo.simon.learning import LearningModel
from simon_elmo.tables.cells import present_cells
from simon_elmo.tables.columns import columns_and_names
from simon_elmo.training.config import TrainingConfig, training_config

if TYPE_CHECKING:
    from simon_elmo.evaluation.scores import Evaluation
    from simon_elmo.simon.examples import ColumnExamples
    from simon_elmo.simon.teaching.rehearsal import Rehearsal
    from simon_elmo.simon.teaching.report import TransferReport

Labels = Iterable[str | Iterable[str]]


class ColumnClassifier(LearningModel):
    """Predicts the labels of columns: several per column, each with a probability.

    Args:
        labels: a list of the labels to learn, in any order; None takes them from the first `fit`.
        config: the shapes of the network; the compact ones by default.
        vocabulary: the characters of the network; must have `config.n_characters` of them.

    Raises:
        InvalidConfig: if the network and the vocabulary have different numbers of characters.
        InvalidInput: for one string instead of a list of labels.

    Example:
        >>> classifier = ColumnClassifier.from_preset()
        >>> classifier.predict({"mail": ["ann@example.org", "bob@example.com", "eve@example.net"]})
        [('email', 'text')]
    """

    TASK = COLUMNS

    # === Loading ===

    @classmethod
    def from_preset(cls, name_or_folder: str | os.PathLike[str] | None = None) -> Self:
        """Return a trained classifier; checksums are checked before anything is opened.

        Args:
            name_or_folder: a preset such as `"simon-geo"`, or a folder that `save` wrote; None is the default preset. A
                name wins over a folder of that name in the current directory; write `./name` for the folder.

        Raises:
            PresetNotFound: if there is neither, or it holds a model of another kind.
            CorruptPreset: if a file of it is missing, damaged or does not fit the others.
        """
        return cls._load(name_or_folder)

    # === Prediction ===

    def predict(
        self,
        table: Any,
        *,
        headers: Sequence[str] | None = None,
        use_headers: bool = True,
        threshold: float | None = None,
        seed: int = 0,
    ) -> list[tuple[str, ...]]:
        """Return the labels of each column, the most specific first; an empty tuple for a column of missing cells.

        Special labels stand by their probability, then comes the base label (boolean, datetime, float, int or text),
        then what a rule gives (categorical, ordinal). `LabelSet.decide` says more.

        Args:
            table: a DataFrame, a mapping of names to cells, or a list of columns.
            headers: the names of the columns, "" for none, instead of those of the table.
            use_headers: whether names are evidence, where the network reads names.
            threshold: one threshold for all labels but the base label, instead of their own.
            seed: fixes which cells of long columns are looked at.

        Raises:
            InvalidInput: for something that is not a table, headers that do not fit, or a threshold outside (0, 1].
            NotFitted: before training.
        """
        if threshold is not None and not 0 < threshold <= 1:
            raise InvalidInput(f"a threshold is above 0 and at most 1: {threshold}")
        probabilities = self.predict_proba(table, headers=headers, use_headers=use_headers, seed=seed)
        return self.label_set.decide(probabilities, threshold)

    def predict_proba(
        self, table: Any, *, headers: Sequence[str] | None = None, use_headers: bool = True, seed: int = 0
    ) -> np.ndarray:
        """Return float32 (n_columns, n_labels): calibrated probabilities, in the order of `labels`.

        `categorical` and `ordinal` are decided by a rule over whole columns (see `tables.statistics`): their
        probabilities are 0 or 1. A column of missing cells has probability 0 everywhere. The arguments are those of
        `predict`.
        """
        columns, names = columns_and_names(table, headers)
        columns = [column if isinstance(column, list) else present_cells(column) for column in columns]
        logits = self.engine.predicted(columns, names if use_headers else None, seed)
        return self.probabilities(logits, columns)

    def logits(
        self, table: Any, *, headers: Sequence[str] | None = None, use_headers: bool = True, seed: int = 0
    ) -> np.ndarray:
        """Return float32 (n_columns, n_labels): the head's outputs before calibration and the sigmoid.

        The arguments are those of `predict`.
        """
        columns, names = columns_and_names(table, headers)
        return self.engine.predicted(columns, names if use_headers else None, seed)

    def features(
        self, table: Any, *, headers: Sequence[str] | None = None, use_headers: bool = True, seed: int = 0
    ) -> np.ndarray:
        """Return float32 (n_columns, feature_units), 128 wide in every preset: the penultimate activations.

        A column of missing cells has the features of `NaN` cells. The arguments are those of `predict`.
        """
        columns, names = columns_and_names(table, headers)
        return self.engine.features(columns, names if use_headers else None, seed)

    def evaluate(
        self,
        columns: Any,
        labels: Labels,
        *,
        headers: Sequence[str] | None = None,
        use_headers: bool = True,
        order: Sequence[str] | None = None,
        min_support: int = 1,
        seed: int = 0,
    ) -> Evaluation:
        """Compare predictions with true labels.

        Args:
            columns: a table, as for `predict`.
            labels: one label or several labels per column.
            headers: as for `predict`.
            use_headers: as for `predict`.
            order: labels from specific to general, see `evaluation.evaluate_predictions`.
            min_support: columns that a label needs to count in macro averages.
            seed: as for `predict`.

        Raises:
            InvalidInput: for labels or headers that do not fit the columns.
        """
        from simon_elmo.evaluation.scores import evaluate_predictions

        probabilities = self.predict_proba(columns, headers=headers, use_headers=use_headers, seed=seed)
        return evaluate_predictions(
            self.label_set, as_label_tuples(labels), probabilities, order=order, min_support=min_support
        )

    # === Training ===

    def fit(
        self,
        columns: Any,
        labels: Labels,
        *,
        headers: Sequence[str] | None = None,
        unknown: Sequence[Iterable[str]] | None = None,
        groups: Sequence[Hashable | None] | None = None,
        validation: Sequence[Any] | None = None,
        fractions: Sequence[float] = (0.6, 0.3, 0.1),
        training: TrainingConfig | None = None,
        strategy: str | None = None,
        epochs: int | None = None,
        seed: int | None = None,
        checkpoint: str | os.PathLike[str] | None = None,
        tensorboard: str | os.PathLike[str] | None = None,
        progress: bool = False,
        on_epoch: Callable[[Mapping[str, float]], None] | None = None,
    ) -> Self:
        """Train on labelled columns; a classifier that was trained before goes on from its weights.

        Columns are split into training, validation and test parts so that no group stands on two sides. Training stops
        early on the validation loss and keeps the best weights; temperatures and thresholds are then chosen on the
        validation part, and `metadata["metrics"]` says how the test part was predicted. Whatever fails, or is
        interrupted, leaves the classifier as it was.

        Args:
            columns: a DataFrame, a mapping of names to cells, or a list of sequences of cells.
            labels: one label or several labels per column.
            headers: the names of the columns, "" for none, instead of those of the table.
            unknown: labels of each column of which nobody knows whether it has them: they take no part in the loss.
            groups: the table, portal or source of each column; each column is its own group by default. A column whose
                group is None is trained on, never validated or tested on.
            validation: columns, labels and maybe headers and unknown labels to validate on; then all of `columns` is
                trained on and nothing is split.
            fractions: shares of the three parts.
            training: epochs, rates, balance, strategy and seed.
            strategy: instead of that of `training`: `"all"`, or `"gradual-unfreezing"` (with the slanted triangular
                schedule if `training` is not given).
            epochs: instead of those of `training`.
            seed: instead of that of `training`.
            checkpoint: a file from which an interrupted training goes on.
            tensorboard: a folder for TensorBoard logs.
            progress: whether a bar on stderr shows how far training is.
            on_epoch: called with a row of figures after each epoch.

        Returns:
            The classifier itself.

        Raises:
            InvalidInput: if labels, headers or groups do not fit the columns.
            UnknownLabel: for a label that the classifier does not have.
            MissingExtra: if Keras is not installed.
        """
        self._fit(
            self._label_set,
            self._examples(columns, labels, headers, unknown),
            None if validation is None else self._examples(*validation),
            groups,
            fractions,
            training_config(training, strategy=strategy, epochs=epochs, seed=seed),
            checkpoint,
            tensorboard,
            progress,
            on_epoch,
        )
        return self

    def add_labels(
        self,
        columns: Any,
        labels: Labels,
        *,
        headers: Sequence[str] | None = None,
        nearest: str | Mapping[str, str] | None = None,
        groups: Sequence[Hashable] | None = None,
        piece_length: int = 20,
        seed: int = 0,
    ) -> TransferReport:
        """Teach the classifier new labels from a few columns, in place, and forget nothing.

        Columns are cut into pieces, and each piece is learned with the name of its column and without. The network
        stays as it is: a new label gets weights of its own, for the network's features and for the surface of cells
        (see `simon.surface`), fitted to the examples and, so that it is not predicted for other columns, to columns
        that the model was trained on (see `rehearsal`). The weights, temperatures and thresholds of the labels from
        before are not touched: their probabilities stay the same to the bit. Labels that were taught earlier are fitted
        again, so that they are told from the new ones as well.

        Which labels a column has: those that it is given. Of several new or taught labels it has no other; of the
        labels that the model was trained with, a column may have more than are given. Columns without a new label are
        negative examples. Whatever fails leaves the classifier as it was.

        Args:
            columns: a table, as for `fit`; each example as long as it is, no cells need to be cut off.
            labels: one label or several per column, at least one of them new; `()` for a negative example.
            headers: the names of the columns, "" for none, instead of those of the table.
            nearest: the old label that a new one starts from, one for all or one each. By default the one with the
                highest mean probability on the examples.
            groups: the table or source of each column; columns of a group are held out together. Each column is its own
                group by default.
            piece_length: cells per piece.
            seed: fixes what is held out.

        Returns:
            What was learned and how well, measured on columns that were left out: see `TransferReport`.

        Raises:
            InvalidInput: if no label is new, one is decided by a rule, a column has no cells or a label too few.
            UnknownLabel: for a nearest label that does not exist.
            NotFitted: before training.

        Example:
            >>> classifier = ColumnClassifier.from_preset("simon-geo")
            >>> report = classifier.add_labels({"share": [f"{number}%" for number in range(60)]}, ["percent"])
            >>> report.labels[0].label, classifier.predict({"quota": ["17%", "3%", "64%"]})
            ('percent', [('percent', 'text')])
        """
        return self._teach(self._examples(columns, labels, headers), nearest, groups, piece_length, seed)

    # === Parts ===

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

        cells, names = columns_and_names(columns, headers)
        return ColumnExamples(
            [present_cells(column) for column in cells],
            as_label_tuples(labels),
            names,
            () if unknown is None else [tuple(names) for names in unknown],
        )
