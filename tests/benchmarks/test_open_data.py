"""What annotated open data calls the labels, which the benchmarks score by."""

from __future__ import annotations

import importlib.util
import json

import pytest

from simon_elmo.labels import GENERAL_LABELS, SEMANTIC_LABELS


@pytest.fixture(scope="module")
def open_data(repository):
    spec = importlib.util.spec_from_file_location("open_data", repository / "benchmarks" / "open_data.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


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
def test_annotations_of_open_data_become_labels(open_data, base, semantic, labels):
    assert open_data.open_data_labels(base, semantic) == labels


def test_every_label_that_a_type_is_mapped_to_is_defined(open_data):
    assert all(
        open_data.open_data_types(label)
        for label in set(SEMANTIC_LABELS) - open_data.UNMARKED_IN_OPEN_DATA - {"time", *GENERAL_LABELS}
    )
    assert set(SEMANTIC_LABELS) >= open_data.UNMARKED_IN_OPEN_DATA


def test_it_agrees_with_the_mapping_of_the_shared_data(open_data, shared_data):
    mapping = json.loads((shared_data / "columns" / "label_mapping.json").read_text())
    scored = set(mapping["most_specific_first"])
    for base, base_labels in mapping["base_type"].items():
        assert scored & set(open_data.open_data_labels(base, "")) == set(base_labels)
    for semantic, labels in mapping["semantic_type"].items():
        assert scored & set(open_data.open_data_labels("String", semantic)) == {"text", *labels}


def test_no_other_type_of_the_shared_data_has_a_scored_label(open_data, shared_data):
    pandas = pytest.importorskip("pandas")
    mapping = json.loads((shared_data / "columns" / "label_mapping.json").read_text())
    columns = pandas.read_parquet(shared_data / "columns" / "open_data.parquet", columns=["base_type", "semantic_type"])
    for base, semantic in set(zip(columns["base_type"], columns["semantic_type"], strict=True)):
        if semantic not in mapping["drop"]:
            expected = {*mapping["base_type"][base], *mapping["semantic_type"].get(semantic, ())}
            assert set(open_data.open_data_labels(base, semantic)) & set(mapping["most_specific_first"]) == expected
