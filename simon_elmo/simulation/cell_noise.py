"""What happens to the text of cells between a form, a database and a file.

Every function takes the cells of one column and a generator, and returns as many new cells. `share` is the part of the
cells that is touched; None draws a part for the column.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from types import MappingProxyType

import numpy as np

from simon_elmo.simulation.draws import choose, log_uniform

_KEYBOARD_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE = MappingProxyType(
    {row[at]: row[max(0, at - 1) : at] + row[at + 1 : at + 2] for row in _KEYBOARD_ROWS for at in range(len(row))}
)
_UNITS = (" kg", " m", " %", " ft", " USD", " km", " h", "*", " (est.)", "+", " lbs", " approx")
_NUMBER = re.compile(r"(?<![\d.,])\d{4,}(?![\d,])")


def _touched(n: int, rng: np.random.Generator, share: float | None, low: float = 0.01, high: float = 0.2) -> list[int]:
    part = log_uniform(rng, low, high) if share is None else share
    return np.flatnonzero(rng.random(n) < part).tolist()


def _change(cells: list[str], touched: list[int], change: Callable[[str], str]) -> list[str]:
    changed = list(cells)
    for row in touched:
        changed[row] = change(changed[row])
    return changed


def change_case(cells: list[str], rng: np.random.Generator) -> list[str]:
    """Write the whole column in capitals (most often), in small letters or with capital initials."""
    change = choose(rng, (str.upper, str.upper, str.lower, str.title))
    return [change(cell) for cell in cells]


def uneven_case(cells: list[str], rng: np.random.Generator, share: float | None = None) -> list[str]:
    """Write some cells in another case than the rest, as when several people filled the column in."""
    return _change(
        cells, _touched(len(cells), rng, share), choose(rng, (str.upper, str.lower, str.title, str.capitalize))
    )


def pad(cells: list[str], rng: np.random.Generator, width: int | None = None) -> list[str]:
    """Fill cells with spaces on the right to one width, as fixed-width database fields do.

    Args:
        cells: the column.
        rng: draws the width.
        width: characters; one of the next common field widths above the longest cell where not given.
    """
    longest = max(map(len, cells), default=0)
    wider = [size for size in (5, 10, 15, 20, 25, 30, 40, 50, 60, 100) if size > longest][:3] or [longest + 1]
    wide = width or choose(rng, wider)
    return [cell.ljust(wide) for cell in cells]


def stray_spaces(cells: list[str], rng: np.random.Generator, share: float | None = None) -> list[str]:
    """Put a space before, after or within some cells."""
    form = choose(rng, ("{} ", "{} ", " {}", "  {}", "{}  ", "{}\t"))
    double = rng.random() < 0.25
    return _change(
        cells,
        _touched(len(cells), rng, share, 0.02, 1.0),
        lambda cell: cell.replace(" ", "  ") if double and " " in cell else form.format(cell),
    )


def non_breaking_spaces(cells: list[str], rng: np.random.Generator, share: float | None = None) -> list[str]:
    """Turn the spaces of some cells into non-breaking ones, or end the cell with one, as text copied from pages has."""
    return _change(
        cells,
        _touched(len(cells), rng, share, 0.05, 1.0),
        lambda cell: cell.replace(" ", "\u00a0") if " " in cell else cell + "\u00a0",
    )


def quote(cells: list[str], rng: np.random.Generator) -> list[str]:
    """Put every cell in quotation marks that a reader did not take off."""
    form = choose(rng, ('"{}"', '"{}"', "'{}'", "'{}", "“{}”", "[{}]", "['{}']"))
    return [form.format(cell) for cell in cells]


def truncate(cells: list[str], rng: np.random.Generator, width: int | None = None) -> list[str]:
    """Cut cells at the width of a database field.

    Args:
        cells: the column.
        rng: draws the width.
        width: characters kept; a little less than the longest cell where not given.
    """
    longest = max(map(len, cells), default=0)
    kept = width or max(8, int(longest * rng.uniform(0.5, 0.95)))
    return [cell[:kept] for cell in cells]


def _misspell(cell: str, rng: np.random.Generator) -> str:
    if len(cell) < 3:
        return cell
    at, kind = int(rng.integers(1, len(cell) - 1)), int(rng.integers(4))
    if not cell[at].isalpha():
        return cell
    if kind == 0:
        return cell[:at] + cell[at + 1] + cell[at] + cell[at + 2 :]
    if kind == 1:
        return cell[:at] + cell[at + 1 :]
    if kind == 2:
        return cell[:at] + cell[at] + cell[at:]
    near = choose(rng, _BESIDE.get(cell[at].lower(), cell[at]))
    return cell[:at] + (near.upper() if cell[at].isupper() else near) + cell[at + 1 :]


def typos(cells: list[str], rng: np.random.Generator, share: float | None = None) -> list[str]:
    """Misspell some cells: two letters swapped, one missing, one doubled, or the key beside it."""
    return _change(cells, _touched(len(cells), rng, share), lambda cell: _misspell(cell, rng))


def mojibake(cells: list[str], rng: np.random.Generator) -> list[str]:
    """Decode the bytes of a UTF-8 column as Latin-1 or Windows-1252, or lose what is not ASCII."""
    kind = int(rng.integers(4))
    if kind == 3:
        return [
            cell.encode("ascii", "replace").decode("ascii").replace("?", choose(rng, ("\ufffd", "?"))) for cell in cells
        ]
    encoding = ("latin-1", "cp1252", "cp1252")[kind]
    return [cell.encode("utf-8").decode(encoding, "replace") for cell in cells]


def html_entities(cells: list[str], rng: np.random.Generator) -> list[str]:
    """Escape `&`, `<`, `>` and quotes as pages do, or leave tags around the text."""
    if rng.random() < 0.3:
        form = choose(rng, ("<p>{}</p>", "{}<br>", "<b>{}</b>", "{}&nbsp;"))
        return [form.format(html.escape(cell)) for cell in cells]
    return [html.escape(cell) for cell in cells]


def thousands_separators(cells: list[str], rng: np.random.Generator, separator: str | None = None) -> list[str]:
    """Group the digits of whole numbers of four digits and more: 2778 becomes 2,778."""
    between = separator or choose(rng, (",", ",", ",", ",", " ", "'", "\u00a0"))
    return [
        _NUMBER.sub(lambda match: f"{int(match[0]):,}".replace(",", between) if match[0][0] != "0" else match[0], cell)
        for cell in cells
    ]


def percent_signs(cells: list[str], rng: np.random.Generator, share: float | None = None) -> list[str]:
    """Write the percent sign unevenly: some cells get a space before it, or lose it."""
    lose = rng.random() < 0.4
    return _change(
        cells,
        _touched(len(cells), rng, share, 0.01, 0.15),
        lambda cell: cell.replace("%", "").rstrip() if lose else re.sub(r"\s?%", " %", cell),
    )


def currency_signs(cells: list[str], rng: np.random.Generator, share: float | None = None) -> list[str]:
    """Write the currency unevenly: some cells lose it."""
    return _change(
        cells,
        _touched(len(cells), rng, share, 0.01, 0.15),
        lambda cell: re.sub(r"^[^\d(.-]+|[^\d).]+$", "", cell) or cell,
    )


def leading_zeros(cells: list[str], rng: np.random.Generator) -> list[str]:
    """Fill whole numbers with zeros to the width of the longest, or one or two more."""
    width = max(map(len, cells), default=0) + int(choose(rng, (0, 0, 1, 2)))
    return [cell.zfill(width) if cell.isdigit() else cell for cell in cells]


def decimal_zeros(cells: list[str], rng: np.random.Generator) -> list[str]:
    """Add `.0` to whole numbers, as a column of numbers with gaps gets from programs that make them decimal."""
    ending = choose(rng, (".0", ".0", ".0", ".00"))
    return [cell + ending if cell.isdigit() else cell for cell in cells]


def trailing_units(cells: list[str], rng: np.random.Generator, share: float | None = None) -> list[str]:
    """Put a unit or a note after a few numbers, as someone who explains a value does."""
    unit = choose(rng, _UNITS)
    return _change(cells, _touched(len(cells), rng, share, 0.005, 0.05), lambda cell: cell + unit)
