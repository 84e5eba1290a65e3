"""Files of a model folder, looked at before anything in them is believed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from stat import S_ISREG
from typing import Any

from simon_elmo.errors import CorruptPreset

_MAX_JSON_BYTES = 64 * 2**20
_MAX_FILE_BYTES = 8 * 2**30


def json_file_bytes(path: Path) -> bytes:
    """Return the content of a file that is to be JSON.

    Raises:
        CorruptPreset: if it is absent, a link out of its folder, no regular file, or too large.
    """
    _require_regular_file(path, _MAX_JSON_BYTES)
    return path.read_bytes()


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits.

    Raises:
        CorruptPreset: if it is absent, a link out of its folder, no regular file, or too large.
    """
    _require_regular_file(path, _MAX_FILE_BYTES)
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(2**20):
            digest.update(chunk)
    return digest.hexdigest()


def parse_json(content: bytes, path: Path) -> Any:
    """Return the value of strict JSON.

    Args:
        content: of the file.
        path: named in errors.

    Raises:
        CorruptPreset: if it is too large or not JSON, which has no NaN and no infinity.
    """
    if len(content) > _MAX_JSON_BYTES:
        raise CorruptPreset(f"{path} has {len(content):,} bytes; at most {_MAX_JSON_BYTES:,} are read as JSON")
    try:
        return json.loads(content.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise CorruptPreset(f"{path} is not valid JSON: {error}") from error


def _require_regular_file(path: Path, max_bytes: int) -> None:
    """Refuse what is absent, leads out of the folder, would block when opened, or is implausibly large."""
    try:
        inside = path.resolve(strict=True).parent == path.parent.resolve(strict=True)
        status = path.stat()
    except (OSError, RuntimeError) as error:
        raise CorruptPreset(f"{path} is missing: restore the file or save the model again") from error
    if not inside:
        raise CorruptPreset(f"{path} is a link out of the model's folder; only files in it are read")
    if not S_ISREG(status.st_mode):
        raise CorruptPreset(f"{path} is not a regular file")
    if status.st_size > max_bytes:
        raise CorruptPreset(f"{path} has {status.st_size:,} bytes; at most {max_bytes:,} are read")


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not a JSON number")
