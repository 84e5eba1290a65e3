"""A model takes another one's place in a folder, and whoever is killed meanwhile loses neither.

No file system replaces a folder that holds something in one step that every platform has, and moving the old folder
out of the way leaves a moment without any model (and takes along whatever else the user keeps there). So the folder
stays where it is:

1. the new model is written to a hidden folder beside the old files;
2. that folder is renamed to `PENDING`: one step, from which on the new model is there as a whole;
3. its files are linked or copied over the old ones, `metadata.json` last, and `PENDING` goes.

Before step 3 the old files are whole; after it the new ones are; in between the checksums in `metadata.json` do not
fit, and `PENDING` is whole: then it is what `open_folder` reads. The next `save` ends what was begun. Files of the
user in the folder are never touched. What a process that is killed while it writes leaves behind is removed by a
later `save`, a day later at the earliest, since another process may be writing it.
"""

from __future__ import annotations

import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path

_OWN = ".simon_elmo-"
PENDING = f"{_OWN}next"
_LEFT_BEHIND_S = 24 * 3600


def is_own(name: str) -> bool:
    """Return whether a hidden file or folder of that name is one that replacing makes."""
    return name.startswith(_OWN)


def temporary_folder(target: Path) -> Path:
    """Return a new empty folder from which files can be moved to a folder, which may not exist yet, by renaming."""
    beside = target / _OWN if target.is_dir() else target.with_name(f".{target.name[:100]}.")
    temporary = beside.with_name(f"{beside.name}{uuid.uuid4().hex}")
    temporary.mkdir()
    return temporary


def pending_model(folder: Path) -> Path | None:
    """Return the folder in a folder that holds the whole model of an unfinished `replace_files`, or None."""
    pending = folder / PENDING
    return pending if pending.is_dir() and not pending.is_symlink() else None


def replace_files(temporary: Path, target: Path, last: str, listed: Callable[[Path], Iterable[str]]) -> None:
    """Give a folder the files of a temporary one, which is gone then.

    Args:
        temporary: from `temporary_folder(target)`; holds the new files.
        target: the folder.
        last: the file that says which others belong to the model; it is replaced after all of them.
        listed: returns the names of the files that the model in a folder has.

    Raises:
        OSError: if a file cannot be replaced; the model of before or the new one is found then.
    """
    if not target.exists():
        os.rename(temporary, target)
        return
    _finish(target, last, listed)
    os.rename(temporary, target / PENDING)
    _finish(target, last, listed)
    _remove_left_behind(target)


def _finish(target: Path, last: str, listed: Callable[[Path], Iterable[str]]) -> None:
    pending = pending_model(target)
    if pending is None:
        return
    names = {path.name for path in pending.iterdir()}
    if last in names:  # else somebody took it away, and the rest is of no use
        for name in sorted(names - {last}):
            _put(pending / name, target / name)
        for name in set(listed(target)) - names:
            if (target / name).is_symlink() or (target / name).is_file():
                (target / name).unlink()
        _put(pending / last, target / last)
    done = target / f"{_OWN}{uuid.uuid4().hex}"
    os.rename(pending, done)
    shutil.rmtree(done, ignore_errors=True)


def _put(source: Path, destination: Path) -> None:
    """Replace a file by another one in one step, and keep that one."""
    copy = destination.with_name(f"{_OWN}{uuid.uuid4().hex}")
    try:
        try:
            os.link(source, copy)
        except OSError:  # not every file system has links
            shutil.copyfile(source, copy)
        os.replace(copy, destination)
    finally:
        copy.unlink(missing_ok=True)  # also where both were links to one file already: then replacing does nothing


def _remove_left_behind(target: Path) -> None:
    for path in target.iterdir():
        if is_own(path.name) and path.lstat().st_mtime < time.time() - _LEFT_BEHIND_S:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
