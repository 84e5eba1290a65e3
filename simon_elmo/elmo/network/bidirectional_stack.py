"""The contextual part of a biLM: a stack of LSTMs for each direction."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from simon_elmo.elmo.network.projected_lstm_stack import ProjectedLSTMStack
from simon_elmo.elmo.network.reverse_by_length import ReverseByLength


@keras.saving.register_keras_serializable(package="simon_elmo")
class BidirectionalStack(keras.layers.Layer):
    """Two stacks of LSTMs, one over the tokens and one over the reversed tokens, that share nothing.

    Args:
        n_layers: L, layers of each direction.
        units: H, width of the cells.
        projection_units: P, width of a token's vector and of each direction's output.
        cell_clip: limit of the cells' values, None for none.
        projection_clip: limit of the projected outputs, None for none.
        skip_connections: whether layers after the first add their input to their output.
        bidirectional: whether there is a backward direction.
        dropout: share of each layer's input that is dropped in training.
        kernel_initializer: of the kernels and projections.

    Inputs: `tokens`, float (batch, steps, P); `lengths`, integer (batch,), how many of its first tokens count in each
    row; `initial_state`, float (batch, directions, L, H + P), zeros by default; `begins`, bool (batch, steps), True at
    the first token of each sentence where rows hold several: each is read by itself, from the row's initial state.
    Returns: a list of L outputs, float (batch, steps, directions * P), forward before backward and 0 after a row's
    length, and the last states, float (batch, directions, L, H + P).

    Example:
        >>> import numpy as np
        >>> stack = BidirectionalStack(2, 16, 8)
        >>> outputs, state = stack(np.zeros((3, 5, 8), "float32"), lengths=np.array([5, 3, 1]))
        >>> outputs[1].shape, state.shape
        (TensorShape([3, 5, 16]), TensorShape([3, 2, 2, 24]))
    """

    def __init__(
        self,
        n_layers: int,
        units: int,
        projection_units: int,
        cell_clip: float | None = None,
        projection_clip: float | None = None,
        skip_connections: bool = False,
        bidirectional: bool = True,
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
        self.bidirectional = bidirectional
        self.dropout = dropout
        self.kernel_initializer = kernel_initializer
        names = ("forward", "backward")[: 1 + bidirectional]
        self.directions = [
            ProjectedLSTMStack(
                n_layers,
                units,
                projection_units,
                cell_clip=cell_clip,
                projection_clip=projection_clip,
                skip_connections=skip_connections,
                dropout=dropout,
                kernel_initializer=kernel_initializer,
                name=name,
            )
            for name in names
        ]
        self.reverse = ReverseByLength(name="reverse")

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Build the stack of each direction."""
        for direction in self.directions:
            direction.build((None, None, self.projection_units))

    def call(
        self,
        tokens: Any,
        lengths: Any,
        initial_state: Any = None,
        begins: Any = None,
        training: bool | None = None,
    ) -> tuple[list[Any], Any]:
        """Return the outputs of every layer and the last states."""
        by_direction, states = [], []
        ends = None
        if begins is not None:
            begins = ops.cast(begins, "bool")
            # a sentence ends where the next one begins; what a row ends with is read from its initial state anyway
            ends = self.reverse(ops.concatenate([begins[:, 1:], begins[:, :1]], axis=1), lengths)
        for number, direction in enumerate(self.directions):
            inputs = tokens if number == 0 else self.reverse(tokens, lengths)
            start = None if initial_state is None else initial_state[:, number]
            outputs, state = direction(
                inputs,
                lengths=lengths,
                initial_state=start,
                begins=begins if number == 0 else ends,
                training=training,
            )
            by_direction.append(outputs if number == 0 else [self.reverse(output, lengths) for output in outputs])
            states.append(state)
        outputs = [ops.concatenate(layer, axis=-1) for layer in zip(*by_direction, strict=True)]
        return outputs, ops.stack(states, axis=1)

    def after_boundaries(self, boundaries: Any, training: bool | None = None) -> Any:
        """Return the states after the boundary token that each direction reads first.

        Every sentence begins with the same token, `<S>` forward and `</S>` backward: started from these states a run
        over the words alone gives what a run over the whole sentence gives.

        Args:
            boundaries: float (directions, P), the vectors of the first tokens.
            training: whether dropout is on.

        Returns:
            float (1, directions, L, H + P).
        """
        states = [
            direction(boundaries[None, number : number + 1], training=training)[1]
            for number, direction in enumerate(self.directions)
        ]
        return ops.stack(states, axis=1)

    def compute_output_spec(
        self,
        tokens: Any,
        lengths: Any,
        initial_state: Any = None,
        begins: Any = None,
        training: bool | None = None,
    ) -> tuple[list[Any], Any]:
        """Return the symbolic outputs and states."""
        directions = len(self.directions)
        shape = (*tokens.shape[:2], directions * self.projection_units)
        state_shape = (tokens.shape[0], directions, self.n_layers, self.units + self.projection_units)
        outputs = [keras.KerasTensor(shape, dtype=self.compute_dtype) for _ in range(self.n_layers)]
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
            "bidirectional": self.bidirectional,
            "dropout": self.dropout,
            "kernel_initializer": self.kernel_initializer,
        }
