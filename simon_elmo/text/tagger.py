"""ElmoTagger: a tag per word over a biLM's vectors: names, parts of speech, chunks."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from simon_elmo.elmo.embedder import ElmoEmbedder
from simon_elmo.elmo.runner import as_token_lists
from simon_elmo.errors import InvalidInput, NotFitted
from simon_elmo.presets import open_preset
from simon_elmo.text.fitted_tagger import KIND, FittedTagger, TaggerShapes, fit_tagger, load_tagger, save_tagger
from simon_elmo.text.settings import as_embedder
from simon_elmo.training.config import TrainingConfig, training_config

if TYPE_CHECKING:
    from simon_elmo.evaluation.tag_scores import TagScores
    from simon_elmo.text.network.tagger import TaggerNetwork
    from simon_elmo.training.history import TrainingHistory

_SENTENCES_PER_RUN = 2048


class ElmoTagger:
    """Gives every word of a sentence a tag, with a biLSTM and a conditional random field over frozen ELMo vectors.

    Args:
        elmo: an `ElmoEmbedder`, or the name or folder of an ELMo preset.
        crf: whether the tags of a sentence are chosen together; otherwise each by itself (softmax).
        lstm_units: of each direction of the LSTM, 0 for none.
        dropout: on the vectors and on the LSTM's outputs.
        seed: of the initial weights, the split and the order of sentences.

    Attributes:
        fitted: the trained tagger, None before training.
        metadata: what is known about the model: recipe, metrics.

    Raises:
        PresetNotFound: if there is no such preset.
        InvalidInput: for something else than a biLM.

    Source: Peters et al. 2018, "Deep contextualized word representations", section 4.

    Example:
        >>> from simon_elmo.words.conll import read_conll
        >>> words, tags = zip(*read_conll("train.conll"))  # doctest: +SKIP
        >>> tagger = ElmoTagger("elmo-small-en").fit(words, tags)  # doctest: +SKIP
        >>> tagger.predict([["Peter", "lives", "in", "Lima"]])  # doctest: +SKIP
        [['B-PER', 'O', 'O', 'B-LOC']]
    """

    def __init__(
        self,
        elmo: ElmoEmbedder | str | os.PathLike[str],
        *,
        crf: bool = True,
        lstm_units: int = 100,
        dropout: float = 0.3,
        seed: int = 0,
    ) -> None:
        self.elmo = as_embedder(elmo)
        self.crf, self.lstm_units, self.dropout, self.seed = crf, lstm_units, dropout, seed
        self.fitted: FittedTagger | None = None
        self.metadata: dict[str, Any] = {}
        self._preset: str | None = None  # whose weights these are

    def __repr__(self) -> str:
        shown = {
            **({} if self._preset is None else {"preset": self._preset}),
            "tags": None if self.fitted is None else len(self.fitted.tags),
            "crf": self.crf,
            "trained": self.fitted is not None,
        }
        return f"ElmoTagger({', '.join(f'{name}={value!r}' for name, value in shown.items())})"

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags in alphabetical order; none before training."""
        return () if self.fitted is None else self.fitted.tags

    @property
    def history(self) -> TrainingHistory | None:
        """What happened in each epoch of the training in this process; None before, and for a loaded tagger."""
        return None if self.fitted is None else self.fitted.history

    # === Loading and saving ===

    @classmethod
    def from_preset(cls, name_or_folder: str | os.PathLike[str]) -> Self:
        """Return a trained tagger; checksums are checked before anything is opened.

        Args:
            name_or_folder: a folder that `save` wrote, or the name of a preset.

        Raises:
            PresetNotFound: if there is neither, or it holds a model of another kind.
            CorruptPreset: if a file of it is missing, damaged or does not fit the others.
            MissingExtra: if Keras is not installed.
        """
        folder = open_preset(name_or_folder, KIND)
        fitted, seed, metadata = load_tagger(folder)
        shapes = fitted.shapes
        tagger = cls(fitted.elmo, crf=shapes.crf, lstm_units=shapes.lstm_units, dropout=shapes.dropout, seed=seed)
        tagger.fitted, tagger.metadata, tagger._preset = fitted, metadata, folder.path.name
        return tagger

    def save(self, folder: str | os.PathLike[str], *, dtype: str = "float32") -> None:
        """Write the tagger with its biLM to a folder, all of it or nothing; `from_preset(folder)` answers the same.

        Args:
            folder: where to; a model that is there already is replaced.
            dtype: of the weights on disk, `"float32"` or `"float16"`.

        Raises:
            NotFitted: before training.
            InvalidInput: for another dtype.
        """
        save_tagger(Path(folder), self._trained(), self.seed, self.metadata, dtype)

    # === Prediction ===

    def predict(self, sentences: Iterable[str | Sequence[str]]) -> list[list[str]]:
        """Return the tags of the words of each sentence.

        Args:
            sentences: token lists, or strings that are split on white space.

        Raises:
            NotFitted: before training.
            InvalidInput: for invalid sentences.
        """
        fitted, given = self._trained(), as_token_lists(sentences)
        found: list[list[str]] = []
        for start in range(0, len(given), _SENTENCES_PER_RUN):
            found += fitted.predict(given[start : start + _SENTENCES_PER_RUN])
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
        *,
        validation: tuple[Iterable[str | Sequence[str]], Iterable[Sequence[str]]] | None = None,
        training: TrainingConfig | None = None,
        epochs: int | None = None,
        seed: int | None = None,
        progress: bool = False,
        on_epoch: Callable[[Mapping[str, float]], None] | None = None,
    ) -> Self:
        """Train on tagged sentences; the weights of the epoch with the lowest validation loss are kept.

        Whatever fails, or is interrupted, leaves the tagger as it was.

        Args:
            sentences: token lists, or strings that are split on white space.
            tags: a tag per word.
            validation: sentences and tags to stop early on; a tenth of the sentences if not given.
            training: epochs, rates, patience and seed; 30 epochs at most, batches of 32 and patience 5 by default.
            epochs: instead of those of `training`.
            seed: of the split and the order of sentences, instead of that of `training`.
            progress: show bars on stderr.
            on_epoch: called with a row of figures after each epoch.

        Returns:
            The tagger itself.

        Raises:
            InvalidInput: if tags and words do not fit, or there are too few sentences.
            MissingExtra: if Keras is not installed.
        """
        base = training or TrainingConfig(batch_size=32, patience=5, seed=self.seed)
        fitted = fit_tagger(
            self.elmo,
            TaggerShapes(crf=self.crf, lstm_units=self.lstm_units, dropout=self.dropout),
            _checked(sentences, tags),
            validation=None if validation is None else _checked(*validation),
            training=training_config(base, epochs=epochs, seed=seed),
            seed=self.seed,
            progress=progress,
            on_epoch=on_epoch,
        )
        self.fitted, self.metadata, self._preset = fitted, {**self.metadata, **fitted.report}, None
        return self

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
            raise NotFitted("this tagger is not trained: call fit, or load one with from_preset")
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
