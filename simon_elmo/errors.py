"""Errors that a user can act on.

Each one also derives from the built-in exception that fits, so that code which does not know this library can
catch it. A message names what is at fault, what was found, what was expected and what to do, in one line.
"""

from __future__ import annotations


class SimonElmoError(Exception):
    """Base of every error raised on purpose by this library."""


class InvalidConfig(SimonElmoError, ValueError):
    """A configuration holds an unknown key or a value outside its range."""


class InvalidInput(SimonElmoError, ValueError):
    """Data or arguments handed to a function do not fit together."""


class UnreadableTable(SimonElmoError, ValueError):
    """A file is missing, empty, binary or not in the format that it claims to be."""


class UnknownLabel(SimonElmoError, KeyError):
    """A label is named that the model or the label set does not have."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class UnknownProvider(SimonElmoError, ValueError):
    """`types.json` names a provider that neither Faker nor this library has."""


class PresetNotFound(SimonElmoError, ValueError):
    """No preset and no folder has the given name."""


class CorruptPreset(SimonElmoError, ValueError):
    """A preset folder lacks a file, or a file in it is truncated, swapped or hostile."""


class WeightMismatch(SimonElmoError, ValueError):
    """A weight in a file has another shape than the network that it is read into."""


class NotFitted(SimonElmoError, RuntimeError):
    """A model is used before it was trained or loaded."""


class MissingExtra(SimonElmoError, ImportError):
    """An optional dependency is not installed.

    Args:
        package: the import name of what is missing.
        extra: the extra of this library that installs it.
        purpose: what it is needed for, a phrase that completes "... is needed to".
    """

    def __init__(self, package: str, extra: str, purpose: str) -> None:
        super().__init__(f"{package} is needed to {purpose}: pip install 'simon_elmo[{extra}]'")
        self.package = package
        self.extra = extra


def require_extra(package: str, extra: str, purpose: str) -> None:
    """Refuse to go on where an optional dependency is not installed; it is not imported.

    Raises:
        MissingExtra: if it is not installed.

    Example:
        >>> require_extra("json", "train", "train networks")
    """
    from importlib.util import find_spec

    try:
        found = find_spec(package)
    except ModuleNotFoundError:
        found = None
    if found is None:
        raise MissingExtra(package, extra, purpose)


def as_missing_extra(error: ImportError, purpose: str) -> ImportError:
    """Return the error that names the extra `train`, if it installs what could not be imported; else the error itself.

    Example:
        >>> str(as_missing_extra(ModuleNotFoundError("No module named 'keras'", name="keras"), "train"))
        "keras is needed to train: pip install 'simon_elmo[train]'"
    """
    if error.name in ("keras", "tensorflow", "onnx"):
        return MissingExtra(error.name, "train", purpose)
    return error
