"""`simon-elmo elmo fine-tune`: a language model trained further on other text."""

from __future__ import annotations

from typing import Annotated

import typer

from simon_elmo.cli.elmo.fitting import fit, recipe_of, set_training, work_folder
from simon_elmo.cli.elmo.options import (
    BatchSize,
    CheckpointMinutes,
    EvaluationMinutes,
    HeldOut,
    KeepCheckpoint,
    Minutes,
    Order,
    Texts,
    UnrollSteps,
)
from simon_elmo.cli.options import HalfSize, OutputFolder, Seed


def fine_tune(
    text: Texts,
    preset: Annotated[
        str,
        typer.Option(
            help="Train this ELMo preset, or the language model in this folder, further.", metavar="NAME|FOLDER"
        ),
    ],
    output: OutputFolder,
    held_out: HeldOut = None,
    learning_rate: Annotated[float, typer.Option(min=1e-9, help="Reach this learning rate.", metavar="RATE")] = 1e-3,
    schedule: Annotated[
        str,
        typer.Option(
            help="Change the learning rate by this schedule: linear, slanted-triangular or constant.", metavar="NAME"
        ),
    ] = "slanted-triangular",
    layer_decay: Annotated[
        float, typer.Option(min=1, help="Divide the rate of each lower layer by this.", metavar="N")
    ] = 2.6,
    epochs: Annotated[
        float, typer.Option(min=1e-6, help="Pass over the data at most this many times.", metavar="N")
    ] = 1.0,
    minutes: Minutes = 0.0,
    order: Order = "contiguous",
    batch_size: BatchSize = None,
    unroll_steps: UnrollSteps = None,
    dropout: Annotated[
        float | None,
        typer.Option(
            min=0, max=0.95, help="Train with this dropout.", metavar="P", show_default="dropout of the options"
        ),
    ] = None,
    checkpoint_minutes: CheckpointMinutes = 5.0,
    evaluation_minutes: EvaluationMinutes = 15.0,
    seed: Seed = 0,
    float16: HalfSize = False,
    keep_checkpoint: KeepCheckpoint = False,
) -> None:
    """Train a language model further on other texts; its words stay the same.

    With --held-out its perplexity there is measured before and after. An interrupted command goes on where it was.
    """
    from simon_elmo.elmo.language_model.model import BidirectionalLanguageModel

    recipe = recipe_of(
        "adam",
        learning_rate,
        schedule,
        epochs,
        minutes,
        order,
        checkpoint_minutes,
        evaluation_minutes,
        layer_decay,
        seed,
    )
    with work_folder(output) as work:
        model = BidirectionalLanguageModel.from_preset(preset)
        before = model.perplexity(held_out) if held_out else None
        set_training(model, batch_size, unroll_steps, dropout)
        measured = {} if before is None else {"held-out text before": before}
        fit(model, text, held_out, recipe, work, output, float16, keep_checkpoint, measured)
