"""The characters of the extended vocabulary: which are kept, which are folded, and which classes hold the rest.

Everything is built from ranges in about a millisecond; nothing walks the whole of Unicode.
"""

from __future__ import annotations

import string
import unicodedata
from itertools import chain

# Printable ASCII, tab and newline keep an id of their own, and so do signs that say what a number is.
CHARACTERS = string.ascii_letters + string.digits + string.punctuation + " \n\t" + "°€£¥"

# name, the character that stands for the class when ids are decoded, ranges of code points (both ends included).
# Later classes win over earlier ones, characters and folds win over classes.
CLASSES: tuple[tuple[str, str, tuple[tuple[int, int], ...]], ...] = (
    ("symbol", "\ufffd", ((0xA1, 0x10FFFF),)),
    (
        "letter",
        "ə",
        (
            (0x00C0, 0x02FF),
            (0x0530, 0x058F),
            (0x0700, 0x08FF),
            (0x0980, 0x0DFF),
            (0x0E80, 0x10FF),
            (0x1200, 0x1C7F),
            (0x1D00, 0x1DBF),
            (0x1E00, 0x1EFF),
            (0x2C00, 0x2DDF),
            (0xA000, 0xABFF),
            (0x10000, 0x1CFFF),
            (0x1E000, 0x1EEFF),
        ),
    ),
    (
        "mark",
        "\u0301",
        ((0x0300, 0x036F), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE00, 0xFE0F), (0xFE20, 0xFE2F)),
    ),
    ("greek", "α", ((0x0370, 0x03FF), (0x1F00, 0x1FFF))),
    ("cyrillic", "я", ((0x0400, 0x052F), (0x1C80, 0x1C8F), (0x2DE0, 0x2DFF), (0xA640, 0xA69F))),
    ("hebrew", "א", ((0x0590, 0x05FF), (0xFB1D, 0xFB4F))),
    ("arabic", "ا", ((0x0600, 0x06FF), (0x0750, 0x077F), (0x08A0, 0x08FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFE))),
    ("devanagari", "अ", ((0x0900, 0x097F), (0xA8E0, 0xA8FF))),
    ("thai", "ก", ((0x0E01, 0x0E3A), (0x0E40, 0x0E4E))),
    ("kana", "あ", ((0x3041, 0x30FF), (0x31F0, 0x31FF), (0xFF66, 0xFF9F))),
    ("hangul", "가", ((0x1100, 0x11FF), (0x3131, 0x318F), (0xA960, 0xA97F), (0xAC00, 0xD7FF))),
    (
        "han",
        "一",
        ((0x2E80, 0x2FDF), (0x3005, 0x3007), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF)),
    ),
    ("digit", "½", ((0x00BC, 0x00BE), (0x2150, 0x218B), (0x2460, 0x249B), (0x2776, 0x2793), (0x3220, 0x3229))),
    ("currency", "¤", ((0x00A2, 0x00A2), (0x00A4, 0x00A4), (0x0E3F, 0x0E3F), (0x20A0, 0x20CF), (0xFDFC, 0xFDFC))),
    (
        "control",
        "\x01",
        ((0x01, 0x1F), (0x7F, 0x9F), (0xAD, 0xAD), (0x200B, 0x200F), (0x2028, 0x202E), (0x2060, 0x206F)),
    ),
)

# The first of ten consecutive decimal digits in scripts that have their own: a number stays a number.
_DIGIT_ZEROS = (
    *(0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6),
    *(0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x17E0, 0x1810),
)

# Characters that Unicode does not decompose into the ASCII character that people read them as.
_LOOKALIKES = {
    "'": "‘’‚‛′ʼ‹›`´",
    '"': "“”„‟″«»",
    "-": "‐‑‒–—―−﹣",
    " ": "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
    ",": "、،",
    ".": "。․…",
    "/": "⁄∕",
    "*": "•·",
    "%": "‰٪",
    "(": "（",
    ")": "）",
    "~": "〜",
    "A": "Æ",
    "a": "æª",
    "D": "ÐĐ",
    "d": "ðđ",
    "H": "Ħ",
    "h": "ħ",
    "I": "Ĳ",
    "i": "ıĳ",
    "k": "ĸ",
    "L": "ĿŁ",
    "l": "ŀł",
    "N": "Ŋ№",
    "n": "ŋŉ",
    "O": "ŒØ",
    "o": "œøº",
    "S": "ẞ",
    "s": "ßſ",
    "T": "ÞŦ",
    "t": "þŧ",
    "u": "µ",
    "x": "×",
    "1": "¹",
    "2": "²",
    "3": "³",
    "€": "₠",
    "¥": "￥円",
    "£": "₤￡",
    "°": "˚",
}


def folds() -> tuple[tuple[str, str], ...]:
    """Return (kept character, characters read as it), in the order of the kept characters.

    Accented Latin letters fold to their base letter, full-width forms and look-alike punctuation to ASCII, decimal
    digits of other scripts to 0-9.

    Example:
        >>> "é" in dict(folds())["e"]
        True
    """
    kept = set(CHARACTERS)
    found: dict[str, list[str]] = {}
    for base, others in _LOOKALIKES.items():
        found.setdefault(base, []).extend(other for other in others if other not in kept)
    for zero in _DIGIT_ZEROS:
        for value in range(10):
            found.setdefault(str(value), []).append(chr(zero + value))
    for code in range(0xFF01, 0xFF5F):
        found.setdefault(chr(code - 0xFEE0), []).append(chr(code))
    for code in chain(range(0x00C0, 0x0250), range(0x1E00, 0x1F00)):
        character = chr(code)
        base = unicodedata.normalize("NFD", character)[0]
        if base != character and base in kept:
            found.setdefault(base, []).append(character)
    return tuple((base, "".join(dict.fromkeys(found[base]))) for base in CHARACTERS if found.get(base))
