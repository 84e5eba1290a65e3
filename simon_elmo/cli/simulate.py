"""`simon-elmo simulate`: labelled columns in a parquet file, or a list of what can be simulated."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simon_elmo.cli.options import Cells, Labels, Seed, Types, Workers
from simon_elmo.cli.running import printable, write_output

_EXAMPLE_WIDTH = 40
_OTHER_FORMATS = (".csv", ".tsv", ".txt", ".json", ".jsonl", ".xlsx", ".gz", ".zip")


def simulate(
    output: Annotated[
        Path | None,
        typer.Option(help="Write values, labels and header to this Parquet file, a row per column.", metavar="FILE"),
    ] = None,
    columns: Annotated[int, typer.Option(min=1, help="Simulate this many columns.", metavar="N")] = 1000,
    cells: Cells = 500,
    types: Types = "types.json",
    labels: Labels = "",
    null_rate: Annotated[
        float,
        typer.Option(min=0.0, max=1.0, help="Make this share of the cells null markers: NULL, N/A, -.", metavar="R"),
    ] = 0.0,
    locale: Annotated[
        list[str] | None,
        typer.Option(
            help="Write cells as in this locale, such as de_DE; may be repeated.",
            metavar="L",
            show_default="half en_US, half 11 others",
        ),
    ] = None,
    seed: Seed = 0,
    workers: Workers = 1,
    no_corruption: Annotated[
        bool, typer.Option("--no-corruption", help="Leave cells as the providers make them.")
    ] = False,
    min_cells: Annotated[
        int, typer.Option(min=0, help="Give columns between this many and --cells cells.", metavar="N")
    ] = 0,
    short_columns: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Give this share of the columns 1 to 20 cells.", metavar="R")
    ] = 0.0,
    describe: Annotated[
        bool, typer.Option("--describe", help="Print each provider, its labels and two examples; simulate nothing.")
    ] = False,
) -> None:
    """Simulate columns whose labels are known, to train and test on."""
    wanted = [label.strip() for label in labels.split(",") if label.strip()] or None
    if describe:
        write_output(_described(types, wanted, locale[0] if locale else "en_US", seed), None)
        return
    if output is None:
        raise typer.BadParameter("name the file to write, such as columns.parquet", param_hint="--output")
    if output.suffix.lower() in _OTHER_FORMATS:
        raise typer.BadParameter(
            f"simulated columns are written as Parquet: call the file {output.name.split('.')[0]}.parquet",
            param_hint="--output",
        )
    if output.is_dir() or not output.absolute().parent.is_dir():
        raise typer.BadParameter(f"{output} is a folder, or its folder does not exist", param_hint="--output")
    from simon_elmo.progress import progress_bar
    from simon_elmo.simulation.generator import simulate as simulate_columns

    with progress_bar("columns", columns) as on_progress:
        simulated = simulate_columns(
            n_columns=columns,
            n_cells=cells,
            types=types,
            seed=seed,
            locales=locale,
            labels=wanted,
            null_rate=null_rate,
            workers=workers,
            corruption=not no_corruption,
            min_cells=min_cells,
            short_columns=short_columns,
            on_progress=on_progress,
        )
    simulated.save(output)


def _described(types: str, labels: list[str] | None, locale: str, seed: int) -> str:
    from rich.table import Table
    from rich.text import Text

    from simon_elmo.cli.rendering import render
    from simon_elmo.simulation.description import describe_providers

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("provider", no_wrap=True)
    for heading in ("labels", "example", "another example"):
        table.add_column(heading, overflow="fold")
    for row in describe_providers(types, labels, locale, seed):
        examples = [Text(printable(example[:_EXAMPLE_WIDTH])) for example in row.examples]
        table.add_row(row.provider, ", ".join(row.labels), *examples)
    return render(table)
