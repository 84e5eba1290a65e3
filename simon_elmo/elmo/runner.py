"""Batches of sentences through a biLM, each on its own or carrying on where the one before ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from simon_elmo.elmo.config import ElmoConfig
from simon_elmo.elmo.engine import ElmoEngine
from simon_elmo.errors import InvalidInput
from simon_elmo.progress import progress_bar

Run = tuple[list[int], list[np.ndarray]]
# The largest array of a run holds 4H floats per token; more than this many of them only cost memory.
_FLOATS_PER_RUN = 2**25


def as_token_lists(sentences: Iterable[str | Sequence[str]]) -> list[list[str]]:
    """Return one list of tokens per sentence; strings are split on white space.

    Raises:
        InvalidInput: for a single string, or an entry that is neither a string nor a sequence of strings.

    Example:
        >>> as_token_lists(["a b", ["c", "d e"]])
        [['a', 'b'], ['c', 'd e']]
    """
    if isinstance(sentences, str):
        raise InvalidInput("sentences must be a list of sentences, not one string; put it into a list")
    return [_tokens(sentence, number) for number, sentence in enumerate(sentences)]


def _tokens(sentence: str | Sequence[str], number: int) -> list[str]:
    if isinstance(sentence, str):
        return sentence.split()
    tokens = list(sentence) if isinstance(sentence, Iterable) else None
    if tokens is None or not all(isinstance(token, str) for token in tokens):
        raise InvalidInput(f"sentence {number} must be a string or a list of strings: {sentence!r:.80}")
    return [str(token) for token in tokens]


class ElmoRunner:
    """Runs sentences in batches.

    Args:
        engine: the network.
        stateful: whether the rows of a batch begin with the states that the rows of the batch before left.
    """

    def __init__(self, engine: ElmoEngine, stateful: bool) -> None:
        self.engine = engine
        self.stateful = stateful
        self._states = engine.zero_states(0)
        self._start: tuple[int, np.ndarray] | None = None

    def reset_states(self) -> None:
        """Forget the states that are carried."""
        self._states = self.engine.zero_states(0)

    def runs(self, sentences: list[list[str]], batch_size: int, progress: bool = False) -> Iterator[Run]:
        """Yield batches until every sentence was run; those without words only if states are carried through them.

        Each distinct word is encoded once.

        Args:
            sentences: token lists.
            batch_size: sentences per batch at most.
            progress: show a bar on stderr.

        Yields:
            The positions of a batch's sentences, and L + 1 arrays, float32 (batch, words, 2P), 0 after their ends.
        """
        if batch_size < 1:
            raise InvalidInput(f"batch_size must be at least 1: {batch_size}")
        words = list(dict.fromkeys(word for sentence in sentences for word in sentence))
        rows = {word: row for row, word in enumerate(words)}
        vectors = self.engine.token_vectors(words)
        lengths = [len(sentence) for sentence in sentences]
        if self.stateful:
            batches, run = batches_in_order(len(sentences), batch_size), self._carrying_states
        else:
            batches, run = batches_by_length(lengths, batch_size, self.engine.config), self._afresh
        with progress_bar("sentences", len(sentences), progress) as advance:
            for positions in batches:
                counts = np.array([lengths[position] for position in positions])
                tokens = np.zeros((len(positions), counts.max(), vectors.shape[1]), np.float32)
                for row, position in enumerate(positions):
                    tokens[row, : counts[row]] = vectors[[rows[word] for word in sentences[position]]]
                bottom = np.concatenate([tokens] * self.engine.config.n_directions, axis=-1)
                yield positions, [bottom, *run(tokens, counts)]
                advance(len(positions))

    def _afresh(self, tokens: np.ndarray, lengths: np.ndarray) -> list[np.ndarray]:
        mark = self.engine.weights_mark()
        if self._start is None or self._start[0] != mark:
            self._start = (mark, self.engine.start_states())
        return self.engine.run(tokens, lengths, np.repeat(self._start[1], len(tokens), axis=0))[0]

    def _carrying_states(self, tokens: np.ndarray, lengths: np.ndarray) -> list[np.ndarray]:
        """Run whole sentences, boundaries included, from each row's state, and keep the states that they leave."""
        rows, steps = tokens.shape[:2]
        begin, end = self.engine.boundary_vectors()
        whole = np.zeros((rows, steps + 2, tokens.shape[2]), np.float32)
        whole[:, 0] = begin
        whole[:, 1:-1] = tokens
        whole[np.arange(rows), lengths + 1] = end
        missing = max(rows - len(self._states), 0)
        states = np.concatenate([self._states, self.engine.zero_states(missing)])
        outputs, new_states = self.engine.run(whole, lengths + 2, states[:rows])
        self._states = np.concatenate([new_states, states[rows:]])
        inside = (np.arange(steps) < lengths[:, None])[..., None]
        return [np.where(inside, output[:, 1:-1], np.float32(0)) for output in outputs]


def batches_by_length(lengths: Sequence[int], batch_size: int, config: ElmoConfig) -> Iterator[list[int]]:
    """Yield positions of sentences of similar lengths, the longest first; empty sentences are left out.

    Args:
        lengths: tokens of each sentence.
        batch_size: sentences per batch at most; long sentences make smaller batches.
        config: the shapes of the network, from which the memory of a batch follows.
    """
    most_tokens = max(_FLOATS_PER_RUN // (4 * config.cell_units), 1)
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
