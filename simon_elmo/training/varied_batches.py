"""Batches whose sizes all differ, to fit to and to predict, without tracing a network once more for new sizes.

TensorFlow traces a network for the sizes that its first batch has, and again whenever another size turns out to differ
between batches: a network of texts four times. Here it is told beforehand which sizes do, those that the network's
inputs leave open, and traces once.

Source: the guide "Better performance with tf.function" of TensorFlow, section "Controlling retracing".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np


class _Batches(keras.utils.PyDataset):
    def __init__(self, read: Callable[[Any], tuple[Any, ...]], batches: Sequence[Any]) -> None:
        super().__init__()
        self.read, self.batches = read, batches

    def __len__(self) -> int:
        return len(self.batches)

    def __getitem__(self, position: int) -> tuple[Any, ...]:
        return self.read(self.batches[position])


def varied_batches(network: keras.Model, read: Callable[[Any], tuple[Any, ...]], batches: Sequence[Any]) -> Any:
    """Return what `fit` of a network takes for one epoch: batches in their order.

    Args:
        network: a functional network.
        read: makes a batch of an item of `batches`: inputs and targets, maybe also how much each example counts.
            Inputs are an array, a list or a dictionary of arrays by name; targets have the shape of the output.
        batches: what `read` reads, one at least.

    Example:
        >>> inputs = keras.Input((None, 2))
        >>> network = keras.Model(inputs, keras.layers.GlobalMaxPooling1D()(inputs))
        >>> network.compile("sgd", "mse")
        >>> batches = varied_batches(network, lambda n: (np.ones((3, n, 2), "float32"), np.ones((3, 2))), [1, 4])
        >>> network.fit(batches, verbose=0, shuffle=False).history["loss"]
        [0.0]
    """
    found = _Batches(read, batches)
    if keras.backend.backend() != "tensorflow":
        return found
    import tensorflow as tf

    first = found[0]
    specs = (_specs(network, first[0]), _spec(network.outputs[0]), tf.TensorSpec((None,), tf.float32))[: len(first)]
    dataset = tf.data.Dataset.from_generator(
        lambda: (found[position] if position else first for position in range(len(found))), output_signature=specs
    )
    return dataset.apply(tf.data.experimental.assert_cardinality(len(found)))


def predict_varied_batch(network: keras.Model, inputs: Any) -> Any:
    """Return what `predict_on_batch` of a functional network returns, arrays, for a batch of any size.

    Example:
        >>> inputs = keras.Input((None, 2))
        >>> network = keras.Model(inputs, keras.layers.GlobalMaxPooling1D()(inputs))
        >>> predict_varied_batch(network, np.ones((1, 3, 2), "float32"))
        array([[1., 1.]], dtype=float32)
    """
    if keras.backend.backend() != "tensorflow":
        return keras.tree.map_structure(keras.ops.convert_to_numpy, network.predict_on_batch(inputs))
    import tensorflow as tf

    specs = _specs(network, inputs)
    if not hasattr(network, "_varied_outputs"):
        traced = tf.function(lambda read: network(read, training=False), input_signature=[specs])
        network._varied_outputs = traced.get_concrete_function()
    inputs = keras.tree.map_structure(lambda given, spec: np.asarray(given, spec.dtype.as_numpy_dtype), inputs, specs)
    return keras.tree.map_structure(keras.ops.convert_to_numpy, network._varied_outputs(inputs))


def _specs(network: keras.Model, inputs: Any) -> Any:
    """Return TensorFlow's description of inputs in their structure: an array, a list, or a dictionary by name."""
    specs = {tensor.name: _spec(tensor) for tensor in network.inputs}
    if isinstance(inputs, dict):
        return {name: specs[name] for name in inputs}
    return list(specs.values()) if isinstance(inputs, list) else _spec(network.inputs[0])


def _spec(tensor: Any) -> Any:
    import tensorflow as tf

    return tf.TensorSpec(tensor.shape, tensor.dtype)
