"""How well a language model predicts a text that it has not been trained on."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from simon_elmo.elmo.characters import UNKNOWN_WORD
from simon_elmo.elmo.language_model.corpus import BEGIN, END, Corpus
from simon_elmo.elmo.language_model.steps import LanguageModel
from simon_elmo.elmo.language_model.streams import encoded_batch
from simon_elmo.errors import InvalidInput
from simon_elmo.progress import progress_bar

# logits of a batch that are in memory at the same time
_MAX_LOGITS = 1 << 25
_TOKENS_PER_STREAM = 4000


def perplexity(
    model: LanguageModel,
    corpus: Corpus,
    vocabulary: Sequence[str],
    *,
    n_streams: int | None = None,
    progress: bool = False,
) -> dict[str, Any]:
    """Return the perplexity of a text under the full softmax.

    The text is read in order and states are carried from sentence to sentence. Longer texts are cut into parts of equal
    length that are read side by side, each from states of zero.

    Args:
        model: the model.
        corpus: the text.
        vocabulary: the model's words; others count as `<UNK>`.
        n_streams: parts; by default one for every 4,000 words, 64 at most.
        progress: show a bar on stderr.

    Returns:
        `perplexity`, the geometric mean of the directions; `forward` and, with two directions, `backward`; `tokens`,
        the number of words and ends of sentences; `unknown`, how many of them the vocabulary does not have.

    Raises:
        InvalidInput: if the text has no words.

    Source: Peters et al., Deep contextualized word representations (2018), section 3.4, for the mean of the directions.
    """
    if not corpus.n_tokens:
        raise InvalidInput("a text without words has no perplexity")
    ids = corpus.ids(vocabulary)
    streams = _flat_streams(corpus, n_streams or min(64, 1 + corpus.n_tokens // _TOKENS_PER_STREAM))
    steps = max(1, min(32, _MAX_LOGITS // (len(streams) * model.config.vocabulary_size)))
    totals = np.zeros(model.config.n_directions)
    state = model.zero_state(len(streams))
    longest = max(stream.shape[-1] for stream in streams)
    tokens = corpus.n_tokens + corpus.n_sentences
    keep = slice(model.config.n_directions)
    with progress_bar("words", tokens, progress) as advance:
        for start in range(0, longest, steps):
            inputs = np.zeros((2, len(streams), steps), dtype=np.int32)
            targets = np.full((2, len(streams), steps), -1, dtype=np.int32)
            for row, stream in enumerate(streams):
                piece = stream[:, :, start : start + steps]
                inputs[:, row, : piece.shape[-1]], targets[:, row, : piece.shape[-1]] = piece
            read = targets >= 0
            wanted = np.where(read, ids[targets], 0).astype(np.int32)
            batch = encoded_batch(inputs[keep], wanted[keep], corpus.words, ids, model.config)
            losses, state = model.losses(batch, state)
            totals += np.where(read[keep], losses, 0.0).sum(axis=(1, 2), dtype=np.float64)
            advance(int(read[0].sum()))
    means = totals / tokens
    unknown = int(corpus.counts()[ids == list(vocabulary).index(UNKNOWN_WORD)].sum())
    directions = {name: float(np.exp(mean)) for name, mean in zip(model.directions, means, strict=True)}
    return {"perplexity": float(np.exp(means.mean())), **directions, "tokens": tokens, "unknown": unknown}


def _flat_streams(corpus: Corpus, n_streams: int) -> list[np.ndarray]:
    """Return what is read and what is to be predicted in parts of a text, int32 (2, directions, n) each."""
    places = np.linspace(0, corpus.n_tokens, n_streams + 1).astype(np.int64)
    bounds = np.unique(np.concatenate([np.searchsorted(corpus.ends, places[:-1], side="right"), [corpus.n_sentences]]))
    return [_flat(corpus, int(first), int(last)) for first, last in pairwise(bounds)]


def _flat(corpus: Corpus, first: int, last: int) -> np.ndarray:
    start = int(corpus.ends[first - 1]) if first else 0
    tokens = np.asarray(corpus.tokens[start : corpus.ends[last - 1]])
    lengths = np.diff(corpus.ends[first:last], prepend=start)
    # every sentence gets a boundary in front: where sentence k begins among its words plus k
    begins = np.cumsum(lengths + 1) - lengths - 1
    sentence = np.repeat(np.arange(last - first), lengths)
    place = np.arange(len(tokens)) + sentence + 1
    mirrored = 2 * begins[sentence] + lengths[sentence] + 1 - place
    flat = np.empty((2, 2, len(tokens) + len(lengths)), dtype=np.int32)
    for direction, (bound, other, at) in enumerate(((BEGIN, END, place), (END, BEGIN, mirrored))):
        flat[0, direction, begins] = bound
        flat[0, direction, at] = tokens
        flat[1, direction, begins + lengths] = other
        flat[1, direction, at - 1] = tokens
    return flat
