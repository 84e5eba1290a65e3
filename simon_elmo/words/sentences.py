"""Texts as sentences: by rules of this module, or by syntok."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from simon_elmo.errors import InvalidInput, MissingExtra
from simon_elmo.words.cleaning import TextCleaning

SPLITTERS = ("built-in", "syntok", "lines", "none")

_PARAGRAPH = re.compile(r"[^\S\n]*\n[^\S\n]*\n\s*|[\v\f\x85\u2028\u2029]+")
_WIDE_ENDS = "。！？｡︒！？"  # they end a sentence without white space after them
_CLOSERS = "\"'”’»)]}」』）】》〉＂＇"
_OPENERS = "\"'“‘«([{「『（【《〈¿¡"
# A sign that may end a sentence, repeated, with quotes and brackets that it closes.
_END = re.compile(
    rf"(?:[{_WIDE_ENDS}]+|…{{2,}})[{re.escape(_CLOSERS)}]*"
    rf"|[.!?…؟।۔]+[{re.escape(_CLOSERS)}]*(?=\s|$)"
)
_LAST_WORD = re.compile(r"[^\s(\[{\"“‘«]*$")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")
_NUMBERED = re.compile(r"\(?\d{1,3}$")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# abbreviations that do not end a sentence, whatever follows, and those that do not before a number
_BEFORE_A_NAME = _words(
    "adm asst assoc atty brig capt cllr cmdr col cpl cpt dr esp fr gen gov hon insp lt maj messrs mgr mlle mme mr "
    "mrs ms msgr mt prof pvt rep reps rev rt sen sens sgt sr sra srta st ste supt vs cf eg ie viz"
)
_BEFORE_A_NUMBER = _words("art ca ch est fig figs no nos nr op p pp sec vol vols")
# abbreviations that end a sentence only where the next word often begins one
_ANYWHERE = _words(
    "al apr assn aug ave bldg blvd bros cert co corp dec dept ed eds etc feb ft hr hrs inc jan jr jul jun km lb "
    "lbs ltd mar mass mi min mins mon mph nov oct oz ph.d pl rd sat sep sept sq sun thu thur thurs tue tues univ "
    "wed yr yrs fri"
)
_STARTERS = _words(
    "a after all also an and as at but by for from he her here his how however i if in it its many most my no not "
    "now on one our she so some such that the their then there these they this those to we what when where while "
    "who why with yet you your"
)
_WINDOW = 64  # characters looked at on either side of a full stop, so that time does not grow with the square
_FIRST_WORD = re.compile(r"[\w’']+")


def split_sentences(text: str, splitter: str = "built-in") -> list[str]:
    r"""Return the sentences of a text, in order, without white space around them; blank lines always part sentences.

    The built-in rules are for languages that end sentences with `.`, `!`, `?` or their Chinese and Japanese, Arabic
    and Hindi relatives. A full stop after an abbreviation, an initial or inside a number ends none; neither does one
    before a lower-case letter.

    Args:
        text: any text.
        splitter: `"built-in"`; `"syntok"`, a package for English, German and Spanish; `"lines"`, one sentence per line;
            `"none"`, the whole text as one.

    Raises:
        InvalidInput: for another splitter.
        MissingExtra: if syntok is asked for and not installed.

    Example:
        >>> split_sentences("Mr. Hill paid $3.50. He left!\n\nA headline")
        ['Mr. Hill paid $3.50.', 'He left!', 'A headline']
        >>> split_sentences("味道好。送餐快！")
        ['味道好。', '送餐快！']
    """
    if splitter not in SPLITTERS:
        raise InvalidInput(f"there is no sentence splitter {splitter!r}; there are {', '.join(SPLITTERS)}")
    if splitter == "none":
        parts = [" ".join(text.split())]
    elif splitter == "lines":
        parts = [" ".join(line.split()) for line in text.splitlines()]
    else:
        split: Callable[[str], Iterator[str]] = _by_syntok if splitter == "syntok" else _by_rules
        parts = [" ".join(part.split()) for paragraph in _PARAGRAPH.split(text) for part in split(paragraph)]
    return [part for part in parts if part]


def _by_rules(paragraph: str) -> Iterator[str]:
    start = 0
    for end in _END.finditer(paragraph):
        if _ends_sentence(paragraph, start, end):
            yield paragraph[start : end.end()]
            start = end.end()
    yield paragraph[start:]


def _ends_sentence(text: str, start: int, end: re.Match[str]) -> bool:
    signs = end[0].rstrip(_CLOSERS)
    following = text[end.end() : end.end() + _WINDOW].lstrip().lstrip(_OPENERS + "-–—*•").lstrip()
    if not following or signs[0] in _WIDE_ENDS:
        return True
    if following[0].islower():
        return False
    # a quote or bracket that closes after a full stop ends a sentence even after an abbreviation
    return signs != "." or signs != end[0] or not _is_abbreviated(text, start, end.start(), following)


def _is_abbreviated(text: str, start: int, stop: int, following: str) -> bool:
    """Return whether the full stop at a position marks an abbreviation, an initial or the number of an item."""
    before = _LAST_WORD.search(text, max(start, stop - _WINDOW), stop)
    word = "" if before is None else before[0]
    lowered = word.lower()
    if lowered in _BEFORE_A_NAME or (lowered in _BEFORE_A_NUMBER and following[0].isdigit()):
        return True
    if _NUMBERED.fullmatch(word) and text[start:stop].strip() == word:
        return True
    if lowered not in _ANYWHERE and (not _INITIALS.fullmatch(word) or word == "I"):
        return False
    next_word = _FIRST_WORD.match(following)
    return next_word is None or next_word[0].lower() not in _STARTERS


def _by_syntok(paragraph: str) -> Iterator[str]:
    try:
        from syntok import segmenter
    except ImportError:
        raise MissingExtra("syntok", "sentences", "split sentences with it") from None
    for part in segmenter.process(paragraph):
        for sentence in part:
            yield paragraph[sentence[0].offset : sentence[-1].offset + len(sentence[-1].value)]


def cleaned_sentences(text: str, cleaning: TextCleaning, splitter: str = "built-in") -> list[str]:
    """Return the sentences of a text, each of them cleaned; those of which nothing is left are dropped.

    Tags are replaced before the text is split; all else that cleaning does would hide where sentences end.

    Example:
        >>> cleaned_sentences("It rose.<br><br>We saw!", TextCleaning.published())
        ['it rose', 'we saw']
    """
    if cleaning.html:
        text = TextCleaning(html=True).apply(text)
    sentences = split_sentences(text, splitter)
    if cleaning.does_nothing:
        return sentences
    within = replace(cleaning, html=False)
    return [cleaned for sentence in sentences if (cleaned := within.apply(sentence))]


def cut_at_words(sentence: str, longest: int) -> list[str]:
    """Return a sentence in pieces of at most that many characters, cut at white space where there is some.

    Raises:
        InvalidInput: if the limit is not at least 1.

    Example:
        >>> cut_at_words("one two three four", 9)
        ['one two', 'three', 'four']
        >>> cut_at_words("送餐快味道好", 4)
        ['送餐快味', '道好']
    """
    if longest < 1:
        raise InvalidInput(f"a piece has at least 1 character, not {longest}")
    pieces = []
    rest = sentence.strip()
    while len(rest) > longest:
        cut = rest.rfind(" ", 1, longest + 1)
        # a space in the first third would leave a piece that is hardly worth a cell
        cut = cut if cut > longest // 3 else longest
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*pieces, rest] if rest else pieces
