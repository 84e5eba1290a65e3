"""Texts as counts of hashed n-grams, without a Python loop over words or characters."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from simon_elmo.simon.characters import CharacterVocabulary

N_BUCKETS = 1 << 14
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # the golden ratio: multiplicative hashing (Knuth, TAOCP 3, 6.4)
_SHIFT = np.uint64(64 - 14)
_LONGEST_NAME = 48


def word_counts(texts: list[str]) -> sparse.csr_matrix:
    """Return float32 (n, N_BUCKETS): how often each word and pair of neighbouring words is in each text.

    Words are runs of letters and digits in lower case, and are hashed from their own bytes, so that the counts do not
    depend on the other texts.

    Example:
        >>> counts = word_counts(["good film", "Film, good"])
        >>> (counts[0] != counts[1]).nnz, counts.sum(axis=1).tolist()
        (2, [[3.0], [3.0]])
    """
    lowered = pc.utf8_lower(pa.array(texts, pa.string()))
    pieces = pc.split_pattern_regex(lowered, r"[^\pL\pN]+")
    rows = pc.list_parent_indices(pieces).to_numpy()
    words = pc.dictionary_encode(pc.list_flatten(pieces))
    distinct = words.dictionary.to_pylist()
    hashes = _hashes(distinct)[words.indices.to_numpy()]
    kept = np.array([bool(word) for word in distinct], dtype=bool)[words.indices.to_numpy()]
    rows, hashes = rows[kept], hashes[kept]
    paired = rows[1:] == rows[:-1]
    pairs = (hashes[:-1] * np.uint64(31) + hashes[1:])[paired]
    return _counted(np.concatenate([rows, rows[1:][paired]]), np.concatenate([hashes, pairs]), len(texts))


def character_counts(texts: list[str]) -> sparse.csr_matrix:
    """Return float32 (n, N_BUCKETS): how often each run of 2 to 4 characters is in each text, ends marked.

    Of a longer text the first and last characters are read, 48 together. Case does not count.
    """
    ids = CharacterVocabulary.extended().encode([f" {text.lower()} " for text in texts], _LONGEST_NAME, 16)
    wide = ids.astype(np.uint64)
    rows, hashes = [], []
    for size in (2, 3, 4):
        if wide.shape[1] < size:
            continue
        steps = wide.shape[1] - size + 1
        combined = np.full((len(wide), steps), np.uint64(size))
        for offset in range(size):
            combined = (combined << np.uint64(8)) | wide[:, offset : offset + steps]
        row, step = np.nonzero(ids[:, size - 1 : size - 1 + steps])
        rows.append(row)
        hashes.append(combined[row, step])
    return _counted(np.concatenate(rows), np.concatenate(hashes), len(texts))


def _hashes(words: list[str]) -> np.ndarray:
    """Return uint64 (n,): a polynomial hash of the characters of each word, the same in every process."""
    if not words:
        return np.zeros(0, np.uint64)
    codes = np.array(words, dtype=f"U{max(1, min(32, max(map(len, words))))}")
    codes = codes.view(np.uint32).reshape(len(words), -1).astype(np.uint64)
    total = np.zeros(len(words), np.uint64)
    for column in codes.T:
        total = np.where(column > 0, total * np.uint64(1_000_003) + column, total)
    return total


def _counted(rows: np.ndarray, hashes: np.ndarray, n_rows: int) -> Any:
    buckets = ((hashes * _MULTIPLIER) >> _SHIFT).astype(np.int64)
    ones = np.ones(len(rows), np.float32)
    counts = sparse.csr_matrix((ones, (rows, buckets)), shape=(n_rows, N_BUCKETS), dtype=np.float32)
    counts.sum_duplicates()
    return counts
