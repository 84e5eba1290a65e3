"""What the pickle of an original SIMOn checkpoint says, read without executing any of it."""

from __future__ import annotations

import io
import pickle
import pickletools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simon_elmo.errors import CorruptPreset
from simon_elmo.simon.characters import CharacterVocabulary

_MAX_PICKLE_BYTES = 4 << 20
_MAX_OPCODES = 500_000
_MAX_TUPLES = 5_000  # nested ones are hashed recursively
_ENCODERS = frozenset((module, "Encoder") for module in ("Simon.Encoder", "Encoder", "Simon.Simon", "Simon"))
_IGNORED = frozenset(
    (
        *((f"sklearn.preprocessing.{module}", name)
          for module in ("label", "_label") for name in ("LabelEncoder", "MultiLabelBinarizer", "LabelBinarizer")),
        *((f"numpy.{core}.multiarray", name) for core in ("core", "_core") for name in ("_reconstruct", "scalar")),
        ("numpy", "ndarray"), ("numpy", "dtype"), ("_codecs", "encode"), ("copy_reg", "_reconstructor"),
        ("copyreg", "_reconstructor"), ("__builtin__", "object"), ("builtins", "object"),
    )
)  # fmt: skip


@dataclass(frozen=True)
class LegacyEncoder:
    """What the pickle of a checkpoint says.

    Attributes:
        characters: in the order of their ids.
        labels: sorted, as the original's binarizer orders its outputs.
        max_cells: cells of a column.
        checkpoint: the name of the file with the weights, "" if it is not said.
    """

    characters: str
    labels: tuple[str, ...]
    max_cells: int
    checkpoint: str = ""

    @property
    def vocabulary(self) -> CharacterVocabulary:
        """The characters; all others are read as a space."""
        return CharacterVocabulary(self.characters, lowercase=True)


def read_encoder(pkl: str | Path) -> LegacyEncoder:
    """Return what a pickled configuration says; nothing in the file is executed.

    Raises:
        CorruptPreset: if it cannot be read, names a class or function that no such file holds, or lacks something.
    """
    path = Path(pkl)
    state = _unpickled(path)
    encoder = state.get("encoder") if isinstance(state, Mapping) else None
    if not isinstance(encoder, _Record) or not encoder.is_encoder:
        raise CorruptPreset(f"{path} holds no SIMOn configuration: a dictionary with an encoder was expected")
    values = encoder.values
    found = next(
        (values[name] for name in ("char_indices", "_char_indices", "_char_indicies") if values.get(name)), None
    )
    characters = _characters(path, found)
    categories = values.get("categories")
    if not isinstance(categories, (list, tuple)) or not categories or not all(isinstance(c, str) for c in categories):
        raise CorruptPreset(f"{path}: the encoder's categories are not a list of names: {type(categories)!s}")
    cells = values.get("cur_max_cells")
    if isinstance(cells, bool) or not isinstance(cells, int) or not 1 <= cells <= 65536:
        raise CorruptPreset(f"{path}: the encoder's cur_max_cells must be a whole number from 1, found {cells!r:.40}")
    checkpoint = state.get("checkpoint")
    return LegacyEncoder(
        characters, tuple(sorted(set(categories))), cells, checkpoint if isinstance(checkpoint, str) else ""
    )


def _characters(path: Path, indices: Any) -> str:
    if not isinstance(indices, dict) or sorted(map(str, indices.values())) != sorted(map(str, range(len(indices)))):
        raise CorruptPreset(f"{path}: the encoder's char_indices must number its characters from 0")
    characters = "".join(sorted(indices, key=lambda character: int(indices[character])))
    if not all(isinstance(c, str) and len(c) == 1 and c != "\0" for c in indices) or " " not in indices:
        raise CorruptPreset(f"{path}: the encoder's char_indices must be single characters, a space among them")
    return characters


class _Record:
    """What stands for an object of a class that such a pickle may name: it holds values and does nothing."""

    is_encoder = False

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        self.values: dict[str, Any] = {}

    def __setstate__(self, state: Any) -> None:
        self.values = state if isinstance(state, dict) else {}


class _EncoderRecord(_Record):
    is_encoder = True


def _record(*arguments: Any) -> _Record:
    """Stand for a function that builds an object; of `copyreg._reconstructor` the class is the first argument."""
    if arguments and isinstance(arguments[0], type) and issubclass(arguments[0], _Record):
        return arguments[0]()
    return _Record()


class _RestrictedUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _ENCODERS:
            return _EncoderRecord
        if (module, name) in _IGNORED:
            return _record if name in ("_reconstruct", "scalar", "encode", "_reconstructor") else _Record
        raise pickle.UnpicklingError(f"names {module}.{name}, which no SIMOn configuration holds")

    def persistent_load(self, pid: Any) -> Any:
        raise pickle.UnpicklingError("refers to objects outside of it")


def _unpickled(path: Path) -> Any:
    try:
        size = path.stat().st_size
        if size > _MAX_PICKLE_BYTES:
            raise CorruptPreset(f"{path} has {size:,} bytes; a SIMOn configuration has a few thousand")
        content = path.read_bytes()
        tuples = 0
        for count, (opcode, _, _) in enumerate(pickletools.genops(content)):
            tuples += opcode.name.startswith(("TUPLE", "FROZENSET"))
            if count > _MAX_OPCODES or tuples > _MAX_TUPLES:
                raise CorruptPreset(f"{path} holds too many objects for a SIMOn configuration")
            if opcode.name in ("EXT1", "EXT2", "EXT4"):
                raise CorruptPreset(f"{path} uses registered extensions, which no SIMOn configuration does")
        return _RestrictedUnpickler(io.BytesIO(content), encoding="latin1").load()
    except CorruptPreset:
        raise
    except OSError as error:
        raise CorruptPreset(f"{path} cannot be read: {error.strerror}") from error
    except Exception as error:  # whatever damaged bytes make of the unpickler
        raise CorruptPreset(f"{path} is not a SIMOn configuration that can be read: {error}") from error
