"""A linear-chain conditional random field over the tags of sentences."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable(package="simon_elmo")
class ConditionalRandomField(keras.layers.Layer):
    """Scores whole sequences of tags: what each word says for a tag, and which tags follow each other.

    Args:
        n_tags: number of tags.

    Inputs: `emissions`, float (batch, steps, n_tags), a score per word and tag; `tags`, int32 (batch, steps);
    `lengths`, integer (batch,), how many first steps of each row count, at least 1.
    Output: float (batch,), the negative log-likelihood of the tags, divided by the number of words.

    Source: Lafferty et al. 2001, "Conditional Random Fields"; Lample et al. 2016, "Neural Architectures for Named
    Entity Recognition", section 2.2.

    Example:
        >>> field = ConditionalRandomField(2)
        >>> emissions, tags = np.zeros((1, 3, 2), "float32"), np.array([[0, 1, 0]], "int32")
        >>> round(float(field(emissions, tags, np.array([3]))[0]), 3)  # all 8 sequences are equally likely
        0.693
    """

    def __init__(self, n_tags: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.n_tags = n_tags

    def build(self, *_: Any, **__: Any) -> None:
        """Create the scores of transitions (from, to), and of tags that a sentence begins and ends with."""
        self.transitions = self.add_weight(name="transitions", shape=(self.n_tags, self.n_tags), initializer="zeros")
        self.begin = self.add_weight(name="begin", shape=(self.n_tags,), initializer="zeros")
        self.end = self.add_weight(name="end", shape=(self.n_tags,), initializer="zeros")

    def call(self, emissions: Any, tags: Any, lengths: Any) -> Any:
        """Return the negative log-likelihood of each row."""
        tags, lengths = ops.cast(tags, "int32"), ops.cast(lengths, "int32")
        steps = ops.arange(ops.shape(emissions)[1], dtype="int32")
        keep = ops.cast(steps < lengths[:, None], emissions.dtype)
        difference = self._normaliser(emissions, keep) - self._score(emissions, tags, keep, lengths)
        return difference / ops.cast(ops.maximum(lengths, 1), emissions.dtype)

    def _score(self, emissions: Any, tags: Any, keep: Any, lengths: Any) -> Any:
        hot = ops.one_hot(tags, self.n_tags, dtype=emissions.dtype)
        of_words = ops.sum(ops.sum(hot * emissions, axis=-1) * keep, axis=1)
        before, after = hot[:, :-1], hot[:, 1:]
        followed = ops.sum(ops.matmul(before, ops.cast(self.transitions, before.dtype)) * after, axis=-1)
        of_pairs = ops.sum(followed * keep[:, 1:], axis=1)
        last = ops.take_along_axis(hot, ops.maximum(lengths - 1, 0)[:, None, None], axis=1)[:, 0]
        return of_words + of_pairs + ops.matmul(hot[:, 0], self.begin) + ops.matmul(last, self.end)

    def _normaliser(self, emissions: Any, keep: Any) -> Any:
        """Return the logarithm of the sum over all sequences of tags (the forward algorithm)."""
        # one tensor a step: scan wants what it reads in one piece on every backend
        by_step = ops.transpose(ops.concatenate([emissions, keep[..., None]], axis=-1), (1, 0, 2))

        def step(state: Any, inputs: Any) -> tuple[Any, Any]:
            following = ops.logsumexp(state[:, :, None] + self.transitions[None], axis=1) + inputs[:, : self.n_tags]
            state = ops.where(inputs[:, self.n_tags :] > 0, following, state)
            return state, state

        state, _ = ops.scan(step, self.begin + emissions[:, 0], by_step[1:])
        return ops.logsumexp(state + self.end, axis=-1)

    def compute_output_spec(self, emissions: Any, tags: Any, lengths: Any) -> keras.KerasTensor:
        """Return the symbolic output."""
        return keras.KerasTensor((emissions.shape[0],), dtype=self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {**super().get_config(), "n_tags": self.n_tags}


def most_likely_tags(
    emissions: np.ndarray, lengths: np.ndarray, transitions: np.ndarray, begin: np.ndarray, end: np.ndarray
) -> list[np.ndarray]:
    """Return the sequence of tags with the highest score of each row (the Viterbi algorithm).

    Args:
        emissions: float (batch, steps, n_tags).
        lengths: integer (batch,), words of each row.
        transitions: float (n_tags, n_tags), from and to.
        begin: float (n_tags,).
        end: float (n_tags,).

    Returns:
        One integer array per row, as long as the row.
    """
    found = []
    for row, length in zip(emissions, lengths, strict=True):
        if not length:
            found.append(np.zeros(0, dtype=int))
            continue
        score, pointers = begin + row[0], []
        for step in range(1, length):
            reached = score[:, None] + transitions
            pointers.append(reached.argmax(axis=0))
            score = reached.max(axis=0) + row[step]
        tags = [int((score + end).argmax())]
        for pointer in reversed(pointers):
            tags.append(int(pointer[tags[-1]]))
        found.append(np.array(tags[::-1]))
    return found
