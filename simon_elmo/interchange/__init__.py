"""Predicted labels in the words of other packages; none of them is needed to write what they read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simon_elmo.lazy import lazy_exports

if TYPE_CHECKING:
    from simon_elmo.interchange.autogluon import to_autogluon
    from simon_elmo.interchange.d3m import to_d3m
    from simon_elmo.interchange.frictionless import to_frictionless
    from simon_elmo.interchange.woodwork import to_woodwork

__getattr__, __dir__, __all__ = lazy_exports(
    __name__,
    {
        "autogluon": ("to_autogluon",),
        "d3m": ("to_d3m",),
        "frictionless": ("to_frictionless",),
        "woodwork": ("to_woodwork",),
    },
)
