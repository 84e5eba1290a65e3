"""What happened in each epoch of a training run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass
class TrainingHistory:
    """What happened in each epoch, and which epoch is the best so far.

    Epochs are compared by their `calibrated_loss` where it is measured, otherwise by their `validation_loss`.

    Attributes:
        epochs: one row per epoch: `epoch`, `loss`, `validation_loss`, `learning_rate`, `seconds`; of labels also
            `validation_macro_f1`, of texts also `calibrated_loss`, the validation loss at its best temperature.
        best_epoch: the epoch whose weights were kept, counted from 0; -1 for those from before the first.
        start_loss: the loss before the first epoch, which an epoch has to be below to be the best one; infinity where
            what a network knew before does not count.
    """

    epochs: list[dict[str, float]] = field(default_factory=list)
    best_epoch: int = -1
    start_loss: float = float("inf")

    @property
    def best_loss(self) -> float:
        """The lowest loss so far."""
        return compared_loss(self.epochs[self.best_epoch]) if self.best_epoch >= 0 else self.start_loss

    def add(self, row: dict[str, float]) -> bool:
        """Add an epoch; return whether it is the best one so far."""
        better = compared_loss(row) < self.best_loss
        self.epochs.append(row)
        if better:
            self.best_epoch = len(self.epochs) - 1
        return better

    def waited(self, start: int = 0) -> int:
        """Return how many epochs have passed since the best one, those before the epoch `start` not counted."""
        return len(self.epochs) - 1 - max(self.best_epoch, start - 1)

    def to_csv(self) -> str:
        """Return the rows as CSV with a header."""
        if not self.epochs:
            return ""
        lines = [",".join(self.epochs[0]), *(",".join(f"{value:.6g}" for value in row.values()) for row in self.epochs)]
        return "\n".join(lines) + "\n"


def compared_loss(row: Mapping[str, float]) -> float:
    """Return the figure of an epoch that it is compared with others by.

    Example:
        >>> compared_loss({"validation_loss": 0.5, "calibrated_loss": 0.4})
        0.4
    """
    return row.get("calibrated_loss", row["validation_loss"])
