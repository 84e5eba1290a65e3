"""ElmoTagger: a tag a word over a biLM's vectors: names, parts of speech, chunks."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simon_elmo.elmo.embedder import ElmoEmbedder
from simon_elmo.elmo.runner import as_token_lists
from simon_elmo.errors import CorruptPreset, InvalidInput, NotFitted, PresetNotFound, SimonElmoError
from simon_elmo.persistence import json_bytes, open_folder, read_weights, write_folder, write_weights
from simon_elmo.text.vectors import DocumentVectors, embed_documents
from simon_elmo.training.config import TrainingConfig
from simon_elmo.training.splits import split_by_group

if TYPE_CHECKING:
    from simon_elmo.evaluation.tag_scores import TagScores
    from simon_elmo.text.network.tagger import TaggerNetwork
    from simon_elmo.training.history import TrainingHistory

TAGGER, TAGGER_WEIGHTS = "tagger.json", "tagger.weights.h5"
_SENTENCES_A_RUN = 2048
_BATCH = 64


class ElmoTagger:
    """Gives every word of a sentence a tag, with a biLSTM and a conditional random field over frozen ELMo vectors.

    Args:
        preset: an ELMo preset, a folder that `ElmoEmbedder.save` wrote, or an `ElmoEmbedder`.
        crf: whether the tags of a sentence are chosen together; otherwise each by itself (softmax).
        lstm_units: of each direction of the LSTM, 0 for none.
        dropout: on the vectors and on the LSTM's outputs.
        seed: of the initial weights, the split and the order of sentences.

    Attributes:
        tags: the tags, known after training.
        metadata: what is known about the model: recipe, metrics.
        history: of the training in this process, None before.

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
        self.tags: tuple[str, ...] = ()
        self.metadata: dict[str, Any] = {}
        self.history: TrainingHistory | None = None
        self._weights: dict[str, np.ndarray] | None = None

    # === Prediction ===

    def predict(self, sentences: Iterable[str | Sequence[str]]) -> list[list[str]]:
        """Return the tags of the words of each sentence.

        Args:
            sentences: token lists, or strings that are split on white space.

        Raises:
            NotFitted: before training.
            InvalidInput: for sentences that are none.
        """
        if self._weights is None:
            raise NotFitted("this tagger is not trained: call fit, or load one with from_folder")
        given = as_token_lists(sentences)
        found: list[list[str]] = []
        for start in range(0, len(given), _SENTENCES_A_RUN):
            found += self._predicted(self._embedded(given[start : start + _SENTENCES_A_RUN]))
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
        from simon_elmo.text.tagger_fitting import train_tagger
        from simon_elmo.training.named_weights import weights_of

        given, names = _checked(sentences, tags)
        others, other_names = ([], []) if validation is None else _checked(*validation)
        config = training or TrainingConfig(batch_size=32, patience=5, seed=self.seed)
        if validation is None:
            learn, check = split_by_group(len(given), None, (0.9, 0.1), config.seed)
        else:
            learn, check = np.arange(len(given)), len(given) + np.arange(len(others))
        if not len(learn) or not len(check):
            raise InvalidInput(f"{len(given) + len(others)} tagged sentences are too few to train and validate on")
        self.tags = tuple(sorted({tag for row in names + other_names for tag in row}))
        self._weights = None
        self.__dict__.pop("network", None)
        vectors = self._embedded(given + others)
        ids = {tag: number for number, tag in enumerate(self.tags)}
        targets = [np.array([ids[tag] for tag in row], np.int32) for row in names + other_names]
        self.history = train_tagger(self.network, vectors, targets, (learn, check), config, progress)
        self._weights = weights_of(self.network)
        from simon_elmo.evaluation.tag_scores import score_tags

        true = [(names + other_names)[row] for row in check.tolist()]
        scores = score_tags(true, self._predicted(vectors.take(check)))
        self.metadata = {**self.metadata, "metrics": {"validation": scores.summary()}}
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
        if self._weights is None:
            raise NotFitted("this tagger is not trained: call fit first")
        weights = self._weights
        shapes = {"tags": list(self.tags), "crf": self.crf, "lstm_units": self.lstm_units, "dropout": self.dropout}
        bilm, reading = self.elmo.files.contents(self.elmo.backbone, dtype)
        contents: dict[str, Any] = {
            **bilm,
            TAGGER: json_bytes(shapes),
            TAGGER_WEIGHTS: lambda path: write_weights(path, weights, dtype),
        }
        if self.history is not None and self.history.epochs:
            contents["history.csv"] = self.history.to_csv().encode()
        facts = {"tags": len(self.tags), "output": "conditional random field" if self.crf else "softmax"}
        described = {"kind": "elmo-tagger", **reading, "facts": facts, "seed": self.seed}
        write_folder(Path(folder), contents, {**described, **self.metadata})

    @classmethod
    def from_folder(cls, folder: str | os.PathLike[str]) -> ElmoTagger:
        """Return the tagger that `save` wrote to a folder; checksums are checked before anything is opened.

        Raises:
            PresetNotFound: if there is no such folder, or it holds a model of another kind.
            CorruptPreset: if a file of it is missing, damaged or does not fit the others.
        """
        path = Path(folder)
        files = open_folder(path)
        if TAGGER not in files:
            raise PresetNotFound(f"{path} holds no tagger over ELMo: it has no {TAGGER}")
        try:
            shapes = dict(files.read_json(TAGGER))
            tags = tuple(str(tag) for tag in shapes.pop("tags"))
            tagger = cls(ElmoEmbedder.from_preset(path), seed=int(files.metadata.get("seed", 0)), **shapes)
            tagger.tags = tags
            tagger._weights = read_weights(files.file(TAGGER_WEIGHTS))
            tagger.network  # noqa: B018 - weights that do not fit are an error here, not at the first sentence
        except (SimonElmoError, KeyError, TypeError, ValueError) as error:
            if isinstance(error, CorruptPreset):
                raise
            raise CorruptPreset(f"{path}: {error}") from error
        tagger.metadata = {name: files.metadata[name] for name in ("recipe", "metrics") if name in files.metadata}
        return tagger

    # === Parts ===

    @cached_property
    def network(self) -> TaggerNetwork:
        """The Keras network over the vectors, with its weights."""
        import keras

        from simon_elmo.text.network.tagger import TaggerNetwork
        from simon_elmo.training.named_weights import assign_weights

        keras.utils.set_random_seed(self.seed)
        config = self.elmo.config
        network = TaggerNetwork(
            len(self.tags),
            config.n_layers + 1,
            config.output_units,
            self.crf,
            self.lstm_units,
            self.dropout,
            name="tagger",
        )
        if self._weights is not None:
            assign_weights(network, self._weights)
        return network

    def _embedded(self, sentences: list[list[str]]) -> DocumentVectors:
        return embed_documents(self.elmo, [[sentence] if sentence else [] for sentence in sentences], keep_words=True)

    def _predicted(self, vectors: DocumentVectors) -> list[list[str]]:
        import keras

        from simon_elmo.text.network.crf import most_likely_tags
        from simon_elmo.training.varied_batches import predict_varied_batch

        n_tags, field = len(self.tags), self.network.crf
        scores = [np.zeros((n_tags, n_tags)), np.zeros(n_tags), np.zeros(n_tags)]
        if field is not None:
            scores = [keras.ops.convert_to_numpy(weight) for weight in (field.transitions, field.begin, field.end)]
        found: list[list[str]] = [[] for _ in range(len(vectors))]
        order = np.argsort(-vectors.lengths, kind="stable")
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            inputs = vectors.inputs(rows, of_words=True)
            emissions = predict_varied_batch(self.network.emissions, inputs)
            for row, ids in zip(rows, most_likely_tags(emissions, inputs["lengths"], *scores), strict=True):
                found[row] = [self.tags[number] for number in ids]
        return found


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
