from __future__ import annotations

import pytest

from simon_elmo.errors import InvalidInput
from simon_elmo.words.word_tokens import segmenter


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("我们很快！送餐OK了3次。", [["我", "们", "很", "快", "！"], ["送", "餐", "OK", "了", "3", "次", "。"]]),
        ("とてもラーメン", [["と", "て", "も", "ラ", "ー", "メ", "ン"]]),
        ("人々〇〇ｱｲ", [["人", "々", "〇", "〇", "ｱ", "ｲ"]]),
        ("데이터 좋다", [["데이터", "좋다"]]),
        ("Déjà-vu, 2,000 naïve cats", [["Déjà", "-", "vu", ",", "2,000", "naïve", "cats"]]),
        ("<unk> doesn't -- Mr. X...", [["<UNK>", "doesn", "'t", "--", "Mr.", "X", "..."]]),
    ],
)
def test_words_are_characters_where_nothing_parts_them(text, tokens):
    assert segmenter("words")(text) == tokens


def test_a_segmenter_has_a_name():
    with pytest.raises(InvalidInput, match="no segmenter 'letters'"):
        segmenter("letters")
