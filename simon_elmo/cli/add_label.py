"""`simon-elmo add-label`: teach a model labels of your own from columns of your files."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simon_elmo.cli.options import (
    SAMPLED_ROWS,
    AnswerFormat,
    Format,
    NoHeaders,
    OutputFolder,
    Preset,
    Sample,
    Seed,
    Sheet,
)
from simon_elmo.cli.running import printable, report, to_json, write_output
from simon_elmo.errors import InvalidInput

if TYPE_CHECKING:
    import pandas as pd


def add_label(
    examples: Annotated[
        list[str],
        typer.Argument(
            help="Teach this label from this column. COLUMN may be left out where a file has one column.",
            metavar="LABEL=FILE[:COLUMN]...",
        ),
    ],
    output: OutputFolder,
    preset: Preset = None,
    negative: Annotated[
        list[str] | None,
        typer.Option(
            "--not",
            help="Teach that this column has none of the new labels; without COLUMN, all other columns.",
            metavar="FILE[:COLUMN]",
        ),
    ] = None,
    nearest: Annotated[
        list[str] | None,
        typer.Option(
            help="Start a new label from this old one.", metavar="[LABEL=]OLD", show_default="the most probable one"
        ),
    ] = None,
    piece_length: Annotated[
        int, typer.Option(min=1, help="Cut columns into pieces of this many cells.", metavar="N")
    ] = 20,
    no_headers: NoHeaders = False,
    sample: Sample = SAMPLED_ROWS,
    sheet: Sheet = None,
    seed: Seed = 0,
    output_format: Format = AnswerFormat.table,
) -> None:
    """Teach a model new labels from columns of files, and write it to a folder.

    Labels of the preset stay as they are; labels taught earlier are fitted again.

    Example: simon-elmo add-label percent=library.csv:PCT_ELEC iban=accounts.csv:IBAN --preset simon-geo --output mine
    """
    from simon_elmo.persistence import require_replaceable

    require_replaceable(output)
    wanted = [_parsed(entry) for entry in examples]
    starts = _nearest(nearest or [])
    tables = _Tables(sample, sheet, seed)
    rows = [(*tables.column(place), labels) for labels, place in wanted]
    used = {(path, name) for path, name, _, _ in rows}
    for place in negative or []:
        others = [found for found in tables.columns(place) if found[:2] not in used]
        if not others:
            raise InvalidInput(f"--not {place} names no column that is not an example of a new label")
        rows += [(path, name, cells, ()) for path, name, cells in others]

    from simon_elmo.simon.columns import ColumnClassifier

    classifier = ColumnClassifier.from_preset(preset)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # they are printed from the report
        found = classifier.add_labels(
            [cells for _, _, cells, _ in rows],
            [labels for _, _, _, labels in rows],
            nearest=starts,
            headers=[""] * len(rows) if no_headers else [name for _, name, _, _ in rows],
            piece_length=piece_length,
            seed=seed,
        )
    classifier.metadata = {**classifier.metadata, "preset": output.name}
    classifier.save(output)
    for sentence in found.warnings:
        report(f"warning: {sentence}")
    lines = "\n".join(printable(line) for line in found.to_text().splitlines())
    is_json = output_format is AnswerFormat.json
    write_output(to_json(found.to_dict(), open_levels=1) if is_json else f"{lines}\nwritten to {output}\n", None)


class _Tables:
    """The files that columns come from, each read once."""

    def __init__(self, sample: int, sheet: str | None, seed: int) -> None:
        self.sample, self.sheet, self.seed = sample, sheet, seed
        self._read: dict[str, pd.DataFrame] = {}

    def column(self, place: str) -> tuple[str, str, list[str]]:
        """Return the path, the name and the cells of the one column that is meant.

        Raises:
            InvalidInput: if no column is named and there are several, or it is not there.
        """
        found = self.columns(place)
        if not found:
            raise InvalidInput(f"{place} has no cells")
        if len(found) != 1:
            names = ", ".join(name for _, name, _ in found[:12])
            raise InvalidInput(f"{place} has {len(found)} columns; name one as {place}:COLUMN, of {names}")
        return found[0]

    def columns(self, place: str) -> list[tuple[str, str, list[str]]]:
        """Return the path, the names and the cells of the columns that are meant.

        Where none is named these are all that have cells.
        """
        from simon_elmo.tables.cells import present_cells

        path, name = self._split(place)
        table = self._table(path)
        names = [str(column) for column in table.columns]
        if name is not None and name not in names:
            raise InvalidInput(f"{path} has no column {name!r}; it has {', '.join(names[:20])}")
        cells = {column: present_cells(table.iloc[:, position]) for position, column in enumerate(names)}
        return [
            (path, column, cells[column]) for column in names if (cells[column] if name is None else column == name)
        ]

    def _split(self, place: str) -> tuple[str, str | None]:
        """Part FILE:COLUMN; a colon may be part of either, so the longest file that is there counts."""
        cuts = [position for position, character in enumerate(place) if character == ":"]
        for cut in (len(place), *reversed(cuts)):
            if Path(place[:cut]).is_file():
                return place[:cut], place[cut + 1 :] or None
        path, _, name = place.rpartition(":")
        return (path, name) if path else (place, None)

    def _table(self, path: str) -> pd.DataFrame:
        from simon_elmo.tables.reading import read_table

        if path not in self._read:
            self._read[path] = read_table(path, self.sheet, self.sample, self.seed)
        return self._read[path]


def _parsed(example: str) -> tuple[tuple[str, ...], str]:
    label, equals, place = example.partition("=")
    labels = tuple(name.strip() for name in label.split(",") if name.strip())
    if not equals or not labels or not place:
        raise InvalidInput(f"{example!r} is not LABEL=FILE or LABEL=FILE:COLUMN, such as percent=library.csv:PCT_ELEC")
    return labels, place


def _nearest(given: list[str]) -> str | dict[str, str] | None:
    if len(given) == 1 and "=" not in given[0]:
        return given[0]
    pairs = [entry.partition("=") for entry in given]
    for entry, (label, equals, old) in zip(given, pairs, strict=True):
        if not equals or not label or not old:
            raise InvalidInput(f"--nearest {entry} is not LABEL=OLD, as is needed where several are given")
    return {label: old for label, _, old in pairs} or None
