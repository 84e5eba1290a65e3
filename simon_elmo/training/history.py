"""What happened in each epoch of a training run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass
class TrainingHistory:
    """What happened in each epoch.

    Attributes:
        epochs: one row an epoch: `epoch`, `loss`, `validation_loss`, `validation_macro_f1`, `learning_rate`, `seconds`;
            of texts also `calibrated_loss`, the validation loss at its best temperature, which decides which is best.
        best_epoch: the epoch whose weights were kept, counted from 0; -1 before the first.
    """

    epochs: list[dict[str, float]] = field(default_factory=list)
    best_epoch: int = -1

    @property
    def best_loss(self) -> float:
        """The loss of the best epoch so far that epochs are compared by, infinity before the first one."""
        return _compared(self.epochs[self.best_epoch]) if self.best_epoch >= 0 else float("inf")

    def add(self, row: dict[str, float]) -> bool:
        """Add an epoch; return whether it is the best one so far."""
        better = self.best_epoch < 0 or _compared(row) < self.best_loss
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


def _compared(row: Mapping[str, float]) -> float:
    return row.get("calibrated_loss", row["validation_loss"])
