"""A SIMOn backbone as an ONNX graph, written from its configuration and its named weights.

Nothing is traced: the graph is the same whatever Keras backend trained the weights, convolutions are single matrix
products, and each bidirectional LSTM is one node. The classifier's head stays out, so that a label can be taught
without writing the graph again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from simon_elmo.errors import MissingExtra, WeightMismatch
from simon_elmo.simon.config import NGRAM_IDS, NGRAM_MULTIPLIERS, NGRAM_WIDTHS, SimonConfig

OPSET = 17
_IR_VERSION = 8
_LSTM_GATES = (0, 3, 1, 2)  # Keras orders the gates i, f, candidate, o; ONNX i, o, f, candidate


def backbone_graph(config: SimonConfig, weights: Mapping[str, np.ndarray]) -> bytes:
    """Return the serialized ONNX model of a backbone.

    Args:
        config: the shapes of the network.
        weights: its named weights, as `training.named_weights.weights_of` gives them; those of the head are ignored.

    Returns:
        A model with inputs `cells`, `config.character_dtype` (distinct, max_len), and `index`, int32 (columns, cells),
        and output `features`, float32 (columns, feature_units).

    Raises:
        MissingExtra: if the package `onnx` is not installed.
        WeightMismatch: if a weight is missing.
    """
    try:
        from onnx import TensorProto, checker, helper
    except ImportError:
        raise MissingExtra("onnx", "train", "export a network for ONNX Runtime") from None
    graph = _Graph(weights)
    column = _column(graph, config, _cells(graph, config))
    features = graph.dense(column, "features")
    graph.add("Relu", [features], output="features")
    character_type = TensorProto.UINT8 if config.character_dtype == "uint8" else TensorProto.INT32
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "simon_backbone",
            [
                helper.make_tensor_value_info("cells", character_type, ["distinct", config.max_len]),
                helper.make_tensor_value_info("index", TensorProto.INT32, ["columns", "cells_and_header"]),
            ],
            [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["columns", config.feature_units])],
            graph.initializers,
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=_IR_VERSION,
        producer_name="simon_elmo",
    )
    checker.check_model(model)
    return model.SerializeToString()


class _Graph:
    """Nodes and constants of a graph under construction; every method returns the name of a tensor."""

    def __init__(self, weights: Mapping[str, np.ndarray]) -> None:
        self.weights = weights
        self.nodes: list[Any] = []
        self.initializers: list[Any] = []

    def weight(self, name: str) -> np.ndarray:
        if name not in self.weights:
            raise WeightMismatch(f"the weights have no {name!r}")
        return np.asarray(self.weights[name], dtype=np.float32)

    def constant(self, array: np.ndarray | Sequence[int]) -> str:
        from onnx import numpy_helper

        values = np.asarray(array)
        values = values.astype(np.int64 if values.dtype.kind in "iu" else np.float32)
        name = f"constant_{len(self.initializers)}"
        self.initializers.append(numpy_helper.from_array(values, name))
        return name

    def add(self, operator: str, inputs: Sequence[str], output: str | None = None, **attributes: Any) -> str:
        from onnx import helper

        name = output or f"{operator.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [name], **attributes))
        return name

    def dense(self, x: str, layer: str) -> str:
        product = self.add("MatMul", [x, self.constant(self.weight(f"{layer}/kernel"))])
        return self.add("Add", [product, self.constant(self.weight(f"{layer}/bias"))])

    def slice(self, x: str, start: int, stop: int, axis: int = 1, step: int = 1) -> str:
        return self.add("Slice", [x, *(self.constant([value]) for value in (start, stop, axis, step))])

    def bidirectional_lstm(self, x: str, layer: str, units: int, sequences: bool) -> str:
        """Run (batch, time, inputs) through both directions: (batch, time, 2, units), or the last states (2, batch)."""
        kernels, recurrents, biases = [], [], []
        for direction in ("forward_lstm", "backward_lstm"):
            cell = f"{layer}/{direction}/lstm_cell"
            kernels.append(_gates(self.weight(f"{cell}/kernel"), units))
            recurrents.append(_gates(self.weight(f"{cell}/recurrent_kernel"), units))
            bias = _gates(self.weight(f"{cell}/bias")[None], units)[:, 0]
            biases.append(np.concatenate([bias, np.zeros_like(bias)]))
        from onnx import helper

        by_time = self.add("Transpose", [x], perm=[1, 0, 2])
        outputs, last = f"{layer}_outputs", f"{layer}_last"
        constants = [self.constant(np.stack(values)) for values in (kernels, recurrents, biases)]
        node = helper.make_node(
            "LSTM",
            [by_time, *constants],
            [outputs if sequences else "", "" if sequences else last],
            hidden_size=units,
            direction="bidirectional",
        )
        self.nodes.append(node)
        return outputs if sequences else last


def _gates(kernel: np.ndarray, units: int) -> np.ndarray:
    """Turn (inputs, 4 * units) in Keras' gate order into (4 * units, inputs) in ONNX' order."""
    split = kernel.reshape(len(kernel), 4, units)[:, list(_LSTM_GATES)]
    return np.ascontiguousarray(split.reshape(len(kernel), 4 * units).T)


def _cells(graph: _Graph, config: SimonConfig) -> str:
    """Encode `cells`: the name of a tensor (distinct, 2 * cell_units)."""
    ids = graph.add("Cast", ["cells"], to=6)
    x, steps = _character_convolution(graph, config, ids, "convolution_0", config.kernel_widths[0], config.padding)
    x, steps = _pool(graph, x, steps, config.pool_sizes[0])
    for level in range(1, len(config.filters)):
        x, steps = _convolution(graph, x, steps, f"convolution_{level}", config.padding)
        x, steps = _pool(graph, x, steps, config.pool_sizes[level])
    last = graph.bidirectional_lstm(x, "cell_lstm", config.cell_units, sequences=False)
    by_cell = graph.add("Transpose", [last], perm=[1, 0, 2])
    encoded = graph.add("Reshape", [by_cell, graph.constant([-1, 2 * config.cell_units])])
    return graph.add("Add", [encoded, _known(graph, config, ids)]) if config.ngram_buckets else encoded


def _known(graph: _Graph, config: SimonConfig, ids: str) -> str:
    """Return what the table of n-grams knows of `cells`, the hashes computed as `NGramEmbedding` does."""
    table = graph.constant(graph.weight("ngrams/table"))
    ids = graph.add("Cast", [ids], to=7)
    there = graph.add("Cast", [graph.add("Greater", [ids, graph.constant(np.array(0))])], to=1)
    there = graph.add("Unsqueeze", [there, graph.constant([2])])
    hashed = ids if config.character_dtype == "uint8" else graph.add("Mod", [ids, graph.constant(np.array(NGRAM_IDS))])
    sums = []
    for number, width in enumerate(NGRAM_WIDTHS):
        left = width // 2
        padded = graph.add("Pad", [hashed, graph.constant([0, left, 0, width - 1 - left])])
        row = ""
        for place in range(width):
            part = graph.slice(padded, place, place + config.max_len)
            part = graph.add("Mul", [part, graph.constant(np.array(NGRAM_MULTIPLIERS[place]))])
            row = graph.add("Add", [row, part]) if row else part
        row = graph.add("Mod", [row, graph.constant(np.array(config.ngram_buckets))])
        row = graph.add("Add", [row, graph.constant(np.array(number * config.ngram_buckets))])
        found = graph.add("Mul", [graph.add("Gather", [table, row]), there])
        sums.append(graph.add("ReduceSum", [found, graph.constant([1])], keepdims=0))
    count = graph.add("ReduceSum", [there, graph.constant([1])], keepdims=0)
    count = graph.add(
        "Max",
        [graph.add("Mul", [count, graph.constant(np.array(float(len(NGRAM_WIDTHS))))]), graph.constant(np.array(1.0))],
    )
    mean = graph.add("Div", [graph.add("Add", sums), count])
    return graph.add("MatMul", [mean, graph.constant(graph.weight("known/kernel"))])


def _character_convolution(
    graph: _Graph, config: SimonConfig, ids: str, layer: str, width: int, padding: str
) -> tuple[str, int]:
    """Look the kernel's rows up; the first offset carries the bias."""
    kernel, bias = graph.weight(f"{layer}/kernel"), graph.weight(f"{layer}/bias")
    steps = config.max_len
    tables = np.pad(kernel, ((0, 0), (1, 0), (0, 0)))
    tables[0] += bias
    if width == 1:
        return graph.add("Gather", [graph.constant(np.maximum(tables[0], 0)), ids]), steps
    if padding == "same":
        left = (width - 1) // 2
        ids = graph.add("Pad", [ids, graph.constant([0, left, 0, width - 1 - left])])
    else:
        steps -= width - 1
    parts = [
        graph.add("Gather", [graph.constant(tables[offset]), graph.slice(ids, offset, offset + steps)])
        for offset in range(width)
    ]
    total = parts[0]
    for part in parts[1:]:
        total = graph.add("Add", [total, part])
    return graph.add("Relu", [total]), steps


