"""`simon-elmo elmo`: vectors of a text, token caches, search and conversion with a biLM."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simon_elmo.cli.running import printable, require_new_files, to_json, write_output
from simon_elmo.errors import InvalidInput

if TYPE_CHECKING:
    from simon_elmo.elmo.embedder import ElmoEmbedder
    from simon_elmo.elmo.semantic_index import SemanticIndex

HELP = "Vectors of words and sentences from a bidirectional language model (ELMo)."

Preset = Annotated[str | None, typer.Option(help="An ELMo preset or a folder.", metavar="NAME|FOLDER")]
OptionsFile = Annotated[
    Path | None, typer.Option("--options", "--options-file", help="A published options.json.", metavar="FILE")
]
WeightsFile = Annotated[
    Path | None, typer.Option("--weights", "--weight-file", help="Its HDF5 weights.", metavar="FILE")
]
Vocabulary = Annotated[
    Path | None,
    typer.Option("--vocabulary", "--vocab-path", help="One word a line; for word input or a cache.", metavar="FILE"),
]
BatchSize = Annotated[int, typer.Option(min=1, help="Sentences run together.", metavar="N")]


def embed(
    input_file: Annotated[
        Path, typer.Argument(help="Text, .gz or -: a sentence a line, its tokens separated by blanks.")
    ],
    output_file: Annotated[Path, typer.Argument(help="HDF5: line number (from 0) -> vectors.")],
    preset: Preset = None,
    options: OptionsFile = None,
    weights: WeightsFile = None,
    vocabulary: Vocabulary = None,
    every: Annotated[bool, typer.Option("--all", help="All layers: (L+1, words, 2P). The default.")] = False,
    top: Annotated[bool, typer.Option("--top", help="The top layer: (words, 2P).")] = False,
    average: Annotated[bool, typer.Option("--average", help="The average of the layers.")] = False,
    mix: Annotated[
        str, typer.Option(help="Weights of the layers before the softmax, and gamma.", metavar="W0,W1,W2[,GAMMA]")
    ] = "",
    batch_size: BatchSize = 64,
    float16: Annotated[bool, typer.Option("--float16", help="Half the size, three digits.")] = False,
    skip_empty: Annotated[bool, typer.Option("--skip-empty", help="Leave empty lines out; else an error.")] = False,
    forget_sentences: Annotated[
        bool, typer.Option("--forget-sentences", help="Leave out the dataset sentence_to_index.")
    ] = False,
    use_sentence_keys: Annotated[
        bool, typer.Option("--use-sentence-keys", help="The sentence is the key, not its line number.")
    ] = False,
    token_cache: Annotated[
        Path | None, typer.Option(help="Token vectors that dump-tokens wrote.", metavar="FILE")
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
    elmo = _embedder(preset, options, weights, vocabulary, token_cache)
    with progress_bar("lines", total) as advance:
        lines = _some(read_text_lines(input_file), input_file)
        elmo.dump_embeddings(lines, output_file, options=dump_options, batch_size=batch_size, on_lines=advance)


def dump_tokens(
    words: Annotated[Path, typer.Argument(help="One word a line.")],
    output_file: Annotated[Path, typer.Argument(help="HDF5 with the dataset `embedding`.")],
    preset: Preset = None,
    options: OptionsFile = None,
    weights: WeightsFile = None,
) -> None:
    """Write the context-free vectors of a vocabulary, which embedding can then look up."""
    from simon_elmo.elmo.files import read_words

    require_new_files([words], output_file)
    vocabulary = read_words(words)
    if not vocabulary:
        raise InvalidInput(f"{words} has no words")
    _embedder(preset, options, weights, None, None).dump_tokens(vocabulary, output_file)


def search(
    text: Annotated[Path, typer.Argument(help="One sentence a line.")],
    queries: Annotated[list[str], typer.Argument(help="What to look for.", metavar="QUERY...")],
    preset: Preset = None,
    options: OptionsFile = None,
    weights: WeightsFile = None,
    index: Annotated[
        Path | None, typer.Option(help="Keep the vectors here; read them if they are there.", metavar="FOLDER")
    ] = None,
    layer: Annotated[str, typer.Option(help="top, average or a layer's number.", metavar="LAYER")] = "average",
    k: Annotated[int, typer.Option("-k", min=1, help="Sentences a query.", metavar="N")] = 5,
    engine: Annotated[str, typer.Option(help="exact, or usearch for very many queries.", metavar="ENGINE")] = "exact",
    output_format: Annotated[str, typer.Option("--format", help="table or json.", metavar="FORMAT")] = "table",
) -> None:
    """Print the sentences of a text that are nearest to each query, by the cosine of their mean vectors."""
    if output_format not in ("table", "json"):
        raise InvalidInput(f"--format must be table or json: {output_format!r}")
    elmo = _embedder(preset, options, weights, None, None)
    searched = _index(elmo, text, index, int(layer) if layer.lstrip("-").isdigit() else layer, engine)
    found = [(query, searched.query(elmo, query, k=k)) for query in queries]
    if output_format == "json":
        answer = [{"query": query, "matches": [match._asdict() for match in matches]} for query, matches in found]
        write_output(to_json(answer, open_levels=1), None)
        return
    lines = []
    for query, matches in found:
        lines.append(printable(query))
        lines += [
            f"  {match.similarity:.3f}  {match.position + 1:>6}  {printable(match.sentence)}" for match in matches
        ]
    write_output("\n".join(lines) + "\n", None)


def convert(
    output: Annotated[Path, typer.Option(help="The folder to write: an ELMo preset.", metavar="FOLDER")],
    preset: Preset = None,
    options: OptionsFile = None,
    weights: WeightsFile = None,
    vocabulary: Vocabulary = None,
    float16: Annotated[bool, typer.Option("--float16", help="Half the size, three digits.")] = False,
) -> None:
    """Check a published pair of files and write it as a preset folder, in the layout that every ELMo reader knows."""
    elmo = _embedder(preset, options, weights, vocabulary, None)
    elmo.save(output, dtype="float16" if float16 else "float32")


COMMANDS: tuple[Callable[..., None], ...] = (embed, dump_tokens, search, convert)


def _embedder(
    preset: str | None, options: Path | None, weights: Path | None, vocabulary: Path | None, token_cache: Path | None
) -> ElmoEmbedder:
    from simon_elmo.elmo.embedder import ElmoEmbedder

    if (options is None) != (weights is None) or (options is not None and preset is not None):
        raise InvalidInput("name a model by --preset, or by both --options and --weights")
    if options is None or weights is None:
        return ElmoEmbedder.from_preset(preset or "elmo-small-en", token_cache=token_cache)
    return ElmoEmbedder.from_files(options, weights, token_cache=token_cache, vocabulary=vocabulary)


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


def _index(elmo: ElmoEmbedder, text: Path, folder: Path | None, layer: str | int, engine: str) -> SemanticIndex:
    from simon_elmo.elmo.semantic_index import SemanticIndex
    from simon_elmo.persistence import is_model_folder
    from simon_elmo.words.lines import read_text_lines

    sentences = [" ".join(line.split()) for line in read_text_lines(text) if line.strip()]
    if not sentences:
        raise InvalidInput(f"{text} has no words to search")
    if folder is not None and is_model_folder(folder):
        index = SemanticIndex.from_preset(folder, engine=engine)
        if index.sentences != sentences or index.layers != layer:
            raise InvalidInput(f"{folder} is the index of another text or layer; remove it or name another folder")
        return index
    index = SemanticIndex.build(elmo, sentences, layers=layer, engine=engine)
    if folder is not None:
        index.save(folder)
    return index
