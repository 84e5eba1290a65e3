"""What a user should know about labels that were just taught."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from simon_elmo.specificity import GENERAL_LABELS
from simon_elmo.transfer.transfer_report import ColumnAtRisk, TaughtLabel

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
