"""`simon-elmo text`: what is a text about, fake or true, good or bad."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simon_elmo.cli.classify import OutputFormat
from simon_elmo.cli.options import AnswerFormat as EvaluationFormat
from simon_elmo.cli.options import Html, Output, Sheet
from simon_elmo.cli.running import FAILED, printable, report_error, require_new_files, to_json, write_output
from simon_elmo.cli.text_data import read_labelled, read_texts
from simon_elmo.cli.text_tag import tag, train_tagger
from simon_elmo.cli.text_train import train
from simon_elmo.errors import InvalidInput

if TYPE_CHECKING:
    from rich.console import RenderableType

    from simon_elmo.evaluation.scores import Evaluation
    from simon_elmo.text.classifier import ElmoClassifier
    from simon_elmo.text.documents import DocumentClassifier

HELP = "Classify texts: fake news, sentiment, topics."
_SHOWN = 60  # characters of a text

Model = Annotated[Path, typer.Option(help="Folder that `text train` wrote.", metavar="FOLDER")]
TextColumn = Annotated[str, typer.Option(help="The column of the texts.", metavar="COLUMN")]


def classify(
    paths: Annotated[
        list[Path],
        typer.Argument(help="Tables with a column of texts, or .txt files with a text a line.", metavar="PATH"),
    ],
    model: Model,
    text: TextColumn = "text",
    sheet: Sheet = None,
    output_format: Annotated[
        OutputFormat, typer.Option("--format", help="A table for people, JSON or CSV for programs.")
    ] = OutputFormat.table,
    output: Output = None,
    threshold: Annotated[
        float | None, typer.Option(help="Probability from which the second of two labels, or any of several, is given.")
    ] = None,
) -> None:
    """Say which label every text has, and how probable each is.

    A file that cannot be read, or lacks the column, is reported on stderr, the others are answered, and the exit code
    is 1.
    """
    from simon_elmo.errors import MissingExtra, UnreadableTable
    from simon_elmo.text.loading import load_text_classifier
    from simon_elmo.words.text_labels import as_tuples

    require_new_files(paths, output)
    if threshold is not None and not 0 < threshold <= 1:
        raise typer.BadParameter(f"{threshold} is not above 0 and up to 1", param_hint="--threshold")
    classifier = load_text_classifier(model)
    answers: list[dict[str, Any]] = []
    shown: list[list[str]] = []
    failed = False
    for path in paths:
        try:
            texts = read_texts(path, text, sheet)
        except (UnreadableTable, InvalidInput, MissingExtra, OSError) as error:
            report_error(error)
            failed = True
            continue
        probabilities = classifier.predict_proba(texts)
        labels = as_tuples(_decided(classifier, probabilities, threshold))
        entries = [
            {
                "position": position,
                "labels": list(names),
                "probabilities": {
                    name: round(float(value), 6) for name, value in zip(classifier.labels, row, strict=True)
                },
            }
            for position, (names, row) in enumerate(zip(labels, probabilities, strict=True))
        ]
        answers.append({"path": str(path), "texts": entries})
        shown.append(texts)
    write_output(_formatted(answers, shown, output_format, output is not None), output)
    if failed:
        raise typer.Exit(FAILED)


def evaluate(
    data: Annotated[list[Path], typer.Argument(help="Tables with texts and their labels.", metavar="DATA")],
    model: Model,
    text: TextColumn = "text",
    label: Annotated[str, typer.Option(help="The column of the labels.", metavar="COLUMN")] = "label",
    separator: Annotated[
        str | None, typer.Option(help="What stands between several labels of a text.", metavar="SIGNS")
    ] = None,
    sheet: Sheet = None,
    mistakes: Annotated[
        int, typer.Option(min=0, max=50, help="How many of the worst mistakes to show.", metavar="N")
    ] = 10,
    output_format: Annotated[
        EvaluationFormat, typer.Option("--format", help="Tables for people or JSON for programs.")
    ] = EvaluationFormat.table,
    output: Output = None,
    html: Html = None,
) -> None:
    """Score a model on labelled texts: accuracy, F1 and ROC area a label, confusion, the worst mistakes."""
    from simon_elmo.evaluation.scores import evaluate_predictions
    from simon_elmo.text.loading import load_text_classifier

    require_new_files(data, output, html)
    classifier = load_text_classifier(model)
    if (separator is None) != (classifier.label_mode == "single"):
        raise InvalidInput(
            f"{model} gives {'one label' if classifier.label_mode == 'single' else 'several labels'} a text: "
            f"{'leave out' if separator is not None else 'pass'} --separator"
        )
    given = read_labelled(data, text, label, separator=separator, sheet=sheet)
    probabilities = classifier.predict_proba(given.texts)
    from simon_elmo.words.text_labels import as_tuples

    predictions = as_tuples(_decided(classifier, probabilities))
    found = evaluate_predictions(classifier.label_set, given.labels, probabilities, predictions)
    summary = _summary(found, _areas(classifier.labels, probabilities, given.labels))
    if output_format is EvaluationFormat.json:
        answer = to_json({"summary": summary, **found.to_dict()}, open_levels=2)
    else:
        answer = _as_tables(summary, found, given.texts, mistakes, plain=output is not None)
    write_output(answer, output)
    if html is not None:
        from simon_elmo.reports.html import render_report

        write_output(render_report(evaluation=found, title=f"How well {model.name} knows these texts"), html)


COMMANDS: tuple[Callable[..., None], ...] = (train, classify, evaluate, train_tagger, tag)


def _decided(
    classifier: ElmoClassifier | DocumentClassifier, probabilities: Any, threshold: float | None = None
) -> Any:
    from simon_elmo.words.text_labels import answered

    return answered(classifier.label_set, probabilities, classifier.label_mode, threshold)


def _formatted(answers: list[dict[str, Any]], texts: list[list[str]], output_format: OutputFormat, plain: bool) -> str:
    if output_format is OutputFormat.json:
        return to_json(answers, open_levels=3)
    if output_format is OutputFormat.csv:
        return _as_csv(answers)
    from rich.text import Text

    from simon_elmo.cli.rendering import probability_bar, render
    from simon_elmo.cli.scores import grid

    parts: list[RenderableType] = []
    for answer, given in zip(answers, texts, strict=True):
        table = grid("label", "probability", "text")
        for entry, written in zip(answer["texts"], given, strict=True):
            best = max(entry["probabilities"].values())
            table.add_row(
                Text(printable(", ".join(entry["labels"]) or "none")),
                probability_bar(entry["probabilities"][entry["labels"][0]] if entry["labels"] else best),
                Text(_shortened(written)),
            )
        parts += [Text(printable(f"{answer['path']}  {len(given):,} texts"), style="bold"), table, Text()]
    return render(*parts, plain=plain) if parts else ""


def _as_csv(answers: list[dict[str, Any]]) -> str:
    """One line a text; the probability of its label first, then that of every label."""
    import csv
    import io

    names = list(
        dict.fromkeys(name for answer in answers for entry in answer["texts"] for name in entry["probabilities"])
    )
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(["path", "position", "labels", "probability", *names])
    for answer in answers:
        for entry in answer["texts"]:
            values = [entry["probabilities"][name] for name in names]
            best = entry["probabilities"][entry["labels"][0]] if entry["labels"] else max(values)
            writer.writerow([answer["path"], entry["position"], "|".join(entry["labels"]), best, *values])
    return written.getvalue()


def _areas(labels: list[str], probabilities: Any, true: list[tuple[str, ...]]) -> dict[str, float]:
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
                Text(_shortened(texts[mistake.index])),
            )
        parts += [Text(), worst]
    if found.unknown_labels:
        names = ", ".join(f"{name} ({count})" for name, count in found.unknown_labels.items())
        parts += [Text(), Text(printable(f"labels that the model does not have, left out: {names}"))]
    return render(*parts, plain=plain)


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return printable(text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…")
