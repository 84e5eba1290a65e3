"""Sentences as tokens, and tokens as batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from simon_elmo.elmo_config import ElmoConfig
from simon_elmo.errors import InvalidInput

# The largest array of a run holds 4H floats a token; more than this many of them only cost memory.
_FLOATS_A_RUN = 2**25


def as_token_lists(sentences: Iterable[str | Sequence[str]]) -> list[list[str]]:
    """Return one list of tokens a sentence; strings are split on white space.

    Raises:
        InvalidInput: for a single string, or an entry that is neither a string nor a sequence of strings.

    Example:
        >>> as_token_lists(["a b", ["c", "d e"]])
        [['a', 'b'], ['c', 'd e']]
    """
    if isinstance(sentences, str):
        raise InvalidInput("sentences must be a list of sentences, not one string; put it into a list")
    return [_tokens(sentence, number) for number, sentence in enumerate(sentences)]


def batches_by_length(lengths: Sequence[int], batch_size: int, config: ElmoConfig) -> Iterator[list[int]]:
    """Yield positions of sentences of similar lengths, the longest first; empty sentences are left out.

    Args:
        lengths: tokens a sentence.
        batch_size: sentences a batch at most; long sentences make smaller batches.
        config: the shapes of the network, from which the memory of a batch follows.
    """
    most_tokens = max(_FLOATS_A_RUN // (4 * config.cell_units), 1)
    order = np.argsort(-np.asarray(lengths, dtype=np.int64), kind="stable")
    start = 0
    while start < len(order) and lengths[order[start]] > 0:
        size = max(1, min(batch_size, most_tokens // lengths[order[start]]))
        batch = [int(position) for position in order[start : start + size] if lengths[position] > 0]
        yield batch
        start += size


def batches_in_order(n_sentences: int, batch_size: int) -> Iterator[list[int]]:
    """Yield positions of sentences as they come."""
    for start in range(0, n_sentences, batch_size):
        yield list(range(start, min(start + batch_size, n_sentences)))


def _tokens(sentence: str | Sequence[str], number: int) -> list[str]:
    if isinstance(sentence, str):
        return sentence.split()
    tokens = list(sentence) if isinstance(sentence, Iterable) else None
    if tokens is None or not all(isinstance(token, str) for token in tokens):
        raise InvalidInput(f"sentence {number} must be a string or a list of strings: {sentence!r:.80}")
    return [str(token) for token in tokens]
