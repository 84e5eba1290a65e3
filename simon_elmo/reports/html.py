"""One HTML file that shows everything: types, probabilities, cells, scores and pictures; it loads nothing else."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from simon_elmo.errors import MissingExtra

if TYPE_CHECKING:
    from simon_elmo.evaluation.scores import Evaluation
    from simon_elmo.reports.classified import ClassifiedTable

_SHOWN_PROBABILITIES = 3

_TEMPLATE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>{{ title }}</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; color: #1c2733; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; } .narrow { width: auto; }
th, td { text-align: left; vertical-align: top; padding: .35rem .8rem .35rem 0; border-bottom: 1px solid #e3e8ee; }
th { font-weight: 600; color: #5a6b7d; } .number { text-align: right; font-variant-numeric: tabular-nums; }
.label { background: #e1ecf9; border-radius: .8rem; padding: .05rem .6rem; margin-right: .2rem; white-space: nowrap; }
.none { color: #8795a5; } .cells { color: #5a6b7d; font-family: ui-monospace, monospace; font-size: .85em; }
.cells span { display: block; overflow-wrap: anywhere; }
.bar { display: inline-block; width: 7rem; height: .6rem; background: #edf1f5; border-radius: .3rem; }
.bar i { display: block; height: 100%; background: #3b82c4; border-radius: .3rem; }
.probability { white-space: nowrap; font-variant-numeric: tabular-nums; }
img { max-width: 100%; } footer { margin-top: 3rem; color: #8795a5; font-size: .85em; }
@media (prefers-color-scheme: dark) {
  body { background: #14191f; color: #dde5ed; } th, td { border-color: #2b3540; } .label { background: #24405c; }
  .bar { background: #2b3540; } img { background: white; }
}
</style>
</head>
<body>
<h1>{{ title }}</h1>
{% for table in tables %}
<h2>{{ table.path }}{% if table.name %} / {{ table.name }}{% endif %}</h2>
<p>{{ "{:,}".format(table.rows) }} rows, {{ "{:,}".format(table.columns | length) }} columns</p>
<table>
<tr><th>column</th><th>labels</th><th>most probable</th><th>cells</th></tr>
{% for column in table.columns %}
<tr>
<td>{{ column.name }}</td>
<td>{% for name in column.labels %}<span class="label">{{ name }}</span>{% else %}
<span class="none">none</span>{% endfor %}</td>
<td>{% for name, value in column.probabilities | most_probable %}
<div class="probability"><span class="bar"><i style="width: {{ "%.1f" | format(100 * value) }}%"></i></span>
{{ "%.1f" | format(100 * value) }}% {{ name }}</div>{% endfor %}</td>
<td class="cells">{% for cell in column.samples %}<span>{{ cell }}</span>{% endfor %}</td>
</tr>
{% endfor %}
</table>
{% endfor %}
{% if evaluation %}
<h2>Scores</h2>
<table class="narrow">
{% for name, value in evaluation.summary().items() %}
<tr><td>{{ name | replace("_", " ") }}</td><td class="number">{{ value | number }}</td></tr>
{% endfor %}
</table>
<h2>Labels</h2>
<table>
<tr><th>label</th><th class="number">precision</th><th class="number">recall</th><th class="number">F1</th>
<th class="number">columns</th><th class="number">predicted</th><th class="number">calibration error</th></tr>
{% for score in evaluation.scores if score.support or score.predicted %}
<tr><td>{{ score.label }}</td>
{% for value in (score.precision, score.recall, score.f1, score.support, score.predicted, score.calibration_error) %}
<td class="number">{{ value | number }}</td>{% endfor %}</tr>
{% endfor %}
</table>
<h2>Taken for</h2>
<table>
<tr><th>true label</th><th class="number">columns</th><th class="number">right</th><th>taken for</th></tr>
{% for label, row in evaluation.confusion.items() %}
<tr><td>{{ label }}</td><td class="number">{{ row.values() | sum }}</td>
<td class="number">{{ "%.1f" | format(100 * row.get(label, 0) / (row.values() | sum)) }}%</td>
<td>{% for name, count in row.items() if name != label %}{{ name }} {{ count }}{{ ", " if not loop.last }}{% endfor %}
</td></tr>
{% endfor %}
</table>
{% endif %}
{% for caption, picture in pictures %}
<h2>{{ caption }}</h2>
<img src="data:image/png;base64,{{ picture }}" alt="{{ caption }}">
{% endfor %}
{% if note %}<p class="none">{{ note }}</p>{% endif %}
<footer>simon_elmo {{ version }}</footer>
</body>
</html>
"""


def render_report(
    tables: Sequence[ClassifiedTable] = (),
    evaluation: Evaluation | None = None,
    epochs: Sequence[Mapping[str, float]] = (),
    title: str = "What is in these columns",
) -> str:
    """Return a self-contained HTML page.

    Args:
        tables: classified tables, shown with labels, probabilities and cells.
        evaluation: scores, shown as tables and, where matplotlib is installed, as confusion and calibration pictures.
        epochs: the history of a training run, shown as curves where matplotlib is installed.
        title: the page's title.
    """
    from jinja2 import Environment

    from simon_elmo.version import __version__

    environment = Environment(autoescape=True)
    environment.filters["most_probable"] = _most_probable
    environment.filters["number"] = lambda value: f"{value:,}" if isinstance(value, int) else f"{value:.3f}"
    pictures, note = _pictures(evaluation, epochs)
    return environment.from_string(_TEMPLATE).render(
        title=title,
        tables=tables,
        evaluation=evaluation,
        pictures=pictures,
        note=note,
        version=__version__,
    )


def _most_probable(probabilities: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(probabilities.items(), key=lambda item: -item[1])[:_SHOWN_PROBABILITIES]


def _pictures(
    evaluation: Evaluation | None, epochs: Sequence[Mapping[str, float]]
) -> tuple[list[tuple[str, str]], str]:
    """Return (caption, PNG in base64) pairs, and what to install where they cannot be drawn."""
    from simon_elmo.reports import plots

    drawings: list[tuple[str, Callable[[], bytes]]] = []
    if evaluation is not None:
        drawings.append(("Confusion", lambda: plots.confusion_picture(evaluation)))
        drawings.append(("Calibration", lambda: plots.reliability_diagram(evaluation)))
    if epochs:
        drawings.append(("Training", lambda: plots.training_curves(epochs)))
    try:
        return [(caption, base64.b64encode(draw()).decode("ascii")) for caption, draw in drawings], ""
    except MissingExtra as error:
        return [], str(error)
