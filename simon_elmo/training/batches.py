"""Batches that are read one by one, while a network is trained on the one before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import keras


class Batches(Protocol):
    """The batches of one epoch in their order: inputs and targets, maybe also how much each example counts."""

    def __len__(self) -> int:
        """Return how many batches there are."""

    def __getitem__(self, position: int) -> tuple[Any, ...]:
        """Return the batch at a position."""


@dataclass(frozen=True)
class ReadBatches:
    """Batches that a function makes of what it is given for each.

    Attributes:
        read: makes a batch.
        given: what it is given, one entry per batch, such as the positions of its examples.

    Example:
        >>> batches = ReadBatches(lambda rows: ([row * 2 for row in rows], rows), [[0, 1], [2]])
        >>> len(batches), batches[0]
        (2, ([0, 2], [0, 1]))
    """

    read: Callable[[Any], tuple[Any, ...]]
    given: Sequence[Any]

    def __len__(self) -> int:
        return len(self.given)

    def __getitem__(self, position: int) -> tuple[Any, ...]:
        return self.read(self.given[position])


class KerasBatches(keras.utils.PyDataset):
    """Batches as `fit` of a network takes them."""

    def __init__(self, batches: Batches) -> None:
        super().__init__()
        self.batches = batches

    def __len__(self) -> int:
        return len(self.batches)

    def __getitem__(self, position: int) -> tuple[Any, ...]:
        return self.batches[position]
