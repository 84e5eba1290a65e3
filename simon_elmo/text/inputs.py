"""What text networks read, made for a batch at a time: from vectors that are there, or from words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from simon_elmo.elmo.characters import UNKNOWN_WORD, encode_words
from simon_elmo.elmo.config import ElmoConfig
from simon_elmo.text.reader import Document
from simon_elmo.text.vectors import DocumentVectors

_WORDS, _ROWS, _STEPS = 128, 8, 16  # sizes are multiples of these, so that few shapes are compiled


class VectorInputs:
    """Inputs of a `TextHead`.

    Args:
        vectors: of the texts.
        of_words: whether the head reads every word.
    """

    def __init__(self, vectors: DocumentVectors, of_words: bool) -> None:
        self.vectors, self.of_words = vectors, of_words
        # what is pooled has one size: batches need not be of texts of similar lengths
        self.lengths = vectors.lengths if of_words else np.zeros(len(vectors), np.int32)

    def __call__(self, rows: np.ndarray) -> dict[str, np.ndarray]:
        """Return what the head reads of the texts at these positions."""
        return self.vectors.inputs(rows, of_words=self.of_words, round_to=_STEPS)


class WordInputs:
    """Inputs of an `ElmoTextNetwork`, short sentences several a row, so that little of a batch is padding.

    Args:
        documents: the token lists of each text's sentences.
        config: the shapes of the biLM.
        word_ids: for word input, word -> id from 1.
    """

    def __init__(
        self, documents: Sequence[Document], config: ElmoConfig, word_ids: Mapping[str, int] | None = None
    ) -> None:
        self.documents, self.config, self.word_ids = documents, config, word_ids
        self.lengths = np.array([sum(map(len, document)) for document in documents], dtype=np.int32)

    def __call__(self, rows: np.ndarray) -> dict[str, np.ndarray]:
        """Return what the network reads of the texts at these positions."""
        sentences = [sentence for row in rows for sentence in self.documents[row]]
        distinct = dict.fromkeys(word for sentence in sentences for word in sentence)
        words = {word: number for number, word in enumerate(distinct, start=1)}
        counts = np.array([len(sentence) for sentence in sentences], np.int64)
        steps = _rounded(int(counts.max(initial=1)), _STEPS)
        starts = packed(counts, steps)
        n_rows = _rounded(int(starts.max(initial=0)) // steps + 1, _ROWS)
        # where each word stands in the flattened rows, sentence after sentence as they come
        flat = np.repeat(starts - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
        index, begins = np.zeros(n_rows * steps, np.int32), np.zeros(n_rows * steps, np.int32)
        index[flat] = [words[word] for sentence in sentences for word in sentence]
        begins[starts] = 1
        lengths = self.lengths[rows]
        places = np.zeros((len(rows), _rounded(int(lengths.max(initial=1)), _STEPS)), np.int32)
        places[np.arange(places.shape[1]) < lengths[:, None]] = flat
        return {
            "words": self._ids(list(words)),
            "index": index.reshape(n_rows, steps),
            "begins": begins.reshape(n_rows, steps),
            "places": places,
            "lengths": lengths,
        }

    def _ids(self, words: list[str]) -> np.ndarray:
        size = _rounded(len(words), _WORDS)
        if self.word_ids is not None:
            unknown = self.word_ids[UNKNOWN_WORD]
            ids = [self.word_ids.get(word, unknown) for word in words]
            return np.array(ids + [unknown] * (size - len(words)), np.int32)
        padded = words + [""] * (size - len(words))
        return encode_words(padded, self.config.max_characters)


def packed(lengths: np.ndarray, steps: int) -> np.ndarray:
    """Return where each sequence begins in flattened rows of `steps`, none of them over the end of a row.

    The longest come first, each into the row that it fills best, which fills all rows but the last few.

    Args:
        lengths: integer (n,), each from 1 to `steps`.
        steps: length of a row.

    Source: Johnson et al. 1974, "Worst-case performance bounds for simple one-dimensional packing algorithms".

    Example:
        >>> packed(np.array([2, 5, 3]), steps=6).tolist()
        [9, 0, 6]
    """
    starts = np.zeros(len(lengths), np.int64)
    with_room: list[list[int]] = [[] for _ in range(steps + 1)]  # the rows with so many places left
    n_rows = 0
    for number in np.argsort(-lengths, kind="stable").tolist():
        length = int(lengths[number])
        left = next((left for left in range(length, steps + 1) if with_room[left]), 0)
        if not left:
            with_room[steps].append(n_rows)
            left, n_rows = steps, n_rows + 1
        row = with_room[left].pop()
        starts[number] = row * steps + steps - left
        with_room[left - length].append(row)
    return starts


def _rounded(size: int, multiple: int) -> int:
    return max(-(-size // multiple), 1) * multiple
