"""Every block of docs/transfer.md runs, in its order and in one folder."""

from __future__ import annotations

import re
import shutil
import warnings

import pytest


@pytest.mark.slow
def test_blocks_run(repository, run_page_line, tmp_path, monkeypatch, capsys):
    text = (repository / "docs" / "transfer.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```(python|sh)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert [language for language, _ in blocks].count("python") == text.count("```python")
    shutil.copytree(repository / "examples" / "data", tmp_path / "examples" / "data")
    monkeypatch.chdir(tmp_path)
    names = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # what add_labels has to say is in its reports
        for language, content in blocks:
            for part in [content] if language == "python" else content.splitlines():
                run_page_line(part, names)
    assert names["names"].names == ("health", "sport")
    assert "percent" in names["classifier"].labels
    assert [row["epoch"] for row in names["classifier"].history.epochs] == [0, 1]
    shown = capsys.readouterr().out
    assert "[('percent', 'text'), ('int',)]" in shown
    assert "macro f1" in shown


def test_links_lead_somewhere(repository):
    text = (repository / "docs" / "transfer.md").read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", text):
        assert (repository / "docs" / target).exists(), target
