"""What every training shares: settings, splits, batches, history, named weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simon_elmo.lazy import lazy_exports

if TYPE_CHECKING:
    from simon_elmo.training.config import TrainingConfig
    from simon_elmo.training.history import TrainingHistory
    from simon_elmo.training.named_weights import assign_weights, weights_of
    from simon_elmo.training.splits import split_by_group

__getattr__, __dir__, __all__ = lazy_exports(
    __name__,
    {
        "config": ("TrainingConfig",),
        "history": ("TrainingHistory",),
        "named_weights": (
            "assign_weights",
            "weights_of",
        ),
        "splits": ("split_by_group",),
    },
)
