"""New labels from a few columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simon_elmo.lazy import lazy_exports

if TYPE_CHECKING:
    from simon_elmo.simon.teaching.head import Head
    from simon_elmo.simon.teaching.pieces import cut_into_pieces, split_by_source
    from simon_elmo.simon.teaching.rehearsal import Rehearsal
    from simon_elmo.simon.teaching.report import TransferReport

__getattr__, __dir__, __all__ = lazy_exports(
    __name__,
    {
        "head": ("Head",),
        "pieces": (
            "cut_into_pieces",
            "split_by_source",
        ),
        "rehearsal": ("Rehearsal",),
        "report": ("TransferReport",),
    },
)
