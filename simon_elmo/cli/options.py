"""Options that several commands have: one name and one wording each.

A model is always `--preset`, the form of an answer always `--format`.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

SAMPLED_ROWS = 10_000
_MODEL, _FILE, _FOLDER = "NAME|FOLDER", "FILE", "FOLDER"


class AnswerFormat(StrEnum):
    """How an answer is written."""

    table = "table"
    json = "json"


# === Models ===

Preset = Annotated[
    str | None,
    typer.Option(help="Use this preset, or the model in this folder.", metavar=_MODEL, show_default="simon-semantic"),
]
ElmoPreset = Annotated[
    str | None,
    typer.Option(
        help="Use this ELMo preset, or the language model in this folder.", metavar=_MODEL, show_default="elmo-small-en"
    ),
]
TextPreset = Annotated[str, typer.Option("--preset", help="Use the model in this folder.", metavar=_MODEL)]
OptionsFile = Annotated[
    Path | None,
    typer.Option("--options", "--options-file", help="Use this published options.json, not a preset.", metavar=_FILE),
]
WeightsFile = Annotated[
    Path | None,
    typer.Option("--weights", "--weight-file", help="Use these HDF5 weights with --options.", metavar=_FILE),
]
Vocabulary = Annotated[
    Path | None,
    typer.Option(
        "--vocabulary",
        "--vocab-path",
        help="Use these words, one per line, with a language model that reads words or with a token cache.",
        metavar=_FILE,
    ),
]
HalfSize = Annotated[
    bool, typer.Option("--float16", help="Store float16 (about three significant digits), in half the space.")
]

# === What is read ===

Sheet = Annotated[
    str | None, typer.Option(help="Read only this sheet of a workbook, or table of a database.", metavar="NAME")
]
Sample = Annotated[int, typer.Option(min=1, help="Read at most this many rows, drawn at random.", metavar="N")]
Encoding = Annotated[
    str | None,
    typer.Option(help="Read text files in this encoding (cp1251, koi8-r) instead of detecting it.", metavar="NAME"),
]
NoHeaders = Annotated[bool, typer.Option("--no-headers", help="Ignore the names of columns when predicting.")]
TextColumn = Annotated[str, typer.Option(help="Read the texts from this column.", metavar="COLUMN")]
WordColumn = Annotated[int, typer.Option(help="Read the words from this column, from 0; -1 is the last.", metavar="N")]
LabelColumn = Annotated[str, typer.Option(help="Read the labels from this column.", metavar="COLUMN")]
Separator = Annotated[
    str | None,
    typer.Option(help="Split the labels of a text here; without it a text has one label.", metavar="SIGNS"),
]

# === What is written ===

Format = Annotated[AnswerFormat, typer.Option("--format", help="Write tables for people or JSON for programs.")]
Wide = Annotated[bool, typer.Option("--wide", help="Write the probability of every label, with --format csv.")]
Output = Annotated[Path | None, typer.Option(help="Write to this file instead of stdout.", metavar=_FILE)]
OutputFolder = Annotated[Path, typer.Option(help="Write the model to this folder.", metavar=_FOLDER)]
Html = Annotated[
    Path | None, typer.Option(help="Also write a report to this file, to open in a browser.", metavar="REPORT.html")
]
Mistakes = Annotated[int, typer.Option(min=0, max=50, help="Show this many of the worst mistakes.", metavar="N")]
Threshold = Annotated[
    float | None,
    typer.Option(
        help="Give labels from this probability on, above 0 and up to 1, instead of each label's own.", metavar="P"
    ),
]

# === Simulation and training ===

Seed = Annotated[int, typer.Option(min=0, help="Draw random numbers from this seed.", metavar="N")]
_CONFIGURED = "that of TrainingConfig"
Epochs = Annotated[
    int | None,
    typer.Option(min=1, help="Pass over the data at most this many times.", metavar="N", show_default=_CONFIGURED),
]
BatchSize = Annotated[
    int | None,
    typer.Option(min=1, help="Take this many columns or texts per step.", metavar="N", show_default=_CONFIGURED),
]
LearningRate = Annotated[
    float | None,
    typer.Option(min=1e-9, help="Reach this learning rate.", metavar="RATE", show_default=_CONFIGURED),
]
Types = Annotated[str, typer.Option(help="Read from this file which provider makes which labels.", metavar="FILE")]
Labels = Annotated[str, typer.Option(help="Keep only these labels, with commas between them.", metavar="a,b,c")]
Cells = Annotated[int, typer.Option(min=1, help="Give each simulated column this many cells.", metavar="N")]
Workers = Annotated[int, typer.Option(min=1, help="Simulate in this many processes.", metavar="N")]


def require_csv(wide: bool, output_format: str) -> None:
    """Refuse `--wide` without `--format csv`."""
    if wide and output_format != "csv":
        raise typer.BadParameter("is for --format csv; JSON has all probabilities", param_hint="--wide")


def require_threshold(threshold: float | None) -> None:
    """Refuse a threshold outside (0, 1]."""
    if threshold is not None and not 0 < threshold <= 1:
        raise typer.BadParameter(f"{threshold} is not above 0 and up to 1", param_hint="--threshold")
