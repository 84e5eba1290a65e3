"""ElmoClassifier: texts into labels by a biLM's vectors and a small head, or by fine-tuning all of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simon_elmo.elmo.embedder import ElmoEmbedder
from simon_elmo.errors import InvalidInput, NotFitted
from simon_elmo.evaluation.calibration import all_probabilities
from simon_elmo.labels.label_set import LabelSet
from simon_elmo.text.answers import TextAnswers
from simon_elmo.text.head_config import TextHeadConfig
from simon_elmo.text.ngrams import NgramPart
from simon_elmo.text.reader import Document, TextReader
from simon_elmo.text.vectors import DocumentVectors, counts_of, embed_documents
from simon_elmo.training.config import TrainingConfig
from simon_elmo.words.text_labels import LABEL_MODES, as_texts
from simon_elmo.words.word_tokens import segmenter

if TYPE_CHECKING:
    from simon_elmo.elmo.language_model.recipe import LanguageModelTraining
    from simon_elmo.elmo.language_model.training import TrainingProgress
    from simon_elmo.text.network.head import TextHead
    from simon_elmo.training.history import TrainingHistory

_TEXTS_A_RUN = 1024


class ElmoClassifier(TextAnswers):
    """Classifies texts: fake news, sentiment, topics.

    Texts are cut into sentences, each sentence is run through the biLM by itself, and a head reads the vectors of the
    words. With a frozen biLM the vectors are computed once, and training takes seconds.

    Args:
        preset: an ELMo preset, a folder that `ElmoEmbedder.save` wrote, or an `ElmoEmbedder`, for instance of a
            published pair of files.
        head: a name (see `TextHeadConfig.named`) or shapes; the published shapes by default.
        labels: the labels, in any order; None takes them from the first `fit`.
        label_mode: `"single"` for exactly one label a text, `"multi"` for any number.
        reader: how texts are cleaned and cut. The default cuts by the rule that the biLM was trained with, and into
            words and signs where that rule is white space alone.
        ngrams: whether a logistic regression on TF-IDF of words, pairs of words and characters stands beside the head;
            their logits are averaged with a weight that the validation texts make likely.
        seed: of the initial weights, the split and the order of texts.

    Attributes:
        metadata: what is known about the model: recipe, metrics.
        history: of the training in this process, None before.

    Raises:
        PresetNotFound: if there is no such preset.
        InvalidConfig: for a head that does not exist.

    Source: Peters et al. 2018; the fake-news classifier of the SIMOn authors (2018-2020).

    Example:
        >>> classifier = ElmoClassifier(seed=0).fit(texts, labels)  # doctest: +SKIP
        >>> classifier.predict(["WASHINGTON - The Senate voted on Friday ..."])  # doctest: +SKIP
        ['true']
    """

    def __init__(
        self,
        preset: str | os.PathLike[str] | ElmoEmbedder = "elmo-small-en",
        head: str | TextHeadConfig = "dense",
        labels: Iterable[str] | None = None,
        label_mode: str = "single",
        reader: TextReader | None = None,
        ngrams: bool = False,
        seed: int = 0,
    ) -> None:
        if label_mode not in LABEL_MODES:
            raise InvalidInput(f"label_mode must be single or multi: {label_mode!r}")
        self.elmo = preset if isinstance(preset, ElmoEmbedder) else ElmoEmbedder.from_preset(os.fspath(preset))
        self.head_config = TextHeadConfig.named(head) if isinstance(head, str) else head
        self.reader = reader or TextReader(tokens="words" if self.elmo.files.segment == "spaces" else "model")
        self.label_mode = label_mode
        self.ngrams = ngrams
        self.seed = seed
        self._label_set = None if labels is None else LabelSet(tuple(sorted(map(str, labels))))
        self.temperature = 1.0
        self.metadata: dict[str, Any] = {}
        self.history: TrainingHistory | None = None
        self._head_weights: dict[str, np.ndarray] | None = None
        self._ngram_part: NgramPart | None = None

    # === Labels ===

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

    # === Prediction ===

    def embed(self, texts: Iterable[str], keep_words: bool | None = None, progress: bool = False) -> DocumentVectors:
        """Return the vectors of texts, which `fit`, `predict` and the like take in place of the texts.

        They depend on the biLM and the reader alone, so that several heads can be trained on them.

        Args:
            texts: strings.
            keep_words: whether the vectors of all words are kept; by default if the head reads them.
            progress: show a bar on stderr.
        """
        keep = self.head_config.reads_tokens if keep_words is None else keep_words
        return self._embedded(self._documents(texts), keep, progress)

    def predict_proba(self, texts: Iterable[str] | DocumentVectors) -> np.ndarray:
        """Return float32 (n_texts, n_labels): calibrated probabilities, in the order of `labels`.

        They add up to 1 in single mode; a text without words has probability 0 everywhere. Memory does not grow with
        the number of texts beyond the answer.
        """
        if isinstance(texts, DocumentVectors):
            return self._probabilities(texts)
        given = as_texts(texts)
        starts = range(0, len(given), _TEXTS_A_RUN)
        parts = [self._probabilities(self.embed(given[start : start + _TEXTS_A_RUN])) for start in starts]
        return np.concatenate([np.zeros((0, len(self.label_set)), np.float32), *parts])

    # === Training ===

    def fit(
        self,
        texts: Iterable[str] | DocumentVectors,
        labels: Iterable[Any],
        groups: Sequence[Hashable | None] | None = None,
        training: TrainingConfig | None = None,
        fine_tuning: TrainingConfig | None = None,
        fractions: Sequence[float] = (0.8, 0.1, 0.1),
        validation: tuple[Iterable[str] | DocumentVectors, Iterable[Any]] | None = None,
        class_weights: str | Mapping[str, float] | None = None,
        threshold: float | str = 0.5,
        progress: Callable[[Mapping[str, float]], None] | None = None,
    ) -> ElmoClassifier:
        """Train the head, and then maybe the biLM with it; a head that was trained before is trained anew.

        Training stops early on the validation loss at its best temperature and keeps the best weights; that temperature
        and thresholds are then chosen on the validation part, and `metadata["metrics"]` says how the test part was
        predicted.

        Args:
            texts: strings, or what `embed` made of them (then the biLM cannot be fine-tuned); empty ones are left out.
            labels: one label a text, or several in multi mode.
            groups: the source of each text: no group stands in two parts; None for a text that is only trained on.
            training: of the head; 30 epochs at most, batches of 32 and patience 5 by default. A linear head is solved
                without it.
            fine_tuning: of the biLM and the head together, after the head, such as `fine_tuning_config()`; none by
                default.
            fractions: shares of the training, validation and test parts.
            validation: texts and labels to validate on; then all of `texts` is trained on and nothing is split.
            class_weights: `"balanced"`, or a weight a label.
            threshold: a number, or what it is chosen by on the validation part: `"f1"`, `"macro-f1"`, `"roc"`.
            progress: called with a row of figures after each epoch.

        Returns:
            The classifier itself.

        Raises:
            InvalidInput: if labels or groups do not fit the texts, or vectors are to be fine-tuned.
            UnknownLabel: for a label that the classifier does not have.
        """
        from simon_elmo.text.fitting import fit_text_classifier

        fit_text_classifier(
            self,
            (texts, labels),
            validation,
            groups,
            fractions,
            training or TrainingConfig(batch_size=32, patience=5, seed=self.seed),
            fine_tuning,
            class_weights,
            threshold,
            progress,
        )
        return self

    def adapt(
        self,
        texts: Iterable[str],
        epochs: float = 1.0,
        held_out: Iterable[str] | None = None,
        training: LanguageModelTraining | None = None,
        on_step: Callable[[TrainingProgress], None] | None = None,
    ) -> dict[str, float]:
        """Train the biLM further, as a language model, on texts of the task; no labels are needed.

        It is the first step of ULMFiT; `fit` is then called, with `fine_tuning` for its last one. The classifier's biLM
        is replaced by a copy, so that vectors from before do not fit any more.

        Args:
            texts: strings, those to be classified and more of their kind.
            epochs: passes over them.
            held_out: texts whose perplexity is measured before and after.
            training: instead of slanted triangular rates that are 2.6 times smaller a layer further down.
            on_step: called after each batch.

        Returns:
            `tokens`, words read; with `held_out` also `perplexity_before` and `perplexity_after`.

        Raises:
            InvalidInput: if the biLM comes without its softmax or its words, or there are no words in the texts.

        Source: Howard and Ruder 2018, "Universal Language Model Fine-tuning for Text Classification", section 3.2.
        """
        from simon_elmo.text.fitting import adapted

        self.elmo, found = adapted(self, texts, epochs, held_out, training, on_step)
        self._head_weights = self._ngram_part = None
        self.__dict__.pop("head", None)
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

    # === Loading and saving ===

    @classmethod
    def from_folder(cls, folder: str | os.PathLike[str]) -> ElmoClassifier:
        """Return the classifier that `save` wrote to a folder; checksums are checked before anything is opened.

        Raises:
            PresetNotFound: if there is no such folder, or it holds a model of another kind.
            CorruptPreset: if a file of it is missing, damaged or does not fit the others.
        """
        from simon_elmo.text.saved import load_text_classifier

        return load_text_classifier(cls, Path(folder))

    def save(self, folder: str | os.PathLike[str], dtype: str = "float32") -> None:
        """Write the classifier with its biLM to a folder, all of it or nothing; `from_folder` answers the same.

        Args:
            folder: where to; a model that is there already is replaced.
            dtype: of the weights on disk; `"float16"` halves them and changes probabilities in the third digit.

        Raises:
            NotFitted: before training.
        """
        from simon_elmo.text.saved import save_text_classifier

        save_text_classifier(self, Path(folder), dtype)

    # === Parts ===

    @cached_property
    def head(self) -> TextHead:
        """The Keras network over the vectors, with its weights."""
        import keras

        from simon_elmo.text.network.head import TextHead
        from simon_elmo.training.named_weights import assign_weights

        keras.utils.set_random_seed(self.seed)
        n_labels, single = len(self.label_set), self.label_mode == "single"
        head = TextHead(
            self.head_config,
            self.elmo.config.n_layers + 1,
            self.elmo.config.output_units,
            1 if single and n_labels == 2 else n_labels,
            "softmax" if single and n_labels > 2 else "sigmoid",
            name="text_head",
        )
        if self._head_weights is not None:
            assign_weights(head, self._head_weights)
        return head

    def _documents(self, texts: Iterable[str]) -> list[Document]:
        words = segmenter("words", self.elmo.files.lower_case)
        return self.reader.documents(texts, self.elmo.tokenize if self.reader.tokens == "model" else words)

    def _embedded(self, documents: list[Document], keep_words: bool, progress: bool = False) -> DocumentVectors:
        return embed_documents(self.elmo, documents, keep_words, progress=progress, keep_ngrams=self.ngrams)

    def _outputs(self, vectors: DocumentVectors) -> np.ndarray:
        """Return what the head, and what stands beside it, put out: float32 (n, n_outputs)."""
        from simon_elmo.text.inputs import VectorInputs
        from simon_elmo.text.training import predict_rows

        inputs = VectorInputs(vectors, self.head_config.reads_tokens)
        outputs = predict_rows(self.head, inputs, np.arange(len(vectors)))
        if self._ngram_part is None:
            return outputs
        return self._ngram_part.joined(outputs, counts_of(vectors), self.head.activation == "softmax")

    def _probabilities(self, vectors: DocumentVectors) -> np.ndarray:
        if self._head_weights is None:
            raise NotFitted("this classifier is not trained: call fit, or load one with from_folder")
        softmax = self.head.activation == "softmax"
        outputs = self._outputs(vectors)
        probabilities = all_probabilities(outputs, len(self.label_set), self.temperature, softmax)
        probabilities[vectors.lengths == 0] = 0.0
        return probabilities
