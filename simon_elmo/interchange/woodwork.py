"""Logical types of Woodwork."""

from __future__ import annotations

from simon_elmo.interchange.labelled import CATEGORIES, CODES, DATES, NUMBERS_WITH_SIGNS, Labels, checked

_BY_LABEL = {
    "email": "EmailAddress",
    "uri": "URL",
    "phone": "PhoneNumber",
    "postal_code": "PostalCode",
    "ip_v4": "IPAddress",
    "ip_v6": "IPAddress",
    "country_code": "CountryCode",
    "currency_code": "CurrencyCode",
    "full_name": "PersonFullName",
    "address": "Address",
    "file_path": "Filepath",
    "free_text": "NaturalLanguage",
}
_CELLS_THAT_WOODWORK_CANNOT_CAST = CODES | NUMBERS_WITH_SIGNS | {"coordinate_pair"}


def to_woodwork(labels: Labels) -> dict[str, str]:
    """Return the name of a Woodwork logical type per column: `frame.ww.init(logical_types=...)` takes it.

    Woodwork casts cells of `Double` and `IntegerNullable` to numbers: columns of amounts and percentages, whose signs
    it does not read, are `Unknown`; `TableVectorizer` turns them into numbers. Its accessor needs pandas 2: under
    pandas 3, Woodwork 0.31's `frame.ww.init` says nothing and has no effect, `woodwork.init_series` does.

    Args:
        labels: column name -> its labels, `dict(zip(table.columns, classifier.predict(table)))`.

    Raises:
        InvalidInput: unless labels are a mapping from strings.

    Example:
        >>> to_woodwork({"mail": ("email", "text"), "born": "datetime", "price": ("currency_amount", "text")})
        {'mail': 'EmailAddress', 'born': 'Datetime', 'price': 'Unknown'}
    """
    return {name: _logical_type(frozenset(names)) for name, names in checked(labels).items()}


def _logical_type(names: frozenset[str]) -> str:
    for label, logical in _BY_LABEL.items():
        if label in names:
            return logical
    if names & _CELLS_THAT_WOODWORK_CANNOT_CAST:
        return "Unknown"
    if names & DATES == {"datetime"}:
        return "Datetime"
    if "boolean" in names:
        return "BooleanNullable"
    if names & CATEGORIES:
        return "Categorical"
    if "float" in names:
        return "Double"
    if "int" in names:
        return "AgeNullable" if "age" in names else "IntegerNullable"
    return "Unknown"