def _convolution(graph: _Graph, x: str, steps: int, layer: str, padding: str) -> tuple[str, int]:
    """Convolve (distinct, steps, channels) as one product of the windows with the kernel."""
    kernel, bias = graph.weight(f"{layer}/kernel"), graph.weight(f"{layer}/bias")
    width = len(kernel)
    if padding == "same":
        left = (width - 1) // 2
        x = graph.add("Pad", [x, graph.constant([0, left, 0, 0, width - 1 - left, 0])])
    else:
        steps -= width - 1
    windows = x
    if width > 1:
        shifted = [graph.slice(x, offset, offset + steps) for offset in range(width)]
        windows = graph.add("Concat", shifted, axis=2)
    product = graph.add("MatMul", [windows, graph.constant(kernel.reshape(-1, kernel.shape[-1]))])
    return graph.add("Relu", [graph.add("Add", [product, graph.constant(bias)])]), steps


def _pool(graph: _Graph, x: str, steps: int, size: int) -> tuple[str, int]:
    """Maximum over `size` neighbours; steps that fill no window are dropped."""
    if size == 1:
        return x, steps
    pooled = steps // size
    if steps % size:
        x = graph.slice(x, 0, pooled * size)
    parts = [graph.slice(x, offset, pooled * size, step=size) for offset in range(size)]
    return graph.add("Max", parts), pooled


