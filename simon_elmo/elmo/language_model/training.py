"""The training of a language model: steps, rates, checkpoints, and held-out perplexity."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from simon_elmo.elmo.language_model.checkpoint import load_checkpoint, save_checkpoint
from simon_elmo.elmo.language_model.corpus import Corpus
from simon_elmo.elmo.language_model.perplexity import perplexity
from simon_elmo.elmo.language_model.recipe import LanguageModelTraining
from simon_elmo.elmo.language_model.steps import LanguageModel
from simon_elmo.elmo.language_model.streams import TextStreams
from simon_elmo.errors import InvalidConfig
from simon_elmo.progress import progress_bar

_SMOOTHING = 0.98
_RESOLUTION = 1 << 20


@dataclass
class TrainingProgress:
    """Where training is.

    Attributes:
        tokens: words read, ends of sentences included.
        total_tokens: words that will have been read at the end.
        steps: batches.
        seconds: of training, evaluations and interruptions not counted.
        loss: mean loss of a word, smoothed over the last batches.
        gradient_norm: of the last batch, before it was clipped.
        learning_rate: of the last batch.
        share: of the training that is done, 0 to 1.
        history: held-out perplexities, one dictionary per evaluation.
    """

    total_tokens: int
    tokens: int = 0
    steps: int = 0
    seconds: float = 0.0
    loss: float = 0.0
    gradient_norm: float = 0.0
    learning_rate: float = 0.0
    share: float = 0.0
    history: list[dict[str, Any]] = field(default_factory=list)

    @property
    def tokens_per_second(self) -> float:
        """Words per second of training."""
        return self.tokens / self.seconds if self.seconds else 0.0

    @property
    def seconds_left(self) -> float:
        """Seconds of training that are left if it goes on as fast as so far."""
        return self.seconds * (1 - self.share) / self.share if self.share else 0.0


def train(
    model: LanguageModel,
    corpus: Corpus,
    vocabulary: Sequence[str],
    training: LanguageModelTraining,
    *,
    held_out: Corpus | None = None,
    checkpoint: str | Path | None = None,
    progress: bool = False,
    on_step: Callable[[TrainingProgress], None] | None = None,
) -> TrainingProgress:
    """Train a model, or go on where an interrupted training stopped.

    Args:
        model: with the optimizer that `training` names.
        corpus: the text.
        vocabulary: the model's words.
        training: how it is trained. It may name more epochs or minutes than the interrupted training did.
        held_out: text whose perplexity is followed.
        checkpoint: a file that is written every few minutes and at the end, and read if it is there.
        progress: show a bar on stderr.
        on_step: called after each batch.

    Returns:
        The progress at the end.

    Raises:
        CorruptPreset, WeightMismatch: for a checkpoint that cannot be read or is of another model.
        InvalidInput: for a checkpoint of another corpus.
        InvalidConfig: if the loss is no longer a finite number; the last checkpoint is from before.
    """
    options = model.training
    streams = TextStreams(
        corpus, vocabulary, model.config, options.batch_size, options.unroll_steps, training.order, training.seed
    )
    epochs = options.n_epochs if training.epochs is None else training.epochs
    done = TrainingProgress(max(1, round(epochs * streams.tokens_per_pass)))
    if checkpoint is not None and Path(checkpoint).is_file():
        done = TrainingProgress(**{**load_checkpoint(checkpoint, model, streams), "total_tokens": done.total_tokens})
        done.share = _share(done, training)
    peak = _peak_rate(model, training)
    if training.layer_decay > 1.0:
        model.optimizer.set_factors(layer_factors(model, training.layer_decay))
    saved = evaluated = time.monotonic()
    with progress_bar("words", done.total_tokens, progress) as advance:
        advance(done.tokens)
        while done.share < 1.0:
            rate = peak * rate_factor(training, done.share, done.steps)
            advance(_step(model, streams, rate, done))
            done.share = _share(done, training)
            if on_step is not None:
                on_step(done)
            now, is_last = time.monotonic(), done.share >= 1.0
            if held_out is not None and (is_last or now - evaluated > 60 * training.evaluation_minutes):
                done.history.append({"words_read": done.tokens, **perplexity(model, held_out, vocabulary)})
                evaluated = time.monotonic()
            if checkpoint is not None and (is_last or now - saved > 60 * training.checkpoint_minutes):
                save_checkpoint(checkpoint, model, streams, vars(done))
                saved = time.monotonic()
    return done


def _step(model: LanguageModel, streams: TextStreams, rate: float, done: TrainingProgress) -> int:
    """Train on one batch, note it in `done`, and return how many words it had."""
    began = time.monotonic()
    model.optimizer.learning_rate.assign(rate)
    found = model.step(streams.next_batch())
    if not math.isfinite(found["loss"]):
        raise InvalidConfig(
            f"the loss is {found['loss']} at batch {done.steps + 1} and rate {rate:.2g}: "
            "lower learning_rate or all_clip_norm_val"
        )
    kept = _SMOOTHING if done.steps else 0.0
    done.loss = kept * done.loss + (1 - kept) * found["loss"]
    done.gradient_norm, done.learning_rate = found["gradient_norm"], rate
    done.steps += 1
    n_words = streams.n_read - done.tokens
    done.tokens = streams.n_read
    done.seconds += time.monotonic() - began
    return n_words


def rate_factor(training: LanguageModelTraining, share: float, step: int) -> float:
    """Return the share of the highest rate that a batch is trained with.

    Args:
        training: names the schedule.
        share: of the training that is done, 0 to 1.
        step: number of the batch, from 0.

    Example:
        >>> [rate_factor(LanguageModelTraining(warmup_steps=10), share, 100) for share in (0.0, 0.5, 1.0)]
        [1.0, 0.5, 0.0]
    """
    if training.schedule == "slanted-triangular":
        from simon_elmo.transfer.schedules import slanted_triangular

        return float(slanted_triangular(int(share * _RESOLUTION), _RESOLUTION, 1.0))
    warm = min(1.0, (step + 1) / (training.warmup_steps + 1))
    return warm * (1.0 - share if training.schedule == "linear" else 1.0)


def layer_factors(model: LanguageModel, decay: float) -> dict[str, float]:
    """Return the learning-rate factor of every weight: 1 for the softmax, `decay` times smaller per layer below.

    Source: Howard and Ruder 2018, "Universal Language Model Fine-tuning for Text Classification", section 3.2.
    """
    backbone = model.backbone
    levels = zip(*(direction.layers for direction in backbone.bilstm.directions), strict=True)
    groups = [*reversed([[*level] for level in levels]), [backbone.token_encoder]]
    below = {
        weight.path: decay**-depth
        for depth, layers in enumerate(groups, start=1)
        for layer in layers
        for weight in layer.trainable_weights
    }
    return {weight.path: below.get(weight.path, 1.0) for weight in model.network.trainable_weights}


def _share(done: TrainingProgress, training: LanguageModelTraining) -> float:
    by_tokens = done.tokens / done.total_tokens
    by_time = done.seconds / (60 * training.minutes) if training.minutes else 0.0
    return min(1.0, max(by_tokens, by_time))


def _peak_rate(model: LanguageModel, training: LanguageModelTraining) -> float:
    if training.learning_rate is not None:
        return training.learning_rate
    return 1e-3 if training.optimizer == "adam" else model.training.learning_rate


def loss_to_perplexity(loss: float) -> float:
    """Return exp(loss), infinity where that is too large for a number."""
    return math.exp(loss) if loss < 700 else math.inf
