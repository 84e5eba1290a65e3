"""TextHeadConfig: the shapes of the classifier over a biLM's vectors."""

from __future__ import annotations

from dataclasses import dataclass

from simon_elmo.config import JsonConfig
from simon_elmo.errors import InvalidConfig

POOLED_KINDS = ("dense", "concat")
TOKEN_KINDS = ("cnn", "lstm")


@dataclass(frozen=True, kw_only=True)
class TextHeadConfig(JsonConfig):
    """What classifies a text from the vectors of its words; all arguments are named.

    The defaults are the published shapes over standardised vectors.

    Attributes:
        kind: `"dense"` reads the mean of the words' vectors; `"concat"` the last, largest and mean values (ULMFiT);
            `"cnn"` convolutions over words and their maximum over the text; `"lstm"` a bidirectional LSTM over words
            and the last, largest and mean values of its outputs.
        layers: `"mix"` for a trained mixture of the biLM's layers (ELMo), `"all"` for all of them side by side.
        directions: `"joint"`, or `"averaged"` for one head on the forward and one on the backward vectors, of which the
            probabilities are averaged (ULMFiT).
        hidden_units: of the hidden layer, 0 for none.
        l2: factor of an L2 penalty on the kernel of the hidden layer.
        dropout: on what the hidden layer reads, and on the hidden layer.
        standardize: whether each unit of the vectors is first given mean 0 and variance 1, as measured on the training
            texts; the published head does without, and trains slower for it.
        filters: filters of each convolution.
        kernel_widths: words that the filters of each convolution see.
        lstm_units: units of each direction of the LSTM.

    Source: the fake-news classifier of the SIMOn authors (2018-2020); Howard and Ruder 2018, section 3.3.
    """

    kind: str = "dense"
    layers: str = "mix"
    directions: str = "joint"
    hidden_units: int = 256
    l2: float = 0.0
    dropout: float = 0.0
    standardize: bool = True
    filters: int = 128
    kernel_widths: tuple[int, ...] = (2, 3, 4)
    lstm_units: int = 64

    def __post_init__(self) -> None:
        self._require_choice("kind", (*POOLED_KINDS, *TOKEN_KINDS))
        self._require_choice("layers", ("mix", "all"))
        self._require_choice("directions", ("joint", "averaged"))
        self._require_choice("standardize", (True, False))
        self._require_integer("hidden_units", 0, 8192)
        self._require_integer("filters", 1, 8192)
        self._require_integer("lstm_units", 1, 8192)
        self._require_integers("kernel_widths", 1, 64)
        self._require_number("l2", 0.0, 1e6)
        self._require_number("dropout", 0.0, 0.95)
        if not self.kernel_widths:
            raise InvalidConfig("TextHeadConfig.kernel_widths must name at least one width")

    @property
    def is_linear(self) -> bool:
        """Whether logits are a weighted sum of what is pooled: such a head is solved, not trained by steps."""
        plain = self.layers == "all" and self.directions == "joint" and not self.hidden_units
        return plain and not self.reads_tokens

    @property
    def reads_tokens(self) -> bool:
        """Whether the head reads every word's vector; otherwise what is pooled of a text."""
        return self.kind in TOKEN_KINDS

    @classmethod
    def named(cls, name: str) -> TextHeadConfig:
        """Return a head by its name.

        `"published"` is the published head, `"dense"` the same over standardised vectors; `"linear"` is logistic
        regression on the means of all layers, solved exactly; `"concat"` is the head of
        ULMFiT, `"averaged"` the same for each direction by itself, `"concat-all"` the same over all layers side by
        side; `"cnn"` and `"lstm"` read every word.

        Raises:
            InvalidConfig: for a name that does not exist.

        Example:
            >>> TextHeadConfig.named("concat").kind
            'concat'
        """
        if name not in _NAMED:
            raise InvalidConfig(f"there is no head {name!r}; there are {', '.join(_NAMED)}")
        return _NAMED[name]


_NAMED = {
    "published": TextHeadConfig(standardize=False),
    "dense": TextHeadConfig(),
    "linear": TextHeadConfig(layers="all", hidden_units=0),
    "concat": TextHeadConfig(kind="concat", hidden_units=64, dropout=0.3),
    "concat-all": TextHeadConfig(kind="concat", layers="all", hidden_units=64, dropout=0.5),
    "averaged": TextHeadConfig(kind="concat", directions="averaged", hidden_units=64, dropout=0.3),
    "cnn": TextHeadConfig(kind="cnn", hidden_units=0, dropout=0.4),
    "lstm": TextHeadConfig(kind="lstm", hidden_units=64, dropout=0.4),
}