def _column(graph: _Graph, config: SimonConfig, cells: str) -> str:
    """Encode the columns: the name of a tensor (columns, inputs of the feature layer)."""
    index = "index"
    header = ""
    if config.reads_headers:
        first = graph.add("Gather", ["index", graph.constant(np.array(0))], axis=1)
        parts = [graph.add("Gather", [cells, first])]
        if config.header_filters:
            parts += _header_maxima(graph, config, graph.add("Gather", ["cells", first]))
        name = graph.add("Concat", parts, axis=1) if len(parts) > 1 else parts[0]
        header = graph.add("Relu", [graph.dense(name, "header")])
        index = graph.slice("index", 1, np.iinfo(np.int32).max)
    sequence = graph.add("Gather", [cells, index])
    units = config.column_units
    shape = graph.constant([-1, 2 * units])
    if config.column_pooling == ("last",):
        last = graph.bidirectional_lstm(sequence, "column_lstm", units, sequences=False)
        column = graph.add("Reshape", [graph.add("Transpose", [last], perm=[1, 0, 2]), shape])
    else:
        # (time, directions, columns, units)
        outputs = graph.bidirectional_lstm(sequence, "column_lstm", units, sequences=True)
        column = _pooled_column(graph, config, outputs, shape)
    return graph.add("Concat", [column, header], axis=1) if config.reads_headers else column


def _header_maxima(graph: _Graph, config: SimonConfig, characters: str) -> list[str]:
    """Return what two convolutions over a name find anywhere in it: names of tensors (columns, header_filters)."""
    ids = graph.add("Cast", [characters], to=6)
    narrow, steps = _character_convolution(graph, config, ids, "header_convolution_0", 3, "same")
    wide, _ = _convolution(graph, narrow, steps, "header_convolution_1", "same")
    return [graph.add("ReduceMax", [x], axes=[1], keepdims=0) for x in (narrow, wide)]


def _pooled_column(graph: _Graph, config: SimonConfig, outputs: str, shape: str) -> str:
    parts = []
    for kind in config.column_pooling:
        if kind == "last":
            # forward ends at the last step, backward at the first
            forward = graph.add("Gather", [outputs, graph.constant(np.array(-1))], axis=0)
            backward = graph.add("Gather", [outputs, graph.constant(np.array(0))], axis=0)
            ends = [graph.slice(forward, 0, 1, axis=0), graph.slice(backward, 1, 2, axis=0)]
            pooled = graph.add("Concat", ends, axis=0)
        else:
            operator = "ReduceMean" if kind == "mean" else "ReduceMax"
            pooled = graph.add(operator, [outputs], axes=[0], keepdims=0)
        parts.append(graph.add("Reshape", [graph.add("Transpose", [pooled], perm=[1, 0, 2]), shape]))
    return graph.add("Concat", parts, axis=1) if len(parts) > 1 else parts[0]
