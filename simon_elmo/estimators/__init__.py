"""Estimators for scikit-learn and for what is built on it: pipelines, grid searches, AutoML packages."""

from simon_elmo.estimators.d3m_primitive import SimonPrimitive
from simon_elmo.estimators.elmo_transformer import ElmoTransformer
from simon_elmo.estimators.selection import select_by_label
from simon_elmo.estimators.simon_classifier import SimonClassifier
from simon_elmo.estimators.simon_transformer import SimonTransformer
from simon_elmo.estimators.table_vectorizer import TableVectorizer

__all__ = [
    "ElmoTransformer",
    "SimonClassifier",
    "SimonPrimitive",
    "SimonTransformer",
    "TableVectorizer",
    "select_by_label",
]
