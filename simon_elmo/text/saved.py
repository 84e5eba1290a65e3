"""A text classifier with its biLM as files of a folder, and back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from simon_elmo.elmo.embedder import ElmoEmbedder
from simon_elmo.elmo.files import OPTIONS, ElmoFiles
from simon_elmo.errors import CorruptPreset, NotFitted, PresetNotFound, SimonElmoError
from simon_elmo.labels.label_set import LabelSet
from simon_elmo.persistence import json_bytes, open_folder, read_weights, write_folder, write_weights
from simon_elmo.text.head_config import TextHeadConfig
from simon_elmo.text.ngrams import NgramPart
from simon_elmo.text.reader import TextReader

if TYPE_CHECKING:
    from simon_elmo.text.classifier import ElmoClassifier

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

Classifier = TypeVar("Classifier", bound="ElmoClassifier")


def save_text_classifier(classifier: ElmoClassifier, folder: Path, dtype: str) -> None:
    """Write a classifier and its biLM; the folder can also be read as an ELMo preset."""
    if classifier._head_weights is None:
        raise NotFitted("this classifier is not trained: call fit first")
    head_weights = classifier._head_weights
    bilm, reading = classifier.elmo.files.contents(classifier.elmo.backbone, dtype)
    contents: dict[str, Any] = {
        **bilm,
        HEAD: json_bytes(classifier.head_config.to_dict()),
        HEAD_WEIGHTS: lambda path: write_weights(path, head_weights, dtype),
        LABELS: json_bytes(classifier.labels),
        READER: json_bytes(classifier.reader.to_dict()),
    }
    part = classifier._ngram_part
    if part is not None:
        contents[NGRAMS] = lambda path: write_weights(path, part.arrays())
    if classifier.history is not None and classifier.history.epochs:
        contents[HISTORY] = classifier.history.to_csv().encode()
    metadata = {
        "kind": "elmo-classifier",
        **reading,
        "facts": {"head": classifier.head_config.kind, "width of a word's vector": classifier.elmo.config.output_units},
        **classifier.metadata,
        "labels": classifier.labels,
        "label_mode": classifier.label_mode,
        "thresholds": dict(zip(classifier.labels, classifier.label_set.thresholds, strict=True)),
        "temperature": classifier.temperature,
        "seed": classifier.seed,
    }
    write_folder(folder, contents, metadata)


def load_text_classifier(kind: type[Classifier], path: Path) -> Classifier:
    """Return the classifier in a folder.

    Raises:
        PresetNotFound: if there is no such folder, or it holds a model of another kind.
        CorruptPreset: if a file of it is missing, damaged or does not fit the others.
    """
    folder = open_folder(path)
    if HEAD not in folder or OPTIONS not in folder:
        raise PresetNotFound(f"{path} holds no text classifier over ELMo: it has no {HEAD}")
    metadata = folder.metadata
    elmo = ElmoEmbedder(ElmoFiles.from_preset(path))
    try:
        labels = [str(name) for name in folder.read_json(LABELS)]
        reader = TextReader.from_dict(folder.read_json(READER))
        head = TextHeadConfig.from_dict(folder.read_json(HEAD))
        thresholds = {str(name): float(value) for name, value in metadata["thresholds"].items()}
        classifier = kind(
            elmo, head, labels, metadata["label_mode"], reader, NGRAMS in folder, int(metadata.get("seed", 0))
        )
        classifier._label_set = LabelSet(tuple(labels), tuple(thresholds[name] for name in labels))
        classifier.temperature = float(metadata["temperature"])
        classifier._head_weights = read_weights(folder.file(HEAD_WEIGHTS))
        if not classifier.temperature > 0:
            raise CorruptPreset(f"{path}: the temperature in metadata.json is not above 0")
        n_outputs = classifier.head.n_outputs  # weights that do not fit are an error here, not at the first text
        if classifier.ngrams:
            classifier._ngram_part = NgramPart.from_arrays(read_weights(folder.file(NGRAMS)), n_outputs)
    except (SimonElmoError, AttributeError, KeyError, TypeError, ValueError) as error:
        if isinstance(error, CorruptPreset):
            raise
        raise CorruptPreset(f"{path}: {error}") from error
    classifier.metadata = _own_metadata(metadata)
    return classifier


def _own_metadata(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the metadata say beyond what is written anew for every folder."""
    written = {*_NOT_KEPT, *_OF_THE_BILM, "kind", "facts", "labels", "label_mode", "thresholds", "temperature", "seed"}
    return {name: value for name, value in metadata.items() if name not in written}
