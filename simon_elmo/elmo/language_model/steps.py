"""LanguageModel: a biLM in training, one batch at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simon_elmo.elmo.config import ElmoConfig, ElmoTraining
from simon_elmo.elmo.language_model.sampling import LogUniformSampler
from simon_elmo.elmo.published_weights import assign_weights, layout_name, weights_of
from simon_elmo.errors import InvalidConfig, InvalidInput, WeightMismatch

if TYPE_CHECKING:
    import keras

    from simon_elmo.elmo.network.backbone import ElmoBackbone

SOFTMAX_WEIGHTS, SOFTMAX_BIAS = "softmax/W", "softmax/b"
_ENDINGS = ("", "_reverse")
# as many different words as a batch may have are few enough numbers that a compiled step is seldom made anew
_WORDS_ROUNDED_TO = 256


class LanguageModel:
    """A bidirectional language model, its softmax and its optimizer.

    Ids in batches are those of the reference's training files: words and characters from 0, nothing being kept for
    padding. The LSTMs go on from the states that the batch before left, row by row, until `reset_states`.

    Args:
        options: an `ElmoConfig`, the content of an `options.json` or its path. `n_tokens_vocab` has to be there; what
            `options.json` says about training is kept to: dropout, clipping, sampled or full or tied softmax, rate.
        optimizer: `"adagrad"`, as the reference, at the rate of the options; `"adam"`; one of
            `elmo.network.optimizers`; or None for a model that is not to be trained.
        seed: fixes the initial weights, dropout and the words that are sampled.
        boundary_ids: of word input, the ids from 1 of `<S>` and `</S>`; only networks made of the backbone read them.

    Raises:
        InvalidConfig: for options that no language model can be trained with.

    Source: allenai/bilm-tf.

    Example:
        >>> options = {"lstm": {"dim": 8, "projection_dim": 4}, "n_tokens_vocab": 6, "bidirectional": False}
        >>> model = LanguageModel({**options, "batch_size": 1, "sample_softmax": False})
        >>> batch = {"token_ids": [[0, 3, 4]], "next_token_id": [[3, 4, 1]]}
        >>> sorted(model.train_on_batch(batch))
        ['forward', 'gradient_norm', 'loss']
    """

    def __init__(
        self,
        options: ElmoConfig | Mapping[str, Any] | str | Path,
        *,
        optimizer: str | keras.optimizers.Optimizer | None = "adagrad",
        seed: int = 0,
        boundary_ids: Sequence[int] = (1, 2),
    ) -> None:
        from simon_elmo.elmo.network.language_model import BidirectionalLanguageModelNetwork

        self.config = _config(options)
        self.training: ElmoTraining = self.config.training or ElmoTraining()
        self.network = BidirectionalLanguageModelNetwork.at_random(self.config, boundary_ids, seed)
        self.optimizer: Any = None
        self.sampler = None
        if self.training.sample_softmax:
            self.sampler = LogUniformSampler(self.config.vocabulary_size, self.training.n_negative_samples_batch, seed)
        if optimizer is not None:
            self.compile(optimizer)

    def __repr__(self) -> str:
        optimizer = None if self.optimizer is None else type(self.optimizer).__name__
        return f"LanguageModel(words={self.config.vocabulary_size}, optimizer={optimizer!r})"

    @property
    def backbone(self) -> ElmoBackbone:
        """The network without its softmax, which computes ELMo's vectors."""
        return self.network.backbone

    @property
    def directions(self) -> tuple[str, ...]:
        """`("forward", "backward")`, or the first alone."""
        return ("forward", "backward")[: self.config.n_directions]

    def compile(self, optimizer: str | keras.optimizers.Optimizer) -> None:
        """Start anew with an optimizer; the weights stay as they are.

        Raises:
            InvalidInput: for another name.
        """
        from simon_elmo.elmo.network.optimizers import ClippedAdagrad, ClippedAdam

        limit = self.training.all_clip_norm_val
        if optimizer == "adagrad":
            optimizer = ClippedAdagrad(self.training.learning_rate, limit)
        elif optimizer == "adam":
            optimizer = ClippedAdam(norm_limit=limit)
        elif isinstance(optimizer, str):
            raise InvalidInput(f"optimizer must be adagrad or adam: {optimizer!r}")
        self.optimizer = optimizer
        self.network.compile(optimizer=optimizer)
        self.optimizer.build(self.network.trainable_variables)

    def weights(self) -> dict[str, np.ndarray]:
        """Return all weights, float32 by dataset name of the published layout; `softmax/W` (V, P), `softmax/b` (V,)."""
        return {**weights_of(self.backbone), **self.softmax()}

    def softmax(self) -> dict[str, np.ndarray]:
        """Return `softmax/W` (V, P), the word embeddings themselves if it is tied, and `softmax/b` (V,), float32."""
        found = {SOFTMAX_WEIGHTS: self.network.class_vectors, SOFTMAX_BIAS: self.network.softmax_bias}
        return {name: _array(value) for name, value in found.items()}

    def load_weights(self, arrays: Mapping[str, Any], source: str = "the weights") -> None:
        """Copy weights named as in the published layout, or as the variables of the reference's training graph.

        Args:
            arrays: by name; `softmax/W` and `softmax/b` may both be absent, then the softmax stays as it is. A tied
                softmax has its weights in `embedding`.
            source: what they come from, for error messages.

        Raises:
            WeightMismatch: naming what is missing, unknown or of another shape.
        """
        named = {layout_name(name): value for name, value in arrays.items()}
        softmax = {name: named.pop(name) for name in (SOFTMAX_WEIGHTS, SOFTMAX_BIAS) if name in named}
        self._check_softmax(softmax, source)
        assign_weights(self.backbone, named, source)
        if softmax:
            self.network.softmax_bias.assign(np.asarray(softmax[SOFTMAX_BIAS], dtype=np.float32))
            if self.network.softmax_weights is not None:
                self.network.softmax_weights.assign(np.asarray(softmax[SOFTMAX_WEIGHTS], dtype=np.float32))

    def _check_softmax(self, softmax: Mapping[str, Any], source: str) -> None:
        expected: dict[str, tuple[int, ...]] = {SOFTMAX_BIAS: (self.config.vocabulary_size,)}
        if self.network.softmax_weights is not None or SOFTMAX_WEIGHTS in softmax:
            expected[SOFTMAX_WEIGHTS] = (self.config.vocabulary_size, self.config.projection_units)
        for name, shape in expected.items() if softmax else ():
            found = tuple(np.shape(softmax[name])) if name in softmax else None
            if found != shape:
                described = "is missing" if found is None else f"has shape {found}"
                raise WeightMismatch(f"{source}: {name!r} {described}, expected shape {shape}")

    def start_from_counts(self, counts: np.ndarray) -> None:
        """Begin with the words' frequencies as the softmax's bias, so that training need not find them out.

        Args:
            counts: how often each word of the vocabulary is to be predicted, (V,).
        """
        logarithms = np.log(np.asarray(counts, dtype=np.float64) + 1.0)
        self.network.softmax_bias.assign((logarithms - logarithms.mean()).astype(np.float32))

    def reset_states(self) -> None:
        """Forget the states that the last batch left: the next begins with zeros."""
        self.network.state.assign(self.zero_state(self.training.batch_size))

    def train_on_batch(self, batch: Mapping[str, Any]) -> dict[str, float]:
        """Make one step.

        Args:
            batch: integers by name: `token_ids` or, for character input, `tokens_characters` (batch, steps,
                characters); `next_token_id` (batch, steps); for two directions the same with the ending `_reverse`.

        Returns:
            `loss`, the mean of the directions' mean loss of a word; each direction's own; and `gradient_norm`, the norm
            of all gradients of `loss * steps` before it is clipped.

        Raises:
            InvalidInput: if an array is missing or has another shape, or an id is not of the vocabulary.
        """
        return self.step(self.inputs_of(batch))

    def inputs_of(self, batch: Mapping[str, Any]) -> dict[str, np.ndarray]:
        """Return a batch as the network reads it: every distinct word once, and where it is read."""
        name = "tokens_characters" if self.config.reads_characters else "token_ids"
        endings = _ENDINGS[: self.config.n_directions]
        rows = np.stack([_integers(batch, name + ending) for ending in endings])
        targets = np.stack([_integers(batch, "next_token_id" + ending) for ending in endings])
        if rows.shape[:3] != targets.shape or targets.ndim != 3:
            raise InvalidInput(f"{name} {rows.shape[1:]} and next_token_id {targets.shape[1:]} do not fit together")
        size = self.config.vocabulary_size
        if targets.min() < 0 or targets.max() >= size:
            raise InvalidInput(f"next_token_id must be from 0 to {size - 1}: {targets.min()} to {targets.max()}")
        words, positions = np.unique(rows.reshape(targets.size, -1), axis=0, return_inverse=True)
        words = words + 1 if self.config.reads_characters else words[:, 0] + 1
        return {"words": words, "positions": positions.reshape(targets.shape), "targets": targets}

    def step(self, inputs: Mapping[str, np.ndarray]) -> dict[str, float]:
        """Make one step on a batch as `inputs_of` returns it."""
        if self.optimizer is None:
            raise InvalidInput("this model has no optimizer: compile it with one before it is trained")
        if inputs["targets"].shape[1] != self.training.batch_size:
            raise InvalidInput(
                f"the batch has {inputs['targets'].shape[1]} rows; the states of batch_size "
                f"{self.training.batch_size} rows are carried from batch to batch"
            )
        self.network.train_on_batch({**_rounded(inputs), **self._samples(inputs["targets"])})
        losses = _array(self.network.mean_losses).astype(np.float64)
        return {
            "loss": float(losses.mean()),
            **{name: float(loss) for name, loss in zip(self.directions, losses, strict=True)},
            "gradient_norm": float(_array(self.optimizer.gradient_norm)),
        }

    def losses(self, inputs: Mapping[str, np.ndarray], state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return each word's loss under the full softmax and the states after the batch; nothing is trained.

        Args:
            inputs: as `inputs_of` returns them, of any number of rows.
            state: float (batch, directions, L, H + P) to start from.

        Returns:
            float32 (directions, batch, steps), minus the logarithm of the probability, and the states.
        """
        found = self.network.predict_on_batch({**_rounded(inputs), "state": state})
        return np.asarray(found["losses"]), np.asarray(found["state"])

    def zero_state(self, batch_size: int) -> np.ndarray:
        """Return the states that a text begins with, float32 (batch, directions, L, H + P)."""
        return np.zeros((batch_size, *self.network.state.shape[1:]), dtype=np.float32)

    def state(self) -> dict[str, np.ndarray]:
        """Return everything that training changes, the sampler left out, by its place.

        Paths of variables would depend on what else a process has made.
        """
        return {name: _array(variable, None) for name, variable in self._variables().items()}

    def restore(self, state: Mapping[str, np.ndarray], source: str = "the state") -> None:
        """Go on from a state that `state` returned.

        Raises:
            WeightMismatch: if it is of another model or optimizer; nothing is changed then.
        """
        variables = self._variables()
        if set(state) != set(variables):
            other = sorted(set(state) ^ set(variables))[0]
            raise WeightMismatch(f"{source} is of another model or optimizer: {other!r}")
        for name, variable in variables.items():
            if tuple(state[name].shape) != tuple(variable.shape):
                raise WeightMismatch(
                    f"{source}: {name!r} has shape {state[name].shape}, the options expect {tuple(variable.shape)}"
                )
        for name, variable in variables.items():
            variable.assign(state[name])

    def _variables(self) -> dict[str, Any]:
        groups = {"model": self.network.variables, "optimizer": self.optimizer.variables}
        return {f"{name}/{place}": one for name, group in groups.items() for place, one in enumerate(group)}

    def _samples(self, targets: np.ndarray) -> dict[str, np.ndarray]:
        if self.sampler is None:
            return {}
        samples, log_q, tries = self.sampler.draw()
        return {
            "samples": samples,
            "sample_log_q": log_q,
            "target_log_q": self.sampler.log_expected_counts(targets, tries),
        }


def _config(options: ElmoConfig | Mapping[str, Any] | str | Path) -> ElmoConfig:
    if isinstance(options, (str, Path)):
        options = ElmoConfig.load_options(options)
    config = options if isinstance(options, ElmoConfig) else ElmoConfig.from_options(options)
    if not config.vocabulary_size:
        raise InvalidConfig("training a language model needs the number of its words, n_tokens_vocab in the options")
    if config.training and config.training.share_embedding_softmax and config.reads_characters:
        raise InvalidConfig("share_embedding_softmax needs word input: a model that reads characters has no embeddings")
    return config


def _array(value: Any, dtype: Any = np.float32) -> np.ndarray:
    from keras import ops

    return np.asarray(ops.convert_to_numpy(value), dtype=dtype)


def _integers(batch: Mapping[str, Any], name: str) -> np.ndarray:
    if name not in batch:
        raise InvalidInput(f"the batch has no {name!r}; it has {', '.join(sorted(batch))}")
    return np.asarray(batch[name], dtype=np.int32)


def _rounded(inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the inputs with rows of zeros below the words, their number being a multiple of a few hundred."""
    words = inputs["words"]
    missing = -len(words) % _WORDS_ROUNDED_TO
    padded = np.pad(words, [(0, missing)] + [(0, 0)] * (words.ndim - 1)).astype(np.int32)
    others = {name: np.asarray(value, dtype=np.int32) for name, value in inputs.items() if name != "words"}
    return {"words": padded, **others}
