"""What text networks read, made for a batch at a time: from vectors that are there, or from words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from simon_elmo.classifiers.document_vectors import DocumentVectors
from simon_elmo.classifiers.text_reader import Document
from simon_elmo.elmo_config import ElmoConfig
from simon_elmo.text.elmo_characters import UNKNOWN_WORD, encode_words

_WORDS, _SENTENCES, _STEPS = 128, 8, 16  # sizes are multiples of these, so that few shapes are compiled


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
        return self.vectors.inputs(rows, self.of_words, _STEPS)


class WordInputs:
    """Inputs of an `ElmoTextNetwork`.

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
        steps = _rounded(max(map(len, sentences), default=1), _STEPS)
        index = np.zeros((_rounded(len(sentences), _SENTENCES), steps), np.int32)
        for row, sentence in enumerate(sentences):
            index[row, : len(sentence)] = [words[word] for word in sentence]
        lengths = self.lengths[rows]
        places = np.zeros((len(rows), _rounded(int(lengths.max(initial=1)), _STEPS)), np.int32)
        flat = np.flatnonzero(index.ravel())
        ends = np.cumsum(lengths)
        for row, (length, end) in enumerate(zip(lengths, ends, strict=True)):
            places[row, :length] = flat[end - length : end]
        return {"words": self._ids(list(words)), "index": index, "places": places, "lengths": lengths}

    def _ids(self, words: list[str]) -> np.ndarray:
        size = _rounded(len(words), _WORDS)
        if self.word_ids is not None:
            unknown = self.word_ids[UNKNOWN_WORD]
            ids = [self.word_ids.get(word, unknown) for word in words]
            return np.array(ids + [unknown] * (size - len(words)), np.int32)
        padded = words + [""] * (size - len(words))
        return encode_words(padded, self.config.max_characters)


def _rounded(size: int, multiple: int) -> int:
    return max(-(-size // multiple), 1) * multiple
