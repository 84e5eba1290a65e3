"""The vectors of a whole data set in one HDF5 file: the third of ELMo's three ways."""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from simon_elmo.elmo.config import ElmoConfig
from simon_elmo.elmo.layer_choice import LayerChoice, Layers
from simon_elmo.errors import CorruptPreset, InvalidInput
from simon_elmo.progress import progress_bar

SENTENCE_INDEX = "sentence_to_index"
# A part is embedded, then written, then forgotten: at most so many lines, and about so many bytes of vectors.
_LINES_PER_PART = 2048
_BYTES_PER_PART = 2**27
# Disk space that a part may need besides its vectors: HDF5's notes on each array, its list of names when that grows.
_BYTES_PER_ARRAY = 1024
_BYTES_OF_NAMES = 2**26


@dataclass(frozen=True, kw_only=True)
class DumpOptions:
    """What is written for each line.

    Attributes:
        layers: which layers, or the weights of a mixture, as in `ElmoEmbedder.embed`.
        dtype: `"float32"` or `"float16"`.
        empty: what becomes of a line without words: `"keep"` writes an array without words, `"skip"` leaves its key
            out, `"error"` stops.
        sentence_keys: whether the key of an array is its sentence; otherwise the number of its line, from 0.
        sentence_index: whether the dataset `sentence_to_index` tells the key of each sentence, in JSON.
    """

    layers: Layers = "all"
    dtype: str = "float32"
    empty: str = "keep"
    sentence_keys: bool = False
    sentence_index: bool = False

    def __post_init__(self) -> None:
        if self.empty not in ("keep", "skip", "error"):
            raise InvalidInput(f"empty must be keep, skip or error: {self.empty!r}")
        if self.dtype not in ("float32", "float16"):
            raise InvalidInput(f"dtype must be float32 or float16: {self.dtype!r}")


class Embedder(Protocol):
    """What a dump needs of an `ElmoEmbedder`.

    Attributes:
        config: the shapes.
        stateful: whether states are carried from batch to batch.
    """

    config: ElmoConfig
    stateful: bool

    def embed(self, sentences: Sequence[str], *, layers: Layers, batch_size: int, dtype: str) -> list[np.ndarray]:
        """Return the vectors of the words of each sentence."""
        ...

    def fingerprint(self) -> list[int | str]:
        """Return what tells these vectors from those of another model."""
        ...


def dump_embeddings(
    elmo: Embedder,
    lines: Iterable[str],
    path: str | Path,
    options: DumpOptions,
    batch_size: int = 64,
    progress: bool = False,
    on_lines: Callable[[int], None] | None = None,
) -> int:
    """Write the vectors of each line's words to an HDF5 file and return how many lines were read.

    The vectors are written to `PATH.partial` part by part, which becomes `PATH` when all is done. A file of that name
    that an interrupted run over the same lines left is continued, unless the embedder carries states. The disk space of
    a part is taken before it is written, so that a full disk leaves a file that can be continued.

    Args:
        elmo: the embedder.
        lines: sentences whose tokens are separated by white space; read once, never kept.
        path: the file to write.
        options: what to write.
        batch_size: sentences run together.
        progress: show a bar on stderr.
        on_lines: called with the number of lines that each part added.

    Raises:
        InvalidInput: for layers that the model does not have, an empty line where it is an error, a sentence that
            cannot be a key, or a partial file that was made from other lines, another model or with other options.
        CorruptPreset: if the partial file is damaged.
        OSError: if the disk is full.
    """
    choice = LayerChoice.parse(options.layers, elmo.config.n_layers)
    target = Path(path)
    if target.is_dir() or not target.parent.is_dir():
        raise InvalidInput(f"{path} cannot be written: name a file in a folder that exists")
    partial = target.with_name(target.name + ".partial")
    if elmo.stateful:
        partial.unlink(missing_ok=True)
    done = _Done(partial, *_begin(partial, _signature(elmo, options)))
    index = _SentenceIndex() if options.sentence_index else None
    total = len(lines) if isinstance(lines, Sized) else None
    with progress_bar("lines", total, progress) as advance:
        for part in _parts(lines, elmo, choice):
            first = done.read
            if not done.has(part):
                _check_lines(part, first, options)
                vectors = elmo.embed(part, layers=options.layers, batch_size=batch_size, dtype=options.dtype)
                _append(partial, part, vectors, options, done)
            if index is not None:
                index.add(part, first)
            advance(len(part))
            if on_lines is not None:
                on_lines(len(part))
    done.check_complete()
    if index is not None:
        index.write(partial)
    _finish(partial, target)
    return done.read


