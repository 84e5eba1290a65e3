"""Files that are either wholly written or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

from simon_elmo.errors import InvalidInput


def write_text_atomically(path: str | Path, text: str) -> None:
    """Write UTF-8 text so that a reader finds the old file or the new one, never a part of it.

    Raises:
        InvalidInput: if the path is a folder or its folder does not exist.
        OSError: if the file cannot be written; the old one is still there then.

    Example:
        >>> write_text_atomically("/tmp/types.csv", "name,labels")
    """
    write_bytes_atomically(path, text.encode("utf-8"))


def write_bytes_atomically(path: str | Path, content: bytes) -> None:
    """Write bytes so that a reader finds the old file or the new one, never a part of it.

    Raises:
        InvalidInput: if the path is a folder or its folder does not exist.
        OSError: if the file cannot be written; the old one is still there then.
    """
    with replaced_atomically(path) as temporary:
        temporary.write_bytes(content)


def require_writable(path: str | Path) -> None:
    """Refuse a path that cannot be that of a file to write.

    Raises:
        InvalidInput: if the path is a folder or its folder does not exist.
    """
    target = Path(path).resolve()
    if target.is_dir():
        raise InvalidInput(f"{path} is a folder; name a file to write")
    if not target.parent.is_dir():
        raise InvalidInput(f"the folder of {path} does not exist; create it first")


@contextlib.contextmanager
def replaced_atomically(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; what is written there replaces `path` when the block ends well.

    A device or a pipe (`/dev/stdout`) is not replaced but written to. A symbolic link stays and its target is replaced.

    Raises:
        InvalidInput: if the path is a folder or its folder does not exist.
    """
    require_writable(path)
    target = Path(path).resolve()
    if target.exists() and not target.is_file():
        yield target
        return
    temporary = target.with_name(f".{target.name[:100]}.{uuid.uuid4().hex}")
    try:
        yield temporary
        if target.exists():
            shutil.copymode(target, temporary)
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
