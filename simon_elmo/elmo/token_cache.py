"""Token vectors of a fixed vocabulary, computed once: the second of ELMo's three ways."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from simon_elmo.errors import CorruptPreset, InvalidInput, WeightMismatch
from simon_elmo.persistence.files import replaced_atomically

_WORDS = "words"


@dataclass(frozen=True)
class TokenCache:
    """Words and their context-free vectors.

    Attributes:
        words: distinct words.
        vectors: float32 (n_words, P).

    Example:
        >>> cache = TokenCache(("a", "b"), np.eye(2, dtype="float32"))
        >>> vectors, missing = cache.look_up(["b", "z"])
        >>> vectors[0].tolist(), missing
        ([0.0, 1.0], [1])
    """

    words: tuple[str, ...]
    vectors: np.ndarray
    _rows: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if isinstance(self.words, str):
            raise InvalidInput("words must be a list of words; to read a file write TokenCache.load(PATH)")
        if self.vectors.ndim != 2 or len(self.words) != len(self.vectors):
            raise InvalidInput(f"{len(self.words)} words do not fit token vectors of shape {self.vectors.shape}")
        object.__setattr__(self, "_rows", {word: row for row, word in enumerate(self.words)})

    def __repr__(self) -> str:
        return f"TokenCache(words={len(self.words)}, width={self.vectors.shape[1]})"

    def look_up(self, words: Sequence[str]) -> tuple[np.ndarray, list[int]]:
        """Return the vectors of words, float32 (n, P), and the positions of those that are not in the cache."""
        rows = np.fromiter((self._rows.get(word, -1) for word in words), dtype=np.int64, count=len(words))
        missing = np.flatnonzero(rows < 0).tolist()
        return self.vectors[np.maximum(rows, 0)], missing

    def checksum(self) -> int:
        """Return a checksum of the words and their vectors."""
        words = zlib.crc32("\n".join(self.words).encode("utf-8", "surrogatepass"))
        return zlib.crc32(np.ascontiguousarray(self.vectors).data, words)

    def save(self, path: str | Path) -> None:
        """Write the vectors as the dataset `embedding`, as other ELMo readers want it, and the words beside them."""
        import h5py

        with replaced_atomically(path) as temporary, h5py.File(temporary, "w") as file:
            file.create_dataset("embedding", data=self.vectors.astype(np.float32), track_times=False)
            text = h5py.string_dtype("utf-8")
            encoded = np.array([word.encode("utf-8", "surrogatepass") for word in self.words], dtype=object)
            file.create_dataset(_WORDS, data=encoded, dtype=text, track_times=False)

    @classmethod
    def load(cls, path: str | Path, *, words: Sequence[str] | None = None, units: int | None = None) -> TokenCache:
        """Read a file written by `save`, or by the reference's `dump_token_embeddings`.

        Args:
            path: the file.
            words: the vocabulary that the file was made for; not used where the file holds its words itself.
            units: P, the width that the model needs.

        Raises:
            CorruptPreset: if the file is missing, not HDF5 or holds no plain token vectors.
            InvalidInput: if it has no words and none are given, or not as many as vectors.
            WeightMismatch: if the vectors have another width.
        """
        import h5py

        try:
            with h5py.File(path, "r") as file:
                dataset = file["embedding"]
                if dataset.dtype.kind != "f" or dataset.ndim != 2 or dataset.is_virtual or dataset.external:
                    raise CorruptPreset(f"{path}: 'embedding' is not a plain table of token vectors")
                if units is not None and dataset.shape[1] != units:
                    raise WeightMismatch(f"{path}: 'embedding' has shape {dataset.shape}, expected (words, {units})")
                if _WORDS in file:
                    words = [word.decode("utf-8", "surrogatepass") for word in file[_WORDS][()]]
                vectors = np.asarray(dataset[()], dtype=np.float32)
        except (OSError, KeyError, AttributeError, UnicodeDecodeError) as error:
            raise CorruptPreset(f"{path} is not a readable HDF5 file of token vectors: {error}") from error
        if words is None:
            raise InvalidInput(
                f"{path} does not say which words its {len(vectors)} vectors are of; pass the vocabulary"
            )
        return cls(tuple(words), vectors)
