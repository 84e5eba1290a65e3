"""Pictures of training and evaluation, as PNG files in memory. Needs matplotlib, the extra `plots`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from simon_elmo.errors import InvalidInput, MissingExtra

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from simon_elmo.elmo.embedder import ElmoEmbedder
    from simon_elmo.elmo.layer_choice import Layers
    from simon_elmo.evaluation.scores import Evaluation

_MOST_LABELS = 40
_WORDS_AROUND = 3


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
    figure = _new_figure(4.5 * len(panels), 3.2)
    from matplotlib.ticker import MaxNLocator

    numbers = [row.get("epoch", index) for index, row in enumerate(epochs)]
    for index, (title, names) in enumerate(panels):
        axes = figure.add_subplot(1, len(panels), index + 1)
        for name in names:
            axes.plot(numbers, [row[name] for row in epochs], marker="o", markersize=3, label=name.replace("_", " "))
        axes.set(xlabel="epoch", ylabel=title)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.legend()
    return _as_png(figure)


def perplexity_curves(history: Sequence[Mapping[str, Any]]) -> bytes:
    """Draw the held-out perplexity of a language model in training, over the words that it had read.

    Args:
        history: one mapping a look at the held-out text, as `TrainingProgress.history`.

    Returns:
        A PNG file.

    Raises:
        InvalidInput: if there was no look.
        MissingExtra: if matplotlib is not installed.
    """
    if not history:
        raise InvalidInput("there is no history to draw; train with held-out text")
    figure = _new_figure(6.0, 4.0)
    axes = figure.add_subplot()
    for name in ("forward", "backward"):
        if name in history[0]:
            axes.plot([row["words_read"] for row in history], [row[name] for row in history], marker="o", label=name)
    axes.set_xlabel("words read")
    axes.set_ylabel("perplexity of held-out text")
    axes.set_yscale("log")
    axes.legend()
    return _as_png(figure)


def reliability_diagram(evaluation: Evaluation) -> bytes:
    """Draw how often the most probable label is right against how probable it was said to be.

    Returns:
        A PNG file.

    Raises:
        MissingExtra: if matplotlib is not installed.
    """
    figure = _new_figure(4.2, 3.6)
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
    return _as_png(figure)


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
    figure = _new_figure(size + 0.8, size)
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
    return _as_png(figure)


def confusion_shares(evaluation: Evaluation) -> tuple[list[str], np.ndarray]:
    """Return the most frequent labels, at most 40, and float (n, n): of a true label, the share predicted as each."""
    counts = {name: sum(row.values()) for name, row in evaluation.confusion.items()}
    all_names = [*counts, *(name for row in evaluation.confusion.values() for name in row)]
    frequent = sorted(set(all_names), key=lambda name: (-counts.get(name, 0), str(name)))[:_MOST_LABELS]
    names = sorted(frequent, key=lambda name: (isinstance(name, str), name))  # numbers are labels of texts
    shares = np.zeros((len(names), len(names)))
    for row, true in enumerate(names):
        for column, predicted in enumerate(names):
            count = evaluation.confusion.get(true, {}).get(predicted, 0)
            shares[row, column] = count / counts[true] if count else 0.0
    return names, shares


def contextual_vectors(
    elmo: ElmoEmbedder,
    word: str,
    sentences: Sequence[str],
    *,
    senses: Sequence[str] | None = None,
    layers: Layers = "top",
) -> bytes:
    """Draw one word's vectors in different sentences, in two dimensions (principal components).

    Args:
        elmo: the embedder.
        word: a token that occurs in the sentences.
        sentences: texts whose tokens are separated by white space.
        senses: a name for the sense in each sentence, to colour the points by.
        layers: which layer, or the weights of a mixture.

    Returns:
        A PNG file.

    Raises:
        InvalidInput: if the word does not occur, or there is not one sense a sentence.
        MissingExtra: if matplotlib is not installed.
    """
    if senses is not None and len(senses) != len(sentences):
        raise InvalidInput(f"{len(senses)} senses for {len(sentences)} sentences; name one per sentence")
    figure = _new_figure(8.0, 5.0)
    vectors, places = word_occurrences(elmo, word, sentences, layers=layers)
    points = two_dimensions(vectors)
    axes = figure.add_subplot()
    names = ["" if senses is None else senses[number] for number, _ in places]
    for name in dict.fromkeys(names):
        chosen = [row for row, other in enumerate(names) if other == name]
        axes.scatter(points[chosen, 0], points[chosen, 1], s=40, label=name or None)
    for point, (number, position) in zip(points, places, strict=True):
        tokens = sentences[number].split()
        start = max(position - _WORDS_AROUND, 0)
        around = " ".join(tokens[start : position + _WORDS_AROUND + 1])
        axes.annotate(around, point, xytext=(4, 4), textcoords="offset points", fontsize=8, parse_math=False)
    if senses is not None:
        axes.legend()
    axes.margins(0.25)
    axes.set_title(f"{word}, {len(points)} times", parse_math=False)
    axes.set_xlabel("first principal component")
    axes.set_ylabel("second principal component")
    return _as_png(figure)


def word_occurrences(
    elmo: ElmoEmbedder, word: str, sentences: Sequence[str], *, layers: Layers = "top"
) -> tuple[np.ndarray, list[tuple[int, int]]]:
    """Return the vectors of a word wherever it occurs, and where that is.

    Args:
        elmo: the embedder.
        word: a token, compared without regard to case.
        sentences: texts whose tokens are separated by white space.
        layers: which layer, or the weights of a mixture.

    Returns:
        Float32 (occurrences, 2P), and for each the number of the sentence and of the token in it.

    Raises:
        InvalidInput: if the word does not occur.
    """
    tokens = [sentence.split() for sentence in sentences]
    places = [
        (number, position)
        for number, sentence in enumerate(tokens)
        for position, token in enumerate(sentence)
        if token.lower() == word.lower()
    ]
    if not places:
        raise InvalidInput(f"{word!r} occurs in none of the {len(tokens)} sentences")
    vectors = elmo.embed(tokens, layers=layers)
    return np.stack([vectors[number][position] for number, position in places]), places


def two_dimensions(vectors: np.ndarray) -> np.ndarray:
    """Return the first two principal components, float (n, 2); zeros where the vectors span fewer dimensions."""
    from sklearn.decomposition import PCA

    n_components = min(2, len(vectors) - 1)
    points = np.zeros((len(vectors), 2))
    if n_components:
        points[:, :n_components] = PCA(n_components, svd_solver="full").fit_transform(vectors)
    return points


def _new_figure(width: float, height: float) -> Figure:
    """Return an empty figure of that many inches, drawn without a display.

    Raises:
        MissingExtra: if matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingExtra("matplotlib", "plots", "draw pictures") from None
    return Figure(figsize=(width, height), layout="constrained")


def _as_png(figure: Figure) -> bytes:
    """Return the figure as a PNG file; the same figure gives the same bytes."""
    content = BytesIO()
    figure.savefig(content, format="png", dpi=110, metadata={"Software": None})
    return content.getvalue()
