"""`simon-elmo text tag`: a tag per word, written as a CoNLL file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simon_elmo.cli.options import Output, TextPreset, WordColumn
from simon_elmo.cli.running import require_new_files, write_output


def tag(
    data: Annotated[
        Path,
        typer.Argument(help="Read this CoNLL file, or .txt file with a sentence of tokens per line.", metavar="DATA"),
    ],
    preset: TextPreset,
    word: WordColumn = 0,
    output: Output = None,
) -> None:
    """Write every word and its tag, one per line, with a blank line after each sentence."""
    from simon_elmo.cli.text.data import read_texts
    from simon_elmo.text.tagger import ElmoTagger
    from simon_elmo.words.conll import as_conll, read_conll

    require_new_files([data], output)
    tagger = ElmoTagger.from_preset(preset)
    if data.suffix.lower() == ".txt":
        words = [line.split() for line in read_texts(data, "") if line.strip()]
    else:
        words = [found for found, _ in read_conll(data, word)]
    write_output(as_conll(zip(words, tagger.predict(words), strict=True)), output)
