"""Running text as sentences of words, for language models."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from simon_elmo.errors import InvalidInput, MissingExtra
from simon_elmo.words.sentences import split_sentences

SEGMENTERS = ("spaces", "words", "jieba")

_PLAIN = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "‚": "'", "—": "--", "―": "--", "_": " "})
# Han and kana are written without spaces: a clause is no word, and each of their characters is one
_UNSPACED = (
    r"\u2e80-\u2fdf\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
    r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U000323af"
)
_TOKEN = re.compile(
    r"<unk>"
    r"|(?:mr|mrs|ms|dr|st|messrs|mme|mlle|prof|capt|col|gen|lieut|sgt|rev|hon|esq|jr|sr|vs)\."
    r"|'(?:s|t|d|m|ll|re|ve)(?!\w)"  # what is contracted is a word of its own: don 't, it 's
    r"|\d+(?:[.,]\d+)*"
    rf"|[{_UNSPACED}]"
    rf"|[^\W\d{_UNSPACED}]+"
    r"|-{2,}|\.{2,}"
    r"|\S",
    re.IGNORECASE,
)


def segmenter(name: str, lower_case: bool = False) -> Callable[[str], list[list[str]]]:
    """Return a function from a line of text to the tokens of its sentences.

    Args:
        name: `"spaces"`, one sentence per line with white space between tokens; `"words"`, running text, split
            into sentences, words, numbers and signs, of Han and kana into characters; `"jieba"`, Chinese into words.
        lower_case: whether tokens are written in lower case.

    Raises:
        InvalidInput: for another name.
        MissingExtra: if jieba is asked for and not installed.

    Example:
        >>> segmenter("words", lower_case=True)("Mr. Hill doesn't know. Why?")
        [['mr.', 'hill', 'doesn', "'t", 'know', '.'], ['why', '?']]
    """
    if name not in SEGMENTERS:
        raise InvalidInput(f"there is no segmenter {name!r}; there are {', '.join(SEGMENTERS)}")
    if name == "words":
        return _into_lower_words if lower_case else _into_words
    if name == "jieba":
        _jieba()
    split = _by_spaces if name == "spaces" else _by_jieba
    return (lambda line: split(line.lower())) if lower_case else split


def _by_spaces(line: str) -> list[list[str]]:
    tokens = line.split()
    return [tokens] if tokens else []


def _into_words(line: str) -> list[list[str]]:
    found = (_TOKEN.findall(sentence.translate(_PLAIN)) for sentence in split_sentences(line))
    return [[_UNKNOWN.get(token, token) for token in tokens] for tokens in found if tokens]


def _into_lower_words(line: str) -> list[list[str]]:
    # sentences are found first: their beginnings are known by their capitals
    return [[_UNKNOWN.get(token, token.lower()) for token in tokens] for tokens in _into_words(line)]


# how corpora that are published with unknown words left out write them
_UNKNOWN = {"<unk>": "<UNK>", "<UNK>": "<UNK>"}


def _by_jieba(line: str) -> list[list[str]]:
    cut = _jieba().lcut
    found = ([token for token in cut(sentence) if not token.isspace()] for sentence in split_sentences(line))
    return [tokens for tokens in found if tokens]


def _jieba() -> Any:
    try:
        import jieba
    except ImportError as error:
        raise MissingExtra("jieba", "chinese", "segment Chinese text") from error
    jieba.setLogLevel("ERROR")
    return jieba
