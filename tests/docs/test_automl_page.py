"""What docs/automl.md shows is what happens."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import re
import sys

import pandas as pd
import pytest

from simon_elmo.estimators import TableVectorizer


@pytest.fixture(scope="module")
def page(repository) -> str:
    return (repository / "docs" / "automl.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def blocks(repository, page):
    spec = importlib.util.spec_from_file_location("update_readme", repository / "docs" / "update_readme.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return [block for block in module.blocks_of(page) if block.language == "python"]


def test_columns_become_what_the_table_says(page) -> None:
    section = page.split("## What becomes of a column")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (`.+`) \| (\w+) \|(.*)\|$", section, re.MULTILINE)
    assert len(rows) >= 10
    for cells, treatment, outputs in rows:
        column = pd.DataFrame({"v": re.findall("`([^`]+)`", cells) * 10})
        vectorizer = TableVectorizer().fit(column)
        parts = re.findall("`([^`]+)`", outputs)
        whole = ["v"] if treatment in ("number", "boolean") else []
        found = [name for name in vectorizer.get_feature_names_out() if name != "v_missing"]
        assert (vectorizer.summary_["treatment"][0], found) == (treatment, [f"v_{part}" for part in parts] or whole), (
            cells
        )


def test_code_runs(blocks, repository, monkeypatch) -> None:
    monkeypatch.chdir(repository)
    names: dict = {"__name__": "__main__"}
    with contextlib.redirect_stdout(io.StringIO()):
        for block in blocks:
            exec(compile(block.content, "automl.md", "exec"), names)
    summary = names["vectorizer"].summary_.set_index("column")
    assert summary.treatment["state"] == "category"
    assert summary.labels["zip"] == ("postal_code",)
    assert len(names["predicted"]) == len(names["table"]) - 150
    assert list(names["search"].classes_) == ["moment", "number"]
    assert names["other"].produce(inputs=names["table"][["born"]]).value["labels"][0] == ("birthday",)
    assert [field["name"] for field in names["schema"]["fields"]] == list(names["table"])
