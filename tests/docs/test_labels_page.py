"""docs/labels.md is what docs/make_labels_page.py makes of the code."""

from __future__ import annotations

import importlib.util
import sys

import pytest

from simon_elmo.labels import SEMANTIC_LABELS, STATISTICAL_LABELS
from simon_elmo.simulation.types import load_types


@pytest.fixture(scope="module")
def make_labels_page(repository):
    path = list(sys.path)
    spec = importlib.util.spec_from_file_location("make_labels_page", repository / "docs" / "make_labels_page.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.path[:] = path
    return module


def without_examples(page):
    rows = [line.split(" | ") for line in page.splitlines() if line.startswith("| `")]
    return [(cells[:3], cells[-2:]) for cells in rows]


def test_the_page_about_labels_is_made_from_the_code(repository, make_labels_page):
    page, made = (repository / "docs" / "labels.md").read_text(encoding="utf-8"), make_labels_page.labels_page()
    assert without_examples(page) == without_examples(made)
    assert page.splitlines()[:12] == made.splitlines()[:12]
    assert len(without_examples(page)) == len(SEMANTIC_LABELS)


def test_the_page_shows_two_examples_of_each_label(make_labels_page):
    for label in set(SEMANTIC_LABELS) - set(STATISTICAL_LABELS):
        providers = sorted(name for name, labels in load_types().items() if label in labels)
        examples = make_labels_page.examples(label, providers)
        assert len(set(examples)) == 2
        assert examples == make_labels_page.examples(label, providers)
