"""What classifiers of columns and of documents share: labels, weights, loading and saving."""

from __future__ import annotations

import os
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from simon_elmo.errors import InvalidConfig, InvalidInput, NotFitted
from simon_elmo.labels.label_set import LabelSet
from simon_elmo.simon.characters import CharacterVocabulary
from simon_elmo.simon.config import SimonConfig
from simon_elmo.simon.engine import Engine
from simon_elmo.tables.cells import has_cells

if TYPE_CHECKING:
    from simon_elmo.persistence import ModelFolder
    from simon_elmo.simon.examples import ColumnExamples
    from simon_elmo.simon.teaching.head import Head
    from simon_elmo.simon.teaching.rehearsal import Rehearsal
    from simon_elmo.simon.teaching.report import TransferReport
    from simon_elmo.training.history import TrainingHistory

Model = TypeVar("Model", bound="SimonModel")


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

    # Thresholds go CHOSEN_SHARE of the way from these to those that are best on the validation examples.
    GENERAL_THRESHOLD, SPECIFIC_THRESHOLD, CHOSEN_SHARE = 0.5, 0.5, 0.5

    EXAMPLE = "column"  # what one example is called in reports
    COMPARED_CALIBRATED = False  # whether epochs of training are compared at their best temperature

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
    def from_preset(cls: type[Model], name: str | os.PathLike[str] | None = None) -> Model:
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
    def from_folder(cls: type[Model], folder: str | os.PathLike[str]) -> Model:
        """Return the classifier that `save` wrote to a folder; checksums are checked before anything is opened.

        Raises:
            PresetNotFound: if there is no such folder.
            CorruptPreset: if a file of it is missing, damaged or does not fit the others.
        """
        from simon_elmo.simon.saved import load_saved

        saved = load_saved(folder)
        classifier = cls(saved.labels.names, saved.config, saved.vocabulary)
        classifier._label_set, classifier.temperatures = saved.labels, saved.temperatures
        classifier.metadata = dict(saved.metadata)
        classifier._engine = Engine(saved.config, saved.vocabulary, saved.weights, saved.graph)
        classifier._rehearsal = saved.rehearsal
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
        from simon_elmo.simon.saved import SavedModel, write_saved

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
            self._rehearsal,
        )
        write_saved(folder, saved, dtype)

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
        return dict(self._trained().weights)

    def drop_labels(self: Model, names: Iterable[str]) -> Model:
        """Forget labels, in place; the probabilities of the others stay the same to the bit.

        Args:
            names: the labels to drop; at least one other must be left.

        Returns:
            The classifier itself.

        Raises:
            UnknownLabel: for a label that the classifier does not have.
            InvalidInput: if no label would be left.
        """
        from simon_elmo.simon.teaching.teach import head_of

        head = head_of(self).without(tuple(names))
        self.metadata = {
            **self.metadata,
            **(
                {"taught": {name: how for name, how in self.taught.items() if name in head.labels}}
                if self.taught
                else {}
            ),
        }
        self.set_head(head, self._rehearsal)
        return self

    def set_head(self, head: Head, rehearsal: Rehearsal | ModelFolder | None) -> None:
        """Replace the output layer with its labels, thresholds and temperatures, and what `add_labels` replays.

        Args:
            head: on the features of this network.
            rehearsal: its columns may have more or fewer labels.
        """
        self._engine = self._trained().with_head(head.kernel, head.bias, head.surface)
        self._label_set, self.temperatures = head.labels, head.temperatures.astype(np.float32)
        self._rehearsal = rehearsal

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
        from simon_elmo.simon.teaching.teach import teach

        self._trained()
        examples = self._labelled(columns, labels, headers)
        return teach(self, examples, nearest, groups, piece_length, seed)

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
        from simon_elmo.simon.teaching.rehearsal import FILE_NAME, Rehearsal

        if self._rehearsal is None:
            self._rehearsal = self._new_rehearsal()
        elif not isinstance(self._rehearsal, Rehearsal):
            folder = self._rehearsal
            self._rehearsal = Rehearsal.from_bytes(folder.read_bytes(FILE_NAME), folder.path / FILE_NAME)
        return self._rehearsal

    def keep_rehearsal(self, examples: ColumnExamples, per_label: int = 200, seed: int = 0) -> Rehearsal:
        """Keep up to `per_label` columns of each label for `add_labels` to replay; `save` writes them.

        `fit` does this with the columns that it trained on.

        Args:
            examples: labelled columns, such as those that the model was trained on.
            per_label: columns a label; a column with several labels counts for each.
            seed: fixes which columns are drawn, and which half of them is shown without names.
        """
        from simon_elmo.simon.teaching.rehearsal_sources import rehearsal_of

        self._rehearsal = rehearsal_of(self, examples, per_label, seed)
        return self._rehearsal

    def observed(
        self, cells: Sequence[Any], headers: Sequence[str] | None = None, seed: int = 0
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return features, float32 (n, feature_units), and surface, uint8 (n, SURFACE_WIDTH), of the same cells."""
        return self._trained().observed(cells, headers, seed)

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
            columns: the cells of the same columns or documents; one without cells has probability 0.
        """
        with np.errstate(over="ignore"):
            probabilities = (1 / (1 + np.exp(-logits / self.temperatures))).astype(np.float32)
        probabilities[[not has_cells(column) for column in columns]] = 0.0
        return probabilities

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
        return self._trained().features(cells, headers, seed)

    def _trained(self) -> Engine:
        if self._engine is None:
            raise NotFitted("this classifier is not trained: call fit, or load a preset with from_preset")
        return self._engine

    def _logits(self, columns: Sequence[Any], headers: Sequence[str] | None, seed: int = 0) -> np.ndarray:
        return self._trained().predicted(columns, headers, seed)
