"""Running text as batches: rows that go on in the next batch where they ended in this one."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from simon_elmo.elmo.characters import encode_words
from simon_elmo.elmo.config import ElmoConfig
from simon_elmo.elmo.language_model.corpus import BEGIN, END, Corpus
from simon_elmo.errors import InvalidInput

ORDERS = ("pulled", "shuffled", "contiguous")


class TextStreams:
    """Batches of a corpus for the training of a language model, without end.

    Each row of a batch is a stream of sentences, every one from `<S>` to `</S>`. The backward direction reads the same
    sentences, each from its end.

    Args:
        corpus: the text.
        vocabulary: the words that are predicted; what reads characters reads the others too.
        config: of the network: whether it reads characters, how many of a word, and directions.
        batch_size: streams.
        steps: words of each stream in a batch.
        order: `"pulled"`, a stream that runs dry takes the next sentence of the corpus, as in the reference;
            `"shuffled"`, the same with sentences in another order in each pass; `"contiguous"`, each stream reads on
            from a place of its own, so that what is carried over is what was said before.
        seed: of the order.

    Attributes:
        n_read: words given out so far, ends of sentences included.

    Raises:
        InvalidInput: for another order, or a corpus without words.

    Source: `LMDataset` of allenai/bilm-tf.

    Example:
        >>> corpus = Corpus.of([["a", "rose"], ["is", "a", "rose"]])
        >>> config = ElmoConfig(cell_units=8, projection_units=4, filters=((1, 4),))
        >>> streams = TextStreams(corpus, ["<S>", "</S>", "<UNK>", "a", "rose"], config, batch_size=1, steps=4)
        >>> streams.next_batch()["targets"].tolist()
        [[[3, 4, 1, 2]], [[4, 3, 0, 4]]]
    """

    def __init__(
        self,
        corpus: Corpus,
        vocabulary: Sequence[str],
        config: ElmoConfig,
        batch_size: int,
        steps: int,
        order: str = "pulled",
        seed: int = 0,
    ) -> None:
        if order not in ORDERS:
            raise InvalidInput(f"there is no order {order!r}; there are {', '.join(ORDERS)}")
        if not corpus.n_tokens:
            raise InvalidInput("the corpus has no words")
        self.corpus = corpus
        self.config = config
        self.batch_size = batch_size
        self.steps = steps
        self.order = order
        self.seed = seed
        self._ids = corpus.ids(vocabulary)
        self._pass = -1
        self._permutation = np.zeros(0, dtype=np.int64)
        self.n_read = 0
        self.pulled = 0
        self.offsets = np.zeros(batch_size, dtype=np.int64)
        self.sentences = self._starts() if order == "contiguous" else np.full(batch_size, -1, dtype=np.int64)

    @property
    def tokens_per_pass(self) -> int:
        """Words of one pass over the corpus, ends of sentences included."""
        return self.corpus.n_tokens + self.corpus.n_sentences

    def state(self) -> dict[str, Any]:
        """Return where each stream is, as plain values and arrays."""
        return {
            "sentences": self.sentences.copy(),
            "offsets": self.offsets.copy(),
            "pulled": np.int64(self.pulled),
            "n_read": np.int64(self.n_read),
            "corpus": self._identity,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from where streams of the same corpus and order were.

        Raises:
            InvalidInput: if there were more or fewer streams, or another text or vocabulary.
        """
        sentences, offsets = (np.array(state[name], dtype=np.int64) for name in ("sentences", "offsets"))
        same_text = "corpus" not in state or np.array_equal(state["corpus"], self._identity)
        if sentences.shape != self.sentences.shape or not same_text or sentences.max() >= self.corpus.n_sentences:
            raise InvalidInput("the checkpoint is of another text, vocabulary or batch_size; remove it to begin anew")
        self.sentences, self.offsets = sentences, offsets
        self.pulled, self.n_read = int(state["pulled"]), int(state["n_read"])

    @cached_property
    def _identity(self) -> np.ndarray:
        """What tells this text, its words and their ids from others, int64 (3,)."""
        checksum = zlib.crc32("\n".join(self.corpus.words).encode("utf-8", "surrogatepass"))
        for numbers in (self._ids, self.corpus.ends, self.corpus.tokens):
            for start in range(0, len(numbers), 1 << 22):
                checksum = zlib.crc32(numbers[start : start + (1 << 22)].tobytes(), checksum)
        return np.array([self.corpus.n_sentences, self.corpus.n_tokens, checksum], dtype=np.int64)

    def next_batch(self) -> dict[str, np.ndarray]:
        """Return the next batch as the network reads it; see `LanguageModel.inputs_of`."""
        shape = (self.config.n_directions, self.batch_size, self.steps)
        inputs, targets = np.zeros(shape, dtype=np.int32), np.zeros(shape, dtype=np.int32)
        for row in range(self.batch_size):
            filled = 0
            while filled < self.steps:
                filled += self._fill(inputs[:, row, filled:], targets[:, row, filled:], row)
        self.n_read += self.batch_size * self.steps
        return encoded_batch(inputs, self._ids[targets], self.corpus.words, self._ids, self.config)

    def _fill(self, inputs: np.ndarray, targets: np.ndarray, row: int) -> int:
        """Write what is left of a stream's sentence, as far as there is room, and return how much that was."""
        # a sentence is pulled when it is needed, not before: which stream gets it depends on that
        if self.sentences[row] < 0 or self.offsets[row] > self.corpus.length(int(self.sentences[row])):
            self.sentences[row], self.offsets[row] = self._pull(row), 0
        tokens, offset = self.corpus.sentence(int(self.sentences[row])), int(self.offsets[row])
        count = min(len(tokens) + 1 - offset, inputs.shape[-1])
        for direction in range(len(inputs)):
            running = _running(tokens, offset, offset + count + 1, backward=direction == 1)
            inputs[direction, :count], targets[direction, :count] = running[:-1], running[1:]
        self.offsets[row] += count
        return count

    def _pull(self, row: int) -> int:
        """Return the number of the sentence that a stream reads next."""
        size = self.corpus.n_sentences
        if self.order == "contiguous":
            return (int(self.sentences[row]) + 1) % size
        number, position = divmod(self.pulled, size)
        self.pulled += 1
        if self.order == "pulled":
            return position
        if number != self._pass:
            self._pass = number
            self._permutation = np.random.default_rng([self.seed, number]).permutation(size)
        return int(self._permutation[position])

    def _starts(self) -> np.ndarray:
        """Return the sentences nearest to places that are equally far apart, the first one at random."""
        first = np.random.default_rng(self.seed).integers(self.corpus.n_tokens)
        places = (first + np.arange(self.batch_size) * self.corpus.n_tokens // self.batch_size) % self.corpus.n_tokens
        return np.searchsorted(self.corpus.ends, places, side="right").astype(np.int64)


def _running(tokens: np.ndarray, start: int, stop: int, backward: bool) -> np.ndarray:
    """Return a part of a sentence with its boundaries; of the sentence no more is read: a line may be a whole book."""
    first, last = np.array([[END], [BEGIN]] if backward else [[BEGIN], [END]], dtype=np.int32)
    words = (tokens[::-1] if backward else tokens)[max(start - 1, 0) : stop - 1]
    return np.concatenate([first[start:], words, last[: max(stop - len(tokens) - 1, 0)]])


def encoded_batch(
    inputs: np.ndarray, targets: np.ndarray, words: Sequence[str], ids: np.ndarray, config: ElmoConfig
) -> dict[str, np.ndarray]:
    """Return a batch as the network reads it: every distinct word once, and where it is read.

    Args:
        inputs: int32 (directions, batch, steps), places in `words`.
        targets: int32 of the same shape, ids of the vocabulary.
        words: the distinct words of the corpus.
        ids: int32 (words,), the id of each in the vocabulary.
        config: of the network.
    """
    if config.reads_characters:
        distinct, positions = np.unique(inputs, return_inverse=True)
        rows = encode_words([words[number] for number in distinct], config.max_characters)
    else:
        distinct, positions = np.unique(ids[inputs], return_inverse=True)
        rows = distinct + 1
    return {"words": rows, "positions": positions.reshape(inputs.shape).astype(np.int32), "targets": targets}
