"""`DocumentClassifier`: SIMOn on texts, sentences as cells."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from simon_elmo.errors import CorruptPreset, InvalidConfig, InvalidInput
from simon_elmo.labels.label_set import require_label_list
from simon_elmo.simon.calibration import TEXTS
from simon_elmo.simon.characters import CharacterVocabulary
from simon_elmo.simon.config import SimonConfig
from simon_elmo.simon.learning import LearningModel
from simon_elmo.text.answers import TextAnswers, scored
from simon_elmo.training.config import TrainingConfig, training_config
from simon_elmo.words.cleaning import TextCleaning
from simon_elmo.words.sentences import SPLITTERS, cleaned_sentences, cut_at_words
from simon_elmo.words.text_labels import (
    as_text_labels,
    as_texts,
    label_name,
    label_set_of,
    labels_to_learn,
    ordered_labels,
    require_label_mode,
    require_label_type,
    require_same_type,
)

if TYPE_CHECKING:
    from pathlib import Path

    from simon_elmo.simon.examples import ColumnExamples
    from simon_elmo.simon.saved import SavedModel
    from simon_elmo.simon.teaching.report import TransferReport
    from simon_elmo.words.text_labels import TextLabels


class DocumentClassifier(TextAnswers, LearningModel):
    """Predicts the labels of texts with SIMOn's network: sentences are its cells, a text is its column.

    Sentences of more than `config.max_len` characters become several cells. Of a text with more than
    `config.max_cells` cells as many are read, spread over all of it and in their order.

    Args:
        labels: a list of the labels to learn, in any order; None takes them from the first `fit`. Labels are strings,
            integers, floats or booleans, and come back as such.
        config: the shapes of the network; those of `SimonConfig.documents()` by default.
        vocabulary: the characters of the network; must have `config.n_characters` of them. With neither, the first
            `fit` learns them from its texts: the extended vocabulary, and what they hold of other scripts and signs
            (see `CharacterVocabulary.learned_from`).
        label_mode: `"single"` for exactly one label per text, `"multi"` for any number.
        splitter: how texts become sentences, see `split_sentences`.
        cleaning: what is done to texts before, nothing by default.

    Raises:
        InvalidConfig: for a network that reads headers, or one that does not fit the vocabulary.
        InvalidInput: for one string instead of a list of labels, an unknown label mode or splitter.

    Source: Azunre et al., SIMOn (2018-2020), from which texts are read as their columns are.

    Example:
        >>> texts, labels = ["Great film. I laughed.", "Dull film. I slept."] * 20, [1, 0] * 20
        >>> classifier = DocumentClassifier().fit(texts, labels, epochs=2)
        >>> classifier.labels, classifier.predict_proba(["Great film."]).shape
        ([0, 1], (1, 2))
    """

    def __init__(
        self,
        labels: Iterable[Any] | None = None,
        *,
        config: SimonConfig | None = None,
        vocabulary: CharacterVocabulary | None = None,
        label_mode: str = "single",
        splitter: str = "built-in",
        cleaning: TextCleaning | None = None,
    ) -> None:
        self._learns_characters = config is None and vocabulary is None
        if config is None:
            vocabulary = vocabulary or CharacterVocabulary.extended()
            config = SimonConfig.documents(vocabulary.size)
        known, self.label_type = None, "str"
        if labels is not None:
            hint = f"; to load a preset write DocumentClassifier.from_preset({labels!r})"
            known, self.label_type = label_set_of(labels, hint=hint)
        super().__init__(None if known is None else known.names, config=config, vocabulary=vocabulary)
        self._label_set = known
        if self.config.reads_headers:
            raise InvalidConfig("texts have no names: SimonConfig.reads_headers must be false for documents")
        if splitter not in SPLITTERS:
            raise InvalidInput(f"there is no sentence splitter {splitter!r}; there are {', '.join(SPLITTERS)}")
        self.label_mode = require_label_mode(label_mode)
        self.splitter = splitter
        self.cleaning = cleaning or TextCleaning()

    TASK = TEXTS

    @classmethod
    def from_preset(cls, name_or_folder: str | os.PathLike[str]) -> Self:
        """Return a trained classifier; checksums are checked before anything is opened.

        Args:
            name_or_folder: a folder that `save` wrote, or the name of a preset.

        Raises:
            PresetNotFound: if there is neither, or it holds a model of another kind.
            CorruptPreset: if a file of it is missing, damaged or does not fit the others.
        """
        return cls._load(name_or_folder)

    # === Prediction ===

    def predict(self, texts: Iterable[str], *, threshold: float | None = None, seed: int = 0) -> list[Any]:
        """Return the label of each text; in multi mode a tuple of labels, the most probable first.

        Args:
            texts: strings, of any length.
            threshold: one threshold instead of the labels' own; in single mode only for two labels, of the second one.
            seed: fixes which cells of long texts are read.

        Returns:
            Labels in the type in which they were given; for a text without words in single mode an empty string, or
            None where labels are no strings.

        Raises:
            InvalidInput: for invalid texts or an invalid threshold.
            NotFitted: before training.
        """
        return self.decided(self.predict_proba(texts, seed=seed), threshold=threshold)

    def predict_proba(self, texts: Iterable[str], *, seed: int = 0) -> np.ndarray:
        """Return float32 (n_texts, n_labels): calibrated probabilities, in the order of `labels`.

        They add up to 1 in single mode; an empty text has probability 0 everywhere.
        """
        return self._shown(self._raw(self.cells(texts), seed))

    def features(self, texts: Iterable[str], *, seed: int = 0) -> np.ndarray:
        """Return float32 (n_texts, feature_units), 128 wide by default: the penultimate activations."""
        return self.engine.features(self.cells(texts), None, seed)

    def cells(self, texts: Iterable[str]) -> list[list[str]]:
        """Return the cells of each text: its sentences, long ones in pieces."""
        return [
            [
                piece
                for sentence in cleaned_sentences(text, self.cleaning, self.splitter)
                for piece in cut_at_words(sentence, self.config.max_len)
            ]
            for text in as_texts(texts)
        ]

    # === Training ===

    def fit(
        self,
        texts: Iterable[str],
        labels: Iterable[Any],
        *,
        groups: Sequence[Hashable | None] | None = None,
        validation: tuple[Iterable[str], Iterable[Any]] | None = None,
        fractions: Sequence[float] = (0.8, 0.1, 0.1),
        training: TrainingConfig | None = None,
        strategy: str | None = None,
        epochs: int | None = None,
        seed: int | None = None,
        checkpoint: str | os.PathLike[str] | None = None,
        tensorboard: str | os.PathLike[str] | None = None,
        progress: bool = False,
        on_epoch: Callable[[Mapping[str, float]], None] | None = None,
    ) -> Self:
        """Train on labelled texts; a classifier that was trained before goes on from its weights.

        Training stops early on the validation loss at its best temperature and keeps the best weights; temperatures and
        thresholds are then chosen on the validation part, and `metadata["metrics"]` says how the test part was
        predicted. Whatever fails, or is interrupted, leaves the classifier as it was.

        Args:
            texts: strings; those without any sentence are left out.
            labels: one label per text, or several in multi mode.
            groups: the source of each text: no group stands in two parts; None for a text that is only trained on.
            validation: texts and labels to validate on; then all of `texts` is trained on and nothing is split.
            fractions: shares of the training, validation and test parts.
            training: epochs, rates, balance, strategy and seed.
            strategy: instead of that of `training`: `"all"` or `"gradual-unfreezing"`.
            epochs: instead of those of `training`.
            seed: instead of that of `training`.
            checkpoint: a file from which an interrupted training goes on.
            tensorboard: a folder for TensorBoard logs.
            progress: whether a bar on stderr shows how far training is.
            on_epoch: called with a row of figures after each epoch.

        Returns:
            The classifier itself.

        Raises:
            InvalidInput: if labels or groups do not fit the texts.
            UnknownLabel: for a label that the classifier does not have.
        """
        given = [self._labelled(*each) for each in ((texts, labels), *(() if validation is None else (validation,)))]
        label_set, label_type = labels_to_learn(self._label_set, self.label_type, [names for _, names in given])
        examples = [self._examples(cells, names.rows) for cells, names in given]
        self._fit(
            label_set,
            examples[0],
            None if validation is None else examples[1],
            groups,
            fractions,
            training_config(training, strategy=strategy, epochs=epochs, seed=seed),
            checkpoint,
            tensorboard,
            progress,
            on_epoch,
        )
        self.label_type = label_type
        return self

    def add_labels(
        self,
        texts: Iterable[str],
        labels: Iterable[Any],
        *,
        nearest: Any = None,
        groups: Sequence[Hashable] | None = None,
        piece_length: int = 20,
        seed: int = 0,
    ) -> TransferReport:
        """Teach the classifier new labels from a few texts, in place, and forget nothing.

        Texts are cut into pieces; what is learned of them, and what stays as it is, says `ColumnClassifier.add_labels`.
        Texts without a new label are negative examples. Whatever fails leaves the classifier as it was.

        Args:
            texts: strings, of any length.
            labels: one label per text, at least one of them new; several in multi mode; `()` for a negative example.
            nearest: the old label that a new one starts from, one for all or a mapping with one each. By default the
                one with the highest mean probability on the examples.
            groups: the source of each text; texts of a group are held out together. Each is its own group by default.
            piece_length: cells, that is sentences, per piece.
            seed: fixes what is held out.

        Returns:
            What was learned and how well, measured on texts that were left out: see `TransferReport`.

        Raises:
            InvalidInput: if no label is new, a text has no sentences or a label too few.
            UnknownLabel: for a nearest label that does not exist.
            NotFitted: before training.
        """
        cells = self.cells(texts)
        # a text without a label is a negative example, which only training in single mode has no use for
        given = as_text_labels(labels, "multi", len(cells))
        require_same_type(given.label_type, self.label_type)
        single = self.label_mode == "single"
        for number, names in enumerate(given.rows):
            if single and len(names) > 1:
                raise InvalidInput(f"text {number} has {len(names)} labels; label_mode='multi' is for several per text")
        if isinstance(nearest, Mapping):
            nearest = {label_name(new): label_name(old) for new, old in nearest.items()}
        elif nearest is not None:
            nearest = label_name(nearest)
        examples = self._examples(cells, given.rows)
        return self._teach(examples, nearest, groups, piece_length, seed, exclusive=single)

    def drop_labels(self, names: Iterable[Any]) -> Self:
        """Forget labels, in place; see `ColumnClassifier.drop_labels`."""
        require_label_list(names, "names")
        return super().drop_labels([label_name(label) for label in names])

    # === Parts ===

    @classmethod
    def _of_saved(cls, saved: SavedModel, folder: Path) -> Self:
        settings: Any = saved.metadata.get("document")
        try:
            model = cls(
                config=saved.config,
                vocabulary=saved.vocabulary,
                label_mode=settings["label_mode"],
                splitter=settings["splitter"],
                cleaning=TextCleaning.from_dict(dict(settings.get("cleaning", {}))),
            )
            # strings alone, at first
            model.label_type = require_label_type(settings.get("label_type", "str"), saved.labels.names)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise CorruptPreset(f"{folder}/metadata.json does not say how texts are read: {error}") from error
        model.metadata = {name: value for name, value in saved.metadata.items() if name not in ("kind", "document")}
        return model

    def _settings(self) -> dict[str, Any]:
        labels = {"label_mode": self.label_mode, "label_type": self.label_type}
        return {
            "kind": "document",
            "document": {**labels, "splitter": self.splitter, "cleaning": self.cleaning.to_dict()},
        }

    def _settings_shown(self) -> dict[str, Any]:
        return {"label_mode": self.label_mode}

    def _labelled(self, texts: Iterable[str], labels: Iterable[Any]) -> tuple[list[list[str]], TextLabels]:
        cells = self.cells(texts)
        return cells, as_text_labels(labels, self.label_mode, len(cells))

    @staticmethod
    def _examples(cells: list[list[str]], labels: list[tuple[str, ...]]) -> ColumnExamples:
        from simon_elmo.simon.examples import ColumnExamples

        return ColumnExamples(cells, labels, [""] * len(cells))

    def _in_order(self, names: Iterable[str]) -> tuple[str, ...]:
        return ordered_labels(names, self.label_type).names

    def _shapes_for(self, examples: ColumnExamples) -> tuple[SimonConfig, CharacterVocabulary]:
        if self._engine is not None or not self._learns_characters:
            return self.config, self.vocabulary
        # from what is trained on: a character that only others hold would have a row that is never trained
        vocabulary = CharacterVocabulary.extended().learned_from(chain.from_iterable(examples.columns))
        return replace(self.config, n_characters=vocabulary.size), vocabulary

    def _raw(self, cells: list[list[str]], seed: int = 0) -> np.ndarray:
        return self.probabilities(self.engine.predicted(cells, None, seed), cells)

    def _shown(self, probabilities: np.ndarray) -> np.ndarray:
        if self.label_mode == "multi":
            return probabilities
        totals = probabilities.sum(axis=1, keepdims=True)
        return np.divide(probabilities, totals, out=np.zeros_like(probabilities), where=totals > 0)

    def _scores(self, examples: ColumnExamples) -> dict[str, float]:
        cells = [list(column) for column in examples.columns]
        probabilities = self._shown(self._raw(cells))
        return scored(self.label_set, self.label_mode, probabilities, examples.labels).summary()
