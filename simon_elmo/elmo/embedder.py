"""ElmoEmbedder: contextual vectors of words and sentences from a bidirectional language model."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simon_elmo.elmo.config import ElmoConfig
from simon_elmo.elmo.dump import DumpOptions, dump_embeddings
from simon_elmo.elmo.files import ElmoFiles, read_words
from simon_elmo.elmo.layer_choice import LayerChoice, Layers
from simon_elmo.elmo.runner import as_token_lists
from simon_elmo.elmo.token_cache import TokenCache
from simon_elmo.errors import InvalidInput

if TYPE_CHECKING:
    from simon_elmo.elmo.language_model.model import BidirectionalLanguageModel
    from simon_elmo.elmo.network.backbone import ElmoBackbone
    from simon_elmo.elmo.runner import ElmoRunner

Sentences = Iterable[str | Sequence[str]]
_SENTENCES_PER_CHUNK = 4096


class ElmoEmbedder:
    """A biLM that turns sentences into vectors: one per word from each of its layers, or one per sentence.

    Sentences are strings, split on white space, or lists of tokens. The network is built when it is first needed.
    `from_preset`, `from_files`, `from_language_model` and `from_backbone` make embedders.

    Attributes:
        config: the shapes.
        stateful: whether the LSTMs carry their state from batch to batch, as the reference implementation does; then
            the order of the sentences changes the answer, and they are run in the order and batches given.
        token_cache: token vectors that are looked up instead of computed, None for none.
        metadata: what is known about the model: description, recipe, metrics.

    Example:
        >>> elmo = ElmoEmbedder.from_preset("elmo-small-en")
        >>> [vectors.shape for vectors in elmo.embed(["hello world !", "bye ."])]
        [(3, 3, 256), (3, 2, 256)]
    """

    def __init__(
        self,
        files: ElmoFiles,
        *,
        backbone: ElmoBackbone | None = None,
        stateful: bool = False,
        token_cache: TokenCache | None = None,
    ) -> None:
        if not isinstance(files, ElmoFiles):
            raise InvalidInput(
                f"ElmoEmbedder({files!r:.80}) loads nothing; write ElmoEmbedder.from_preset(NAME_OR_FOLDER), or "
                "ElmoEmbedder.from_files(OPTIONS, WEIGHTS) for a published pair of files"
            )
        self.files = files
        self.config: ElmoConfig = files.config
        self.stateful = stateful
        self.token_cache = token_cache
        self.metadata = files.metadata()
        if backbone is not None:
            self.backbone = backbone

    def __repr__(self) -> str:
        shapes = f"layers={self.config.n_layers + 1}, width={self.config.output_units}"
        return f"ElmoEmbedder({self.files.described()}, {shapes}{', stateful=True' if self.stateful else ''})"

    # === Loading and saving ===

    @classmethod
    def from_preset(
        cls,
        name_or_folder: str | os.PathLike[str] = "elmo-small-en",
        *,
        token_cache: str | Path | None = None,
        stateful: bool = False,
    ) -> ElmoEmbedder:
        """Use an ELMo preset.

        Args:
            name_or_folder: a preset's name, or a folder that `save` wrote; a classifier or tagger of texts that was
                saved with its biLM is one too.
            token_cache: a file that `dump_tokens` wrote (or the reference's); its words skip the token encoder.
            stateful: carry states from batch to batch, as the reference does.

        Raises:
            PresetNotFound: if there is none, or it is a preset of another kind.
            CorruptPreset: if a file is missing or damaged.
        """
        files = ElmoFiles.from_preset(name_or_folder)
        return cls(files, stateful=stateful, token_cache=_loaded(token_cache, files))

    @classmethod
    def from_files(
        cls,
        options: str | Path,
        weights: str | Path,
        *,
        vocabulary: str | Path | Sequence[str] | None = None,
        token_cache: str | Path | None = None,
        stateful: bool = False,
    ) -> ElmoEmbedder:
        """Use a published pair of files.

        Args:
            options: the `options.json`.
            weights: the HDF5 weights.
            vocabulary: a file with one word per line, or a list; needed for word input, and for a token cache that
                does not hold its words.
            token_cache: as for `from_preset`.
            stateful: as for `from_preset`.

        Raises:
            InvalidConfig: if the options are not valid.
            CorruptPreset: if a file cannot be read.
            WeightMismatch: if the weights do not fit the options.
            InvalidInput: if a vocabulary is needed, or does not fit.
        """
        files = ElmoFiles.from_pair(options, weights, read_words(vocabulary))
        elmo = cls(files, stateful=stateful, token_cache=_loaded(token_cache, files))
        elmo.backbone  # noqa: B018 - wrong weights are an error here, not at the first sentence
        return elmo

    @classmethod
    def from_language_model(cls, model: BidirectionalLanguageModel, *, stateful: bool = False) -> ElmoEmbedder:
        """Use the network of a language model, its words and its softmax.

        The network is shared, the softmax a copy: make another embedder when the model has been trained further.
        """
        elmo = cls(model.files(), backbone=model.backbone, stateful=stateful)
        elmo.metadata = dict(model.metadata)
        return elmo

    @classmethod
    def from_backbone(
        cls, backbone: ElmoBackbone, *, vocabulary: Sequence[str] = (), stateful: bool = False
    ) -> ElmoEmbedder:
        """Use a network that is in memory already."""
        return cls(ElmoFiles(backbone.config, vocabulary=tuple(vocabulary)), backbone=backbone, stateful=stateful)

    def save(
        self, folder: str | os.PathLike[str], *, metadata: Mapping[str, Any] | None = None, dtype: str = "float32"
    ) -> None:
        """Write a preset folder that `from_preset` reads and whose weights other ELMo readers understand.

        Args:
            folder: where to write; a model that is there is replaced.
            metadata: added to `metadata.json` (description, recipe, metrics, ...).
            dtype: of the weights on disk, `"float32"`, or `"float16"` for half the size.

        Raises:
            InvalidInput: if something else than a model is there, or for another dtype.
        """
        self.files.save(folder, self.backbone, {**self.metadata, **(metadata or {})}, dtype)

    @cached_property
    def backbone(self) -> ElmoBackbone:
        """The Keras network with its weights."""
        return self.files.build_backbone()

    # === Words ===

    @property
    def vocabulary(self) -> list[str]:
        """The words that the model was trained with, most frequent first; empty where they are not known."""
        return list(self.files.vocabulary)

    def tokenize(self, text: str) -> list[list[str]]:
        """Return the tokens of each sentence of a text, cut and written as in the text of the model's training."""
        return self.files.tokenize(text)

    # === Vectors ===

    def embed(
        self,
        sentences: Sentences,
        *,
        layers: Layers = "all",
        batch_size: int = 64,
        dtype: str = "float32",
        progress: bool = False,
    ) -> list[np.ndarray]:
        """Return the vectors of the words of each sentence.

        Args:
            sentences: strings or token lists, of any lengths.
            layers: `"all"`, `"top"`, `"average"`, a layer's number, -1 for the average, -2 for all, or the weights of a
                mixture (see `LayerChoice.parse`).
            batch_size: sentences run together; the answer does not depend on it unless `stateful`.
            dtype: `"float32"` or `"float16"`.
            progress: show a bar on stderr.

        Returns:
            One array per sentence, in the order given: (L + 1, n_words, 2P) for all layers, otherwise (n_words, 2P).

        Raises:
            InvalidInput: for invalid sentences or arguments.
        """
        tokens = as_token_lists(sentences)
        choice = LayerChoice.parse(layers, self.config.n_layers)
        if dtype not in ("float32", "float16"):
            raise InvalidInput(f"dtype must be float32 or float16: {dtype!r}")
        found: list[np.ndarray | None] = [None] * len(tokens)
        for positions, arrays in self._runner.runs(tokens, batch_size, progress):
            for row, position in enumerate(positions):
                length = len(tokens[position])
                found[position] = choice.apply([array[row, :length] for array in arrays]).astype(dtype, copy=False)
        nothing = choice.apply([np.zeros((0, self.config.output_units), dtype)] * (self.config.n_layers + 1))
        return [nothing.copy() if vectors is None else vectors for vectors in found]

    def embed_batch(self, batch: Sentences, *, layers: Layers = "all", dtype: str = "float32") -> list[np.ndarray]:
        """Return what `embed` does, all sentences run as one batch in the order given."""
        tokens = as_token_lists(batch)
        return self.embed(tokens, layers=layers, batch_size=max(len(tokens), 1), dtype=dtype)

    def sents2elmo(self, sentences: Sentences, output_layer: int = -1) -> list[np.ndarray]:
        """Return what ELMoForManyLangs' method of this name returns: -1 the average of all layers, -2 all of them."""
        return self.embed(sentences, layers=output_layer)

    def embed_outputs(self, sentences: Sentences, *, mix: Sequence[float] | None = None) -> dict[str, np.ndarray]:
        """Return the outputs that the TensorFlow Hub module has, under its names.

        Args:
            sentences: strings or token lists.
            mix: weights of the layers before the softmax, and optionally gamma; equal weights by default.

        Returns:
            `word_emb` (batch, words, P), `lstm_outputs1`, `lstm_outputs2`, ... (batch, words, 2P), `elmo`
            (batch, words, 2P), their weighted sum, `default` (batch, 2P), the mean of `elmo` over the words of a
            sentence, all float32 and 0 after a sentence's end; and `sequence_len`, int32 (batch,).
        """
        tokens = as_token_lists(sentences)
        choice = LayerChoice.parse([0.0] * (self.config.n_layers + 1) if mix is None else mix, self.config.n_layers)
        lengths = np.array([len(sentence) for sentence in tokens], np.int32)
        shape = (len(tokens), max(lengths, default=0), self.config.output_units)
        layers = [np.zeros(shape, np.float32) for _ in range(self.config.n_layers + 1)]
        for positions, arrays in self._runner.runs(tokens, 64):
            for layer, array in zip(layers, arrays, strict=True):
                layer[positions, : array.shape[1]] = array
        elmo = choice.apply(layers)
        return {
            "word_emb": layers[0][..., : self.config.projection_units],
            **{f"lstm_outputs{number}": layer for number, layer in enumerate(layers[1:], start=1)},
            "elmo": elmo,
            "default": elmo.sum(axis=1) / np.maximum(lengths, 1)[:, None].astype(np.float32),
            "sequence_len": lengths,
        }

    def sentence_vectors(
        self, sentences: Sentences, *, layers: Layers = "top", batch_size: int = 64, progress: bool = False
    ) -> np.ndarray:
        """Return one vector per sentence: the mean over its words of one layer, of the average, or of a mixture.

        Args:
            sentences: strings or token lists.
            layers: as for `embed`, but not all of them.
            batch_size: sentences run together.
            progress: show a bar on stderr.

        Returns:
            Float32 (n, 2P), zeros for a sentence without words.

        Raises:
            InvalidInput: for invalid sentences or arguments, or `"all"` layers.
        """
        tokens = as_token_lists(sentences)
        choice = LayerChoice.parse(layers, self.config.n_layers)
        if choice.keeps_all:
            raise InvalidInput("a sentence vector is of one layer: top, average, a number or the weights of a mixture")
        vectors = np.zeros((len(tokens), self.config.output_units), np.float32)
        for start in range(0, len(tokens), _SENTENCES_PER_CHUNK):
            part = tokens[start : start + _SENTENCES_PER_CHUNK]
            for positions, arrays in self._runner.runs(part, batch_size, progress):
                lengths = np.array([max(len(part[position]), 1) for position in positions], np.float32)
                vectors[np.array(positions) + start] = choice.apply(arrays).sum(axis=1) / lengths[:, None]
        return vectors

    def reset_states(self) -> None:
        """Forget the states that a stateful embedder carries."""
        self._runner.reset_states()

    # === Vectors on disk ===

    def dump_tokens(self, words: Iterable[str], path: str | Path) -> TokenCache:
        """Compute the context-free vectors of words and write them to an HDF5 file, to be used as a token cache."""
        known = tuple(dict.fromkeys(words))
        cache = TokenCache(known, self._runner.engine.token_vectors(known))
        cache.save(path)
        return cache

    def dump_embeddings(
        self,
        lines: Iterable[str],
        path: str | Path,
        *,
        options: DumpOptions | None = None,
        batch_size: int | None = None,
        progress: bool = False,
        on_lines: Callable[[int], None] | None = None,
    ) -> int:
        """Write the vectors of each line's words to an HDF5 file, under the number of the line, and count the lines.

        Memory does not grow with the number of lines. An interrupted run continues when it is started again, and the
        file has its name only when it is complete.

        Args:
            lines: sentences whose tokens are separated by white space, for instance an open text file.
            path: the file to write.
            options: which layers, their type on disk, and what becomes of empty lines.
            batch_size: sentences run together; 64, or one line after the other if `stateful`, as the reference does.
            progress: show a bar on stderr.
            on_lines: called with the number of lines that each part added.

        Raises:
            InvalidInput: for lines that cannot be written, or a partial file of other lines.
        """
        batch_size = batch_size or (1 if self.stateful else 64)
        return dump_embeddings(self, lines, path, options or DumpOptions(), batch_size, progress, on_lines)

    def fingerprint(self) -> list[int | str]:
        """Return what tells these vectors from those of another model or another token cache."""
        weights = self.files.fingerprint() or [self._runner.engine.weights_mark()]
        return [*weights, 0 if self.token_cache is None else self.token_cache.checksum()]

    # === The language model ===

    def language_model(self) -> BidirectionalLanguageModel:
        """Return a language model that begins with a copy of these weights, to be trained further.

        Raises:
            InvalidInput: if the model comes without its softmax or its vocabulary.
        """
        from simon_elmo.elmo.language_model.model import BidirectionalLanguageModel

        model = BidirectionalLanguageModel.from_bilm(self.files, self.backbone)
        model.metadata = dict(self.metadata)
        return model

    def perplexity(self, sentences: Sentences, *, progress: bool = False) -> dict[str, Any]:
        """Return how well the model predicts each word from those before it, and from those after it.

        Args:
            sentences: as for `embed`, in the order in which they were written: states carry on from each to the next.
            progress: show a bar on stderr.

        Returns:
            `perplexity`, the geometric mean of the directions; `forward` and, with two directions, `backward`;
            `tokens`, the number of words and ends of sentences; `unknown`, how many are not in the vocabulary.

        Raises:
            InvalidInput: if the model has no softmax or no vocabulary, or there are no words.
        """
        return self.language_model().perplexity(as_token_lists(sentences), progress=progress)

    @cached_property
    def _runner(self) -> ElmoRunner:
        from simon_elmo.elmo.engine import ElmoEngine
        from simon_elmo.elmo.runner import ElmoRunner

        return ElmoRunner(ElmoEngine(self.backbone, self.files.word_ids(), self.token_cache), self.stateful)


def _loaded(token_cache: str | Path | None, files: ElmoFiles) -> TokenCache | None:
    if token_cache is None:
        return None
    return TokenCache.load(token_cache, words=files.vocabulary or None, units=files.config.projection_units)
