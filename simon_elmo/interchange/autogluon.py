"""Feature metadata of AutoGluon."""

from __future__ import annotations

from typing import Any

from simon_elmo.interchange.labelled import CATEGORIES, CODES, DATES, NUMBERS_WITH_SIGNS, Labels, checked
from simon_elmo.labels.taxonomy import labels_where

_TEXTS = labels_where(lambda label: label.kind == "prose")


def to_autogluon(labels: Labels) -> dict[str, Any]:
    """Return the arguments of AutoGluon's feature metadata: `FeatureMetadata(**to_autogluon(labels))`.

    It describes columns as they are in a table of strings: raw types are those that the cells can be cast to, and
    dates are objects (`datetime_as_object`), which AutoGluon parses.

    Args:
        labels: column name -> its labels, `dict(zip(table.columns, classifier.predict(table)))`.

    Returns:
        `type_map_raw`, column name -> `int`, `float`, `category` or `object`, and `type_group_map_special`, special
        type -> column names.

    Raises:
        InvalidInput: unless labels are a mapping from strings.

    Example:
        >>> to_autogluon({"note": ("free_text", "text"), "n": "int"})
        {'type_map_raw': {'note': 'object', 'n': 'int'}, 'type_group_map_special': {'text': ['note']}}
    """
    raw: dict[str, str] = {}
    special: dict[str, list[str]] = {}
    for name, names in checked(labels).items():
        raw[name], kind = _types(frozenset(names))
        if kind is not None:
            special.setdefault(kind, []).append(name)
    return {"type_map_raw": raw, "type_group_map_special": special}


def _types(names: frozenset[str]) -> tuple[str, str | None]:
    if names & DATES == {"datetime"}:
        return "object", "datetime_as_object"
    if names & (CODES | NUMBERS_WITH_SIGNS):
        return "object", None
    if "float" in names:
        return "float", None
    if "int" in names:
        return "int", None
    if names & (CATEGORIES | {"boolean"}):
        return "category", None
    return "object", "text" if names & _TEXTS else None