class _Done:
    """How far the lines have been read, and how far they were read by the run that is continued."""

    def __init__(self, partial: Path, before: int, checksum_before: int) -> None:
        self.partial = partial
        self.before, self.checksum_before = before, checksum_before
        self.read = self.checksum = 0

    def has(self, lines: list[str]) -> bool:
        """Read on, and return whether the partial file has these lines already."""
        first = self.read
        self.read += len(lines)
        self.checksum = zlib.crc32("\n".join([*lines, ""]).encode("utf-8", "surrogatepass"), self.checksum)
        if first < self.before < self.read or (self.read == self.before and self.checksum != self.checksum_before):
            raise self._other_lines()
        return self.read <= self.before

    def check_complete(self) -> None:
        """Refuse a partial file that has more lines than there are."""
        if self.read < self.before:
            raise self._other_lines()

    def _other_lines(self) -> InvalidInput:
        return InvalidInput(f"{self.partial} was begun with other lines; remove it to start anew")


def _parts(lines: Iterable[str], elmo: Embedder, choice: LayerChoice) -> Iterator[list[str]]:
    """Yield lists of lines whose vectors fit into memory."""
    layers = elmo.config.n_layers + 1 if choice.keeps_all else 1
    most_tokens = _BYTES_PER_PART // (4 * elmo.config.output_units * layers)
    part: list[str] = []
    tokens = 0
    for line in lines:
        part.append(line.rstrip("\r\n"))
        tokens += len(line.split())
        if len(part) >= _LINES_PER_PART or tokens >= most_tokens:
            yield part
            part, tokens = [], 0
    if part:
        yield part


def _check_lines(lines: list[str], first: int, options: DumpOptions) -> None:
    for number, line in enumerate(lines, start=first):
        if not line.strip() and options.empty == "error":
            raise InvalidInput(f"line {number + 1} is empty; remove it, or skip empty lines")
        if options.sentence_keys and (not line.strip("./ ") or "\0" in line or "//" in line or line[0] == "/"):
            raise InvalidInput(f"line {number + 1} cannot be the name of a dataset: {line!r:.60}; use line numbers")


def _signature(elmo: Embedder, options: DumpOptions) -> str:
    """Return what has to be the same for a partial file to be continued."""
    # whether an empty line stops or is left out changes nothing that is written
    chosen = {**asdict(options), "empty": options.empty == "keep"}
    return json.dumps({**chosen, "model": elmo.fingerprint()}, sort_keys=True, default=list)


def _begin(partial: Path, signature: str) -> tuple[int, int]:
    """Return how many lines a partial file has already, and their checksum; begin one if there is none."""
    import h5py

    try:
        with h5py.File(partial, "a") as file:
            found = file.attrs.get("signature")
            if found != signature:
                if file.attrs.get("lines", 0) or (found is None and len(file)):
                    raise InvalidInput(
                        f"{partial} was begun with another model or other options; remove it to start anew"
                    )
                file.clear()
                file.attrs["signature"], file.attrs["lines"], file.attrs["checksum"] = signature, 0, 0
            return int(file.attrs["lines"]), int(file.attrs["checksum"])
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise OSError(error.errno, os.strerror(error.errno), str(partial)) from error
        raise CorruptPreset(f"{partial} cannot be continued; remove it to start anew: {error}") from error


