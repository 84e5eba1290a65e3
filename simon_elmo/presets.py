"""The pretrained models that have a name, and where their folders are.

A preset is one row of `PRESETS` and one folder of that name in `pretrained/`. Folders are looked for in
`$SIMON_ELMO_PRESETS` (if set), in the installed package and, in an editable install, beside it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from simon_elmo.errors import PresetNotFound
from simon_elmo.persistence import ModelFolder, is_model_folder, open_folder

SEARCH_VARIABLE = "SIMON_ELMO_PRESETS"


@dataclass(frozen=True)
class Preset:
    """One named pretrained model.

    Attributes:
        name: also the name of its folder.
        description: one line.
        network: the kind of network.
        types_columns: whether it classifies columns; else it is a language model.
    """

    name: str
    description: str
    network: str
    types_columns: bool = True


PRESETS = (
    Preset("simon-semantic", "Semantic types of columns, from cells and header; the default", "compact SIMOn"),
    Preset("simon-geo", "The 18 published types with geography, from cells and header", "compact SIMOn"),
    Preset("simon-base", "The 9 published base types, from cells alone", "published SIMOn"),
    Preset("elmo-small-en", "A small English bidirectional language model", "ELMo", types_columns=False),
)


# `kind` in metadata.json, which classifiers of columns do not have -> what such a model is, and the class that loads it
KINDS = {
    "column": ("a classifier of columns", "ColumnClassifier"),
    "document": ("a classifier of documents", "DocumentClassifier"),
    "elmo": ("an ELMo language model", "ElmoEmbedder"),
    "elmo-classifier": ("a classifier of texts over ELMo", "ElmoClassifier"),
    "elmo-tagger": ("a tagger of words over ELMo", "ElmoTagger"),
    "elmo-index": ("an index of sentences", "SemanticIndex"),
}


def available_presets() -> list[Preset]:
    """Return the presets whose folders are installed, the default one first.

    Example:
        >>> [preset.name for preset in available_presets()]
        ['simon-semantic', 'simon-geo', 'simon-base', 'elmo-small-en']
    """
    return [preset for preset in PRESETS if _installed_folder(preset.name) is not None]


def default_preset() -> str:
    """Return the name of the preset that classifies columns when none is named.

    Raises:
        PresetNotFound: if no such preset is installed.
    """
    for preset in available_presets():
        if preset.types_columns:
            return preset.name
    raise PresetNotFound(f"no preset is installed; looked in {', '.join(map(str, _search_folders()))}")


def preset_folder(name_or_path: str | os.PathLike[str] | None = None) -> Path:
    """Return the folder of a preset; its content is not checked.

    Args:
        name_or_path: a preset's name, or a folder that `save()` wrote; `None` is the default preset. A name wins over a
            folder of that name in the current directory; write `./name` for the folder.

    Raises:
        PresetNotFound: if there is neither; the message lists what there is.

    Example:
        >>> preset_folder("simon-base").name
        'simon-base'
    """
    name = default_preset() if name_or_path is None else os.fspath(name_or_path)
    if not isinstance(name, str) or not name or "\0" in name:
        raise PresetNotFound(f"{name!r} is neither a preset nor a folder")
    installed = _installed_folder(name)
    if installed is not None:
        return installed
    if os.path.isdir(name):
        return Path(name)
    there = ", ".join(preset.name for preset in available_presets()) or "none"
    raise PresetNotFound(f"there is no preset and no folder {name!r}; installed presets: {there}")


def open_preset(name_or_path: str | os.PathLike[str] | None, *kinds: str) -> ModelFolder:
    """Return the checked folder of a preset whose model is of one of some kinds.

    Args:
        name_or_path: as for `preset_folder`.
        kinds: keys of `KINDS`.

    Raises:
        PresetNotFound: if there is neither a preset nor a folder, or its model is of another kind; the message says
            which class loads it.
        CorruptPreset: if a file in it is missing, damaged or not safe to read.

    Example:
        >>> open_preset("simon-base", "column", "document").path.name
        'simon-base'
    """
    folder = open_folder(preset_folder(name_or_path))
    kind = folder.metadata.get("kind", "column")
    if kind in kinds:
        return folder
    name = str(folder.path if name_or_path is None else os.fspath(name_or_path))
    if kind not in KINDS:
        raise PresetNotFound(f"{name} holds a model of the unknown kind {kind!r}; upgrade simon_elmo")
    described, loader = KINDS[kind]
    raise PresetNotFound(f"{name} holds {described}; load it with {loader}.from_preset({name!r})")


def _installed_folder(name: str) -> Path | None:
    if Path(name).name != name or name in (".", ".."):
        return None
    for folder in _search_folders():
        if is_model_folder(folder / name):
            return folder / name
    return None


def _search_folders() -> list[Path]:
    package = Path(__file__).resolve().parent
    folders = [package / "pretrained", package.parent / "pretrained"]
    extra = os.environ.get(SEARCH_VARIABLE)
    return [Path(extra), *folders] if extra else folders
