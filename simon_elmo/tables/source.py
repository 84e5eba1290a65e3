"""Where a table's bytes come from: a file, a pipe, a gzip file, or the members of a zip archive."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, cast

from simon_elmo.errors import UnreadableTable

GZIP_MAGIC = b"\x1f\x8b"
ZIP_MAGIC = b"PK\x03\x04"
MAX_UNPACKED = 4 << 30  # bytes written to a temporary file for formats that cannot be streamed
STDIN = "-"
_COPY_BYTES, _LOOKED_AT = 1 << 20, 1 << 10
_TABLE_SUFFIXES = frozenset(
    {".csv", ".tsv", ".tab", ".txt", ".json", ".jsonl", ".ndjson", ".parquet", ".xlsx", ".sqlite", ".sqlite3", ".db"}
)


@dataclass(frozen=True)
class Source:
    """Bytes of one table file, possibly packed into another file.

    Attributes:
        origin: the path that the user gave.
        label: what messages call it: the path, with the member of an archive that holds several.
        filename: decides the text format, without the ending of a compression.
        open: opens the bytes from their start, any number of times.
        path: the plain file that holds the bytes, if one does.
    """

    origin: str
    label: str
    filename: str
    open: Callable[[], BinaryIO]
    path: Path | None = None

    @property
    def suffix(self) -> str:
        """The ending of the file name in lower case, with its dot."""
        return PurePosixPath(self.filename).suffix.lower()

    @property
    def stem(self) -> str:
        """The file name without its ending."""
        return PurePosixPath(self.filename).stem

    def head(self, size: int) -> bytes:
        """Return the first `size` bytes, fewer only at the end."""
        with self.open() as stream:
            return stream.read(size)

    @contextmanager
    def local_path(self) -> Iterator[Path]:
        """Provide a plain file with the bytes, for formats that are not read from start to end.

        Raises:
            UnreadableTable: if more than 4 GiB would have to be unpacked.
        """
        if self.path is not None:
            yield self.path
            return
        import tempfile

        with tempfile.TemporaryDirectory(prefix="simon_elmo-") as folder:
            target = Path(folder) / "table"
            with self.open() as stream, target.open("wb") as copy:
                _copy(stream, copy, self.label)
            yield target


def open_sources(path: str | Path) -> list[Source]:
    """Return the table files in a file: itself, or what a gzip or zip file holds.

    Args:
        path: the file; a pipe is read to its end first, `-` is the standard input.

    Raises:
        UnreadableTable: if the path is missing, a directory, empty, or an archive without tables.
    """
    source = _piped(path) if str(path) == STDIN or Path(path).is_fifo() else _plain(Path(path), str(path))
    head = source.head(4)
    if not head:
        raise UnreadableTable(f"{path}: is empty")
    if head[:2] == GZIP_MAGIC:
        return [_gunzipped(source)]
    if head == ZIP_MAGIC and source.suffix != ".xlsx" and not _is_workbook(source):
        return _members(source)
    return [source]


def _plain(target: Path, path: str) -> Source:
    if not target.exists():
        raise UnreadableTable(f"{path}: no such file")
    if target.is_dir():
        raise UnreadableTable(f"{path}: is a directory; give one or several files in it")
    if not target.is_file():
        raise UnreadableTable(f"{path}: is not a regular file")
    return Source(path, path, target.name, lambda: cast(BinaryIO, target.open("rb")), target)


def _piped(path: str | Path) -> Source:
    """Return what comes through a pipe, copied, since it is read more than once; named after what it begins with."""
    import tempfile

    copy = tempfile.TemporaryFile(prefix="simon_elmo-")  # noqa: SIM115, it is read as long as there is a source
    with open(0 if str(path) == STDIN else path, "rb", closefd=str(path) != STDIN) as stream:
        _copy(stream, copy, str(path))

    def opener() -> BinaryIO:
        copy.seek(0)
        return cast(BinaryIO, os.fdopen(os.dup(copy.fileno()), "rb"))

    source = Source(str(path), str(path), Path(path).name, opener)
    is_json = source.head(_LOOKED_AT).lstrip()[:1] in (b"{", b"[")
    return replace(source, filename=f"{source.filename}.json") if is_json else source


def _copy(stream: BinaryIO, copy: IO[bytes], label: str) -> None:
    while block := stream.read(_COPY_BYTES):
        if copy.tell() + len(block) > MAX_UNPACKED:
            raise UnreadableTable(f"{label}: unpacks to more than 4 GiB; unpack it yourself first")
        copy.write(block)
    copy.flush()


def _gunzipped(packed: Source) -> Source:
    import gzip

    filename = packed.filename[:-3] if packed.suffix == ".gz" else packed.filename

    def opener() -> BinaryIO:
        return cast(BinaryIO, gzip.open(packed.path or packed.open(), "rb"))

    source = Source(packed.origin, packed.label, filename, opener)
    if not source.head(1):
        raise UnreadableTable(f"{packed.label}: is empty")
    return source


def _is_workbook(source: Source) -> bool:
    import zipfile

    with source.open() as stream, zipfile.ZipFile(stream) as archive:
        return "xl/workbook.xml" in archive.namelist()


def _members(packed: Source) -> list[Source]:
    import zipfile

    with packed.open() as stream, zipfile.ZipFile(stream) as archive:
        files = [info for info in archive.infolist() if not info.is_dir() and not _is_hidden(info.filename)]
    tables = [info for info in files if _is_table(info.filename)] or (files if len(files) == 1 else [])
    if not tables:
        found = ", ".join(info.filename for info in files[:5]) or "nothing"
        raise UnreadableTable(f"{packed.label}: holds no table: {found}")
    if any(info.flag_bits & 1 for info in tables):
        raise UnreadableTable(f"{packed.label}: is encrypted; unpack it first")

    def opener(info: zipfile.ZipInfo) -> Callable[[], BinaryIO]:
        return lambda: cast(BinaryIO, zipfile.ZipFile(packed.path or packed.open()).open(info))

    def label(info: zipfile.ZipInfo) -> str:
        return f"{packed.label}:{info.filename}" if len(tables) > 1 else packed.label

    sources = [Source(packed.origin, label(info), info.filename, opener(info)) for info in tables]
    return [_gunzipped(source) if source.suffix == ".gz" else source for source in sources]


def is_damage(error: Exception) -> bool:
    """Return whether an error comes from a file that cannot be opened, is cut off, or fails its checksum."""
    import zipfile
    import zlib

    # zipfile raises NotImplementedError for a compression that it does not know
    return isinstance(error, (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError))


def reason(error: Exception) -> str:
    """Return what an error says, in one line of reasonable length, without the path that the message has already."""
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(str(text).split())[:200]


def _is_hidden(filename: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(filename).parts)


def _is_table(filename: str) -> bool:
    name = filename.lower().removesuffix(".gz")
    return PurePosixPath(name).suffix in _TABLE_SUFFIXES
