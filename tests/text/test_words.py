from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simon_elmo.text.words import split_words


@pytest.mark.parametrize(
    ("sentence", "tokens"),
    [
        ("Mr. Hill's co-op (can't) pay.", ["Mr.", "Hill", "'s", "co-op", "(", "ca", "n't", ")", "pay", "."]),
        ('They said: "we\'ve won!"', ["They", "said", ":", '"', "we", "'ve", "won", "!", '"']),
        (
            "$1,200.50 is 3.5% of 10,000, the 1990s",
            ["$", "1,200.50", "is", "3.5", "%", "of", "10,000", ",", "the", "1990s"],
        ),
        ("@ann #GOPDebate http://t.co/abc. What?!", ["@ann", "#GOPDebate", "http://t.co/abc", ".", "What", "?!"]),
        (
            "the dogs' U.S. at 3 p.m. ... wait--no",
            ["the", "dogs", "'", "U.S.", "at", "3", "p.m.", "...", "wait", "--", "no"],
        ),
        ("it's naïve, café’s", ["it", "'s", "naïve", ",", "café", "’s"]),
    ],
)
def test_words_and_signs_come_apart(sentence, tokens):
    assert split_words(sentence) == tokens
    assert split_words(" ".join(tokens)) == tokens


@given(st.text())
def test_nothing_but_white_space_is_lost(text):
    assert "".join(split_words(text)) == "".join(text.split())
