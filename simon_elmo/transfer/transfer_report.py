"""What came of teaching a model new labels."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class ColumnAtRisk:
    """An example column that was close to being predicted wrongly, or was.

    Attributes:
        column: its name, "" where it has none.
        position: among the examples.
        label: the new label that it has, or that is nearly predicted for it.
        has_label: whether it has that label.
        probability: the mean probability of the label over its pieces, by the weights that were fitted to a part of the
            columns.
        threshold: the probability from which the label is predicted.
        rival: the old label that is most probable for it.
    """

    column: str
    position: int
    label: str
    has_label: bool
    probability: float
    threshold: float
    rival: str

    @property
    def called(self) -> str:
        """What it is called in messages."""
        return called(self.column, self.position)


@dataclass(frozen=True)
class TaughtLabel:
    """How one new label was learned.

    Attributes:
        label: its name.
        nearest: the old label whose weights it started from.
        columns: example columns that have it.
        pieces: pieces that they were cut into.
        held_out: pieces of them that were held out to score it.
        distinct_cells: different cells in its columns.
        steps: steps of Newton's method until its weights no longer changed.
        precision: on held-out pieces of examples and held-out rehearsal; None where nothing could be held out.
        recall: on the same.
        f1: harmonic mean of both.
        false_alarms: share of the held-out rehearsal columns for which it is predicted.
        confused_with: old label -> share of its held-out rehearsal columns for which the new one is predicted, the most
            often confused first.
        companions: old label -> share of the example columns for which it is predicted as well.
        threshold: the probability from which it is predicted.
    """

    label: str
    nearest: str
    columns: int
    pieces: int
    held_out: int
    distinct_cells: int
    steps: int
    precision: float | None
    recall: float | None
    f1: float | None
    false_alarms: float
    confused_with: dict[str, float]
    companions: dict[str, float]
    threshold: float


@dataclass(frozen=True)
class TransferReport:
    """What `add_labels` did.

    F1, precision and recall are of weights that were fitted to 60% of the example columns, false alarms and the old
    labels' F1 of weights that were fitted to all of them and to 60% of the rehearsal. The weights that the model then
    keeps are fitted to everything.

    Attributes:
        labels: one entry a new label.
        seconds: of the whole work.
        old_macro_f1: mean F1 of the old labels, each column's most specific label counting, on held-out rehearsal
            before and after: a new label that takes the place of an old one lowers it.
        rehearsal_columns: columns that were replayed so that the new labels are told from the old ones.
        at_risk: the example columns that were closest to a mistake, the worst first.
        warnings: what the user should know, one sentence each.
        example: what an example is called, a column or a text.
    """

    labels: tuple[TaughtLabel, ...]
    seconds: float
    old_macro_f1: tuple[float, float]
    rehearsal_columns: int
    at_risk: tuple[ColumnAtRisk, ...]
    warnings: tuple[str, ...]
    example: str = "column"

    def __getitem__(self, label: str) -> TaughtLabel:
        """Return the entry of a new label."""
        for entry in self.labels:
            if entry.label == label:
                return entry
        raise KeyError(label)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        values = asdict(self)
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}

    def to_text(self) -> str:
        """Return the report as plain text."""
        lines = []
        for entry in self.labels:
            scores = f"too few {self.example}s to hold any out"
            if entry.f1 is not None:
                scores = (
                    f"F1 {entry.f1:.3f} (precision {entry.precision:.3f}, recall {entry.recall:.3f}) on "
                    f"{_counted(entry.held_out, 'piece')} held out and replayed {self.example}s"
                )
            lines += [
                f"{entry.label}: {_counted(entry.columns, self.example)} in {_counted(entry.pieces, 'piece')}, "
                f"started from {entry.nearest!r}, {_counted(entry.steps, 'step')}",
                f"  {scores}, false alarms {entry.false_alarms:.2%}",
            ]
            if entry.companions:
                lines.append(f"  its {self.example}s are also {_shares(entry.companions)}")
            if entry.confused_with:
                lines.append(f"  most often taken for it: {_shares(entry.confused_with)}")
        before, after = self.old_macro_f1
        lines.append(
            f"old labels: macro-F1 {before:.3f} before, {after:.3f} after, on held-out {self.example}s of "
            f"{self.rehearsal_columns:,} rehearsed ones; their probabilities are unchanged"
        )
        lines += [
            f"at risk: {risk.called}, {'has' if risk.has_label else 'has not'} {risk.label}: probability "
            f"{risk.probability:.3f}, threshold {risk.threshold:.2f}, nearest old label {risk.rival}"
            for risk in self.at_risk
        ]
        lines.append(f"{self.seconds:.2f} s")
        return "\n".join(lines)


def called(name: str, position: int) -> str:
    """Return what an example column is called in messages: its name, or its position where it has none."""
    return repr(name) if name else f"example {position}"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _shares(shares: dict[str, float]) -> str:
    return ", ".join(
        f"{name} {share:.0%}" if share >= 0.01 else f"{name} under 1%" for name, share in list(shares.items())[:3]
    )
