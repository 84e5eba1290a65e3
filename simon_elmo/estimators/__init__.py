"""Estimators for scikit-learn and for what is built on it: pipelines, grid searches, AutoML packages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simon_elmo.lazy import lazy_exports

if TYPE_CHECKING:
    from simon_elmo.estimators.d3m_primitive import SimonPrimitive
    from simon_elmo.estimators.elmo_transformer import ElmoTransformer
    from simon_elmo.estimators.selection import select_by_label
    from simon_elmo.estimators.simon_classifier import SimonClassifier
    from simon_elmo.estimators.simon_transformer import SimonTransformer
    from simon_elmo.estimators.table_vectorizer import TableVectorizer

__getattr__, __dir__, __all__ = lazy_exports(
    __name__,
    {
        "d3m_primitive": ("SimonPrimitive",),
        "elmo_transformer": ("ElmoTransformer",),
        "selection": ("select_by_label",),
        "simon_classifier": ("SimonClassifier",),
        "simon_transformer": ("SimonTransformer",),
        "table_vectorizer": ("TableVectorizer",),
    },
)
