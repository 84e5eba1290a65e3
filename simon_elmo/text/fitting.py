"""Training of a text classifier over a biLM: split, vectors, head, fine-tuning, calibration, metrics."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from simon_elmo.errors import InvalidInput, require_extra
from simon_elmo.evaluation.calibration import all_probabilities, fit_temperature
from simon_elmo.evaluation.decisions import chosen_thresholds, output_targets, text_weights
from simon_elmo.labels.label_set import LabelSet
from simon_elmo.text.inputs import VectorInputs, WordInputs
from simon_elmo.text.ngrams import NgramPart
from simon_elmo.text.reader import Document
from simon_elmo.text.vectors import DocumentVectors, counts_of
from simon_elmo.training.config import TrainingConfig
from simon_elmo.training.splits import split_by_group
from simon_elmo.words.text_labels import as_text_labels, as_texts

if TYPE_CHECKING:
    from simon_elmo.elmo.embedder import ElmoEmbedder
    from simon_elmo.elmo.language_model.recipe import LanguageModelTraining
    from simon_elmo.elmo.language_model.training import TrainingProgress
    from simon_elmo.text.classifier import ElmoClassifier
    from simon_elmo.text.network.head import TextHead
    from simon_elmo.text.training import TrainingHistory

_MEASURED_TEXTS = 100
_STREAMS = 32  # of text side by side in `adapt`: the texts of a task are few, and more streams make fewer steps
Given = tuple[Iterable[str] | DocumentVectors, Iterable[Any]]
Progress = Callable[[Mapping[str, float]], None]


class _Examples:
    """Texts to learn from, or their vectors, with their labels; those without words are left out."""

    def __init__(self, classifier: ElmoClassifier, given: Given) -> None:
        texts, labels = given
        self.vectors = texts if isinstance(texts, DocumentVectors) else None
        self.documents: list[Document] = []
        if isinstance(texts, DocumentVectors):
            lengths = texts.lengths
        else:
            self.documents = classifier._documents(as_texts(texts))
            lengths = np.array([sum(map(len, document)) for document in self.documents])
        self.labels = as_text_labels(labels, classifier.label_mode, len(lengths))
        self.rows = np.flatnonzero(lengths)

    def __len__(self) -> int:
        return len(self.labels)


def fit_text_classifier(
    classifier: ElmoClassifier,
    given: Given,
    validation: Given | None,
    groups: Sequence[Hashable | None] | None,
    fractions: Sequence[float],
    training: TrainingConfig,
    fine_tuning: TrainingConfig | None,
    class_weights: str | Mapping[str, float] | None,
    threshold: float | str,
    progress: Progress | None,
) -> None:
    """Train a classifier in place; see `ElmoClassifier.fit`."""
    from simon_elmo.text.linear import solve_head

    require_extra("keras", "train", "train a network")
    from simon_elmo.training.named_weights import weights_of

    examples = _Examples(classifier, given)
    others = None if validation is None else _Examples(classifier, validation)
    if classifier._label_set is None:
        classifier._label_set = LabelSet(tuple(sorted({name for names in examples.labels for name in names})))
    if classifier.label_mode == "single" and len(classifier.label_set) < 2:
        raise InvalidInput(f"all texts have the label {classifier.labels[0]!r}; there is nothing to tell apart")
    hot = classifier.label_set.multi_hot(examples.labels + ([] if others is None else others.labels))
    parts = _parts(examples, others, groups, fractions, training.seed)
    chosen_thresholds(np.zeros((1, hot.shape[1])), hot[:1], threshold, classifier.label_mode)  # wrong ones: no work
    if fine_tuning is not None and not all(each is None or each.documents for each in (examples, others)):
        raise InvalidInput("to fine-tune the biLM give texts, not vectors")
    weights = text_weights(hot, classifier.label_set, class_weights)
    targets = output_targets(classifier.label_set, hot, classifier.label_mode)

    vectors = _vectors(classifier, examples, others)
    of_words = classifier.head_config.reads_tokens
    classifier._head_weights = classifier._ngram_part = None
    classifier.__dict__.pop("head", None)
    _measure(classifier.head, vectors, parts[0], of_words)
    train = (VectorInputs(vectors, of_words), targets, (parts[0], parts[1]))
    if classifier.head_config.is_linear:
        classifier.history = solve_head(classifier.head, *train, weights)
    else:
        classifier.history = _trained(classifier.head, *train, training, weights, progress)
    if fine_tuning is None:
        held_out = [vectors.take(part) for part in parts[1:]]
    else:
        documents = examples.documents + ([] if others is None else others.documents)
        classifier.history = _fine_tuned(classifier, documents, targets, parts, fine_tuning, weights, progress)
        held_out = [classifier._embedded([documents[row] for row in part], of_words) for part in parts[1:]]
    classifier._head_weights = weights_of(classifier.head)
    if classifier.ngrams:
        classifier._ngram_part = _ngrams_beside(classifier, vectors, targets, weights, parts, held_out[0])
    _calibrate(classifier, held_out[0], hot[parts[1]], threshold)
    if classifier._ngram_part is not None:  # the texts that were chosen by are worth learning from as well
        rows, share = np.concatenate(parts[:2]), classifier._ngram_part.share
        classifier._ngram_part = replace(_ngrams_of(classifier, vectors, targets, weights, rows), share=share)
    classifier.metadata = {**classifier.metadata, "training": _described(training, fine_tuning)}
    if len(parts) > 2 and len(parts[2]):
        found = classifier.evaluate(held_out[1], _names(classifier, hot[parts[2]]))
        classifier.metadata["metrics"] = {"test": found.summary()}


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
    if groups is not None and len(groups) != len(examples):
        raise InvalidInput(f"{len(examples)} texts have {len(groups)} groups")
    rows = examples.rows.tolist()
    always = np.array([row for row in rows if groups is not None and groups[row] is None], dtype=int)
    shared = np.setdiff1d(examples.rows, always)
    chosen = None if groups is None else [groups[row] for row in shared.tolist()]
    parts = [shared[part] for part in split_by_group(len(shared), chosen, fractions, seed)]
    parts[0] = np.concatenate([parts[0], always])
    if not all(len(part) for part in parts[:2]):
        raise InvalidInput(f"{len(examples.rows)} texts with words are too few to train and validate on")
    return parts


def _vectors(classifier: ElmoClassifier, examples: _Examples, others: _Examples | None) -> DocumentVectors:
    found = [
        classifier._embedded(each.documents, classifier.head_config.reads_tokens)
        if each.vectors is None
        else each.vectors
        for each in (examples, others)
        if each is not None
    ]
    return found[0] if len(found) == 1 else joined(found[0], found[1])


def joined(first: DocumentVectors, second: DocumentVectors) -> DocumentVectors:
    """Return the texts of both; of two separate stores of words' vectors a new one in memory is made."""
    pools, lengths = (np.concatenate([getattr(first, name), getattr(second, name)]) for name in ("pools", "lengths"))
    ngrams = None
    if first.ngrams is not None and second.ngrams is not None:
        from scipy.sparse import vstack

        ngrams = vstack([first.ngrams, second.ngrams], format="csr")
    tokens, shift = first.tokens, 0
    if first.tokens is None or second.tokens is None:
        tokens = None
    elif first.tokens is not second.tokens:
        tokens, shift = np.concatenate([first.tokens, second.tokens]), len(first.tokens)
    starts = np.concatenate([first.starts, second.starts + shift])
    return DocumentVectors(pools, lengths, tokens, starts, ngrams)


