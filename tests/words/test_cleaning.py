from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from simon_elmo.errors import InvalidConfig, InvalidInput
from simon_elmo.words.cleaning import TextCleaning

TWEET = "RT @ann: DON'T miss it, they're 21st! https://t.co/x1 (www.example.org/a?b=1). 3.5% &amp; <b>more</b>"


@pytest.mark.parametrize(
    ("steps", "cleaned"),
    [
        ("html", "RT @ann: DON'T miss it, they're 21st! https://t.co/x1 (www.example.org/a?b=1). 3.5% & more"),
        ("links", "RT @ann: DON'T miss it, they're 21st! ( ). 3.5% &amp; <b>more</b>"),
        (
            "contractions",
            "RT @ann: DO NOT miss it, they are 21st! https://t.co/x1 (www.example.org/a?b=1). 3.5% &amp; <b>more</b>",
        ),
        ("links,numbers", "RT @ann: DON'T miss it, they're ! ( ). &amp; <b>more</b>"),
        ("html,links,punctuation", "RT ann DON'T miss it they're 21st 3 5 more"),
        ("all", "rt ann do not miss it they are more"),
        ("none", TWEET),
        ("", TWEET),
    ],
)
def test_each_step_does_what_it_says(steps, cleaned):
    assert TextCleaning.parse(steps).apply(TWEET) == cleaned


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("I can't, he won’t, it's John's", "I can not, he will not, it is John's"),
        ("CAN'T Won't SHE'S", "CAN NOT Will not SHE IS"),
        ("rock'n'roll o'clock shouldn't've", "rock'n'roll of the clock should not have"),
        ("I'd've I'm I'll", "I would have I am I will"),
    ],
)
def test_contractions_are_written_out(text, expanded):
    assert TextCleaning(contractions=True).apply(text) == expanded


def test_words_with_digits_and_signs_inside_stay_whole():
    assert TextCleaning(numbers=True, punctuation=True).apply("covid19: well-known, 10,000 b2b's!") == (
        "covid19 well-known b2b's"
    )


def test_lines_stay_lines():
    assert TextCleaning(links=True).apply("one  two\n\nhttps://example.org\nthree ") == "one two\n\n\nthree"


@given(st.text())
@example("0_")
def test_cleaning_twice_changes_nothing_more(text):
    cleaning = TextCleaning(links=True, punctuation=True, numbers=True)
    once = cleaning.apply(text)
    assert cleaning.apply(once) == once


def test_settings_are_checked_and_kept():
    cleaning = TextCleaning(links=True, lower_case=True)
    assert TextCleaning.from_dict(cleaning.to_dict()) == cleaning
    with pytest.raises(InvalidInput, match="emoji"):
        TextCleaning.parse("links,emoji")
    with pytest.raises(InvalidConfig, match="links"):
        replace(cleaning, links="yes")
