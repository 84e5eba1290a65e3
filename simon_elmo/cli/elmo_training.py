"""`simon-elmo elmo train`, `fine-tune` and `perplexity`: language models from running text."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simon_elmo.cli.elmo_fitting import fit, perplexity_line
from simon_elmo.cli.running import report, to_json, write_output
from simon_elmo.errors import InvalidInput, SimonElmoError

if TYPE_CHECKING:
    from simon_elmo.elmo.language_model.model import BidirectionalLanguageModel
    from simon_elmo.elmo.language_model.recipe import LanguageModelTraining

# small enough for a CPU: about 2 million weights beside the softmax
_OPTIONS: dict[str, Any] = {
    "lstm": {
        "dim": 256,
        "projection_dim": 128,
        "n_layers": 2,
        "cell_clip": 3,
        "proj_clip": 3,
        "use_skip_connections": True,
    },
    "char_cnn": {
        "embedding": {"dim": 16},
        "filters": [[1, 32], [2, 32], [3, 64], [4, 96], [5, 96]],
        "n_highway": 1,
        "activation": "relu",
        "max_characters_per_token": 24,
        "n_characters": 262,
    },
    "dropout": 0.1,
    "batch_size": 64,
    "unroll_steps": 20,
    "n_negative_samples_batch": 2048,
    "all_clip_norm_val": 10.0,
    "n_epochs": 3,
}

Texts = Annotated[
    list[str], typer.Argument(help="Text, .gz or FILE.parquet:COLUMN; one sentence a line.", metavar="TEXT...")
]
Output = Annotated[Path, typer.Option(help="The folder to write: an ELMo preset.", metavar="FOLDER")]
HeldOut = Annotated[
    list[str] | None, typer.Option(help="Text whose perplexity is followed; may be repeated.", metavar="TEXT")
]
Segment = Annotated[
    str | None,
    typer.Option(help="spaces: tokens between blanks; words: running text; jieba: Chinese.", metavar="NAME"),
]
Optimizer = Annotated[str, typer.Option(help="adam, or adagrad as the reference.", metavar="NAME")]
LearningRate = Annotated[float | None, typer.Option(help="The highest rate.", min=1e-9, metavar="RATE")]
Epochs = Annotated[float | None, typer.Option(help="Passes over the text.", min=1e-6, metavar="N")]
Minutes = Annotated[float, typer.Option(help="Of training at most; 0 for no limit.", min=0, metavar="N")]
Order = Annotated[str, typer.Option(help="contiguous, shuffled or pulled (as the reference).", metavar="NAME")]
BatchSize = Annotated[int | None, typer.Option(help="Streams of text.", min=1, metavar="N")]
Steps = Annotated[int | None, typer.Option(help="Words of each stream in a batch.", min=1, metavar="N")]
Checkpoints = Annotated[float, typer.Option(help="Minutes between checkpoints.", min=0, metavar="N")]
Evaluations = Annotated[float, typer.Option(help="Minutes between looks at held-out text.", min=0, metavar="N")]
Seed = Annotated[int, typer.Option(help="Fixes all that is random.", min=0, metavar="N")]
HalfSize = Annotated[bool, typer.Option("--float16", help="Half the size, three digits.")]
Keep = Annotated[
    bool, typer.Option("--keep-checkpoint", help="Keep FOLDER.training, to train longer with more --epochs later.")
]


def train(
    text: Texts,
    output: Output,
    options: Annotated[
        Path | None, typer.Option(help="An options.json; a small model without.", metavar="FILE")
    ] = None,
    vocabulary: Annotated[
        Path | None, typer.Option(help="One word a line; the text's own words without.", metavar="FILE")
    ] = None,
    vocabulary_size: Annotated[int, typer.Option(help="Words at most, without --vocabulary.", min=4)] = 20_000,
    min_count: Annotated[int, typer.Option(help="How often they occur, without --vocabulary.", min=1)] = 2,
    held_out: HeldOut = None,
    segment: Segment = None,
    lower_case: Annotated[bool, typer.Option("--lower-case", help="Write the text in lower case.")] = False,
    word_vectors: Annotated[
        Path | None, typer.Option(help="word2vec or GloVe text to begin from (word input).", metavar="FILE")
    ] = None,
    optimizer: Optimizer = "adam",
    learning_rate: LearningRate = None,
    schedule: Annotated[str, typer.Option(help="linear, slanted-triangular or constant.", metavar="NAME")] = "linear",
    epochs: Epochs = None,
    minutes: Minutes = 0.0,
    order: Order = "contiguous",
    batch_size: BatchSize = None,
    unroll_steps: Steps = None,
    checkpoint_minutes: Checkpoints = 5.0,
    evaluation_minutes: Evaluations = 15.0,
    seed: Seed = 0,
    float16: HalfSize = False,
    keep_checkpoint: Keep = False,
) -> None:
    """Train a language model on texts and write it as an ELMo preset.

    Checkpoints are kept in FOLDER.training until it is done: after an interruption the same command goes on from there.
    """
    from simon_elmo.elmo.config import ElmoConfig
    from simon_elmo.elmo.language_model.corpus import Corpus
    from simon_elmo.elmo.language_model.model import BidirectionalLanguageModel
    from simon_elmo.elmo.language_model.vocabulary import build_vocabulary

    recipe = _recipe(
        optimizer, learning_rate, schedule, epochs, minutes, order, checkpoint_minutes, evaluation_minutes, 1.0, seed
    )
    config = ElmoConfig.from_options(_OPTIONS) if options is None else ElmoConfig.load_options(options)
    with _work_folder(output) as work:
        words: Any = vocabulary
        if vocabulary is None:
            corpus = Corpus.read(text, work / "text", segment=segment or "spaces", lower_case=lower_case)
            words = build_vocabulary(corpus, size=vocabulary_size, min_count=min_count)
        model = BidirectionalLanguageModel(config, words, segment=segment or "spaces", lower_case=lower_case)
        if options is None:
            # what is meant for twenty thousand words may be more than a small vocabulary has
            model.set_training(n_negative_samples_batch=min(2048, len(model.vocabulary)))
        _set_training(model, batch_size, unroll_steps)
        if word_vectors is not None:
            report(f"{model.use_word_vectors(word_vectors):,} of {len(model.vocabulary):,} words have a vector")
        fit(model, text, held_out, recipe, work, output, float16, keep_checkpoint, {})


def fine_tune(
    text: Texts,
    preset: Annotated[str, typer.Option(help="An ELMo preset or a folder, to begin from.", metavar="NAME|FOLDER")],
    output: Output,
    held_out: HeldOut = None,
    learning_rate: LearningRate = 1e-3,
    schedule: Annotated[
        str, typer.Option(help="slanted-triangular, linear or constant.", metavar="NAME")
    ] = "slanted-triangular",
    layer_decay: Annotated[
        float, typer.Option(help="How many times smaller the rate of each lower layer is.", min=1, metavar="N")
    ] = 2.6,
    epochs: Epochs = 1.0,
    minutes: Minutes = 0.0,
    order: Order = "contiguous",
    batch_size: BatchSize = None,
    unroll_steps: Steps = None,
    dropout: Annotated[float | None, typer.Option(help="While it is fine-tuned.", min=0, max=0.95, metavar="P")] = None,
    checkpoint_minutes: Checkpoints = 5.0,
    evaluation_minutes: Evaluations = 15.0,
    seed: Seed = 0,
    float16: HalfSize = False,
    keep_checkpoint: Keep = False,
) -> None:
    """Train a language model further on other texts; its words stay the same.

    With --held-out its perplexity there is measured before and after. An interrupted command goes on where it was.
    """
    from simon_elmo.elmo.language_model.model import BidirectionalLanguageModel

    recipe = _recipe(
        "adam",
        learning_rate,
        schedule,
        epochs,
        minutes,
        order,
        checkpoint_minutes,
        evaluation_minutes,
        layer_decay,
        seed,
    )
    with _work_folder(output) as work:
        model = BidirectionalLanguageModel.from_preset(preset)
        before = model.perplexity(held_out) if held_out else None
        _set_training(model, batch_size, unroll_steps, dropout)
        measured = {} if before is None else {"held-out text before": before}
        fit(model, text, held_out, recipe, work, output, float16, keep_checkpoint, measured)


def perplexity(
    text: Texts,
    preset: Annotated[str, typer.Option(help="An ELMo preset or a folder.", metavar="NAME|FOLDER")] = "elmo-small-en",
    output_format: Annotated[str, typer.Option("--format", help="table or json.", metavar="FORMAT")] = "table",
) -> None:
    """Print how well a language model predicts a text, cut into words as the model's own text was."""
    from simon_elmo.elmo.language_model.model import BidirectionalLanguageModel

    if output_format not in ("table", "json"):
        raise InvalidInput(f"--format must be table or json: {output_format!r}")
    model = BidirectionalLanguageModel.from_preset(preset)
    found = model.perplexity(text, progress=True)
    write_output(to_json(found) if output_format == "json" else perplexity_line(found), None)


COMMANDS: tuple[Callable[..., None], ...] = (train, fine_tune, perplexity)


def _recipe(
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
def _work_folder(output: Path) -> Iterator[Path]:
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


def _set_training(
    model: BidirectionalLanguageModel, batch_size: int | None, steps: int | None, dropout: Any = None
) -> None:
    given = {"batch_size": batch_size, "unroll_steps": steps, "dropout": dropout}
    model.set_training(**{name: value for name, value in given.items() if value is not None})
