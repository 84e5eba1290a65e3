"""What the writers for other packages share: labels by column name, and sets of labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from simon_elmo.errors import InvalidInput
from simon_elmo.labels.taxonomy import labels_where

Labels = Mapping[str, str | Sequence[str]]

CODES = labels_where(lambda label: label.kind == "code")
CATEGORIES = labels_where(lambda label: label.kind == "category")
DATES = labels_where(lambda label: label.kind == "date")
NUMBERS = labels_where(lambda label: label.kind == "number")
# their cells are no plain numbers: `$3`, `45%`
NUMBERS_WITH_SIGNS = labels_where(lambda label: label.kind == "number" and label.is_always("text"))


def checked(labels: Labels) -> dict[str, tuple[str, ...]]:
    """Return the labels of each column as a tuple.

    Raises:
        InvalidInput: unless it is a mapping from names to labels.
    """
    if not isinstance(labels, Mapping):
        raise InvalidInput(
            "labels are a mapping of column names to labels, dict(zip(names, predicted)), "
            f"not a {type(labels).__name__}"
        )
    found = {}
    for name, given in labels.items():
        if not isinstance(name, str):
            raise InvalidInput(f"the name of a column is a string: {name!r}")
        found[name] = (given,) if isinstance(given, str) else tuple(given)
    return found