def _append(
    partial: Path,
    lines: list[str],
    vectors: list[np.ndarray],
    options: DumpOptions,
    done: _Done,
) -> None:
    import h5py

    _take_space(partial, sum(array.nbytes + _BYTES_PER_ARRAY for array in vectors))
    # open only while a part is written: a process killed in between leaves a file that can be continued
    with h5py.File(partial, "a") as file:
        _write_structure_at_the_end(file)
        for number, (line, array) in enumerate(zip(lines, vectors, strict=True), done.read - len(lines)):
            if not line.strip() and options.empty != "keep":
                continue
            if options.sentence_keys:
                _write_sentence(file, line, array, number)
                continue
            if str(number) in file:
                del file[str(number)]  # of a part that was interrupted, perhaps of other lines
            file.create_dataset(str(number), data=array, track_times=False)
        file.attrs["lines"], file.attrs["checksum"] = done.read, done.checksum


def _write_sentence(file: Any, sentence: str, array: np.ndarray, number: int) -> None:
    """Write an array under its sentence, the first time that the sentence occurs."""
    import h5py

    try:
        if sentence not in file:
            file.create_dataset(sentence, data=array, track_times=False)
        if isinstance(file[sentence], h5py.Dataset):
            return
    except (TypeError, ValueError):  # what is before a slash is an array already
        pass
    raise InvalidInput(
        f"line {number + 1} cannot be the name of a dataset beside another line's, as a slash begins a group: "
        f"{sentence!r:.60}; use line numbers"
    )


def _take_space(partial: Path, size: int) -> None:
    """Take the disk space of a part beforehand: a file that HDF5 finds no space for in the midst of writing is lost.

    HDF5 gives back what is left over when it closes the file.

    Raises:
        OSError: naming the file, if the space is not there; the file is then as it was.
    """
    if not hasattr(os, "posix_fallocate"):  # not on macOS and Windows
        return
    before = partial.stat().st_size
    with partial.open("r+b") as file:
        try:
            os.posix_fallocate(file.fileno(), before, size + _BYTES_OF_NAMES)
        except OSError as error:
            file.truncate(before)
            raise OSError(error.errno, error.strerror, str(partial)) from error


def _write_structure_at_the_end(file: Any) -> None:
    """Keep what tells where arrays are in memory until the file is closed: what is on disk then is whole until then."""
    settings = file.id.get_mdc_config()
    settings.incr_mode = settings.flash_incr_mode = settings.decr_mode = 0
    settings.evictions_enabled = False
    file.id.set_mdc_config(settings)


def _finish(partial: Path, target: Path) -> None:
    import h5py

    with h5py.File(partial, "a") as file:
        for name in ("signature", "lines", "checksum"):
            del file.attrs[name]
    os.replace(partial, target)


class _SentenceIndex:
    """JSON of an object from sentences to keys, put together as text on disk: a million sentences fill memory."""

    def __init__(self) -> None:
        self._spool = tempfile.TemporaryFile()  # noqa: SIM115 - `write` closes it
        self._spool.write(b"{")

    def add(self, lines: list[str], first: int) -> None:
        entries = (
            f"{json.dumps(line)}: {json.dumps(str(number))}"
            for number, line in enumerate(lines, start=first)
            if line.strip()
        )
        piece = ", ".join(entries).encode("ascii")
        if piece:
            self._spool.write((b", " if self._spool.tell() > 1 else b"") + piece)

    def write(self, partial: Path) -> None:
        """Write the text as the one string of a dataset, whose place HDF5 makes and which is copied there in pieces."""
        import h5py

        self._spool.write(b"}")
        size = self._spool.tell()
        _take_space(partial, size)
        with h5py.File(partial, "a") as file:
            if SENTENCE_INDEX in file:
                del file[SENTENCE_INDEX]
            at_once = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
            at_once.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
            at_once.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
            text = file.create_dataset(SENTENCE_INDEX, (1,), f"S{size}", dcpl=at_once, track_times=False)
            start = text.id.get_offset()
        with self._spool, partial.open("r+b") as raw:
            raw.seek(start)
            self._spool.seek(0)
            shutil.copyfileobj(self._spool, raw, 2**20)
