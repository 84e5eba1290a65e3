"""`simon-elmo elmo embed`: vectors of the words of a text in an HDF5 file."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from simon_elmo.cli.elmo.models import embedder_of
from simon_elmo.cli.options import ElmoPreset, HalfSize, OptionsFile, Vocabulary, WeightsFile
from simon_elmo.cli.running import require_new_files
from simon_elmo.errors import InvalidInput


def embed(
    input_file: Annotated[
        Path,
        typer.Argument(
            help="Read this text, .gz or -: a sentence per line, its tokens separated by blanks.", metavar="INPUT_FILE"
        ),
    ],
    output_file: Annotated[
        Path,
        typer.Argument(help="Write vectors by line numbers (from 0) to this HDF5 file.", metavar="OUTPUT_FILE"),
    ],
    preset: ElmoPreset = None,
    options: OptionsFile = None,
    weights: WeightsFile = None,
    vocabulary: Vocabulary = None,
    every: Annotated[
        bool, typer.Option("--all", help="Write all layers, (L+1, words, 2P); this is the default.")
    ] = False,
    top: Annotated[bool, typer.Option("--top", help="Write the top layer, (words, 2P).")] = False,
    average: Annotated[bool, typer.Option("--average", help="Write the average of the layers, (words, 2P).")] = False,
    mix: Annotated[
        str,
        typer.Option(
            help="Write the layers mixed by the softmax of these weights, times gamma.", metavar="W0,W1,W2[,GAMMA]"
        ),
    ] = "",
    batch_size: Annotated[int, typer.Option(min=1, help="Run this many sentences together.", metavar="N")] = 64,
    float16: HalfSize = False,
    skip_empty: Annotated[
        bool, typer.Option("--skip-empty", help="Leave empty lines out, which are an error otherwise.")
    ] = False,
    forget_sentences: Annotated[
        bool, typer.Option("--forget-sentences", help="Leave out the dataset sentence_to_index.")
    ] = False,
    use_sentence_keys: Annotated[
        bool, typer.Option("--use-sentence-keys", help="Write vectors by sentences, not by line numbers.")
    ] = False,
    token_cache: Annotated[
        Path | None, typer.Option(help="Look words up in this file that dump-tokens wrote.", metavar="FILE")
    ] = None,
) -> None:
    """Write the vectors of every word of a text to an HDF5 file; an interrupted run continues."""
    from simon_elmo.elmo.dump import DumpOptions
    from simon_elmo.progress import progress_bar
    from simon_elmo.words.lines import read_text_lines

    require_new_files([input_file], output_file)
    layers = _chosen_layers(every, top, average, mix)
    dump_options = DumpOptions(
        layers=layers,
        dtype="float16" if float16 else "float32",
        empty="skip" if skip_empty else "error",
        sentence_keys=use_sentence_keys,
        sentence_index=not (forget_sentences or use_sentence_keys),
    )
    total = _count_lines(input_file, skip_empty)
    elmo = embedder_of(preset, options, weights, vocabulary, token_cache)
    with progress_bar("lines", total) as advance:
        lines = _some(read_text_lines(input_file), input_file)
        elmo.dump_embeddings(lines, output_file, options=dump_options, batch_size=batch_size, on_lines=advance)


def _chosen_layers(every: bool, top: bool, average: bool, mix: str) -> str | tuple[float, ...]:
    chosen = [name for name, wanted in (("all", every), ("top", top), ("average", average)) if wanted]
    if len(chosen) + bool(mix) > 1:
        raise InvalidInput("choose one of --all, --top, --average and --mix")
    if not mix:
        return chosen[0] if chosen else "all"
    try:
        return tuple(float(part) for part in mix.split(","))
    except ValueError:
        raise InvalidInput(f"--mix must be numbers with commas between them: {mix!r}") from None


def _count_lines(path: Path, skip_empty: bool) -> int | None:
    """Return how many lines a text has, having found what would stop a long run before it begins; None for a pipe."""
    from simon_elmo.words.lines import can_be_read_again, read_text_lines

    if not can_be_read_again(path):
        return None
    number = 0
    for number, line in enumerate(read_text_lines(path), start=1):
        if not skip_empty and not line.strip():
            raise InvalidInput(f"{path}: line {number} is empty; remove it, or pass --skip-empty")
    return number


def _some(lines: Iterator[str], path: Path) -> Iterator[str]:
    """Return the lines, of which there has to be one."""
    first = next(lines, None)
    if first is None:
        raise InvalidInput(f"{path} has no lines")
    return chain([first], lines)
