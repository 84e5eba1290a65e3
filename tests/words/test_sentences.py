from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simon_elmo.errors import InvalidInput
from simon_elmo.words.sentences import cut_at_words, split_sentences


@pytest.mark.parametrize(
    "sentences",
    [
        ["Mr. J. R. Hill, of the U.S. Army, met Sen. Cruz at 3 p.m. Monday.", 'He said "No."', "Then he left."],
        ["We live in the U.S.", "The end came.", "It rose by 3.5% to $1.2 billion.", "Really?!", "Yes... and no."],
        ["1. The first item, No. 5 of 7.", "Was it no.", "It was (it was.)", "See fig. 3, etc. and so on."],
        ["他说：“好。”", "然后走了！", "真的吗？", "是的……", "价格是3.5元。"],
        ["¿Qué tal?", "Muy bien, Sr. Pérez.", "Estuvo aquí."],
        ["यह एक वाक्य है।", "यह दूसरा है।"],
    ],
)
def test_sentences_come_apart_where_a_reader_would_part_them(sentences):
    glue = "" if sentences[0].startswith("他") else " "
    assert split_sentences(glue.join(sentences)) == sentences


def test_a_blank_line_parts_and_a_single_one_does_not():
    assert split_sentences("A headline\n\nThe text goes\non here. And here.") == [
        "A headline",
        "The text goes on here.",
        "And here.",
    ]


def test_other_splitters():
    text = "One. Two\nThree"
    assert split_sentences(text, "lines") == ["One. Two", "Three"]
    assert split_sentences(text, "none") == ["One. Two Three"]
    with pytest.raises(InvalidInput, match="syntok"):
        split_sentences(text, "magic")


def test_syntok_splits_too():
    pytest.importorskip("syntok")
    assert split_sentences("Dr. Hill left. She stayed.\n\nEnd", "syntok") == ["Dr. Hill left.", "She stayed.", "End"]


@pytest.mark.parametrize("splitter", ["built-in", "lines", "none"])
@given(text=st.text())
def test_nothing_but_white_space_is_lost(splitter, text):
    assert "".join("".join(split_sentences(text, splitter)).split()) == "".join(text.split())


@given(st.text(), st.integers(1, 30))
def test_pieces_are_short_and_lose_nothing(text, longest):
    pieces = cut_at_words(" ".join(text.split()), longest)
    assert all(0 < len(piece) <= longest for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())
