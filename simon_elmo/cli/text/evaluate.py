"""`simon-elmo text evaluate`: how good a model is on labelled texts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simon_elmo.cli.options import (
    AnswerFormat,
    Format,
    Html,
    LabelColumn,
    Mistakes,
    Output,
    Separator,
    Sheet,
    TextColumn,
    TextPreset,
)
from simon_elmo.cli.running import printable, require_new_files, to_json, write_output
from simon_elmo.cli.text.data import read_labelled, shortened
from simon_elmo.errors import InvalidInput

if TYPE_CHECKING:
    from rich.console import RenderableType

    from simon_elmo.evaluation.scores import Evaluation


def evaluate(
    data: Annotated[list[Path], typer.Argument(help="Read these tables of texts and their labels.", metavar="DATA")],
    preset: TextPreset,
    text: TextColumn = "text",
    label: LabelColumn = "label",
    separator: Separator = None,
    sheet: Sheet = None,
    mistakes: Mistakes = 10,
    output_format: Format = AnswerFormat.table,
    output: Output = None,
    html: Html = None,
) -> None:
    """Score a model on labelled texts: accuracy, F1 and ROC area of each label, confusion, the worst mistakes."""
    from simon_elmo.evaluation.scores import evaluate_predictions
    from simon_elmo.text.loading import load_text_classifier
    from simon_elmo.words.text_labels import answered, as_tuples

    require_new_files(data, output, html)
    classifier = load_text_classifier(preset)
    if (separator is None) != (classifier.label_mode == "single"):
        raise InvalidInput(
            f"{preset} gives {'one label' if classifier.label_mode == 'single' else 'several labels'} a text: "
            f"{'leave out' if separator is not None else 'pass'} --separator"
        )
    given = read_labelled(data, text, label, separator=separator, sheet=sheet)
    probabilities = classifier.predict_proba(given.texts)
    predictions = as_tuples(answered(classifier.label_set, probabilities, classifier.label_mode))
    found = evaluate_predictions(classifier.label_set, given.labels, probabilities, predictions)
    summary = _summary(found, _areas(classifier.label_set.names, probabilities, given.labels))
    if output_format is AnswerFormat.json:
        answer = to_json({"summary": summary, **found.to_dict()}, open_levels=2)
    else:
        answer = _as_tables(summary, found, given.texts, mistakes, plain=output is not None)
    write_output(answer, output)
    if html is not None:
        from simon_elmo.reports.html import render_report

        write_output(render_report(evaluation=found, title=f"How well {Path(preset).name} knows these texts"), html)


def _areas(labels: Sequence[str], probabilities: Any, true: list[tuple[str, ...]]) -> dict[str, float]:
    """Return the area under the ROC curve of each label that some texts have and some do not."""
    from simon_elmo.evaluation.roc import roc_curve

    areas = {}
    for index, name in enumerate(labels):
        has = [name in names for names in true]
        if any(has) and not all(has):
            areas[name] = roc_curve(probabilities[:, index], has).area
    return areas


def _summary(found: Evaluation, areas: dict[str, float]) -> dict[str, float]:
    values: dict[str, float] = {
        "texts": found.n_columns,
        "accuracy": found.exact_accuracy,
        "macro_f1": found.macro_f1,
        "micro_f1": found.micro_f1,
        "calibration_error": found.top_calibration_error,
    }
    if areas:
        values["roc_area"] = sum(areas.values()) / len(areas)
    return values


def _as_tables(summary: dict[str, float], found: Evaluation, texts: list[str], n_mistakes: int, plain: bool) -> str:
    from rich.text import Text

    from simon_elmo.cli.rendering import render
    from simon_elmo.cli.scores import confusions, grid, label_scores, number

    figures = grid("measure", "value", numbers=1)
    for name, value in summary.items():
        figures.add_row(name.replace("_", " "), number(value))
    parts: list[RenderableType] = [figures, Text(), label_scores(found, "texts"), Text(), confusions(found, "texts")]
    if found.mistakes and n_mistakes:
        worst = grid("worst mistakes", "true", "predicted", "probability", "text")
        for mistake in found.mistakes[:n_mistakes]:
            true, predicted = (printable(", ".join(names) or "none") for names in (mistake.true, mistake.predicted))
            worst.add_row(
                str(mistake.index),
                true,
                predicted,
                f"{mistake.probability:.3f}",
                Text(shortened(texts[mistake.index])),
            )
        parts += [Text(), worst]
    if found.unknown_labels:
        names = ", ".join(f"{name} ({count})" for name, count in found.unknown_labels.items())
        parts += [Text(), Text(printable(f"labels that the model does not have, left out: {names}"))]
    return render(*parts, plain=plain)
