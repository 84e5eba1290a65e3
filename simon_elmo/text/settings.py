"""HeadSettings: what a classifier of texts over a biLM is before it is trained."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from simon_elmo.elmo.embedder import ElmoEmbedder
from simon_elmo.errors import InvalidInput
from simon_elmo.labels.label_set import LabelSet
from simon_elmo.text.head_config import TextHeadConfig
from simon_elmo.text.reader import Document, TextReader
from simon_elmo.text.vectors import DocumentVectors, embed_documents
from simon_elmo.words.word_tokens import segmenter


def as_embedder(elmo: ElmoEmbedder | str | os.PathLike[str]) -> ElmoEmbedder:
    """Return an embedder that is given, or that of an ELMo preset.

    Raises:
        InvalidInput: for anything else than an embedder, or the name or folder of a preset.
        PresetNotFound: if there is no such preset.
        CorruptPreset: if a file of it is missing or damaged.
    """
    if isinstance(elmo, ElmoEmbedder):
        return elmo
    if not isinstance(elmo, (str, os.PathLike)):
        raise InvalidInput(f"elmo must be an ElmoEmbedder, or the name or folder of an ELMo preset: {elmo!r:.60}")
    return ElmoEmbedder.from_preset(os.fspath(elmo))


@dataclass(frozen=True, kw_only=True)
class HeadSettings:
    """Everything that training a head starts from, beside the texts.

    Attributes:
        elmo: the biLM.
        head: the shapes of the head.
        reader: how texts are cleaned and cut.
        label_mode: `"single"` or `"multi"`.
        label_set: the labels, None where the texts say which there are.
        label_type: in which labels are given, a key of `LABEL_TYPES`.
        ngrams: whether n-grams stand beside the head.
        seed: of the initial weights.
    """

    elmo: ElmoEmbedder
    head: TextHeadConfig
    reader: TextReader
    label_mode: str
    label_set: LabelSet | None
    label_type: str
    ngrams: bool
    seed: int

    def documents(self, texts: Iterable[str]) -> list[Document]:
        """Return the token lists of each text's sentences."""
        words = segmenter("words", self.elmo.files.lower_case)
        return self.reader.documents(texts, self.elmo.tokenize if self.reader.tokens == "model" else words)

    def embed(
        self, documents: Sequence[Document], keep_words: bool | None = None, progress: bool = False
    ) -> DocumentVectors:
        """Return the vectors of texts; those of all words are kept if the head reads them."""
        keep = self.head.reads_tokens if keep_words is None else keep_words
        return embed_documents(self.elmo, documents, keep_words=keep, keep_ngrams=self.ngrams, progress=progress)
