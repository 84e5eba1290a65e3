"""DocumentVectors: what a frozen biLM makes of texts, computed once and used by every head and epoch."""

from __future__ import annotations

import tempfile
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simon_elmo.errors import InvalidInput
from simon_elmo.progress import progress_bar
from simon_elmo.text.ngrams import ngram_counts
from simon_elmo.text.reader import Document

if TYPE_CHECKING:
    from simon_elmo.elmo.embedder import ElmoEmbedder
    from simon_elmo.elmo.runner import ElmoRunner

MEMORY_LIMIT = 2**30  # bytes of words' vectors that are kept in memory; more are mapped from a file
_TOKENS_PER_CHUNK = 16_384


@dataclass(frozen=True, repr=False)
class DocumentVectors:
    """Vectors of texts from every layer of a biLM.

    Attributes:
        pools: float16 (n_texts, 3, L + 1, 2P): the vectors of the last word, the largest values, the means.
        lengths: int32 (n_texts,), the words of each text.
        tokens: float16 (all words of all texts, L + 1, 2P) in memory or mapped from a file; None if not kept.
        starts: int64 (n_texts,), where the words of each text begin in `tokens`.
        ngrams: counts of words, pairs and characters, see `ngram_counts`; None if not kept.
    """

    pools: np.ndarray
    lengths: np.ndarray
    tokens: np.ndarray | None
    starts: np.ndarray
    ngrams: Any = None

    def __len__(self) -> int:
        return len(self.lengths)

    def __repr__(self) -> str:
        kept = f"keeps_words={self.tokens is not None}, ngrams={self.ngrams is not None}"
        return f"DocumentVectors(texts={len(self)}, words={int(self.lengths.sum())}, {kept})"

    def take(self, rows: Sequence[int] | np.ndarray) -> DocumentVectors:
        """Return the texts at the given positions; the vectors of words are shared."""
        rows = np.asarray(rows, dtype=int)
        ngrams = None if self.ngrams is None else self.ngrams[rows]
        return DocumentVectors(self.pools[rows], self.lengths[rows], self.tokens, self.starts[rows], ngrams)

    def inputs(self, rows: Sequence[int] | np.ndarray, *, of_words: bool, round_to: int = 16) -> dict[str, np.ndarray]:
        """Return what a `TextHead` reads of some texts.

        Args:
            rows: positions of texts.
            of_words: every word's vector, zeros after a text's end; otherwise what is pooled.
            round_to: words are padded to a multiple of this, so that few shapes are compiled.

        Returns:
            `vectors`, float32 (n, steps, L + 1, 2P), and `lengths`, int32 (n,).

        Raises:
            InvalidInput: for the vectors of words if they were not kept.
        """
        lengths = self.lengths[rows]
        if not of_words:
            return {"vectors": self.pools[rows].astype(np.float32), "lengths": lengths}
        if self.tokens is None:
            raise InvalidInput("a head that reads every word needs their vectors: embed the texts with keep_words=True")
        steps = -(-max(int(lengths.max(initial=1)), 1) // round_to) * round_to
        vectors = np.zeros((len(lengths), steps, *self.tokens.shape[1:]), np.float32)
        for row, (start, length) in enumerate(zip(self.starts[rows], lengths, strict=True)):
            vectors[row, :length] = self.tokens[start : start + length]
        return {"vectors": vectors, "lengths": lengths}


def joined(first: DocumentVectors, second: DocumentVectors) -> DocumentVectors:
    """Return the texts of both; of two separate stores of words' vectors a new one in memory is made."""
    pools, lengths = (np.concatenate([getattr(first, name), getattr(second, name)]) for name in ("pools", "lengths"))
    ngrams = None
    if first.ngrams is not None and second.ngrams is not None:
        from scipy.sparse import vstack

        ngrams = vstack([first.ngrams, second.ngrams], format="csr")
    tokens, shift = first.tokens, 0
    if first.tokens is None or second.tokens is None:
        tokens = None
    elif first.tokens is not second.tokens:
        tokens, shift = np.concatenate([first.tokens, second.tokens]), len(first.tokens)
    starts = np.concatenate([first.starts, second.starts + shift])
    return DocumentVectors(pools, lengths, tokens, starts, ngrams)


def counts_of(vectors: DocumentVectors) -> Any:
    """Return the counts of n-grams.

    Raises:
        InvalidInput: if they were not kept.
    """
    if vectors.ngrams is None:
        raise InvalidInput("n-grams stand beside this head: embed the texts with a classifier that has ngrams=True")
    return vectors.ngrams


def embed_documents(
    elmo: ElmoEmbedder,
    documents: Sequence[Document],
    *,
    keep_words: bool = False,
    keep_ngrams: bool = False,
    batch_size: int = 64,
    memory_limit: int = MEMORY_LIMIT,
    progress: bool = False,
) -> DocumentVectors:
    """Run a biLM over texts once, each sentence by itself.

    Memory is bounded by a few thousand words at a time and what is kept: about 9 KB per text for a biLM of 3 layers of
    256, and 1.5 KB per word where words are kept. Of these, more than `memory_limit` bytes are written to a temporary
    file and mapped; the file goes when the vectors are no longer used.

    Args:
        elmo: the biLM.
        documents: the token lists of each text's sentences.
        keep_words: keep the vectors of all words, which some heads read.
        keep_ngrams: count n-grams of words and characters too.
        batch_size: sentences run together.
        memory_limit: bytes.
        progress: show a bar on stderr.
    """
    config = elmo.config
    lengths = np.array([sum(map(len, document)) for document in documents], dtype=np.int32)
    starts = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    shape = (config.n_layers + 1, config.output_units)
    pools = np.zeros((len(documents), 3, *shape), np.float16)
    tokens = _store((int(starts[-1]), *shape), memory_limit) if keep_words else None
    runner = _runner(elmo, documents)
    with progress_bar("texts", len(documents), progress) as advance:
        for first, last in _chunks(lengths):
            words = _vectors_of_words(runner, documents[first:last], batch_size, shape)
            places = starts[first : last + 1] - starts[first]
            for row in range(last - first):
                text = words[places[row] : places[row + 1]]
                if len(text):
                    pools[first + row] = _pooled(text, config.bidirectional)
            if tokens is not None:
                tokens[starts[first] : starts[last]] = words
            advance(last - first)
    return DocumentVectors(pools, lengths, tokens, starts[:-1], ngram_counts(documents) if keep_ngrams else None)


def _runner(elmo: ElmoEmbedder, documents: Sequence[Document]) -> ElmoRunner:
    """Return what runs sentences by themselves, with the vector of every distinct word looked up, not computed."""
    from simon_elmo.elmo.engine import ElmoEngine
    from simon_elmo.elmo.runner import ElmoRunner
    from simon_elmo.elmo.token_cache import TokenCache

    engine = ElmoEngine(elmo.backbone, elmo.files.word_ids(), elmo.token_cache)
    words = tuple(dict.fromkeys(word for document in documents for sentence in document for word in sentence))
    cache = TokenCache(words, engine.token_vectors(words))
    return ElmoRunner(ElmoEngine(elmo.backbone, elmo.files.word_ids(), cache), stateful=False)


def _chunks(lengths: np.ndarray) -> Iterator[tuple[int, int]]:
    """Yield ranges of texts with about as many words as are run at a time."""
    first, count = 0, 0
    for row, length in enumerate(lengths):
        if count and count + length > _TOKENS_PER_CHUNK:
            yield first, row
            first, count = row, 0
        count += int(length)
    if first < len(lengths):
        yield first, len(lengths)


def _vectors_of_words(
    runner: ElmoRunner, documents: Sequence[Document], batch_size: int, shape: tuple[int, int]
) -> np.ndarray:
    """Return the vectors of all words in their order, float16 (words, L + 1, 2P)."""
    sentences = [sentence for document in documents for sentence in document]
    places = np.concatenate([[0], np.cumsum([len(sentence) for sentence in sentences], dtype=np.int64)])
    words = np.zeros((int(places[-1]), *shape), np.float16)
    for positions, layers in runner.runs(sentences, batch_size):
        for row, position in enumerate(positions):
            length = len(sentences[position])
            for level, layer in enumerate(layers):
                words[places[position] : places[position] + length, level] = layer[row, :length]
    return words


def _pooled(words: np.ndarray, bidirectional: bool) -> np.ndarray:
    """Return what `DocumentPooling` makes of one text, float32 (3, L + 1, 2P)."""
    last = words[-1].copy()
    if bidirectional:
        half = words.shape[-1] // 2
        last[:, half:] = words[0, :, half:]
    return np.stack([last.astype(np.float32), words.max(axis=0), words.mean(axis=0, dtype=np.float32)])


def _store(shape: tuple[int, ...], memory_limit: int) -> np.ndarray:
    """Return a float16 array, in memory or mapped from a temporary file."""
    if int(np.prod(shape)) * 2 <= memory_limit:
        return np.zeros(shape, np.float16)
    folder = tempfile.TemporaryDirectory(prefix="simon-elmo-")
    mapped = np.lib.format.open_memmap(Path(folder.name) / "vectors.npy", "w+", np.float16, shape)
    weakref.finalize(mapped, folder.cleanup)
    return mapped
