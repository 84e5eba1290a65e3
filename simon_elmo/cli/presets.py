"""`simon-elmo presets`: which pretrained models there are."""

from __future__ import annotations

from typing import Any

import typer

from simon_elmo.cli.options import AnswerFormat, Format
from simon_elmo.cli.running import FAILED, report, to_json, write_output


def presets(
    output_format: Format = AnswerFormat.table,
) -> None:
    """List the pretrained models: what they know, how large they are and how good."""
    from simon_elmo.errors import CorruptPreset
    from simon_elmo.persistence import open_folder
    from simon_elmo.presets import available_presets, default_preset, preset_folder

    rows, broken = [], False
    found = available_presets()
    default = default_preset() if any(preset.types_columns for preset in found) else None
    for preset in found:
        try:
            folder = open_folder(preset_folder(preset.name))
        except CorruptPreset as error:
            report(str(error))
            broken = True
            continue
        rows.append(
            {
                "name": preset.name,
                "default": preset.name == default,
                "description": preset.description,
                "network": preset.network,
                "labels": folder.read_json("labels.json") if "labels.json" in folder else [],
                "bytes": sum(folder.file(name).stat().st_size for name in folder.files),
                "metrics": folder.metadata.get("metrics") or {},
                "folder": str(folder.path),
            }
        )
    if not found:
        report("no preset is installed; train one with simon-elmo train")
    write_output(to_json(rows, open_levels=2) if output_format is AnswerFormat.json else _as_table(rows), None)
    if broken:
        raise typer.Exit(FAILED)


def _as_table(rows: list[dict[str, Any]]) -> str:
    from rich.table import Table
    from rich.text import Text

    from simon_elmo.cli.rendering import render

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("preset", "labels", "size", "accuracy", "what for"):
        table.add_column(heading, justify="right" if heading in ("labels", "size", "accuracy") else "left")
    for row in rows:
        table.add_row(
            Text(row["name"], style="bold" if row["default"] else ""),
            str(len(row["labels"]) or ""),
            f"{row['bytes'] / 1e6:.1f} MB",
            _score(row["metrics"]),
            Text(row["description"]),
        )
    return render(table)


def _score(metrics: dict[str, Any]) -> str:
    """Return the best accuracy of the most specific label among the tables of the model card, empty for none."""
    tables = [table for table in metrics.values() if isinstance(table, dict)]
    found = [table["top_accuracy"] for table in tables if isinstance(table.get("top_accuracy"), float)]
    return f"{max(found):.1%}" if found else ""
