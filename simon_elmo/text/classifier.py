"""ElmoClassifier: texts into labels by a biLM's vectors and a small head, or by fine-tuning all of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from simon_elmo.elmo.embedder import ElmoEmbedder
from simon_elmo.errors import NotFitted
from simon_elmo.labels.label_set import LabelSet
from simon_elmo.presets import open_preset
from simon_elmo.text.answers import TextAnswers
from simon_elmo.text.head_config import TextHeadConfig
from simon_elmo.text.reader import TextReader
from simon_elmo.text.settings import HeadSettings, as_embedder
from simon_elmo.text.vectors import DocumentVectors
from simon_elmo.training.config import TrainingConfig, training_config
from simon_elmo.words.text_labels import as_texts, label_set_of, require_label_mode

if TYPE_CHECKING:
    from simon_elmo.elmo.language_model.recipe import LanguageModelTraining
    from simon_elmo.elmo.language_model.training import TrainingProgress
    from simon_elmo.text.fitted import FittedHead
    from simon_elmo.text.network.head import TextHead
    from simon_elmo.training.history import TrainingHistory

_TEXTS_PER_RUN = 1024


class ElmoClassifier(TextAnswers):
    """Classifies texts: fake news, sentiment, topics.

    Texts are cut into sentences, each sentence is run through the biLM by itself, and a head reads the vectors of the
    words. With a frozen biLM the vectors are computed once, and training takes seconds.

    Args:
        elmo: an `ElmoEmbedder`, or the name or folder of an ELMo preset.
        head: a name (see `TextHeadConfig.named`) or shapes; the published ones by default.
        labels: a list of the labels, in any order; None takes them from the first `fit`. Labels are strings, integers,
            floats or booleans, and come back as such.
        label_mode: `"single"` for exactly one label per text, `"multi"` for any number.
        reader: how texts are cleaned and cut. The default cuts by the rule that the biLM was trained with, and into
            words and signs where that rule is white space alone.
        ngrams: whether a logistic regression on TF-IDF of words, pairs of words and characters stands beside the head;
            their logits are averaged with a weight that the validation texts make likely.
        seed: of the initial weights, the split and the order of texts.

    Attributes:
        fitted: the trained head, None before training.
        metadata: what is known about the model: recipe, metrics.

    Raises:
        PresetNotFound: if there is no such preset.
        InvalidConfig: for a head that does not exist.
        InvalidInput: for something else than a biLM, one string instead of a list of labels, or an unknown label mode.

    Source: Peters et al. 2018; the fake-news classifier of the SIMOn authors (2018-2020).

    Example:
        >>> texts, labels = ["A great film . I laughed .", "A dull film . I slept ."] * 20, ["good", "bad"] * 20
        >>> classifier = ElmoClassifier("elmo-small-en", head="linear").fit(texts, labels)
        >>> classifier.predict(["I slept ."])
        ['bad']
    """

    def __init__(
        self,
        elmo: ElmoEmbedder | str | os.PathLike[str],
        *,
        head: str | TextHeadConfig = "published",
        labels: Iterable[Any] | None = None,
        label_mode: str = "single",
        reader: TextReader | None = None,
        ngrams: bool = False,
        seed: int = 0,
    ) -> None:
        self.label_mode = require_label_mode(label_mode)
        self._label_set: LabelSet | None = None
        self.label_type = "str"
        if labels is not None:
            hint = f"; to load a preset write ElmoClassifier.from_preset({labels!r})"
            self._label_set, self.label_type = label_set_of(labels, hint=hint)
        self.head_config = TextHeadConfig.named(head) if isinstance(head, str) else head
        self.elmo = as_embedder(elmo)
        self.reader = reader or TextReader.for_segment(self.elmo.files.segment)
        self.ngrams = ngrams
        self.seed = seed
        self.fitted: FittedHead | None = None
        self.metadata: dict[str, Any] = {}
        self._preset: str | None = None  # whose weights these are

    def __repr__(self) -> str:
        known = self._known_labels()
        shown = {
            **({} if self._preset is None else {"preset": self._preset}),
            "labels": None if known is None else len(known),
            "label_mode": self.label_mode,
            "head": self.head_config.kind,
            "trained": self.fitted is not None,
        }
        return f"ElmoClassifier({', '.join(f'{name}={value!r}' for name, value in shown.items())})"

    # === Loading and saving ===

    @classmethod
    def from_preset(cls, name_or_folder: str | os.PathLike[str]) -> Self:
        """Return a trained classifier; checksums are checked before anything is opened.

        Args:
            name_or_folder: a folder that `save` wrote, or the name of a preset.

        Raises:
            PresetNotFound: if there is neither, or it holds a model of another kind.
            CorruptPreset: if a file of it is missing, damaged or does not fit the others.
            MissingExtra: if Keras is not installed.
        """
        from simon_elmo.text.saved import KIND, load_head

        folder = open_preset(name_or_folder, KIND)
        saved = load_head(folder)
        settings = saved.settings
        classifier = cls(
            settings.elmo,
            head=settings.head,
            label_mode=settings.label_mode,
            reader=settings.reader,
            ngrams=settings.ngrams,
            seed=settings.seed,
        )
        classifier.fitted, classifier.label_type = saved.fitted, saved.fitted.label_type
        classifier.metadata, classifier._preset = saved.metadata, folder.path.name
        return classifier

    def save(self, folder: str | os.PathLike[str], *, dtype: str = "float32") -> None:
        """Write the classifier with its biLM to a folder, all of it or nothing; `from_preset(folder)` answers the same.

        Args:
            folder: where to; a model that is there already is replaced.
            dtype: of the weights on disk; `"float16"` halves them and changes probabilities in the third digit.

        Raises:
            NotFitted: before training.
            InvalidInput: for another dtype.
        """
        from simon_elmo.text.saved import SavedHead, save_head

        save_head(Path(folder), SavedHead(self._settings(), self._trained(), self.metadata), dtype)

    # === Labels ===

    @property
    def label_set(self) -> LabelSet:
        """The names of the labels with their thresholds.

        Raises:
            NotFitted: while it is not known what the labels are.
        """
        known = self._known_labels()
        if known is None:
            raise NotFitted("this classifier has no labels yet: give them to it, or call fit")
        return known

    # === Prediction ===

    def embed(self, texts: Iterable[str], *, keep_words: bool | None = None, progress: bool = False) -> DocumentVectors:
        """Return the vectors of texts, which `fit`, `predict` and the like take in place of the texts.

        They depend on the biLM and the reader alone, so that several heads can be trained on them.

        Args:
            texts: strings.
            keep_words: whether the vectors of all words are kept; by default if the head reads them.
            progress: show a bar on stderr.

        Raises:
            MissingExtra: if Keras is not installed.
        """
        settings = self._settings()
        return settings.embed(settings.documents(texts), keep_words, progress)

    def predict_proba(self, texts: Iterable[str] | DocumentVectors) -> np.ndarray:
        """Return float32 (n_texts, n_labels): calibrated probabilities, in the order of `labels`.

        They add up to 1 in single mode; a text without words has probability 0 everywhere. Memory does not grow with
        the number of texts beyond the answer.

        Raises:
            InvalidInput: for invalid texts, or vectors that do not keep what the head reads.
            NotFitted: before training.
        """
        fitted = self._trained()
        if isinstance(texts, DocumentVectors):
            return fitted.probabilities(texts)
        given = as_texts(texts)
        starts = range(0, len(given), _TEXTS_PER_RUN)
        parts = [fitted.probabilities(self.embed(given[start : start + _TEXTS_PER_RUN])) for start in starts]
        return np.concatenate([np.zeros((0, len(self.label_set)), np.float32), *parts])

    # === Training ===

    def fit(
        self,
        texts: Iterable[str] | DocumentVectors,
        labels: Iterable[Any],
        *,
        groups: Sequence[Hashable | None] | None = None,
        validation: tuple[Iterable[str] | DocumentVectors, Iterable[Any]] | None = None,
        fractions: Sequence[float] = (0.8, 0.1, 0.1),
        training: TrainingConfig | None = None,
        fine_tuning: TrainingConfig | None = None,
        class_weights: str | Mapping[Any, float] | None = None,
        epochs: int | None = None,
        threshold: float | str = 0.5,
        seed: int | None = None,
        progress: bool = False,
        on_epoch: Callable[[Mapping[str, float]], None] | None = None,
    ) -> Self:
        """Train the head, and then maybe the biLM with it; a head that was trained before is trained anew.

        Training stops early on the validation loss at its best temperature and keeps the best weights; that temperature
        and thresholds are then chosen on the validation part, and `metadata["metrics"]` says how the test part was
        predicted. Whatever fails, or is interrupted, leaves the classifier as it was.

        Args:
            texts: strings, or what `embed` made of them (then the biLM cannot be fine-tuned); empty ones are left out.
            labels: one label per text, or several in multi mode.
            groups: the source of each text: no group stands in two parts; None for a text that is only trained on.
            validation: texts and labels to validate on; then all of `texts` is trained on and nothing is split.
            fractions: shares of the training, validation and test parts.
            training: of the head; 30 epochs at most, batches of 32 and patience 5 by default. A linear head is solved
                without it.
            fine_tuning: of the biLM and the head together, after the head, such as `fine_tuning_config()`; none by
                default.
            class_weights: `"balanced"`, or a weight per label.
            epochs: instead of those of `training`.
            threshold: a number, or what it is chosen by on the validation part: `"f1"`, `"macro-f1"`, `"roc"`.
            seed: of the split and the order of texts, instead of that of `training`.
            progress: show bars on stderr.
            on_epoch: called with a row of figures after each epoch.

        Returns:
            The classifier itself.

        Raises:
            InvalidInput: if labels or groups do not fit the texts, or vectors are to be fine-tuned.
            UnknownLabel: for a label that the classifier does not have.
            MissingExtra: if Keras is not installed.
        """
        from simon_elmo.text.fitting import fit_head

        base = training or TrainingConfig(batch_size=32, patience=5, seed=self.seed)
        fitted = fit_head(
            self._settings(),
            (texts, labels),
            validation=validation,
            groups=groups,
            fractions=fractions,
            training=training_config(base, epochs=epochs, seed=seed),
            fine_tuning=fine_tuning,
            class_weights=class_weights,
            threshold=threshold,
            progress=progress,
            on_epoch=on_epoch,
        )
        kept = {name: value for name, value in self.metadata.items() if name != "metrics"}
        self.fitted, self.label_type, self.elmo, self._preset = fitted, fitted.label_type, fitted.elmo, None
        self.metadata = {**kept, **fitted.report}
        return self

    def adapt(
        self,
        texts: Iterable[str],
        *,
        held_out: Iterable[str] | None = None,
        training: LanguageModelTraining | None = None,
        epochs: float = 1.0,
        on_step: Callable[[TrainingProgress], None] | None = None,
    ) -> dict[str, float]:
        """Train the biLM further, as a language model, on texts of the task; no labels are needed.

        It is the first step of ULMFiT; `fit` is then called, with `fine_tuning` for its last one. The classifier's biLM
        is replaced by a copy, so that vectors from before do not fit any more, and a trained head is forgotten.

        Args:
            texts: strings, those to be classified and more of their kind.
            held_out: texts whose perplexity is measured before and after.
            training: instead of slanted triangular rates that are 2.6 times smaller a layer further down.
            epochs: passes over the texts, where `training` is not given.
            on_step: called after each batch.

        Returns:
            `tokens`, words read; with `held_out` also `perplexity_before` and `perplexity_after`.

        Raises:
            InvalidInput: if the biLM comes without its softmax or its words, or there are no words in the texts.
            MissingExtra: if Keras is not installed.

        Source: Howard and Ruder 2018, "Universal Language Model Fine-tuning for Text Classification", section 3.2.
        """
        from simon_elmo.text.adaptation import adapted

        elmo, found = adapted(self._settings(), texts, epochs, held_out, training, on_step)
        self._label_set = self._known_labels()
        self.elmo, self.fitted, self._preset = elmo, None, None
        self.metadata = {**self.metadata, "adapted": found}
        return found

    @staticmethod
    def fine_tuning_config(epochs: int = 4, **changes: Any) -> TrainingConfig:
        """Return how a biLM is fine-tuned: all of it at once with slanted triangular rates.

        ULMFiT's gradual unfreezing, twice the rate at the top and smaller ones further down, is
        `strategy="gradual-unfreezing"`; the small preset learned less by it (docs/text.md). Training does not stop
        before the last epoch: at the highest rates all may be worse than the frozen biLM was, and better where they
        have fallen.

        Args:
            epochs: epochs at most; with gradual unfreezing one group of layers more is trained in each.
            changes: other fields of `TrainingConfig`.

        Source: Howard and Ruder 2018, section 3.2.
        """
        gradual = changes.get("strategy") == "gradual-unfreezing"
        base = TrainingConfig(
            epochs=epochs,
            batch_size=16 if gradual else 32,
            learning_rate=2e-3 if gradual else 1e-3,
            schedule="slanted-triangular",
            patience=0,
        )
        return replace(base, **changes)

    # === Parts ===

    @property
    def head(self) -> TextHead:
        """The Keras network over the vectors; before training a new one with random weights.

        Raises:
            NotFitted: while it is not known what the labels are.
            MissingExtra: if Keras is not installed.
        """
        if self.fitted is not None:
            return self.fitted.network
        from simon_elmo.text.fitted import head_network

        return head_network(self.head_config, self.elmo.config, len(self.label_set), self.label_mode)

    @property
    def temperature(self) -> float:
        """What logits are divided by; 1 before training."""
        return 1.0 if self.fitted is None else self.fitted.temperature

    @property
    def history(self) -> TrainingHistory | None:
        """What happened in each epoch of the training in this process; None before, and for a loaded classifier."""
        return None if self.fitted is None else self.fitted.history

    def _known_labels(self) -> LabelSet | None:
        return self._label_set if self.fitted is None else self.fitted.label_set

    def _settings(self) -> HeadSettings:
        return HeadSettings(
            elmo=self.elmo,
            head=self.head_config,
            reader=self.reader,
            label_mode=self.label_mode,
            label_set=self._known_labels(),
            label_type=self.label_type,
            ngrams=self.ngrams,
            seed=self.seed,
        )

    def _trained(self) -> FittedHead:
        if self.fitted is None:
            raise NotFitted("this classifier is not trained: call fit, or load one with from_preset")
        return self.fitted
