"""BidirectionalLanguageModel: a biLM with its words, trained and fine-tuned on running text."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simon_elmo.elmo.config import ElmoConfig, ElmoTraining
from simon_elmo.elmo.files import ElmoFiles, read_words
from simon_elmo.errors import InvalidInput

if TYPE_CHECKING:
    from simon_elmo.elmo.language_model.corpus import Corpus
    from simon_elmo.elmo.language_model.recipe import LanguageModelTraining
    from simon_elmo.elmo.language_model.steps import LanguageModel
    from simon_elmo.elmo.language_model.training import TrainingProgress
    from simon_elmo.elmo.network.backbone import ElmoBackbone

Text = Sequence[str | Path] | Sequence[Sequence[str]]
CHECKPOINT = "checkpoint.npz"


class BidirectionalLanguageModel:
    """A bidirectional language model: what ELMo's vectors come from.

    Texts are lists of token lists, or of paths (text, `.gz`, `FILE.parquet:COLUMN`) that are streamed from disk.

    Args:
        options: the shapes and what `options.json` says about training; an `ElmoConfig`, the file's content or its
            path. `n_tokens_vocab` is set to the number of words.
        vocabulary: words that are predicted, most frequent first, `<S>`, `</S>` and `<UNK>` among them; a list or a
            file with one per line.
        segment: how running text is cut, see `words.word_tokens.segmenter`.
        lower_case: whether text is written in lower case.

    Attributes:
        config: the shapes.
        vocabulary: the words.
        metadata: what is known about the model: description, recipe, metrics.

    Raises:
        InvalidConfig: for options that are not valid.
        InvalidInput: for a vocabulary that cannot be used.

    Source: Peters et al., Deep contextualized word representations (2018).

    Example:
        >>> options = {"lstm": {"dim": 8, "projection_dim": 4}, "batch_size": 2, "unroll_steps": 4}
        >>> words = ["<S>", "</S>", "<UNK>", "a", "rose", "is"]
        >>> model = BidirectionalLanguageModel({**options, "sample_softmax": False}, words)
        >>> model.fit([["a", "rose", "is", "a", "rose"]]).tokens  # doctest: +SKIP
        64
        >>> sorted(model.perplexity([["a", "rose"]]))
        ['backward', 'forward', 'perplexity', 'tokens', 'unknown']
    """

    def __init__(
        self,
        options: ElmoConfig | Mapping[str, Any] | str | Path,
        vocabulary: str | Path | Sequence[str],
        *,
        segment: str = "spaces",
        lower_case: bool = False,
    ) -> None:
        from simon_elmo.elmo.language_model.vocabulary import check_vocabulary
        from simon_elmo.words.word_tokens import segmenter

        segmenter(segment)
        source = vocabulary if isinstance(vocabulary, (str, Path)) else "the vocabulary"
        words = check_vocabulary(read_words(vocabulary), source)
        if isinstance(options, (str, Path)):
            options = ElmoConfig.load_options(options)
        config = options if isinstance(options, ElmoConfig) else ElmoConfig.from_options(options)
        # the reference's default is more samples than small vocabularies have words
        training = config.training or ElmoTraining(n_negative_samples_batch=min(8192, len(words)))
        config = replace(config, vocabulary_size=len(words), training=training)
        self._files = ElmoFiles(config, vocabulary=words, lower_case=lower_case, segment=segment)
        self._model: LanguageModel | None = None
        self._weights: dict[str, Any] | None = None
        self._preset: str | None = None
        self.metadata: dict[str, Any] = {}
        self._is_trained = False

    def __repr__(self) -> str:
        preset = f"preset={self._preset!r}, " if self._preset else ""
        return f"BidirectionalLanguageModel({preset}words={len(self._files.vocabulary)}, trained={self._is_trained})"

    # === Loading and saving ===

    @classmethod
    def from_preset(cls, name_or_folder: str | os.PathLike[str] = "elmo-small-en") -> BidirectionalLanguageModel:
        """Use an ELMo preset that has its softmax and vocabulary.

        Args:
            name_or_folder: a preset's name, or a folder that `save` wrote.

        Raises:
            PresetNotFound, CorruptPreset: as for `ElmoEmbedder.from_preset`.
            InvalidInput: if it has no softmax or no vocabulary.
        """
        return cls.from_bilm(ElmoFiles.from_preset(name_or_folder))

    @classmethod
    def from_bilm(cls, files: ElmoFiles, backbone: ElmoBackbone | None = None) -> BidirectionalLanguageModel:
        """Begin with a copy of a biLM's weights and its softmax.

        Args:
            files: of the biLM.
            backbone: its network; by default the weights are read from its files.

        Raises:
            InvalidInput: if there is no softmax or no vocabulary.
        """
        from simon_elmo.elmo.published_weights import weights_of

        softmax = files.load_softmax()
        model = cls(files.config, files.vocabulary, segment=files.segment, lower_case=files.lower_case)
        model._weights = {**weights_of(backbone or files.build_backbone()), **softmax}
        model._is_trained = True
        model._preset = None if files.folder is None else files.folder.path.name
        model.metadata = files.metadata()
        return model

    def save(
        self, folder: str | os.PathLike[str], *, metadata: Mapping[str, Any] | None = None, dtype: str = "float32"
    ) -> None:
        """Write an ELMo preset, softmax and vocabulary included.

        Args:
            folder: where to write; a model that is there is replaced.
            metadata: added to `metadata.json` (description, recipe, metrics, ...).
            dtype: of the weights on disk, `"float32"`, or `"float16"` for half the size.

        Raises:
            InvalidInput: if something else than a model is there, or for another dtype.
        """
        self.files().save(folder, self.backbone, {**self.metadata, **(metadata or {})}, dtype)

    # === Parts ===

    def files(self) -> ElmoFiles:
        """Return options, words and a copy of the softmax as it is now."""
        return replace(self._files, softmax=self.softmax())

    @property
    def backbone(self) -> ElmoBackbone:
        """The Keras network without its softmax."""
        return self._built(None, 0).backbone

    def softmax(self) -> dict[str, np.ndarray]:
        """Return `softmax/W` (V, P) and `softmax/b` (V,), float32."""
        return self._built(None, 0).softmax()

    @property
    def config(self) -> ElmoConfig:
        """The shapes, and what the options say about training."""
        return self._files.config

    @property
    def vocabulary(self) -> list[str]:
        """The words that are predicted."""
        return list(self._files.vocabulary)

    @property
    def segment(self) -> str:
        """How running text is cut."""
        return self._files.segment

    @property
    def lower_case(self) -> bool:
        """Whether text is written in lower case."""
        return self._files.lower_case

    @property
    def data(self) -> list[dict[str, str]]:
        """What the weights were learned from, as `metadata` says: `name` and `licence` of each."""
        recipe = self.metadata.get("recipe")
        sources = recipe.get("data") if isinstance(recipe, dict) else None
        return [
            {key: str(source.get(key, "unknown")) for key in ("name", "licence")}
            for source in (sources if isinstance(sources, list) else [])
            if isinstance(source, dict)
        ]

    # === Text ===

    def tokenize(self, text: str) -> list[list[str]]:
        """Return the tokens of each sentence of a text."""
        return self._files.tokenize(text)

    def read(self, text: Text, folder: Path) -> Corpus:
        """Return a text as numbers, those of files kept in a folder."""
        from simon_elmo.elmo.language_model.corpus import Corpus

        if isinstance(text, (str, Path)):
            raise InvalidInput("a text is a list of paths or of token lists; put it into a list")
        if all(isinstance(part, (str, Path)) for part in text):
            paths: Any = list(text)
            return Corpus.read(paths, folder, segment=self.segment, lower_case=self.lower_case)
        return Corpus.of(text)  # type: ignore[arg-type]

    # === Training ===

    def set_training(self, **options: Any) -> None:
        """Change what the options say about training: `batch_size`, `unroll_steps`, `dropout`, ...

        Raises:
            InvalidConfig: for a value out of its range.
        """
        training = replace(self.config.training or ElmoTraining(), **options)
        if self._model is not None:
            self._weights, self._model = self._model.weights(), None
        self._files = replace(self._files, config=replace(self.config, training=training))

    def use_word_vectors(self, path: str | Path) -> int:
        """Begin training from the vectors of a word2vec or GloVe file, and return how many words it has.

        Raises:
            InvalidInput: if the model reads characters, the file cannot be read or its vectors have another width.
        """
        from simon_elmo.elmo.language_model.word_vectors import read_word_vectors

        if self.config.reads_characters:
            raise InvalidInput("word vectors need a model with word input: leave char_cnn out of the options")
        found = read_word_vectors(path, self._files.vocabulary, self.config.projection_units)
        weights = self._built(None, 0).weights()
        for number, vector in found.items():
            weights["embedding"][number] = vector
        self._weights, self._model = weights, None
        return len(found)

    def fit(
        self,
        text: Text,
        *,
        held_out: Text | None = None,
        training: LanguageModelTraining | None = None,
        epochs: float | None = None,
        seed: int | None = None,
        work: str | Path | None = None,
        progress: bool = False,
        on_step: Callable[[TrainingProgress], None] | None = None,
    ) -> TrainingProgress:
        """Train the model, or train it further.

        Args:
            text: what to learn from.
            held_out: text whose perplexity is followed.
            training: optimizer, rates, order, ...; the defaults of `LanguageModelTraining`.
            epochs: passes over the text, instead of those of `training`.
            seed: fixes initial weights, dropout, samples and order, instead of that of `training`.
            work: a folder for the text as numbers and for checkpoints. An interrupted call goes on from the checkpoint
                when it is made again with the same text and folder.
            progress: show a bar on stderr.
            on_step: called after each batch.

        Returns:
            What was done, held-out perplexities in its `history`.

        Raises:
            InvalidInput: for a text without words, or a checkpoint of another text.
            InvalidConfig: if the loss is no longer a finite number.
            CorruptPreset, WeightMismatch: for a checkpoint that cannot be read or is of another model.
        """
        from simon_elmo.elmo.language_model.recipe import LanguageModelTraining
        from simon_elmo.elmo.language_model.training import train

        given: dict[str, Any] = {"epochs": epochs, "seed": seed}
        given = {name: value for name, value in given.items() if value is not None}
        training = replace(training or LanguageModelTraining(), **given)
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary if work is None else work)
            corpus = self.read(text, folder / "text")
            held = None if held_out is None else self.read(held_out, folder / "held-out")
            model = self._built(training.optimizer, training.seed)
            if not self._is_trained:
                model.start_from_counts(corpus.target_counts(self._files.vocabulary))
                self._is_trained = True
            return train(
                model,
                corpus,
                self._files.vocabulary,
                training,
                held_out=held,
                checkpoint=None if work is None else folder / CHECKPOINT,
                progress=progress,
                on_step=on_step,
            )

    # === Perplexity ===

    def perplexity(self, text: Text, *, progress: bool = False) -> dict[str, Any]:
        """Return the perplexity of a text; see `ElmoEmbedder.perplexity`.

        Args:
            text: paths or token lists.
            progress: show a bar on stderr.
        """
        with tempfile.TemporaryDirectory() as folder:
            return self.perplexity_of(self.read(text, Path(folder)), progress=progress)

    def perplexity_of(self, corpus: Corpus, *, progress: bool = False) -> dict[str, Any]:
        """Return the perplexity of a text that has been read; see `perplexity`."""
        from simon_elmo.elmo.language_model.perplexity import perplexity

        return perplexity(self._built(None, 0), corpus, self._files.vocabulary, progress=progress)

    def _built(self, optimizer: str | None, seed: int) -> LanguageModel:
        """Return the network with its weights, with an optimizer that has made no step yet if one is named."""
        from simon_elmo.elmo.language_model.steps import LanguageModel

        if self._model is None:
            boundaries = self._files.boundary_ids()
            self._model = LanguageModel(self.config, optimizer=None, seed=seed, boundary_ids=boundaries)
            if self._weights is not None:
                self._model.load_weights(self._weights)
                self._weights = None
        if optimizer is not None:
            self._model.compile(optimizer)
        return self._model
