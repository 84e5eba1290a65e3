"""The words that a language model predicts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from simon_elmo.elmo.characters import BEGIN_SENTENCE, END_SENTENCE, UNKNOWN_WORD
from simon_elmo.elmo.language_model.corpus import Corpus
from simon_elmo.errors import InvalidInput

SPECIAL_WORDS = (BEGIN_SENTENCE, END_SENTENCE, UNKNOWN_WORD)


def build_vocabulary(corpus: Corpus, *, size: int | None = None, min_count: int = 1) -> tuple[str, ...]:
    """Return `<S>`, `</S>`, `<UNK>` and the words of a corpus, the most frequent first.

    Sampled softmax draws words by their place in the vocabulary and needs this order.

    Args:
        corpus: the text.
        size: words at most, the three special ones included; None for no limit.
        min_count: how often a word has to occur.

    Raises:
        InvalidInput: if no word is left.

    Example:
        >>> build_vocabulary(Corpus.of([["a", "b", "b"], ["b", "c", "a"]]), min_count=2)
        ('<S>', '</S>', '<UNK>', 'b', 'a')
    """
    counts = corpus.counts()
    counts[: len(SPECIAL_WORDS)] = 0
    order = np.argsort(-counts, kind="stable")[: None if size is None else max(size - len(SPECIAL_WORDS), 0)]
    order = order[counts[order] >= max(min_count, 1)]
    if not len(order):
        raise InvalidInput(f"no word occurs {min_count} times or the vocabulary has no room for it")
    return (*SPECIAL_WORDS, *(corpus.words[number] for number in order))


def check_vocabulary(words: Sequence[str], source: str | Path = "the vocabulary") -> tuple[str, ...]:
    """Return the words, having checked that a language model can be trained with them.

    Raises:
        InvalidInput: if `<S>`, `</S>` or `<UNK>` is missing or a word is there twice.
    """
    known = set(words)
    for word in SPECIAL_WORDS:
        if word not in known:
            raise InvalidInput(f"{source} has no {word!r}; put <S>, </S> and <UNK> on its first lines")
    if len(known) != len(words):
        double = next(word for number, word in enumerate(words) if word in set(words[:number]))
        raise InvalidInput(f"{source} has {double!r} more than once")
    return tuple(words)
