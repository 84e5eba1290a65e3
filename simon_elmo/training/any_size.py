"""Networks for batches whose sizes all differ, which TensorFlow traces once.

TensorFlow traces a network for the sizes that its first batch has, and again whenever another size turns out to differ
between batches: a network of texts four times. Here it is told beforehand which sizes do, those that the network's
inputs leave open.

Source: the guide "Better performance with tf.function" of TensorFlow, section "Controlling retracing".
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from simon_elmo.training.batches import Batches, KerasBatches


class AnySizeModel(keras.Model):
    """A functional network that is fitted to and predicts batches of any size without being traced again.

    Its inputs are an array, a list or a dictionary of arrays by name, and may leave sizes open (`None`). Keras' own
    `fit` and `predict` are as in every network.

    Example:
        >>> inputs = keras.Input((None, 2))
        >>> network = AnySizeModel(inputs, keras.layers.GlobalMaxPooling1D()(inputs))
        >>> network.predict_any_size(np.ones((1, 3, 2), "float32"))
        array([[1., 1.]], dtype=float32)
    """

    def predict_any_size(self, inputs: Any) -> Any:
        """Return what `predict_on_batch` returns, arrays, for a batch of any size."""
        if keras.backend.backend() != "tensorflow":
            return keras.tree.map_structure(keras.ops.convert_to_numpy, self.predict_on_batch(inputs))
        import tensorflow as tf

        specs = _specs(self, inputs)
        if not hasattr(self, "_traced"):
            traced = tf.function(lambda read: self(read, training=False), input_signature=[specs])
            self._traced = traced.get_concrete_function()
        inputs = keras.tree.map_structure(
            lambda given, spec: np.asarray(given, spec.dtype.as_numpy_dtype), inputs, specs
        )
        return keras.tree.map_structure(keras.ops.convert_to_numpy, self._traced(inputs))

    def batches_to_fit(self, batches: Batches) -> Any:
        """Return batches as `fit` takes them for one epoch.

        Args:
            batches: one at least, in their order; targets have the shape of the output.

        Example:
            >>> inputs = keras.Input((None, 2))
            >>> network = AnySizeModel(inputs, keras.layers.GlobalMaxPooling1D()(inputs))
            >>> network.compile("sgd", "mse")
            >>> batches = [(np.ones((3, n, 2), "float32"), np.ones((3, 2))) for n in (1, 4)]
            >>> network.fit(network.batches_to_fit(batches), verbose=0, shuffle=False).history["loss"]
            [0.0]
        """
        if keras.backend.backend() != "tensorflow":
            return KerasBatches(batches)
        import tensorflow as tf

        first = batches[0]
        specs = (_specs(self, first[0]), _spec(self.outputs[0]), tf.TensorSpec((None,), tf.float32))[: len(first)]
        dataset = tf.data.Dataset.from_generator(
            lambda: (batches[position] if position else first for position in range(len(batches))),
            output_signature=specs,
        )
        return dataset.apply(tf.data.experimental.assert_cardinality(len(batches)))


def _specs(network: keras.Model, inputs: Any) -> Any:
    """Return TensorFlow's description of inputs in their structure: an array, a list, or a dictionary by name."""
    specs = {tensor.name: _spec(tensor) for tensor in network.inputs}
    if isinstance(inputs, dict):
        return {name: specs[name] for name in inputs}
    return list(specs.values()) if isinstance(inputs, list) else _spec(network.inputs[0])


def _spec(tensor: Any) -> Any:
    import tensorflow as tf

    return tf.TensorSpec(tensor.shape, tensor.dtype)
