"""ElmoConfig: the shapes of a biLM, and `options.json`, the file that published ELMo models describe them in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from simon_elmo.config import JsonConfig
from simon_elmo.errors import InvalidConfig
from simon_elmo.persistence.files import write_text_atomically

_LSTM_KEYS = {
    "dim": "cell_units",
    "projection_dim": "projection_units",
    "n_layers": "n_layers",
    "cell_clip": "cell_clip",
    "proj_clip": "projection_clip",
    "use_skip_connections": "skip_connections",
}
_CHARACTER_KEYS = {
    "filters": "filters",
    "n_highway": "n_highway",
    "activation": "activation",
    "max_characters_per_token": "max_characters",
    "n_characters": "n_characters",
}


@dataclass(frozen=True)
class ElmoTraining(JsonConfig):
    """What `options.json` says about training; nothing of it changes what a trained model puts out.

    Attributes:
        dropout: on the input of every LSTM layer and before the softmax.
        batch_size: parallel streams of text.
        unroll_steps: steps per batch, through which gradients flow.
        n_negative_samples_batch: words sampled for the softmax of a batch.
        sample_softmax: whether training samples words instead of scoring the whole vocabulary.
        share_embedding_softmax: whether the softmax uses the word embeddings (word input only).
        all_clip_norm_val: limit of the global gradient norm; None for none.
        n_epochs: passes over the corpus.
        n_train_tokens: tokens of the corpus, None where unknown.
        learning_rate: of Adagrad, as in the reference.
    """

    dropout: float = 0.0
    batch_size: int = 128
    unroll_steps: int = 20
    n_negative_samples_batch: int = 8192
    sample_softmax: bool = True
    share_embedding_softmax: bool = False
    all_clip_norm_val: float | None = None
    n_epochs: int = 10
    n_train_tokens: int | None = None
    learning_rate: float = 0.2

    def __post_init__(self) -> None:
        self._require_number("dropout", 0.0, 0.95)
        self._require_number("learning_rate", 1e-9, 100.0)
        for name in ("batch_size", "unroll_steps", "n_negative_samples_batch", "n_epochs"):
            self._require_integer(name, 1, 2**31 - 1)
        for name in ("sample_softmax", "share_embedding_softmax"):
            self._require_choice(name, (True, False))
        if self.n_train_tokens is not None:
            self._require_integer("n_train_tokens", 1, 2**62)
        if self.all_clip_norm_val is not None:
            self._require_number("all_clip_norm_val", 1e-9, 1e9)


@dataclass(frozen=True)
class ElmoConfig(JsonConfig):
    """The shapes of a bidirectional language model; the defaults are the published ELMo with 93.6 M weights.

    Attributes:
        cell_units: H, the width of an LSTM's cell.
        projection_units: P, the width of a token's vector and of an LSTM's output; at most `cell_units`.
        n_layers: L, LSTM layers of each direction.
        cell_clip: limit of the cell's values, None for none.
        projection_clip: limit of the projected outputs, None for none.
        skip_connections: whether layers after the first add their input to their output.
        bidirectional: whether there is a backward direction.
        character_dim: C, the width of a character's embedding; 0 for a model with word input.
        filters: (width, number of filters) of each convolution over characters; empty for word input.
        n_highway: highway layers after the convolutions.
        activation: `"relu"` or `"tanh"`, after the maximum over a word's positions.
        max_characters: positions of a word, its two boundary characters included.
        n_characters: 262 as files for inference say, or 261 as files for training do; the network is the same.
        vocabulary_size: words of the vocabulary; needed for word input and by the softmax, 0 where unknown.
        training: what the options said about training, None where they said nothing.

    Example:
        >>> ElmoConfig().parameters
        93600848
    """

    cell_units: int = 4096
    projection_units: int = 512
    n_layers: int = 2
    cell_clip: float | None = 3
    projection_clip: float | None = 3
    skip_connections: bool = True
    bidirectional: bool = True
    character_dim: int = 16
    filters: tuple[tuple[int, int], ...] = ((1, 32), (2, 32), (3, 64), (4, 128), (5, 256), (6, 512), (7, 1024))
    n_highway: int = 2
    activation: str = "relu"
    max_characters: int = 50
    n_characters: int = 262
    vocabulary_size: int = 0
    training: ElmoTraining | None = None

    def __post_init__(self) -> None:
        self._require_integer("cell_units", 1, 2**20)
        self._require_integer("projection_units", 1, 2**20)
        self._require_integer("n_layers", 1, 64)
        self._require_integer("vocabulary_size", 0, 2**31 - 1)
        for name in ("cell_clip", "projection_clip"):
            if getattr(self, name) is not None:
                self._require_number(name, 0, 1e9)
                # the reference takes 0 for no clip at all
                object.__setattr__(self, name, getattr(self, name) or None)
        for name in ("skip_connections", "bidirectional"):
            self._require_choice(name, (True, False))
        if self.projection_units > self.cell_units:
            raise InvalidConfig(
                f"lstm.projection_dim {self.projection_units} is larger than lstm.dim {self.cell_units}: layers of "
                "different widths cannot be stacked; choose projection_dim <= dim"
            )
        if self.training is not None and not isinstance(self.training, ElmoTraining):
            raise InvalidConfig(f"ElmoConfig.training must be an ElmoTraining or None: {self.training!r}")
        self._check_characters()

    def _check_characters(self) -> None:
        self._require_integer("character_dim", 0, 2**16)
        if (self.character_dim > 0) != bool(self.filters):
            raise InvalidConfig("ElmoConfig.character_dim and filters come together: both, or neither for word input")
        if not self.character_dim:
            return
        self._require_integer("max_characters", 3, 4096)
        self._require_integer("n_highway", 0, 64)
        self._require_choice("activation", ("relu", "tanh"))
        self._require_choice("n_characters", (262, 261))
        for pair in self.filters:
            good = isinstance(pair, tuple) and len(pair) == 2 and all(type(n) is int and n >= 1 for n in pair)
            if not good or pair[0] > self.max_characters:
                raise InvalidConfig(
                    f"char_cnn.filters must be pairs [width, number] with width <= {self.max_characters}: {pair!r}"
                )

    @property
    def reads_characters(self) -> bool:
        """Whether tokens are read as characters; otherwise as word ids."""
        return self.character_dim > 0

    @property
    def n_features(self) -> int:
        """F, the width of the concatenated convolutions."""
        return sum(count for _, count in self.filters)

    @property
    def has_projection(self) -> bool:
        """Whether LSTM outputs are projected, which they are where P is smaller than H."""
        return self.projection_units < self.cell_units

    @property
    def n_directions(self) -> int:
        """2, or 1 for a model that only reads forward."""
        return 2 if self.bidirectional else 1

    @property
    def output_units(self) -> int:
        """Width of a contextual vector: P for each direction."""
        return self.n_directions * self.projection_units

    @property
    def parameters(self) -> int:
        """Number of weights of the biLM, without its softmax."""
        hidden, size, features = self.cell_units, self.projection_units, self.n_features
        lstm = 2 * size * 4 * hidden + 4 * hidden + hidden * size * self.has_projection
        tokens = self.vocabulary_size * size
        if self.reads_characters:
            convolutions = sum((width * self.character_dim + 1) * count for width, count in self.filters)
            projection = (features + 1) * size * (features != size)
            tokens = 261 * self.character_dim + convolutions + projection
            tokens += self.n_highway * 2 * (features + 1) * features
        return tokens + self.n_directions * self.n_layers * lstm

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> ElmoConfig:
        """Return the configuration that the content of an `options.json` describes.

        Raises:
            InvalidConfig: for a key that ELMo options do not have, a missing one, or a value out of its range.
        """
        rest = dict(_mapping(options, "options"))
        lstm = dict(_mapping(rest.pop("lstm", None), "lstm"))
        values = {name: lstm.pop(key) for key, name in _LSTM_KEYS.items() if key in lstm}
        _require_keys(values, ("cell_units", "projection_units"), "lstm.dim and lstm.projection_dim")
        defaults = {"n_layers": 1, "cell_clip": None, "projection_clip": None, "skip_connections": False}
        values = {**defaults, **values, **_character_values(rest.pop("char_cnn", None))}
        for name in ("skip_connections", "bidirectional"):
            found = rest.pop(name, True) if name == "bidirectional" else values[name]
            values[name] = bool(found) if found in (0, 1, None) else found
        values["vocabulary_size"] = rest.pop("n_tokens_vocab", 0) or 0
        training = {field.name: rest.pop(field.name) for field in fields(ElmoTraining) if field.name in rest}
        unknown = [*(f"lstm.{key}" for key in lstm), *rest]
        if unknown:
            raise InvalidConfig(f"ELMo options have no key {unknown[0]!r}; check its spelling or leave it out")
        return cls(**values, training=ElmoTraining.from_dict(training) if training else None)

    def to_options(self) -> dict[str, Any]:
        """Return the content of an `options.json` that this and other ELMo readers understand."""
        lstm: dict[str, Any] = {key: getattr(self, name) for key, name in _LSTM_KEYS.items()}
        options: dict[str, Any] = {"lstm": {key: value for key, value in lstm.items() if value is not None}}
        if self.reads_characters:
            characters: dict[str, Any] = {key: getattr(self, name) for key, name in _CHARACTER_KEYS.items()}
            characters["filters"] = [list(pair) for pair in self.filters]
            options["char_cnn"] = {"embedding": {"dim": self.character_dim}, **characters}
        if not self.bidirectional or self.training is not None:
            options["bidirectional"] = self.bidirectional
        if self.vocabulary_size:
            options["n_tokens_vocab"] = self.vocabulary_size
        if self.training is not None:
            options.update({name: value for name, value in self.training.to_dict().items() if value is not None})
        return options

    @classmethod
    def load_options(cls, path: str | Path) -> ElmoConfig:
        """Read an `options.json`.

        Raises:
            InvalidConfig: naming the file, if it is missing, not JSON or not a valid description.
        """
        try:
            return cls.from_options(json.loads(Path(path).read_text(encoding="utf-8")))
        except (OSError, ValueError, RecursionError) as error:
            raise InvalidConfig(f"{path} is not a readable file of ELMo options: {error}") from error

    def save_options(self, path: str | Path) -> None:
        """Write an `options.json`; the file appears whole or not at all."""
        write_text_atomically(path, json.dumps(self.to_options(), indent=2) + "\n")


def _character_values(options: Any) -> dict[str, Any]:
    """Return the fields that `char_cnn` describes; without it, those of a model with word input."""
    if options is None:
        return {"character_dim": 0, "filters": (), "n_highway": 0}
    rest = dict(_mapping(options, "char_cnn"))
    embedding = dict(_mapping(rest.pop("embedding", None), "char_cnn.embedding"))
    values = {name: rest.pop(key) for key, name in _CHARACTER_KEYS.items() if key in rest}
    values["character_dim"] = embedding.pop("dim", None)
    unknown = [*(f"char_cnn.{key}" for key in rest), *(f"char_cnn.embedding.{key}" for key in embedding)]
    if unknown:
        raise InvalidConfig(f"ELMo options have no key {unknown[0]!r}; check its spelling or leave it out")
    _require_keys(values, ("filters", "activation"), "char_cnn.filters and char_cnn.activation")
    if not values["character_dim"] or not isinstance(values["filters"], list) or not values["filters"]:
        raise InvalidConfig("ELMo options need char_cnn.embedding.dim and at least one pair in char_cnn.filters")
    values["filters"] = tuple(tuple(pair) if isinstance(pair, list) else pair for pair in values["filters"])
    values["n_highway"] = values.get("n_highway") or 0
    return values


def _mapping(value: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise InvalidConfig(f"ELMo options need {name} as an object of settings, found {value!r}")
    return value


def _require_keys(values: Mapping[str, Any], names: tuple[str, ...], described: str) -> None:
    if any(values.get(name) is None for name in names):
        raise InvalidConfig(f"ELMo options need {described}")
