"""A biLM as functions of numpy arrays, compiled once for every shape of batch."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from simon_elmo.elmo.characters import BEGIN_SENTENCE, END_SENTENCE, PADDING_ID, UNKNOWN_WORD, encode_words

if TYPE_CHECKING:
    from simon_elmo.elmo.network.backbone import ElmoBackbone
    from simon_elmo.elmo.token_cache import TokenCache
    from simon_elmo.training.any_size import AnySizeModel

# Words per run of the token encoder: its largest array then stays small enough for the allocator to keep.
_WORDS_PER_RUN = 256


class ElmoEngine:
    """Runs the parts of a biLM: words to token vectors, token vectors to the outputs of every LSTM layer.

    Args:
        backbone: the network.
        word_ids: for word input, word -> id from 1.
        token_cache: token vectors that need not be computed.
    """

    def __init__(
        self,
        backbone: ElmoBackbone,
        word_ids: Mapping[str, int] | None = None,
        token_cache: TokenCache | None = None,
    ) -> None:
        self.backbone = backbone
        self.config = backbone.config
        self.word_ids = word_ids
        self.token_cache = token_cache
        self._encoder, self._layers = _compiled(backbone)

    def token_vectors(self, words: Sequence[str]) -> np.ndarray:
        """Return the context-free vectors of words, float32 (n, P)."""
        if self.token_cache is None:
            return self._encode(words)
        vectors, missing = self.token_cache.look_up(words)
        if missing:
            vectors[missing] = self._encode([words[position] for position in missing])
        return vectors

    def run(self, tokens: np.ndarray, lengths: np.ndarray, states: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
        """Run the LSTMs over a right-padded batch.

        Args:
            tokens: float32 (batch, steps, P).
            lengths: integer (batch,).
            states: float32 (batch, directions, L, H + P), to begin from.

        Returns:
            The outputs of each LSTM layer, float32 (batch, steps, directions * P), and the last states.
        """
        n_rows, n_steps = tokens.shape[:2]
        if not n_rows or not n_steps:
            empty = np.zeros((n_rows, n_steps, self.config.output_units), np.float32)
            return [empty] * self.config.n_layers, states
        rows, steps = _padded_shape(n_rows, n_steps)
        if (rows, steps) != (n_rows, n_steps):
            tokens = np.pad(tokens, ((0, rows - n_rows), (0, steps - n_steps), (0, 0)))
            lengths = np.pad(lengths, (0, rows - n_rows))
            states = np.pad(states, ((0, rows - n_rows), (0, 0), (0, 0), (0, 0)))
        *outputs, states = self._layers.predict_any_size([tokens, lengths, states])
        return [output[:n_rows, :n_steps] for output in outputs], states[:n_rows]

    def zero_states(self, rows: int) -> np.ndarray:
        """Return float32 (rows, directions, L, H + P) of zeros."""
        config = self.config
        width = config.cell_units + config.projection_units
        return np.zeros((rows, config.n_directions, config.n_layers, width), np.float32)

    def boundary_vectors(self) -> np.ndarray:
        """Return the token vectors of `<S>` and `</S>`, float32 (2, P)."""
        return self._encode([BEGIN_SENTENCE, END_SENTENCE])

    def start_states(self) -> np.ndarray:
        """Return the states after the boundary that each direction reads first, float32 (1, directions, L, H + P).

        Sentences that are read independently of each other all begin with these states, so that the first step of
        every sentence is taken once.
        """
        tokens = self.boundary_vectors()[: self.config.n_directions, None]
        # a row for each direction, of which that direction's state counts
        states = self.run(tokens, np.ones(len(tokens), np.int32), self.zero_states(len(tokens)))[1]
        return np.stack([states[number, number] for number in range(len(tokens))])[None]

    def weights_mark(self) -> int:
        """Return a checksum of the biases, which are quickly read and change when the network is trained."""
        from keras import ops

        biases = (ops.convert_to_numpy(weight) for weight in self.backbone.weights if len(weight.shape) == 1)
        return zlib.crc32(b"".join(bias.tobytes() for bias in biases))

    def _encode(self, words: Sequence[str]) -> np.ndarray:
        vectors = np.empty((len(words), self.config.projection_units), np.float32)
        if self.word_ids is not None:
            unknown = self.word_ids[UNKNOWN_WORD]
            ids = np.array([self.word_ids.get(word, unknown) for word in words], np.int32)
            for start in range(0, len(ids), 4096):
                vectors[start : start + 4096] = self._encode_rows(ids[start : start + 4096])
            return vectors
        ids = encode_words(words, self.config.max_characters)
        used = np.count_nonzero(ids != PADDING_ID, axis=1)
        order = np.argsort(used, kind="stable")
        widest = max(width for width, _ in self.config.filters)
        for start in range(0, len(order), _WORDS_PER_RUN):
            chosen = order[start : start + _WORDS_PER_RUN]
            # all windows that hold nothing but padding give the same: of the shared padding one window's worth is kept
            longest = min(used[chosen[-1]] + widest, ids.shape[1])
            vectors[chosen] = self._encode_rows(ids[chosen, :longest])
        return vectors

    def _encode_rows(self, ids: np.ndarray) -> np.ndarray:
        rows = len(ids)
        if _compiles_each_shape():
            columns = ids.shape[1:] and (min(-(-ids.shape[1] // 8) * 8, self.config.max_characters),)
            padded = np.full((_power_of_two(rows), *columns), PADDING_ID if columns else 1, np.int32)
            padded[(slice(rows), *(slice(size) for size in ids.shape[1:]))] = ids
            ids = padded
        return self._encoder.predict_any_size(ids)[:rows]


def _compiled(backbone: ElmoBackbone) -> tuple[AnySizeModel, AnySizeModel]:
    """Return the token encoder and the LSTMs of a backbone as networks of their own that share its weights."""
    import keras

    from simon_elmo.training.any_size import AnySizeModel

    config = backbone.config
    ids = keras.Input((None,) if config.reads_characters else (), dtype="int32")
    encoder = AnySizeModel(ids, backbone.token_encoder(ids))
    tokens = keras.Input((None, config.projection_units))
    lengths = keras.Input((), dtype="int32")
    width = config.cell_units + config.projection_units
    states = keras.Input((config.n_directions, config.n_layers, width))
    outputs, last = backbone.bilstm(tokens, lengths, initial_state=states)
    return encoder, AnySizeModel([tokens, lengths, states], [*outputs, last])


def _compiles_each_shape() -> bool:
    """Return whether the backend compiles anew for every shape, so that shapes had better be few."""
    import keras

    return keras.backend.backend() == "jax"


def _padded_shape(rows: int, steps: int) -> tuple[int, int]:
    if not _compiles_each_shape():
        return rows, steps
    return _power_of_two(rows), -(-steps // 8) * 8 if steps > 4 else _power_of_two(steps)


def _power_of_two(number: int) -> int:
    return 1 << max(number - 1, 0).bit_length()
