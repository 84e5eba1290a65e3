"""The README.md of a model folder, rendered from its metadata."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_TEMPLATE = """\
# {{ m.preset or "A simon_elmo model" }}
{% if m.description %}
{{ m.description }}
{% endif %}
| | |
|---|---|
| written by | simon_elmo {{ m.library_version }}{% if m.keras_version %}, Keras {{ m.keras_version }}{% endif %} |
| format | {{ m.format_version }} |
{%- for name, value in (m.facts or {}).items() %}
| {{ name | cell }} | {{ value | cell }} |
{%- endfor %}
{% if m.labels %}
## Labels

{{ m.labels | length }}: {{ m.labels | map("code") | join(", ") }}
{% endif %}
{%- if m.preset and m.kind == "elmo" %}
## Use

```python
from simon_elmo import ElmoEmbedder

elmo = ElmoEmbedder.from_preset("{{ m.preset }}")
vectors = elmo.embed(elmo.tokenize("A text, cut into sentences and words as the model's own text was."))
```
{% elif m.preset %}
## Use

```
simon-elmo classify people.csv --preset {{ m.preset }}
```

```python
from simon_elmo import ColumnClassifier

classifier = ColumnClassifier.from_preset("{{ m.preset }}")
```
{% endif %}
{%- if m.recipe %}
## How it was made
{% if m.recipe.command %}
```
{{ m.recipe.command }}
```
{% endif %}
{%- if m.recipe.seed is defined %}
Seed {{ m.recipe.seed }}.
{% endif %}
{%- if m.recipe.data %}
| data | licence |
|---|---|
{%- for source in m.recipe.data %}
| {{ source.name | cell }} | {{ source.licence | cell }} |
{%- endfor %}
{% endif %}
{%- for note in m.recipe.notes or [] %}
{{ note }}
{% endfor %}
{%- endif %}
{%- for title, table in (m.metrics or {}) | tables %}
## {{ title }}

| {{ table.columns | join(" | ") }} |
|{{ "---|" * (table.columns | length) }}
{%- for row in table.rows %}
| {{ row | map("cell") | join(" | ") }} |
{%- endfor %}
{% endfor %}
{%- if m.limits %}
## Limits
{% for limit in m.limits %}
- {{ limit }}
{%- endfor %}
{% endif %}
## Files

| file | SHA-256 |
|---|---|
{%- for name, digest in m.sha256.items() %}
| {{ name }} | `{{ digest[:16] }}` |
{%- endfor %}
"""


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
    return environment.from_string(_TEMPLATE).render(m=complete)


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
