from __future__ import annotations

import json

import pytest

from simon_elmo.errors import InvalidInput, UnknownProvider
from simon_elmo.labels.taxonomy import BASE_LABELS, GEO_LABELS, SEMANTIC_LABELS, STATISTICAL_LABELS
from simon_elmo.simulation.types import load_types, shipped_types


def test_the_shipped_file_is_found_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert shipped_types().is_file()
    assert load_types()["email"] == ("email", "text")


def test_a_file_of_that_name_in_the_working_directory_comes_first(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "types.json").write_text('{"iban": "account"}')
    assert load_types() == {"iban": ("account",)}


def test_every_label_has_a_provider_and_no_provider_another_label():
    found = {label for labels in load_types().values() for label in labels}
    assert found == set(SEMANTIC_LABELS) - set(STATISTICAL_LABELS)


def test_every_preset_keeps_a_base_label_of_every_provider():
    for labels in (BASE_LABELS, GEO_LABELS):
        assert all(set(row) & set(labels) for row in load_types().values())


def test_the_shipped_file_is_sorted_so_that_changes_are_seen():
    entries = json.loads(shipped_types().read_text(encoding="utf-8"))
    assert list(entries) == sorted(entries)


def test_the_published_spelling_of_percent_and_grouped_numbers():
    types = load_types()
    assert "text" in types["percent"]
    assert types["integer_grouped"] == ("int",)


@pytest.mark.parametrize("nothing", ["", [], [""], "  "])
def test_no_label_leaves_a_provider_out(nothing):
    assert load_types({"email": ["email", "text"], "name": nothing}) == {"email": ("email", "text")}


def test_one_label_may_be_a_string_and_repeated_labels_count_once():
    assert load_types({"email": "email", "uri": ["uri", "uri"]}) == {"email": ("email",), "uri": ("uri",)}


def test_a_provider_of_faker_may_be_named(tmp_path):
    path = tmp_path / "mine.json"
    path.write_text('{"license_plate": ["plate", "text"]}')
    assert load_types(path) == {"license_plate": ("plate", "text")}


def test_a_provider_that_does_not_exist_is_named():
    with pytest.raises(UnknownProvider, match=r"'emial'.*did you mean email"):
        load_types({"emial": ["email"]})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[]", "must hold a JSON object"),
        ("{", "not valid JSON"),
        ('{"email": 3}', "'email' must be a string or a list of strings: 3"),
        ('{"email": [3]}', "'email' must be"),
        ('{"email": ""}', "no provider with a label"),
        ("{}", "no provider with a label"),
        ("\udcff", "not valid JSON"),
    ],
)
def test_a_file_that_does_not_fit_is_an_error_of_one_line(tmp_path, content, message):
    path = tmp_path / "odd.json"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(InvalidInput, match=message) as caught:
        load_types(path)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InvalidInput, match=r"gone\.json cannot be read"):
        load_types(tmp_path / "gone.json")
