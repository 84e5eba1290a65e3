"""What classifiers of columns and of documents share: labels, weights, loading and saving."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from simon_elmo.classifiers.engine import HEAD_BIAS, HEAD_KERNEL, Engine
from simon_elmo.config import SimonConfig
from simon_elmo.errors import InvalidConfig, InvalidInput, NotFitted
from simon_elmo.labels import LabelSet
from simon_elmo.tables.cells import has_cells
from simon_elmo.text.characters import CharacterVocabulary

if TYPE_CHECKING:
    from simon_elmo.training import TrainingHistory

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

    # === Labels and weights ===

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
        """Return the network's weights by name, as `models.weights.weights_of` names them; not copies."""
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
        engine = self._trained()
        return engine.logits(engine.features(columns, headers, seed))
