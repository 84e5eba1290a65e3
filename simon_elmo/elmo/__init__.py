"""ELMo: a bidirectional language model and its vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simon_elmo.lazy import lazy_exports

if TYPE_CHECKING:
    from simon_elmo.elmo.characters import encode_sentences, encode_words
    from simon_elmo.elmo.config import ElmoConfig, ElmoTraining
    from simon_elmo.elmo.dump import DumpOptions
    from simon_elmo.elmo.embedder import ElmoEmbedder
    from simon_elmo.elmo.language_model.corpus import Corpus
    from simon_elmo.elmo.language_model.model import BidirectionalLanguageModel
    from simon_elmo.elmo.language_model.recipe import LanguageModelTraining
    from simon_elmo.elmo.language_model.steps import LanguageModel
    from simon_elmo.elmo.language_model.training import TrainingProgress
    from simon_elmo.elmo.language_model.vocabulary import build_vocabulary
    from simon_elmo.elmo.layer_choice import LayerChoice
    from simon_elmo.elmo.network.backbone import ElmoBackbone
    from simon_elmo.elmo.network.embedding import ElmoEmbedding
    from simon_elmo.elmo.network.head import ElmoHead
    from simon_elmo.elmo.semantic_index import SemanticIndex
    from simon_elmo.elmo.token_cache import TokenCache

__getattr__, __dir__, __all__ = lazy_exports(
    __name__,
    {
        "characters": (
            "encode_sentences",
            "encode_words",
        ),
        "config": (
            "ElmoConfig",
            "ElmoTraining",
        ),
        "dump": ("DumpOptions",),
        "embedder": ("ElmoEmbedder",),
        "language_model.corpus": ("Corpus",),
        "language_model.model": ("BidirectionalLanguageModel",),
        "language_model.recipe": ("LanguageModelTraining",),
        "language_model.steps": ("LanguageModel",),
        "language_model.training": ("TrainingProgress",),
        "language_model.vocabulary": ("build_vocabulary",),
        "layer_choice": ("LayerChoice",),
        "network.backbone": ("ElmoBackbone",),
        "network.embedding": ("ElmoEmbedding",),
        "network.head": ("ElmoHead",),
        "semantic_index": ("SemanticIndex",),
        "token_cache": ("TokenCache",),
    },
)
