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


TABLE = NamedTable("data/people.csv", "people", {"a": ["1", None, "1", " ", "2", "3", "4"], "b": ["long cell"] * 7}, 99)


def test_labels_probabilities_and_samples():
    found = classify_table(ByLength(), TABLE)
    assert (found.path, found.name, found.rows) == ("data/people.csv", "", 99)
    assert [column.labels for column in found.columns] == [("int",), ()]
    assert found.columns[0].samples == ("1", "2", "3")
    assert found.to_dict() == {
        "path": "data/people.csv",
        "rows": 99,
        "columns": [
            {"name": "a", "position": 0, "labels": ["int"], "probabilities": {"int": 0.7, "text": 0.1}},
            {"name": "b", "position": 1, "labels": [], "probabilities": {"int": 0.0, "text": 0.8}},
        ],
    }


def test_one_threshold_for_all():
    assert classify_table(ByLength(), TABLE, threshold=0.75).columns[1].labels == ("text",)


@pytest.mark.parametrize(
    ("path", "name", "shown"),
    [("a/b.csv", "b", ""), ("b.csv.gz", "b", ""), ("b.sqlite", "staff", "staff"), ("b.xlsx", "Sheet1", "Sheet1")],
)
def test_a_table_is_named_where_its_file_is_not_enough(path, name, shown):
    assert classify_table(ByLength(), NamedTable(path, name, {"a": ["1"]}, 1)).name == shown


def test_the_best_label_is_the_most_specific():
    probabilities = {"email": 0.8, "text": 0.9}
    assert ClassifiedColumn("a", 0, ("text", "email"), probabilities, ()).best_label == "email"
    assert ClassifiedColumn("a", 0, (), probabilities, ()).best_label == "text"
    assert ClassifiedColumn("a", 0, ("categorical",), {"categorical": 1.0}, ()).best_label == "categorical"
