"""Strings to character ids and back, through one lookup table over code points."""

from __future__ import annotations

import json
import string
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from simon_elmo.errors import InvalidConfig, InvalidInput
from simon_elmo.persistence.files import write_text_atomically
from simon_elmo.simon import extended_alphabet

_N_CODE_POINTS = 0x110000
_MAX_SIZE = 65_535
_ONE_BYTE = 255  # so many characters besides padding have ids of one byte
_FIRST_SIGN = 0xF700  # private-use characters that stand for classes whose sign has an id of its own
_LAST_CASED = 0x2200  # upper-case letters whose lower case could be in a vocabulary lie below
_BLOCK_CHARACTERS = 1 << 18  # code points looked up at a time: 1 MB, so that a block stays in the cache
_KEYS = ("format", "characters", "lowercase", "unknown", "folds", "classes")
_FORMAT = 1


@dataclass(frozen=True)
class CharacterVocabulary:
    """Which characters a network tells apart, and how cells become ids.

    Ids run from 1 to `size`; 0 is padding. The kept characters come first, in their order, then the classes. Up to 255
    ids are uint8, more are int32.

    Args:
        characters: characters with an id of their own, no repetition.
        lowercase: read upper-case letters as lower-case ones.
        unknown: the character of this vocabulary that every character without an id is read as.
        folds: (character of the vocabulary, characters that are read as it).
        classes: (name, the character that stands for it, ranges of code points with both ends); all characters of a
            class share one id. Later classes win over earlier ones; characters and folds win over classes.

    Raises:
        InvalidConfig: for repeated or NUL characters, more than 65,535 ids, or an unknown character without an id.

    Example:
        >>> vocabulary = CharacterVocabulary.published()
        >>> vocabulary.encode(["Ab c"], max_len=6).tolist()
        [[1, 2, 69, 3, 0, 0]]
        >>> vocabulary.decode(vocabulary.encode(["Ab é"], max_len=6))
        ['ab  ']
    """

    characters: str
    lowercase: bool = False
    unknown: str = " "
    folds: tuple[tuple[str, str], ...] = ()
    classes: tuple[tuple[str, str, tuple[tuple[int, int], ...]], ...] = ()

    def __post_init__(self) -> None:
        if not self.characters or len(set(self.characters)) != len(self.characters) or "\0" in self.characters:
            raise InvalidConfig("a vocabulary's characters must be given once each, without NUL, and be at least one")
        if self.size > _MAX_SIZE:
            raise InvalidConfig(f"a vocabulary has at most {_MAX_SIZE} characters and classes, got {self.size}")
        lost = [base for base, _ in self.folds if base not in self.characters]
        if lost:
            raise InvalidConfig(f"characters are folded to {lost[0]!r}, which is not in the vocabulary")
        shown = [character for _, character, _ in self.classes]
        if any(len(character) != 1 for character in shown):
            raise InvalidConfig("every class of a vocabulary is shown as exactly one character")
        if self.unknown not in [*self.characters, *shown]:
            raise InvalidConfig(f"the unknown character {self.unknown!r} is not in the vocabulary")
        if any(not 0 < first <= last < _N_CODE_POINTS for _, _, ranges in self.classes for first, last in ranges):
            raise InvalidConfig("a class of a vocabulary has a range outside U+0001 to U+10FFFF")

    @classmethod
    def published(cls) -> CharacterVocabulary:
        """Return the 71 characters of the published model: letters, digits, punctuation, space, newline, tab.

        Cells are lower-cased and a character that is not among them is read as a space (SIMOn, `Encoder.x_encode`).
        The published dictionary is whatever its training data held; its size of 71 is fixed in the network.
        """
        return cls(string.ascii_lowercase + string.digits + string.punctuation + " \n\t", lowercase=True)

    @classmethod
    def extended(cls) -> CharacterVocabulary:
        """Return the vocabulary of the compact models: case is kept and scripts are told apart.

        Printable ASCII and `°€£¥` have ids of their own; accented Latin letters, full-width forms, typographic
        punctuation and the decimal digits of other scripts are folded to ASCII; one class each holds Greek, Cyrillic,
        Hebrew, Arabic, Devanagari, Thai, kana, Hangul, Han, other letters, marks, numbers, currencies, symbols and
        control characters.
        """
        return cls(
            extended_alphabet.CHARACTERS,
            unknown="\ufffd",
            folds=extended_alphabet.folds(),
            classes=extended_alphabet.CLASSES,
        )

    def learned_from(self, texts: Iterable[str], minimum: int = 2, most: int = 4000) -> CharacterVocabulary:
        """Return this vocabulary with ids of their own for characters of texts that are read as a class.

        To tell columns apart it may be enough to know that a character is Chinese or Cyrillic; to read a text in such
        a script it is not. A class whose sign is learned is shown as a private-use character instead. Nothing changes
        for texts whose characters all have ids.

        Args:
            texts: strings.
            minimum: how often a character must occur.
            most: characters that are added at most, the most frequent ones.

        Example:
            >>> learned = CharacterVocabulary.extended().learned_from(["好吃", "不好", "不坏"])
            >>> learned.characters[-2:], learned.decode(learned.encode(["好坏不"], max_len=4))
            ('不好', ['好一不'])
        """
        counts: Counter[str] = Counter()
        for text in texts:
            counts.update(text.lower() if self.lowercase else text)
        of_class = self._ids_by_code > len(self.characters)
        signs = [chr(_FIRST_SIGN + number) for number in range(len(self.classes))]
        kept_out = {self.unknown, *signs}
        found = [
            (-count, character)
            for character, count in counts.items()
            if count >= minimum
            and of_class[ord(character)]
            and character not in kept_out
            and not "\ud800" <= character <= "\udfff"  # half a character, which no file can hold
        ]
        added = "".join(character for _, character in sorted(found)[: min(most, _MAX_SIZE - self.size)])
        classes = tuple(
            (name, sign if shown in added else shown, ranges)
            for sign, (name, shown, ranges) in zip(signs, self.classes, strict=True)
        )
        return replace(self, characters=self.characters + added, classes=classes)

    @property
    def size(self) -> int:
        """Number of ids besides padding."""
        return len(self.characters) + len(self.classes)

    @property
    def dtype(self) -> np.dtype:
        """Type of the ids: uint8 where they fit, otherwise int32."""
        return np.dtype(np.uint8 if self.size <= _ONE_BYTE else np.int32)

    def encode(self, cells: Sequence[str], max_len: int, tail_len: int = 0) -> np.ndarray:
        """Return (len(cells), max_len) ids of the type `dtype`, padded with 0 on the right.

        A cell of more than `max_len` characters keeps its first `max_len - tail_len` and its last `tail_len` ones.
        NUL is read as U+0001, since 0 is padding.

        Raises:
            InvalidInput: unless 0 <= tail_len <= max_len.
        """
        if not 0 <= tail_len <= max_len or max_len < 1:
            raise InvalidInput(f"tail_len must be from 0 to max_len: {tail_len} with max_len {max_len}")
        cells = cells if isinstance(cells, list) else [str(cell) for cell in cells]
        ids = np.empty((len(cells), max_len), dtype=self.dtype)
        step = max(1, _BLOCK_CHARACTERS // max_len)
        for start in range(0, len(cells), step):
            block = cells[start : start + step]
            codes = _code_points(block, max_len, tail_len)
            np.take(self._ids_by_code, codes, out=ids[start : start + step], mode="clip")
        return ids

    def decode(self, ids: np.ndarray) -> list[str]:
        """Return the strings of (n, length) ids: a folded character as what it is folded to, a class as its sign.

        Raises:
            InvalidInput: for an array that is not two-dimensional, or an id that the vocabulary does not have.
        """
        array = np.asarray(ids)
        if array.ndim != 2 or array.dtype.kind not in "iu":
            raise InvalidInput(f"character ids must be a 2-d array of whole numbers, got {array.dtype} {array.shape}")
        if array.size == 0:
            return [""] * len(array)
        if array.min() < 0 or array.max() > self.size:
            raise InvalidInput(f"character ids must be from 0 to {self.size}, got {array.min()} to {array.max()}")
        codes = np.array([0, *map(ord, self._shown)], dtype=np.uint32)[array]
        return np.ascontiguousarray(codes).view(f"U{array.shape[1]}").ravel().tolist()

    @property
    def _shown(self) -> str:
        return self.characters + "".join(character for _, character, _ in self.classes)

    @cached_property
    def _ids_by_code(self) -> np.ndarray:
        """(0x110000,): the id of every code point."""
        table = np.full(_N_CODE_POINTS, self._shown.index(self.unknown) + 1, dtype=self.dtype)
        for number, (_, _, ranges) in enumerate(self.classes, start=len(self.characters) + 1):
            for first, last in ranges:
                table[first : last + 1] = number
        for number, character in enumerate(self._shown, start=1):
            table[ord(character)] = number
        for base, others in self.folds:
            table[[ord(other) for other in others]] = table[ord(base)]
        if self.lowercase:
            lowered = map(str.lower, map(chr, range(_LAST_CASED)))
            # one upper-case letter (U+0130) becomes two characters: its first one is the letter
            table[:_LAST_CASED] = table[[ord(character[0]) for character in lowered]]
        table[0] = 0
        return table

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_ids_by_code"}

    def to_dict(self) -> dict[str, Any]:
        """Return the vocabulary as plain JSON values."""
        return {
            "format": _FORMAT,
            "characters": self.characters,
            "lowercase": self.lowercase,
            "unknown": self.unknown,
            "folds": dict(self.folds),
            "classes": [
                {"name": name, "shown": shown, "ranges": [list(pair) for pair in ranges]}
                for name, shown, ranges in self.classes
            ],
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> CharacterVocabulary:
        """Return the vocabulary that `to_dict` described.

        Raises:
            InvalidConfig: for an unknown or missing key, a value of the wrong kind, or another format.
        """
        if not isinstance(values, Mapping) or set(values) != set(_KEYS):
            found = sorted(map(str, values)) if isinstance(values, Mapping) else type(values).__name__
            raise InvalidConfig(f"a vocabulary has the keys {', '.join(_KEYS)}; found {found}")
        if values["format"] != _FORMAT:
            raise InvalidConfig(f"vocabulary format {values['format']!r} is not {_FORMAT}: update simon_elmo")
        try:
            folds = tuple((_text(base), _text(others)) for base, others in values["folds"].items())
            classes = tuple(
                (_text(entry["name"]), _text(entry["shown"]), tuple((_code(a), _code(b)) for a, b in entry["ranges"]))
                for entry in values["classes"]
            )
            lowercase = {True: True, False: False}[values["lowercase"]]
            return cls(_text(values["characters"]), lowercase, _text(values["unknown"]), folds, classes)
        except (TypeError, KeyError, AttributeError, ValueError) as error:
            raise InvalidConfig(f"a vocabulary's value is of the wrong kind: {error}") from error

    def save(self, path: str | Path) -> None:
        """Write the vocabulary as JSON; the file appears whole or not at all."""
        # ASCII escapes keep lone combining marks and control characters intact in every editor
        write_text_atomically(path, json.dumps(self.to_dict(), indent=1) + "\n")

    @classmethod
    def load(cls, path: str | Path) -> CharacterVocabulary:
        """Read a vocabulary from a JSON file.

        Raises:
            InvalidConfig: if the file does not hold a vocabulary.
        """
        try:
            values = json.loads(Path(path).read_text(encoding="utf-8"))
        except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
            raise InvalidConfig(f"{path} is not valid JSON: {error}") from error
        return cls.from_dict(values)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expected a string, got {value!r}")
    return value


def _code(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"expected a code point, got {value!r}")
    return value


def _code_points(cells: list[str], max_len: int, tail_len: int) -> np.ndarray:
    """Return uint32 (len(cells), max_len) code points of the parts of cells that are kept, 0 after their end."""
    if "\0" in "".join(cells):  # numpy drops NULs at the end of a string and 0 would be padding
        cells = [cell.replace("\0", "\x01") for cell in cells]
    if not tail_len:
        return np.array(cells, dtype=f"U{max_len}").view(np.uint32).reshape(len(cells), max_len)
    # one character more than is kept tells which cells are longer
    codes = np.array(cells, dtype=f"U{max_len + 1}").view(np.uint32).reshape(len(cells), max_len + 1)
    longer = np.flatnonzero(codes[:, max_len])
    if len(longer):
        tails = np.array([cells[row][-tail_len:] for row in longer.tolist()], dtype=f"U{tail_len}")
        codes[longer, max_len - tail_len : max_len] = tails.view(np.uint32).reshape(-1, tail_len)
    return codes[:, :max_len]
