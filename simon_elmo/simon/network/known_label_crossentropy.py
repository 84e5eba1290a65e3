"""Binary cross-entropy over the labels that are known of a column."""

from __future__ import annotations

from typing import Any

import keras


@keras.saving.register_keras_serializable(package="simon_elmo")
class KnownLabelCrossentropy(keras.losses.Loss):
    """Binary cross-entropy over the labels that are known: targets below 0 (`UNKNOWN`) add nothing.

    Args:
        label_smoothing: taken off targets of 1 and given to targets of 0, halved, as `BinaryCrossentropy` does.
    """

    def __init__(self, label_smoothing: float = 0.0, name: str = "known_label_crossentropy", **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        self.label_smoothing = label_smoothing

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return the loss of each column: float (batch,)."""
        y_true = keras.ops.cast(y_true, y_pred.dtype)
        known = keras.ops.cast(y_true >= 0, y_pred.dtype)
        targets = y_true * known * (1.0 - self.label_smoothing) + 0.5 * self.label_smoothing
        return keras.ops.mean(keras.ops.binary_crossentropy(targets, y_pred) * known, axis=-1)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {**super().get_config(), "label_smoothing": self.label_smoothing}
