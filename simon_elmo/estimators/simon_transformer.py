"""`SimonTransformer`: columns or documents as the features of a SIMOn network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin

from simon_elmo.estimators.base import SimonEstimator


class SimonTransformer(ClassNamePrefixFeaturesOutMixin, TransformerMixin, SimonEstimator):
    """Turns samples that are columns of cells, or documents, into the penultimate activations of a SIMOn network.

    Nothing is learned from the samples: `fit` only checks them, and a pretrained network does the work.

    Args:
        kind: `"columns"`: a sample is a sequence of cells (a row of a 2-d array or DataFrame, or an element of a list
            of sequences of any lengths, where a Series brings its name); `"documents"`: a sample is a text.
        preset: a preset's name, or a folder that `save` wrote; None is the default preset. A preset that was trained
            on columns reads the sentences of documents as cells.
        use_headers: whether the names of samples are evidence, where the network reads names.
        seed: fixes which cells of long columns are looked at.
        weights_in_pickle: put the network into pickles of this estimator, so that they need no preset.

    Example:
        >>> from simon_elmo.estimators import SimonTransformer
        >>> transformer = SimonTransformer()
        >>> transformer.fit_transform([["ann@example.org", "bob@example.com"], ["12.5", "3.25", "8"]]).shape
        (2, 128)
    """

    def __init__(
        self,
        kind: str = "columns",
        preset: str | Path | None = None,
        use_headers: bool = True,
        seed: int = 0,
        weights_in_pickle: bool = False,
    ) -> None:
        self.kind = kind
        self.preset = preset
        self.use_headers = use_headers
        self.seed = seed
        self.weights_in_pickle = weights_in_pickle

    def fit(self, X: Any, y: Any = None) -> SimonTransformer:
        """Check the samples; the network is not trained.

        Raises:
            InvalidInput: for invalid samples, or an unknown kind.
            PresetNotFound: if there is no such preset.
        """
        self._read(X, reset=True)
        self._model()
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Return float32 (n_samples, feature_units), 128 wide in every preset.

        Raises:
            InvalidInput: for invalid samples.
        """
        return self._features(*self._read(X, reset=False))

    @property
    def _n_features_out(self) -> int:
        return self._model().config.feature_units

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        tags.transformer_tags.preserves_dtype = []
        return tags
