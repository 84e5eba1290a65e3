"""Trained models that estimators share: a clone, a fold or a worker's second estimator loads nothing again."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from simon_elmo.errors import InvalidConfig, InvalidInput, PresetNotFound
from simon_elmo.presets import preset_folder
from simon_elmo.simon.columns import ColumnClassifier
from simon_elmo.text.documents import DocumentClassifier
from simon_elmo.words.sentences import cut_at_words, split_sentences

KINDS = ("columns", "documents")


def require_kind(kind: str) -> None:
    """Raise InvalidInput unless samples are columns or documents."""
    if kind not in KINDS:
        raise InvalidInput(f"kind must be one of {', '.join(KINDS)}: {kind!r}")


def shared_model(kind: str, preset: str | Path | None) -> Any:
    """Return a trained classifier; nobody may train it further.

    Documents are read by a `DocumentClassifier` where the preset is one, and otherwise by the network of a
    `ColumnClassifier`, with sentences as cells. A folder that was written anew since is loaded anew.

    Args:
        kind: `"columns"` or `"documents"`.
        preset: a preset's name, or a folder that `save` wrote; None is the default preset.

    Raises:
        InvalidInput: for another kind.
        PresetNotFound: if there is no such preset.
        CorruptPreset: if a file of it is missing, damaged or does not fit the others.
    """
    require_kind(kind)
    folder = preset_folder(preset).resolve()
    return _loaded(kind, folder, _written_at(folder))


def document_cells(model: Any, texts: list[str]) -> list[list[str]]:
    """Return the cells of texts as a model reads them: its own way, or sentences cut at words to its length."""
    if isinstance(model, DocumentClassifier):
        return model.cells(texts)
    return [
        [piece for sentence in split_sentences(text) for piece in cut_at_words(sentence, model.config.max_len)]
        for text in texts
    ]


def shared_embedder(preset: str | Path | None, options: str | Path | None, weights: str | Path | None) -> Any:
    """Return an ELMo embedder of a preset or of a pair of published files.

    Raises:
        InvalidInput: if only one of the two files is named.
        PresetNotFound: if there is no such preset.
        CorruptPreset: if a file cannot be read.
    """
    if (options is None) != (weights is None):
        raise InvalidInput("ELMo's published weights are two files: give options and weights, or a preset")
    if options is not None and weights is not None:
        files = Path(options).resolve(), Path(weights).resolve()
        return _embedder_of_files(*files, *(_written_at(file) for file in files))
    folder = preset_folder("elmo-small-en" if preset is None else preset).resolve()
    return _embedder_of_folder(folder, _written_at(folder))


def _written_at(path: Path) -> int:
    marker = path / "metadata.json"
    place = marker if marker.is_file() else path
    return place.stat().st_mtime_ns if place.exists() else 0


@lru_cache(maxsize=8)
def _loaded(kind: str, folder: Path, written_at: int) -> Any:
    if kind == "documents":
        try:
            return DocumentClassifier.from_preset(folder)
        except (PresetNotFound, InvalidConfig):  # a network that was trained on columns, and maybe reads headers
            pass
    return ColumnClassifier.from_preset(folder)


@lru_cache(maxsize=4)
def _embedder_of_files(options: Path, weights: Path, options_at: int, weights_at: int) -> Any:
    from simon_elmo.elmo.embedder import ElmoEmbedder

    return ElmoEmbedder.from_files(options, weights)


@lru_cache(maxsize=4)
def _embedder_of_folder(folder: Path, written_at: int) -> Any:
    from simon_elmo.elmo.embedder import ElmoEmbedder

    return ElmoEmbedder.from_preset(folder)
