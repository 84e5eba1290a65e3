from __future__ import annotations

import numpy as np
import pytest

from simon_elmo.labels.label_set import LabelSet
from simon_elmo.reports.classified import ClassifiedColumn, classify_table
from simon_elmo.tables.named_table import NamedTable


class ByLength:
    """A classifier that takes long cells for text."""

    label_set = LabelSet(("int", "text"), (0.5, 0.9))
    labels = ("int", "text")

    def predict_proba(self, table, use_headers=True):
        long = [len(str(cells[0])) > 3 for cells in table.values()]
        return np.array([[0.0, 0.8] if is_long else [0.7, 0.1] for is_long in long], np.float32)


TABLE = NamedTable(
    "data/people.csv",
    "people",
    {"a": ["1", None, "1", " ", "2", "3", "4"], "b": ["long cell"] * 7},
    99,
    notes=("is odd",),
    dialect={"delimiter": ";"},
)


def test_labels_probabilities_and_samples():
    found = classify_table(ByLength(), TABLE)
    assert (found.path, found.name, found.rows) == ("data/people.csv", "", 99)
    assert [column.labels for column in found.columns] == [("int",), ("text",)]
    assert found.to_dict() == {
        "path": "data/people.csv",
        "table": None,
        "rows": 99,
        "dialect": {"delimiter": ";"},
        "notes": ["is odd", "7 of 99 rows were drawn at random and read; missing and distinct cells are theirs"],
        "columns": [
            {
                "name": "a",
                "position": 0,
                "label": "int",
                "probability": 0.7,
                "labels": ["int"],
                "missing": 1,
                "distinct": 5,
                "samples": ["1", "2", "3", "4"],
                "probabilities": {"int": 0.7, "text": 0.1},
            },
            {
                "name": "b",
                "position": 1,
                "label": "text",
                "probability": 0.8,
                "labels": ["text"],
                "missing": 0,
                "distinct": 1,
                "samples": ["long cell"],
                "probabilities": {"int": 0.0, "text": 0.8},
            },
        ],
    }


def test_samples_are_five_short_ones():
    cells = [str(number) * 300 for number in range(10)]
    (column,) = classify_table(ByLength(), NamedTable("a.csv", "a", {"a": cells}, 10)).columns
    assert [len(cell) for cell in column.samples] == [200] * 5


@pytest.mark.parametrize(
    ("path", "name", "shown"),
    [("a/b.csv", "b", ""), ("b.csv.gz", "b", ""), ("b.sqlite", "staff", "staff"), ("b.xlsx", "Sheet1", "Sheet1")],
)
def test_a_table_is_named_where_its_file_is_not_enough(path, name, shown):
    assert classify_table(ByLength(), NamedTable(path, name, {"a": ["1"]}, 1)).name == shown


def test_the_first_label_is_shown_with_its_own_probability():
    probabilities = {"email": 0.8, "text": 0.9, "categorical": 1.0}
    column = ClassifiedColumn("a", 0, ("email", "text", "categorical"), probabilities)
    assert (column.label, column.probability) == ("email", 0.8)
    assert ClassifiedColumn("a", 0, ("categorical",), probabilities).label == "categorical"
    column = ClassifiedColumn("a", 0, (), probabilities)
    assert (column.label, column.probability) == (None, None)
