from __future__ import annotations

import json
import pickle
import string
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simon_elmo.errors import InvalidConfig, InvalidInput
from simon_elmo.simon.characters import CharacterVocabulary

PUBLISHED = CharacterVocabulary.published()
EXTENDED = CharacterVocabulary.extended()
any_text = st.text(st.characters(exclude_categories=()), max_size=12)  # surrogates and NUL included


def kept_part(cell: str, max_len: int, tail_len: int) -> str:
    return cell if len(cell) <= max_len else cell[: max_len - tail_len] + cell[len(cell) - tail_len :]


def test_the_published_vocabulary_has_71_characters():
    assert PUBLISHED.size == 71
    assert set(PUBLISHED.characters) == {*string.ascii_lowercase, *string.digits, *string.punctuation, *" \n\t"}


def test_the_extended_vocabulary_is_small_enough():
    assert EXTENDED.size <= 127


@given(st.lists(any_text, max_size=8), st.integers(1, 9))
def test_the_published_encoding_lowers_and_reads_unknown_characters_as_spaces(cells, max_len):
    expected = np.zeros((len(cells), max_len), dtype=np.uint8)
    for row, cell in enumerate(cells):
        for at, character in enumerate(cell[:max_len]):
            lower = character.lower()[0]
            expected[row, at] = 1 + PUBLISHED.characters.index(lower if lower in PUBLISHED.characters else " ")
    encoded = PUBLISHED.encode(cells, max_len)
    assert encoded.dtype == np.uint8
    assert (encoded == expected).all()


@pytest.mark.parametrize("vocabulary", [PUBLISHED, EXTENDED])
@given(cells=st.lists(any_text, max_size=8), max_len=st.integers(1, 9), data=st.data())
def test_a_longer_cell_keeps_its_head_and_tail(vocabulary, cells, max_len, data):
    tail_len = data.draw(st.integers(0, max_len - 1))
    parts = [kept_part(cell, max_len, tail_len) for cell in cells]
    assert (vocabulary.encode(cells, max_len, tail_len) == vocabulary.encode(parts, max_len)).all()


@pytest.mark.parametrize("vocabulary", [PUBLISHED, EXTENDED])
@given(cells=st.lists(any_text, max_size=8))
def test_what_is_decoded_encodes_to_the_same_ids(vocabulary, cells):
    ids = vocabulary.encode(cells, 12)
    decoded = vocabulary.decode(ids)
    assert [len(cell) for cell in decoded] == [len(cell) for cell in cells]
    assert (vocabulary.encode(decoded, 12) == ids).all()


@given(st.lists(st.text(PUBLISHED.characters, max_size=12)))
def test_known_characters_come_back(cells):
    assert PUBLISHED.decode(PUBLISHED.encode(cells, 12)) == cells


def test_every_id_of_the_extended_vocabulary_has_a_character_that_shows_it():
    ids = np.arange(1, EXTENDED.size + 1)[:, None]
    assert (EXTENDED.encode(EXTENDED.decode(ids), 1) == ids).all()


def test_every_code_point_has_an_id():
    codes = [chr(code) for code in range(1, sys.maxunicode + 1)]
    for vocabulary in (PUBLISHED, EXTENDED):
        ids = vocabulary.encode(codes, 1)
        assert ids.min() >= 1
        assert ids.max() <= vocabulary.size


@pytest.mark.parametrize(
    ("cell", "read_as"),
    [
        ("José ÇELİK Łódź", "Jose CELIK Lodz"),
        ("“x” – y…", '"x" - y.'),
        ("１２３　ＡＢ", "123 AB"),
        ("٣٤ ९", "34 9"),
        ("4\u00a0€ £ ¥", "4 € £ ¥"),
        ("12°", "12°"),
        ("東京", "一一"),
        ("カナ", "ああ"),
        ("Привет", "яяяяяя"),
        ("₹5 ₽6", "¤5 ¤6"),
        ("\x00\x07", "\x01\x01"),
    ],
)
def test_the_extended_vocabulary_folds_and_tells_scripts_apart(cell, read_as):
    assert EXTENDED.decode(EXTENDED.encode([cell], 20)) == [read_as]


def test_scripts_have_ids_of_their_own():
    samples = ["я", "α", "א", "ا", "अ", "ก", "あ", "가", "一", "ə", "½", "¤", "́", "�", "\x01"]
    ids = EXTENDED.encode(samples, 1)[:, 0]
    assert len(set(ids.tolist())) == len(samples)
    assert ids.min() > len(EXTENDED.characters)


def test_characters_of_other_scripts_are_learned_by_their_frequency():
    texts = ["Очень вкусно 👍", "очень плохо 👎👎", "très bien, ｆｉｎ", "好好好"]
    learned = EXTENDED.learned_from(texts)
    assert learned.characters[: len(EXTENDED.characters)] == EXTENDED.characters
    # what occurs once is still read as its class, what is read as a kept character needs no id; ч and ь stand 2 times
    assert learned.characters[len(EXTENDED.characters) :] == "он好ечь👎"
    assert learned.classes == EXTENDED.classes  # no sign of a class was learned
    assert learned.dtype == np.uint8
    assert EXTENDED.learned_from(texts, most=1).characters[-1] == "о"
    assert EXTENDED.learned_from(["plain ASCII and é, “quotes”"]) == EXTENDED
    assert PUBLISHED.learned_from(texts) == PUBLISHED


