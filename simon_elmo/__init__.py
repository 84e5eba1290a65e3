"""Transfer learning with character-level recurrent networks: what is in a table's columns, and ELMo on Keras 3.

Names are imported when they are first used, so that `import simon_elmo` loads neither Keras nor TensorFlow.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from simon_elmo.version import __version__

if TYPE_CHECKING:
    from simon_elmo.classifiers.column import ColumnClassifier
    from simon_elmo.classifiers.document import DocumentClassifier
    from simon_elmo.classifiers.elmo import ElmoEmbedder
    from simon_elmo.classifiers.elmo_classifier import ElmoClassifier
    from simon_elmo.classifiers.elmo_tagger import ElmoTagger
    from simon_elmo.classifiers.language_model import BidirectionalLanguageModel
    from simon_elmo.classifiers.semantic_index import SemanticIndex
    from simon_elmo.classifiers.text_reader import TextReader
    from simon_elmo.config import SimonConfig, TrainingConfig
    from simon_elmo.elmo_config import ElmoConfig
    from simon_elmo.errors import SimonElmoError
    from simon_elmo.estimators.elmo_transformer import ElmoTransformer
    from simon_elmo.estimators.selection import select_by_label
    from simon_elmo.estimators.simon_classifier import SimonClassifier
    from simon_elmo.estimators.simon_transformer import SimonTransformer
    from simon_elmo.estimators.table_vectorizer import TableVectorizer
    from simon_elmo.models.elmo_embedding import ElmoEmbedding
    from simon_elmo.models.elmo_head import ElmoHead
    from simon_elmo.simulation.generator import SimulatedColumns, simulate
    from simon_elmo.tables.reading import read_table
    from simon_elmo.text.cleaning import TextCleaning
    from simon_elmo.text_config import TextHeadConfig
    from simon_elmo.transfer.transfer_report import TransferReport

_PUBLIC = {
    "BidirectionalLanguageModel": "simon_elmo.classifiers.language_model",
    "ColumnClassifier": "simon_elmo.classifiers.column",
    "DocumentClassifier": "simon_elmo.classifiers.document",
    "ElmoClassifier": "simon_elmo.classifiers.elmo_classifier",
    "ElmoConfig": "simon_elmo.elmo_config",
    "ElmoEmbedder": "simon_elmo.classifiers.elmo",
    "ElmoEmbedding": "simon_elmo.models.elmo_embedding",
    "ElmoHead": "simon_elmo.models.elmo_head",
    "ElmoTagger": "simon_elmo.classifiers.elmo_tagger",
    "ElmoTransformer": "simon_elmo.estimators.elmo_transformer",
    "SemanticIndex": "simon_elmo.classifiers.semantic_index",
    "SimonClassifier": "simon_elmo.estimators.simon_classifier",
    "SimonConfig": "simon_elmo.config",
    "SimonElmoError": "simon_elmo.errors",
    "SimonTransformer": "simon_elmo.estimators.simon_transformer",
    "SimulatedColumns": "simon_elmo.simulation.generator",
    "TableVectorizer": "simon_elmo.estimators.table_vectorizer",
    "TextCleaning": "simon_elmo.text.cleaning",
    "TextHeadConfig": "simon_elmo.text_config",
    "TextReader": "simon_elmo.classifiers.text_reader",
    "TrainingConfig": "simon_elmo.config",
    "TransferReport": "simon_elmo.transfer.transfer_report",
    "read_table": "simon_elmo.tables.reading",
    "select_by_label": "simon_elmo.estimators.selection",
    "simulate": "simon_elmo.simulation.generator",
}

__all__ = [
    "BidirectionalLanguageModel",
    "ColumnClassifier",
    "DocumentClassifier",
    "ElmoClassifier",
    "ElmoConfig",
    "ElmoEmbedder",
    "ElmoEmbedding",
    "ElmoHead",
    "ElmoTagger",
    "ElmoTransformer",
    "SemanticIndex",
    "SimonClassifier",
    "SimonConfig",
    "SimonElmoError",
    "SimonTransformer",
    "SimulatedColumns",
    "TableVectorizer",
    "TextCleaning",
    "TextHeadConfig",
    "TextReader",
    "TrainingConfig",
    "TransferReport",
    "__version__",
    "read_table",
    "select_by_label",
    "simulate",
]


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'simon_elmo' has no attribute {name!r}")
    value = getattr(import_module(_PUBLIC[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
