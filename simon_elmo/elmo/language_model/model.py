"""BidirectionalLanguageModel: a biLM with its words, trained and fine-tuned on running text."""

from __future__ import annotations

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
            file with one a line.
        segment: how running text is cut, see `words.word_tokens.segmenter`.
        lower_case: whether text is written in lower case.

    Attributes:
        config: the shapes.
        vocabulary: the words.

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
        self.metadata: dict[str, Any] = {}
        self._is_trained = False

    @classmethod
    def from_preset(cls, name: str | Path = "elmo-small-en") -> BidirectionalLanguageModel:
        """Use an ELMo preset that has its softmax and vocabulary.

        Raises:
            PresetNotFound, CorruptPreset: as for `ElmoEmbedder.from_preset`.
            InvalidInput: if it has no softmax or no vocabulary.
        """
        return cls.from_bilm(ElmoFiles.from_preset(name))

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
        model.metadata = files.metadata()
        return model

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

    def tokenize(self, text: str) -> list[list[str]]:
        """Return the tokens of each sentence of a text."""
        return self._files.tokenize(text)

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
        recipe: LanguageModelTraining | None = None,
        held_out: Text | None = None,
        work: str | Path | None = None,
        on_step: Callable[[TrainingProgress], None] | None = None,
    ) -> TrainingProgress:
        """Train the model, or train it further.

        Args:
            text: what to learn from.
            recipe: optimizer, rates, epochs, ...; the defaults of `LanguageModelTraining`.
            held_out: text whose perplexity is followed.
            work: a folder for the text as numbers and for checkpoints. An interrupted call goes on from the checkpoint
                when it is made again with the same text and folder.
            on_step: called after each batch.

        Returns:
            What was done, held-out perplexities in its `history`.

        Raises:
            InvalidInput: for a text without words, or a checkpoint of another text.
            CorruptPreset, WeightMismatch: for a checkpoint that cannot be read or is of another model.
        """
        from simon_elmo.elmo.language_model.recipe import LanguageModelTraining
        from simon_elmo.elmo.language_model.training import train

        recipe = recipe or LanguageModelTraining()
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary if work is None else work)
            corpus = self.read(text, folder / "text")
            held = None if held_out is None else self.read(held_out, folder / "held-out")
            model = self._built(recipe.optimizer, recipe.seed)
            if not self._is_trained:
                model.start_from_counts(corpus.target_counts(self._files.vocabulary))
                self._is_trained = True
            checkpoint = None if work is None else folder / CHECKPOINT
            return train(model, corpus, self._files.vocabulary, recipe, held, checkpoint, on_step)

    def perplexity(self, text: Text) -> dict[str, Any]:
        """Return the perplexity of a text; see `ElmoEmbedder.perplexity`."""
        with tempfile.TemporaryDirectory() as folder:
            return self.perplexity_of(self.read(text, Path(folder)))

    def perplexity_of(self, corpus: Corpus, on_progress: Callable[[int], None] | None = None) -> dict[str, Any]:
        """Return the perplexity of a text that is numbers already."""
        from simon_elmo.elmo.language_model.perplexity import perplexity

        return perplexity(self._built(None, 0), corpus, self._files.vocabulary, on_progress=on_progress)

    def read(self, text: Text, folder: Path) -> Corpus:
        """Return a text as numbers, those of files kept in a folder."""
        from simon_elmo.elmo.language_model.corpus import Corpus

        if isinstance(text, (str, Path)):
            raise InvalidInput("a text is a list of paths or of token lists; put it into a list")
        if all(isinstance(part, (str, Path)) for part in text):
            return Corpus.read(list(text), folder, self.segment, self.lower_case)  # type: ignore[arg-type]
        return Corpus.of(text)  # type: ignore[arg-type]

    def save(self, folder: str | Path, metadata: Mapping[str, Any] | None = None, dtype: str = "float32") -> None:
        """Write an ELMo preset, softmax and vocabulary included.

        Args:
            folder: where to write; a model folder that is there is replaced.
            metadata: added to `metadata.json` (description, recipe, metrics, ...).
            dtype: of the weights on disk, `"float32"` or `"float16"`.

        Raises:
            InvalidInput: if something else is there, or for another dtype.
        """
        self.files().save(folder, self.backbone, {**self.metadata, **(metadata or {})}, dtype)

    def _built(self, optimizer: str | None, seed: int) -> LanguageModel:
        """Return the network with its weights, with an optimizer that has made no step yet if one is named."""
        from simon_elmo.elmo.language_model.steps import LanguageModel

        if self._model is None:
            self._model = LanguageModel(self.config, None, seed, self._files.boundary_ids())
            if self._weights is not None:
                self._model.load_weights(self._weights)
                self._weights = None
        if optimizer is not None:
            self._model.compile(optimizer)
        return self._model
