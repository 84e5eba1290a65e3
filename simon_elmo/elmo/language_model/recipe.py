"""LanguageModelTraining: how a language model is trained, apart from its shapes."""

from __future__ import annotations

from dataclasses import dataclass

from simon_elmo.config import JsonConfig
from simon_elmo.elmo.language_model.streams import ORDERS
from simon_elmo.errors import InvalidConfig

SCHEDULES = ("constant", "linear", "slanted-triangular")


@dataclass(frozen=True)
class LanguageModelTraining(JsonConfig):
    """How a language model is trained; what `options.json` says about training holds as well.

    Attributes:
        optimizer: `"adam"` or, as the reference, `"adagrad"`.
        learning_rate: the highest rate; None for the optimizer's own, 0.001 for Adam and that of the options for
            Adagrad.
        schedule: of the rate: `"constant"`, `"linear"`, which falls to 0 at the end of training, or
            `"slanted-triangular"`.
        warmup_steps: batches over which the rate rises from 0, for the first two schedules.
        epochs: passes over the corpus; None for those of the options.
        minutes: of training at most, interruptions not counted; the schedule is hurried to end in time. 0 for no limit.
        order: of the sentences, see `TextStreams`.
        checkpoint_minutes: between checkpoints.
        evaluation_minutes: between evaluations on held-out text; the last one is at the end.
        layer_decay: how many times smaller the rate of each lower layer is: discriminative fine-tuning, 1 for
            equal rates; with Adam only.
        seed: fixes initial weights, dropout, samples and order.
    """

    optimizer: str = "adam"
    learning_rate: float | None = None
    schedule: str = "linear"
    warmup_steps: int = 100
    epochs: float | None = None
    minutes: float = 0.0
    order: str = "contiguous"
    checkpoint_minutes: float = 5.0
    evaluation_minutes: float = 15.0
    layer_decay: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        self._require_choice("optimizer", ("adam", "adagrad"))
        self._require_choice("schedule", SCHEDULES)
        self._require_choice("order", ORDERS)
        self._require_integer("warmup_steps", 0, 2**31 - 1)
        self._require_integer("seed", 0, 2**31 - 1)
        self._require_number("minutes", 0.0, 1e7)
        self._require_number("layer_decay", 1.0, 1e3)
        for name in ("checkpoint_minutes", "evaluation_minutes"):
            self._require_number(name, 0.0, 1e7)
        if self.learning_rate is not None:
            self._require_number("learning_rate", 1e-9, 100.0)
        if self.layer_decay > 1.0 and self.optimizer != "adam":
            raise InvalidConfig("layer_decay needs the optimizer adam: Adagrad has one rate for all layers")
        if self.epochs is not None:
            self._require_number("epochs", 1e-6, 1e6)
