"""Corruption: what real columns have that generated ones lack, in realistic frequencies, without changing labels.

Each corruption is a function of the cells of a column and a generator; they compose freely. The registry says for
which labels each is safe: a percent sign makes text of whole numbers, so it is only written unevenly where the label
is `percent`; a uuid that is cut is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from types import MappingProxyType

import numpy as np

from simon_elmo.config import JsonConfig
from simon_elmo.labels.taxonomy import labels_where
from simon_elmo.simulation import cell_noise as noise
from simon_elmo.simulation import column_shapes as shapes

Corrupt = Callable[[list[str], np.random.Generator], list[str]]

NUMBER_LABELS = labels_where(lambda label: label.is_always("int", "float"))


@dataclass(frozen=True)
class Corruption:
    """One corruption and the columns that it is safe for.

    Attributes:
        name: also the name of its probability in `CorruptionRates`.
        apply: `(cells, rng) -> cells`, as many as it was given.
        only: a column needs one of these labels; empty for any.
        never: a column must have none of these labels.
    """

    name: str
    apply: Corrupt
    only: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()

    def safe_for(self, labels: Iterable[str]) -> bool:
        """Return whether a column with these labels keeps them.

        Example:
            >>> uneven_signs = CORRUPTIONS["percent_signs"]
            >>> uneven_signs.safe_for(("int",)), uneven_signs.safe_for(("percent", "text"))
            (False, True)
        """
        found = frozenset(labels)
        return not found & self.never and (not self.only or bool(found & self.only))


_TYPED = labels_where(lambda label: label.is_always("int", "float", "boolean", "datetime"))
_WHOLE = frozenset({"int"})
_NOT_COUNTS = (_TYPED | labels_where(lambda label: "int" in label.general)) - {"int", "identifier"}
_WORDS = frozenset({"text", "address"})
# Nothing may be cut off or misspelt in these: their form is what makes them what they are.
_EXACT = labels_where(lambda label: bool(label.general) and not label.misspelt)
_FIXED_CASE = NUMBER_LABELS | labels_where(lambda label: label.case == "fixed")
_EVEN_CASE = _FIXED_CASE | labels_where(lambda label: label.case == "even")

# In the order in which they are applied: values first, then how they are written, then what carries them.
CORRUPTIONS = MappingProxyType(
    {
        corruption.name: corruption
        for corruption in (
            Corruption("sequential", shapes.sequential, only=_WHOLE, never=_NOT_COUNTS),
            Corruption("sorted", shapes.sort_cells),
            Corruption("leading_zeros", noise.leading_zeros, only=_WHOLE, never=_NOT_COUNTS),
            Corruption("thousands_separators", noise.thousands_separators, only=_WHOLE,
                       never=_NOT_COUNTS | {"identifier"}),
            Corruption("decimal_zeros", noise.decimal_zeros, only=frozenset({"year", "postal_code"}), never=_WHOLE),
            Corruption("percent_signs", noise.percent_signs, only=frozenset({"percent"})),
            Corruption("currency_signs", noise.currency_signs, only=frozenset({"currency_amount"})),
            Corruption("trailing_units", noise.trailing_units, only=NUMBER_LABELS | {"year"}),
            Corruption("change_case", noise.change_case, never=_FIXED_CASE),
            Corruption("uneven_case", noise.uneven_case, never=_EVEN_CASE),
            Corruption("typos", noise.typos, only=_WORDS, never=_EXACT),
            Corruption("truncate", noise.truncate, only=_WORDS, never=_EXACT),
            Corruption("html_entities", noise.html_entities, only=_WORDS, never=_EXACT),
            Corruption("mojibake", noise.mojibake, never=NUMBER_LABELS | {"boolean"}),
            Corruption("non_breaking_spaces", noise.non_breaking_spaces),
            Corruption("stray_spaces", noise.stray_spaces),
            Corruption("quote", noise.quote, only=_WORDS, never=_TYPED),
            Corruption("pad", noise.pad),
        )
    }
)  # fmt: skip


@dataclass(frozen=True)
class CorruptionRates(JsonConfig):
    """How often columns have each corruption: probabilities per column, among columns that it is safe for.

    The defaults follow columns of open-data portals: half of them hold a few values again and again, one in fourteen
    of text is padded, few are misspelt or wrongly decoded.

    Attributes:
        repeated: values are repeated with Zipf-like frequencies; a fifth of these columns holds one value.
        mixed: up to 6% of the cells are of another provider.
        sequential: row numbers instead of whole numbers.
        sorted: the column is sorted.
        leading_zeros: whole numbers are filled with zeros to one width.
        thousands_separators: whole numbers are grouped, 2,778.
        decimal_zeros: years and postal codes went through a decimal type, 2008.0.
        percent_signs: the percent sign is missing or set apart in some cells.
        currency_signs: the currency is missing in some cells.
        trailing_units: a few numbers carry a unit or a note.
        change_case: the column is in capitals, small letters or with capital initials.
        uneven_case: some cells are in another case.
        typos: some cells are misspelt.
        truncate: cells are cut at a width.
        html_entities: text is escaped for pages.
        mojibake: text is decoded wrongly.
        non_breaking_spaces: spaces are non-breaking in some cells.
        stray_spaces: some cells begin or end with spaces, or have them doubled.
        quote: cells keep quotation marks.
        pad: cells are filled with spaces to one width.
    """

    repeated: float = 0.5
    mixed: float = 0.03
    sequential: float = 0.03
    sorted: float = 0.06
    leading_zeros: float = 0.03
    thousands_separators: float = 0.03
    decimal_zeros: float = 0.05
    percent_signs: float = 0.1
    currency_signs: float = 0.1
    trailing_units: float = 0.01
    change_case: float = 0.15
    uneven_case: float = 0.03
    typos: float = 0.04
    truncate: float = 0.03
    html_entities: float = 0.01
    mojibake: float = 0.015
    non_breaking_spaces: float = 0.01
    stray_spaces: float = 0.03
    quote: float = 0.01
    pad: float = 0.03

    def __post_init__(self) -> None:
        for field in fields(self):
            self._require_number(field.name, 0.0, 1.0)

    @classmethod
    def none(cls) -> CorruptionRates:
        """Return rates of 0: the cells stay as the providers made them."""
        return cls(**{field.name: 0.0 for field in fields(cls)})


def corrupt(cells: list[str], labels: Iterable[str], rng: np.random.Generator, rates: CorruptionRates) -> list[str]:
    """Apply the corruptions that are drawn for a column, among those that its labels allow.

    Repetition and mixing need the provider and are done by `simulate`.

    Args:
        cells: the column.
        labels: its labels.
        rng: draws which corruptions, and what they do.
        rates: how often.

    Returns:
        As many cells.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> corrupt(["ann", "bob"], ("first_name", "text"), rng, CorruptionRates.none())
        ['ann', 'bob']
    """
    found = tuple(labels)
    draws = rng.random(len(CORRUPTIONS)).tolist()
    for draw, (name, corruption) in zip(draws, CORRUPTIONS.items(), strict=True):
        if draw < getattr(rates, name) and corruption.safe_for(found):
            cells = corruption.apply(cells, rng)
    return cells


def compose(*functions: Corrupt) -> Corrupt:
    """Return the corruption that applies the given ones one after the other.

    Example:
        >>> both = compose(noise.pad, lambda cells, rng: [cell.strip().upper() for cell in cells])
        >>> both(["ann"], np.random.default_rng(0))
        ['ANN']
    """

    def apply(cells: list[str], rng: np.random.Generator) -> list[str]:
        for function in functions:
            cells = function(cells, rng)
        return cells

    return apply
