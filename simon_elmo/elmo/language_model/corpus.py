"""Text as numbers on disk: read once, then looked at piece by piece, however large it is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from simon_elmo.elmo.characters import BEGIN_SENTENCE, END_SENTENCE, UNKNOWN_WORD
from simon_elmo.errors import InvalidInput
from simon_elmo.persistence.files import replaced_atomically
from simon_elmo.words.lines import read_text_lines
from simon_elmo.words.word_tokens import segmenter

_TOKENS, _ENDS, _WORDS, _FACTS = "tokens.i32", "ends.i64", "words.txt", "corpus.json"
_SENTENCES_PER_PIECE = 1 << 14
BEGIN, END, UNKNOWN = 0, 1, 2


def read_lines(path: str | Path) -> Iterator[str]:
    """Yield the lines of a text, one after the other.

    Args:
        path: UTF-8 text, the same compressed (`.gz`), or a column of a Parquet file, `FILE.parquet:COLUMN`; the
            column may be left out where there is only one of text.

    Raises:
        InvalidInput: for a file that is not UTF-8 text, is damaged, or whose column is not there.
        OSError: if it cannot be read.

    Example:
        >>> list(read_lines("reviews.parquet:text"))  # doctest: +SKIP
        ['A fine film .', ...]
    """
    name, _, column = str(path).partition(".parquet:")
    if column or name.endswith(".parquet"):
        yield from _parquet_lines(Path(f"{name}.parquet") if column else Path(name), column)
        return
    yield from read_text_lines(path)


def _parquet_lines(path: Path, column: str) -> Iterator[str]:
    import pyarrow
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(path)
    except pyarrow.ArrowInvalid as error:
        raise InvalidInput(f"{path} is not a Parquet file: {error}") from error
    with file:
        texts = [field.name for field in file.schema_arrow if _is_text(field.type)]
        if column not in texts and (column or len(texts) != 1):
            raise InvalidInput(
                f"{path} needs a column of text, named as {path.name}:COLUMN; it has {', '.join(texts) or 'none'}"
            )
        for batch in file.iter_batches(batch_size=1024, columns=[column or texts[0]]):
            for text in batch.column(0).to_pylist():
                yield from (text or "").splitlines()


def _is_text(kind: Any) -> bool:
    from pyarrow import types

    if types.is_dictionary(kind):  # a categorical column of pandas
        kind = kind.value_type
    return types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind)


@dataclass(frozen=True)
class Corpus:
    """Sentences of words by number, most of them still on disk.

    Attributes:
        tokens: int32 (n,), each token's place in `words`, sentence after sentence.
        ends: int64 (sentences,), where each sentence ends in `tokens`.
        words: the distinct words, `<S>`, `</S>` and `<UNK>` first.

    Example:
        >>> corpus = Corpus.of([["a", "rose"], ["a", "rose", "is"]])
        >>> corpus.n_sentences, corpus.n_tokens, corpus.sentence(1).tolist()
        (2, 5, [3, 4, 5])
    """

    tokens: np.ndarray
    ends: np.ndarray
    words: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Corpus(sentences={self.n_sentences}, tokens={self.n_tokens}, words={len(self.words)})"

    @property
    def n_sentences(self) -> int:
        """Number of sentences."""
        return len(self.ends)

    @property
    def n_tokens(self) -> int:
        """Number of words, boundaries of sentences not counted."""
        return len(self.tokens)

    def sentence(self, number: int) -> np.ndarray:
        """Return the words of a sentence, int32."""
        return self.tokens[self.ends[number - 1] if number else 0 : self.ends[number]]

    def length(self, number: int) -> int:
        """Return how many words a sentence has."""
        return int(self.ends[number] - (self.ends[number - 1] if number else 0))

    def counts(self) -> np.ndarray:
        """Return how often each word occurs, int64 (words,)."""
        counts = np.zeros(len(self.words), dtype=np.int64)
        for start in range(0, self.n_tokens, 1 << 22):
            counts += np.bincount(self.tokens[start : start + (1 << 22)], minlength=len(self.words))
        return counts

    def target_counts(self, vocabulary: Sequence[str]) -> np.ndarray:
        """Return how often a language model predicts each word of a vocabulary, in the mean of both directions."""
        counts = np.bincount(self.ids(vocabulary), weights=self.counts(), minlength=len(vocabulary))
        for bound in (BEGIN_SENTENCE, END_SENTENCE):
            counts[list(vocabulary).index(bound)] = self.n_sentences / 2
        return counts

    def ids(self, vocabulary: Sequence[str]) -> np.ndarray:
        """Return the number in a vocabulary of each of `words`, int32; of `<UNK>` for those it does not have."""
        known = {word: number for number, word in reversed(list(enumerate(vocabulary)))}
        unknown = known[UNKNOWN_WORD]
        return np.fromiter((known.get(word, unknown) for word in self.words), dtype=np.int32, count=len(self.words))

    @classmethod
    def of(cls, sentences: Iterable[Sequence[str]]) -> Corpus:
        """Return a corpus in memory; sentences without words are left out."""
        numbers: dict[str, int] = {word: n for n, word in enumerate((BEGIN_SENTENCE, END_SENTENCE, UNKNOWN_WORD))}
        pieces = list(_numbered(sentences, numbers))
        tokens = np.concatenate([piece for piece, _ in pieces] or [np.zeros(0, np.int32)])
        lengths = np.concatenate([piece for _, piece in pieces] or [np.zeros(0, np.int64)])
        return cls(tokens, np.cumsum(lengths), tuple(numbers))

    @classmethod
    def read(
        cls, paths: Sequence[str | Path], folder: str | Path, *, segment: str = "spaces", lower_case: bool = False
    ) -> Corpus:
        """Read texts into a folder, or find there what was read from the same files before.

        Args:
            paths: as for `read_lines`.
            folder: for the numbers; memory holds the distinct words alone.
            segment: how lines become sentences and words, see `words.word_tokens.segmenter`.
            lower_case: whether words are written in lower case.

        Raises:
            InvalidInput: for a text that cannot be read or has no words.
        """
        folder = Path(folder)
        facts = {"sources": [_fingerprint(path) for path in paths], "segment": segment, "lower_case": lower_case}
        if not _is_there(folder, facts):
            folder.mkdir(parents=True, exist_ok=True)
            split = segmenter(segment, lower_case)
            sentences = (tokens for path in paths for line in read_lines(path) for tokens in split(line))
            _write(folder, sentences, facts, ", ".join(map(str, paths)))
        words = tuple((folder / _WORDS).read_text(encoding="utf-8").split("\n"))
        tokens = np.memmap(folder / _TOKENS, dtype="<i4", mode="r")
        return cls(tokens, np.fromfile(folder / _ENDS, dtype="<i8"), words)


def _numbered(sentences: Iterable[Sequence[str]], numbers: dict[str, int]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield tokens as numbers and lengths of sentences, piece by piece; new words get the next numbers."""
    tokens: list[int] = []
    lengths: list[int] = []
    for sentence in sentences:
        if not sentence:
            continue
        tokens.extend([numbers.setdefault(word, len(numbers)) for word in sentence])
        lengths.append(len(sentence))
        if len(lengths) == _SENTENCES_PER_PIECE:
            yield np.array(tokens, dtype="<i4"), np.array(lengths, dtype="<i8")
            tokens, lengths = [], []
    if lengths:
        yield np.array(tokens, dtype="<i4"), np.array(lengths, dtype="<i8")


