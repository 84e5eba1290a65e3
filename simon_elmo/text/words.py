"""Texts as words and signs, as the corpora of English language models are written."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"""
    (?:https?://|www\.)[^\s<>"]*[^\s<>".,;:!?'”’)\]}]     # links
    | [\w.+-]+@[\w-]+(?:\.[\w-]+)+                        # e-mail addresses
    | [@\#]\w+                                            # mentions and hash tags
    | (?:[^\W\d_]\.){2,}                                  # U.S., p.m.
    | \d+(?:[.,:/]\d+)*(?:st|nd|rd|th|s)?(?!\w)           # numbers
    | \w+(?:[-'’&]\w+)*(?:['’](?!\w))?                    # words, with what joins their parts
    | \.{2,} | -{2,} | [!?]{2,}
    | [^\w\s]
    """,
    re.VERBOSE,
)
_ENDING = re.compile(r"n['’]t|['’](?:s|re|ve|ll|d|m)", re.IGNORECASE)
_CONTRACTED = re.compile(rf"(?P<stem>.+?)(?P<ending>{_ENDING.pattern})", re.IGNORECASE)
_TITLES = frozenset("mr mrs ms dr st jr sr prof gen sen rep gov lt col sgt capt no vs etc inc ltd co corp".split())  # noqa: SIM905


def split_words(sentence: str) -> list[str]:
    """Return the tokens of a sentence: words, numbers and signs, contractions in two parts.

    Text that has been cut already stays as it is.

    Source: the conventions of the Penn Treebank, which the corpora of the published biLMs follow.

    Example:
        >>> split_words("Mr. Hill didn't pay $3.50, he's told!")
        ['Mr.', 'Hill', 'did', "n't", 'pay', '$', '3.50', ',', 'he', "'s", 'told', '!']
        >>> split_words("he 's told , is n't he ?")
        ['he', "'s", 'told', ',', 'is', "n't", 'he', '?']
    """
    tokens: list[str] = []
    for part in sentence.split():
        if part.isalnum() or _ENDING.fullmatch(part) or (part[-1] == "." and part[:-1].lower() in _TITLES):
            tokens.append(part)
        else:
            for token in _TOKEN.findall(part):
                tokens += _in_parts(token)
    return tokens


def _in_parts(token: str) -> list[str]:
    found = _CONTRACTED.fullmatch(token)
    if found is not None:
        return [found["stem"], found["ending"]]
    if len(token) > 1 and token[-1] in "'’" and token[-2].isalnum():
        return [token[:-1], token[-1]]
    return [token]
