"""Model folders: written whole or not at all, and checked before anything in them is opened.

A folder holds `metadata.json` with the SHA-256 of every other file that belongs to the model. Files that it does not
list are never opened. Nothing in a folder is ever unpickled or executed. How a model takes the place of another one is
told in `replacing`.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simon_elmo.errors import CorruptPreset, InvalidInput, PresetNotFound
from simon_elmo.persistence.checked_files import json_file_bytes, parse_json, sha256_of
from simon_elmo.persistence.replacing import is_own, pending_model, replace_files, temporary_folder
from simon_elmo.version import __version__

FORMAT = "simon_elmo"
FORMAT_VERSION = 1
METADATA = "metadata.json"
MODEL_CARD = "README.md"

_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
_MAX_FILES = 64

Content = bytes | Callable[[Path], None]


@dataclass(frozen=True)
class ModelFolder:
    """A model folder whose files have all been checked.

    Attributes:
        path: the folder.
        metadata: the content of `metadata.json`.

    Example:
        >>> from simon_elmo.presets import preset_folder
        >>> folder = open_folder(preset_folder("simon-base"))
        >>> folder.read_json("labels.json")
        ['address', 'boolean', ...]
    """

    path: Path
    metadata: dict[str, Any]

    @property
    def files(self) -> tuple[str, ...]:
        """The names of the checked files, `metadata.json` left out."""
        return tuple(self.metadata["sha256"])

    def __contains__(self, name: object) -> bool:
        return name in self.metadata["sha256"]

    def file(self, name: str) -> Path:
        """Return the path of a checked file.

        Raises:
            CorruptPreset: if `metadata.json` does not list it.
        """
        if name not in self:
            raise CorruptPreset(f"{self.path / name} is missing: {METADATA} lists {', '.join(self.files) or 'no file'}")
        return self.path / name

    def read_bytes(self, name: str) -> bytes:
        """Return the content of a checked file.

        Raises:
            CorruptPreset: if `metadata.json` does not list it, or it has changed since it was checked.
        """
        path = self.file(name)
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != self.metadata["sha256"][name]:
            raise CorruptPreset(f"{path} has changed while it was being read; load the folder again")
        return content

    def read_json(self, name: str) -> Any:
        """Return the value in a checked JSON file.

        Raises:
            CorruptPreset: if the file is not listed, has changed or is not strict JSON.
        """
        return parse_json(self.read_bytes(name), self.path / name)


def write_folder(folder: str | Path, files: Mapping[str, Content], metadata: Mapping[str, Any]) -> None:
    """Write a model folder: all of it, or nothing when anything fails.

    `metadata.json` gets the format, the library and Keras versions and the checksums added; `README.md`, the model
    card, is rendered from it. A model that is already there is replaced, and files beside it that do not belong to it
    are kept. Whenever the process is interrupted or killed, `open_folder` finds the model of before or the new one.

    Args:
        folder: where to write; its parents are created.
        files: name -> content, or a function that writes the file to the path that it is given.
        metadata: JSON values for `metadata.json`.

    Raises:
        InvalidInput: if the path is something else than a model folder or an empty folder, or a name is not plain.
        OSError: if a file cannot be written; the model of before, or the new one, is found then.

    Example:
        >>> write_folder("/tmp/mine", {"labels.json": b'["email", "text"]'}, {"preset": "mine"})
    """
    target = require_replaceable(folder)
    for name in files:
        if not _is_plain(name) or name in (METADATA, MODEL_CARD):
            raise InvalidInput(f"{name!r} cannot be the name of a file in a model folder")
        if (target / name).is_dir():
            raise InvalidInput(f"{target / name} is a folder where the model has a file; remove it")
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = temporary_folder(target)
    try:
        _write_files(temporary, files, metadata)
        replace_files(temporary, target, METADATA, _listed_names)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def json_bytes(value: Any) -> bytes:
    """Return a value as the content of an indented JSON file.

    Example:
        >>> json_bytes({"labels": []}).decode().splitlines()
        ['{', '  "labels": []', '}']
    """
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode("utf-8")


def open_folder(folder: str | Path, required: Sequence[str] = ()) -> ModelFolder:
    """Check a model folder and return it; nothing but `metadata.json` is parsed before every checksum was right.

    Args:
        folder: a folder written by `write_folder`.
        required: names of files that have to be there.

    Raises:
        PresetNotFound: if there is no such folder.
        CorruptPreset: naming the file that is missing, truncated, swapped, too large, a link out of the folder or
            listed under a name that is not a plain file name; or for a format that this version cannot read.
    """
    path = Path(folder)
    if not path.is_dir():
        raise PresetNotFound(f"{path} is not a folder; name a preset or a folder that save() wrote")
    try:
        return _checked(path, required)
    except CorruptPreset:
        pending = pending_model(path)
        if pending is None:
            raise
    with contextlib.suppress(CorruptPreset):
        return _checked(pending, required)
    return _checked(path, required)  # another process may have come to the end of its save


def _checked(path: Path, required: Sequence[str]) -> ModelFolder:
    model_folder = ModelFolder(path, _read_metadata(path))
    for name, expected in model_folder.metadata["sha256"].items():
        found = sha256_of(path / name)
        if found != expected:
            raise CorruptPreset(
                f"{path / name} is damaged or was swapped: its SHA-256 is {found[:12]}..., {METADATA} says "
                f"{expected[:12]}...; restore the file or save the model again"
            )
    for name in required:
        model_folder.file(name)
    return model_folder


def require_replaceable(folder: str | Path) -> Path:
    """Return the resolved path if a model can be written there; ask before long work whose result goes there.

    Raises:
        InvalidInput: if something else than a model folder or an empty folder is there, or a file is in its way.
        PermissionError: if nothing can be written there.
    """
    target = Path(folder).resolve()
    if not target.name:
        raise InvalidInput(f"a model cannot be written to {target}; name a folder")
    if target.exists() and not target.is_dir():
        raise InvalidInput(f"{target} is a file; name a folder to write the model to")
    if target.is_dir() and not is_model_folder(target) and not all(is_own(path.name) for path in target.iterdir()):
        raise InvalidInput(f"{target} holds something else than a model; name a new folder or remove it first")
    above = next(parent for parent in (target, *target.parents) if parent.exists())
    if not above.is_dir():
        raise InvalidInput(f"{above} is a file, so that there can be no folder {target}; name another folder")
    if not os.access(above, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(above))
    return target


def is_model_folder(folder: str | Path) -> bool:
    """Return whether a folder has a `metadata.json` that this library wrote; nothing else in it is checked."""
    try:
        pending = pending_model(Path(folder))
    except OSError:  # the name is too long
        return False
    return _says_it_is_a_model(Path(folder)) or (pending is not None and _says_it_is_a_model(pending))


def _says_it_is_a_model(folder: Path) -> bool:
    try:
        metadata = parse_json(json_file_bytes(folder / METADATA), folder / METADATA)
    except (CorruptPreset, OSError):
        return False
    return isinstance(metadata, dict) and metadata.get("format") == FORMAT


def _write_files(folder: Path, files: Mapping[str, Content], metadata: Mapping[str, Any]) -> None:
    from simon_elmo.persistence.model_card import render_model_card

    for name, content in files.items():
        if callable(content):
            content(folder / name)
        else:
            (folder / name).write_bytes(content)
    complete = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "library_version": __version__,
        "keras_version": _installed_version("keras"),
        **metadata,
        "sha256": {name: sha256_of(folder / name) for name in sorted(files)},
    }
    card = render_model_card(complete)
    (folder / MODEL_CARD).write_text(card, encoding="utf-8")
    complete["sha256"][MODEL_CARD] = sha256_of(folder / MODEL_CARD)
    (folder / METADATA).write_text(
        json.dumps(complete, indent=2, allow_nan=False, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def _listed_names(folder: Path) -> set[str]:
    """Return the names that a model has files of, whatever state they are in; none without a model."""
    with contextlib.suppress(CorruptPreset):
        return set(_read_metadata(folder)["sha256"])
    return set()


def _read_metadata(folder: Path) -> dict[str, Any]:
    path = folder / METADATA
    metadata = parse_json(json_file_bytes(path), path)
    if not isinstance(metadata, dict) or metadata.get("format") != FORMAT:
        raise CorruptPreset(f"{path} does not describe a model of this library")
    found = metadata.get("format_version")
    if isinstance(found, bool) or not isinstance(found, int) or found < 1:
        raise CorruptPreset(f"{path} has no valid format_version: {found!r}")
    if found > FORMAT_VERSION:
        raise CorruptPreset(
            f"{path} has format {found}, this version of simon_elmo reads up to {FORMAT_VERSION}; upgrade simon_elmo"
        )
    _check_listing(metadata.get("sha256"), path)
    return metadata


def _check_listing(listed: object, path: Path) -> None:
    if not isinstance(listed, dict) or len(listed) > _MAX_FILES:
        raise CorruptPreset(f"{path} does not list the checksums of at most {_MAX_FILES} files")
    for name, digest in listed.items():
        if not _is_plain(name) or name == METADATA:
            raise CorruptPreset(f"{path} lists {name!r}, which is not a plain file name")
        if not isinstance(digest, str) or not re.fullmatch(r"[0-9a-f]{64}", digest):
            raise CorruptPreset(f"{path} has no valid SHA-256 for {name}")


def _is_plain(name: str) -> bool:
    return _PLAIN_NAME.fullmatch(name) is not None


def _installed_version(package: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return None
