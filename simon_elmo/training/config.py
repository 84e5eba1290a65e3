"""How a network is trained."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from simon_elmo.config import JsonConfig


@dataclass(frozen=True)
class TrainingConfig(JsonConfig):
    """How a network is trained.

    Attributes:
        epochs: passes over the training columns at most.
        batch_size: columns per step.
        learning_rate: the peak rate of Adam.
        schedule: `"constant"`, `"cosine"` (with a linear warm-up over the first 5% of the steps),
            `"slanted-triangular"` or `"one-cycle"`.
        strategy: `"all"` trains every weight from the start, `"gradual-unfreezing"` the top group first and one more
            an epoch, lower groups with smaller rates.
        patience: epochs without a better validation loss (of `ElmoClassifier` at its best temperature) before training
            stops, counted from when no group is frozen; the best weights are kept; 0 for no end before the last epoch.
        label_smoothing: taken off the targets, 0 for none.
        class_balance: exponent of the inverse label frequency by which columns are drawn: 0 as they come,
            1 every label equally often.
        header_dropout: share of the training columns that lose their name.
        header_swap: share of the training columns that get another column's name.
        min_cells: training columns are cut to between this many and `max_cells` cells, at random; 0 for never.
        max_cells: cells drawn from a training column at most; 0 for as many as the network reads in prediction. A
            network trained on fewer cells than it reads is trained faster by as much.
        clip_norm: gradient norm limit, 0 for none.
        seed: fixes the split, the initial weights, the order of columns, the cells drawn and dropout.
    """

    epochs: int = 30
    batch_size: int = 64
    learning_rate: float = 1e-3
    schedule: str = "constant"
    strategy: str = "all"
    patience: int = 7
    label_smoothing: float = 0.0
    class_balance: float = 0.0
    header_dropout: float = 0.5
    header_swap: float = 0.05
    min_cells: int = 0
    max_cells: int = 0
    clip_norm: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        self._require_integer("epochs", 1, 100_000)
        self._require_integer("batch_size", 1, 65536)
        self._require_integer("patience", 0, 100_000)
        self._require_integer("min_cells", 0, 65536)
        self._require_integer("max_cells", 0, 65536)
        self._require_integer("seed", 0, 2**31 - 1)
        self._require_number("learning_rate", 1e-9, 10.0)
        self._require_number("label_smoothing", 0.0, 0.5)
        self._require_number("clip_norm", 0.0, 1e6)
        for name in ("class_balance", "header_dropout", "header_swap"):
            self._require_number(name, 0.0, 1.0)
        self._require_choice("schedule", ("constant", "cosine", "slanted-triangular", "one-cycle"))
        self._require_choice("strategy", ("all", "gradual-unfreezing"))


def training_config(given: TrainingConfig | None, **changes: Any) -> TrainingConfig:
    """Return how to train: what is given, or the default for the strategy, with the changes that are not None.

    Example:
        >>> training_config(None, strategy="gradual-unfreezing", epochs=3).schedule
        'slanted-triangular'
    """
    gradual = given is None and changes.get("strategy") == "gradual-unfreezing"
    config = given or TrainingConfig(schedule="slanted-triangular" if gradual else "constant")
    return replace(config, **{name: value for name, value in changes.items() if value is not None})
