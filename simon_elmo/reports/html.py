"""One HTML file that shows everything: types, probabilities, cells, scores and pictures; it loads nothing else."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from simon_elmo.errors import MissingExtra

if TYPE_CHECKING:
    from simon_elmo.evaluation.scores import Evaluation
    from simon_elmo.reports.classified import ClassifiedTable


def render_report(
    tables: Sequence[ClassifiedTable] = (),
    evaluation: Evaluation | None = None,
    epochs: Sequence[Mapping[str, float]] = (),
    title: str = "What is in these columns",
) -> str:
    """Return a self-contained HTML page.

    Args:
        tables: classified tables, shown as `classify` answers: the label and its probability, all labels, missing and
            distinct cells, samples, notes about the reading.
        evaluation: scores, shown as tables and, where matplotlib is installed, as confusion and calibration pictures.
        epochs: the history of a training run, shown as curves where matplotlib is installed.
        title: the page's title.
    """
    from importlib.resources import files

    from jinja2 import Environment

    from simon_elmo.version import __version__

    environment = Environment(autoescape=True)
    environment.filters["dialect"] = _spelled
    environment.filters["number"] = lambda value: f"{value:,}" if isinstance(value, int) else f"{value:.3f}"
    pictures, note = _pictures(evaluation, epochs)
    template = files("simon_elmo.reports").joinpath("report.html.j2").read_text(encoding="utf-8")
    return environment.from_string(template).render(
        title=title,
        tables=tables,
        evaluation=evaluation,
        pictures=pictures,
        note=note,
        version=__version__,
    )


def _spelled(value: str | int) -> str:
    """Return a property of a text file in a form that can be read: a tab by its name."""
    return {"\t": "tab", " ": "blank"}.get(str(value), str(value))


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
