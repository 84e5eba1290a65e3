"""What `simon-elmo elmo train` and `fine-tune` share: the training, its reports, and the preset that it ends in."""

from __future__ import annotations

import shlex
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simon_elmo.cli.running import report, write_output
from simon_elmo.errors import SimonElmoError

if TYPE_CHECKING:
    from simon_elmo.elmo.language_model.model import BidirectionalLanguageModel
    from simon_elmo.elmo.language_model.recipe import LanguageModelTraining
    from simon_elmo.elmo.language_model.training import TrainingProgress

_SECONDS_BETWEEN_REPORTS = 10.0


def fit(
    model: BidirectionalLanguageModel,
    text: list[str],
    held_out: list[str] | None,
    recipe: LanguageModelTraining,
    work: Path,
    output: Path,
    float16: bool,
    keep_checkpoint: bool,
    measured: dict[str, dict[str, Any]],
) -> None:
    """Train a model, write it as a preset and print how good it is.

    Args:
        model: what is trained.
        text: what it learns from.
        held_out: text whose perplexity is followed.
        recipe: how it is trained.
        work: the folder of checkpoints.
        output: the folder to write.
        float16: whether weights are written with half the digits.
        keep_checkpoint: whether `work` stays, so that the training can be made longer.
        measured: perplexities by name that are printed and kept beside the last one.
    """
    for name in sorted({str(name) for name in held_out or ()} & {str(name) for name in text}):
        report(f"{name} is held out and trained on: its perplexity does not tell how well other text is predicted")
    progress = model.fit(text, held_out=held_out, training=recipe, work=work, on_step=_reporter())
    if progress.history:
        measured = {**measured, "held-out text": {**progress.history[-1]}}
    learned = [{"name": Path(path.partition(".parquet:")[0]).name, "licence": "that of the file"} for path in text]
    known = model.data
    metadata = {
        "preset": output.name,
        "description": "A bidirectional language model",
        "recipe": {
            "command": shlex.join(["simon-elmo", *sys.argv[1:]]),
            "seed": recipe.seed,
            "training": recipe.to_dict(),
            "data": known + [source for source in learned if source not in known],
            "notes": [f"Trained on {progress.tokens:,} words in {progress.seconds / 60:,.0f} minutes."],
            "history": progress.history,
        },
        "metrics": measured,
    }
    model.save(output, metadata=metadata, dtype="float16" if float16 else "float32")
    _draw_history(progress.history, output)
    if not keep_checkpoint:
        shutil.rmtree(work)
    lines = [f"{output}: {progress.tokens:,} words, {progress.tokens_per_second:,.0f} a second\n"]
    lines += [f"{name}: {perplexity_line(found)}" for name, found in measured.items()]
    write_output("".join(lines), None)


def _draw_history(history: list[dict[str, Any]], folder: Path) -> None:
    """Write `history.png` beside the model, where there is something to draw and matplotlib is installed."""
    from simon_elmo.errors import MissingExtra
    from simon_elmo.persistence import write_bytes_atomically
    from simon_elmo.reports.plots import perplexity_curves

    if not history:
        return
    try:
        write_bytes_atomically(folder / "history.png", perplexity_curves(history))
    except MissingExtra as error:
        report(str(error))


def _reporter() -> Callable[[TrainingProgress], None]:
    """Return a function that reports every few seconds, and each look at held-out text."""
    last = [-_SECONDS_BETWEEN_REPORTS, 0.0]

    def on_step(progress: TrainingProgress) -> None:
        from simon_elmo.elmo.language_model.training import loss_to_perplexity

        if len(progress.history) > last[1]:
            last[1] = len(progress.history)
            report(f"held-out text: {perplexity_line(progress.history[-1]).strip()}")
        now = time.monotonic()
        if now - last[0] < _SECONDS_BETWEEN_REPORTS and progress.share < 1.0:
            return
        last[0] = now
        report(
            f"{progress.tokens:,} of {progress.total_tokens:,} words, training perplexity "
            f"{loss_to_perplexity(progress.loss):,.1f}, rate {progress.learning_rate:.2g}, "
            f"{progress.tokens_per_second:,.0f} words/s, {progress.seconds_left / 60:.0f} min left"
        )

    return on_step


def perplexity_line(found: dict[str, Any]) -> str:
    """Return perplexities in one line."""
    parts = [f"{name} {found[name]:.2f}" for name in ("perplexity", "forward", "backward") if name in found]
    return f"{', '.join(parts)}; {found['tokens']:,} tokens, {found['unknown']:,} unknown\n"


def recipe_of(
    optimizer: str,
    learning_rate: float | None,
    schedule: str,
    epochs: float | None,
    minutes: float,
    order: str,
    checkpoint_minutes: float,
    evaluation_minutes: float,
    layer_decay: float,
    seed: int,
) -> LanguageModelTraining:
    """Return how a model is trained, from the options of a command."""
    from simon_elmo.elmo.language_model.recipe import LanguageModelTraining

    return LanguageModelTraining(
        optimizer=optimizer,
        learning_rate=learning_rate,
        schedule=schedule,
        epochs=epochs,
        minutes=minutes,
        order=order,
        checkpoint_minutes=checkpoint_minutes,
        evaluation_minutes=evaluation_minutes,
        layer_decay=layer_decay,
        seed=seed,
    )


@contextmanager
def work_folder(output: Path) -> Iterator[Path]:
    """Provide the folder of checkpoints; what fails before the first one leaves no new folder."""
    from simon_elmo.elmo.language_model.model import CHECKPOINT
    from simon_elmo.persistence import require_replaceable

    require_replaceable(output)
    work = output.with_name(f"{output.name}.training")
    is_new = not work.exists()
    work.mkdir(parents=True, exist_ok=True)
    try:
        yield work
    except (SimonElmoError, OSError):
        if is_new and not (work / CHECKPOINT).exists():
            shutil.rmtree(work)
        raise


def set_training(
    model: BidirectionalLanguageModel, batch_size: int | None, steps: int | None, dropout: Any = None
) -> None:
    """Change what of the model's training is given."""
    given = {"batch_size": batch_size, "unroll_steps": steps, "dropout": dropout}
    model.set_training(**{name: value for name, value in given.items() if value is not None})