def test_the_sign_of_a_class_is_learned_as_well(tmp_path):
    learned = EXTENDED.learned_from(["я не знаю", "я не я", "一一", "\ufffd\ufffd", "\ud83d\ud83d"])
    assert learned.characters[len(EXTENDED.characters) :] == "няе一"  # not what is unknown, not half a character
    ids = learned.encode(["яж一丁"], 4)[0].tolist()
    assert len(set(ids)) == 4
    shown = {name: sign for name, sign, _ in learned.classes}
    assert learned.decode(np.array([ids])) == [f"я{shown['cyrillic']}一{shown['han']}"]
    assert learned.encode([shown["cyrillic"]], 1)[0, 0] == ids[1]
    learned.save(tmp_path / "vocabulary.json")
    assert CharacterVocabulary.load(tmp_path / "vocabulary.json") == learned
    again = learned.learned_from(["ж ж 丁丁 фф"])
    assert again.decode(again.encode(["ящж"], 3)) == [f"я{shown['cyrillic']}ж"]


def test_a_vocabulary_of_many_characters_has_wide_ids(tmp_path):
    many = "".join(map(chr, range(0x4E01, 0x4E01 + 500)))
    learned = EXTENDED.learned_from([many], minimum=1)
    assert learned.size == EXTENDED.size + 500
    ids = learned.encode([many[-3:], "a"], 4)
    assert ids.dtype == np.int32
    assert ids[0].tolist() == [*(len(EXTENDED.characters) + place for place in (498, 499, 500)), 0]
    assert learned.decode(ids) == [many[-3:], "a"]
    learned.save(tmp_path / "vocabulary.json")
    assert CharacterVocabulary.load(tmp_path / "vocabulary.json") == learned


@pytest.mark.parametrize("kind", [tuple, np.array])
def test_other_sequences_of_strings_are_encoded_too(kind):
    assert (PUBLISHED.encode(kind(["ab", "c"]), 3) == PUBLISHED.encode(["ab", "c"], 3)).all()


def test_no_cells_and_long_lists():
    assert PUBLISHED.encode([], 5).shape == (0, 5)
    assert PUBLISHED.decode(np.zeros((2, 0), dtype=np.uint8)) == ["", ""]
    cells = [str(number) for number in range(50_000)]  # several blocks
    assert PUBLISHED.decode(PUBLISHED.encode(cells, 8, tail_len=2)) == cells


@pytest.mark.parametrize(("max_len", "tail_len"), [(0, 0), (5, 6), (5, -1)])
def test_lengths_that_do_not_fit_are_errors(max_len, tail_len):
    with pytest.raises(InvalidInput, match="tail_len"):
        PUBLISHED.encode(["a"], max_len, tail_len)


@pytest.mark.parametrize("ids", [np.array([[72]]), np.array([[-1]]), np.array([1, 2]), np.array([[1.0]])])
def test_ids_that_do_not_exist_are_errors(ids):
    with pytest.raises(InvalidInput, match="character ids"):
        PUBLISHED.decode(ids)


@pytest.mark.parametrize("vocabulary", [PUBLISHED, EXTENDED, CharacterVocabulary("xyz ", unknown="z")])
def test_vocabularies_are_saved_and_loaded(vocabulary, tmp_path):
    path = tmp_path / "vocabulary.json"
    vocabulary.save(path)
    loaded = CharacterVocabulary.load(path)
    assert loaded == vocabulary
    assert (loaded.encode(["aZé東"], 4) == vocabulary.encode(["aZé東"], 4)).all()
    assert [file.name for file in tmp_path.iterdir()] == ["vocabulary.json"]
    assert path.read_text().isascii()


def test_a_vocabulary_is_pickled_without_its_table():
    vocabulary = CharacterVocabulary.extended()
    vocabulary.encode(["a"], 1)
    packed = pickle.dumps(vocabulary)
    assert len(packed) < 20_000
    assert pickle.loads(packed) == vocabulary  # noqa: S301


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2},
        {"surprise": 1},
        {"characters": None},
        {"characters": "aa "},
        {"characters": ""},
        {"characters": "a\0 "},
        {"unknown": "é"},
        {"lowercase": "yes"},
        {"folds": {"é": "e"}},
        {"folds": []},
        {"classes": [{"name": "x", "shown": "xy", "ranges": []}]},
        {"classes": [{"name": "x", "shown": "é", "ranges": [[5, 1]]}]},
        {"classes": [{"name": "x", "shown": "é", "ranges": [[0.5, 1]]}]},
        {"classes": [{"name": "x", "shown": "é", "ranges": [[1, 0x110000]]}]},
        {"classes": [{"name": "x", "shown": chr(0x10000 + n), "ranges": []} for n in range(65_500)]},
    ],
)
def test_a_vocabulary_file_is_read_strictly(change, tmp_path):
    path = tmp_path / "vocabulary.json"
    path.write_text(json.dumps({**PUBLISHED.to_dict(), **change}))
    with pytest.raises(InvalidConfig):
        CharacterVocabulary.load(path)


@pytest.mark.parametrize("text", ["[]", "{", "{}", "[" * 100_000])
def test_what_is_no_vocabulary_is_an_error(text, tmp_path):
    path = tmp_path / "vocabulary.json"
    path.write_text(text)
    with pytest.raises(InvalidConfig):
        CharacterVocabulary.load(path)


@settings(max_examples=20)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=10).filter(lambda t: "\0" not in t))
def test_any_characters_make_a_vocabulary(text):
    characters = "".join(dict.fromkeys(text))
    vocabulary = CharacterVocabulary(characters, unknown=characters[0])
    assert vocabulary.decode(vocabulary.encode([text], len(text))) == [text]


def test_only_the_end_of_a_long_cell_is_kept_where_it_is_asked_for():
    assert PUBLISHED.decode(PUBLISHED.encode(["abcdefg", "xy"], 3, 3)) == ["efg", "xy"]