def _write(folder: Path, sentences: Iterable[Sequence[str]], facts: dict[str, object], described: str) -> None:
    numbers = {word: number for number, word in enumerate((BEGIN_SENTENCE, END_SENTENCE, UNKNOWN_WORD))}
    lengths = []
    with replaced_atomically(folder / _TOKENS) as temporary, open(temporary, "wb") as file:
        for tokens, piece in _numbered(sentences, numbers):
            file.write(tokens.tobytes())  # `tofile` says nothing when the disk is full
            lengths.append(piece)
        if not lengths:
            raise InvalidInput(f"{described} has no words")
    with replaced_atomically(folder / _ENDS) as temporary:
        temporary.write_bytes(np.cumsum(np.concatenate(lengths)).astype("<i8").tobytes())
    with replaced_atomically(folder / _WORDS) as temporary:
        temporary.write_text("\n".join(numbers), encoding="utf-8")
    # last, so that what an interrupted run has left is not taken for whole
    with replaced_atomically(folder / _FACTS) as temporary:
        temporary.write_text(json.dumps(facts, indent=1), encoding="utf-8")


def _is_there(folder: Path, facts: dict[str, object]) -> bool:
    try:
        return json.loads((folder / _FACTS).read_text(encoding="utf-8")) == facts
    except (OSError, ValueError):
        return False


def _fingerprint(path: str | Path) -> list[str | int]:
    name, _, column = str(path).partition(".parquet:")
    status = Path(f"{name}.parquet" if column else name).stat()
    return [str(path), status.st_size, status.st_mtime_ns]
