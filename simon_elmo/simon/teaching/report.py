"""What came of teaching a model new labels."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from simon_elmo.labels.taxonomy import GENERAL_LABELS


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

    def __getitem__(self, label: Any) -> TaughtLabel:
        """Return the entry of a new label; numbers and booleans, which labels of texts may be, count by their names."""
        for entry in self.labels:
            if entry.label == str(label):
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


_CONFUSED, _SAME = 0.15, 0.5
_LOW, _SOME = 0.8, 0.01
_NAMED = 3


def teaching_warnings(
    entry: TaughtLabel,
    risks: Sequence[ColumnAtRisk],
    beside: Collection[str],
    n_rehearsed: int,
    example: str = "column",
) -> list[str]:
    """Return one sentence for each thing that is wrong with a taught label, and what to do about it.

    Args:
        entry: how the label was learned.
        risks: the examples, the worst first, of all new labels.
        beside: old labels that are expected beside it.
        n_rehearsed: columns that were replayed.
        example: what an example is called.
    """
    name, sentences = entry.label, []
    expected = (*GENERAL_LABELS, *beside)
    same = next(
        ((old, share) for old, share in entry.companions.items() if old not in expected and share >= _SAME), None
    )
    rival = same[0] if same is not None and same[1] >= entry.companions.get(entry.nearest, 0.0) else entry.nearest
    worst = next(iter(entry.confused_with.items()), None)
    wrong = [risk for risk in risks if risk.label == name and not risk.has_label and risk.probability >= risk.threshold]
    if wrong:
        names = ", ".join(risk.called for risk in wrong[:_NAMED])
        more = f" and {len(wrong) - _NAMED} more" if len(wrong) > _NAMED else ""
        sentences.append(
            f"{name!r} is predicted for {names}{more}, given as having another label or none: if that is {name!r} too, "
            f"name it; if not, give more {example}s that are like it"
        )
    if worst is not None and worst[1] >= _CONFUSED:
        sentences.append(
            f"{name!r} can hardly be told from {worst[0]!r}: it is predicted for {worst[1]:.0%} of the {example}s "
            f"of {worst[0]!r} that were left out; give more examples, or {example}s of {worst[0]!r} as negative ones"
        )
    elif not wrong and _is_low(entry, 0.0 if worst is None else worst[1]):
        taken = "" if worst is None else f", and predicted for {worst[1]:.0%} of the {example}s of {worst[0]!r}"
        sentences.append(
            f"{name!r} can hardly be told from other labels, first of all from {rival!r}: it is found in "
            f"{entry.recall:.0%} of the pieces that were left out{taken}; give more examples"
        )
    elif same is not None:
        sentences.append(
            f"{name!r} can hardly be told from {same[0]!r}, which the model predicts for {same[1]:.0%} of its "
            f"{example}s: both will be predicted together"
        )
    if entry.distinct_cells == 1:
        sentences.append(
            f"all examples of {name!r} hold one and the same cell, and {example}s of other cells will hardly get it: "
            "give examples of more kinds"
        )
    if not n_rehearsed:
        sentences.append(
            f"nothing was replayed beside {name!r}: the model kept no rehearsal and its labels cannot be "
            f"simulated; give {example}s with other labels as negative examples"
        )
    return sentences


def _is_low(entry: TaughtLabel, worst: float) -> bool:
    """Return whether a label is found too seldom or predicted too often.

    One false alarm among thousands of rehearsed columns makes a low F1 where few examples were held out: it does not
    count unless it is a share worth speaking of of some label's columns.
    """
    if entry.f1 is None or entry.recall is None:
        return False
    return entry.recall < _LOW or (entry.f1 < _LOW and worst >= _SOME)
