"""`ElmoTransformer`: texts as sentence vectors of a bidirectional language model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin

from simon_elmo.estimators.models import shared_embedder
from simon_elmo.estimators.samples import as_texts


class ElmoTransformer(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """Turns texts into vectors: the mean of ELMo's vectors over the words of a text, zeros for a missing text.

    Nothing is learned from the samples, and pickles name the weights rather than hold them.

    Args:
        preset: an ELMo preset's name, or a folder that `ElmoEmbedder.save` wrote; None is `elmo-small-en`.
        options: instead of a preset, the published `options.json`; with `weights`.
        weights: instead of a preset, the published HDF5 weights.
        layers: which layer's vectors: `"top"`, `"average"`, a number, or the weights of a mixture.
        batch_size: texts run together.

    Example:
        >>> ElmoTransformer().fit_transform(["hello world !", "bye ."]).shape
        (2, 256)
    """

    def __init__(
        self,
        preset: str | Path | None = None,
        options: str | Path | None = None,
        weights: str | Path | None = None,
        layers: str | int | Sequence[float] = "average",
        batch_size: int = 64,
    ) -> None:
        self.preset = preset
        self.options = options
        self.weights = weights
        self.layers = layers
        self.batch_size = batch_size

    def fit(self, X: Any, y: Any = None) -> ElmoTransformer:
        """Check the texts; the network is not trained.

        Raises:
            InvalidInput: for samples that are not texts, or one of `options` and `weights` without the other.
            PresetNotFound: if there is no such preset.
        """
        as_texts(self, X, reset=True)
        self._embedder()
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Return float32 (n_samples, 2P), twice the model's projection.

        Args:
            X: a list, 1-d array or Series of texts, or rows of cells that are joined by spaces.

        Raises:
            InvalidInput: for samples that are not texts.
        """
        texts = as_texts(self, X, reset=False, separator=" ")
        distinct = {text: position for position, text in enumerate(dict.fromkeys(texts))}
        vectors = self._embedder().sentence_vectors(list(distinct), layers=self.layers, batch_size=self.batch_size)
        return vectors[[distinct[text] for text in texts]]

    @property
    def _n_features_out(self) -> int:
        return self._embedder().config.output_units

    def _embedder(self) -> Any:
        return shared_embedder(self.preset, self.options, self.weights)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.allow_nan = True
        tags.requires_fit = False
        tags.transformer_tags.preserves_dtype = []
        return tags
