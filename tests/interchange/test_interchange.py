"""What other packages make of the types that are handed to them."""

from __future__ import annotations

import json
import pickle

import pandas as pd
import pytest

import simon_elmo as se
from simon_elmo.cli import main
from simon_elmo.errors import InvalidInput, NotFitted
from simon_elmo.estimators import SimonPrimitive
from simon_elmo.interchange import to_autogluon, to_d3m, to_frictionless, to_woodwork


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    return se.read_table("examples/data/people.csv")


@pytest.fixture(scope="module")
def labels(people: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    return dict(zip(people.columns, se.ColumnClassifier.from_preset().predict(people), strict=True))


def test_frictionless_finds_every_cell_valid(people: pd.DataFrame, labels: dict) -> None:
    frictionless = pytest.importorskip("frictionless")
    descriptor = to_frictionless(labels, {name: people[name].tolist() for name in people})
    types = {field["name"]: field["type"] for field in descriptor["fields"]}
    assert types["customer"] == "integer"
    assert types["zip"] == "string"
    assert types["latitude"] == "number"
    assert types["newsletter"] == "boolean"
    schema = frictionless.Schema.from_descriptor(descriptor)
    report = frictionless.validate("examples/data/people.csv", schema=schema)
    assert report.valid, report.flatten(["rowNumber", "fieldNumber", "message"])[:3]


@pytest.mark.parametrize(
    ("names", "cells", "expected"),
    [
        (("int",), ["1", "2"], "integer"),
        (("int",), ["1,200", "12"], "number"),
        (("int",), ["12", "twelve"], "string"),
        (("int",), ["12", "n/a"], "integer"),
        (("float",), ["1.5", "-2e3"], "number"),
        (("percent", "text"), ["45%", "7.5%"], "number"),
        (("currency_amount", "text"), ["$1,200.50", "$3"], "number"),
        (("postal_code", "int"), ["01234", "14222"], "string"),
        (("datetime", "year", "int"), ["2020", "2021"], "year"),
        (("datetime",), ["2020-01-31"], "date"),
        (("datetime",), ["2020-01-31 10:00:00"], "datetime"),
        (("datetime", "time"), ["10:30:00"], "time"),
        (("datetime", "time"), ["10:30"], "string"),
        (("boolean",), ["Yes", "no"], "boolean"),
        (("boolean",), ["yes", "perhaps"], "string"),
        (("email", "text"), ["ann@example.org"], "string"),
        (("email", "text"), ["ann at example"], "string"),
        (("uri", "text"), ["www.example.org"], "string"),
        ((), [], "string"),
    ],
)
def test_table_schema_is_as_narrow_as_the_cells_allow(names: tuple, cells: list[str], expected: str, tmp_path) -> None:
    descriptor = to_frictionless({"a": names}, {"a": cells})
    assert descriptor["fields"][0]["type"] == expected
    frictionless = pytest.importorskip("frictionless")
    pd.DataFrame({"a": cells, "n": range(len(cells))}).to_csv(tmp_path / "t.csv", index=False)
    descriptor["fields"].append({"name": "n", "type": "integer"})
    if cells:
        schema = frictionless.Schema.from_descriptor(descriptor)
        resource = frictionless.Resource("t.csv", basepath=str(tmp_path), schema=schema)
        assert resource.validate().valid


def test_the_command_line_writes_table_schemas(capsys) -> None:
    with pytest.raises(SystemExit) as code:
        main(["classify", "examples/data/people.csv", "--format", "frictionless"])
    assert code.value.code == 0
    (resource,) = json.loads(capsys.readouterr().out)
    assert resource["path"] == "examples/data/people.csv"
    assert len(resource["schema"]["fields"]) == 17
    assert resource["schema"]["fields"][3]["format"] == "email"


def test_woodwork_takes_the_logical_types(people: pd.DataFrame, labels: dict) -> None:
    types = to_woodwork(labels)
    assert types["e_mail"] == "EmailAddress"
    assert types["born"] == "Datetime"
    assert types["zip"] == "PostalCode"
    woodwork = pytest.importorskip("woodwork", exc_type=ImportError)
    for name in ("customer", "e_mail", "zip", "latitude", "born"):
        cells = woodwork.init_series(people[name].replace("", None), logical_type=types[name])
        expected = woodwork.type_system.str_to_logical_type(types[name]).primary_dtype
        assert str(cells.dtype).split("[")[0] == expected.split("[")[0]
        assert cells.isna().sum() == (people[name] == "").sum()


def test_autogluon_takes_the_feature_metadata(labels: dict) -> None:
    arguments = to_autogluon(labels)
    assert arguments["type_map_raw"]["latitude"] == "float"
    assert "born" in arguments["type_group_map_special"]["datetime_as_object"]
    features = pytest.importorskip("autogluon.common.features.feature_metadata", exc_type=ImportError)
    metadata = features.FeatureMetadata(**arguments)
    assert metadata.get_features(valid_raw_types=["float"]) == ["latitude", "longitude", "spent"]
    assert "last_visit" in metadata.get_features(required_special_types=["datetime_as_object"])


def test_d3m_knows_the_addresses(labels: dict) -> None:
    metadata = {entry["name"]: entry for entry in to_d3m({**labels, "nothing": ()})}
    assert "http://schema.org/email" in metadata["e_mail"]["semantic_types"]
    assert "http://schema.org/latitude" in metadata["latitude"]["semantic_types"]
    assert "https://metadata.datadrivendiscovery.org/types/UnknownType" in metadata["nothing"]["semantic_types"]
    d3m = pytest.importorskip("d3m.container", exc_type=ImportError)
    frame = d3m.DataFrame(pd.DataFrame({"latitude": ["1.5"]}), generate_metadata=True)
    update = {name: value for name, value in metadata["latitude"].items() if name != "structural_type"}
    frame.metadata = frame.metadata.update_column(0, update)
    assert frame.metadata.has_semantic_type((d3m.ALL_ELEMENTS, 0), "http://schema.org/latitude")


def test_labels_are_a_mapping_from_names() -> None:
    for write in (to_autogluon, to_d3m, to_frictionless, to_woodwork):
        with pytest.raises(InvalidInput, match="mapping of column names"):
            write([("int",)])
        with pytest.raises(InvalidInput, match="name of a column"):
            write({7: "int"})


def test_a_primitive_learns_and_hands_its_parameters_on() -> None:
    columns = pd.DataFrame({"a": ["12%", "40%"], "b": ["red", "blue"], "c": ["7%", "9%"], "d": ["green", "black"]})
    primitive = SimonPrimitive()
    with pytest.raises(NotFitted, match="fit this primitive"):
        primitive.produce(inputs=columns)
    with pytest.raises(InvalidInput, match="4 columns have 1 labels"):
        primitive.set_training_data(inputs=columns, outputs=["share"])
    primitive.set_training_data(inputs=columns, outputs=["share", "colour", "share", "colour"])
    assert primitive.fit(timeout=10).iterations_done == 1
    found = primitive.produce(inputs=columns).value
    assert found["labels"].tolist() == [("share",), ("colour",), ("share",), ("colour",)]
    assert set(found["probabilities"][0]) == {"colour", "share"}
    other = SimonPrimitive()
    other.set_params(params=pickle.loads(pickle.dumps(primitive.get_params())))  # noqa: S301 - written by the test
    pd.testing.assert_frame_equal(other.produce(inputs=columns).value, found)
    with pytest.raises(InvalidInput, match="get_params"):
        other.set_params(params={"weights": 1})


def test_a_primitive_without_training_answers_as_the_preset(people: pd.DataFrame, labels: dict) -> None:
    primitive = SimonPrimitive()
    primitive.fit()
    found = primitive.produce(inputs=people).value
    assert dict(zip(found["column"], found["labels"], strict=True)) == labels
    assert "http://schema.org/email" in found["semantic_types"][3]
    assert primitive.produce(inputs=people.iloc[:, :0]).value.empty
