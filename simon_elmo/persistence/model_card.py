"""The README.md of a model folder: `model_card.md.j2`, rendered from its metadata."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Any


def render_model_card(metadata: Mapping[str, Any]) -> str:
    """Return the model card as Markdown.

    Args:
        metadata: the content of `metadata.json`. Read are `kind`, `preset`, `description`, `facts` (name -> value),
            `labels`, `recipe` (`command`, `seed`, `data`, `notes`), `metrics` (name -> number, or name -> {name ->
            number or numbers}), `limits`, the versions and `sha256`; what is absent is left out.

    Example:
        >>> print(render_model_card({"preset": "mine", "sha256": {}}).splitlines()[0])
        # mine
    """
    from jinja2 import Environment

    environment = Environment(autoescape=False, keep_trailing_newline=True)
    environment.filters["cell"] = _cell
    environment.filters["code"] = lambda name: f"`{name}`"
    environment.filters["tables"] = _metric_tables
    keys = ("preset", "description", "facts", "labels", "recipe", "metrics", "limits", "keras_version", "kind")
    complete = {**dict.fromkeys(keys), **metadata}
    template = files("simon_elmo.persistence").joinpath("model_card.md.j2").read_text(encoding="utf-8")
    return environment.from_string(template).render(m=complete)


def _cell(value: Any) -> str:
    """Return one cell of a Markdown table."""
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    if isinstance(value, (list, tuple)):
        return ", ".join(_cell(item) for item in value)
    return str(value).replace("|", "\\|").replace("\n", " ")


def _metric_tables(metrics: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Turn nested metrics into tables: single numbers in one, then one table a group of the same keys."""
    plain = {name: value for name, value in metrics.items() if not isinstance(value, Mapping)}
    tables = []
    if plain:
        tables.append(("Metrics", {"columns": ["measure", "value"], "rows": [list(item) for item in plain.items()]}))
    for name, group in metrics.items():
        if not isinstance(group, Mapping) or not group:
            continue
        if all(isinstance(row, Mapping) for row in group.values()):
            columns = list(dict.fromkeys(key for row in group.values() for key in row))
            rows = [[row_name, *(row.get(column, "") for column in columns)] for row_name, row in group.items()]
        else:
            columns, rows = ["value"], [[row_name, value] for row_name, value in group.items()]
        tables.append((f"Metrics: {name.replace('_', ' ')}", {"columns": ["", *columns], "rows": rows}))
    return tables
