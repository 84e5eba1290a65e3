"""FittedTagger: a trained tagger, from the vectors of words to their tags; how it is trained, saved and loaded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simon_elmo.elmo.embedder import ElmoEmbedder
from simon_elmo.elmo.files import ElmoFiles
from simon_elmo.errors import CorruptPreset, InvalidInput, MissingExtra, SimonElmoError, require_extra
from simon_elmo.persistence import ModelFolder, json_bytes, read_weights, write_folder, write_weights
from simon_elmo.text.saved import HISTORY
from simon_elmo.text.vectors import DocumentVectors, embed_documents
from simon_elmo.training.config import TrainingConfig
from simon_elmo.training.history import TrainingHistory
from simon_elmo.training.splits import split_by_group

if TYPE_CHECKING:
    from simon_elmo.elmo.config import ElmoConfig
    from simon_elmo.text.network.tagger import TaggerNetwork

KIND = "elmo-tagger"  # see `presets.KINDS`
TAGGER, TAGGER_WEIGHTS = "tagger.json", "tagger.weights.h5"
_BATCH = 64
Tagged = tuple[list[list[str]], list[list[str]]]  # the words and the tags of each sentence


@dataclass(frozen=True, kw_only=True)
class TaggerShapes:
    """The shapes of a tagger.

    Attributes:
        crf: whether the tags of a sentence are chosen together.
        lstm_units: of each direction of the LSTM, 0 for none.
        dropout: on the vectors and on the LSTM's outputs.
    """

    crf: bool
    lstm_units: int
    dropout: float

    def network(self, bilm: ElmoConfig, n_tags: int, weights: Mapping[str, np.ndarray] | None = None) -> TaggerNetwork:
        """Return a network over the vectors of a biLM, with weights by name or, for training, random ones.

        Raises:
            WeightMismatch: if the weights do not fit.
            MissingExtra: if Keras is not installed.
        """
        from simon_elmo.text.network.tagger import TaggerNetwork
        from simon_elmo.training.named_weights import assign_weights

        network = TaggerNetwork(
            n_tags, bilm.n_layers + 1, bilm.output_units, self.crf, self.lstm_units, self.dropout, name="tagger"
        )
        if weights is not None:
            assign_weights(network, weights)
        return network


@dataclass(frozen=True)
class FittedTagger:
    """A trained tagger, and the biLM whose vectors it reads.

    Attributes:
        elmo: the biLM.
        shapes: of the network.
        tags: what the network chooses from, in its order.
        network: over the vectors, which nobody trains any further.
        history: of the training, None for a tagger that was loaded.
        report: what training says about it: `metrics`.
    """

    elmo: ElmoEmbedder
    shapes: TaggerShapes
    tags: tuple[str, ...]
    network: TaggerNetwork
    history: TrainingHistory | None = None
    report: dict[str, Any] = field(default_factory=dict)

    def predict(self, sentences: list[list[str]]) -> list[list[str]]:
        """Return the tags of the words of each sentence."""
        return self.predict_vectors(word_vectors(self.elmo, sentences))

    def predict_vectors(self, vectors: DocumentVectors) -> list[list[str]]:
        """Return the tags of the words of each sentence, whose vectors are given."""
        import keras

        from simon_elmo.text.network.crf import most_likely_tags

        n_tags, crf = len(self.tags), self.network.crf
        scores = [np.zeros((n_tags, n_tags)), np.zeros(n_tags), np.zeros(n_tags)]
        if crf is not None:
            scores = [keras.ops.convert_to_numpy(weight) for weight in (crf.transitions, crf.begin, crf.end)]
        found: list[list[str]] = [[] for _ in range(len(vectors))]
        order = np.argsort(-vectors.lengths, kind="stable")
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            inputs = vectors.inputs(rows, of_words=True)
            emissions = self.network.emissions.predict_any_size(inputs)
            for row, ids in zip(rows, most_likely_tags(emissions, inputs["lengths"], *scores), strict=True):
                found[row] = [self.tags[number] for number in ids]
        return found


def word_vectors(elmo: ElmoEmbedder, sentences: list[list[str]], progress: bool = False) -> DocumentVectors:
    """Return the vectors of all words of sentences."""
    documents = [[sentence] if sentence else [] for sentence in sentences]
    return embed_documents(elmo, documents, keep_words=True, progress=progress)


def fit_tagger(
    elmo: ElmoEmbedder,
    shapes: TaggerShapes,
    given: Tagged,
    *,
    validation: Tagged | None,
    training: TrainingConfig,
    seed: int,
    progress: bool = False,
    on_epoch: Callable[[Mapping[str, float]], None] | None = None,
) -> FittedTagger:
    """Train a new tagger; see `ElmoTagger.fit`. Nothing that is given is changed."""
    require_extra("keras", "train", "train a network")
    import keras

    from simon_elmo.evaluation.tag_scores import score_tags
    from simon_elmo.text.tagger_fitting import train_tagger

    words, names = (first + second for first, second in zip(given, validation or ([], []), strict=True))
    n_given = len(given[0])
    if validation is None:
        learn, check = split_by_group(n_given, None, (0.9, 0.1), training.seed, what="tagged sentences")
    else:
        learn, check = np.arange(n_given), np.arange(n_given, len(words))
    if not len(learn) or not len(check):
        raise InvalidInput(f"{len(words)} tagged sentences are too few to train and validate on")
    tags = tuple(sorted({tag for row in names for tag in row}))
    vectors = word_vectors(elmo, words, progress)
    ids = {tag: number for number, tag in enumerate(tags)}
    targets = [np.array([ids[tag] for tag in row], np.int32) for row in names]

    keras.utils.set_random_seed(seed)
    network = shapes.network(elmo.config, len(tags))
    history = train_tagger(network, vectors, targets, (learn, check), training, progress=progress, on_epoch=on_epoch)
    fitted = FittedTagger(elmo, shapes, tags, network, history)
    scores = score_tags([names[row] for row in check.tolist()], fitted.predict_vectors(vectors.take(check)))
    return replace(fitted, report={"metrics": {"validation": scores.summary()}})


def save_tagger(folder: Path, fitted: FittedTagger, seed: int, metadata: Mapping[str, Any], dtype: str) -> None:
    """Write a trained tagger and its biLM; the folder can also be read as an ELMo preset.

    Args:
        folder: where to; a model that is there already is replaced.
        fitted: what is written.
        seed: of its training.
        metadata: what is known about it beyond that: recipe, metrics.
        dtype: of the weights on disk, `"float32"` or `"float16"`.
    """
    from simon_elmo.training.named_weights import weights_of

    shapes = fitted.shapes
    described = {"tags": list(fitted.tags), "crf": shapes.crf}
    described |= {"lstm_units": shapes.lstm_units, "dropout": shapes.dropout}
    bilm, reading = fitted.elmo.files.contents(fitted.elmo.backbone, dtype)
    contents: dict[str, Any] = {
        **bilm,
        TAGGER: json_bytes(described),
        TAGGER_WEIGHTS: lambda path: write_weights(path, weights_of(fitted.network), dtype),
    }
    if fitted.history is not None and fitted.history.epochs:
        contents[HISTORY] = fitted.history.to_csv().encode()
    facts = {"tags": len(fitted.tags), "output": "conditional random field" if shapes.crf else "softmax"}
    own = {"kind": KIND, **reading, "facts": facts, "seed": seed}
    write_folder(folder, contents, {**own, **metadata})


def load_tagger(folder: ModelFolder) -> tuple[FittedTagger, int, dict[str, Any]]:
    """Return the trained tagger in a checked folder, the seed of its training and what is known about it.

    Raises:
        CorruptPreset: if a file of it is missing, damaged or does not fit the others.
        MissingExtra: if Keras is not installed.
    """
    path, metadata = folder.path, folder.metadata
    try:
        described = dict(folder.read_json(TAGGER))
        tags = tuple(str(tag) for tag in described.pop("tags"))
        shapes = TaggerShapes(**described)
        elmo = ElmoEmbedder(ElmoFiles.in_folder(folder))
        network = shapes.network(elmo.config, len(tags), read_weights(folder.file(TAGGER_WEIGHTS)))
        seed = int(metadata.get("seed", 0))
    except (CorruptPreset, MissingExtra):
        raise
    except (SimonElmoError, KeyError, TypeError, ValueError) as error:
        raise CorruptPreset(f"{path}: {error}") from error
    kept: dict[str, Any] = {name: metadata[name] for name in ("recipe", "metrics") if name in metadata}
    return FittedTagger(elmo, shapes, tags, network), seed, kept
