"""What the writers for other packages share: labels by column name, and which labels mean codes and categories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from simon_elmo.errors import InvalidInput

Labels = Mapping[str, str | Sequence[str]]

# digits that are names: a leading zero is part of them, and nobody adds them up
CODES = frozenset(
    ("credit_card", "ean", "iban", "identifier", "isbn", "phone", "postal_code", "ssn", "vin", "hash", "uuid")
)
CATEGORIES = frozenset(
    (
        "categorical", "colour", "country", "country_code", "currency_code", "gender", "language", "language_code",
        "month", "name_suffix", "quarter", "race", "state", "weekday",
    )
)  # fmt: skip


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
