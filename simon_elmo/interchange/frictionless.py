"""Table Schema, as Frictionless reads it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from simon_elmo.interchange.labelled import CODES, DATES, NUMBERS, NUMBERS_WITH_SIGNS, Labels, checked
from simon_elmo.labels.taxonomy import labels_where
from simon_elmo.tables.cells import present_cells
from simon_elmo.words.nothing import NOTHING_IN_ANY_COLUMN

_INTEGERS = labels_where(lambda label: label.kind == "number" and label.is_always("int"))
_FORMATS = {"email": "email", "uri": "uri", "uuid": "uuid"}
_INTEGER = re.compile(r"[-+]?\d+")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_GROUPED = re.compile(r"\D*?[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?\D*|\D*?[-+]?\d+(?:\.\d+)?\D*")
_YEAR = re.compile(r"\d{4}")
_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_ISO_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?")
_CLOCK = re.compile(r"\d\d:\d\d:\d\d")
_TRUE, _FALSE = ("yes", "y", "true", "t", "1", "on"), ("no", "n", "false", "f", "0", "off")
_PATTERNS = {
    "email": re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+"),
    "uri": re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://\S+"),
    "uuid": re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
}


def to_frictionless(labels: Labels, cells: Mapping[str, Iterable[Any]] | None = None) -> dict[str, Any]:
    """Return a Table Schema of labelled columns: `frictionless.Schema.from_descriptor(...)` reads it.

    Types and formats are as narrow as the cells allow: with cells, a column of `int` whose cells are `n/a` and `1,200`
    is a number with a group sign and a value that is missing, and one that no number type reads is a string. Without
    cells, the labels alone decide. Codes made of digits, such as postal codes, stay strings. Each field also has its
    `labels`, a property of its own that Table Schema allows.

    Args:
        labels: column name -> its labels, `dict(zip(table.columns, classifier.predict(table)))`.
        cells: column name -> cells of the same columns, all or a sample.

    Raises:
        InvalidInput: unless labels are a mapping from strings.

    Source: Table Schema, specs.frictionlessdata.io/table-schema.

    Example:
        >>> to_frictionless({"mail": ("email", "text"), "age": "int"})["fields"][0]
        {'name': 'mail', 'type': 'string', 'format': 'email', 'labels': ['email', 'text']}
    """
    given = checked(labels)
    missing: dict[str, None] = {"": None}
    fields = []
    for name, names in given.items():
        present = None if cells is None or name not in cells else present_cells(cells[name])
        if present is not None:
            nothing = {cell for cell in set(present) if cell.strip().lower() in NOTHING_IN_ANY_COLUMN}
            missing |= dict.fromkeys(sorted(nothing))
            present = [cell for cell in set(present) if cell not in nothing]
        fields.append({"name": name, **_typed(frozenset(names), present), "labels": list(names)})
    return {"fields": fields, "missingValues": list(missing)}


def _typed(names: frozenset[str], cells: list[str] | None) -> dict[str, Any]:
    """Return the type and format of a column; cells are distinct ones."""
    for label, written in _FORMATS.items():
        if label in names and _all(_PATTERNS[label], cells):
            return {"type": "string", "format": written}
    if names & CODES:
        return {"type": "string"}
    for reader in (_boolean, _moment, _number):
        found = reader(names, cells)
        if found is not None:
            return found
    return {"type": "string"}


def _boolean(names: frozenset[str], cells: list[str] | None) -> dict[str, Any] | None:
    if "boolean" not in names:
        return None
    if cells is None:
        spelled = {word: [word, word.title(), word.upper()] for word in (*_TRUE, *_FALSE)}
        true, false = ([form for word in words for form in spelled[word]] for words in (_TRUE, _FALSE))
    else:
        true, false = (sorted(cell for cell in cells if cell.lower() in words) for words in (_TRUE, _FALSE))
        if len(true) + len(false) != len(cells) or not cells:
            return None
    return {"type": "boolean", "trueValues": _unique(true) or ["true"], "falseValues": _unique(false) or ["false"]}


def _moment(names: frozenset[str], cells: list[str] | None) -> dict[str, Any] | None:
    if "year" in names and _all(_YEAR, cells):
        return {"type": "year"}
    if not names & DATES - {"year"}:
        return None
    if "time" in names:
        return {"type": "time"} if _all(_CLOCK, cells) else {"type": "string"}
    if cells is None:
        return {"type": "datetime", "format": "any"}
    if _all(_ISO_DATE, cells):
        return {"type": "date"}
    if _all(_ISO_MOMENT, cells):
        return {"type": "datetime", "format": "any"}
    return {"type": "datetime" if any(":" in cell for cell in cells) else "date", "format": "any"}


def _number(names: frozenset[str], cells: list[str] | None) -> dict[str, Any] | None:
    if not names & NUMBERS:
        return None
    if names & _INTEGERS and "percent" not in names and _all(_INTEGER, cells):
        return {"type": "integer"}
    if not names & NUMBERS_WITH_SIGNS and _all(_NUMBER, cells):
        return {"type": "number"}
    if _all(_GROUPED, cells):
        return {"type": "number", "groupChar": ",", "bareNumber": False}
    return None


def _all(pattern: re.Pattern[str], cells: list[str] | None) -> bool:
    return cells is None or all(pattern.fullmatch(cell) for cell in cells)


def _unique(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))
