from __future__ import annotations

import json

import pytest

from simon_elmo.labels.label_set import GEO_LABELS
from simon_elmo.labels.taxonomy import (
    BASE_TYPES,
    LABEL_DEFINITIONS,
    SEMANTIC_LABELS,
    UNMARKED_IN_OPEN_DATA,
    open_data_labels,
    open_data_types,
)
from simon_elmo.simulation.label_page import examples, label_page


def test_there_are_at_least_45_labels_with_a_definition_of_one_line_each():
    assert len(SEMANTIC_LABELS) >= 45
    assert set(GEO_LABELS) <= set(SEMANTIC_LABELS)
    assert all(text.endswith(".") and "\n" not in text and "|" not in text for text in LABEL_DEFINITIONS.values())


@pytest.mark.parametrize(
    ("base", "semantic", "labels"),
    [
        ("String", "", ("text",)),
        ("String", "CITY", ("text", "city")),
        ("Long", "POSTAL_CODE.ZIP5_US", ("int", "postal_code")),
        ("Double", "COORDINATE.LATITUDE_DECIMAL", ("float", "latitude")),
        ("LocalDate", "yyyy", ("datetime", "year")),
        ("LocalDate", "yyyy-MM-dd", ("datetime",)),
        ("LocalTime", "H:mm", ("datetime", "time")),
        ("String", "NAME.FIRST", ("text", "first_name")),
        ("String", "NAME.FIRST_LAST", ("text", "full_name")),
        ("String", "NAME.MIDDLE_INITIAL", ("text", "middle_initial")),
        ("String", "STREET_ADDRESS_EN", ("text", "address")),
        ("String", "STREET_ADDRESS2_EN", ("text", "street_line_2")),
        ("String", "STREET_MARKER_EN", ("text",)),
        ("String", "STATE_PROVINCE.COUNTY_US", ("text", "county")),
        ("String", "STATE_PROVINCE.STATE_US", ("text", "state")),
        ("Boolean", "ONE_ZERO", ("boolean",)),
        ("Mystery", "WHATEVER", ()),
    ],
)
def test_annotations_of_open_data_become_labels(base, semantic, labels):
    assert open_data_labels(base, semantic) == labels


def test_every_label_that_a_type_is_mapped_to_is_defined():
    assert all(open_data_types(label) for label in set(SEMANTIC_LABELS) - UNMARKED_IN_OPEN_DATA - {"time", *BASE_TYPES})
    assert set(SEMANTIC_LABELS) >= UNMARKED_IN_OPEN_DATA


def test_it_agrees_with_the_mapping_of_the_shared_data(shared_data):
    mapping = json.loads((shared_data / "columns" / "label_mapping.json").read_text())
    scored = set(mapping["most_specific_first"])
    for base, base_labels in mapping["base_type"].items():
        assert scored & set(open_data_labels(base, "")) == set(base_labels)
    for semantic, labels in mapping["semantic_type"].items():
        assert scored & set(open_data_labels("String", semantic)) == {"text", *labels}


def test_no_other_type_of_the_shared_data_has_a_scored_label(shared_data):
    pandas = pytest.importorskip("pandas")
    mapping = json.loads((shared_data / "columns" / "label_mapping.json").read_text())
    columns = pandas.read_parquet(shared_data / "columns" / "open_data.parquet", columns=["base_type", "semantic_type"])
    for base, semantic in set(zip(columns["base_type"], columns["semantic_type"], strict=True)):
        if semantic not in mapping["drop"]:
            expected = {*mapping["base_type"][base], *mapping["semantic_type"].get(semantic, ())}
            assert set(open_data_labels(base, semantic)) & set(mapping["most_specific_first"]) == expected


def without_examples(page):
    rows = [line.split(" | ") for line in page.splitlines() if line.startswith("| `")]
    return [(cells[:3], cells[-2:]) for cells in rows]


def test_the_page_about_labels_is_made_from_the_code(repository):
    page = (repository / "docs" / "labels.md").read_text(encoding="utf-8")
    assert without_examples(page) == without_examples(label_page())
    assert page.splitlines()[:12] == label_page().splitlines()[:12]
    assert len(without_examples(page)) == len(SEMANTIC_LABELS)


def test_the_page_shows_two_examples_of_each_label():
    assert label_page() == label_page()
    for label in set(SEMANTIC_LABELS) - {"categorical", "ordinal"}:
        assert len(set(examples(label, [label] if label == "email" else _providers(label)))) == 2


def _providers(label):
    from simon_elmo.simulation.types import load_types

    return sorted(name for name, labels in load_types().items() if label in labels)
