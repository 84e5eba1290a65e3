"""`simon-elmo text train-tagger` and `tag`: a tag a word, from and to CoNLL files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from simon_elmo.cli.options import Output
from simon_elmo.cli.running import report, require_new_files, write_output
from simon_elmo.cli.text_data import embedder_of

WordColumn = Annotated[int, typer.Option(help="The column of the words, from 0; -1 is the last one.", metavar="N")]


def train_tagger(
    data: Annotated[Path, typer.Argument(help="A word and its tags a line, a blank line after each sentence.")],
    output: Annotated[Path, typer.Option(help="Folder to write the tagger to.", metavar="FOLDER")],
    validation: Annotated[
        Path | None, typer.Option(help="CoNLL file to stop early on; else a tenth of the data.", metavar="FILE")
    ] = None,
    word: WordColumn = 0,
    tag: Annotated[int, typer.Option(help="The column of the tags.", metavar="N")] = -1,
    preset: Annotated[str | None, typer.Option(help="An ELMo preset or a folder.", metavar="NAME|FOLDER")] = None,
    options: Annotated[Path | None, typer.Option(help="A published options.json.", metavar="FILE")] = None,
    weights: Annotated[Path | None, typer.Option(help="Its HDF5 weights.", metavar="FILE")] = None,
    vocabulary: Annotated[Path | None, typer.Option(help="One word a line; for word input.", metavar="FILE")] = None,
    softmax: Annotated[bool, typer.Option("--softmax", help="Each word by itself, no CRF.")] = False,
    lstm_units: Annotated[int, typer.Option(min=0, help="Of each direction; 0 for no LSTM.", metavar="N")] = 100,
    epochs: Annotated[int, typer.Option(min=1, help="Passes over the sentences at most.")] = 30,
    learning_rate: Annotated[float, typer.Option(help="Of Adam.")] = 1e-3,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same tagger.", metavar="S")] = 0,
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
    tagger = ElmoTagger(embedder_of(preset, options, weights, vocabulary), not softmax, lstm_units, seed=seed)
    tagger.fit(
        words,
        tags,
        held_out,
        config,
        lambda row: report(
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


def tag(
    data: Annotated[Path, typer.Argument(help="A CoNLL file, or a .txt file with a sentence of tokens a line.")],
    model: Annotated[Path, typer.Option(help="Folder that `train-tagger` wrote.", metavar="FOLDER")],
    word: WordColumn = 0,
    output: Output = None,
) -> None:
    """Write every word and its tag, a line each, with a blank line after each sentence."""
    from simon_elmo.cli.text_data import read_texts
    from simon_elmo.text.tagger import ElmoTagger
    from simon_elmo.words.conll import as_conll, read_conll

    require_new_files([data], output)
    tagger = ElmoTagger.from_folder(model)
    if data.suffix.lower() == ".txt":
        words = [line.split() for line in read_texts(data, "") if line.strip()]
    else:
        words = [found for found, _ in read_conll(data, word)]
    write_output(as_conll(zip(words, tagger.predict(words), strict=True)), output)
