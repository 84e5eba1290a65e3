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
        history: held-out perplexities, one dictionary an evaluation.
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
        """Words a second of training."""
        return self.tokens / self.seconds if self.seconds else 0.0

    @property
    def seconds_left(self) -> float:
        """Seconds of training that are left if it goes on as fast as so far."""
        return self.seconds * (1 - self.share) / self.share if self.share else 0.0


def train(
    model: LanguageModel,
    corpus: Corpus,
    vocabulary: Sequence[str],
    recipe: LanguageModelTraining,
    held_out: Corpus | None = None,
    checkpoint: str | Path | None = None,
    on_step: Callable[[TrainingProgress], None] | None = None,
) -> TrainingProgress:
    """Train a model, or go on where an interrupted training stopped.

    Args:
        model: with the optimizer that the recipe names.
        corpus: the text.
        vocabulary: the model's words.
        recipe: how it is trained. It may name more epochs or minutes than the interrupted training did.
        held_out: text whose perplexity is followed.
        checkpoint: a file that is written every few minutes and at the end, and read if it is there.
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
        corpus, vocabulary, model.config, options.batch_size, options.unroll_steps, recipe.order, recipe.seed
    )
    epochs = options.n_epochs if recipe.epochs is None else recipe.epochs
    progress = TrainingProgress(max(1, round(epochs * streams.tokens_per_pass)))
    if checkpoint is not None and Path(checkpoint).is_file():
        progress = TrainingProgress(
            **{**load_checkpoint(checkpoint, model, streams), "total_tokens": progress.total_tokens}
        )
        progress.share = _share(progress, recipe)
    peak = _peak_rate(model, recipe)
    if recipe.layer_decay > 1.0:
        model.optimizer.set_factors(layer_factors(model, recipe.layer_decay))
    saved = evaluated = time.monotonic()
    while progress.share < 1.0:
        began = time.monotonic()
        progress.learning_rate = peak * rate_factor(recipe, progress.share, progress.steps)
        model.optimizer.learning_rate.assign(progress.learning_rate)
        found = model.step(streams.next_batch())
        if not math.isfinite(found["loss"]):
            raise InvalidConfig(
                f"the loss is {found['loss']} at batch {progress.steps + 1} and rate {progress.learning_rate:.2g}: "
                "lower learning_rate or all_clip_norm_val"
            )
        kept = _SMOOTHING if progress.steps else 0.0
        progress.loss = kept * progress.loss + (1 - kept) * found["loss"]
        progress.gradient_norm = found["gradient_norm"]
        progress.steps += 1
        progress.tokens = streams.n_read
        now = time.monotonic()
        progress.seconds += now - began
        progress.share = _share(progress, recipe)
        if on_step is not None:
            on_step(progress)
        done = progress.share >= 1.0
        if held_out is not None and (done or now - evaluated > 60 * recipe.evaluation_minutes):
            progress.history.append({"words_read": progress.tokens, **perplexity(model, held_out, vocabulary)})
            evaluated = time.monotonic()
        if checkpoint is not None and (done or now - saved > 60 * recipe.checkpoint_minutes):
            save_checkpoint(checkpoint, model, streams, vars(progress))
            saved = time.monotonic()
    return progress


def rate_factor(recipe: LanguageModelTraining, share: float, step: int) -> float:
    """Return the share of the highest rate that a batch is trained with.

    Args:
        recipe: names the schedule.
        share: of the training that is done, 0 to 1.
        step: number of the batch, from 0.

    Example:
        >>> [rate_factor(LanguageModelTraining(warmup_steps=10), share, 100) for share in (0.0, 0.5, 1.0)]
        [1.0, 0.5, 0.0]
    """
    if recipe.schedule == "slanted-triangular":
        from simon_elmo.transfer.schedules import slanted_triangular

        return float(slanted_triangular(int(share * _RESOLUTION), _RESOLUTION, 1.0))
    warm = min(1.0, (step + 1) / (recipe.warmup_steps + 1))
    return warm * (1.0 - share if recipe.schedule == "linear" else 1.0)


def layer_factors(model: LanguageModel, decay: float) -> dict[str, float]:
    """Return the learning-rate factor of every weight: 1 for the softmax, `decay` times smaller a layer further down.

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


def _share(progress: TrainingProgress, recipe: LanguageModelTraining) -> float:
    by_tokens = progress.tokens / progress.total_tokens
    by_time = progress.seconds / (60 * recipe.minutes) if recipe.minutes else 0.0
    return min(1.0, max(by_tokens, by_time))


def _peak_rate(model: LanguageModel, recipe: LanguageModelTraining) -> float:
    if recipe.learning_rate is not None:
        return recipe.learning_rate
    return 1e-3 if recipe.optimizer == "adam" else model.training.learning_rate


def loss_to_perplexity(loss: float) -> float:
    """Return exp(loss), infinity where that is too large for a number."""
    return math.exp(loss) if loss < 700 else math.inf
