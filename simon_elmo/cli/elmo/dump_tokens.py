"""`simon-elmo elmo dump-tokens`: the context-free vectors of a vocabulary."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simon_elmo.cli.elmo.models import embedder_of
from simon_elmo.cli.options import ElmoPreset, OptionsFile, WeightsFile
from simon_elmo.cli.running import require_new_files
from simon_elmo.errors import InvalidInput


def dump_tokens(
    words: Annotated[Path, typer.Argument(help="Read one word per line from this file.", metavar="WORDS")],
    output_file: Annotated[
        Path,
        typer.Argument(help="Write the dataset `embedding` to this HDF5 file.", metavar="OUTPUT_FILE"),
    ],
    preset: ElmoPreset = None,
    options: OptionsFile = None,
    weights: WeightsFile = None,
) -> None:
    """Write the context-free vectors of a vocabulary, which embedding can then look up."""
    from simon_elmo.elmo.files import read_words

    require_new_files([words], output_file)
    vocabulary = read_words(words)
    if not vocabulary:
        raise InvalidInput(f"{words} has no words")
    embedder_of(preset, options, weights).dump_tokens(vocabulary, output_file)
