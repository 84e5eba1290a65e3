"""Tokens as ELMo reads them: rows of character ids, made for many words at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

BEGIN_SENTENCE = "<S>"
END_SENTENCE = "</S>"
UNKNOWN_WORD = "<UNK>"

# ids as the reference stores them at inference: UTF-8 byte + 1, so that 0 is left for padding
BEGIN_SENTENCE_ID = 257
END_SENTENCE_ID = 258
BEGIN_WORD_ID = 259
END_WORD_ID = 260
PADDING_ID = 261


def encode_words(words: Sequence[str], max_characters: int = 50) -> np.ndarray:
    """Return character ids, int32 (n, max_characters), one row per word.

    A row holds the beginning of the word, its UTF-8 bytes + 1 as far as `max_characters - 2` of them go, its end, and
    then the padding character; `<S>` and `</S>` have one id of their own in place of bytes. Rows of zeros, which
    this function never makes, are padding after a sentence.

    Source: `UnicodeCharsVocabulary` of allenai/bilm-tf; Jozefowicz et al., Exploring the limits of language modeling.

    Example:
        >>> encode_words(["a", "<S>"], max_characters=5).tolist()
        [[259, 98, 260, 261, 261], [259, 257, 260, 261, 261]]
    """
    limit = max_characters - 2
    encoded = [word.encode("utf-8", errors="surrogatepass")[:limit] for word in words]
    lengths = np.fromiter(map(len, encoded), dtype=np.int64, count=len(encoded))
    bytes_ = np.array(encoded, dtype=f"S{limit}").view(np.uint8).reshape(len(encoded), limit)
    ids = np.full((len(encoded), max_characters), PADDING_ID, dtype=np.int32)
    ids[:, 0] = BEGIN_WORD_ID
    inside = np.arange(limit) < lengths[:, None]
    ids[:, 1:-1][inside] = bytes_[inside].astype(np.int32) + 1
    ids[np.arange(len(encoded)), lengths + 1] = END_WORD_ID
    for word, number in ((BEGIN_SENTENCE, BEGIN_SENTENCE_ID), (END_SENTENCE, END_SENTENCE_ID)):
        special = [position for position, other in enumerate(words) if other == word]
        ids[special] = PADDING_ID
        ids[special, :3] = BEGIN_WORD_ID, number, END_WORD_ID
    return ids


def encode_sentences(sentences: Sequence[Sequence[str]], max_characters: int = 50) -> np.ndarray:
    """Return character ids of token lists, int32 (n, longest, max_characters); rows of zeros are padding.

    Example:
        >>> encode_sentences([["Hello", "!"], ["Bye"]]).shape
        (2, 2, 50)
    """
    longest = max(map(len, sentences), default=0)
    ids = np.zeros((len(sentences), longest, max_characters), dtype=np.int32)
    words = [word for sentence in sentences for word in sentence]
    rows = [row for row, sentence in enumerate(sentences) for _ in sentence]
    columns = [column for sentence in sentences for column in range(len(sentence))]
    if words:
        ids[rows, columns] = encode_words(words, max_characters)
    return ids
