"""Training of a head over a biLM: split, vectors, head, fine-tuning, n-grams, calibration, metrics."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from simon_elmo.elmo.embedder import ElmoEmbedder
from simon_elmo.errors import InvalidInput, require_extra
from simon_elmo.evaluation.calibration import all_probabilities, fit_temperature
from simon_elmo.evaluation.decisions import chosen_thresholds, output_targets, text_weights
from simon_elmo.labels.label_set import LabelSet
from simon_elmo.text.answers import scored
from simon_elmo.text.fitted import FittedHead, head_network
from simon_elmo.text.inputs import VectorInputs, WordInputs
from simon_elmo.text.ngrams import NgramPart
from simon_elmo.text.reader import Document
from simon_elmo.text.settings import HeadSettings
from simon_elmo.text.training import TextInputs, train_text_network
from simon_elmo.text.vectors import DocumentVectors, counts_of, joined
from simon_elmo.training.config import TrainingConfig
from simon_elmo.training.splits import split_by_group
from simon_elmo.words.text_labels import TextLabels, as_text_labels, as_texts, label_name, labels_to_learn

if TYPE_CHECKING:
    from simon_elmo.text.network.head import TextHead
    from simon_elmo.training.any_size import AnySizeModel
    from simon_elmo.training.history import TrainingHistory
    from simon_elmo.training.loop import OnEpoch

_MEASURED_TEXTS = 100
Given = tuple[Iterable[str] | DocumentVectors, Iterable[Any]]


@dataclass(frozen=True)
class _Examples:
    """Texts to learn from, or their vectors, with their labels; those without words are left out.

    Attributes:
        documents: the token lists of each text's sentences; empty where vectors were given.
        vectors: what was given in place of texts.
        labels: of the texts.
        rows: the positions of texts with words.
    """

    documents: list[Document]
    vectors: DocumentVectors | None
    labels: TextLabels
    rows: np.ndarray

    @classmethod
    def read(cls, settings: HeadSettings, given: Given) -> _Examples:
        texts, labels = given
        if isinstance(texts, DocumentVectors):
            documents, vectors, lengths = [], texts, texts.lengths
        else:
            documents, vectors = settings.documents(as_texts(texts)), None
            lengths = np.array([sum(map(len, document)) for document in documents])
        names = as_text_labels(labels, settings.label_mode, len(lengths))
        return cls(documents, vectors, names, np.flatnonzero(lengths))

    def __len__(self) -> int:
        return len(self.labels.rows)


@dataclass(frozen=True)
class _Lesson:
    """What a network is trained with.

    Attributes:
        targets: float32 (n, n_outputs), 0 or 1.
        weights: how much each text counts, None for all the same.
        parts: the positions of training, validation and maybe test texts.
        progress: whether bars are shown on stderr.
        on_epoch: called with the row of each epoch.
    """

    targets: np.ndarray
    weights: np.ndarray | None
    parts: list[np.ndarray]
    progress: bool
    on_epoch: OnEpoch | None

    def train(self, network: AnySizeModel, inputs: TextInputs, config: TrainingConfig) -> TrainingHistory:
        parts = (self.parts[0], self.parts[1])
        return train_text_network(
            network,
            inputs,
            self.targets,
            parts,
            config,
            self.weights,
            progress=self.progress,
            on_epoch=self.on_epoch,
        )


def fit_head(
    settings: HeadSettings,
    given: Given,
    *,
    validation: Given | None,
    groups: Sequence[Hashable | None] | None,
    fractions: Sequence[float],
    training: TrainingConfig,
    fine_tuning: TrainingConfig | None,
    class_weights: str | Mapping[Any, float] | None,
    threshold: float | str,
    progress: bool = False,
    on_epoch: OnEpoch | None = None,
) -> FittedHead:
    """Train a new head, and maybe a copy of the biLM with it; see `ElmoClassifier.fit`.

    Nothing that is given is changed, so that a training that fails leaves everything as it was.
    """
    require_extra("keras", "train", "train a network")
    import keras

    examples = _Examples.read(settings, given)
    others = None if validation is None else _Examples.read(settings, validation)
    given_labels = [each.labels for each in (examples, others) if each is not None]
    label_set, label_type = labels_to_learn(settings.label_set, settings.label_type, given_labels)
    if settings.label_mode == "single" and len(label_set) < 2:
        raise InvalidInput(f"all texts have the label {label_set.names[0]!r}; there is nothing to tell apart")
    hot = label_set.multi_hot([row for labels in given_labels for row in labels.rows])
    parts = _parts(examples, others, groups, fractions, training.seed)
    chosen_thresholds(np.zeros((1, hot.shape[1])), hot[:1], threshold, settings.label_mode)  # wrong ones: no work
    if fine_tuning is not None and not all(each is None or each.vectors is None for each in (examples, others)):
        raise InvalidInput("to fine-tune the biLM give texts, not vectors")
    if isinstance(class_weights, Mapping):
        class_weights = {label_name(label): weight for label, weight in class_weights.items()}
    weights = text_weights(hot, label_set, class_weights)
    targets = output_targets(label_set, hot, settings.label_mode)
    lesson = _Lesson(targets, weights, parts, progress, on_epoch)
    vectors = _vectors(settings, examples, others, progress)

    keras.utils.set_random_seed(settings.seed)
    network = head_network(settings.head, settings.elmo.config, len(label_set), settings.label_mode)
    history = _head_trained(network, vectors, lesson, training)
    fitted = FittedHead(settings.elmo, network, settings.label_mode, label_set, label_type, history=history)
    held_out = [vectors.take(part) for part in parts[1:]]
    if fine_tuning is not None:
        documents = examples.documents + ([] if others is None else others.documents)
        fitted = _fine_tuned(fitted, documents, lesson, fine_tuning)
        tuned = replace(settings, elmo=fitted.elmo)
        held_out = [tuned.embed([documents[row] for row in part]) for part in parts[1:]]
    if settings.ngrams:
        part = _ngrams(fitted, vectors, lesson, parts[0])
        checked = (fitted.outputs(held_out[0]), counts_of(held_out[0]), targets[parts[1]])
        fitted = replace(fitted, ngrams=part.with_likely_share(*checked, fitted.softmax))
    fitted = _calibrated(fitted, held_out[0], hot[parts[1]], threshold)
    if fitted.ngrams is not None:  # the texts that were chosen by are worth learning from as well
        part = _ngrams(fitted, vectors, lesson, np.concatenate(parts[:2]))
        fitted = replace(fitted, ngrams=replace(part, share=fitted.ngrams.share))
    report: dict[str, Any] = {"training": _described(training, fine_tuning)}
    if len(parts) > 2 and len(parts[2]):
        true = _names(label_set, hot[parts[2]])
        found = scored(label_set, settings.label_mode, fitted.probabilities(held_out[1]), true)
        report["metrics"] = {"test": found.summary()}
    return replace(fitted, report=report)


def _parts(
    examples: _Examples,
    others: _Examples | None,
    groups: Sequence[Hashable | None] | None,
    fractions: Sequence[float],
    seed: int,
) -> list[np.ndarray]:
    """Return the positions of training, validation and test texts; validation texts stand after all others."""
    if others is not None:
        return [examples.rows, len(examples) + others.rows]
    return split_by_group(len(examples), groups, fractions, seed, usable=examples.rows, what="texts")


def _vectors(settings: HeadSettings, examples: _Examples, others: _Examples | None, progress: bool) -> DocumentVectors:
    """Return the vectors of all texts, those to validate on after the others.

    Raises:
        InvalidInput: if vectors were given that do not keep what the head or the n-grams read.
    """
    found = [
        settings.embed(each.documents, progress=progress) if each.vectors is None else each.vectors
        for each in (examples, others)
        if each is not None
    ]
    vectors = found[0] if len(found) == 1 else joined(found[0], found[1])
    if settings.ngrams:
        counts_of(vectors)
    return vectors


def _head_trained(
    network: TextHead, vectors: DocumentVectors, lesson: _Lesson, config: TrainingConfig
) -> TrainingHistory:
    """Train a head in place; a linear one is solved."""
    from simon_elmo.text.linear import solve_head

    of_words = network.config.reads_tokens
    learn, check = lesson.parts[:2]
    _measure(network, vectors, learn, of_words)
    inputs = VectorInputs(vectors, of_words)
    if network.config.is_linear:
        return solve_head(network, inputs, lesson.targets, (learn, check), lesson.weights)
    return lesson.train(network, inputs, config)


def _measure(network: TextHead, vectors: DocumentVectors, rows: np.ndarray, of_words: bool) -> None:
    """Let a head that standardises vectors measure those of some training texts."""
    if network.standardize is None:
        return
    if not of_words:
        network.standardize.measure(vectors.pools[rows])
        return
    found = vectors.inputs(rows[:: max(len(rows) // _MEASURED_TEXTS, 1)], of_words=of_words)
    present = np.arange(found["vectors"].shape[1]) < found["lengths"][:, None]
    network.standardize.measure(found["vectors"][present])


def _fine_tuned(fitted: FittedHead, documents: list[Document], lesson: _Lesson, config: TrainingConfig) -> FittedHead:
    """Return the head after training together with a copy of the biLM, from its trained weights on."""
    from simon_elmo.text.network.fine_tuned import ElmoTextNetwork

    elmo = own_copy(fitted.elmo)
    network = ElmoTextNetwork(elmo.backbone, fitted.network, name="elmo_text_network")
    inputs = WordInputs(documents, elmo.config, elmo.files.word_ids())
    return replace(fitted, elmo=elmo, history=lesson.train(network, inputs, config))


def own_copy(elmo: ElmoEmbedder) -> ElmoEmbedder:
    """Return an embedder with weights of its own, so that training them changes no other model."""
    from keras import ops

    from simon_elmo.elmo.network.backbone import ElmoBackbone

    source = elmo.backbone
    backbone = ElmoBackbone(
        source.config, boundary_ids=source.boundary_ids, kernel_initializer="zeros", name="elmo_backbone"
    )
    for own, other in zip(backbone.weights, source.weights, strict=True):
        own.assign(np.array(ops.convert_to_numpy(other)))  # JAX would share the buffers, and training gives them up
    return ElmoEmbedder(replace(elmo.files, weights=None), backbone=backbone)


def _ngrams(fitted: FittedHead, vectors: DocumentVectors, lesson: _Lesson, rows: np.ndarray) -> NgramPart:
    """Return n-grams that were trained on the texts at `rows`."""
    counted = None if lesson.weights is None else lesson.weights[rows]
    return NgramPart.fit(counts_of(vectors)[rows], lesson.targets[rows], counted, fitted.softmax)


def _calibrated(fitted: FittedHead, vectors: DocumentVectors, hot: np.ndarray, threshold: float | str) -> FittedHead:
    """Return the head with a temperature and thresholds chosen on texts that were not trained on."""
    outputs = fitted.outputs(vectors)
    temperature = fit_temperature(outputs, hot, fitted.softmax)
    probabilities = all_probabilities(outputs, len(fitted.label_set), temperature, fitted.softmax)
    thresholds = chosen_thresholds(probabilities, hot, threshold, fitted.label_mode)
    return replace(fitted, temperature=temperature, label_set=fitted.label_set.with_thresholds(thresholds))


def _names(labels: LabelSet, hot: np.ndarray) -> list[tuple[str, ...]]:
    return [tuple(labels.names[column] for column in np.flatnonzero(row)) for row in hot]


def _described(training: TrainingConfig, fine_tuning: TrainingConfig | None) -> dict[str, Any]:
    return {"head": training.to_dict(), "fine_tuning": None if fine_tuning is None else fine_tuning.to_dict()}
