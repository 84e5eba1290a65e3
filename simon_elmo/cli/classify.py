"""`simon-elmo classify`: what is in the columns of these files."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simon_elmo.cli.options import (
    SAMPLED_ROWS,
    Encoding,
    Html,
    NoHeaders,
    Output,
    Preset,
    Sample,
    Sheet,
    Threshold,
    Wide,
    require_csv,
    require_threshold,
)
from simon_elmo.cli.running import FAILED, printable, report, report_error, require_new_files, to_json, write_output

if TYPE_CHECKING:
    from rich.console import RenderableType

    from simon_elmo.reports.classified import ClassifiedTable
    from simon_elmo.simon.columns import ColumnClassifier

_NAME_WIDTH, _CELL_WIDTH, _SHOWN_CELLS = 32, 32, 3
_MANY_FILES = 3  # from here on a bar shows how many are done
_CSV_FIELDS = (
    "path", "table", "column", "position", "label", "probability", "labels", "rows", "missing", "distinct"
)  # fmt: skip


class OutputFormat(StrEnum):
    """How the answer is written."""

    table = "table"
    json = "json"
    csv = "csv"
    frictionless = "frictionless"


def classify(
    paths: Annotated[
        list[Path],
        typer.Argument(
            help="Read these files: csv, tsv, json, jsonl, parquet, xlsx or sqlite, or - for a pipe.", metavar="PATH"
        ),
    ],
    preset: Preset = None,
    output_format: Annotated[
        OutputFormat,
        typer.Option("--format", help="Write a table for people, or JSON, CSV or Table Schemas for programs."),
    ] = OutputFormat.table,
    wide: Wide = False,
    output: Output = None,
    threshold: Threshold = None,
    no_headers: NoHeaders = False,
    sample: Sample = SAMPLED_ROWS,
    sheet: Sheet = None,
    encoding: Encoding = None,
    html: Html = None,
) -> None:
    """Say what is in every column of tables: its labels, the most specific first, and how probable that one is.

    A file that cannot be read is reported on stderr, the others are answered, and the exit code is 1.
    """
    require_threshold(threshold)
    require_csv(wide, output_format)
    require_new_files(paths, output, html)
    from simon_elmo.progress import progress_bar
    from simon_elmo.simon.columns import ColumnClassifier

    classifier = ColumnClassifier.from_preset(preset)
    keep_cells = output_format is OutputFormat.frictionless
    reading = {"sheet": sheet, "sample": sample, "encoding": encoding}
    answers = []
    with progress_bar("files", len(paths), wanted=len(paths) >= _MANY_FILES) as advance:
        for path in paths:
            answers.append(_classified(classifier, path, reading, not no_headers, threshold, keep_cells))
            advance(1)
    tables = [table for answer in answers if answer is not None for table in answer]
    write_output(_formatted(tables, output_format, wide, output is not None), output)
    if html is not None:
        from simon_elmo.reports.html import render_report

        write_output(render_report(tables), html)
    if None in answers:
        raise typer.Exit(FAILED)


def _classified(
    classifier: ColumnClassifier,
    path: Path,
    reading: dict[str, Any],
    use_headers: bool,
    threshold: float | None,
    keep_cells: bool,
) -> list[ClassifiedTable] | None:
    """Return the tables of a file, or None after reporting why it cannot be read."""
    from simon_elmo.errors import MissingExtra, UnreadableTable
    from simon_elmo.reports.classified import classify_table
    from simon_elmo.tables.reading import read_tables

    try:
        tables = read_tables(path, **reading)
    except (UnreadableTable, MissingExtra, OSError) as error:
        report_error(error)
        return None
    classified = [classify_table(classifier, table, use_headers, threshold, keep_cells) for table in tables]
    for table in classified:
        for note in table.notes:
            report(f"{path}: {note}")
    return classified


def _formatted(tables: list[ClassifiedTable], output_format: OutputFormat, wide: bool, plain: bool) -> str:
    if output_format is OutputFormat.json:
        return to_json([table.to_dict() for table in tables], open_levels=3)
    if output_format is OutputFormat.csv:
        return _as_csv(tables, wide)
    if output_format is OutputFormat.frictionless:
        return to_json([_as_resource(table) for table in tables], open_levels=3)
    from simon_elmo.cli.rendering import render

    return render(*(part for table in tables for part in _as_parts(table)), plain=plain) if tables else ""


def _as_resource(table: ClassifiedTable) -> dict[str, Any]:
    """Return a table as a resource of a data package: its path and its Table Schema."""
    from simon_elmo.interchange.frictionless import to_frictionless

    labels = {column.name: column.labels for column in table.columns}
    schema = to_frictionless(labels, {column.name: column.cells for column in table.columns})
    return {"path": table.path, **({"name": table.name} if table.name else {}), "schema": schema}


def _as_csv(tables: list[ClassifiedTable], wide: bool) -> str:
    """One line per column; `wide` adds the probability of every label."""
    import csv
    import io

    columns = [(table, column) for table in tables for column in table.columns]
    names = list(dict.fromkeys(name for _, column in columns for name in column.probabilities)) if wide else []
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    # with a prefix, since a label may have the name of a field
    writer.writerow([*_CSV_FIELDS, *(f"p_{name}" for name in names)])
    for table, column in columns:
        writer.writerow(
            [
                table.path,
                table.name,
                column.name,
                column.position,
                column.label,
                column.probability,
                ";".join(column.labels),
                table.rows,
                column.missing,
                column.distinct,
                *(column.probabilities[name] for name in names),
            ]
        )
    return text.getvalue()


def _as_parts(table: ClassifiedTable) -> Iterator[RenderableType]:
    """Yield a heading, one row per column (name, labels, how probable, some cells) and a blank line."""
    from rich.table import Table
    from rich.text import Text

    from simon_elmo.cli.rendering import probability_bar

    heading = Text(printable(f"{table.path} {table.name}".rstrip()), style="bold")
    heading.append(f"  {_count(table.rows, 'row')}, {_count(len(table.columns), 'column')}", style="not bold dim")
    yield heading
    grid = Table(box=None, pad_edge=False, header_style="dim", expand=True)
    grid.add_column("column", no_wrap=True, max_width=_NAME_WIDTH)
    grid.add_column("labels", style="cyan")
    grid.add_column("probability", no_wrap=True)
    grid.add_column("cells", no_wrap=True, ratio=1, style="dim")
    for column in table.columns:
        probability = column.probability
        grid.add_row(
            Text(printable(column.name)),
            Text(", ".join(column.labels) if column.labels else "none" if column.distinct else "none (no cells)"),
            Text() if probability is None else Text(probability_bar(probability), style=_colour(probability)),
            Text(" · ".join(_shortened(cell) for cell in column.samples[:_SHOWN_CELLS])),
        )
    yield grid
    yield Text()


def _shortened(cell: str) -> str:
    return printable(cell if len(cell) <= _CELL_WIDTH else f"{cell[: _CELL_WIDTH - 1]}…")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun if number == 1 else noun + 's'}"


def _colour(probability: float) -> str:
    return "green" if probability >= 0.8 else "yellow" if probability >= 0.5 else "red"
