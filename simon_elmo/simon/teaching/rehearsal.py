"""What a model replays so that old labels survive the teaching of new ones: features of columns it was trained on."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from simon_elmo.errors import CorruptPreset, InvalidInput
from simon_elmo.labels.label_set import LabelSet
from simon_elmo.simon.examples import UNKNOWN
from simon_elmo.simon.surface import SURFACE_WIDTH

FILE_NAME = "rehearsal.npz"
_MEMBERS = ("features.npy", "surface.npy", "positive.npy", "known.npy", "labels.npy")
_MAX_BYTES = 256 * 2**20
_LARGEST = float(np.finfo(np.float16).max)


@dataclass(frozen=True)
class Rehearsal:
    """Columns as a model sees them, and their labels.

    Attributes:
        features: float16 (n, n_features), the model's penultimate activations.
        surface: uint8 (n, SURFACE_WIDTH), what `simon.surface` counts.
        targets: int8 (n, n_labels): 1 where a column has a label, 0 where it has not, -1 where nobody knows.
        labels: the labels of the columns of `targets`.

    Raises:
        InvalidInput: if the shapes do not fit.

    Example:
        >>> Rehearsal.empty(128, ("int", "text")).features.shape
        (0, 128)
    """

    features: np.ndarray
    surface: np.ndarray
    targets: np.ndarray
    labels: tuple[str, ...]

    def __post_init__(self) -> None:
        features = np.clip(np.asarray(self.features, dtype=np.float32), -_LARGEST, _LARGEST).astype(np.float16)
        surface, targets = np.asarray(self.surface, dtype=np.uint8), np.asarray(self.targets, dtype=np.int8)
        for name, value in (("features", features), ("surface", surface), ("targets", targets)):
            object.__setattr__(self, name, value)
        object.__setattr__(self, "labels", tuple(self.labels))
        n = len(features)
        if features.ndim != 2 or surface.shape != (n, SURFACE_WIDTH) or targets.shape != (n, len(self.labels)):
            raise InvalidInput(
                f"features {features.shape}, surface {surface.shape} and targets {targets.shape} do not fit "
                f"{len(self.labels)} labels"
            )
        if not np.isfinite(features).all() or not np.isin(targets, (UNKNOWN, 0, 1)).all():
            raise InvalidInput("features must be finite and targets -1, 0 or 1")

    def __len__(self) -> int:
        return len(self.features)

    @classmethod
    def empty(cls, n_features: int, labels: Sequence[str]) -> Rehearsal:
        """Return a rehearsal without columns."""
        return cls(np.zeros((0, n_features)), np.zeros((0, SURFACE_WIDTH)), np.zeros((0, len(labels))), tuple(labels))

    def take(self, rows: np.ndarray) -> Rehearsal:
        """Return the columns at the given positions, or where a boolean array is true."""
        return replace(self, features=self.features[rows], surface=self.surface[rows], targets=self.targets[rows])

    @staticmethod
    def rows_per_label(targets: np.ndarray, per_label: int, seed: int = 0) -> np.ndarray:
        """Return sorted positions of columns such that each label has up to `per_label`; rare labels are drawn first.

        Args:
            targets: (n, n_labels), 1 where a column has a label.
            per_label: columns per label; a column with several labels counts for each.
            seed: fixes which columns are drawn.
        """
        rng = np.random.default_rng([seed, 0x4EA45])
        has = targets == 1
        chosen = np.zeros(len(has), dtype=bool)
        for label in np.argsort(has.sum(axis=0), kind="stable"):
            wanted = per_label - int((chosen & has[:, label]).sum())
            candidates = np.flatnonzero(has[:, label] & ~chosen)
            chosen[rng.permutation(candidates)[: max(wanted, 0)]] = True
        return np.flatnonzero(chosen)

    def for_labels(self, labels: LabelSet | Sequence[str]) -> Rehearsal:
        """Return the columns with other labels in another order; no column has a label that is not known here."""
        names = labels.names if isinstance(labels, LabelSet) else tuple(labels)
        position = {name: index for index, name in enumerate(self.labels)}
        targets = np.zeros((len(self), len(names)), dtype=np.int8)
        for column, name in enumerate(names):
            if name in position:
                targets[:, column] = self.targets[:, position[name]]
        return replace(self, targets=targets, labels=names)

    def joined(self, other: Rehearsal) -> Rehearsal:
        """Return the columns of both, with the labels of this one.

        Raises:
            InvalidInput: if the features have another width.
        """
        if other.features.shape[1] != self.features.shape[1]:
            raise InvalidInput(f"features {other.features.shape} do not fit {self.features.shape}")
        other = other.for_labels(self.labels)
        return Rehearsal(
            np.concatenate([self.features, other.features]),
            np.concatenate([self.surface, other.surface]),
            np.concatenate([self.targets, other.targets]),
            self.labels,
        )

    def to_bytes(self) -> bytes:
        """Return the content of `rehearsal.npz`; the same rehearsal gives the same bytes."""
        arrays = (
            self.features,
            self.surface,
            np.packbits(self.targets == 1, axis=1),
            np.packbits(self.targets != UNKNOWN, axis=1),
            np.array(self.labels, dtype=np.str_),
        )
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, array in zip(_MEMBERS, arrays, strict=True):
                member = io.BytesIO()
                np.lib.format.write_array(member, array, allow_pickle=False)
                archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), member.getvalue(), zipfile.ZIP_DEFLATED)
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes, source: str | Path = FILE_NAME) -> Rehearsal:
        """Read what `to_bytes` wrote; nothing is unpickled and no more than 256 MiB are unpacked.

        Args:
            content: the bytes.
            source: where they come from, for error messages.

        Raises:
            CorruptPreset: if anything else is in them.
        """
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                members = archive.infolist()
                if sorted(member.filename for member in members) != sorted(_MEMBERS):
                    raise ValueError(f"it holds {[member.filename for member in members]}, expected {list(_MEMBERS)}")
                if sum(member.file_size for member in members) > _MAX_BYTES:
                    raise ValueError(f"it unpacks to more than {_MAX_BYTES:,} bytes")
                arrays = [_read_array(archive, name) for name in _MEMBERS]
            features, surface, positive, known, labels = arrays
            if [array.dtype.kind for array in arrays] != ["f", "u", "u", "u", "U"]:
                raise ValueError(f"it holds arrays of {', '.join(str(array.dtype) for array in arrays)}")
            packed = (len(features), -(-labels.size // 8))
            if labels.ndim != 1 or not positive.shape == known.shape == packed:
                raise ValueError(f"targets {positive.shape}, {known.shape} do not fit {labels.shape} labels")
            n_labels = len(LabelSet(tuple(labels.tolist())))
            targets = np.unpackbits(positive, axis=1, count=n_labels).astype(np.int8)
            targets[np.unpackbits(known, axis=1, count=n_labels) == 0] = UNKNOWN
            return cls(features, surface, targets, tuple(labels.tolist()))
        except (
            ValueError, TypeError, IndexError, KeyError, OSError, EOFError, NotImplementedError, MemoryError,
            zipfile.BadZipFile, zlib.error,
        ) as error:  # fmt: skip
            raise CorruptPreset(f"{source} is not a readable rehearsal file: {error}") from error


def _read_array(archive: zipfile.ZipFile, name: str) -> np.ndarray:
    # a member may claim fewer bytes than it unpacks to; no more than it claims is read
    size = archive.getinfo(name).file_size
    with archive.open(name) as member:
        content = member.read(size + 1)
    if len(content) > size:
        raise ValueError(f"{name} is larger than it claims")
    # the claimed shape is compared with the bytes that are there before anything is allocated
    stream = io.BytesIO(content)
    version = np.lib.format.read_magic(stream)
    reader = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = reader(stream)
    if dtype.hasobject or int(np.prod(shape, dtype=object)) * dtype.itemsize != len(content) - stream.tell():
        raise ValueError(f"{name} claims shape {shape} of {dtype}, but its values are not in the file")
    stream.seek(0)
    return np.lib.format.read_array(stream, allow_pickle=False)
