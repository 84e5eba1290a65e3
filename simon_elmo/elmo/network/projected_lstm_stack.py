"""One direction of a biLM: LSTM layers on top of each other."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from simon_elmo.elmo.network.projected_lstm import ProjectedLSTM


@keras.saving.register_keras_serializable(package="simon_elmo")
class ProjectedLSTMStack(keras.layers.Layer):
    """`ProjectedLSTM` layers, each reading what the one below puts out.

    Args:
        n_layers: L, number of layers.
        units: H, width of the cells.
        projection_units: P, width of the inputs and of every output.
        cell_clip: limit of the cells' values, None for none.
        projection_clip: limit of the projected outputs, None for none.
        skip_connections: whether layers after the first add their input to their output. The sum is not clipped and
            not fed back into the recurrence.
        dropout: share of each layer's input that is dropped in training; the skip connection adds the dropped input.
        kernel_initializer: of the kernels and projections.

    Inputs: `inputs`, float (batch, steps, P); `lengths`, integer (batch,), how many of its first steps
    count in each row; `initial_state`, float (batch, L, H + P), zeros by default; `begins`, bool (batch, steps), where
    a row begins again from its initial state.
    Returns: a list of L outputs, float (batch, steps, P), and the last states, float (batch, L, H + P).

    Example:
        >>> import numpy as np
        >>> outputs, state = ProjectedLSTMStack(2, 16, 8)(np.zeros((3, 5, 8), "float32"))
        >>> len(outputs), state.shape
        (2, TensorShape([3, 2, 24]))
    """

    def __init__(
        self,
        n_layers: int,
        units: int,
        projection_units: int,
        cell_clip: float | None = None,
        projection_clip: float | None = None,
        skip_connections: bool = False,
        dropout: float = 0.0,
        kernel_initializer: str = "glorot_uniform",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.n_layers = n_layers
        self.units = units
        self.projection_units = projection_units
        self.cell_clip = cell_clip
        self.projection_clip = projection_clip
        self.skip_connections = skip_connections
        self.dropout = dropout
        self.kernel_initializer = kernel_initializer
        self.layers = [
            ProjectedLSTM(units, projection_units, cell_clip, projection_clip, kernel_initializer, name=f"lstm_{level}")
            for level in range(n_layers)
        ]
        self.dropouts = [keras.layers.Dropout(dropout, name=f"dropout_{level}") for level in range(n_layers)]

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Build the layers, which all read P features."""
        for layer in self.layers:
            layer.build((None, None, self.projection_units))

    def call(
        self,
        inputs: Any,
        lengths: Any = None,
        initial_state: Any = None,
        begins: Any = None,
        training: bool | None = None,
    ) -> tuple[list[Any], Any]:
        """Return the outputs of every layer and the last states."""
        outputs, states = [], []
        for level, (layer, dropout) in enumerate(zip(self.layers, self.dropouts, strict=True)):
            inputs = dropout(inputs, training=training)
            start = None if initial_state is None else initial_state[:, level]
            output, state = layer(inputs, lengths=lengths, initial_state=start, begins=begins)
            if self.skip_connections and level > 0:
                output = output + inputs
            outputs.append(output)
            states.append(state)
            inputs = output
        return outputs, ops.stack(states, axis=1)

    def compute_output_spec(
        self,
        inputs: Any,
        lengths: Any = None,
        initial_state: Any = None,
        begins: Any = None,
        training: bool | None = None,
    ) -> tuple[list[Any], Any]:
        """Return the symbolic outputs and states."""
        shape = (*inputs.shape[:2], self.projection_units)
        state_shape = (inputs.shape[0], self.n_layers, self.units + self.projection_units)
        outputs = [keras.KerasTensor(shape, dtype=self.compute_dtype) for _ in self.layers]
        return outputs, keras.KerasTensor(state_shape, dtype=self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {
            **super().get_config(),
            "n_layers": self.n_layers,
            "units": self.units,
            "projection_units": self.projection_units,
            "cell_clip": self.cell_clip,
            "projection_clip": self.projection_clip,
            "skip_connections": self.skip_connections,
            "dropout": self.dropout,
            "kernel_initializer": self.kernel_initializer,
        }
