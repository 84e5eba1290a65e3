"""How good predicted tags are, word by word and span by span."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from simon_elmo.errors import InvalidInput
from simon_elmo.words.conll import spans_of


@dataclass(frozen=True)
class SpanScore:
    """How the spans of one type were found.

    Attributes:
        precision: share of the predicted spans that are right in type and both ends.
        recall: share of the true spans that were found.
        f1: harmonic mean of both.
        support: true spans.
        predicted: predicted spans.
    """

    precision: float
    recall: float
    f1: float
    support: int
    predicted: int


@dataclass(frozen=True)
class TagScores:
    """The scores of a tagger.

    Attributes:
        words: words scored.
        accuracy: share of the words with the right tag.
        spans: type -> score; `"all"` counts the spans of every type together.
    """

    words: int
    accuracy: float
    spans: dict[str, SpanScore]

    @property
    def f1(self) -> float:
        """The F1 of all spans together."""
        return self.spans["all"].f1

    def summary(self) -> dict[str, float]:
        """Return the figures that describe the whole, by name."""
        every = self.spans["all"]
        return {
            "words": self.words,
            "accuracy": self.accuracy,
            "precision": every.precision,
            "recall": every.recall,
            "f1": every.f1,
        }


def score_tags(true: Sequence[Sequence[str]], predicted: Sequence[Sequence[str]]) -> TagScores:
    """Compare predicted with true tags, as the CoNLL-2003 evaluation does.

    Raises:
        InvalidInput: if sentences or words do not fit.

    Example:
        >>> scores = score_tags([["B-PER", "I-PER", "O"]], [["B-PER", "O", "O"]])
        >>> round(scores.accuracy, 2), scores.f1
        (0.67, 0.0)
    """
    if [len(tags) for tags in true] != [len(tags) for tags in predicted]:
        raise InvalidInput("true and predicted tags must be of the same sentences, one per word")
    support: Counter[str] = Counter()
    given: Counter[str] = Counter()
    hits: Counter[str] = Counter()
    for tags, others in zip(true, predicted, strict=True):
        there, found = spans_of(tags), spans_of(others)
        for counter, marked in ((support, there), (given, found), (hits, there & found)):
            counter.update(kind for kind, _, _ in marked)
            counter["all"] += len(marked)
    words = sum(map(len, true))
    rows = zip(true, predicted, strict=True)
    right = sum(tag == other for tags, others in rows for tag, other in zip(tags, others, strict=True))
    spans = {kind: _score(hits[kind], support[kind], given[kind]) for kind in sorted({*support, *given, "all"})}
    return TagScores(words, right / words if words else 0.0, spans)


def _score(hits: int, support: int, predicted: int) -> SpanScore:
    total = support + predicted
    return SpanScore(
        hits / predicted if predicted else 0.0,
        hits / support if support else 0.0,
        2 * hits / total if total else 0.0,
        support,
        predicted,
    )
