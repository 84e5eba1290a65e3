"""`simon-elmo train`: a column classifier from simulated columns, labelled columns or both."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simon_elmo.cli.options import BatchSize, Cells, Epochs, Labels, LearningRate, OutputFolder, Seed, Types, Workers
from simon_elmo.cli.running import report, write_output

if TYPE_CHECKING:
    from simon_elmo.simon.columns import ColumnClassifier
    from simon_elmo.training.config import TrainingConfig


class Network(StrEnum):
    """Shapes of a new network."""

    compact = "compact"
    published = "published"


def train(
    output: OutputFolder,
    types: Types = "types.json",
    labels: Labels = "",
    columns: Annotated[
        int | None,
        typer.Option(min=0, help="Simulate this many columns.", metavar="N", show_default="10000, or 0 with --data"),
    ] = None,
    cells: Cells = 100,
    data: Annotated[
        list[Path] | None,
        typer.Option(
            help="Learn from this Parquet file of values, labels, header and group; may be repeated.", metavar="FILE"
        ),
    ] = None,
    preset: Annotated[
        str | None,
        typer.Option(help="Train this preset, or the model in this folder, further.", metavar="NAME|FOLDER"),
    ] = None,
    network: Annotated[Network, typer.Option(help="Give a new network these shapes.")] = Network.compact,
    config: Annotated[
        Path | None,
        typer.Option(help="Give a new network the shapes in this JSON file of SimonConfig.", metavar="FILE"),
    ] = None,
    training: Annotated[
        Path | None,
        typer.Option(help="Train as this JSON file of TrainingConfig says; options below win.", metavar="FILE"),
    ] = None,
    epochs: Epochs = None,
    batch_size: BatchSize = None,
    learning_rate: LearningRate = None,
    schedule: Annotated[
        str | None,
        typer.Option(
            help="Change the learning rate by this schedule: constant, cosine, ...",
            metavar="NAME",
            show_default="that of TrainingConfig",
        ),
    ] = None,
    strategy: Annotated[
        str | None,
        typer.Option(
            help="Train all layers, or with gradual-unfreezing the top ones first and lower ones at smaller rates.",
            metavar="NAME",
            show_default="all",
        ),
    ] = None,
    balance: Annotated[
        float | None,
        typer.Option(
            help="Draw columns as they come (0) up to each label equally often (1).",
            metavar="R",
            show_default="that of TrainingConfig",
        ),
    ] = None,
    patience: Annotated[
        int | None,
        typer.Option(
            help="Stop after this many epochs without improvement.", metavar="N", show_default="that of TrainingConfig"
        ),
    ] = None,
    seed: Seed = 0,
    workers: Workers = 1,
    tensorboard: Annotated[Path | None, typer.Option(help="Write TensorBoard logs here.", metavar="FOLDER")] = None,
) -> None:
    """Train a column classifier and save it with its history.

    The state after each epoch is kept in FOLDER.checkpoint: after an interruption the same command goes on.
    """
    from simon_elmo.errors import require_extra
    from simon_elmo.persistence import require_replaceable

    require_extra("keras", "train", "train a network")
    require_replaceable(output)
    settings = _training_config(
        training,
        epochs=epochs,
        batch_size=batch_size,
        learning_rate=learning_rate,
        schedule=schedule,
        strategy=strategy,
        class_balance=balance,
        patience=patience,
        seed=seed,
    )
    wanted = [label.strip() for label in labels.split(",") if label.strip()] or None
    n_simulated = columns if columns is not None else 0 if data else 10_000
    examples = _examples(data or [], n_simulated, cells, types, wanted, seed, workers)
    classifier = _classifier(preset, network, config, wanted)
    checkpoint = output.with_name(f"{output.name}.checkpoint")
    from simon_elmo.training.devices import use_all_devices

    use_all_devices()
    cells_of, labels_of, headers, groups = zip(*examples, strict=True)
    classifier.fit(
        cells_of,
        labels_of,
        headers=headers,
        groups=groups,
        training=settings,
        checkpoint=checkpoint,
        tensorboard=tensorboard,
        on_epoch=lambda row: _report_epoch(row, settings.epochs),
    )
    given = {"types": types, "labels": labels, "columns": n_simulated, "cells": cells, "preset": preset, "seed": seed}
    given |= {"data": data, "network": None if config or preset else network.value, "config": config}
    given |= {"training": training, "epochs": epochs, "batch-size": batch_size, "learning-rate": learning_rate}
    given |= {"schedule": schedule, "strategy": strategy, "balance": balance, "patience": patience}
    classifier.metadata = {
        **classifier.metadata,
        "preset": output.name,
        "recipe": {
            "command": _command(given, output),
            "seed": seed,
            "training": settings.to_dict(),
            "data": _sources(data or [], n_simulated, cells),
        },
    }
    classifier.save(output)
    _draw_history(classifier, output)
    checkpoint.unlink(missing_ok=True)
    write_output(_answer(classifier, output), None)


def _training_config(path: Path | None, **options: Any) -> TrainingConfig:
    from simon_elmo.training.config import TrainingConfig, training_config

    base = None if path is None else TrainingConfig.load(path)
    return training_config(base, **options)


def _examples(
    paths: list[Path], n_simulated: int, cells: int, types: str, labels: list[str] | None, seed: int, workers: int
) -> list[tuple[list[str], tuple[str, ...], str, str | None]]:
    """Return cells, labels, name and group of the columns to learn from, without labels that are not wanted.

    Beside columns of the user's own, simulated ones have no group: they are trained on and never measured on.
    """
    from simon_elmo.errors import InvalidInput
    from simon_elmo.simulation.simulated_columns import SimulatedColumns

    parts = [SimulatedColumns.load(path) for path in paths]
    if n_simulated:
        from simon_elmo.simulation.generator import simulate

        report(f"simulating {n_simulated:,} columns")
        parts.append(
            simulate(n_columns=n_simulated, n_cells=cells, types=types, seed=seed, labels=labels, workers=workers)
        )
    rows: list[tuple[list[str], tuple[str, ...], str, str | None]] = []
    for number, part in enumerate(parts):
        only_trained = bool(paths) and number == len(paths)  # simulated beside real ones
        groups = part.groups or [str(row) for row in range(len(part))]
        for column, names, header, group in zip(part.columns, part.labels, part.headers, groups, strict=True):
            known = tuple(name for name in names if labels is None or name in labels)
            if known:
                rows.append((column, known, header, None if only_trained else f"{number}/{group}"))
    if not rows:
        raise InvalidInput("there are no columns to learn from; give --data, or --columns above 0")
    return rows


def _classifier(
    preset: str | None, network: Network, config: Path | None, labels: list[str] | None
) -> ColumnClassifier:
    from simon_elmo.simon.columns import ColumnClassifier
    from simon_elmo.simon.config import SimonConfig

    if preset is not None:
        return ColumnClassifier.from_preset(preset)
    if config is not None:
        return ColumnClassifier(labels, config=SimonConfig.load(config))
    return ColumnClassifier(labels, config=SimonConfig.published() if network is Network.published else None)


def _report_epoch(row: Mapping[str, float], epochs: int) -> None:
    report(
        f"epoch {int(row['epoch']) + 1}/{epochs}: loss {row['loss']:.4f}, validation loss "
        f"{row['validation_loss']:.4f}, macro F1 {row['validation_macro_f1']:.3f}, {row['seconds']:.1f} s"
    )


def _command(given: Mapping[str, Any], output: Path) -> str:
    """Return the command line that makes this model again."""
    words = ["simon-elmo", "train", "--output", output.name]
    for name, value in given.items():
        for entry in value if isinstance(value, list) else [value]:
            if entry not in (None, ""):
                words += [f"--{name}", entry.name if isinstance(entry, Path) else str(entry)]
    return shlex.join(words)


def _sources(paths: list[Path], n_simulated: int, cells: int) -> list[dict[str, str]]:
    sources = [{"name": path.name, "licence": "that of the file"} for path in paths]
    if n_simulated:
        sources.append({"name": f"{n_simulated:,} simulated columns of {cells} cells", "licence": "Apache-2.0"})
    return sources


def _draw_history(classifier: ColumnClassifier, folder: Path) -> None:
    """Write `history.png` beside the model, where matplotlib is installed."""
    from simon_elmo.errors import MissingExtra
    from simon_elmo.persistence import write_bytes_atomically
    from simon_elmo.reports.plots import training_curves

    if classifier.history is None:
        return
    try:
        write_bytes_atomically(folder / "history.png", training_curves(classifier.history.epochs))
    except MissingExtra as error:
        report(str(error))


def _answer(classifier: ColumnClassifier, folder: Path) -> str:
    test = classifier.metadata.get("metrics", {}).get("test", {})
    scores = "".join(f", {name.replace('_', ' ')} {test[name]:.3f}" for name in ("macro_f1", "exact_accuracy") if test)
    return f"{folder}: {len(classifier.labels)} labels{scores} on {test.get('columns', 0)} left-out columns\n"
