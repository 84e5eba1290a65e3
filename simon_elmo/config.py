"""Frozen dataclasses that describe networks and training, and their JSON form.

A value outside its range and a key that does not exist are errors: a typo in a configuration must never train
another network than the one that was asked for.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from simon_elmo.errors import InvalidConfig
from simon_elmo.persistence.files import write_text_atomically

Config = TypeVar("Config", bound="JsonConfig")


@dataclass(frozen=True)
class JsonConfig:
    """A configuration that can be written to JSON and read back, strictly."""

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain JSON values (tuples become lists)."""
        return json.loads(json.dumps(asdict(self)))

    def save(self, path: str | Path) -> None:
        """Write the configuration as indented JSON; the file appears whole or not at all."""
        write_text_atomically(path, json.dumps(self.to_dict(), indent=2) + "\n")

    @classmethod
    def from_dict(cls: type[Config], values: dict[str, Any]) -> Config:
        """Build the configuration from plain values.

        Raises:
            InvalidConfig: for a key that the configuration does not have, or a value of the wrong kind or range.
        """
        if not isinstance(values, dict):
            raise InvalidConfig(f"{cls.__name__} wants an object of settings, got {type(values).__name__}")
        known = {field.name for field in fields(cls)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise InvalidConfig(f"{cls.__name__} has no setting {unknown[0]!r}; it has {', '.join(sorted(known))}")
        return cls(**{name: tuple(value) if isinstance(value, list) else value for name, value in values.items()})

    @classmethod
    def load(cls: type[Config], path: str | Path) -> Config:
        """Read the configuration from a JSON file.

        Raises:
            InvalidConfig: if the file does not hold valid JSON or not a valid configuration.
        """
        try:
            values = json.loads(Path(path).read_text(encoding="utf-8"))
        except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
            raise InvalidConfig(f"{path} is not valid JSON: {error}") from error
        return cls.from_dict(values)

    def _require_integer(self, name: str, low: int, high: int) -> None:
        value = getattr(self, name)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise InvalidConfig(f"{type(self).__name__}.{name} must be a whole number from {low} to {high}: {value!r}")

    def _require_number(self, name: str, low: float, high: float) -> None:
        value = getattr(self, name)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            raise InvalidConfig(f"{type(self).__name__}.{name} must be a number from {low} to {high}: {value!r}")

    def _require_choice(self, name: str, choices: tuple[Any, ...]) -> None:
        value = getattr(self, name)
        if value not in choices or isinstance(value, bool) != isinstance(choices[0], bool):
            raise InvalidConfig(f"{type(self).__name__}.{name} must be one of {list(choices)}: {value!r}")

    def _require_integers(self, name: str, low: int, high: int) -> None:
        values = getattr(self, name)
        good = isinstance(values, tuple) and all(
            isinstance(value, int) and not isinstance(value, bool) and low <= value <= high for value in values
        )
        if not good:
            raise InvalidConfig(
                f"{type(self).__name__}.{name} must be a list of whole numbers from {low} to {high}: {values!r}"
            )
