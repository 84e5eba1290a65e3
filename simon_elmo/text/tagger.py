"""ElmoTagger: a tag a word over a biLM's vectors: names, parts of speech, chunks."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simon_elmo.elmo.embedder import ElmoEmbedder
from simon_elmo.elmo.runner import as_token_lists
from simon_elmo.errors import InvalidInput, NotFitted
from simon_elmo.text.fitted_tagger import FittedTagger, TaggerShapes, fit_tagger, load_tagger, save_tagger
from simon_elmo.training.config import TrainingConfig

if TYPE_CHECKING:
    from simon_elmo.evaluation.tag_scores import TagScores
    from simon_elmo.text.network.tagger import TaggerNetwork
    from simon_elmo.training.history import TrainingHistory

_SENTENCES_A_RUN = 2048


class ElmoTagger:
    """Gives every word of a sentence a tag, with a biLSTM and a conditional random field over frozen ELMo vectors.

    Args:
        preset: an ELMo preset, a folder that `ElmoEmbedder.save` wrote, or an `ElmoEmbedder`.
        crf: whether the tags of a sentence are chosen together; otherwise each by itself (softmax).
        lstm_units: of each direction of the LSTM, 0 for none.
        dropout: on the vectors and on the LSTM's outputs.
        seed: of the initial weights, the split and the order of sentences.

    Attributes:
        fitted: the trained tagger, None before training.
        metadata: what is known about the model: recipe, metrics.

    Source: Peters et al. 2018, "Deep contextualized word representations", section 4.

    Example:
        >>> from simon_elmo.words.conll import read_conll
        >>> words, tags = zip(*read_conll("train.conll"))  # doctest: +SKIP
        >>> tagger = ElmoTagger().fit(words, tags)  # doctest: +SKIP
        >>> tagger.predict([["Peter", "lives", "in", "Lima"]])  # doctest: +SKIP
        [['B-PER', 'O', 'O', 'B-LOC']]
    """

    def __init__(
        self,
        preset: str | os.PathLike[str] | ElmoEmbedder = "elmo-small-en",
        crf: bool = True,
        lstm_units: int = 100,
        dropout: float = 0.3,
        seed: int = 0,
    ) -> None:
        self.elmo = preset if isinstance(preset, ElmoEmbedder) else ElmoEmbedder.from_preset(os.fspath(preset))
        self.crf, self.lstm_units, self.dropout, self.seed = crf, lstm_units, dropout, seed
        self.fitted: FittedTagger | None = None
        self.metadata: dict[str, Any] = {}

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags in alphabetical order; none before training."""
        return () if self.fitted is None else self.fitted.tags

    @property
    def history(self) -> TrainingHistory | None:
        """What happened in each epoch of the training in this process; None before, and for a loaded tagger."""
        return None if self.fitted is None else self.fitted.history

    # === Prediction ===

    def predict(self, sentences: Iterable[str | Sequence[str]]) -> list[list[str]]:
        """Return the tags of the words of each sentence.

        Args:
            sentences: token lists, or strings that are split on white space.

        Raises:
            NotFitted: before training.
            InvalidInput: for sentences that are none.
        """
        fitted, given = self._trained(), as_token_lists(sentences)
        found: list[list[str]] = []
        for start in range(0, len(given), _SENTENCES_A_RUN):
            found += fitted.predict(given[start : start + _SENTENCES_A_RUN])
        return found

    def evaluate(self, sentences: Iterable[str | Sequence[str]], tags: Sequence[Sequence[str]]) -> TagScores:
        """Compare predicted with true tags, word by word and span by span."""
        from simon_elmo.evaluation.tag_scores import score_tags

        return score_tags(tags, self.predict(sentences))

    # === Training ===

    def fit(
        self,
        sentences: Iterable[str | Sequence[str]],
        tags: Iterable[Sequence[str]],
        validation: tuple[Iterable[str | Sequence[str]], Iterable[Sequence[str]]] | None = None,
        training: TrainingConfig | None = None,
        progress: Callable[[Mapping[str, float]], None] | None = None,
    ) -> ElmoTagger:
        """Train on tagged sentences; the weights of the epoch with the lowest validation loss are kept.

        Args:
            sentences: token lists, or strings that are split on white space.
            tags: a tag a word.
            validation: sentences and tags to stop early on; a tenth of the sentences if not given.
            training: epochs, rates, patience and seed; 30 epochs at most, batches of 32 and patience 5 by default.
            progress: called with a row of figures after each epoch.

        Raises:
            InvalidInput: if tags and words do not fit, or there are too few sentences.
        """
        fitted = fit_tagger(
            self.elmo,
            TaggerShapes(self.crf, self.lstm_units, self.dropout),
            _checked(sentences, tags),
            None if validation is None else _checked(*validation),
            training or TrainingConfig(batch_size=32, patience=5, seed=self.seed),
            self.seed,
            on_epoch=progress,
        )
        self.fitted, self.metadata = fitted, {**self.metadata, **fitted.report}
        return self

    # === Loading and saving ===

    def save(self, folder: str | os.PathLike[str], dtype: str = "float32") -> None:
        """Write the tagger with its biLM to a folder, all of it or nothing.

        Args:
            folder: where to; a model that is there already is replaced.
            dtype: of the weights on disk, `"float32"` or `"float16"`.

        Raises:
            NotFitted: before training.
        """
        save_tagger(Path(folder), self._trained(), self.seed, self.metadata, dtype)

    @classmethod
    def from_folder(cls, folder: str | os.PathLike[str]) -> ElmoTagger:
        """Return the tagger that `save` wrote to a folder; checksums are checked before anything is opened.

        Raises:
            PresetNotFound: if there is no such folder, or it holds a model of another kind.
            CorruptPreset: if a file of it is missing, damaged or does not fit the others.
        """
        fitted, seed, metadata = load_tagger(Path(folder))
        shapes = fitted.shapes
        tagger = cls(fitted.elmo, shapes.crf, shapes.lstm_units, shapes.dropout, seed)
        tagger.fitted, tagger.metadata = fitted, metadata
        return tagger

    # === Parts ===

    @property
    def network(self) -> TaggerNetwork:
        """The Keras network over the vectors.

        Raises:
            NotFitted: before training.
        """
        return self._trained().network

    def _trained(self) -> FittedTagger:
        if self.fitted is None:
            raise NotFitted("this tagger is not trained: call fit, or load one with from_folder")
        return self.fitted


def _checked(
    sentences: Iterable[str | Sequence[str]], tags: Iterable[Sequence[str]]
) -> tuple[list[list[str]], list[list[str]]]:
    """Return sentences and tags that fit; sentences without words are left out."""
    words, names = as_token_lists(sentences), [list(row) for row in tags]
    if len(words) != len(names):
        raise InvalidInput(f"{len(words)} sentences have {len(names)} rows of tags")
    for number, (sentence, row) in enumerate(zip(words, names, strict=True)):
        if len(sentence) != len(row):
            raise InvalidInput(f"sentence {number} has {len(sentence)} words and {len(row)} tags")
    kept = [number for number, sentence in enumerate(words) if sentence]
    return [words[number] for number in kept], [names[number] for number in kept]
