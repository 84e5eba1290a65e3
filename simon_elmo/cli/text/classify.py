"""`simon-elmo text classify`: which label every text has."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simon_elmo.cli.options import (
    Output,
    Sheet,
    TextColumn,
    TextPreset,
    Threshold,
    Wide,
    require_csv,
    require_threshold,
)
from simon_elmo.cli.running import FAILED, printable, report_error, require_new_files, to_json, write_output
from simon_elmo.cli.text.data import read_texts, shortened
from simon_elmo.errors import InvalidInput

if TYPE_CHECKING:
    from rich.console import RenderableType


class TextFormat(StrEnum):
    """How the answer is written."""

    table = "table"
    json = "json"
    csv = "csv"


def classify(
    paths: Annotated[
        list[Path],
        typer.Argument(help="Read these tables of texts, or .txt files with a text per line.", metavar="PATH"),
    ],
    preset: TextPreset,
    text: TextColumn = "text",
    sheet: Sheet = None,
    output_format: Annotated[
        TextFormat, typer.Option("--format", help="Write a table for people, JSON or CSV for programs.")
    ] = TextFormat.table,
    wide: Wide = False,
    output: Output = None,
    threshold: Threshold = None,
) -> None:
    """Say which label every text has, and how probable each is.

    A file that cannot be read, or lacks the column, is reported on stderr, the others are answered, and the exit code
    is 1.
    """
    from simon_elmo.errors import MissingExtra, UnreadableTable
    from simon_elmo.text.loading import load_text_classifier
    from simon_elmo.words.text_labels import answered, as_tuples

    require_new_files(paths, output)
    require_threshold(threshold)
    require_csv(wide, output_format)
    classifier = load_text_classifier(preset)
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
        labels = as_tuples(answered(classifier.label_set, probabilities, classifier.label_mode, threshold))
        entries = [
            _entry(position, names, dict(zip(classifier.label_set.names, row, strict=True)))
            for position, (names, row) in enumerate(zip(labels, probabilities, strict=True))
        ]
        answers.append({"path": str(path), "texts": entries})
        shown.append(texts)
    write_output(_formatted(answers, shown, output_format, wide, output is not None), output)
    if failed:
        raise typer.Exit(FAILED)


def _entry(position: int, labels: tuple[str, ...], probabilities: dict[str, Any]) -> dict[str, Any]:
    """Return what is said about one text; the label to show is the first one."""
    rounded = {name: round(float(value), 6) for name, value in probabilities.items()}
    label = labels[0] if labels else None
    return {
        "position": position,
        "label": label,
        "probability": None if label is None else rounded[label],
        "labels": list(labels),
        "probabilities": rounded,
    }


def _formatted(
    answers: list[dict[str, Any]], texts: list[list[str]], output_format: TextFormat, wide: bool, plain: bool
) -> str:
    if output_format is TextFormat.json:
        return to_json(answers, open_levels=3)
    if output_format is TextFormat.csv:
        return _as_csv(answers, wide)
    from rich.text import Text

    from simon_elmo.cli.rendering import probability_bar, render
    from simon_elmo.cli.scores import grid

    parts: list[RenderableType] = []
    for answer, given in zip(answers, texts, strict=True):
        table = grid("label", "probability", "text")
        for entry, written in zip(answer["texts"], given, strict=True):
            probability = entry["probability"]
            table.add_row(
                Text(printable(", ".join(entry["labels"]) or "none")),
                "" if probability is None else probability_bar(probability),
                Text(shortened(written)),
            )
        parts += [Text(printable(f"{answer['path']}  {len(given):,} texts"), style="bold"), table, Text()]
    return render(*parts, plain=plain) if parts else ""


def _as_csv(answers: list[dict[str, Any]], wide: bool) -> str:
    """One line per text; `wide` adds the probability of every label."""
    import csv
    import io

    entries = [(answer["path"], entry) for answer in answers for entry in answer["texts"]]
    names = list(dict.fromkeys(name for _, entry in entries for name in entry["probabilities"])) if wide else []
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(["path", "position", "label", "probability", "labels", *(f"p_{name}" for name in names)])
    for path, entry in entries:
        values = [entry["probabilities"][name] for name in names]
        writer.writerow(
            [path, entry["position"], entry["label"], entry["probability"], ";".join(entry["labels"]), *values]
        )
    return written.getvalue()
