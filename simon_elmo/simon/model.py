"""What classifiers of columns and of documents share: labels, weights, loading and saving."""

from __future__ import annotations

import copy
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from simon_elmo.errors import InvalidConfig, InvalidInput, NotFitted
from simon_elmo.labels.label_set import LabelSet, require_label_list
from simon_elmo.simon.calibration import Task, probabilities_of
from simon_elmo.simon.characters import CharacterVocabulary
from simon_elmo.simon.config import SimonConfig
from simon_elmo.simon.engine import Engine

if TYPE_CHECKING:
    from pathlib import Path

    from simon_elmo.persistence import ModelFolder
    from simon_elmo.simon.saved import SavedModel
    from simon_elmo.simon.teaching.rehearsal import Rehearsal
    from simon_elmo.training.history import TrainingHistory


class SimonModel:
    """A SIMOn network with labels, trained or to be trained.

    Args:
        labels: a list of the labels to learn, in any order; None takes them from the first training.
        config: the shapes of the network; the compact ones by default.
        vocabulary: the characters of the network; must have `config.n_characters` of them.

    Attributes:
        temperatures: float32, what the logits of each label are divided by.
        metadata: what is known about the model: preset, recipe, metrics.
        history: of the training in this process, None before.

    Raises:
        InvalidConfig: if the network and the vocabulary have different numbers of characters.
        InvalidInput: for one string instead of a list of labels.
    """

    TASK: Task

    def __init__(
        self,
        labels: Iterable[str] | None = None,
        *,
        config: SimonConfig | None = None,
        vocabulary: CharacterVocabulary | None = None,
    ) -> None:
        loader = f"{type(self).__name__}.from_preset"
        require_label_list(labels, hint=f"; to load a preset write {loader}({labels!r})")
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
        self._preset: str | None = None  # whose weights these are

    def __repr__(self) -> str:
        shown = {
            **({} if self._preset is None else {"preset": self._preset}),
            "labels": None if self._label_set is None else len(self._label_set),
            **self._settings_shown(),
            "trained": self._engine is not None,
        }
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in shown.items())})"

    # === Loading and saving ===

    @classmethod
    def from_weights(
        cls,
        labels: Iterable[str],
        *,
        weights: Mapping[str, np.ndarray],
        config: SimonConfig,
        vocabulary: CharacterVocabulary,
    ) -> Self:
        """Return a classifier with given weights.

        Args:
            labels: in any order; the columns of the head are those of the sorted labels.
            weights: by the names of `weights`; the caller has compared their shapes.
            config: the shapes.
            vocabulary: the characters.
        """
        classifier = cls(labels, config=config, vocabulary=vocabulary)
        return classifier._with_engine(Engine(config, vocabulary, weights))

    @classmethod
    def on_backbone_of(
        cls, model: SimonModel, labels: LabelSet | Sequence[str], *, kernel: np.ndarray, bias: np.ndarray
    ) -> Self:
        """Return a classifier on the backbone of another model, with other labels and another output layer.

        Args:
            model: a trained classifier of columns or texts; it is not changed.
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
        classifier = cls(names, config=model.config, vocabulary=model.vocabulary)
        return classifier._with_engine(model.engine.with_head(kernel, bias), known)

    @classmethod
    def _load(cls, name_or_folder: str | os.PathLike[str] | None) -> Self:
        from simon_elmo.simon.saved import load_saved

        saved, folder = load_saved(name_or_folder, cls.TASK.kind)
        model = cls._of_saved(saved, folder)
        model._engine = Engine(saved.config, saved.vocabulary, saved.weights, saved.graph)
        model._label_set, model.temperatures = saved.labels, saved.temperatures
        model._rehearsal, model._preset = saved.rehearsal, folder.name
        return model

    @classmethod
    def _of_saved(cls, saved: SavedModel, folder: Path) -> Self:
        """Return an untrained model with the shapes, settings and metadata of a saved one.

        Raises:
            CorruptPreset: if its settings are damaged.
        """
        model = cls(saved.labels.names, config=saved.config, vocabulary=saved.vocabulary)
        model.metadata = dict(saved.metadata)
        return model

    def _with_engine(self, engine: Engine, labels: LabelSet | None = None) -> Self:
        """Return a copy that predicts with another network, and maybe other thresholds."""
        other = copy.copy(self)
        other._engine, other.config, other.vocabulary = engine, engine.config, engine.vocabulary
        other._label_set = labels or self._label_set
        return other

    def with_max_cells(self, max_cells: int) -> Self:
        """Return the classifier reading another number of cells of each column; the time taken is proportional to it.

        Weights, labels and calibration stay the same, and this classifier does not change.

        Args:
            max_cells: cells read of a column, at least 1.

        Raises:
            InvalidConfig: for another number.
            NotFitted: before training.
        """
        return self._with_engine(self.engine.with_config(replace(self.config, max_cells=max_cells)))

    def save(self, folder: str | os.PathLike[str], *, dtype: str = "float32") -> None:
        """Write the classifier to a folder, all of it or nothing; `from_preset(folder)` gives the same probabilities.

        Args:
            folder: where to; a model that is there already is replaced.
            dtype: of the weights on disk; `"float16"` halves them, and this classifier then goes on with the rounded
                weights, so that it stays identical to the saved one.

        Raises:
            NotFitted: before training.
            InvalidInput: for another dtype.
            MissingExtra: if weights are rounded for the first time and `onnx` is not installed.
        """
        from simon_elmo.simon.saved import SavedModel, write_saved

        engine = self.engine.rounded() if dtype == "float16" else self.engine
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
        self._engine = engine

    def _settings(self) -> dict[str, Any]:
        """Return what the folder's metadata says beyond `metadata`, for `_of_saved`."""
        return {}

    def _settings_shown(self) -> dict[str, Any]:
        """Return what `repr` shows beside the labels."""
        return {}

    # === Labels and weights ===

    @property
    def labels(self) -> list[str]:
        """The labels, in the order of the probability columns."""
        return list(self.label_set.names)

    @property
    def classes_(self) -> np.ndarray:
        """The labels as an array, in the order of the probability columns."""
        return np.array(self.labels)

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

    # === Parts ===

    def probabilities(self, logits: np.ndarray, columns: Sequence[Any]) -> np.ndarray:
        """Return what is predicted from logits: float32 (n, n_labels), calibrated, each label by itself.

        Args:
            logits: float (n, n_labels), the head's outputs.
            columns: the cells of the same columns or texts; one without cells has probability 0.
        """
        return probabilities_of(logits, columns, self.label_set, self.temperatures, self.TASK)

    def features_of_cells(
        self, cells: Sequence[Any], *, headers: Sequence[str] | None = None, seed: int = 0
    ) -> np.ndarray:
        """Return float32 (n, feature_units): the penultimate activations for columns, or for texts in cells.

        Args:
            cells: one sequence of cells per sample.
            headers: its name, "" for none; None for no names at all.
            seed: fixes which cells are read.

        Raises:
            InvalidInput: if cells and headers differ in number.
            NotFitted: before training.
        """
        if headers is not None and len(headers) != len(cells):
            raise InvalidInput(f"{len(cells)} columns have {len(headers)} headers")
        return self.engine.features(cells, headers, seed)
