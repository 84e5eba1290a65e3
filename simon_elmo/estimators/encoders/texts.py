"""Texts as numbers: latent semantic analysis of their n-grams, or the vectors of a network."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.feature_extraction.text import TfidfTransformer

from simon_elmo.estimators.encoders.ngrams import character_counts, word_counts
from simon_elmo.estimators.encoders.table_column import TableColumn

_FITTED_ON = 10_000  # distinct texts; more hardly change the components
_WORDS_OF_A_TEXT = 3.5
_LONGEST = 2_000  # characters read of a text


class TextEncoder:
    """Texts, one output a component, and one for their length in characters.

    Without a network: TF-IDF of words and pairs of words, or of runs of 2 to 4 characters where texts are names of few
    words, then a truncated singular value decomposition (latent semantic analysis; Deerwester et al., 1990). With one:
    its vectors, reduced to their principal components.

    Args:
        network: an unfitted scikit-learn transformer of texts, or None for n-grams.
        n_components: outputs besides the length, at most.
        seed: of the decomposition.
    """

    def __init__(self, network: Any, n_components: int, seed: int) -> None:
        self.network, self.n_components, self.seed = network, n_components, seed

    def fit(self, column: TableColumn) -> TextEncoder:
        """Learn words and components from the distinct texts of the training rows."""
        texts = _cut(column.texts)
        if len(texts) > _FITTED_ON:
            chosen = np.random.default_rng(self.seed).choice(len(texts), _FITTED_ON, replace=False)
            texts = [texts[position] for position in np.sort(chosen)]
        words = np.mean([text.count(" ") + 1 for text in texts[:1000]])
        self.counts_ = word_counts if words >= _WORDS_OF_A_TEXT else character_counts
        if self.network is None:
            counts = self.counts_(texts)
            self.buckets_ = np.flatnonzero(counts.getnnz(axis=0))
            self.reader_ = TfidfTransformer(sublinear_tf=True).fit(counts[:, self.buckets_])
        else:
            self.reader_ = clone(self.network).fit(texts)
        found = self._vectors(texts)
        n = min(self.n_components, found.shape[0], found.shape[1])
        reduction = (
            TruncatedSVD(n, random_state=self.seed, n_iter=2)
            if self.network is None
            else PCA(n, random_state=self.seed, svd_solver="full")
        )
        self.reduction_ = reduction.fit(found)
        self.outputs: tuple[str, ...] = (*map(str, range(n)), "length")
        return self

    def transform(self, column: TableColumn) -> tuple[np.ndarray, int]:
        """Return float64 (n, n_outputs), zeros for missing texts, and 0: no text fails."""
        values = np.zeros((len(column.texts), len(self.outputs)))
        values[:, -1] = [len(text) for text in column.texts]
        if column.texts:
            values[:, :-1] = self.reduction_.transform(self._vectors(_cut(column.texts)))
        return np.nan_to_num(column.gathered(values)), 0

    def _vectors(self, texts: list[str]) -> Any:
        if self.network is None:
            return self.reader_.transform(self.counts_(texts)[:, self.buckets_])
        return np.asarray(self.reader_.transform(texts), np.float64)


def _cut(texts: list[str]) -> list[str]:
    return [text[:_LONGEST] for text in texts]
