"""Options that the commands have which train and measure language models."""

from __future__ import annotations

from typing import Annotated

import typer

Texts = Annotated[
    list[str],
    typer.Argument(help="Read text, .gz or FILE.parquet:COLUMN, one sentence per line.", metavar="TEXT"),
]
HeldOut = Annotated[
    list[str] | None,
    typer.Option(help="Report the perplexity of this text during training; may be repeated.", metavar="TEXT"),
]
Epochs = Annotated[
    float | None,
    typer.Option(
        min=1e-6,
        help="Pass over the data at most this many times.",
        metavar="N",
        show_default="n_epochs of the options",
    ),
]
Minutes = Annotated[float, typer.Option(min=0, help="Stop after this many minutes; 0 is never.", metavar="N")]
Order = Annotated[
    str, typer.Option(help="Read sentences contiguous, shuffled or pulled (as the reference).", metavar="NAME")
]
BatchSize = Annotated[
    int | None,
    typer.Option(
        min=1, help="Read this many streams of text at once.", metavar="N", show_default="batch_size of the options"
    ),
]
UnrollSteps = Annotated[
    int | None,
    typer.Option(
        min=1,
        help="Read this many words of each stream per step.",
        metavar="N",
        show_default="unroll_steps of the options",
    ),
]
CheckpointMinutes = Annotated[float, typer.Option(min=0, help="Keep a checkpoint every so many minutes.", metavar="N")]
EvaluationMinutes = Annotated[
    float, typer.Option(min=0, help="Measure held-out text every so many minutes.", metavar="N")
]
KeepCheckpoint = Annotated[
    bool, typer.Option("--keep-checkpoint", help="Keep FOLDER.training, to train longer with more --epochs later.")
]
