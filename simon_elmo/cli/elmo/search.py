"""`simon-elmo elmo search`: the sentences of a text that are nearest to a query."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simon_elmo.cli.elmo.models import embedder_of
from simon_elmo.cli.options import AnswerFormat, ElmoPreset, Format, OptionsFile, WeightsFile
from simon_elmo.cli.running import printable, to_json, write_output
from simon_elmo.errors import InvalidInput

if TYPE_CHECKING:
    from simon_elmo.elmo.embedder import ElmoEmbedder
    from simon_elmo.elmo.semantic_index import SemanticIndex


class Engine(StrEnum):
    """What compares vectors."""

    exact = "exact"
    usearch = "usearch"


def search(
    text: Annotated[Path, typer.Argument(help="Search this text of one sentence per line.", metavar="TEXT")],
    queries: Annotated[list[str], typer.Argument(help="Look for these words.", metavar="QUERY")],
    preset: ElmoPreset = None,
    options: OptionsFile = None,
    weights: WeightsFile = None,
    index: Annotated[
        Path | None,
        typer.Option(help="Keep the vectors in this folder, and read them if they are there.", metavar="FOLDER"),
    ] = None,
    layers: Annotated[
        str, typer.Option(help="Compare vectors of these layers: top, average or a number.", metavar="LAYERS")
    ] = "average",
    k: Annotated[int, typer.Option("-k", min=1, help="Print this many sentences per query.", metavar="N")] = 5,
    engine: Annotated[Engine, typer.Option(help="Compare exactly, or by usearch for many queries.")] = Engine.exact,
    output_format: Format = AnswerFormat.table,
) -> None:
    """Print the sentences of a text that are nearest to each query, by the cosine of their mean vectors."""
    elmo = embedder_of(preset, options, weights)
    searched = _index(elmo, text, index, int(layers) if layers.lstrip("-").isdigit() else layers, engine.value)
    found = [(query, searched.query(elmo, query, k=k)) for query in queries]
    if output_format is AnswerFormat.json:
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


def _index(elmo: ElmoEmbedder, text: Path, folder: Path | None, layers: str | int, engine: str) -> SemanticIndex:
    from simon_elmo.elmo.semantic_index import SemanticIndex
    from simon_elmo.persistence import is_model_folder
    from simon_elmo.words.lines import read_text_lines

    sentences = [" ".join(line.split()) for line in read_text_lines(text) if line.strip()]
    if not sentences:
        raise InvalidInput(f"{text} has no words to search")
    if folder is not None and is_model_folder(folder):
        index = SemanticIndex.from_preset(folder, engine=engine)
        if index.sentences != sentences or index.layers != layers:
            raise InvalidInput(f"{folder} is the index of another text or layer; remove it or name another folder")
        return index
    index = SemanticIndex.build(elmo, sentences, layers=layers, engine=engine)
    if folder is not None:
        index.save(folder)
    return index
