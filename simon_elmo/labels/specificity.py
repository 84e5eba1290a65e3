"""Which one of a column's labels says most about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from simon_elmo.labels.taxonomy import GENERAL_LABELS, STATISTICAL_LABELS

NO_LABEL = "(none)"


def most_specific(names: Sequence[str], order: Sequence[str] | None = None) -> str:
    """Return the label that says most about a column.

    Args:
        names: the column's labels; of several specific ones the first counts, so give the most probable first.
        order: labels, the most specific one first; labels that are not among them are dropped. By default every label
            is more specific than datetime, boolean, float, int and text (in this order), and these are more specific
            than categorical and ordinal, which describe how values repeat rather than what they are.

    Returns:
        A label; `(none)` for no labels. Where an order is given, `text` for no labels or none that is in it.

    Example:
        >>> most_specific(("text", "email")), most_specific(("categorical", "int")), most_specific(())
        ('email', 'int', '(none)')
    """
    if order is not None:
        return next((name for name in order if name in names), "text")
    if not names:
        return NO_LABEL
    specific = [name for name in names if name not in GENERAL_LABELS and name not in STATISTICAL_LABELS]
    if specific:
        return specific[0]
    return next((name for name in GENERAL_LABELS if name in names), names[0])


def rarest_first(rows: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return the labels of each column with those first that the fewest columns have: the order for true labels.

    Example:
        >>> rarest_first([("name", "first_name"), ("name",)])
        [('first_name', 'name'), ('name',)]
    """
    counts = Counter(name for names in rows for name in names)
    return [tuple(sorted(names, key=lambda name: (counts[name], name))) for names in rows]
