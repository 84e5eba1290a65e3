"""Bidirectional character language models: weights, corpora, training, perplexity."""

from __future__ import annotations

from simon_elmo.language_model.language_model import LanguageModel

__all__ = ["LanguageModel"]