def _measure(head: TextHead, vectors: DocumentVectors, rows: np.ndarray, of_words: bool) -> None:
    """Let a head that standardises vectors measure those of some training texts."""
    if head.standardize is None:
        return
    if not of_words:
        head.standardize.measure(vectors.pools[rows])
        return
    found = vectors.inputs(rows[:: max(len(rows) // _MEASURED_TEXTS, 1)], of_words)
    present = np.arange(found["vectors"].shape[1]) < found["lengths"][:, None]
    head.standardize.measure(found["vectors"][present])


def _ngrams_of(
    classifier: ElmoClassifier,
    vectors: DocumentVectors,
    targets: np.ndarray,
    weights: np.ndarray | None,
    rows: np.ndarray,
) -> NgramPart:
    """Return n-grams that were trained on the texts at `rows`."""
    counted = None if weights is None else weights[rows]
    return NgramPart.fit(counts_of(vectors)[rows], targets[rows], counted, classifier.head.activation == "softmax")


def _ngrams_beside(
    classifier: ElmoClassifier,
    vectors: DocumentVectors,
    targets: np.ndarray,
    weights: np.ndarray | None,
    parts: list[np.ndarray],
    checked: DocumentVectors,
) -> NgramPart:
    """Return n-grams that were trained on the training texts, with the share that the validation texts make likely."""
    part = _ngrams_of(classifier, vectors, targets, weights, parts[0])
    softmax = classifier.head.activation == "softmax"
    return part.with_likely_share(classifier._outputs(checked), counts_of(checked), targets[parts[1]], softmax)


def _trained(
    model: Any,
    inputs: Any,
    targets: np.ndarray,
    parts: tuple[np.ndarray, np.ndarray],
    config: TrainingConfig,
    weights: np.ndarray | None,
    progress: Progress | None,
    groups: Any = None,
) -> TrainingHistory:
    from simon_elmo.text.training import train_text_network

    return train_text_network(model, inputs, targets, parts, config, weights, groups, progress)


def _fine_tuned(
    classifier: ElmoClassifier,
    documents: list[Document],
    targets: np.ndarray,
    parts: list[np.ndarray],
    config: TrainingConfig,
    weights: np.ndarray | None,
    progress: Progress | None,
) -> TrainingHistory:
    """Train a copy of the biLM together with the head, which begins from its trained weights."""
    from simon_elmo.text.network.fine_tuned import ElmoTextNetwork
    from simon_elmo.transfer.parameter_groups import ParameterGroup

    classifier.elmo = own_copy(classifier.elmo)
    network = ElmoTextNetwork(classifier.elmo.backbone, classifier.head, name="elmo_text_network")
    groups = [ParameterGroup(name, layers) for name, layers in network.groups_of_layers()]
    inputs = WordInputs(documents, classifier.elmo.config, classifier.elmo.files.word_ids())
    return _trained(network, inputs, targets, (parts[0], parts[1]), config, weights, progress, groups)


def own_copy(elmo: ElmoEmbedder) -> ElmoEmbedder:
    """Return an embedder with weights of its own, so that training them changes no other model."""
    from keras import ops

    from simon_elmo.elmo.embedder import ElmoEmbedder
    from simon_elmo.elmo.network.backbone import ElmoBackbone

    source = elmo.backbone
    backbone = ElmoBackbone(source.config, source.boundary_ids, kernel_initializer="zeros", name="elmo_backbone")
    for own, other in zip(backbone.weights, source.weights, strict=True):
        own.assign(np.array(ops.convert_to_numpy(other)))  # JAX would share the buffers, and training gives them up
    return ElmoEmbedder(replace(elmo.files, weights=None), backbone=backbone)


def adapted(
    classifier: ElmoClassifier,
    texts: Iterable[str],
    epochs: float,
    held_out: Iterable[str] | None,
    training: LanguageModelTraining | None,
    on_step: Callable[[TrainingProgress], None] | None,
) -> tuple[ElmoEmbedder, dict[str, float]]:
    """Return a biLM that was trained further on texts, and what came of it; see `ElmoClassifier.adapt`."""
    from simon_elmo.elmo.embedder import ElmoEmbedder
    from simon_elmo.elmo.language_model.recipe import LanguageModelTraining

    model = classifier.elmo.language_model()
    model.set_training(batch_size=_STREAMS)
    given, held = (
        [sentence for document in classifier._documents(part) for sentence in document]
        for part in (texts, held_out or ())
    )
    found = {"perplexity_before": float(model.perplexity(held)["perplexity"])} if held else {}
    recipe = training or LanguageModelTraining(
        learning_rate=1e-3, schedule="slanted-triangular", epochs=epochs, layer_decay=2.6, seed=classifier.seed
    )
    found["tokens"] = model.fit(given, recipe, on_step=on_step).tokens
    if held:
        found["perplexity_after"] = float(model.perplexity(held)["perplexity"])
    return ElmoEmbedder.from_language_model(model), found


def _calibrate(classifier: ElmoClassifier, vectors: DocumentVectors, hot: np.ndarray, threshold: float | str) -> None:
    """Choose a temperature and thresholds on texts that were not trained on, in place."""
    softmax = classifier.head.activation == "softmax"
    outputs = classifier._outputs(vectors)
    classifier.temperature = fit_temperature(outputs, hot, softmax)
    probabilities = all_probabilities(outputs, len(classifier.label_set), classifier.temperature, softmax)
    thresholds = chosen_thresholds(probabilities, hot, threshold, classifier.label_mode)
    classifier._label_set = classifier.label_set.with_thresholds(thresholds)


def _names(classifier: ElmoClassifier, hot: np.ndarray) -> list[tuple[str, ...]]:
    names = classifier.label_set.names
    return [tuple(names[column] for column in np.flatnonzero(row)) for row in hot]


def _described(training: TrainingConfig, fine_tuning: TrainingConfig | None) -> dict[str, Any]:
    return {"head": training.to_dict(), "fine_tuning": None if fine_tuning is None else fine_tuning.to_dict()}
