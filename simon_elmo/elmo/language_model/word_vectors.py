"""Word vectors from text files, to begin the training of a model with word input from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from simon_elmo.elmo.language_model.corpus import read_lines
from simon_elmo.errors import InvalidInput


def read_word_vectors(path: str | Path, vocabulary: Sequence[str], units: int) -> dict[int, np.ndarray]:
    """Return the vectors of the words of a vocabulary that a word2vec or GloVe file has.

    Args:
        path: text, `.gz` or not: a word and its numbers on each line; the first line of word2vec files is known by its
            two numbers.
        vocabulary: the words.
        units: P, the width that the model needs.

    Returns:
        Number in the vocabulary -> float32 (units,).

    Raises:
        InvalidInput: for a line that is something else, or vectors of another width.

    Example:
        >>> read_word_vectors("glove.6B.100d.txt", vocabulary, 100)  # doctest: +SKIP
        {3: array([...], dtype=float32), ...}
    """
    numbers = {word: number for number, word in reversed(list(enumerate(vocabulary)))}
    found: dict[int, np.ndarray] = {}
    for line_number, line in enumerate(read_lines(path), start=1):
        parts = line.rstrip().split(" ")
        if line_number == 1 and len(parts) == 2 and all(part.isdigit() for part in parts):
            continue
        # words of some files hold blanks: what comes last are the numbers
        word, values = " ".join(parts[:-units]), parts[-units:]
        if word not in numbers and len(parts) > units:
            continue
        try:
            vector = np.array(values, dtype=np.float32)
        except ValueError:
            vector = np.zeros(0, dtype=np.float32)
        if not word or len(vector) != units or not np.isfinite(vector).all():
            raise InvalidInput(f"{path}: line {line_number} is not a word and {units} numbers")
        found[numbers[word]] = vector
    return found
