"""N-grams of words and characters beside a biLM's vectors: what a text says literally, which a small biLM blurs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from simon_elmo.errors import WeightMismatch
from simon_elmo.evaluation.calibration import calibrated_loss, logits_of, outputs_of
from simon_elmo.text.linear import solve_outputs
from simon_elmo.text.reader import Document

N_HASHED = 2**18
N_FEATURES = 2 * N_HASHED  # words and pairs of words, then runs of characters
_STRENGTH = 3.0  # inverse of the L2 penalty
_SMOOTHING = 2.0  # occurrences that are added to those of each n-gram before shares are compared
_SHARES = np.linspace(0.0, 1.0, 21)


def ngram_counts(documents: Sequence[Document]) -> Any:
    """Return how often n-grams occur in each text, hashed: sparse float32 (n, 524288).

    The first half are words and pairs of neighbouring words, in lower case; pairs do not reach over the end of a
    sentence. The second half are runs of 2 to 5 characters of each word and the spaces around it: endings, spellings,
    tags, and the words of languages that do not part them.
    """
    from scipy.sparse import csr_matrix, hstack
    from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer

    if not any(map(len, documents)):
        return csr_matrix((len(documents), N_FEATURES), dtype=np.float32)
    hashed: dict[str, Any] = {"n_features": N_HASHED, "alternate_sign": False, "norm": None, "dtype": np.float32}
    words = HashingVectorizer(analyzer=_words_and_pairs, **hashed).transform(documents)
    # the characters of a word are hashed once, however often it is written
    distinct = CountVectorizer(analyzer=_words, dtype=np.float32)
    counts = distinct.fit_transform(documents)
    of_words = HashingVectorizer(analyzer="char_wb", ngram_range=(2, 5), **hashed)
    characters = counts @ of_words.transform(distinct.get_feature_names_out())
    return hstack([words, characters], format="csr")


@dataclass(frozen=True)
class NgramPart:
    """Logistic regression on TF-IDF of hashed n-grams, in which n-grams that tell labels apart are penalised less.

    Each n-gram is scaled by 1 + the log ratio of its shares in texts with and without a label before the regression,
    so that the many n-grams that say nothing keep smaller weights.

    Attributes:
        idf: float32 (524288,), the weight of each feature.
        kernel: float32 (524288, n_outputs).
        bias: float32 (n_outputs,).
        share: how much of the joint logit is this part's, 0 to 1; the rest is the head's.

    Source: Wang and Manning 2012, "Baselines and Bigrams: Simple, Good Sentiment and Topic Classification".
    """

    idf: np.ndarray
    kernel: np.ndarray
    bias: np.ndarray
    share: float = 0.5

    @classmethod
    def fit(cls, counts: Any, targets: np.ndarray, weights: np.ndarray | None, softmax: bool) -> NgramPart:
        """Train on texts.

        Args:
            counts: what `ngram_counts` returned of them.
            targets: float (n, n_outputs), 0 or 1.
            weights: how much each text counts.
            softmax: whether each text has exactly one of the outputs.
        """
        found = np.bincount(counts.indices, minlength=N_FEATURES)
        idf = (np.log((1 + counts.shape[0]) / (1 + found)) + 1).astype(np.float32)
        used = np.flatnonzero(found)
        features = _scaled(counts, idf)[:, used]
        scales = np.stack([_contrast(features, answers) for answers in targets.T], axis=1)
        kernel = np.zeros((N_FEATURES, targets.shape[1]), np.float32)
        kernel[used], bias = solve_outputs(features, targets, weights, softmax, _STRENGTH, scales)
        return cls(idf, kernel, bias)

    def logits(self, counts: Any) -> np.ndarray:
        """Return float64 (n, n_outputs)."""
        return np.asarray(_scaled(counts, self.idf) @ self.kernel, dtype=np.float64) + self.bias

    def joined(self, outputs: np.ndarray, counts: Any, softmax: bool) -> np.ndarray:
        """Return the probabilities of head and n-grams together, float32 (n, n_outputs): logits are averaged."""
        return _joined(outputs, self.logits(counts), self.share, softmax)

    def with_likely_share(self, outputs: np.ndarray, counts: Any, targets: np.ndarray, softmax: bool) -> NgramPart:
        """Return the part with the share that texts which were not trained on make likely.

        It is the mean of the shares, each weighted by the likelihood of the texts under it: few texts cannot tell
        which share is best, and the best one of them is then far too often 0 or 1. Loss is taken at the best
        temperature of each share: a temperature is fitted later, and a share should not be chosen because one part
        happens to be less sure of itself than the other.
        """
        logits = self.logits(counts)
        hot = targets if softmax or targets.shape[1] > 1 else np.concatenate([1 - targets, targets], axis=1)
        losses = [calibrated_loss(_joined(outputs, logits, share, softmax), hot, softmax) for share in _SHARES]
        n_answers = len(targets) if softmax else targets.size
        likelihoods = np.exp(n_answers * (np.min(losses) - losses))
        share = np.average(_SHARES, weights=likelihoods).astype(np.float32)  # as it is saved
        return replace(self, share=float(share))

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the weights by name."""
        return {"idf": self.idf, "kernel": self.kernel, "bias": self.bias, "share": np.array([self.share], np.float32)}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray], n_outputs: int) -> NgramPart:
        """Return the part that `arrays` described.

        Raises:
            WeightMismatch: for an array that is missing or of another shape.
        """
        shapes = {"idf": (N_FEATURES,), "kernel": (N_FEATURES, n_outputs), "bias": (n_outputs,), "share": (1,)}
        for name, shape in shapes.items():
            found = arrays[name].shape if name in arrays else None
            if found != shape:
                raise WeightMismatch(f"the n-grams' {name!r} has shape {found}, expected {shape}")
        return cls(arrays["idf"], arrays["kernel"], arrays["bias"], float(arrays["share"][0]))


