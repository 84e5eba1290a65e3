"""Answers as tables, pages and pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simon_elmo.lazy import lazy_exports

if TYPE_CHECKING:
    from simon_elmo.reports.classified import ClassifiedColumn, ClassifiedTable, classify_table
    from simon_elmo.reports.html import render_report

__getattr__, __dir__, __all__ = lazy_exports(
    __name__,
    {
        "classified": (
            "ClassifiedColumn",
            "ClassifiedTable",
            "classify_table",
        ),
        "html": ("render_report",),
    },
)
