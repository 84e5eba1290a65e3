"""Reading and writing models: folders with checksums, plain arrays in HDF5, files that are never half written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simon_elmo.lazy import lazy_exports

if TYPE_CHECKING:
    from simon_elmo.persistence.files import (
        replaced_atomically,
        require_writable,
        write_bytes_atomically,
        write_text_atomically,
    )
    from simon_elmo.persistence.folders import (
        Content,
        ModelFolder,
        is_model_folder,
        json_bytes,
        open_folder,
        require_replaceable,
        write_folder,
    )
    from simon_elmo.persistence.onnx_scan import require_self_contained
    from simon_elmo.persistence.weights import read_weights, write_weights

__getattr__, __dir__, __all__ = lazy_exports(
    __name__,
    {
        "files": (
            "replaced_atomically",
            "require_writable",
            "write_bytes_atomically",
            "write_text_atomically",
        ),
        "folders": (
            "Content",
            "ModelFolder",
            "is_model_folder",
            "json_bytes",
            "open_folder",
            "require_replaceable",
            "write_folder",
        ),
        "onnx_scan": ("require_self_contained",),
        "weights": (
            "read_weights",
            "write_weights",
        ),
    },
)
