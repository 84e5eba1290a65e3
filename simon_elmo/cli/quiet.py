"""TensorFlow without what its libraries log while they are loaded, which no setting of its own turns off."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any


def quiet_tensorflow() -> None:
    """Keep TensorFlow silent about GPUs and instruction sets when something imports it later; import nothing.

    What it logs as errors on a machine without a GPU are none. If `TF_CPP_MIN_LOG_LEVEL` is set to less than 3,
    everything is shown that it lets through.
    """
    if os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3") != "3" or "tensorflow" in sys.modules:
        return
    if not any(isinstance(finder, _QuietFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _QuietFinder())


class _QuietFinder:
    """Finds TensorFlow as others do, and mutes the process while it is loaded."""

    def __init__(self) -> None:
        self.is_asking = False

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> Any:
        if name != "tensorflow" or self.is_asking:
            return None
        self.is_asking = True
        try:
            spec = importlib.util.find_spec(name)
        finally:
            self.is_asking = False
        if spec is not None and spec.loader is not None:
            _mute(spec)
        return spec


def _mute(spec: ModuleSpec) -> None:
    loader: Any = spec.loader
    load: Callable[[ModuleType], None] = loader.exec_module

    def load_quietly(module: ModuleType) -> None:
        with _native_stderr_closed():
            load(module)

    loader.exec_module = load_quietly


@contextmanager
def _native_stderr_closed() -> Iterator[None]:
    """Send what native code writes to stderr nowhere; exceptions are reported afterwards as ever."""
    try:
        kept = os.dup(2)
    except OSError:  # closed by whoever started the program
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
