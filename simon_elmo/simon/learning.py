"""`LearningModel`: a SIMOn network that is trained, calibrated, taught new labels, and forgets labels on demand."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from simon_elmo.labels.label_set import LabelSet, require_label_list
from simon_elmo.simon.calibration import calibrated
from simon_elmo.simon.characters import CharacterVocabulary
from simon_elmo.simon.config import SimonConfig
from simon_elmo.simon.model import SimonModel
from simon_elmo.training.config import TrainingConfig

if TYPE_CHECKING:
    from simon_elmo.simon.examples import ColumnExamples
    from simon_elmo.simon.fitting import Fitted
    from simon_elmo.simon.teaching.head import Head
    from simon_elmo.simon.teaching.rehearsal import Rehearsal
    from simon_elmo.simon.teaching.report import TransferReport


class LearningModel(SimonModel):
    """What changes a classifier of columns or texts; its arguments are those of `SimonModel`.

    Whatever fails or is interrupted leaves the classifier as it was: what was made is stored when all of it is done.
    """

    # === Training ===

    def _fit(
        self,
        labels: LabelSet | None,
        examples: ColumnExamples,
        validation: ColumnExamples | None,
        groups: Sequence[Hashable | None] | None,
        fractions: Sequence[float],
        training: TrainingConfig,
        checkpoint: str | os.PathLike[str] | None,
        tensorboard: str | os.PathLike[str] | None,
        progress: bool,
        on_epoch: Callable[[Mapping[str, float]], None] | None,
    ) -> None:
        """Train on examples; this model changes when everything is done, and not at all when anything fails.

        The labels are all those of the examples, where they are None.
        """
        from simon_elmo.simon.fitting import fit_columns, split_examples

        if labels is None:
            labels = LabelSet(self._in_order({name for names in examples.labels for name in names}))
        for given in (examples, validation):  # an unknown label is an error before any work
            labels.multi_hot([] if given is None else given.labels)
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
            progress=progress,
            on_epoch=on_epoch,
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
        self.history, self._rehearsal, self._preset = fitted.history, fitted.rehearsal, None

    def _shapes_for(self, examples: ColumnExamples) -> tuple[SimonConfig, CharacterVocabulary]:
        """Return the shapes and the characters of the network that is to learn examples."""
        return self.config, self.vocabulary

    def _scores(self, examples: ColumnExamples) -> dict[str, float]:
        """Return how well examples are predicted."""
        raise NotImplementedError

    def calibrate(self, examples: ColumnExamples, *, logits: np.ndarray | None = None) -> None:
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

    @property
    def taught(self) -> dict[str, Any]:
        """The labels that `add_labels` taught, each with its nearest label, number of columns and F1."""
        stored = self.metadata.get("taught", {})
        if not isinstance(stored, Mapping):
            return {}
        return {name: how for name, how in stored.items() if name in self.label_set}

    def drop_labels(self, names: Iterable[str]) -> Self:
        """Forget labels, in place; the probabilities of the others stay the same to the bit.

        Args:
            names: the labels to drop; at least one other must be left.

        Returns:
            The classifier itself.

        Raises:
            UnknownLabel: for a label that the classifier does not have.
            InvalidInput: for one string, or if no label would be left.
            NotFitted: before training.
        """
        require_label_list(names, "names")
        head = self._head().without(tuple(names))
        if self.taught:
            taught = {name: how for name, how in self.taught.items() if name in head.labels}
            self.metadata = {**self.metadata, "taught": taught}
        self._take_head(head)
        return self

    def rehearsal(self) -> Rehearsal:
        """Return what `add_labels` replays: features of columns that the model was trained on, with their labels.

        A model that kept none gets one, which it keeps: simulated columns, where its labels can be simulated.
        """
        self._rehearsal = self._replayed()
        return self._rehearsal

    def keep_rehearsal(self, examples: ColumnExamples, *, per_label: int = 200, seed: int = 0) -> Rehearsal:
        """Keep up to `per_label` columns of each label for `add_labels` to replay; `save` writes them.

        `fit` does this with the columns that it trained on.

        Args:
            examples: labelled columns, such as those that the model was trained on.
            per_label: columns per label; a column with several labels counts for each.
            seed: fixes which columns are drawn, and which half of them is shown without names.
        """
        from simon_elmo.simon.teaching.rehearsal_sources import rehearsal_of

        self._rehearsal = rehearsal_of(self.engine, self.label_set, examples, per_label, seed)
        return self._rehearsal

    def _teach(
        self,
        examples: ColumnExamples,
        nearest: str | Mapping[str, str] | None,
        groups: Sequence[Hashable] | None,
        piece_length: int,
        seed: int,
        exclusive: bool = False,
    ) -> TransferReport:
        """Teach labels; called by `add_labels`, whose caller is warned. What fails leaves the model as it is."""
        from simon_elmo.simon.teaching.teach import Student, teach

        student = Student(
            self.engine, self._head(), self._replayed, frozenset(self.taught), exclusive, self.TASK.example
        )
        head, rehearsal, report = teach(student, examples, nearest, groups, piece_length, seed)
        head = head.in_order(self._in_order(head.labels.names))
        taught = {
            entry.label: {"nearest": entry.nearest, "columns": entry.columns, "f1": entry.f1} for entry in report.labels
        }
        self.metadata = {**self.metadata, "taught": {**self.taught, **taught}}
        self._take_head(head)
        self._rehearsal = rehearsal
        return report

    def _in_order(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return labels in the order of the probability columns, which is alphabetical."""
        return tuple(sorted(names))

    def _head(self) -> Head:
        from simon_elmo.simon.teaching.head import Head

        return Head.of_weights(self.engine.weights, self.label_set, self.temperatures)

    def _take_head(self, head: Head) -> None:
        self._engine = self.engine.with_head(head.kernel, head.bias, head.surface)
        self._label_set, self.temperatures = head.labels, head.temperatures.astype(np.float32)

    def _replayed(self) -> Rehearsal:
        from simon_elmo.simon.teaching.rehearsal import FILE_NAME, Rehearsal

        if self._rehearsal is None:
            return self._new_rehearsal()
        if isinstance(self._rehearsal, Rehearsal):
            return self._rehearsal
        folder = self._rehearsal
        return Rehearsal.from_bytes(folder.read_bytes(FILE_NAME), folder.path / FILE_NAME)

    def _new_rehearsal(self) -> Rehearsal:
        """Return the rehearsal of a model that kept none."""
        from simon_elmo.simon.teaching.rehearsal import Rehearsal

        return Rehearsal.empty(self.config.feature_units, self.label_set.names)
