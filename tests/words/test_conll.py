from __future__ import annotations

import pytest

from simon_elmo.errors import InvalidInput, UnreadableTable
from simon_elmo.words.conll import as_conll, read_conll, spans_of


def test_words_and_tags_are_read_and_written(tmp_path):
    path = tmp_path / "names.conll"
    path.write_text("-DOCSTART- -X- O O\n\nEU NNP B-NP B-ORG\n# a note\n#1 NN B-NP O\n\n\nPeter NNP B-NP B-PER\n")
    assert read_conll(path) == [(["EU", "#1"], ["B-ORG", "O"]), (["Peter"], ["B-PER"])]
    sentences = [(["New York", "calls"], ["B-LOC", "O"]), (["x"], ["O"])]
    path.write_text(as_conll(sentences))
    assert read_conll(path) == sentences


def test_treebanks_are_read_by_their_columns(tmp_path):
    path = tmp_path / "tree.conllu"
    rows = ["# text = vámonos", "1-2\tvámonos\t_\t_\t_\t_\t_\t_\t_\t_", "1\tvamos\tir\tVERB\t_\t_\t0\troot\t_\t_"]
    rows += ["2\tnos\tnosotros\tPRON\t_\t_\t1\tobj\t_\t_", "2.1\tx\t_\tX\t_\t_\t_\t_\t_\t_"]
    path.write_text("\n".join(rows))
    assert read_conll(path, word=1, tag=3) == [(["vamos", "nos"], ["VERB", "PRON"])]


@pytest.mark.parametrize(
    ("tags", "spans"),
    [
        ("B-A I-A O B-A B-A", {("A", 0, 2), ("A", 3, 4), ("A", 4, 5)}),
        ("I-A I-A I-B O I-A", {("A", 0, 2), ("B", 2, 3), ("A", 4, 5)}),
        ("S-A B-B I-B E-B S-B", {("A", 0, 1), ("B", 1, 4), ("B", 4, 5)}),
        ("O O", set()),
        ("A A O B", {("A", 0, 2), ("B", 3, 4)}),
    ],
)
def test_tags_mark_spans(tags, spans):
    assert spans_of(tags.split()) == spans


def test_what_cannot_be_read_is_named(tmp_path):
    with pytest.raises(UnreadableTable, match="none"):
        read_conll(tmp_path / "none")
    (tmp_path / "empty").write_text("\n\n")
    with pytest.raises(UnreadableTable, match="no sentence"):
        read_conll(tmp_path / "empty")
    (tmp_path / "short").write_text("EU B-ORG\nrejects\n")
    with pytest.raises(InvalidInput, match="line 2 has 1 columns"):
        read_conll(tmp_path / "short", tag=1)
