"""Transfer learning with character-level recurrent networks: what is in a table's columns, and ELMo on Keras 3.

Names are imported when they are first used, so that `import simon_elmo` loads neither Keras nor TensorFlow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simon_elmo.lazy import lazy_exports
from simon_elmo.version import __version__

if TYPE_CHECKING:
    from simon_elmo.elmo.config import ElmoConfig
    from simon_elmo.elmo.embedder import ElmoEmbedder
    from simon_elmo.elmo.language_model.model import BidirectionalLanguageModel
    from simon_elmo.elmo.network.embedding import ElmoEmbedding
    from simon_elmo.elmo.network.head import ElmoHead
    from simon_elmo.elmo.semantic_index import SemanticIndex
    from simon_elmo.errors import SimonElmoError
    from simon_elmo.estimators.elmo_transformer import ElmoTransformer
    from simon_elmo.estimators.selection import select_by_label
    from simon_elmo.estimators.simon_classifier import SimonClassifier
    from simon_elmo.estimators.simon_transformer import SimonTransformer
    from simon_elmo.estimators.table_vectorizer import TableVectorizer
    from simon_elmo.simon.columns import ColumnClassifier
    from simon_elmo.simon.config import SimonConfig
    from simon_elmo.simon.teaching.report import TransferReport
    from simon_elmo.simulation.generator import simulate
    from simon_elmo.simulation.simulated_columns import SimulatedColumns
    from simon_elmo.tables.reading import read_table
    from simon_elmo.text.classifier import ElmoClassifier
    from simon_elmo.text.documents import DocumentClassifier
    from simon_elmo.text.head_config import TextHeadConfig
    from simon_elmo.text.reader import TextReader
    from simon_elmo.text.tagger import ElmoTagger
    from simon_elmo.training.config import TrainingConfig
    from simon_elmo.words.cleaning import TextCleaning

__getattr__, __dir__, __all__ = lazy_exports(
    __name__,
    {
        "elmo.config": ("ElmoConfig",),
        "elmo.embedder": ("ElmoEmbedder",),
        "elmo.language_model.model": ("BidirectionalLanguageModel",),
        "elmo.network.embedding": ("ElmoEmbedding",),
        "elmo.network.head": ("ElmoHead",),
        "elmo.semantic_index": ("SemanticIndex",),
        "errors": ("SimonElmoError",),
        "estimators.elmo_transformer": ("ElmoTransformer",),
        "estimators.selection": ("select_by_label",),
        "estimators.simon_classifier": ("SimonClassifier",),
        "estimators.simon_transformer": ("SimonTransformer",),
        "estimators.table_vectorizer": ("TableVectorizer",),
        "simon.columns": ("ColumnClassifier",),
        "simon.config": ("SimonConfig",),
        "simon.teaching.report": ("TransferReport",),
        "simulation.generator": ("simulate",),
        "simulation.simulated_columns": ("SimulatedColumns",),
        "tables.reading": ("read_table",),
        "text.classifier": ("ElmoClassifier",),
        "text.documents": ("DocumentClassifier",),
        "text.head_config": ("TextHeadConfig",),
        "text.reader": ("TextReader",),
        "text.tagger": ("ElmoTagger",),
        "training.config": ("TrainingConfig",),
        "words.cleaning": ("TextCleaning",),
    },
)
__all__ += ["__version__"]
