"""Cells put together from words by templates (`"{adjective} {noun}"`) and from characters by patterns (`"??-##"`)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache, partial

import numpy as np

from simon_elmo.simulation.providers.vocabulary import words

Rng = np.random.Generator

DIGITS = "0123456789"
UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CLASSES = {
    "#": DIGITS,
    "%": DIGITS[1:],
    "?": UPPER,
    "~": UPPER.lower(),
    "*": UPPER + DIGITS,
    "^": DIGITS + "abcdef",
    "&": UPPER + UPPER.lower() + DIGITS,
}


@cache
def _codes(alphabet: str) -> np.ndarray:
    return np.array([ord(character) for character in alphabet], dtype=np.uint32)


def fill(rng: Rng, pattern: str, n: int) -> list[str]:
    """Return n strings of one pattern; other characters stand for themselves.

    `#` is a digit, `%` a digit but 0, `?` a capital, `~` a small letter, `*` a capital or digit, `^` a hexadecimal
    digit, `&` a letter or digit; a backslash takes the next character as it is.

    Example:
        >>> fill(np.random.default_rng(0), "ID-##", 2)
        ['ID-85', 'ID-62']
    """
    symbols = re.findall(r"\\.|.", pattern, flags=re.DOTALL)
    if not symbols:
        return [""] * n
    cells = np.empty((n, len(symbols)), dtype=np.uint32)
    for position, symbol in enumerate(symbols):
        if symbol in _CLASSES:
            alphabet = _codes(_CLASSES[symbol])
            cells[:, position] = alphabet[rng.integers(0, len(alphabet), n)]
        else:
            cells[:, position] = ord(symbol[-1])
    return cells.view(f"<U{len(symbols)}").ravel().tolist()


def draw(rng: Rng, options: Sequence[str], n: int) -> list[str]:
    """Return n of the options, evenly."""
    return [options[index] for index in rng.integers(0, len(options), n).tolist()]


def draw_skewed(rng: Rng, options: Sequence[str], n: int, skew: float = 2.0) -> list[str]:
    """Return n of the options, the first ones more often: the position is `len(options) * u**skew`."""
    return [options[index] for index in (len(options) * rng.random(n) ** skew).astype(np.int64).tolist()]


def some_of(rng: Rng, options: Sequence[str], most: int) -> list[str]:
    """Return 1 to `most` different options in random order."""
    count = int(rng.integers(1, min(most, len(options)) + 1))
    return [options[index] for index in rng.permutation(len(options))[:count].tolist()]


def join(*parts: Sequence[str] | str) -> list[str]:
    """Return the cells that parts make one after the other; a string stands in every cell.

    Example:
        >>> join(["a", "b"], "-", ["1", "2"])
        ['a-1', 'b-2']
    """
    n = max(len(part) for part in parts if not isinstance(part, str))
    columns = [[part] * n if isinstance(part, str) else part for part in parts]
    return list(map("".join, zip(*columns, strict=True)))


def sometimes(rng: Rng, cells: Sequence[str], share: float, otherwise: str = "") -> list[str]:
    """Return the cells with all but about `share` of them replaced by `otherwise`."""
    keep = (rng.random(len(cells)) < share).tolist()
    return [cell if kept else otherwise for cell, kept in zip(cells, keep, strict=True)]


def replace(rng: Rng, cells: list[str], others: list[str], share: float) -> list[str]:
    """Return the cells with about `share` of them replaced by the other cells of the same rows."""
    odd = (rng.random(len(cells)) < share).tolist()
    return [other if replaced else cell for cell, other, replaced in zip(cells, others, odd, strict=True)]


def mix(
    rng: Rng, n: int, makers: Sequence[Callable[[int], list[str]]], weights: Sequence[float] | None = None
) -> list[str]:
    """Return n cells in random order, each from one of the makers, in proportion to the weights."""
    shares = np.asarray(weights if weights is not None else [1.0] * len(makers))
    picks = rng.choice(len(makers), n, p=shares / shares.sum())
    cells: list[str] = [""] * n
    for index, maker in enumerate(makers):
        rows = np.flatnonzero(picks == index).tolist()
        if rows:
            for row, cell in zip(rows, maker(len(rows)), strict=True):
                cells[row] = cell
    return cells


def compose(rng: Rng, template: str, n: int, locale: str = "en", file: str = "words") -> list[str]:
    """Return n cells of a template, whose `{kind}` are filled with words of that kind in the locale's language.

    `{#..}` is filled as a pattern by `fill`.

    Example:
        >>> compose(np.random.default_rng(2), "{adjective} {noun}", 2)
        ['full meeting', 'special program']
    """
    parts: list[Sequence[str]] = []
    for literal, kind in re.findall(r"([^{]*)(?:\{([^}]*)\})?", template):
        if literal:
            parts.append([literal] * n)
        if kind:
            parts.append(fill(rng, kind, n) if kind[0] in "#%?~*^&" else draw(rng, words(kind, locale, file), n))
    return join(*parts)


def compose_any(rng: Rng, templates: Sequence[str], n: int, locale: str = "en", most: int = 3) -> list[str]:
    """Return n cells of one to `most` of the templates, mixed."""
    chosen = some_of(rng, templates, most)
    return mix(rng, n, [partial(compose, rng, template, locale=locale) for template in chosen])


def capitals(rng: Rng, cells: list[str], share: float) -> list[str]:
    """Return the column in capitals with probability `share`, as registers are often kept, else as it is."""
    return [cell.upper() for cell in cells] if rng.random() < share else cells


def ascii_letters(text: str) -> str:
    """Return the text without accents, in ASCII; what has no ASCII form is left out.

    Example:
        >>> ascii_letters("Łódź, Müller")
        'Lodz, Muller'
    """
    plain = text.translate(_NO_DECOMPOSITION)
    return unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()


_NO_DECOMPOSITION = str.maketrans({"ł": "l", "Ł": "L", "ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "đ": "d", "Đ": "D"})


def maybe(rng: Rng, share: float) -> bool:
    """Return True with probability `share`."""
    return bool(rng.random() < share)
