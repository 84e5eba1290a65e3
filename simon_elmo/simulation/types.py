"""`types.json`: which labels a column gets that a provider makes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from simon_elmo.errors import InvalidInput
from simon_elmo.simulation.providers.registry import get_provider


def shipped_types() -> Path:
    """Return the path of the shipped `types.json`: inside an installed package, beside it in a source tree."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "types.json"
    return inside if inside.is_file() else package.parent / "types.json"


def load_types(types: str | Path | Mapping[str, Any] = "types.json") -> dict[str, tuple[str, ...]]:
    """Return the labels of each provider that is used.

    Args:
        types: a mapping or a JSON file of provider -> list of labels, or one label; `""` and `[]` leave a provider
            out. `"types.json"` is the shipped file unless the working directory has one.

    Raises:
        UnknownProvider: for a provider that neither this library nor Faker has.
        InvalidInput: for a file that is missing or no JSON object, or labels that are not strings.

    Example:
        >>> load_types({"email": ["email", "text"], "iban": ""})
        {'email': ('email', 'text')}
    """
    entries = types if isinstance(types, Mapping) else _read(Path(types))
    loaded = {}
    for name, value in entries.items():
        labels = _labels(name, value)
        get_provider(name)
        if labels:
            loaded[name] = labels
    if not loaded:
        raise InvalidInput(
            "types name no provider with a label; give at least one, such as {'email': ['email', 'text']}"
        )
    return loaded


def _labels(name: str, value: Any) -> tuple[str, ...]:
    labels = (value,) if isinstance(value, str) else value
    if not isinstance(labels, (list, tuple)) or not all(isinstance(label, str) for label in labels):
        raise InvalidInput(f"types: the labels of {name!r} must be a string or a list of strings: {value!r}")
    return tuple(dict.fromkeys(label for label in labels if label.strip()))


def _read(path: Path) -> dict[str, Any]:
    if not path.is_file() and path == Path("types.json"):
        path = shipped_types()
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidInput(
            f"{path} cannot be read: {error.strerror}; give a JSON file of provider -> labels"
        ) from error
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"{path} is not valid JSON: {error}") from error
    if not isinstance(entries, dict):
        raise InvalidInput(f"{path} must hold a JSON object of provider -> labels, not {type(entries).__name__}")
    return entries
