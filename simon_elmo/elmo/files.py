"""What a biLM is made of on disk: options, weights, words, and what is known about them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simon_elmo.elmo.characters import BEGIN_SENTENCE, END_SENTENCE, UNKNOWN_WORD
from simon_elmo.elmo.config import ElmoConfig
from simon_elmo.errors import CorruptPreset, InvalidInput
from simon_elmo.persistence import Content, ModelFolder, json_bytes, write_folder
from simon_elmo.presets import open_preset
from simon_elmo.words.word_tokens import SEGMENTERS, segmenter

if TYPE_CHECKING:
    import numpy as np

    from simon_elmo.elmo.network.backbone import ElmoBackbone

OPTIONS, WEIGHTS, VOCABULARY, SOFTMAX = "options.json", "lm_weights.hdf5", "vocabulary.txt", "softmax.hdf5"
KIND = "elmo"
_WITH_A_BILM = (KIND, "elmo-classifier", "elmo-tagger")
# what is written anew for every folder
_WRITTEN = {"format", "format_version", "library_version", "keras_version", "sha256"}
_WRITTEN |= {"kind", "lower_case", "segment", "facts"}


def read_words(vocabulary: str | Path | Sequence[str] | None) -> tuple[str, ...]:
    """Return the words of a vocabulary file, one per line, or of a list.

    Raises:
        InvalidInput: if the file cannot be read.
    """
    if vocabulary is None:
        return ()
    if not isinstance(vocabulary, (str, Path)):
        return tuple(vocabulary)
    try:
        text = Path(vocabulary).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{vocabulary} is not a readable vocabulary, UTF-8 text with one word per line") from error
    return _words_of(text)


@dataclass(frozen=True)
class ElmoFiles:
    """The parts of a biLM that are not its network.

    Attributes:
        config: the shapes.
        weights: the HDF5 file of the weights; None for a network in memory.
        vocabulary: the words that it was trained with, most frequent first; empty where unknown.
        softmax: `softmax/W` (V, P) and `softmax/b` (V,) of a model in memory; None where the folder may have it.
        folder: the preset folder that it comes from, if any.
        lower_case: whether `tokenize` writes text in lower case.
        segment: how `tokenize` cuts text, see `words.word_tokens.segmenter`.
    """

    config: ElmoConfig
    weights: Path | None = None
    vocabulary: tuple[str, ...] = field(default=(), repr=False)
    softmax: Mapping[str, np.ndarray] | None = field(default=None, repr=False)
    folder: ModelFolder | None = None
    lower_case: bool = False
    segment: str = "spaces"

    @classmethod
    def from_pair(cls, options: str | Path, weights: str | Path, vocabulary: tuple[str, ...] = ()) -> ElmoFiles:
        """Describe a published pair of options and weights.

        Raises:
            InvalidConfig: if the options are not valid.
            InvalidInput: for word input without a vocabulary, or with one that lacks `<S>`, `</S>` or `<UNK>`.
        """
        return cls(ElmoConfig.load_options(options), Path(weights), vocabulary)._with_vocabulary_size()

    @classmethod
    def from_preset(cls, name_or_folder: str | os.PathLike[str]) -> ElmoFiles:
        """Describe an ELMo preset, or a classifier or tagger with its biLM; every file has been checked.

        Raises:
            PresetNotFound: if there is none, or it is a preset of another kind.
            CorruptPreset: if a file is missing or damaged.
        """
        return cls.in_folder(open_preset(name_or_folder, *_WITH_A_BILM))

    @classmethod
    def in_folder(cls, folder: ModelFolder) -> ElmoFiles:
        """Describe the biLM in a folder that has been checked.

        Raises:
            CorruptPreset: if a file is missing, or names what there is not.
        """
        words = _words_of(folder.read_bytes(VOCABULARY).decode("utf-8")) if VOCABULARY in folder else ()
        config = ElmoConfig.from_options(folder.read_json(OPTIONS))
        lower_case = folder.metadata.get("lower_case", False) is True
        segment = folder.metadata.get("segment", "spaces")
        if segment not in SEGMENTERS:
            raise CorruptPreset(f"{folder.path}: metadata.json names the unknown segmenter {segment!r}")
        return cls(
            config, folder.file(WEIGHTS), words, folder=folder, lower_case=lower_case, segment=segment
        )._with_vocabulary_size()

    def _with_vocabulary_size(self) -> ElmoFiles:
        """Return the same with the number of words that word input reads, which options may leave out."""
        if self.config.reads_characters:
            return self
        if not self.vocabulary:
            raise InvalidInput("a model with word input needs its vocabulary: pass the file with one word per line")
        missing = sorted({BEGIN_SENTENCE, END_SENTENCE, UNKNOWN_WORD} - set(self.vocabulary))
        if missing:
            raise InvalidInput(f"the vocabulary has no {missing[0]!r}; a model with word input needs it")
        return replace(self, config=replace(self.config, vocabulary_size=len(self.vocabulary)))

    def described(self) -> str:
        """Return where the model comes from, as `repr` says it."""
        if self.folder is not None:
            return f"preset={self.folder.path.name!r}"
        return f"weights={'in memory' if self.weights is None else self.weights.name!r}"

    def word_ids(self) -> dict[str, int] | None:
        """Return word -> id from 1 for word input, None for characters."""
        if self.config.reads_characters:
            return None
        return {word: number for number, word in reversed(list(enumerate(self.vocabulary, start=1)))}

    def boundary_ids(self) -> tuple[int, int]:
        """Return the ids from 1 of `<S>` and `</S>` for word input; nothing reads what it returns for characters."""
        ids = self.word_ids()
        return (1, 2) if ids is None else (ids[BEGIN_SENTENCE], ids[END_SENTENCE])

    def metadata(self) -> dict[str, Any]:
        """Return what the folder says about the model, such as recipe and metrics; nothing for one of another kind."""
        if self.folder is None or self.folder.metadata.get("kind", KIND) != KIND:
            return {}
        return {name: value for name, value in self.folder.metadata.items() if name not in _WRITTEN}

    def load_softmax(self) -> dict[str, np.ndarray]:
        """Return `softmax/W` (V, P) and `softmax/b` (V,), float32.

        Raises:
            InvalidInput: if there is no softmax or no vocabulary.
            CorruptPreset, WeightMismatch: if the file cannot be read or does not fit.
        """
        from simon_elmo.elmo.published_softmax import load_softmax

        there = self.softmax is not None or (self.folder is not None and SOFTMAX in self.folder)
        for name, is_there in (("vocabulary", bool(self.vocabulary)), (SOFTMAX, there)):
            if not is_there:
                raise InvalidInput(f"this model has no {name}; a language model needs both, embedding neither")
        if self.softmax is not None or self.folder is None:
            return dict(self.softmax or {})
        return load_softmax(self.folder.file(SOFTMAX), len(self.vocabulary), self.config.projection_units)

    def build_backbone(self) -> ElmoBackbone:
        """Return the network with its weights.

        Raises:
            CorruptPreset: if the weights cannot be read.
            WeightMismatch: if they do not fit the options.
        """
        from simon_elmo.elmo.network.backbone import ElmoBackbone
        from simon_elmo.elmo.published_weights import load_weights

        if self.weights is None or not self.weights.is_file():
            raise CorruptPreset(f"{self.weights} is missing: name the HDF5 file with the weights")
        backbone = ElmoBackbone(
            self.config, boundary_ids=self.boundary_ids(), kernel_initializer="zeros", name="elmo_backbone"
        )
        load_weights(backbone, self.weights)
        return backbone

    def fingerprint(self) -> list[int | str]:
        """Return what tells this model from others: its options, size and time of its weights; nothing in memory."""
        if self.weights is None:
            return []
        status = self.weights.stat()
        return [json.dumps(self.config.to_options(), sort_keys=True), status.st_size, status.st_mtime_ns]

    def tokenize(self, text: str) -> list[list[str]]:
        """Return the tokens of each sentence; a line has at least one sentence."""
        split = segmenter(self.segment, self.lower_case)
        return [tokens for line in text.splitlines() for tokens in split(line)]

    def contents(self, backbone: ElmoBackbone, dtype: str) -> tuple[dict[str, Content], dict[str, Any]]:
        """Return what a folder with this biLM in it holds, whatever else it holds.

        Args:
            backbone: the network.
            dtype: of the weights on disk, `"float32"` or `"float16"`.

        Returns:
            The files as `write_folder` takes them: options, weights and, if they are known, the words; and what
            `metadata.json` says of how text is cut.
        """
        from simon_elmo.elmo.published_weights import save_weights

        files: dict[str, Content] = {
            OPTIONS: json_bytes(self.config.to_options()),
            WEIGHTS: lambda path: save_weights(backbone, path, dtype),
        }
        if self.vocabulary:
            files[VOCABULARY] = "".join(f"{word}\n" for word in self.vocabulary).encode()
        return files, {"lower_case": self.lower_case, "segment": self.segment}

    def save(
        self, folder: str | os.PathLike[str], backbone: ElmoBackbone, metadata: Mapping[str, Any], dtype: str
    ) -> None:
        """Write a preset folder, with the softmax in memory, else the one in the folder that the model comes from."""
        from simon_elmo.elmo.published_softmax import save_softmax

        files, reading = self.contents(backbone, dtype)
        softmax = self.softmax
        if softmax is not None:
            files[SOFTMAX] = lambda path: save_softmax(path, softmax, dtype)
        elif self.folder is not None and SOFTMAX in self.folder:
            files[SOFTMAX] = self.folder.read_bytes(SOFTMAX)
        network = "bidirectional" if self.config.bidirectional else "forward"
        facts = {
            "network": f"{network} language model, {self.config.n_layers} LSTM layers",
            "weights": f"{backbone.count_params():,}",
            "width of a word's vector": self.config.output_units,
        }
        write_folder(Path(folder), files, {"kind": KIND, **reading, "facts": facts, **metadata})


def _words_of(text: str) -> tuple[str, ...]:
    return tuple(line for line in text.split("\n") if line)
