"""Whole columns cut into pieces, so that a few columns make many examples."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from simon_elmo.errors import InvalidInput
from simon_elmo.labels.label_set import LabelSet, require_label
from simon_elmo.labels.taxonomy import STATISTICAL_LABELS
from simon_elmo.simon.engine import Engine
from simon_elmo.simon.examples import UNKNOWN, ColumnExamples
from simon_elmo.simon.teaching.rehearsal import Rehearsal
from simon_elmo.simon.teaching.report import called

_MAX_PIECES = 60


def cut_into_pieces(cells: Sequence[str], length: int = 20, max_pieces: int = _MAX_PIECES) -> list[list[str]]:
    """Return consecutive pieces of a column.

    A column of less than two pieces stays whole. What is left at the end is a piece of its own from half the length on,
    and is left out otherwise. Of more than `max_pieces`, evenly spread ones are kept.

    Args:
        cells: the cells that are not missing.
        length: cells per piece.
        max_pieces: pieces at most.

    Raises:
        InvalidInput: for a length or a number below 1.

    Example:
        >>> [len(piece) for piece in cut_into_pieces(["x"] * 70, length=20)]
        [20, 20, 20, 10]
    """
    if length < 1 or max_pieces < 1:
        raise InvalidInput(f"a piece has at least 1 cell and a column at least 1 piece: {length}, {max_pieces}")
    cells = list(cells)
    if len(cells) < 2 * length:
        return [cells] if cells else []
    pieces = [cells[start : start + length] for start in range(0, len(cells), length)]
    if 2 * len(pieces[-1]) < length:
        pieces.pop()
    if len(pieces) > max_pieces:
        pieces = [pieces[int(position)] for position in np.linspace(0, len(pieces) - 1, max_pieces)]
    return pieces


def split_by_source(
    sources: Sequence[Hashable], fractions: Sequence[float] = (0.6, 0.3, 0.1), seed: int = 0
) -> list[np.ndarray]:
    """Split the pieces of one label so that, where there are enough columns, no column stands on two sides.

    With at least as many columns as parts each part gets some of them. With fewer, the pieces of each column are handed
    out instead, its first ones to the first part and so on, so that neighbours stay together.

    Args:
        sources: the column that each piece comes from.
        fractions: share of each part.
        seed: fixes which columns go where.

    Returns:
        One sorted integer array of positions per part; parts may be empty where there are fewer pieces than parts.

    Example:
        >>> [part.tolist() for part in split_by_source(["a"] * 10)]
        [[0, 1, 2, 3, 4, 5], [6, 7, 8], [9]]
    """
    columns = list(dict.fromkeys(sources))
    bounds = np.cumsum(fractions)[:-1] / np.sum(fractions)
    if len(columns) >= len(fractions):
        order = np.random.default_rng([seed, 0x7EAC4]).permutation(len(columns))
        cuts = np.clip(np.round(bounds * len(columns)).astype(int), np.arange(1, len(fractions)), None)
        cuts = np.minimum(cuts, len(columns) - np.arange(len(fractions) - 1, 0, -1))
        part_of = {columns[row]: int(np.searchsorted(cuts, place, side="right")) for place, row in enumerate(order)}
        parts = [part_of[source] for source in sources]
    else:
        members = {column: [row for row, source in enumerate(sources) if source == column] for column in columns}
        parts = [0] * len(sources)
        for rows in members.values():
            places = np.searchsorted(bounds, (np.arange(len(rows)) + 0.5) / len(rows), side="right")
            for row, place in zip(rows, places.tolist(), strict=True):
                parts[row] = place
    assigned = np.asarray(parts, dtype=int)
    return [np.flatnonzero(assigned == part) for part in range(len(fractions))]


FRACTIONS = (0.6, 0.3, 0.1)
_FEWEST_CELLS = 5  # of all columns of a new label together
_MOST_PIECES = 240  # of all columns of a label together
_KEPT_A_LABEL = 200  # rows that join the rehearsal


@dataclass(frozen=True)
class ExamplePieces:
    """Pieces of example columns, each seen with the name of its column and without.

    Attributes:
        examples: the columns.
        rows: what the model makes of the pieces.
        source: integer (n,), the column that each piece comes from.
        piece: integer (n,), the piece, which is there with its name and without.
        weights: float (n,), 1 shared among the pieces of a column.
    """

    examples: ColumnExamples
    rows: Rehearsal
    source: np.ndarray
    piece: np.ndarray
    weights: np.ndarray

    @classmethod
    def observed(
        cls, engine: Engine, examples: ColumnExamples, new: Sequence[str], length: int, seed: int
    ) -> ExamplePieces:
        """Cut columns into pieces of `length` cells and let a network look at them; the pieces have no targets yet."""
        n_columns = {name: sum(name in names for names in examples.labels) for name in new}
        cells: list[Sequence[str]] = []
        headers: list[str] = []
        source: list[int] = []
        piece: list[int] = []
        weights: list[float] = []
        for row, column in enumerate(examples.columns):
            sharing = max((n_columns[name] for name in examples.labels[row] if name in new), default=len(examples))
            pieces: list[Sequence[str]] = [*cut_into_pieces(column, length, max(2, _MOST_PIECES // sharing))]
            if len(pieces) > 1 and sharing >= len(FRACTIONS):
                pieces.append(column)  # with fewer columns it would hold what is held out
            name = examples.headers[row]
            shown = [name, ""] if engine.config.reads_headers and name else [""]
            n = len(pieces) * len(shown)
            cells += [part for part in pieces for _ in shown]
            headers += shown * len(pieces)
            piece += [len(source) + place // len(shown) for place in range(n)]
            source += [row] * n
            weights += [1 / n] * n
        rows = Rehearsal(*engine.observed(cells, headers, seed), np.zeros((len(cells), 0)), ())
        return cls(examples, rows, np.array(source), np.array(piece), np.array(weights))

    def with_targets(self, labels: LabelSet, told_apart: Sequence[str]) -> ExamplePieces:
        """Return the pieces with targets for other labels.

        A column has the labels that it was given. That it was not given a label of `told_apart` means that it has not
        got it; of other labels it is unknown, since who teaches a new label seldom lists all old ones.
        """
        targets = np.full((len(self.rows), len(labels)), UNKNOWN, dtype=np.int8)
        for column, name in enumerate(labels.names):
            if name in told_apart:
                targets[:, column] = 0
            targets[self.having(name), column] = 1
        return replace(self, rows=replace(self.rows, targets=targets, labels=labels.names))

    def having(self, label: str) -> np.ndarray:
        """Return bool (n,): whether the column of a piece was given a label."""
        given = np.array([label in names for names in self.examples.labels], dtype=bool)
        return given[self.source]

    def columns_having(self, label: str) -> list[int]:
        """Return the columns that were given a label."""
        return np.unique(self.source[self.having(label)]).tolist()

    def count(self, label: str) -> int:
        """Return how many different pieces have a label."""
        return len(np.unique(self.piece[self.having(label)]))

    def take(self, chosen: np.ndarray) -> ExamplePieces:
        """Return the pieces at the given positions, or where a boolean array is true."""
        return replace(
            self,
            rows=self.rows.take(chosen),
            source=self.source[chosen],
            piece=self.piece[chosen],
            weights=self.weights[chosen],
        )

    def split(self, new: Sequence[str], groups: Sequence[Hashable] | None, seed: int) -> list[np.ndarray]:
        """Return positions for learning, for calibrating and for scoring, 60/30/10, no column in two of them.

        Each new label is split by itself, and so are the columns that have none.
        """
        parts: list[list[np.ndarray]] = [[] for _ in FRACTIONS]
        left = np.ones(len(self.rows), dtype=bool)
        for members in (*(self.having(name) for name in new), left.copy()):
            own = np.flatnonzero(members & left)
            left[own] = False
            of = [int(row) if groups is None else groups[row] for row in self.source[own]]
            for part, positions in zip(parts, split_by_source(of, FRACTIONS, seed), strict=True):
                part.append(own[positions])
        return [np.sort(np.concatenate(part)) for part in parts]

    def to_keep(self, new: Sequence[str], seed: int) -> Rehearsal:
        """Return what joins the rehearsal: up to 200 pieces of each new label, and of the columns without one."""
        rng = np.random.default_rng([seed, 0x6EEB])
        without = ~np.any([self.having(name) for name in new], axis=0)
        chosen = np.zeros(len(self.rows), dtype=bool)
        for members in (*(self.having(name) for name in new), without):
            chosen[rng.permutation(np.flatnonzero(members))[:_KEPT_A_LABEL]] = True
        return self.rows.take(chosen)


def new_labels(examples: ColumnExamples, known: LabelSet) -> list[str]:
    """Return the labels of examples that a model does not know, sorted.

    Raises:
        InvalidInput: if there is none, one is decided by a rule, a column is empty, or there are too few cells.
    """
    cells_of: dict[str, int] = {}
    for row, (column, names) in enumerate(zip(examples.columns, examples.labels, strict=True)):
        if not column:
            raise InvalidInput(f"{called(examples.headers[row], row)} ({', '.join(names) or 'no label'}) has no cells")
        for name in names:
            if name not in known:
                require_label(name)
            cells_of[name] = cells_of.get(name, 0) + len(column)
    new = sorted(name for name in cells_of if name not in known)
    if not new:
        given = f"the model knows {', '.join(sorted(cells_of))} already" if cells_of else "no column has a label"
        raise InvalidInput(f"there is no new label to teach: {given}")
    for name in new:
        if name in STATISTICAL_LABELS:
            raise InvalidInput(f"{name!r} cannot be taught: a rule decides it from how the values of a column repeat")
        if cells_of[name] < _FEWEST_CELLS:
            raise InvalidInput(
                f"{name!r} has {cells_of[name]} example cells; give columns with at least {_FEWEST_CELLS} together"
            )
    return new
