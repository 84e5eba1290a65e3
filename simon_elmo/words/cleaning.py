"""What is taken out of a text, or written in another way, before it is classified. Nothing is by default."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, fields
from functools import lru_cache

from simon_elmo.config import JsonConfig
from simon_elmo.errors import InvalidInput

_TAG = re.compile(r"<!--.*?-->|</?[A-Za-z][^<>]*>", re.DOTALL)
_BREAK = re.compile(r"<br\b[^<>]*>", re.IGNORECASE)
_BLOCK = re.compile(r"</?(?:p|div|li|ul|ol|tr|table|blockquote|h[1-6])\b[^<>]*>", re.IGNORECASE)
_LINK = re.compile(
    r"\b(?:https?|ftp)://[^\s<>\"]+|\bwww\.[^\s<>\"]+|\b(?:[a-z0-9-]+\.)+(?:com|net|org|gov|edu|co|ly)/[^\s<>\"]*",
    re.IGNORECASE,
)
_LINK_END = ".,;:!?'\"”’)]}…"  # what ends a sentence after a link is no part of it
_NUMBER = re.compile(r"(?<!\w)[+-]?\d+(?:[.,:/]\d+)*(?:st|nd|rd|th|s)?\b%?", re.IGNORECASE)
_IRREGULAR = {
    "ain't": "is not",
    "can't": "can not",
    "cannot": "can not",
    "let's": "let us",
    "ma'am": "madam",
    "o'clock": "of the clock",
    "shan't": "shall not",
    "won't": "will not",
    "y'all": "you all",
    "'tis": "it is",
    "'twas": "it was",
}
_ENDINGS = {"n't": " not", "'re": " are", "'ve": " have", "'ll": " will", "'d": " would", "'m": " am"}
# an 's is a verb after these words and marks a possession after others
_IS = "he|she|it|that|there|here|what|where|who|how|when|why"
_CONTRACTION = re.compile(
    rf"(?<!\w)(?P<irregular>{'|'.join(map(re.escape, _IRREGULAR))})(?!\w)"
    r"|(?<=\w)(?P<ending>n't|'(?:re|ve|ll|d|m))(?!\w)"
    rf"|\b(?P<is>{_IS})'s(?!\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class TextCleaning(JsonConfig):
    """Which parts of a text are rewritten; the steps are taken in the order of the attributes.

    The published fake-news classifier takes all of them (`TextCleaning.published()`). Whether they help depends on the
    task: numbers and capital letters are evidence in a tweet, and a biLM knows words as they were written where it was
    trained. What a model was trained with is saved with it and repeated on every text that it is asked about.

    Attributes:
        html: tags are replaced by a space, or by ends of lines where they stand for them, and entities (`&amp;`) by
            their characters.
        links: web addresses are removed.
        contractions: `can't` becomes `can not`, `they're` becomes `they are`; the possessive 's stays.
        numbers: numbers, with their signs, separators and percent signs, are removed.
        punctuation: every character that is neither a letter, a digit nor white space becomes a space; apostrophes and
            hyphens inside a word stay.
        lower_case: letters are written in lower case.

    Example:
        >>> cleaning = TextCleaning(links=True, contractions=True)
        >>> cleaning.apply("They can't stop: https://example.org/news 3 more!")
        'They can not stop: 3 more!'
        >>> TextCleaning.published().apply("They can't stop: https://example.org/news 3 more!")
        'they can not stop more'
    """

    html: bool = False
    links: bool = False
    contractions: bool = False
    numbers: bool = False
    punctuation: bool = False
    lower_case: bool = False

    def __post_init__(self) -> None:
        for field in fields(self):
            self._require_choice(field.name, (True, False))

    @classmethod
    def published(cls) -> TextCleaning:
        """Return all steps, as the published fake-news classifier takes them."""
        return cls(**{field.name: True for field in fields(cls)})

    @classmethod
    def parse(cls, steps: str) -> TextCleaning:
        """Return the steps that are named, with commas between them; `"all"` is every step, `""` and `"none"` are none.

        Raises:
            InvalidInput: for a step that does not exist.

        Example:
            >>> TextCleaning.parse("links,lower-case")
            TextCleaning(html=False, links=True, contractions=False, numbers=False, punctuation=False, lower_case=True)
        """
        names = [step.strip().replace("-", "_") for step in steps.split(",") if step.strip()]
        known = [field.name for field in fields(cls)]
        if names == ["all"]:
            return cls.published()
        for name in names if names != ["none"] else []:
            if name not in known:
                raise InvalidInput(f"there is no cleaning step {name!r}; there are {', '.join(known)}, all and none")
        return cls(**{name: True for name in names if name in known})

    @property
    def does_nothing(self) -> bool:
        """Whether texts stay as they are."""
        return self == TextCleaning()

    def apply(self, text: str) -> str:
        """Return the cleaned text; ends of lines stay, other white space becomes single spaces if anything is done."""
        if self.does_nothing:
            return text
        if self.html:
            text = _BLOCK.sub("\n\n", _BREAK.sub("\n", text))
            text = html.unescape(_TAG.sub(" ", text))
        if self.links:
            text = _LINK.sub(_kept_end, text)
        if self.contractions:
            text = _CONTRACTION.sub(_expanded, text.replace("’", "'"))
        if self.numbers:
            if self.punctuation:  # an underscore that is a space in the end hides no number
                text = text.replace("_", " ")
            text = _NUMBER.sub(" ", text)
        if self.punctuation:
            text = _punctuation().sub(" ", text)
        if self.lower_case:
            text = text.lower()
        lines = (" ".join(line.split()) for line in text.splitlines())
        return "\n".join(lines).strip()


def _kept_end(link: re.Match[str]) -> str:
    found = link[0]
    return " " + found[len(found.rstrip(_LINK_END)) :]


def _expanded(found: re.Match[str]) -> str:
    if found["irregular"]:
        return _in_case_of(found[0], _IRREGULAR[found[0].lower()])
    if found["is"]:
        return found["is"] + (" IS" if found["is"].isupper() and len(found["is"]) > 1 else " is")
    ending = _ENDINGS[found["ending"].lower()]
    return ending.upper() if found["ending"].strip("'").isupper() else ending


def _in_case_of(original: str, replacement: str) -> str:
    letters = [letter for letter in original if letter.isalpha()]
    if all(letter.isupper() for letter in letters):
        return replacement.upper()
    return replacement[0].upper() + replacement[1:] if letters[0].isupper() else replacement


@lru_cache(maxsize=1)
def _punctuation() -> re.Pattern[str]:
    """A run of signs, but for an apostrophe or a hyphen between two letters or digits."""
    inside = r"(?<=[^\W_])['’-](?=[^\W_])"
    return re.compile(rf"(?:(?!{inside})(?:[^\w\s]|_))+")
