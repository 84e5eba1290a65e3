"""One direction of one LSTM layer of a biLM."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="simon_elmo")
class ProjectedLSTM(keras.layers.Layer):
    """An LSTM whose output is projected to fewer units, with limits on the cell and on the projected output.

    `z = x K + h R + b` in the order input gate i, candidate j, forget gate f, output gate o;
    `c' = clip(sigmoid(f + 1) * c + sigmoid(i) * tanh(j))`, `h' = clip((sigmoid(o) * tanh(c')) W)`. The forget gate's
    1 is not in the bias. Without a projection (as many units) h is not clipped.

    Args:
        units: H, width of the cell.
        projection_units: P, width of the output; P = H means no projection.
        cell_clip: limit of the cell's values, None for none.
        projection_clip: limit of the projected output, None for none.
        kernel_initializer: of both kernels and the projection.

    Inputs: `inputs`, float (batch, steps, features); `lengths`, integer (batch,), how many of its first steps
    count in each row, all by default; `initial_state`, float (batch, H + P), c and h side by side, zeros by default;
    `begins`, bool (batch, steps), where a row begins again from its initial state, so that several sequences can share
    a row.
    Returns: outputs, float (batch, steps, P), 0 after a row's length, and the state at its length, float
    (batch, H + P).

    Source: Sak et al., Long short-term memory based recurrent neural network architectures (2014); TensorFlow 1's
    `LSTMCell`, which the reference uses.

    Example:
        >>> import numpy as np
        >>> outputs, state = ProjectedLSTM(16, 8)(np.zeros((2, 5, 8), "float32"))
        >>> outputs.shape, state.shape
        (TensorShape([2, 5, 8]), TensorShape([2, 24]))
    """

    def __init__(
        self,
        units: int,
        projection_units: int,
        cell_clip: float | None = None,
        projection_clip: float | None = None,
        kernel_initializer: str = "glorot_uniform",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.units = units
        self.projection_units = projection_units
        self.cell_clip = cell_clip
        self.projection_clip = projection_clip
        self.kernel_initializer = kernel_initializer

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Create the kernels (features, 4H) and (P, 4H), the bias (4H,) and, where P < H, the projection (H, P)."""
        self.kernel = self.add_weight(
            name="kernel", shape=(input_shape[-1], 4 * self.units), initializer=self.kernel_initializer
        )
        self.recurrent_kernel = self.add_weight(
            name="recurrent_kernel", shape=(self.projection_units, 4 * self.units), initializer=self.kernel_initializer
        )
        self.bias = self.add_weight(name="bias", shape=(4 * self.units,), initializer="zeros")
        self.projection = None
        if self.projection_units != self.units:
            self.projection = self.add_weight(
                name="projection", shape=(self.units, self.projection_units), initializer=self.kernel_initializer
            )

    def call(self, inputs: Any, lengths: Any = None, initial_state: Any = None, begins: Any = None) -> tuple[Any, Any]:
        """Return the outputs and the last state."""
        if initial_state is None:
            shape = (ops.shape(inputs)[0], self.units + self.projection_units)
            initial_state = ops.zeros(shape, dtype=self.compute_dtype)
        # the product with the inputs needs no earlier step: all steps at once, time first as the loop reads them
        inputs = ops.matmul(ops.transpose(inputs, (1, 0, 2)), self.kernel) + self.bias
        # one tensor carries c and h: scan on TensorFlow wants what it carries and what it puts out to look the same
        if inputs.shape[0] == 1:  # the boundary of sentences: a loop takes longer to compile than to run
            state, _ = self._step(initial_state, inputs[0])
            states = state[None]
        elif begins is None:
            state, states = ops.scan(self._step, initial_state, inputs)
        else:

            def step(state: Any, given: Any) -> tuple[Any, Any]:
                return self._step(ops.where(given[:, -1:] > 0, initial_state, state), given[:, :-1])

            # as one more unit: on TensorFlow scan takes two inputs only where it knows how many steps there are
            marks = ops.cast(ops.transpose(begins), inputs.dtype)[..., None]
            state, states = ops.scan(step, initial_state, ops.concatenate([inputs, marks], axis=-1))
        outputs = ops.transpose(states[..., self.units :], (1, 0, 2))
        if lengths is None:
            return outputs, state
        lengths = ops.cast(lengths, "int32")
        keep = ops.arange(ops.shape(outputs)[1], dtype="int32") < lengths[:, None]
        # steps after a row's length come after all that count, so that the state to keep is among those passed
        last = ops.take_along_axis(states, ops.maximum(lengths - 1, 0)[None, :, None], axis=0)[0]
        state = ops.where(lengths[:, None] > 0, last, initial_state)
        return ops.where(keep[..., None], outputs, 0.0), state

    def _step(self, state: Any, inputs: Any) -> tuple[Any, Any]:
        c, h = state[:, : self.units], state[:, self.units :]
        i, j, f, o = ops.split(inputs + ops.matmul(h, self.recurrent_kernel), 4, axis=-1)
        c = ops.sigmoid(f + 1.0) * c + ops.sigmoid(i) * ops.tanh(j)
        if self.cell_clip is not None:
            c = ops.clip(c, -self.cell_clip, self.cell_clip)
        h = ops.sigmoid(o) * ops.tanh(c)
        if self.projection is not None:
            h = ops.matmul(h, self.projection)
            if self.projection_clip is not None:
                h = ops.clip(h, -self.projection_clip, self.projection_clip)
        state = ops.concatenate([c, h], axis=-1)
        return state, state

    def compute_output_spec(
        self, inputs: Any, lengths: Any = None, initial_state: Any = None, begins: Any = None
    ) -> tuple[Any, Any]:
        """Return the symbolic outputs and state."""
        outputs = keras.KerasTensor((*inputs.shape[:2], self.projection_units), dtype=self.compute_dtype)
        state = keras.KerasTensor((inputs.shape[0], self.units + self.projection_units), dtype=self.compute_dtype)
        return outputs, state

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {
            **super().get_config(),
            "units": self.units,
            "projection_units": self.projection_units,
            "cell_clip": self.cell_clip,
            "projection_clip": self.projection_clip,
            "kernel_initializer": self.kernel_initializer,
        }
