"""Bidirectional language models: corpora, training, perplexity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simon_elmo.lazy import lazy_exports

if TYPE_CHECKING:
    from simon_elmo.elmo.language_model.corpus import Corpus
    from simon_elmo.elmo.language_model.model import BidirectionalLanguageModel
    from simon_elmo.elmo.language_model.recipe import LanguageModelTraining
    from simon_elmo.elmo.language_model.steps import LanguageModel

__getattr__, __dir__, __all__ = lazy_exports(
    __name__,
    {
        "corpus": ("Corpus",),
        "model": ("BidirectionalLanguageModel",),
        "recipe": ("LanguageModelTraining",),
        "steps": ("LanguageModel",),
    },
)
