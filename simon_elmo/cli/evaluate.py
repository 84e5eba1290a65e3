"""`simon-elmo evaluate`: how good a model is on labelled columns, and whether it is better than another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simon_elmo.cli.options import AnswerFormat, Format, Html, Mistakes, NoHeaders, Output, Preset
from simon_elmo.cli.running import printable, require_new_files, to_json, write_output
from simon_elmo.cli.scores import confusions, grid, label_scores, number

if TYPE_CHECKING:
    from rich.console import RenderableType

    from simon_elmo.evaluation.scores import Evaluation
    from simon_elmo.simulation.simulated_columns import SimulatedColumns

_CELLS, _CELL_WIDTH = 3, 24


def evaluate(
    labelled: Annotated[
        Path,
        typer.Argument(
            help="Read `values` (list of cells), `labels` (list) and maybe `header`, a row per column.",
            metavar="PARQUET",
        ),
    ],
    preset: Preset = None,
    against: Annotated[
        str | None, typer.Option(help="Compare with this preset or folder, label by label.", metavar="NAME|FOLDER")
    ] = None,
    no_headers: NoHeaders = False,
    min_support: Annotated[
        int, typer.Option(min=1, help="Average over labels that this many columns have.", metavar="N")
    ] = 1,
    mistakes: Mistakes = 10,
    output_format: Format = AnswerFormat.table,
    output: Output = None,
    html: Html = None,
) -> None:
    """Score a model on labelled columns: precision, recall and F1 of each label, confusion, the worst mistakes.

    The labels that a rule gives, categorical and ordinal, are scored only where some column truly has them.
    """
    require_new_files([labelled], output, html)
    from simon_elmo.simulation.simulated_columns import SimulatedColumns

    data = SimulatedColumns.load(labelled)
    found = _evaluated(preset, data, not no_headers, min_support)
    other = None if against is None else _evaluated(against, data, not no_headers, min_support)
    if output_format is AnswerFormat.json:
        values = found.to_dict() if other is None else {**found.to_dict(), "against": other.to_dict()}
        text = to_json(values, open_levels=2)
    else:
        text = _as_tables(found, other, data, mistakes, plain=output is not None)
    write_output(text, output)
    if html is not None:
        from simon_elmo.reports.html import render_report

        write_output(render_report(evaluation=found), html)


def _evaluated(preset: str | None, data: SimulatedColumns, use_headers: bool, min_support: int) -> Evaluation:
    from simon_elmo.simon.columns import ColumnClassifier

    classifier = ColumnClassifier.from_preset(preset)
    headers = data.headers if use_headers and any(data.headers) else None
    return classifier.evaluate(data.columns, data.labels, headers=headers, min_support=min_support)


def _as_tables(
    found: Evaluation, other: Evaluation | None, data: SimulatedColumns, n_mistakes: int, plain: bool
) -> str:
    from rich.text import Text

    from simon_elmo.cli.rendering import render

    parts: list[RenderableType] = [_summary(found, other), Text()]
    parts += [label_scores(found) if other is None else _comparison(found, other), Text()]
    parts += [confusions(found), Text()]
    if found.mistakes and n_mistakes:
        parts += [_mistakes(found, data, n_mistakes), Text()]
    parts += [Text(line) for line in _left_out(found, other)]
    return render(*parts, plain=plain)


def _left_out(found: Evaluation, other: Evaluation | None) -> list[str]:
    """Return which labels do not count, and for which of two models."""
    named = {"the model": found} if other is None else {"the model": found, "the one compared with": other}
    lines = []
    for name, each in named.items():
        if each.unknown_labels:
            labels = ", ".join(f"{printable(label)} ({count})" for label, count in each.unknown_labels.items())
            lines.append(f"labels that {name} does not have, left out: {labels}")
    unscored = sorted({label for each in named.values() for label in each.unscored_labels})
    if unscored:
        lines.append(f"labels that a rule gives and no column truly has, not scored: {', '.join(unscored)}")
    if other is not None and set(found.labels) != set(other.labels):
        lines.append("the two models have other labels: averages are over those of each, see the labels one by one")
    return lines


def _summary(found: Evaluation, other: Evaluation | None) -> Any:
    headings = ("measure", "value") if other is None else ("measure", "value", "against", "change")
    table = grid(*headings, numbers=len(headings) - 1)
    before = {} if other is None else other.summary()
    for name, value in found.summary().items():
        cells = [name.replace("_", " "), number(value)]
        if before:
            cells += [number(before[name]), _change(value - before[name])]
        table.add_row(*cells)
    return table


def _comparison(found: Evaluation, other: Evaluation) -> Any:
    table = grid("label", "F1", "against", "change", "columns", numbers=4)
    ours, theirs = ({score.label: score for score in each.scores} for each in (found, other))
    for label in sorted({*ours, *theirs}):
        new, old = ours.get(label), theirs.get(label)
        change = "" if new is None or old is None else _change(new.f1 - old.f1)
        there = [score for score in (new, old) if score is not None]
        support = max(score.support for score in there)
        if support or any(score.predicted for score in there):
            cells = ["-" if score is None else number(score.f1) for score in (new, old)]
            table.add_row(printable(label), *cells, change, str(support))
    return table


def _mistakes(found: Evaluation, data: SimulatedColumns, n_mistakes: int) -> Any:
    from simon_elmo.tables.cells import present_cells

    table = grid("worst mistakes", "true", "predicted", "probability", "cells")
    for mistake in found.mistakes[:n_mistakes]:
        cells = list(dict.fromkeys(present_cells(data.columns[mistake.index])))[:_CELLS]
        table.add_row(
            printable(f"{mistake.index} {data.headers[mistake.index]}".rstrip()),
            ", ".join(mistake.true) or "none",
            ", ".join(mistake.predicted) or "none",
            f"{mistake.label} {mistake.probability:.3f}",
            printable(" · ".join(cell[:_CELL_WIDTH] for cell in cells)),
        )
    return table


def _change(value: float) -> str:
    return f"{value:+,}" if isinstance(value, int) else f"{value:+.3f}"
