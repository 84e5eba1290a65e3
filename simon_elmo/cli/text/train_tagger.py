"""`simon-elmo text train-tagger`: a tag per word, from a CoNLL file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from simon_elmo.cli.elmo.models import embedder_of
from simon_elmo.cli.options import (
    ElmoPreset,
    OptionsFile,
    OutputFolder,
    Seed,
    Vocabulary,
    WeightsFile,
    WordColumn,
)
from simon_elmo.cli.running import report, write_output


def train_tagger(
    data: Annotated[
        Path,
        typer.Argument(help="Read a word and its tags per line, and a blank line after each sentence.", metavar="DATA"),
    ],
    output: OutputFolder,
    validation: Annotated[
        Path | None,
        typer.Option(
            help="Use this CoNLL file for early stopping.", metavar="FILE", show_default="a tenth of the data"
        ),
    ] = None,
    word: WordColumn = 0,
    tag: Annotated[int, typer.Option(help="Read the tags from this column, from 0; -1 is the last.", metavar="N")] = -1,
    preset: ElmoPreset = None,
    options: OptionsFile = None,
    weights: WeightsFile = None,
    vocabulary: Vocabulary = None,
    softmax: Annotated[bool, typer.Option("--softmax", help="Tag each word by itself, without a CRF.")] = False,
    lstm_units: Annotated[
        int, typer.Option(min=0, help="Give each direction of the LSTM this many units; 0 is no LSTM.", metavar="N")
    ] = 100,
    epochs: Annotated[int, typer.Option(min=1, help="Pass over the data at most this many times.", metavar="N")] = 30,
    learning_rate: Annotated[float, typer.Option(min=1e-9, help="Reach this learning rate.", metavar="RATE")] = 1e-3,
    seed: Seed = 0,
) -> None:
    """Train a tagger (names, parts of speech, chunks) on a CoNLL file and save it."""
    from simon_elmo.errors import require_extra
    from simon_elmo.persistence import require_replaceable
    from simon_elmo.text.tagger import ElmoTagger
    from simon_elmo.training.config import TrainingConfig
    from simon_elmo.words.conll import read_conll

    require_extra("keras", "train", "train a network")
    require_replaceable(output)
    words, tags = zip(*read_conll(data, word, tag), strict=True)
    held_out = None
    if validation is not None:
        others, other_tags = zip(*read_conll(validation, word, tag), strict=True)
        held_out = (others, other_tags)
    config = replace(TrainingConfig(batch_size=32, patience=5), epochs=epochs, learning_rate=learning_rate, seed=seed)
    elmo = embedder_of(preset, options, weights, vocabulary)
    tagger = ElmoTagger(elmo, crf=not softmax, lstm_units=lstm_units, seed=seed)
    tagger.fit(
        words,
        tags,
        validation=held_out,
        training=config,
        on_epoch=lambda row: report(
            f"epoch {int(row['epoch']) + 1}/{epochs}: loss {row['loss']:.4f}, validation loss "
            f"{row['validation_loss']:.4f}, {row['seconds']:.1f} s"
        ),
    )
    tagger.save(output)
    scores = tagger.metadata["metrics"]["validation"]
    write_output(
        f"{output}: {len(tagger.tags)} tags, accuracy {scores['accuracy']:.3f}, F1 {scores['f1']:.3f} on "
        f"{scores['words']:,} words of validation\n",
        None,
    )
