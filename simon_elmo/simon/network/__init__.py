"""The Keras network of SIMOn; importing it needs the extra `train`."""

from __future__ import annotations

from simon_elmo.errors import require_extra

require_extra("keras", "train", "train networks of columns and documents, or run one that has no model.onnx")
