"""Pictures of training and evaluation, as PNG files in memory. Needs matplotlib, the extra `plots`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

from simon_elmo.errors import InvalidInput, MissingExtra
from simon_elmo.plots_elmo import contextual_vectors

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from simon_elmo.evaluation import Evaluation

__all__ = [
    "as_png",
    "confusion_picture",
    "confusion_shares",
    "contextual_vectors",
    "new_figure",
    "reliability_diagram",
    "training_curves",
]

_MAX_CONFUSION_LABELS = 40


def new_figure(width: float, height: float) -> Figure:
    """Return an empty figure of that many inches, drawn without a display.

    Raises:
        MissingExtra: if matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingExtra("matplotlib", "plots", "draw pictures") from None
    return Figure(figsize=(width, height), layout="constrained")


def as_png(figure: Figure) -> bytes:
    """Return the figure as a PNG file; the same figure gives the same bytes."""
    content = BytesIO()
    figure.savefig(content, format="png", dpi=110, metadata={"Software": None})
    return content.getvalue()


def training_curves(epochs: Sequence[Mapping[str, float]]) -> bytes:
    """Draw the losses, and the other measures that lie between 0 and 1, over the epochs.

    Args:
        epochs: one mapping an epoch, `epoch` and measures by name; names that end in `loss` share one plot.

    Returns:
        A PNG file.

    Raises:
        InvalidInput: if there is no epoch.
        MissingExtra: if matplotlib is not installed.
    """
    if not epochs:
        raise InvalidInput("there is no epoch to draw; train first")
    measures = [name for name in epochs[0] if name not in ("epoch", "seconds", "learning_rate")]
    losses = [name for name in measures if name.endswith("loss")]
    scores = [name for name in measures if name not in losses]
    panels = [(title, names) for title, names in (("loss", losses), ("score", scores)) if names]
    figure = new_figure(4.5 * len(panels), 3.2)
    from matplotlib.ticker import MaxNLocator

    numbers = [row.get("epoch", index) for index, row in enumerate(epochs)]
    for index, (title, names) in enumerate(panels):
        axes = figure.add_subplot(1, len(panels), index + 1)
        for name in names:
            axes.plot(numbers, [row[name] for row in epochs], marker="o", markersize=3, label=name.replace("_", " "))
        axes.set(xlabel="epoch", ylabel=title)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.legend()
    return as_png(figure)


def reliability_diagram(evaluation: Evaluation) -> bytes:
    """Draw how often the most probable label is right against how probable it was said to be.

    Returns:
        A PNG file.

    Raises:
        MissingExtra: if matplotlib is not installed.
    """
    figure = new_figure(4.2, 3.6)
    axes = figure.add_subplot()
    confidences, shares, counts = zip(*evaluation.reliability, strict=True)
    largest = max(counts)
    axes.plot([0, 1], [0, 1], linestyle=":", color="grey")
    axes.scatter(confidences, shares, s=[12 + 160 * count / largest for count in counts], alpha=0.7)
    axes.set(
        xlabel="probability of the most probable label",
        ylabel="share right",
        xlim=(0, 1.02),
        ylim=(0, 1.02),
        title=f"expected calibration error {evaluation.top_calibration_error:.3f}",
    )
    return as_png(figure)


def confusion_picture(evaluation: Evaluation) -> bytes:
    """Draw which most specific labels are taken for which, as shares of each true label.

    Only the 40 most frequent labels are drawn.

    Returns:
        A PNG file.

    Raises:
        MissingExtra: if matplotlib is not installed.
    """
    names, shares = confusion_shares(evaluation)
    size = 2.2 + 0.26 * len(names)
    figure = new_figure(size + 0.8, size)
    axes = figure.add_subplot()
    picture = axes.imshow(shares, vmin=0, vmax=1, cmap="Blues")
    axes.set(xlabel="predicted", ylabel="true")
    axes.set_xticks(range(len(names)), names, rotation=90)
    axes.set_yticks(range(len(names)), names)
    for row, column in zip(*shares.nonzero(), strict=True):
        share = shares[row, column]
        if share >= 0.05:
            colour = "white" if share > 0.5 else "black"
            axes.text(column, row, f"{share * 100:.0f}", ha="center", va="center", fontsize=6, color=colour)
    figure.colorbar(picture, ax=axes, shrink=0.7)
    return as_png(figure)


def confusion_shares(evaluation: Evaluation) -> tuple[list[str], Any]:
    """Return the most frequent labels, at most 40, and float (n, n): of a true label, the share predicted as each."""
    import numpy as np

    totals = {name: sum(row.values()) for name, row in evaluation.confusion.items()}
    for row in evaluation.confusion.values():
        for name in row:
            totals.setdefault(name, 0)
    names = sorted(sorted(totals, key=lambda name: (-totals[name], name))[:_MAX_CONFUSION_LABELS])
    shares = np.zeros((len(names), len(names)))
    for row_index, true in enumerate(names):
        for column_index, predicted in enumerate(names):
            count = evaluation.confusion.get(true, {}).get(predicted, 0)
            shares[row_index, column_index] = count / totals[true] if count else 0.0
    return names, shares
