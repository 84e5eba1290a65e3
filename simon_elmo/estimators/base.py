"""What the estimators on a SIMOn network share: parameters, the shared model, pickling."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from simon_elmo.estimators.models import document_cells, require_kind, shared_model
from simon_elmo.estimators.samples import as_cell_samples, as_texts


class SimonEstimator(BaseEstimator):
    """An estimator that reads samples with a SIMOn network, which is loaded on first use.

    A pickle holds the parameters and what `fit` learned. The network is named, not contained, unless
    `weights_in_pickle`.
    """

    kind: str
    preset: str | Path | None
    use_headers: bool
    seed: int
    weights_in_pickle: bool

    def _model(self) -> Any:
        return self.__dict__["_own_model"] if "_own_model" in self.__dict__ else shared_model(self.kind, self.preset)

    def _read(self, X: Any, reset: bool) -> tuple[list[Any], list[str]]:
        """Return the cells of each sample, and its name, "" for none."""
        require_kind(self.kind)
        if self.kind == "documents":
            texts = as_texts(self, X, reset)
            return document_cells(self._model(), texts), [""] * len(texts)
        return as_cell_samples(self, X, reset)

    def _features(self, cells: list[Any], names: list[str]) -> np.ndarray:
        """Return float32 (n_samples, feature_units)."""
        model = self._model()
        shown = names if self.use_headers else None
        return model.features_of_cells(cells, headers=shown, seed=self.seed)

    def __getstate__(self) -> dict[str, Any]:
        state = dict(super().__getstate__())
        if self.weights_in_pickle:
            state["_own_model"] = self._model()
        return state

    def __sklearn_clone__(self) -> SimonEstimator:
        copy = type(self)(**self.get_params(deep=False))
        if "_own_model" in self.__dict__:
            copy.__dict__["_own_model"] = self.__dict__["_own_model"]
        return copy

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.allow_nan = True
        return tags
