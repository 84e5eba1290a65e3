"""`simon-elmo elmo train`: a language model from running text."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from simon_elmo.cli.elmo.fitting import fit, recipe_of, set_training, work_folder
from simon_elmo.cli.elmo.options import (
    BatchSize,
    CheckpointMinutes,
    Epochs,
    EvaluationMinutes,
    HeldOut,
    KeepCheckpoint,
    Minutes,
    Order,
    Texts,
    UnrollSteps,
)
from simon_elmo.cli.options import HalfSize, OutputFolder, Seed, Vocabulary
from simon_elmo.cli.running import report

# small enough for a CPU: about 2 million weights beside the softmax
_OPTIONS: dict[str, Any] = {
    "lstm": {
        "dim": 256,
        "projection_dim": 128,
        "n_layers": 2,
        "cell_clip": 3,
        "proj_clip": 3,
        "use_skip_connections": True,
    },
    "char_cnn": {
        "embedding": {"dim": 16},
        "filters": [[1, 32], [2, 32], [3, 64], [4, 96], [5, 96]],
        "n_highway": 1,
        "activation": "relu",
        "max_characters_per_token": 24,
        "n_characters": 262,
    },
    "dropout": 0.1,
    "batch_size": 64,
    "unroll_steps": 20,
    "n_negative_samples_batch": 2048,
    "all_clip_norm_val": 10.0,
    "n_epochs": 3,
}


def train(
    text: Texts,
    output: OutputFolder,
    options: Annotated[
        Path | None,
        typer.Option(help="Build the network of this options.json.", metavar="FILE", show_default="a small network"),
    ] = None,
    vocabulary: Vocabulary = None,
    vocabulary_size: Annotated[
        int, typer.Option(min=4, help="Without --vocabulary, use at most this many words of the text.", metavar="N")
    ] = 20_000,
    min_count: Annotated[
        int, typer.Option(min=1, help="Without --vocabulary, use words that occur this often.", metavar="N")
    ] = 2,
    held_out: HeldOut = None,
    segment: Annotated[
        str,
        typer.Option(
            help="Cut text into words by spaces, by words (running text) or by jieba (Chinese).", metavar="NAME"
        ),
    ] = "spaces",
    lower_case: Annotated[bool, typer.Option("--lower-case", help="Write the text in lower case.")] = False,
    word_vectors: Annotated[
        Path | None,
        typer.Option(help="Begin from this word2vec or GloVe text, with word input.", metavar="FILE"),
    ] = None,
    optimizer: Annotated[
        str, typer.Option(help="Train by adam, or by adagrad as the reference.", metavar="NAME")
    ] = "adam",
    learning_rate: Annotated[
        float | None,
        typer.Option(min=1e-9, help="Reach this learning rate.", metavar="RATE", show_default="that of the optimizer"),
    ] = None,
    schedule: Annotated[
        str,
        typer.Option(
            help="Change the learning rate by this schedule: linear, slanted-triangular or constant.", metavar="NAME"
        ),
    ] = "linear",
    epochs: Epochs = None,
    minutes: Minutes = 0.0,
    order: Order = "contiguous",
    batch_size: BatchSize = None,
    unroll_steps: UnrollSteps = None,
    checkpoint_minutes: CheckpointMinutes = 5.0,
    evaluation_minutes: EvaluationMinutes = 15.0,
    seed: Seed = 0,
    float16: HalfSize = False,
    keep_checkpoint: KeepCheckpoint = False,
) -> None:
    """Train a language model on texts and write it as an ELMo preset.

    Checkpoints are kept in FOLDER.training until it is done: after an interruption the same command goes on from there.
    """
    from simon_elmo.elmo.config import ElmoConfig
    from simon_elmo.elmo.language_model.corpus import Corpus
    from simon_elmo.elmo.language_model.model import BidirectionalLanguageModel
    from simon_elmo.elmo.language_model.vocabulary import build_vocabulary

    recipe = recipe_of(
        optimizer, learning_rate, schedule, epochs, minutes, order, checkpoint_minutes, evaluation_minutes, 1.0, seed
    )
    config = ElmoConfig.from_options(_OPTIONS) if options is None else ElmoConfig.load_options(options)
    with work_folder(output) as work:
        words: Any = vocabulary
        if vocabulary is None:
            corpus = Corpus.read(text, work / "text", segment=segment, lower_case=lower_case)
            words = build_vocabulary(corpus, size=vocabulary_size, min_count=min_count)
        model = BidirectionalLanguageModel(config, words, segment=segment, lower_case=lower_case)
        if options is None:
            # what is meant for twenty thousand words may be more than a small vocabulary has
            model.set_training(n_negative_samples_batch=min(2048, len(model.vocabulary)))
        set_training(model, batch_size, unroll_steps)
        if word_vectors is not None:
            report(f"{model.use_word_vectors(word_vectors):,} of {len(model.vocabulary):,} words have a vector")
        fit(model, text, held_out, recipe, work, output, float16, keep_checkpoint, {})
