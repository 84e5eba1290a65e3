"""What the original SIMOn library wrote, read by this one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simon_elmo.lazy import lazy_exports

if TYPE_CHECKING:
    from simon_elmo.legacy.checkpoint import convert_checkpoint

__getattr__, __dir__, __all__ = lazy_exports(
    __name__,
    {
        "checkpoint": ("convert_checkpoint",),
    },
)
