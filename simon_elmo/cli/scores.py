"""Scores as tables for people, of columns or of texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simon_elmo.cli.running import printable

if TYPE_CHECKING:
    from simon_elmo.evaluation.scores import Evaluation


def grid(*headings: str, numbers: int = 0) -> Any:
    """Return an empty table whose last `numbers` columns are right-aligned."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for index, heading in enumerate(headings):
        is_number = index >= len(headings) - numbers
        table.add_column(heading, justify="right" if is_number else "left", no_wrap=is_number)
    return table


def label_scores(found: Evaluation, what: str = "columns") -> Any:
    """Return precision, recall and F1 of each label that was there or predicted."""
    table = grid("label", "precision", "recall", "F1", what, "predicted", "calibration error", numbers=6)
    for score in found.scores:
        if score.support or score.predicted:
            values = [score.precision, score.recall, score.f1, score.support, score.predicted, score.calibration_error]
            table.add_row(printable(score.label), *map(number, values))
    return table


def confusions(found: Evaluation, what: str = "columns") -> Any:
    """Return what the most specific label was taken for, most often first."""
    table = grid("true label", what, "right", "taken for")
    for label, row in found.confusion.items():
        total = sum(row.values())
        wrong = [f"{name} {count}" for name, count in row.items() if name != label]
        table.add_row(printable(label), str(total), f"{row.get(label, 0) / total:.1%}", printable(", ".join(wrong[:5])))
    return table


def number(value: float) -> str:
    """Return a count with separators, or a score with three digits."""
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"
