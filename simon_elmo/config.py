"""Frozen dataclasses that describe networks and training, and their JSON form.

A value outside its range and a key that does not exist are errors: a typo in a configuration must never train
another network than the one that was asked for.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, TypeVar

from simon_elmo.errors import InvalidConfig

Config = TypeVar("Config", bound="JsonConfig")


@dataclass(frozen=True)
class JsonConfig:
    """A configuration that can be written to JSON and read back, strictly."""

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain JSON values (tuples become lists)."""
        return json.loads(json.dumps(asdict(self)))

    def save(self, path: str | Path) -> None:
        """Write the configuration as indented JSON."""
        Path(path).write_text(json.dumps(self.to_dict(), indent=2) + "\n", encoding="utf-8")

    @classmethod
    def from_dict(cls: type[Config], values: dict[str, Any]) -> Config:
        """Build the configuration from plain values.

        Raises:
            InvalidConfig: for a key that the configuration does not have, or a value of the wrong kind or range.
        """
        if not isinstance(values, dict):
            raise InvalidConfig(f"{cls.__name__} wants an object of settings, got {type(values).__name__}")
        known = {field.name for field in fields(cls)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise InvalidConfig(f"{cls.__name__} has no setting {unknown[0]!r}; it has {', '.join(sorted(known))}")
        return cls(**{name: tuple(value) if isinstance(value, list) else value for name, value in values.items()})

    @classmethod
    def load(cls: type[Config], path: str | Path) -> Config:
        """Read the configuration from a JSON file.

        Raises:
            InvalidConfig: if the file does not hold valid JSON or not a valid configuration.
        """
        try:
            values = json.loads(Path(path).read_text(encoding="utf-8"))
        except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
            raise InvalidConfig(f"{path} is not valid JSON: {error}") from error
        return cls.from_dict(values)

    def _require_integer(self, name: str, low: int, high: int) -> None:
        value = getattr(self, name)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise InvalidConfig(f"{type(self).__name__}.{name} must be a whole number from {low} to {high}: {value!r}")

    def _require_number(self, name: str, low: float, high: float) -> None:
        value = getattr(self, name)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            raise InvalidConfig(f"{type(self).__name__}.{name} must be a number from {low} to {high}: {value!r}")

    def _require_choice(self, name: str, choices: tuple[Any, ...]) -> None:
        value = getattr(self, name)
        if value not in choices or isinstance(value, bool) != isinstance(choices[0], bool):
            raise InvalidConfig(f"{type(self).__name__}.{name} must be one of {list(choices)}: {value!r}")

    def _require_integers(self, name: str, low: int, high: int) -> None:
        values = getattr(self, name)
        good = isinstance(values, tuple) and all(
            isinstance(value, int) and not isinstance(value, bool) and low <= value <= high for value in values
        )
        if not good:
            raise InvalidConfig(
                f"{type(self).__name__}.{name} must be a list of whole numbers from {low} to {high}: {values!r}"
            )


@dataclass(frozen=True)
class SimonConfig(JsonConfig):
    """The shapes of a SIMOn network: characters to cells to columns (or sentences to documents).

    The defaults are the published model (Azunre et al., SIMOn, 2018-2020): with 9 labels it has 3,892,857 weights.

    Attributes:
        n_characters: size of the character vocabulary; id 0 is padding, so ids run from 0 to `n_characters`.
        max_len: characters read of a cell.
        tail_len: how many of `max_len` characters are taken from the end of a longer cell (0: only its head).
        max_cells: cells drawn from a column.
        sampling: `"random"` draws cells as they occur, `"distinct"` takes distinct values first.
        filters: filters of each convolution over characters.
        kernel_widths: width of each convolution, in characters.
        pool_sizes: max-pooling after each convolution, in characters.
        padding: `"valid"` or `"same"` convolutions.
        convolution_dropout: after each convolution.
        cell_units: units of each direction of the LSTM over characters.
        cell_dropout: on the encoded cell.
        column_units: units of each direction of the LSTM over cells.
        column_dropout: on the encoded column.
        column_pooling: what is kept of the LSTM over cells: `"last"` states, `"mean"` and `"max"` over cells.
        lstm_dropout: on the inputs of both LSTMs.
        recurrent_dropout: on the recurrent states of both LSTMs.
        feature_units: units of the penultimate layer, the feature vector.
        feature_dropout: on the feature vector.
        reads_headers: whether the column's name is evidence, read by the cell encoder beside the cells.
        header_units: units of the dense layer over the encoded name.
        header_filters: filters of each of two convolutions over the characters of the name whose maxima are read beside
            its vector from the cell encoder (0: none). A maximum keeps a word of a name wherever it stands, as in
            `mailing_city`.
        ngram_buckets: rows of a table of hashed character n-grams, for each of the widths 3 and 5, whose mean is added
            to the encoded cell (0: none). What must be known by heart, such as names of places, is learned there.
        ngram_units: width of a row of that table.
    """

    n_characters: int = 71
    max_len: int = 20
    tail_len: int = 0
    max_cells: int = 500
    sampling: str = "random"
    filters: tuple[int, ...] = (40, 200, 1000)
    kernel_widths: tuple[int, ...] = (1, 3, 3)
    pool_sizes: tuple[int, ...] = (2, 2, 2)
    padding: str = "valid"
    convolution_dropout: float = 0.1
    cell_units: int = 256
    cell_dropout: float = 0.3
    column_units: int = 128
    column_dropout: float = 0.3
    column_pooling: tuple[str, ...] = ("last",)
    lstm_dropout: float = 0.2
    recurrent_dropout: float = 0.2
    feature_units: int = 128
    feature_dropout: float = 0.3
    reads_headers: bool = False
    header_units: int = 64
    header_filters: int = 0
    ngram_buckets: int = 0
    ngram_units: int = 16

    def __post_init__(self) -> None:
        for name, high in (
            ("n_characters", 65_535),
            ("max_len", 4096),
            ("max_cells", 65536),
            ("cell_units", 8192),
            ("column_units", 8192),
            ("feature_units", 8192),
            ("header_units", 8192),
            ("ngram_units", 8192),
        ):
            self._require_integer(name, 1, high)
        self._require_integer("ngram_buckets", 0, 1 << 20)
        self._require_integer("tail_len", 0, self.max_len)
        self._require_integer("header_filters", 0, 8192)
        for name in ("filters", "kernel_widths", "pool_sizes"):
            self._require_integers(name, 1, 8192)
        for name in ("convolution", "cell", "column", "lstm", "recurrent", "feature"):
            self._require_number(f"{name}_dropout", 0.0, 0.95)
        self._require_choice("sampling", ("random", "distinct"))
        self._require_choice("padding", ("valid", "same"))
        self._require_choice("reads_headers", (True, False))
        self._check_convolutions()
        self._check_pooling()

    def _check_convolutions(self) -> None:
        if not len(self.filters) == len(self.kernel_widths) == len(self.pool_sizes) >= 1:
            raise InvalidConfig(
                "SimonConfig.filters, kernel_widths and pool_sizes must have one entry a convolution each: "
                f"{self.filters}, {self.kernel_widths}, {self.pool_sizes}"
            )
        if self.cell_steps < 1:
            raise InvalidConfig(f"SimonConfig.max_len {self.max_len} leaves no step after convolutions and pooling")

    def _check_pooling(self) -> None:
        allowed = {"last", "mean", "max"}
        pooling = self.column_pooling
        if not isinstance(pooling, tuple) or not pooling or set(pooling) - allowed or len(set(pooling)) != len(pooling):
            raise InvalidConfig(f"SimonConfig.column_pooling must name some of {sorted(allowed)} once: {pooling!r}")

    @property
    def character_dtype(self) -> str:
        """Type of character ids, as `CharacterVocabulary.dtype`."""
        return "uint8" if self.n_characters <= 255 else "int32"

    @property
    def cell_steps(self) -> int:
        """Time steps that convolutions and pooling leave for the LSTM over characters."""
        steps = self.max_len
        for width, pool in zip(self.kernel_widths, self.pool_sizes, strict=True):
            steps = (steps if self.padding == "same" else steps - width + 1) // pool
        return steps

    @classmethod
    def published(cls) -> SimonConfig:
        """Return the shapes of the published model."""
        return cls()

    @classmethod
    def compact(cls, n_characters: int = 71, reads_headers: bool = True) -> SimonConfig:
        """Return the shapes of the compact model: about 450,000 weights, more than twenty times as fast."""
        return cls(
            n_characters=n_characters,
            max_len=32,
            tail_len=10,
            max_cells=32,
            sampling="distinct",
            filters=(64, 64, 128),
            kernel_widths=(3, 3, 3),
            pool_sizes=(2, 2, 2),
            padding="same",
            convolution_dropout=0.0,
            cell_units=64,
            cell_dropout=0.1,
            column_units=64,
            column_dropout=0.2,
            column_pooling=("last", "mean", "max"),
            lstm_dropout=0.0,
            recurrent_dropout=0.0,
            feature_dropout=0.2,
            reads_headers=reads_headers,
            header_units=128,
            header_filters=128 if reads_headers else 0,
        )

    @classmethod
    def documents(cls, n_characters: int = 71, max_len: int = 96, max_cells: int = 24) -> SimonConfig:
        """Return the shapes of the compact model for texts, whose cells are sentences in their order.

        What words and pieces of words mean is learned by heart in a table of character n-grams.

        Args:
            n_characters: size of the character vocabulary.
            max_len: characters a cell; longer sentences are several cells.
            max_cells: cells that are read of a text, spread over the whole of a longer one.
        """
        return replace(
            cls.compact(n_characters, reads_headers=False),
            max_len=max_len,
            tail_len=0,
            max_cells=max_cells,
            sampling="random",
            cell_dropout=0.4,
            ngram_buckets=10_007,
            ngram_units=32,
        )


@dataclass(frozen=True)
class TrainingConfig(JsonConfig):
    """How a network is trained.

    Attributes:
        epochs: passes over the training columns at most.
        batch_size: columns a step.
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
