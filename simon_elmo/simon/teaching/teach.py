"""Teaching a trained classifier new labels from a few columns or texts."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from simon_elmo.errors import InvalidInput
from simon_elmo.evaluation.scores import evaluate_predictions
from simon_elmo.labels.specificity import NO_LABEL
from simon_elmo.labels.taxonomy import STATISTICAL_LABELS
from simon_elmo.simon.engine import Engine
from simon_elmo.simon.examples import UNKNOWN, ColumnExamples
from simon_elmo.simon.teaching.fit_head import calibrate_head, teach_head
from simon_elmo.simon.teaching.head import Head
from simon_elmo.simon.teaching.pieces import FRACTIONS, ExamplePieces, new_labels
from simon_elmo.simon.teaching.rehearsal import Rehearsal
from simon_elmo.simon.teaching.report import ColumnAtRisk, TaughtLabel, TransferReport, teaching_warnings

_LEAST_ROWS = 5  # rehearsal columns of a label from which a share of them says something
_AT_RISK = 5
_ALIKE = 0.25  # part of the columns of a forgotten label from which it may be a new one


@dataclass(frozen=True)
class Student:
    """What teaching has to know of a trained classifier.

    Attributes:
        engine: the network.
        head: its output layer with labels, thresholds and temperatures.
        rehearsal: gives what is replayed; called once it is clear that the examples can be taught.
        taught: the labels that were taught before, which are fitted again.
        exclusive: whether an example has one label only.
        example: what one is called, a column or a text.
    """

    engine: Engine
    head: Head
    rehearsal: Callable[[], Rehearsal]
    taught: Collection[str] = ()
    exclusive: bool = False
    example: str = "column"


def teach(
    student: Student,
    examples: ColumnExamples,
    nearest: str | Mapping[str, str] | None,
    groups: Sequence[Hashable] | None,
    piece_length: int,
    seed: int,
) -> tuple[Head, Rehearsal, TransferReport]:
    """Return the head that knows new labels as well, what it is to replay from now on, and how well it went.

    Nothing given is changed. What the user should know is warned of before anything is returned, so that a warning
    that is an error leaves the classifier as it was. The other arguments are those of `ColumnClassifier.add_labels`.
    """
    started = time.perf_counter()
    if groups is not None and len(groups) != len(examples):
        raise InvalidInput(f"{len(examples)} {student.example}s have {len(groups)} groups")
    head = student.head
    new = new_labels(examples, head.labels)
    pieces = ExamplePieces.observed(student.engine, examples, new, piece_length, seed)
    starts = _nearest(head, new, pieces, nearest)
    expanded = head.expanded(starts)
    fitted = [name for name in expanded.labels.names if name in new or name in student.taught]
    pieces = pieces.with_targets(expanded.labels, fitted)
    columns = {name: len(pieces.columns_having(name)) for name in new}

    # what is reported and calibrated is measured on columns that were left out; the model then learns from all
    parts, full = pieces.split(new, groups, seed), student.rehearsal()
    rehearsal = _replayed(full, expanded, new, pieces.take(parts[0]), columns)
    old_parts = _split_rows(len(rehearsal), seed)
    partly, steps = teach_head(expanded, new, *_together(pieces.take(parts[0]), rehearsal.take(old_parts[0])), columns)
    enough = [name for name in new if columns[name] >= len(FRACTIONS)]
    checks, _ = _together(pieces.take(parts[1]), rehearsal.take(old_parts[1]))
    partly = calibrate_head(partly, new, checks.take(np.zeros(0, dtype=int)))
    partly = calibrate_head(partly, enough, checks)
    finished, _ = teach_head(partly, fitted, *_together(pieces, rehearsal), columns)

    # one column among the examples may bring false alarms: they are counted with all examples learned, and with a part
    # of the rehearsal left out
    shown, _ = teach_head(partly, new, *_together(pieces, rehearsal.take(old_parts[0])), columns)
    held_out = rehearsal.take(np.concatenate(old_parts[1:]))
    scored, _ = _together(pieces.take(parts[2]), rehearsal.take(old_parts[2]))
    entries = []
    for name in new:
        precision, recall, f1 = _scores(partly, name, scored)
        false_alarms, confused_with = _shares_predicted(shown, name, held_out)
        entries.append(
            TaughtLabel(
                label=name,
                nearest=starts[name],
                columns=columns[name],
                pieces=pieces.count(name),
                held_out=pieces.take(parts[2]).count(name),
                distinct_cells=len({cell for row in pieces.columns_having(name) for cell in examples.columns[row]}),
                steps=steps[name],
                precision=precision,
                recall=recall,
                f1=f1,
                false_alarms=false_alarms,
                confused_with=confused_with,
                companions=_companions(head, pieces.rows.take(pieces.having(name))),
                threshold=finished.labels.thresholds[finished.labels.index(name)],
            )
        )
    risks = _at_risk(head, partly, pieces, new)
    sentences = tuple(
        sentence
        for entry in entries
        for sentence in teaching_warnings(
            entry, risks, _beside(student, examples, entry), len(rehearsal), student.example
        )
    )
    report = TransferReport(
        labels=tuple(entries),
        seconds=0.0,
        old_macro_f1=(_old_macro_f1(head, held_out), _old_macro_f1(shown, held_out)),
        rehearsal_columns=len(rehearsal),
        at_risk=risks[:_AT_RISK],
        warnings=sentences,
        example=student.example,
    )
    for sentence in sentences:
        warnings.warn(sentence, stacklevel=4)  # of whoever called add_labels of a classifier
    kept = _kept(full, rehearsal).joined(pieces.to_keep(new, seed))
    return finished, kept, replace(report, seconds=time.perf_counter() - started)


def _beside(student: Student, examples: ColumnExamples, entry: TaughtLabel) -> set[str]:
    """Return the old labels that may well be probable for what has a new one."""
    if student.exclusive:
        return set(entry.companions)
    return {other for names in examples.labels if entry.label in names for other in names}


def _nearest(
    head: Head, new: Sequence[str], pieces: ExamplePieces, given: str | Mapping[str, str] | None
) -> dict[str, str]:
    """Return the label that each new one starts from: the given one, or the most probable one on its pieces."""
    named = dict.fromkeys(new, given) if isinstance(given, str) else dict(given or {})
    for name in named:
        if name not in new:
            raise InvalidInput(f"a nearest label is given for {name!r}, which is not a new label of the examples")
    for name in new:
        if name not in named:
            mean = np.average(
                _probabilities(head, pieces.rows.take(pieces.having(name))),
                axis=0,
                weights=pieces.weights[pieces.having(name)],
            )
            mean[_ruled(head)] = -1.0
            named[name] = head.labels.names[int(mean.argmax())]
    return named


def _replayed(
    full: Rehearsal, head: Head, new: Sequence[str], pieces: ExamplePieces, columns: Mapping[str, int]
) -> Rehearsal:
    """Return rehearsed columns with the labels of the grown head.

    Rehearsed columns may have labels that the model was asked to forget. Where many columns of such a label look like a
    new one to a head that learned without them, it may be the new one under the same or another name, and of its
    columns it is unknown whether they have the new label; all others lack it.
    """
    rehearsal = full.for_labels(head.labels)
    forgotten = [
        column
        for column, name in enumerate(full.labels)
        if (name not in head.labels or name in new) and name not in STATISTICAL_LABELS
    ]
    has = full.targets[:, forgotten] == 1
    if not has.any():
        return rehearsal
    targets = rehearsal.targets.copy()
    places = [head.labels.index(name) for name in new]
    targets[:, places] = np.where(has.any(axis=1), UNKNOWN, 0)[:, None]
    first, _ = teach_head(head, new, *_together(pieces, replace(rehearsal, targets=targets)), columns)
    for name, place in zip(new, places, strict=True):
        found = _predicted(first, name, rehearsal)
        alike = found.astype(float) @ has >= _ALIKE * np.maximum(has.sum(axis=0), 1)
        targets[:, place] = np.where(has[:, alike].any(axis=1), UNKNOWN, 0)
    return replace(rehearsal, targets=targets)


def _kept(full: Rehearsal, rehearsal: Rehearsal) -> Rehearsal:
    """Return what was replayed, with the labels that the model forgot beside those that it has."""
    names = tuple(sorted({*full.labels, *rehearsal.labels}))
    targets = full.for_labels(names).targets
    targets[:, [names.index(name) for name in rehearsal.labels]] = rehearsal.targets
    return replace(rehearsal, targets=targets, labels=names)


def _together(pieces: ExamplePieces, rehearsal: Rehearsal) -> tuple[Rehearsal, np.ndarray]:
    return pieces.rows.joined(rehearsal), np.concatenate([pieces.weights, np.ones(len(rehearsal))])


def _split_rows(n: int, seed: int) -> list[np.ndarray]:
    order = np.random.default_rng([seed, 0x01D]).permutation(n)
    return np.split(order, np.round(np.cumsum(FRACTIONS[:-1]) * n).astype(int))


def _probabilities(head: Head, rows: Rehearsal) -> np.ndarray:
    return head.probabilities(rows.features, rows.surface)


def _ruled(head: Head) -> list[int]:
    return [position for position, name in enumerate(head.labels.names) if name in STATISTICAL_LABELS]


def _predicted(head: Head, name: str, rows: Rehearsal) -> np.ndarray:
    column = head.labels.index(name)
    return _probabilities(head, rows)[:, column] >= head.labels.thresholds[column]


def _scores(head: Head, name: str, rows: Rehearsal) -> tuple[float | None, float | None, float | None]:
    """Return precision, recall and F1 of a label; None where no piece of it was left out."""
    rows = rows.take(rows.targets[:, head.labels.index(name)] != UNKNOWN)
    true, found = rows.targets[:, head.labels.index(name)] == 1, _predicted(head, name, rows)
    if not true.any():
        return None, None, None
    hits = float((true & found).sum())
    return hits / max(float(found.sum()), 1.0), hits / float(true.sum()), 2 * hits / float(true.sum() + found.sum())


def _shares_predicted(head: Head, name: str, rows: Rehearsal) -> tuple[float, dict[str, float]]:
    """Return how many columns without a label get it, of all and of each old label."""
    without = rows.take(rows.targets[:, head.labels.index(name)] == 0)
    found = _predicted(head, name, without)
    shares = {}
    for column, other in enumerate(without.labels):
        own = without.targets[:, column] == 1
        if other not in (name, *STATISTICAL_LABELS) and own.sum() >= _LEAST_ROWS and found[own].any():
            shares[other] = float(found[own].mean())
    ordered = dict(sorted(shares.items(), key=lambda item: -item[1]))
    return float(found.mean()) if len(found) else 0.0, ordered


def _companions(head: Head, rows: Rehearsal) -> dict[str, float]:
    """Return the old labels that are predicted for at least one in ten pieces, with their shares."""
    found = (_probabilities(head, rows) >= np.array(head.labels.thresholds)).mean(axis=0)
    found[_ruled(head)] = 0.0
    order = np.argsort(-found, kind="stable")
    return {head.labels.names[column]: float(found[column]) for column in order if found[column] >= 0.1}


def _old_macro_f1(head: Head, rows: Rehearsal) -> float:
    """Return the macro-F1 of most specific labels; labels that a rule decides do not count, nor do unknown ones."""
    kept = rows.take((rows.targets == 1).any(axis=1))
    if not len(kept):
        return 0.0
    kept = kept.for_labels(head.labels)
    probabilities = np.where(kept.targets < 0, 0.0, _probabilities(head, kept))
    probabilities[:, _ruled(head)] = 0.0
    true = [tuple(np.array(head.labels.names)[row == 1].tolist()) for row in kept.targets]
    found = evaluate_predictions(head.labels, true, probabilities, n_mistakes=0)
    return found.top_macro_f1


def _at_risk(old: Head, head: Head, pieces: ExamplePieces, new: Sequence[str]) -> tuple[ColumnAtRisk, ...]:
    """Return all columns, those first whose probability is furthest on the wrong side of a threshold, or closest."""
    probabilities, before = _probabilities(head, pieces.rows), _probabilities(old, pieces.rows)
    before[:, _ruled(old)] = 0.0
    found = []
    for row in np.unique(pieces.source):
        own = pieces.source == row
        rival = old.labels.names[int(before[own].mean(axis=0).argmax())] if len(old.labels) else NO_LABEL
        for name in new:
            column = head.labels.index(name)
            has, threshold = bool(pieces.having(name)[own][0]), head.labels.thresholds[column]
            mean = float(np.average(probabilities[own, column], weights=pieces.weights[own]))
            margin = mean - threshold if has else threshold - mean
            header = pieces.examples.headers[int(row)]
            found.append((margin, ColumnAtRisk(header, int(row), name, has, mean, threshold, rival)))
    return tuple(risk for _, risk in sorted(found, key=lambda item: item[0]))
