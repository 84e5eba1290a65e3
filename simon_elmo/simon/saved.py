"""A SIMOn model as files of a folder, and back."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simon_elmo.errors import CorruptPreset, SimonElmoError
from simon_elmo.labels.label_set import LabelSet
from simon_elmo.persistence import (
    ModelFolder,
    read_weights,
    require_self_contained,
    write_folder,
    write_weights,
)
from simon_elmo.presets import open_preset
from simon_elmo.simon.characters import CharacterVocabulary
from simon_elmo.simon.config import SimonConfig
from simon_elmo.simon.engine import HEAD_BIAS, HEAD_KERNEL, HEAD_SURFACE
from simon_elmo.simon.surface import SURFACE_WIDTH
from simon_elmo.simon.teaching.rehearsal import FILE_NAME as REHEARSAL

if TYPE_CHECKING:
    from simon_elmo.simon.teaching.rehearsal import Rehearsal
    from simon_elmo.training.history import TrainingHistory

CONFIG, LABELS, VOCABULARY, WEIGHTS, GRAPH, HISTORY = (
    "config.json",
    "labels.json",
    "vocabulary.json",
    "model.weights.h5",
    "model.onnx",
    "history.csv",
)


@dataclass(frozen=True)
class SavedModel:
    """Everything that a folder holds of a SIMOn classifier.

    Attributes:
        config: the shapes.
        vocabulary: the characters.
        labels: the labels and their thresholds.
        temperatures: float32, one per label.
        weights: named arrays.
        graph: the ONNX graph of the backbone, None for none.
        metadata: what `metadata.json` says beyond that: recipe, metrics, preset.
        history: of the training that made the weights.
        rehearsal: what the teaching of new labels replays, or the folder that holds it; None for none.
    """

    config: SimonConfig
    vocabulary: CharacterVocabulary
    labels: LabelSet
    temperatures: np.ndarray
    weights: Mapping[str, np.ndarray]
    graph: bytes | None
    metadata: Mapping[str, Any]
    history: TrainingHistory | None = None
    rehearsal: Rehearsal | ModelFolder | None = None


def write_saved(folder: str | os.PathLike[str], saved: SavedModel, dtype: str = "float32") -> None:
    """Write a model folder: all of it, or nothing when anything fails.

    Args:
        folder: where to.
        saved: the model.
        dtype: of the weights on disk, `"float32"` or `"float16"`.
    """
    names = saved.labels.names
    metadata = {
        **saved.metadata,
        "labels": list(names),
        "temperatures": {name: float(value) for name, value in zip(names, saved.temperatures, strict=True)},
        "thresholds": dict(zip(names, saved.labels.thresholds, strict=True)),
    }
    files: dict[str, Any] = {
        CONFIG: _json_bytes(saved.config.to_dict()),
        LABELS: _json_bytes(list(names)),
        VOCABULARY: _json_bytes(saved.vocabulary.to_dict()),
        WEIGHTS: lambda path: write_weights(path, saved.weights, dtype),
    }
    if saved.history is not None and saved.history.epochs:
        files[HISTORY] = saved.history.to_csv().encode()
    if saved.graph is not None:
        files[GRAPH] = saved.graph
    if saved.rehearsal is not None:
        held = saved.rehearsal
        files[REHEARSAL] = held.read_bytes(REHEARSAL) if isinstance(held, ModelFolder) else held.to_bytes()
    write_folder(Path(folder), files, metadata)


def load_saved(name_or_folder: str | os.PathLike[str] | None, kind: str) -> tuple[SavedModel, Path]:
    """Read a preset, or another folder of a model; checksums are checked before anything is opened.

    Args:
        name_or_folder: a preset's name or a folder; None is the default preset.
        kind: `"column"` or `"document"`, see `presets.KINDS`.

    Returns:
        The model, and the folder that it was read from.

    Raises:
        PresetNotFound: if there is no such folder, or it holds a model of another kind.
        CorruptPreset: if a file is missing, damaged or does not fit the others.
    """
    files = open_preset(name_or_folder, kind)
    folder = files.path
    for name in (CONFIG, LABELS, VOCABULARY, WEIGHTS):
        files.file(name)
    try:
        config = SimonConfig.from_dict(files.read_json(CONFIG))
        vocabulary = CharacterVocabulary.from_dict(files.read_json(VOCABULARY))
        names = tuple(files.read_json(LABELS))
        labels = LabelSet(names, _numbers(files, "thresholds", names, 0.5))
    except (SimonElmoError, TypeError, ValueError) as error:
        raise CorruptPreset(f"{folder}: {error}") from error
    temperatures = np.array(_numbers(files, "temperatures", names, 1.0), dtype=np.float32)
    weights = read_weights(files.file(WEIGHTS))
    _check(folder, config, vocabulary, labels, temperatures, weights)
    graph = _graph(files) if GRAPH in files else None
    own = {"sha256", "format", "format_version", "library_version", "keras_version"}
    metadata = {name: value for name, value in files.metadata.items() if name not in own}
    rehearsal = files if REHEARSAL in files else None
    saved = SavedModel(config, vocabulary, labels, temperatures, weights, graph, metadata, rehearsal=rehearsal)
    return saved, folder


def _check(
    folder: Path,
    config: SimonConfig,
    vocabulary: CharacterVocabulary,
    labels: LabelSet,
    temperatures: np.ndarray,
    weights: Mapping[str, np.ndarray],
) -> None:
    if config.n_characters != vocabulary.size:
        raise CorruptPreset(
            f"{folder / VOCABULARY} has {vocabulary.size} characters, {CONFIG} says {config.n_characters}"
        )
    for name, shape in ((HEAD_KERNEL, (config.feature_units, len(labels))), (HEAD_BIAS, (len(labels),))):
        if name not in weights or weights[name].shape != shape:
            found = weights[name].shape if name in weights else "nothing"
            raise CorruptPreset(f"{folder / WEIGHTS}: {name} has {found}, {LABELS} and {CONFIG} ask for {shape}")
    surface = weights.get(HEAD_SURFACE)
    if surface is not None and surface.shape != (SURFACE_WIDTH, len(labels)):
        raise CorruptPreset(
            f"{folder / WEIGHTS}: {HEAD_SURFACE} has {surface.shape}, expected {(SURFACE_WIDTH, len(labels))}"
        )
    if not (temperatures > 0).all():
        raise CorruptPreset(f"{folder}: a temperature in metadata.json is not above 0")


def _graph(files: ModelFolder) -> bytes:
    graph = files.read_bytes(GRAPH)
    require_self_contained(graph, str(files.path / GRAPH))
    return graph


def _numbers(files: ModelFolder, key: str, names: tuple[str, ...], default: float) -> tuple[float, ...]:
    stored = files.metadata.get(key, {})
    try:
        return tuple(float(stored.get(name, default)) for name in names)
    except (AttributeError, TypeError, ValueError) as error:
        raise CorruptPreset(f"{files.path}: {key} in metadata.json must map labels to numbers") from error


def _json_bytes(value: Any) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode("utf-8")
