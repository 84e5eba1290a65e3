"""`simon-elmo text train`: a classifier of texts from labelled rows of tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simon_elmo.cli.elmo.models import embedder_of
from simon_elmo.cli.options import (
    BatchSize,
    ElmoPreset,
    Epochs,
    LabelColumn,
    LearningRate,
    OptionsFile,
    OutputFolder,
    Seed,
    Separator,
    Sheet,
    TextColumn,
    Vocabulary,
    WeightsFile,
)
from simon_elmo.cli.running import report, write_output
from simon_elmo.cli.text.data import LabelledTexts, read_labelled

if TYPE_CHECKING:
    from simon_elmo.text.classifier import ElmoClassifier
    from simon_elmo.text.documents import DocumentClassifier
    from simon_elmo.training.config import TrainingConfig


_FEW, _NAMED = 3, 5


class Kind(StrEnum):
    """Which network classifies texts."""

    elmo = "elmo"
    simon = "simon"


class Head(StrEnum):
    """The heads over a biLM that have a name."""

    published = "published"
    dense = "dense"
    linear = "linear"
    concat = "concat"
    concat_all = "concat-all"
    averaged = "averaged"
    cnn = "cnn"
    lstm = "lstm"


def train(
    data: Annotated[
        list[Path],
        typer.Argument(help="Read these tables: csv, tsv, json, jsonl, parquet, xlsx or sqlite.", metavar="DATA"),
    ],
    output: OutputFolder,
    text: TextColumn = "text",
    label: LabelColumn = "label",
    group: Annotated[
        str | None,
        typer.Option(help="Keep texts together that have the same source in this column.", metavar="COLUMN"),
    ] = None,
    separator: Separator = None,
    sheet: Sheet = None,
    kind: Annotated[Kind, typer.Option(help="Train a head over ELMo, or SIMOn's network from scratch.")] = Kind.elmo,
    preset: ElmoPreset = None,
    options: OptionsFile = None,
    weights: WeightsFile = None,
    vocabulary: Vocabulary = None,
    head: Annotated[Head, typer.Option(help="Read the vectors by this head.")] = Head.published,
    ngrams: Annotated[
        bool, typer.Option("--ngrams", help="Also take words, pairs of words and characters for evidence.")
    ] = False,
    fine_tune: Annotated[
        int, typer.Option(min=0, help="Train the biLM together with the head for this many epochs.", metavar="N")
    ] = 0,
    adapt: Annotated[
        float,
        typer.Option(min=0, help="Train the biLM on the texts before, for this many epochs.", metavar="N"),
    ] = 0.0,
    clean: Annotated[
        str,
        typer.Option(
            help="Clean texts of these: html, links, contractions, numbers, punctuation, lower-case; all; none.",
            metavar="NAMES",
        ),
    ] = "none",
    splitter: Annotated[
        str,
        typer.Option(help="Split texts into sentences by this: built-in, syntok, lines or none.", metavar="NAME"),
    ] = "built-in",
    max_tokens: Annotated[
        int, typer.Option(min=0, help="Read at most this many tokens of a text; 0 is all.", metavar="N")
    ] = 400,
    class_weights: Annotated[bool, typer.Option("--class-weights", help="Weight labels by inverse frequency.")] = False,
    threshold: Annotated[
        str,
        typer.Option(
            help="Give labels from this probability on, or choose it on validation texts by f1, macro-f1 or roc.",
            metavar="P|NAME",
        ),
    ] = "0.5",
    epochs: Epochs = None,
    batch_size: BatchSize = None,
    learning_rate: LearningRate = None,
    seed: Seed = 0,
) -> None:
    """Train a classifier of texts, test it on a tenth that is left out, and save it."""
    from simon_elmo.errors import require_extra
    from simon_elmo.persistence import require_replaceable
    from simon_elmo.training.config import TrainingConfig

    require_extra("keras", "train", "train a network")
    require_replaceable(output)
    if kind is Kind.simon:
        of_a_bilm = {"--preset": preset, "--options": options, "--weights": weights, "--vocabulary": vocabulary}
        of_a_head = {"--ngrams": ngrams, "--fine-tune": fine_tune, "--adapt": adapt, "--class-weights": class_weights}
        changed = {
            "--head": head is not Head.published,
            "--threshold": threshold != "0.5",
            "--max-tokens": max_tokens != 400,
        }
        _refuse_for_simon({**of_a_bilm, **of_a_head, **changed})
    found = read_labelled(data, text, label, group, separator, sheet)
    _report_rare(found)
    changes = {"epochs": epochs, "batch_size": batch_size, "learning_rate": learning_rate, "seed": seed}
    base = TrainingConfig(batch_size=32, patience=5)
    training = replace(base, **{name: value for name, value in changes.items() if value is not None})  # type: ignore[arg-type]
    mode = "single" if separator is None else "multi"
    settings: dict[str, Any] = {"label_mode": mode, "clean": clean, "splitter": splitter}
    if kind is Kind.simon:
        classifier: ElmoClassifier | DocumentClassifier = _trained_simon(found, training, settings)
    else:
        settings |= {"max_tokens": max_tokens, "head": head.value, "ngrams": ngrams, "adapt": adapt, "seed": seed}
        elmo = embedder_of(preset, options, weights, vocabulary)
        fitted = {
            "class_weights": "balanced" if class_weights else None,
            "threshold": _threshold(threshold),
            "fine_tuning": None,
        }
        classifier = _trained_elmo(elmo, found, training, settings, fitted, fine_tune)
    columns = {"text": text, "label": label, "group": group, "separator": separator, "sheet": sheet}
    recipe = {
        "command": "simon-elmo text train",
        "seed": seed,
        "data": [{"name": path.name, "licence": "that of the file"} for path in data],
        "settings": {**columns, **settings, "fine_tune": fine_tune},
    }
    classifier.metadata = {**classifier.metadata, "recipe": recipe}
    classifier.save(output)
    _draw_history(classifier, output)
    write_output(_answer(classifier, output), None)


def _report_rare(found: LabelledTexts) -> None:
    """Say which labels are learned from next to nothing, and not tested."""
    counts = Counter(name for names in found.labels for name in names)
    rare = sorted(name for name, count in counts.items() if count < _FEW)
    if rare:
        named = ", ".join(rare[:_NAMED]) + (", ..." if len(rare) > _NAMED else "")
        report(f"{len(rare)} of {len(counts)} labels have fewer than {_FEW} texts, too few to learn and test: {named}")


def _refuse_for_simon(given: Mapping[str, Any]) -> None:
    """Raise an error for an option that SIMOn's network would not look at."""
    from simon_elmo.errors import InvalidInput

    for option, value in given.items():
        if value:
            raise InvalidInput(f"{option} is for --kind elmo; leave it out with --kind simon")


