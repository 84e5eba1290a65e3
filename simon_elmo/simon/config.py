"""How character n-grams are hashed, the same in Keras and in ONNX."""

from __future__ import annotations

from dataclasses import dataclass, replace

from simon_elmo.config import JsonConfig
from simon_elmo.errors import InvalidConfig

NGRAM_WIDTHS = (3, 5)
# one factor a place of an n-gram; five ids below NGRAM_IDS times these add up to less than 2**31. Larger ids count by
# their remainder: few n-grams have the same in all places.
NGRAM_IDS = 256
NGRAM_MULTIPLIERS = (1_000_003, 611_953, 350_377, 1_299_709, 746_773)


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
