"""SemanticIndex: the sentences of a text that are nearest to a question."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simon_elmo.errors import CorruptPreset, InvalidInput, MissingExtra
from simon_elmo.persistence import write_folder
from simon_elmo.presets import open_preset

if TYPE_CHECKING:
    from simon_elmo.elmo.embedder import ElmoEmbedder
    from simon_elmo.elmo.layer_choice import Layers

VECTORS, SENTENCES, KIND = "vectors.npy", "sentences.txt", "elmo-index"
ENGINES = ("exact", "usearch")


class Match(NamedTuple):
    """A sentence that was found.

    Attributes:
        similarity: cosine of the angle between the vectors, 1 for the same direction.
        position: place among the sentences, from 0; lines without words are not counted.
        sentence: its text.
    """

    similarity: float
    position: int
    sentence: str


class SemanticIndex:
    """Sentences and their vectors, asked for the nearest by cosine.

    Args:
        sentences: the texts, one line each.
        vectors: float (n, width), one per sentence; `build` computes them.
        layers: the layer or mixture of the biLM that they are of, as in `ElmoEmbedder.sentence_vectors`.
        engine: `"exact"` compares with every sentence; `"usearch"` walks a graph of neighbours, which is built at
            the first question and pays for tens of thousands of questions to a large text.

    Raises:
        InvalidInput: for a sentence of several lines, vectors that are not finite, or not one per sentence.

    Example:
        >>> from simon_elmo.elmo.embedder import ElmoEmbedder
        >>> elmo = ElmoEmbedder.from_preset("elmo-small-en")
        >>> index = SemanticIndex.build(elmo, ["It rained all day.", "A cup of strong tea."])
        >>> index.query(elmo, "a cup of green tea")[0].sentence
        'A cup of strong tea.'
    """

    def __init__(
        self, sentences: Sequence[str], vectors: np.ndarray, *, layers: Layers = "average", engine: str = "exact"
    ) -> None:
        _require_engine(engine)
        if isinstance(sentences, str):
            raise InvalidInput(
                f"sentences must be a list, not {sentences!r:.60}; to load an index write "
                "SemanticIndex.from_preset(FOLDER)"
            )
        if vectors.ndim != 2 or len(vectors) != len(sentences):
            raise InvalidInput(f"{len(sentences)} sentences do not fit vectors of shape {vectors.shape}")
        if not sentences:
            raise InvalidInput("there is no sentence to search")
        for number, sentence in enumerate(sentences):
            if "\n" in sentence:
                raise InvalidInput(
                    f"sentence {number} has several lines: {sentence!r:.60}; give each an entry of its own"
                )
        if not np.isfinite(vectors).all():
            raise InvalidInput("there are vectors that are not finite, which have no direction to compare")
        self.sentences = list(sentences)
        self.vectors = vectors
        self.layers = layers
        self.engine = engine

    def __repr__(self) -> str:
        return f"SemanticIndex(sentences={len(self.sentences)}, width={self.vectors.shape[1]}, layers={self.layers!r})"

    @classmethod
    def build(
        cls,
        elmo: ElmoEmbedder,
        sentences: Iterable[str],
        *,
        layers: Layers = "average",
        engine: str = "exact",
        progress: bool = False,
    ) -> SemanticIndex:
        """Return an index of sentences, written as in the text that the model was trained with.

        Args:
            elmo: the embedder.
            sentences: strings; those without words are left out.
            layers: which layer, the average, or the weights of a mixture.
            engine: as for the class.
            progress: show a bar on stderr.

        Raises:
            InvalidInput: for invalid sentences or arguments, or if there are no words.
        """
        _require_embedder(elmo)
        if isinstance(sentences, str):
            raise InvalidInput("sentences must be a list of sentences, not one string; put it into a list")
        kept = [" ".join(sentence.split()) for sentence in sentences]
        kept = [sentence for sentence in kept if sentence]
        tokens = [_tokens(elmo, sentence) for sentence in kept]
        vectors = elmo.sentence_vectors(tokens, layers=layers, progress=progress)
        return cls(kept, vectors, layers=layers, engine=engine)

    def query(self, elmo: ElmoEmbedder, text: str, *, k: int = 5) -> list[Match]:
        """Return the `k` nearest sentences, the nearest first.

        Args:
            elmo: the embedder that the index was built with.
            text: the question.
            k: how many, at most as many as there are sentences.

        Raises:
            InvalidInput: for a question without words, or an embedder whose vectors have another width.
        """
        _require_embedder(elmo)
        if not text.split():
            raise InvalidInput("the question has no words")
        return self.nearest(elmo.sentence_vectors([_tokens(elmo, text)], layers=self.layers)[0], k=k)

    def nearest(self, vector: np.ndarray, *, k: int = 5) -> list[Match]:
        """Return the `k` sentences nearest to a vector, float (width,)."""
        if vector.shape != self.vectors.shape[1:]:
            raise InvalidInput(
                f"the index has vectors of width {self.vectors.shape[1]}, the model makes {vector.shape[0]}; "
                "use the model that it was built with"
            )
        if k < 1:
            raise InvalidInput(f"k must be at least 1: {k}")
        positions, distances = self._search(vector.astype(np.float32), min(k, len(self.sentences)))
        pairs = zip(positions, distances, strict=True)
        return [Match(1.0 - float(distance), int(place), self.sentences[int(place)]) for place, distance in pairs]

    def save(self, folder: str | os.PathLike[str]) -> None:
        """Write a folder that `from_preset` reads: the sentences, and their vectors as float16."""
        buffer = io.BytesIO()
        # directions are what counts, and float16 ends at 65504
        scale = max(float(np.abs(self.vectors).max(initial=0)) / 6e4, 1.0)
        np.save(buffer, (self.vectors / scale).astype(np.float16), allow_pickle=False)
        text = "".join(f"{line}\n" for line in self.sentences)
        files = {VECTORS: buffer.getvalue(), SENTENCES: text.encode("utf-8", "surrogatepass")}
        layer = self.layers if isinstance(self.layers, (str, int)) else np.asarray(self.layers).tolist()
        facts = {"sentences": f"{len(self.sentences):,}", "layer": str(layer)}
        write_folder(os.fspath(folder), files, {"kind": KIND, "layer": layer, "facts": facts})

    @classmethod
    def from_preset(cls, name_or_folder: str | os.PathLike[str], *, engine: str = "exact") -> SemanticIndex:
        """Return the index in a folder that `save` wrote.

        Args:
            name_or_folder: the folder.
            engine: as for the class.

        Raises:
            PresetNotFound: if there is none, or it holds a model of another kind.
            CorruptPreset: if a file in it is missing or damaged.
        """
        files = open_preset(name_or_folder, KIND)
        try:
            sentences = files.read_bytes(SENTENCES).decode("utf-8", "surrogatepass").split("\n")[:-1]
        except UnicodeDecodeError as error:
            raise CorruptPreset(f"{files.path / SENTENCES} is not UTF-8 text: {error}") from error
        try:
            vectors = np.load(io.BytesIO(files.read_bytes(VECTORS)), allow_pickle=False).astype(np.float32)
        except (ValueError, EOFError) as error:
            raise CorruptPreset(f"{files.path / VECTORS} is not a readable array: {error}") from error
        _require_engine(engine)
        try:
            return cls(sentences, vectors, layers=files.metadata.get("layer", "average"), engine=engine)
        except InvalidInput as error:
            raise CorruptPreset(f"{files.path} is not an index that save() wrote: {error}") from error

    def _search(self, vector: np.ndarray, k: int) -> tuple[Any, Any]:
        if self.engine == "usearch":
            found = self._graph.search(vector, k)
            return found.keys, found.distances
        vectors, lengths = self._with_lengths
        distances = 1.0 - vectors @ (vector / _length(vector)) / lengths
        nearest = np.argpartition(distances, k - 1)[:k]
        positions = nearest[np.lexsort((nearest, distances[nearest]))]
        return positions, distances[positions]

    @cached_property
    def _with_lengths(self) -> tuple[np.ndarray, np.ndarray]:
        vectors = self.vectors.astype(np.float32, copy=False)
        return vectors, _length(vectors)

    @cached_property
    def _graph(self) -> Any:
        try:
            from usearch.index import Index
        except ImportError as error:
            raise MissingExtra("usearch", "search", "search by a graph of neighbours") from error
        graph = Index(ndim=self.vectors.shape[1], metric="cos", dtype="f32")
        graph.add(np.arange(len(self.vectors)), self.vectors.astype(np.float32))
        return graph


def _length(vectors: np.ndarray) -> np.ndarray:
    """Return the length of each vector, 1 for those without a direction, so that nothing is near to them."""
    lengths = np.sqrt(np.einsum("...i,...i->...", vectors, vectors, dtype=np.float64)).astype(np.float32)
    return np.where(lengths > 0, lengths, np.float32(1))


def _require_engine(engine: str) -> None:
    if engine not in ENGINES:
        raise InvalidInput(f"engine must be one of {', '.join(ENGINES)}: {engine!r}")


def _require_embedder(elmo: object) -> None:
    if isinstance(elmo, (str, os.PathLike)):
        raise InvalidInput(f"elmo must be an ElmoEmbedder; write ElmoEmbedder.from_preset({os.fspath(elmo)!r})")


def _tokens(elmo: ElmoEmbedder, text: str) -> list[str]:
    return [token for line in elmo.tokenize(text) for token in line]
