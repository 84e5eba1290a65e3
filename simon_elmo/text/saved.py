"""A trained head with its biLM as files of a folder, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simon_elmo.elmo.embedder import ElmoEmbedder
from simon_elmo.elmo.files import ElmoFiles
from simon_elmo.errors import CorruptPreset, MissingExtra, SimonElmoError
from simon_elmo.labels.label_set import LabelSet
from simon_elmo.persistence import ModelFolder, json_bytes, read_weights, write_folder, write_weights
from simon_elmo.text.fitted import FittedHead, head_network
from simon_elmo.text.head_config import TextHeadConfig
from simon_elmo.text.ngrams import NgramPart
from simon_elmo.text.reader import TextReader
from simon_elmo.text.settings import HeadSettings
from simon_elmo.words.text_labels import require_label_mode, require_label_type

KIND = "elmo-classifier"  # see `presets.KINDS`
HEAD, HEAD_WEIGHTS, NGRAMS, LABELS, READER, HISTORY = (
    "head.json",
    "head.weights.h5",
    "ngrams.weights.h5",
    "labels.json",
    "reader.json",
    "history.csv",
)
_NOT_KEPT = ("format", "format_version", "library_version", "keras_version", "sha256")
_OF_THE_BILM = ("lower_case", "segment")


@dataclass(frozen=True)
class SavedHead:
    """What a folder holds of a classifier of texts over a biLM.

    Attributes:
        settings: what it was before training; with its labels.
        fitted: the trained head.
        metadata: what is known about it beyond that: recipe, metrics.
    """

    settings: HeadSettings
    fitted: FittedHead
    metadata: dict[str, Any]


def save_head(folder: Path, saved: SavedHead, dtype: str) -> None:
    """Write a trained head and its biLM; the folder can also be read as an ELMo preset.

    Args:
        folder: where to; a model that is there already is replaced.
        saved: what is written.
        dtype: of the weights on disk, `"float32"` or `"float16"`.
    """
    from simon_elmo.training.named_weights import weights_of

    settings, fitted = saved.settings, saved.fitted
    labels, config = list(fitted.label_set.names), fitted.network.config
    bilm, reading = fitted.elmo.files.contents(fitted.elmo.backbone, dtype)
    contents: dict[str, Any] = {
        **bilm,
        HEAD: json_bytes(config.to_dict()),
        HEAD_WEIGHTS: lambda path: write_weights(path, weights_of(fitted.network), dtype),
        LABELS: json_bytes(labels),
        READER: json_bytes(settings.reader.to_dict()),
    }
    ngrams = fitted.ngrams
    if ngrams is not None:
        contents[NGRAMS] = lambda path: write_weights(path, ngrams.arrays())
    if fitted.history is not None and fitted.history.epochs:
        contents[HISTORY] = fitted.history.to_csv().encode()
    metadata = {
        "kind": KIND,
        **reading,
        "facts": {"head": config.kind, "width of a word's vector": fitted.elmo.config.output_units},
        **saved.metadata,
        "labels": labels,
        "label_mode": fitted.label_mode,
        "label_type": fitted.label_type,
        "thresholds": dict(zip(labels, fitted.label_set.thresholds, strict=True)),
        "temperature": fitted.temperature,
        "seed": settings.seed,
    }
    write_folder(folder, contents, metadata)


def load_head(folder: ModelFolder) -> SavedHead:
    """Return the trained head in a checked folder.

    Raises:
        CorruptPreset: if a file of it is missing, damaged or does not fit the others.
        MissingExtra: if Keras is not installed.
    """
    path = folder.path
    elmo = ElmoEmbedder(ElmoFiles.in_folder(folder))
    try:
        labels = _labels(folder)
        settings = _settings(folder, elmo, labels)
        fitted = _fitted(folder, settings, labels)
    except (CorruptPreset, MissingExtra):
        raise
    except (SimonElmoError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise CorruptPreset(f"{path}: {error}") from error
    return SavedHead(settings, fitted, _own_metadata(folder.metadata))


def _labels(folder: ModelFolder) -> LabelSet:
    names = tuple(str(name) for name in folder.read_json(LABELS))
    thresholds = folder.metadata["thresholds"]
    return LabelSet(names, tuple(float(thresholds[name]) for name in names))


def _settings(folder: ModelFolder, elmo: ElmoEmbedder, labels: LabelSet) -> HeadSettings:
    metadata = folder.metadata
    return HeadSettings(
        elmo=elmo,
        head=TextHeadConfig.from_dict(folder.read_json(HEAD)),
        reader=TextReader.from_dict(folder.read_json(READER)),
        label_mode=require_label_mode(metadata["label_mode"]),
        label_set=labels,
        label_type=require_label_type(metadata.get("label_type", "str"), labels.names),  # strings alone, at first
        ngrams=NGRAMS in folder,
        seed=int(metadata.get("seed", 0)),
    )


def _fitted(folder: ModelFolder, settings: HeadSettings, labels: LabelSet) -> FittedHead:
    temperature = float(folder.metadata["temperature"])
    if not temperature > 0:
        raise CorruptPreset(f"{folder.path}: the temperature in metadata.json is not above 0")
    weights = read_weights(folder.file(HEAD_WEIGHTS))
    network = head_network(settings.head, settings.elmo.config, len(labels), settings.label_mode, weights)
    ngrams = NgramPart.from_arrays(read_weights(folder.file(NGRAMS)), network.n_outputs) if settings.ngrams else None
    return FittedHead(settings.elmo, network, settings.label_mode, labels, settings.label_type, temperature, ngrams)


def _own_metadata(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the metadata say beyond what is written anew for every folder."""
    written = {
        *_NOT_KEPT,
        *_OF_THE_BILM,
        "kind",
        "facts",
        "labels",
        "label_mode",
        "label_type",
        "thresholds",
        "temperature",
        "seed",
    }
    return {name: value for name, value in metadata.items() if name not in written}
