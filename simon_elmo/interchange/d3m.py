"""Semantic types of D3M, by their addresses."""

from __future__ import annotations

from typing import Any

from simon_elmo.interchange.labelled import Labels, checked

_D3M, _SCHEMA = "https://metadata.datadrivendiscovery.org/types/", "http://schema.org/"
_ADDRESSES = {
    "address": _SCHEMA + "address",
    "boolean": _SCHEMA + "Boolean",
    "categorical": _D3M + "CategoricalData",
    "city": _SCHEMA + "City",
    "coordinate_pair": _D3M + "Location",
    "country": _SCHEMA + "Country",
    "country_code": _SCHEMA + "addressCountry",
    "datetime": _SCHEMA + "DateTime",
    "email": _SCHEMA + "email",
    "file_name": _D3M + "FileName",
    "float": _SCHEMA + "Float",
    "identifier": _D3M + "UniqueKey",
    "int": _SCHEMA + "Integer",
    "latitude": _SCHEMA + "latitude",
    "longitude": _SCHEMA + "longitude",
    "ordinal": _D3M + "OrdinalData",
    "phone": _D3M + "AmericanPhoneNumber",
    "postal_code": _SCHEMA + "postalCode",
    "state": _SCHEMA + "State",
    "text": _SCHEMA + "Text",
    "time": _D3M + "Time",
    "uri": _SCHEMA + "URL",
    "year": _D3M + "Time",
}
ATTRIBUTE, UNKNOWN = _D3M + "Attribute", _D3M + "UnknownType"


def to_d3m(labels: Labels) -> list[dict[str, Any]]:
    """Return D3M metadata of columns: one entry per column, with the addresses of its semantic types.

    Labels without an address of their own are told by their general one: a colour is `Text`. Columns without any label
    are `UnknownType`. Every column is an `Attribute`.

    Args:
        labels: column name -> its labels, `dict(zip(table.columns, classifier.predict(table)))`.

    Returns:
        `name`, `structural_type` (always `"str"`: cells are read as strings) and `semantic_types`, in the order of the
        labels.

    Raises:
        InvalidInput: unless labels are a mapping from strings.

    Source: definitions.json of the package d3m, version 2022.5.5, and schema.org.

    Example:
        >>> to_d3m({"mail": ("email",)})[0]["semantic_types"]
        ['http://schema.org/email', 'https://metadata.datadrivendiscovery.org/types/Attribute']
    """
    return [
        {"name": name, "structural_type": "str", "semantic_types": _addresses(names)}
        for name, names in checked(labels).items()
    ]


def _addresses(names: tuple[str, ...]) -> list[str]:
    known = [_ADDRESSES[name] for name in names if name in _ADDRESSES]
    return list(dict.fromkeys([*(known or [_SCHEMA + "Text" if names else UNKNOWN]), ATTRIBUTE]))
