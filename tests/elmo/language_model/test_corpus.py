from __future__ import annotations

import gzip

import numpy as np
import pandas as pd
import pytest

from simon_elmo.elmo.language_model.corpus import Corpus, read_lines
from simon_elmo.elmo.language_model.vocabulary import build_vocabulary, check_vocabulary
from simon_elmo.errors import InvalidInput

LINES = ["The cat sat .", "", "A dog , the cat !"]


def sentences_of(corpus):
    return [[corpus.words[number] for number in corpus.sentence(k)] for k in range(corpus.n_sentences)]


@pytest.fixture
def texts(tmp_path):
    (tmp_path / "a.txt").write_text("\n".join(LINES), encoding="utf-8")
    with gzip.open(tmp_path / "a.txt.gz", "wt", encoding="utf-8") as file:
        file.write("\n".join(LINES))
    pd.DataFrame({"n": [1, 2], "text": ["The cat sat .", "A dog , the cat !"]}).to_parquet(tmp_path / "a.parquet")
    return tmp_path


@pytest.mark.parametrize("name", ["a.txt", "a.txt.gz", "a.parquet", "a.parquet:text"])
def test_every_format_gives_the_same_sentences(texts, name, tmp_path):
    corpus = Corpus.read([f"{texts}/{name}"], tmp_path / "numbers", lower_case=True)
    assert sentences_of(corpus) == [["the", "cat", "sat", "."], ["a", "dog", ",", "the", "cat", "!"]]


def test_marks_of_other_systems_are_no_words(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfthe cat\r\na dog\r\n")
    corpus = Corpus.read([tmp_path / "a.txt"], tmp_path / "numbers")
    assert sentences_of(corpus) == [["the", "cat"], ["a", "dog"]]
    pd.DataFrame({"text": pd.Categorical(["a dog", "the cat", "a dog"])}).to_parquet(tmp_path / "a.parquet")
    assert list(read_lines(tmp_path / "a.parquet")) == ["a dog", "the cat", "a dog"]


def test_a_corpus_is_read_once(texts, tmp_path, monkeypatch):
    first = Corpus.read([texts / "a.txt"], tmp_path / "numbers")
    monkeypatch.setattr("simon_elmo.elmo.language_model.corpus.read_lines", lambda path: pytest.fail("read again"))
    again = Corpus.read([texts / "a.txt"], tmp_path / "numbers")
    assert sentences_of(first) == sentences_of(again)


def test_a_corpus_that_has_changed_is_read_again(texts, tmp_path):
    Corpus.read([texts / "a.txt"], tmp_path / "numbers")
    (texts / "a.txt").write_text("Quite another text .", encoding="utf-8")
    assert sentences_of(Corpus.read([texts / "a.txt"], tmp_path / "numbers")) == [["Quite", "another", "text", "."]]


def test_running_text_is_cut_into_sentences_and_words(tmp_path):
    (tmp_path / "b.txt").write_text("Mr. Hill can't come. “Why—really?” he asked <unk>…", encoding="utf-8")
    corpus = Corpus.read([tmp_path / "b.txt"], tmp_path / "numbers", segment="words", lower_case=True)
    assert sentences_of(corpus) == [
        ["mr.", "hill", "can", "'t", "come", "."],
        ['"', "why", "--", "really", "?", '"', "he", "asked", "<UNK>", "…"],
    ]


def test_chinese_is_segmented(tmp_path):
    pytest.importorskip("jieba")
    (tmp_path / "c.txt").write_text("味道很好。送餐快！", encoding="utf-8")
    corpus = Corpus.read([tmp_path / "c.txt"], tmp_path / "numbers", segment="jieba")
    assert ["".join(sentence) for sentence in sentences_of(corpus)] == ["味道很好。", "送餐快！"]
    assert corpus.n_tokens < 9


def test_corpora_that_cannot_be_read_say_why(texts, tmp_path):
    for name, opened in (("latin.txt", open), ("latin.txt.gz", gzip.open)):
        with opened(tmp_path / name, "wb") as file:
            file.write(b"fine\ncaf\xe9\nfine\n")
        with pytest.raises(InvalidInput, match=rf"{name}: line 2 is not UTF-8"):
            list(read_lines(tmp_path / name))
    pd.DataFrame({"n": ["x"], "text": ["y"]}).to_parquet(tmp_path / "two.parquet")
    with pytest.raises(InvalidInput, match="it has n, text"):
        list(read_lines(tmp_path / "two.parquet"))
    (tmp_path / "cut.txt.gz").write_bytes((texts / "a.txt.gz").read_bytes()[:-12])
    with pytest.raises(InvalidInput, match="damaged"):
        list(read_lines(tmp_path / "cut.txt.gz"))
    (tmp_path / "empty.txt").write_text("\n \n")
    with pytest.raises(InvalidInput, match="has no words"):
        Corpus.read([tmp_path / "empty.txt"], tmp_path / "numbers")


def test_the_most_frequent_words_make_the_vocabulary():
    corpus = Corpus.of([["c", "b", "a"], ["b", "c", "c"]])
    assert build_vocabulary(corpus) == ("<S>", "</S>", "<UNK>", "c", "b", "a")
    assert build_vocabulary(corpus, size=4) == ("<S>", "</S>", "<UNK>", "c")
    assert build_vocabulary(corpus, min_count=2) == ("<S>", "</S>", "<UNK>", "c", "b")
    with pytest.raises(InvalidInput, match="no word"):
        build_vocabulary(corpus, min_count=9)
    np.testing.assert_array_equal(corpus.counts(), [0, 0, 0, 3, 2, 1])
    np.testing.assert_array_equal(corpus.target_counts(["<S>", "</S>", "<UNK>", "b"]), [1, 1, 4, 2])


def test_a_vocabulary_without_special_words_is_refused():
    with pytest.raises(InvalidInput, match="'<UNK>'"):
        check_vocabulary(["<S>", "</S>", "a"], "vocabulary.txt")
    with pytest.raises(InvalidInput, match="'a' more than once"):
        check_vocabulary(["<S>", "</S>", "<UNK>", "a", "a"])
