"""Names that a package exports without importing the modules that define them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from simon_elmo.errors import as_missing_extra


def lazy_exports(
    package: str, names: Mapping[str, tuple[str, ...]]
) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """Return `__getattr__`, `__dir__` and `__all__` of a package whose names are imported when they are first used.

    Args:
        package: `__name__` of the package.
        names: module, relative to the package -> the names that are exported from it.

    Example:
        >>> __getattr__, __dir__, __all__ = lazy_exports("simon_elmo.labels", {"label_set": ("LabelSet",)})
        >>> __getattr__("LabelSet").__name__, __all__
        ('LabelSet', ['LabelSet'])

    Source: PEP 562.
    """
    module_of = {name: f"{package}.{module}" for module, own in names.items() for name in own}

    def get(name: str) -> Any:
        if name not in module_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        try:
            value = getattr(import_module(module_of[name]), name)
        except ModuleNotFoundError as error:
            raise as_missing_extra(error, f"use {name}") from error
        setattr(sys.modules[package], name, value)
        return value

    exported = sorted(module_of)
    return get, lambda: exported, exported