def _words(document: Document) -> Iterator[str]:
    return (word.lower() for sentence in document for word in sentence)


def _words_and_pairs(document: Document) -> Iterator[str]:
    yield from _words(document)
    for sentence in document:
        yield from (f"{first} {second}" for first, second in pairwise(word.lower() for word in sentence))


def _scaled(counts: Any, idf: np.ndarray) -> Any:
    """Return TF-IDF: 1 + log of the count, times the weight of the feature; each half of a text has length 1."""
    scaled = counts.copy()
    scaled.data = (1 + np.log(scaled.data)) * idf[scaled.indices]
    rows = np.repeat(np.arange(scaled.shape[0]), np.diff(scaled.indptr))
    halves = 2 * rows + (scaled.indices >= N_HASHED)
    squares = np.bincount(halves, scaled.data**2, minlength=2 * scaled.shape[0])
    scaled.data = (scaled.data / np.sqrt(squares[halves])).astype(np.float32)
    return scaled


def _contrast(features: Any, answers: np.ndarray) -> np.ndarray:
    """Return 1 + how unlike the shares of each feature are in texts with and without a label, float (n_features,)."""
    present = features.copy()
    present.data = np.ones_like(present.data)
    found = np.stack([present.T @ chosen for chosen in (answers, 1 - answers)])
    if not found.sum(axis=1).all():
        return np.ones(features.shape[1])
    # smoothing in proportion to the labels: a feature that was never seen says nothing, however rare a label is
    shares = (found + _SMOOTHING * found.sum(axis=1, keepdims=True) / found.sum()) / found.sum(axis=1, keepdims=True)
    return 1 + np.abs(np.log(shares[0]) - np.log(shares[1]))


def _joined(outputs: np.ndarray, logits: np.ndarray, share: float, softmax: bool) -> np.ndarray:
    joint = (1 - share) * logits_of(outputs, softmax) + share * logits
    return outputs_of(joint, softmax).astype(np.float32)
