"""Reading and writing models: folders with checksums, plain arrays in HDF5, files that are never half written."""

from simon_elmo.persistence.files import (
    replaced_atomically,
    require_writable,
    write_bytes_atomically,
    write_text_atomically,
)
from simon_elmo.persistence.folders import ModelFolder, is_model_folder, open_folder, require_replaceable, write_folder
from simon_elmo.persistence.weights import read_weights, write_weights

__all__ = [
    "ModelFolder",
    "is_model_folder",
    "open_folder",
    "read_weights",
    "replaced_atomically",
    "require_replaceable",
    "require_writable",
    "write_bytes_atomically",
    "write_folder",
    "write_text_atomically",
    "write_weights",
]
