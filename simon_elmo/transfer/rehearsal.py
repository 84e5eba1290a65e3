"""What a model replays so that old labels survive the teaching of new ones: features of columns it was trained on."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from simon_elmo.errors import CorruptPreset, InvalidInput
from simon_elmo.labels import LabelSet

FILE_NAME = "rehearsal.npz"
_MEMBERS = ("features.npy", "targets.npy", "labels.npy")
_MAX_BYTES = 256 * 2**20
_MAX_VALUE = np.finfo(np.float16).max


@dataclass(frozen=True)
class Rehearsal:
    """Feature vectors of columns and the labels of these columns.

    Attributes:
        features: float16 (n, n_features).
        targets: uint8 (n, n_labels), ones where a column has a label.
        labels: the labels of the columns of `targets`.

    Raises:
        InvalidInput: if the shapes do not fit.

    Example:
        >>> Rehearsal.sampled(np.ones((3, 2)), np.eye(3), ("a", "b", "c"), per_label=1).features.shape
        (3, 2)
    """

    features: np.ndarray
    targets: np.ndarray
    labels: tuple[str, ...]

    def __post_init__(self) -> None:
        features = np.clip(np.asarray(self.features, dtype=np.float32), -_MAX_VALUE, _MAX_VALUE).astype(np.float16)
        targets = np.asarray(self.targets, dtype=np.uint8)
        object.__setattr__(self, "features", features)
        object.__setattr__(self, "targets", targets)
        object.__setattr__(self, "labels", tuple(self.labels))
        if features.ndim != 2 or targets.shape != (len(features), len(self.labels)):
            raise InvalidInput(
                f"features {features.shape} and targets {targets.shape} do not fit {len(self.labels)} labels"
            )
        if not np.isfinite(features).all() or targets.max(initial=0) > 1:
            raise InvalidInput("features must be finite and targets 0 or 1")

    def __len__(self) -> int:
        return len(self.features)

    @classmethod
    def sampled(
        cls, features: np.ndarray, targets: np.ndarray, labels: Sequence[str], per_label: int = 200, seed: int = 0
    ) -> Rehearsal:
        """Return rows out of many, so that each label has up to `per_label` of them; rare labels are drawn first.

        Args:
            features: float (n, n_features).
            targets: 0 or 1, (n, n_labels).
            labels: the labels.
            per_label: rows a label; a row with several labels counts for each.
            seed: fixes which rows are drawn.
        """
        targets = np.asarray(targets)
        rng = np.random.default_rng([seed, 0x4EA45])
        chosen = np.zeros(len(targets), dtype=bool)
        for label in np.argsort(targets.sum(axis=0), kind="stable"):
            with_label = targets[:, label] > 0
            wanted = per_label - int((chosen & with_label).sum())
            candidates = np.flatnonzero(with_label & ~chosen)
            chosen[rng.permutation(candidates)[: max(wanted, 0)]] = True
        rows = np.flatnonzero(chosen)
        return cls(np.asarray(features)[rows], targets[rows] > 0, tuple(labels))

    def for_labels(self, labels: LabelSet | Sequence[str]) -> Rehearsal:
        """Return the same rows with the labels in another order; labels that are not there have no row."""
        names = labels.names if isinstance(labels, LabelSet) else tuple(labels)
        position = {name: index for index, name in enumerate(self.labels)}
        targets = np.zeros((len(self), len(names)), dtype=np.uint8)
        for column, name in enumerate(names):
            if name in position:
                targets[:, column] = self.targets[:, position[name]]
        return Rehearsal(self.features, targets, names)

    def extended(self, features: np.ndarray, labels: Iterable[Iterable[str]]) -> Rehearsal:
        """Return the rehearsal with more rows.

        Raises:
            UnknownLabel: for a label that the rehearsal does not have.
            InvalidInput: if the features have another width.
        """
        features = np.asarray(features)
        if features.ndim != 2 or features.shape[1] != self.features.shape[1]:
            raise InvalidInput(f"features {features.shape} do not fit those of the rehearsal, {self.features.shape}")
        targets = LabelSet(self.labels).multi_hot(labels)
        return Rehearsal(
            np.concatenate([self.features, features.astype(np.float32)]),
            np.concatenate([self.targets, targets]),
            self.labels,
        )

    def to_bytes(self) -> bytes:
        """Return the content of `rehearsal.npz`; the same rehearsal gives the same bytes."""
        packed = np.packbits(self.targets, axis=1)
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, array in zip(
                _MEMBERS, (self.features, packed, np.array(self.labels, dtype=np.str_)), strict=True
            ):
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
                features, packed, labels = (_read_array(archive, name) for name in _MEMBERS)
            if features.dtype != np.float16 or packed.dtype != np.uint8 or labels.dtype.kind != "U":
                raise ValueError(f"it holds arrays of {features.dtype}, {packed.dtype} and {labels.dtype}")
            if labels.ndim != 1 or packed.ndim != 2 or packed.shape[1] != -(-len(labels) // 8):
                raise ValueError(f"targets {packed.shape} do not fit {labels.shape} labels")
            targets = np.unpackbits(packed, axis=1, count=len(labels))
            return cls(features, targets, LabelSet(tuple(labels.tolist())).names)
        except (ValueError, KeyError, OSError, EOFError, NotImplementedError, zipfile.BadZipFile, MemoryError) as error:
            raise CorruptPreset(f"{source} is not a readable rehearsal file: {error}") from error


def _read_array(archive: zipfile.ZipFile, name: str) -> np.ndarray:
    # a member may claim fewer bytes than it unpacks to; no more than it claims is read
    size = archive.getinfo(name).file_size
    with archive.open(name) as member:
        content = member.read(size + 1)
    if len(content) > size:
        raise ValueError(f"{name} is larger than it claims")
    # checks the claimed shape against the bytes that are there before anything is allocated
    stream = io.BytesIO(content)
    version = np.lib.format.read_magic(stream)
    reader = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = reader(stream)
    if dtype.hasobject or int(np.prod(shape, dtype=object)) * dtype.itemsize != len(content) - stream.tell():
        raise ValueError(f"{name} claims shape {shape} of {dtype}, but its values are not in the file")
    stream.seek(0)
    return np.lib.format.read_array(stream, allow_pickle=False)
