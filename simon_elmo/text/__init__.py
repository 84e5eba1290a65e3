"""Classifiers and taggers of texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simon_elmo.lazy import lazy_exports

if TYPE_CHECKING:
    from simon_elmo.text.classifier import ElmoClassifier
    from simon_elmo.text.documents import DocumentClassifier
    from simon_elmo.text.head_config import TextHeadConfig
    from simon_elmo.text.loading import load_text_classifier
    from simon_elmo.text.network.head import TextHead
    from simon_elmo.text.reader import TextReader
    from simon_elmo.text.tagger import ElmoTagger
    from simon_elmo.text.vectors import DocumentVectors

__getattr__, __dir__, __all__ = lazy_exports(
    __name__,
    {
        "classifier": ("ElmoClassifier",),
        "documents": ("DocumentClassifier",),
        "head_config": ("TextHeadConfig",),
        "loading": ("load_text_classifier",),
        "network.head": ("TextHead",),
        "reader": ("TextReader",),
        "tagger": ("ElmoTagger",),
        "vectors": ("DocumentVectors",),
    },
)
