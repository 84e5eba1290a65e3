"""Which words compete with the target when a softmax over all of them would take too long."""

from __future__ import annotations

import numpy as np

from simon_elmo.errors import InvalidInput


class LogUniformSampler:
    """Draws distinct words, frequent ones more often: word k of V with `p(k) = log((k + 2) / (k + 1)) / log(V + 1)`.

    The vocabulary has to be sorted by falling frequency.

    Args:
        vocabulary_size: V.
        n_samples: words drawn for a batch, all different.
        seed: fixes the draws.

    Raises:
        InvalidInput: for more samples than words.

    Source: TensorFlow's `log_uniform_candidate_sampler` with `unique=True`, which the reference uses.

    Example:
        >>> samples, log_q, tries = LogUniformSampler(100, 10, seed=0).draw()
        >>> samples.shape, len(set(samples.tolist())), tries >= 10
        ((10,), 10, True)
    """

    def __init__(self, vocabulary_size: int, n_samples: int, seed: int = 0) -> None:
        if not 1 <= n_samples <= vocabulary_size:
            raise InvalidInput(
                f"n_negative_samples_batch must be from 1 to the {vocabulary_size} words of the vocabulary: {n_samples}"
            )
        self.vocabulary_size = vocabulary_size
        self.n_samples = n_samples
        self.rng = np.random.default_rng(seed)
        ids = np.arange(vocabulary_size)
        self._probabilities = np.log((ids + 2.0) / (ids + 1.0)) / np.log(vocabulary_size + 1.0)

    def draw(self) -> tuple[np.ndarray, np.ndarray, int]:
        """Return words, int32 (n_samples,), the logarithm of their expected counts, float32, and the tries it took."""
        drawn = np.zeros(0, dtype=np.int64)
        # nearly the whole vocabulary is asked for where rejection would hardly ever find the last words
        if self.n_samples > 0.8 * self.vocabulary_size:
            return self._draw_by_keys()
        while True:
            uniform = self.rng.random(2 * self.n_samples)
            more = np.floor(np.exp(uniform * np.log(self.vocabulary_size + 1.0))).astype(np.int64) - 1
            drawn = np.concatenate([drawn, np.minimum(more, self.vocabulary_size - 1)])
            _, first = np.unique(drawn, return_index=True)
            if len(first) >= self.n_samples:
                first = np.sort(first)[: self.n_samples]
                tries = int(first[-1]) + 1
                samples = drawn[first]
                return samples.astype(np.int32), self.log_expected_counts(samples, tries), tries

    def _draw_by_keys(self) -> tuple[np.ndarray, np.ndarray, int]:
        """Draw without replacement in one go: words whose first arrival in a Poisson process is earliest."""
        arrivals = self.rng.exponential(size=self.vocabulary_size) / self._probabilities
        order = np.argsort(arrivals)[: self.n_samples]
        tries = max(int(np.ceil(arrivals[order[-1]])), self.n_samples)
        return order.astype(np.int32), self.log_expected_counts(order, tries), tries

    def log_expected_counts(self, ids: np.ndarray, tries: int) -> np.ndarray:
        """Return the logarithm of the probability that each word is among those drawn in so many tries, float32."""
        return np.log(-np.expm1(tries * np.log1p(-self._probabilities[ids]))).astype(np.float32)
