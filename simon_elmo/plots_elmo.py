"""Pictures of a word's vectors in different sentences and of a biLM's training. Needs matplotlib, the extra `plots`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from simon_elmo.errors import InvalidInput

if TYPE_CHECKING:
    from simon_elmo.classifiers.elmo import ElmoEmbedder
    from simon_elmo.classifiers.elmo_layers import Layers

_SHOWN_WORDS = 3


def word_occurrences(
    elmo: ElmoEmbedder, word: str, sentences: Sequence[str], layer: Layers = "top"
) -> tuple[np.ndarray, list[tuple[int, int]]]:
    """Return the vectors of a word wherever it occurs, and where that is.

    Args:
        elmo: the embedder.
        word: a token, compared without regard to case.
        sentences: texts whose tokens are separated by white space.
        layer: which layer, or the weights of a mixture.

    Returns:
        Float32 (occurrences, 2P), and for each the number of the sentence and of the token in it.

    Raises:
        InvalidInput: if the word does not occur.
    """
    tokens = [sentence.split() for sentence in sentences]
    places = [
        (number, position)
        for number, sentence in enumerate(tokens)
        for position, token in enumerate(sentence)
        if token.lower() == word.lower()
    ]
    if not places:
        raise InvalidInput(f"{word!r} occurs in none of the {len(tokens)} sentences")
    vectors = elmo.embed(tokens, layer)
    return np.stack([vectors[number][position] for number, position in places]), places


def two_dimensions(vectors: np.ndarray) -> np.ndarray:
    """Return the first two principal components, float (n, 2).

    The sign of a component is such that its largest value is positive.
    """
    centred = vectors - vectors.mean(axis=0)
    left, sizes, _ = np.linalg.svd(centred, full_matrices=False)
    points = np.zeros((len(vectors), 2))
    count = min(2, len(sizes))
    points[:, :count] = left[:, :count] * sizes[:count]
    largest = np.take_along_axis(points, np.abs(points).argmax(axis=0)[None], axis=0)
    return points * np.where(largest < 0, -1, 1)


def contextual_vectors(
    elmo: ElmoEmbedder,
    word: str,
    sentences: Sequence[str],
    senses: Sequence[str] | None = None,
    layer: Layers = "top",
) -> bytes:
    """Draw one word's vectors in different sentences, in two dimensions (principal components).

    Args:
        elmo: the embedder.
        word: a token that occurs in the sentences.
        sentences: texts whose tokens are separated by white space.
        senses: a name for the sense in each sentence, to colour the points by.
        layer: which layer, or the weights of a mixture.

    Returns:
        A PNG file.

    Raises:
        InvalidInput: if the word does not occur, or there is not one sense a sentence.
        MissingExtra: if matplotlib is not installed.
    """
    from simon_elmo.plots import as_png, new_figure

    if senses is not None and len(senses) != len(sentences):
        raise InvalidInput(f"{len(senses)} senses for {len(sentences)} sentences; name one a sentence")
    figure = new_figure(8.0, 5.0)
    vectors, places = word_occurrences(elmo, word, sentences, layer)
    points = two_dimensions(vectors)
    axes = figure.add_subplot()
    names = ["" if senses is None else senses[number] for number, _ in places]
    for name in dict.fromkeys(names):
        chosen = [row for row, other in enumerate(names) if other == name]
        axes.scatter(points[chosen, 0], points[chosen, 1], s=40, label=name or None)
    for point, (number, position) in zip(points, places, strict=True):
        tokens = sentences[number].split()
        start = max(position - _SHOWN_WORDS, 0)
        around = " ".join(tokens[start : position + _SHOWN_WORDS + 1])
        axes.annotate(around, point, xytext=(4, 4), textcoords="offset points", fontsize=8, parse_math=False)
    if senses is not None:
        axes.legend()
    axes.margins(0.25)
    axes.set_title(f"{word}, {len(points)} times", parse_math=False)
    axes.set_xlabel("first principal component")
    axes.set_ylabel("second principal component")
    return as_png(figure)


def perplexity_curves(history: Sequence[Mapping[str, Any]]) -> bytes:
    """Draw the held-out perplexity of a language model in training, over the words that it had read.

    Args:
        history: one mapping a look at the held-out text, as `TrainingProgress.history`.

    Returns:
        A PNG file.

    Raises:
        InvalidInput: if there was no look.
        MissingExtra: if matplotlib is not installed.
    """
    from simon_elmo.plots import as_png, new_figure

    if not history:
        raise InvalidInput("there is no history to draw; train with held-out text")
    figure = new_figure(6.0, 4.0)
    axes = figure.add_subplot()
    for name in ("forward", "backward"):
        if name in history[0]:
            axes.plot([row["words_read"] for row in history], [row[name] for row in history], marker="o", label=name)
    axes.set_xlabel("words read")
    axes.set_ylabel("perplexity of held-out text")
    axes.set_yscale("log")
    axes.legend()
    return as_png(figure)
