"""SIMOn: what is in a table's columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simon_elmo.lazy import lazy_exports

if TYPE_CHECKING:
    from simon_elmo.simon.characters import CharacterVocabulary
    from simon_elmo.simon.columns import ColumnClassifier
    from simon_elmo.simon.config import SimonConfig
    from simon_elmo.simon.examples import ColumnExamples
    from simon_elmo.simon.inputs import EncodedColumns, encode_columns, network_inputs
    from simon_elmo.simon.network.backbone import SimonBackbone
    from simon_elmo.simon.network.classifier import SimonClassifierModel
    from simon_elmo.simon.onnx_graph import backbone_graph

__getattr__, __dir__, __all__ = lazy_exports(
    __name__,
    {
        "characters": ("CharacterVocabulary",),
        "columns": ("ColumnClassifier",),
        "config": ("SimonConfig",),
        "examples": ("ColumnExamples",),
        "inputs": (
            "EncodedColumns",
            "encode_columns",
            "network_inputs",
        ),
        "network.backbone": ("SimonBackbone",),
        "network.classifier": ("SimonClassifierModel",),
        "onnx_graph": ("backbone_graph",),
    },
)