def _trained_simon(found: LabelledTexts, training: TrainingConfig, settings: Mapping[str, Any]) -> DocumentClassifier:
    from simon_elmo.text.documents import DocumentClassifier
    from simon_elmo.words.cleaning import TextCleaning

    cleaning = TextCleaning.parse(settings["clean"])
    classifier = DocumentClassifier(label_mode=settings["label_mode"], splitter=settings["splitter"], cleaning=cleaning)
    return classifier.fit(
        found.texts,
        found.labels,
        groups=found.groups,
        training=training,
        on_epoch=lambda row: _report_epoch(row, training.epochs),
    )


def _trained_elmo(
    elmo: Any,
    found: LabelledTexts,
    training: TrainingConfig,
    settings: Mapping[str, Any],
    fitted: dict[str, Any],
    fine_tune: int,
) -> ElmoClassifier:
    from simon_elmo.text.classifier import ElmoClassifier
    from simon_elmo.text.reader import TextReader
    from simon_elmo.words.cleaning import TextCleaning

    reader = replace(
        TextReader.for_segment(elmo.files.segment),
        max_tokens=settings["max_tokens"],
        splitter=settings["splitter"],
        cleaning=TextCleaning.parse(settings["clean"]),
    )
    given = {name: settings[name] for name in ("head", "label_mode", "ngrams", "seed")}
    classifier = ElmoClassifier(elmo, reader=reader, **given)
    if fine_tune:
        fitted["fine_tuning"] = classifier.fine_tuning_config(fine_tune, seed=training.seed)
    if settings["adapt"]:
        report(f"training the biLM on {len(found.texts):,} texts")
        classifier.adapt(found.texts, epochs=settings["adapt"])
    report(f"running {len(found.texts):,} texts through the biLM")
    return classifier.fit(
        found.texts,
        found.labels,
        groups=found.groups,
        training=training,
        on_epoch=lambda row: _report_epoch(row, training.epochs),
        **fitted,
    )


def _threshold(value: str) -> float | str:
    try:
        return float(value)
    except ValueError:
        return value


def _report_epoch(row: Mapping[str, float], epochs: int) -> None:
    report(
        f"epoch {int(row['epoch']) + 1}/{epochs}: loss {row['loss']:.4f}, validation loss "
        f"{row['validation_loss']:.4f}, macro F1 {row['validation_macro_f1']:.3f}, {row['seconds']:.1f} s"
    )


def _draw_history(classifier: ElmoClassifier | DocumentClassifier, folder: Path) -> None:
    """Write `history.png` beside the model, where matplotlib is installed."""
    from simon_elmo.errors import MissingExtra
    from simon_elmo.persistence import write_bytes_atomically
    from simon_elmo.reports.plots import training_curves

    if classifier.history is None or not classifier.history.epochs:
        return
    try:
        write_bytes_atomically(folder / "history.png", training_curves(classifier.history.epochs))
    except MissingExtra as error:
        report(str(error))


def _answer(classifier: ElmoClassifier | DocumentClassifier, folder: Path) -> str:
    test = classifier.metadata.get("metrics", {}).get("test", {})
    scores = f", accuracy {test['exact_accuracy']:.3f}, macro F1 {test['macro_f1']:.3f}" if test else ""
    return f"{folder}: {len(classifier.labels)} labels{scores} on {test.get('columns', 0)} left-out texts\n"
