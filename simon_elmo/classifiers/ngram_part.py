"""Words and pairs of words beside a biLM's vectors: what a text says literally, which a small biLM blurs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from simon_elmo.classifiers.text_reader import Document
from simon_elmo.errors import WeightMismatch

N_FEATURES = 2**18
_STRENGTH = 10.0  # inverse of the L2 penalty; the usual choice for TF-IDF, not tuned
_SHARES = np.linspace(0.0, 1.0, 21)


def ngram_counts(documents: Sequence[Document]) -> Any:
    """Return how often each word and pair of neighbouring words occurs in each text, hashed: sparse (n, 262144).

    Words are compared in lower case; pairs do not reach over the end of a sentence.
    """
    from sklearn.feature_extraction.text import HashingVectorizer

    hashing = HashingVectorizer(
        analyzer=_ngrams, n_features=N_FEATURES, alternate_sign=False, norm=None, dtype=np.float32
    )
    return hashing.transform(documents)


@dataclass(frozen=True)
class NgramPart:
    """Logistic regression on TF-IDF of hashed n-grams.

    Attributes:
        idf: float32 (262144,), the weight of each feature.
        kernel: float32 (262144, n_outputs).
        bias: float32 (n_outputs,).
        share: how much of the joint logit is this part's, 0 to 1; the rest is the head's.
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
        from sklearn.linear_model import LogisticRegression

        found = np.bincount(counts.indices, minlength=N_FEATURES)
        idf = (np.log((1 + counts.shape[0]) / (1 + found)) + 1).astype(np.float32)
        features = _scaled(counts, idf)
        kernel = np.zeros((N_FEATURES, targets.shape[1]), np.float32)
        bias = np.zeros(targets.shape[1], np.float32)
        answers = [targets.argmax(axis=1)] if softmax else list(targets.T.astype(int))
        for column, answer in enumerate(answers):
            if len(set(answer.tolist())) < 2:  # nothing to tell apart: the share of the label is all that is known
                bias[column] = 10.0 if answer[0] else -10.0
                continue
            model = LogisticRegression(C=_STRENGTH, max_iter=300).fit(features, answer, weights)
            if softmax and len(model.classes_) > 2:
                kernel[:, model.classes_], bias[model.classes_] = model.coef_.T, model.intercept_
            elif softmax:
                kernel[:, model.classes_[1]], bias[model.classes_[1]] = model.coef_[0], model.intercept_[0]
            else:
                kernel[:, column], bias[column] = model.coef_[0], model.intercept_[0]
        return cls(idf, kernel, bias)

    def logits(self, counts: Any) -> np.ndarray:
        """Return float64 (n, n_outputs)."""
        return np.asarray(_scaled(counts, self.idf) @ self.kernel, dtype=np.float64) + self.bias

    def joined(self, outputs: np.ndarray, counts: Any, softmax: bool) -> np.ndarray:
        """Return the probabilities of head and n-grams together, float32 (n, n_outputs): logits are averaged."""
        clipped = np.clip(outputs.astype(np.float64), 1e-7, 1 - 1e-7)
        head = np.log(clipped) if softmax else np.log(clipped) - np.log1p(-clipped)
        logits = (1 - self.share) * head + self.share * self.logits(counts)
        if not softmax:
            return (1 / (1 + np.exp(-np.clip(logits, -500, 500)))).astype(np.float32)
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        return (shares / shares.sum(axis=1, keepdims=True)).astype(np.float32)

    def with_best_share(self, outputs: np.ndarray, counts: Any, targets: np.ndarray, softmax: bool) -> NgramPart:
        """Return the part with the share that has the lowest log loss on texts that were not trained on."""

        def loss(share: float) -> float:
            part = NgramPart(self.idf, self.kernel, self.bias, share)
            p = np.clip(part.joined(outputs, counts, softmax).astype(float), 1e-7, 1 - 1e-7)
            if softmax:
                return float(-np.mean(np.sum(targets * np.log(p), axis=1)))
            return float(-np.mean(targets * np.log(p) + (1 - targets) * np.log1p(-p)))

        return NgramPart(self.idf, self.kernel, self.bias, float(min(_SHARES, key=loss)))

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


def _ngrams(document: Document) -> Iterator[str]:
    for sentence in document:
        words = [word.lower() for word in sentence]
        yield from words
        yield from (f"{first} {second}" for first, second in pairwise(words))


def _scaled(counts: Any, idf: np.ndarray) -> Any:
    """Return TF-IDF: 1 + log of the count, times the weight of the feature, each text of length 1."""
    scaled = counts.copy()
    scaled.data = (1 + np.log(scaled.data)) * idf[scaled.indices]
    squares = np.add.reduceat(np.append(scaled.data**2, 0.0), np.minimum(scaled.indptr[:-1], len(scaled.data)))
    squares[np.diff(scaled.indptr) == 0] = 1.0
    scaled.data = (scaled.data / np.repeat(np.sqrt(squares), np.diff(scaled.indptr))).astype(np.float32)
    return scaled
