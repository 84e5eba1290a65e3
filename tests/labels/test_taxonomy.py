"""The table of labels: complete, and true of what is simulated and of the shipped presets."""

from __future__ import annotations

import json

import pytest

from simon_elmo.labels import (
    BASE_LABELS,
    GENERAL_LABELS,
    GEO_LABELS,
    LABELS,
    SEMANTIC_LABELS,
    STATISTICAL_LABELS,
    labels_where,
)
from simon_elmo.simulation.types import load_types

PRESETS = {"simon-base": BASE_LABELS, "simon-geo": GEO_LABELS, "simon-semantic": SEMANTIC_LABELS}


def test_every_label_has_a_definition_of_one_sentence_that_a_table_can_show():
    for label in LABELS.values():
        assert label.definition.endswith(".")
        assert not {"\n", "|"} & set(label.definition)


def test_no_label_has_two_rows_and_the_rows_are_sorted():
    assert list(LABELS) == sorted(LABELS)
    assert all(name == label.name for name, label in LABELS.items())


@pytest.mark.parametrize("preset", PRESETS)
def test_the_shipped_presets_have_the_labels_that_the_table_gives_them(repository, preset):
    known = json.loads((repository / "pretrained" / preset / "metadata.json").read_text(encoding="utf-8"))["labels"]
    assert sorted(PRESETS[preset]) == sorted(known)


def test_what_is_simulated_has_exactly_one_general_label_which_fits_its_special_ones():
    for provider, labels in load_types().items():
        general = set(labels) & set(GENERAL_LABELS)
        assert len(general) == 1, provider
        for name in labels:
            assert general <= set(LABELS[name].general), f"{provider}: {name} never stands beside {general}"


def test_every_row_but_those_of_rules_is_simulated_beside_each_of_its_general_labels():
    simulated = {(name, general) for row in load_types().values() for name in row for general in row}
    for label in LABELS.values():
        assert all((label.name, general) in simulated for general in label.general)
    assert STATISTICAL_LABELS == ("categorical", "ordinal")


def test_general_labels_stand_by_themselves():
    assert set(GENERAL_LABELS) == labels_where(lambda label: label.general == (label.name,))


def test_what_is_always_a_number_can_be_told_from_what_may_be_one():
    assert LABELS["age"].is_always("int", "float")
    assert not LABELS["postal_code"].is_always("int", "float")
    assert not LABELS["categorical"].is_always("int", "float")
