from __future__ import annotations

import runpy
import sys

import pytest


@pytest.fixture
def run(repository, monkeypatch, capsys):
    def run(script, *arguments):
        monkeypatch.setattr(sys, "argv", [script, *map(str, arguments)])
        runpy.run_path(str(repository / "examples" / script), run_name="__main__")
        return capsys.readouterr().out

    return run


def test_semantic_search_answers_from_the_text_that_it_is_given(run, tmp_path):
    text = tmp_path / "text.txt"
    text.write_text("the dog barks\n\na cat sleeps on the sofa\nnumbers and figures\n", encoding="utf-8")
    out = run("semantic_search.py", text, "a cat sleeps on the sofa", "the dog barks")
    answers = [line.split(maxsplit=1) for line in out.splitlines() if line.startswith("  ")]
    assert len(answers) == 6
    assert answers[0] == ["1.000", "a cat sleeps on the sofa"]
    assert answers[3] == ["1.000", "the dog barks"]


def test_word_senses_draws_its_picture(run, tmp_path):
    pytest.importorskip("matplotlib")
    out = run("word_senses.py", tmp_path / "bank.png")
    assert "layer 2: the nearest occurrence has the same sense" in out
    assert (tmp_path / "bank.png").read_bytes().startswith(b"\x89PNG")
