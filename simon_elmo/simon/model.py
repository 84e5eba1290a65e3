"""What classifiers of columns and of documents share: labels, weights, loading and saving."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from simon_elmo.errors import InvalidConfig, InvalidInput, NotFitted
from simon_elmo.labels.label_set import LabelSet
from simon_elmo.simon.calibration import Task, calibrated, probabilities_of
from simon_elmo.simon.characters import CharacterVocabulary
from simon_elmo.simon.config import SimonConfig
from simon_elmo.simon.engine import Engine
from simon_elmo.training.config import TrainingConfig

if TYPE_CHECKING:
    from simon_elmo.persistence import ModelFolder
    from simon_elmo.simon.examples import ColumnExamples
    from simon_elmo.simon.fitting import Fitted
    from simon_elmo.simon.saved import SavedModel
    from simon_elmo.simon.teaching.head import Head
    from simon_elmo.simon.teaching.rehearsal import Rehearsal
    from simon_elmo.simon.teaching.report import TransferReport
    from simon_elmo.training.history import TrainingHistory


class SimonModel:
    """A SIMOn network with labels, trained or to be trained.

    Args:
        labels: the labels to learn, in any order; None takes them from the first training.
        config: the shapes of the network; the compact ones by default.
        vocabulary: the characters of the network; must have `config.n_characters` of them.

    Attributes:
        temperatures: float32, what the logits of each label are divided by.
        metadata: what is known about the model: preset, recipe, metrics.
        history: of the training in this process, None before.

    Raises:
        InvalidConfig: if the network and the vocabulary have different numbers of characters.
    """

    TASK: Task

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
        self._rehearsal: Rehearsal | ModelFolder | None = None

    # === Loading and saving ===

    @classmethod
    def from_preset(cls, name: str | os.PathLike[str] | None = None) -> Self:
        """Return a trained model.

        Args:
            name: a preset such as `"simon-geo"`, or a folder that `save` wrote; None is the default preset.

        Raises:
            PresetNotFound: if there is neither.
            CorruptPreset: if a file of it is missing, damaged or does not fit the others.
        """
        from simon_elmo.presets import preset_folder

        return cls.from_folder(preset_folder(name))

    @classmethod
    def from_folder(cls, folder: str | os.PathLike[str]) -> Self:
        """Return the classifier that `save` wrote to a folder; checksums are checked before anything is opened.

        Raises:
            PresetNotFound: if there is no such folder, or it holds a model of another kind.
            CorruptPreset: if a file of it is missing, damaged or does not fit the others.
        """
        from simon_elmo.simon.saved import load_saved

        saved = load_saved(folder)
        model = cls._of_saved(saved, os.fspath(folder))
        model._engine = Engine(saved.config, saved.vocabulary, saved.weights, saved.graph)
        model._label_set, model.temperatures = saved.labels, saved.temperatures
        model._rehearsal = saved.rehearsal
        return model

    @classmethod
    def _of_saved(cls, saved: SavedModel, folder: str) -> Self:
        """Return an untrained model with the shapes, settings and metadata of a saved one.

        Raises:
            PresetNotFound: if the saved one is of another kind.
            CorruptPreset: if its settings are damaged.
        """
        raise NotImplementedError

    def _with_engine(self, engine: Engine, labels: LabelSet | None = None) -> Self:
        """Return a copy that predicts with another network, and maybe other thresholds."""
        other = copy.copy(self)
        other._engine, other.config, other.vocabulary = engine, engine.config, engine.vocabulary
        other._label_set = labels or self._label_set
        return other

    def save(self, folder: str | os.PathLike[str], dtype: str = "float32") -> None:
        """Write the classifier to a folder, all of it or nothing; `from_preset(folder)` gives the same probabilities.

        Args:
            folder: where to; a model that is there already is replaced.
            dtype: of the weights on disk; `"float16"` halves them, and this classifier then goes on with the rounded
                weights, so that it stays identical to the saved one.

        Raises:
            NotFitted: before training.
        """
        from simon_elmo.simon.saved import SavedModel, write_saved

        engine = self.engine
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
            {**self.metadata, **self._settings()},
            self.history,
            self._rehearsal,
        )
        write_saved(folder, saved, dtype)

    def _settings(self) -> dict[str, Any]:
        """Return what the folder's metadata says beyond `metadata`, for `_of_saved`."""
        return {}

    # === Labels and weights ===

    @property
    def exclusive(self) -> bool:
        """Whether only the most probable label is predicted."""
        return False

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

    def weights(self) -> dict[str, np.ndarray]:
        """Return the network's weights by name, as `training.named_weights.weights_of` names them; not copies."""
        return dict(self.engine.weights)

    @property
    def engine(self) -> Engine:
        """The trained network and what runs it.

        Raises:
            NotFitted: before training.
        """
        if self._engine is None:
            raise NotFitted("this classifier is not trained: call fit, or load a preset with from_preset")
        return self._engine

    def drop_labels(self, names: Iterable[str]) -> Self:
        """Forget labels, in place; the probabilities of the others stay the same to the bit.

        Args:
            names: the labels to drop; at least one other must be left.

        Returns:
            The classifier itself.

        Raises:
            UnknownLabel: for a label that the classifier does not have.
            InvalidInput: if no label would be left.
        """
        head = self._head().without(tuple(names))
        taught = {name: how for name, how in self.taught.items() if name in head.labels}
        if self.taught:
            self.metadata = {**self.metadata, "taught": taught}
        self._take_head(head)
        return self

    def _head(self) -> Head:
        from simon_elmo.simon.teaching.head import Head

        return Head.of_weights(self.engine.weights, self.label_set, self.temperatures)

    def _take_head(self, head: Head) -> None:
        self._engine = self.engine.with_head(head.kernel, head.bias, head.surface)
        self._label_set, self.temperatures = head.labels, head.temperatures.astype(np.float32)

    # === Training ===

    def _fit(
        self,
        examples: ColumnExamples,
        validation: ColumnExamples | None,
        groups: Sequence[Hashable | None] | None,
        fractions: Sequence[float],
        training: TrainingConfig,
        checkpoint: str | os.PathLike[str] | None,
        tensorboard: str | os.PathLike[str] | None,
        progress: Callable[[Mapping[str, float]], None] | None,
    ) -> None:
        """Train on examples; this model changes when everything is done, and not at all when anything fails."""
        from simon_elmo.simon.fitting import fit_columns, split_examples

        labels = self._label_set
        if labels is None:
            labels = LabelSet(tuple(sorted({name for names in examples.labels for name in names})))
        labels.multi_hot(examples.labels)  # an unknown label is an error before any work
        if validation is None:
            parts = split_examples(examples, groups, fractions, training.seed)
        else:
            parts = [examples.take(examples.with_cells()), validation]
        fitted = fit_columns(
            *self._shapes_for(parts[0]),
            labels,
            self._engine,
            parts[0],
            parts[1],
            training,
            self.TASK,
            checkpoint=None if checkpoint is None else Path(checkpoint),
            tensorboard=None if tensorboard is None else Path(tensorboard),
            on_epoch=progress,
        )
        metadata = {name: value for name, value in self.metadata.items() if name != "metrics"}
        if parts[2:] and len(parts[2]):
            trained = copy.copy(self)
            trained._take(fitted)
            metadata["metrics"] = {"test": trained._scores(parts[2])}
        self._take(fitted)
        self.metadata = metadata

    def _take(self, fitted: Fitted) -> None:
        self.config, self.vocabulary = fitted.engine.config, fitted.engine.vocabulary
        self._engine, self._label_set, self.temperatures = fitted.engine, fitted.labels, fitted.temperatures
        self.history, self._rehearsal = fitted.history, fitted.rehearsal

    def _shapes_for(self, examples: ColumnExamples) -> tuple[SimonConfig, CharacterVocabulary]:
        """Return the shapes and the characters of the network that is to learn examples."""
        return self.config, self.vocabulary

    def _scores(self, examples: ColumnExamples) -> dict[str, float]:
        """Return how well examples are predicted."""
        raise NotImplementedError

    def calibrate(self, examples: ColumnExamples, logits: np.ndarray | None = None) -> None:
        """Choose temperatures and thresholds anew, on labelled columns that the network was not trained on.

        `fit` does this with its validation part.

        Args:
            examples: the columns with their labels.
            logits: float (n_columns, n_labels), what a network says of these columns; by default this one, of columns
                with and without their names where it reads them.

        Raises:
            InvalidInput: if there is no column.
            UnknownLabel: for a label that the classifier does not have.
            NotFitted: before training.
        """
        from simon_elmo.simon.fitting import calibrate

        if logits is None:
            self._label_set, self.temperatures = calibrate(self.engine, self.label_set, examples, self.TASK)
        else:
            self._label_set, self.temperatures = calibrated(logits, examples, self.label_set, self.TASK)

    # === Teaching ===

    def add_labels(
        self,
        columns: Any,
        labels: Iterable[str | Iterable[str]],
        nearest: str | Mapping[str, str] | None = None,
        headers: Sequence[str] | None = None,
        groups: Sequence[Hashable] | None = None,
        piece_length: int = 20,
        seed: int = 0,
    ) -> TransferReport:
        """Teach the classifier new labels from a few columns (or documents), in place, and forget nothing.

        Columns are cut into pieces, and each piece is learned with the name of its column and without. The network
        stays as it is: a new label gets weights of its own, for the network's features and for the surface of cells
        (see `simon.surface`), fitted to the examples and, so that it is not predicted for other columns, to columns
        that the model was trained on (see `rehearsal`). The weights, temperatures and thresholds of the labels from
        before are not touched: their probabilities stay the same to the bit. Labels that were taught earlier are fitted
        again, so that they are told from the new ones as well.

        Which labels a column has: those that it is given. Of several new or taught labels it has no other; of the
        labels that the model was trained with, a column may have more than are given. Columns without a new label are
        negative examples.

        Args:
            columns: a table, as for `fit`; each example as long as it is, no cells need to be cut off.
            labels: one label or several a column, at least one of them new; `()` for a negative example.
            nearest: the old label that a new one starts from, one for all or one each. By default the one with the
                highest mean probability on the examples.
            headers: the names of the columns, where `columns` is a list.
            groups: the table or source of each column; columns of a group are held out together. Each column is its own
                group by default.
            piece_length: cells a piece.
            seed: fixes what is held out.

        Returns:
            What was learned and how well, measured on columns that were left out: see `TransferReport`.

        Raises:
            InvalidInput: if no label is new, one is decided by a rule, a column has no cells or a label too few.
            UnknownLabel: for a nearest label that does not exist.
            NotFitted: before training.

        Example:
            >>> report = classifier.add_labels({"share": ["12%", ...]}, ["percent"])  # doctest: +SKIP
            >>> print(report.to_text())  # doctest: +SKIP
        """
        from simon_elmo.simon.teaching.teach import Student, teach

        head = self._head()
        examples = self._labelled(columns, labels, headers)
        student = Student(self.engine, head, self._replayed, frozenset(self.taught), self.exclusive, self.TASK.example)
        head, rehearsal, report = teach(student, examples, nearest, groups, piece_length, seed)
        taught = {
            entry.label: {"nearest": entry.nearest, "columns": entry.columns, "f1": entry.f1} for entry in report.labels
        }
        self.metadata = {**self.metadata, "taught": {**self.taught, **taught}}
        self._take_head(head)
        self._rehearsal = rehearsal
        return report

    @property
    def taught(self) -> dict[str, Any]:
        """The labels that `add_labels` taught, each with its nearest label, number of columns and F1."""
        stored = self.metadata.get("taught", {})
        if not isinstance(stored, Mapping):
            return {}
        return {name: how for name, how in stored.items() if name in self.label_set}

    def rehearsal(self) -> Rehearsal:
        """Return what `add_labels` replays: features of columns that the model was trained on, with their labels.

        A model that kept none gets one, which it keeps: simulated columns, where its labels can be simulated.
        """
        self._rehearsal = self._replayed()
        return self._rehearsal

    def _replayed(self) -> Rehearsal:
        from simon_elmo.simon.teaching.rehearsal import FILE_NAME, Rehearsal

        if self._rehearsal is None:
            return self._new_rehearsal()
        if isinstance(self._rehearsal, Rehearsal):
            return self._rehearsal
        folder = self._rehearsal
        return Rehearsal.from_bytes(folder.read_bytes(FILE_NAME), folder.path / FILE_NAME)

    def keep_rehearsal(self, examples: ColumnExamples, per_label: int = 200, seed: int = 0) -> Rehearsal:
        """Keep up to `per_label` columns of each label for `add_labels` to replay; `save` writes them.

        `fit` does this with the columns that it trained on.

        Args:
            examples: labelled columns, such as those that the model was trained on.
            per_label: columns a label; a column with several labels counts for each.
            seed: fixes which columns are drawn, and which half of them is shown without names.
        """
        from simon_elmo.simon.teaching.rehearsal_sources import rehearsal_of

        self._rehearsal = rehearsal_of(self.engine, self.label_set, examples, per_label, seed)
        return self._rehearsal

    def _labelled(
        self, columns: Any, labels: Iterable[str | Iterable[str]], headers: Sequence[str] | None
    ) -> ColumnExamples:
        """Return examples to teach with."""
        raise NotImplementedError

    def _new_rehearsal(self) -> Rehearsal:
        """Return the rehearsal of a model that kept none."""
        from simon_elmo.simon.teaching.rehearsal import Rehearsal

        return Rehearsal.empty(self.config.feature_units, self.label_set.names)

    # === Parts ===

    def probabilities(self, logits: np.ndarray, columns: Sequence[Any]) -> np.ndarray:
        """Return what is predicted from logits: float32 (n, n_labels), calibrated, each label by itself.

        Args:
            logits: float (n, n_labels), the head's outputs.
            columns: the cells of the same columns or texts; one without cells has probability 0.
        """
        return probabilities_of(logits, columns, self.label_set, self.temperatures, self.TASK)

    def features_of_cells(
        self, cells: Sequence[Any], headers: Sequence[str] | None = None, seed: int = 0
    ) -> np.ndarray:
        """Return float32 (n, feature_units): the penultimate activations for columns, or for documents in cells.

        Args:
            cells: one sequence of cells a sample.
            headers: its name, "" for none; None for no names at all.
            seed: fixes which cells are read.

        Raises:
            InvalidInput: if cells and headers differ in number.
            NotFitted: before training.
        """
        if headers is not None and len(headers) != len(cells):
            raise InvalidInput(f"{len(cells)} columns have {len(headers)} headers")
        return self.engine.features(cells, headers, seed)
