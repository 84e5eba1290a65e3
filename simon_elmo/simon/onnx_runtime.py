"""Prediction through ONNX Runtime, without Keras."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from simon_elmo.errors import CorruptPreset
from simon_elmo.persistence import require_self_contained


def onnxruntime() -> Any:
    """Return the module `onnxruntime`, imported without its telemetry.

    From version 1.32 on, ONNX Runtime writes a device id below the home folder and a session file into the temporary
    folder, and reports to its makers, unless `ORT_DISABLE_TELEMETRY` is set before it is imported. Whoever sets that
    variable to something else keeps what they chose.
    """
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    import onnxruntime

    return onnxruntime


class OnnxBackbone:
    """A SIMOn backbone in ONNX Runtime, on the CPU.

    One run uses one thread: several small runs side by side keep the cores busier, and their arrays in the caches,
    than one large run that shares each small product among threads.

    Args:
        model: the serialized graph that `onnx_graph.backbone_graph` writes. It is never loaded from a path: what runs
            are the bytes that were checked.

    Raises:
        CorruptPreset: if it is not an ONNX model with the inputs and the output of a backbone, or names other files.
    """

    def __init__(self, model: bytes) -> None:
        require_self_contained(model, "the graph")
        runtime = onnxruntime()
        options = runtime.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = 1
        try:
            self._session = runtime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # ONNX Runtime's errors have no common base that it exports
            raise CorruptPreset(f"the graph is not a readable ONNX model: {str(error).splitlines()[0]}") from error
        names = [value.name for value in (*self._session.get_inputs(), *self._session.get_outputs())]
        if names != ["cells", "index", "features"]:
            raise CorruptPreset(f"an ONNX model of a backbone has cells, index and features; this one has {names}")

    def features(self, inputs: Mapping[str, np.ndarray]) -> np.ndarray:
        """Return float32 (columns, feature_units) for `cells`, ids of characters, and `index`, int32."""
        return self._session.run(["features"], {"cells": inputs["cells"], "index": inputs["index"]})[0]
