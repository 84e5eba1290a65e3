"""Tables read as strings, and what can be counted in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simon_elmo.lazy import lazy_exports

if TYPE_CHECKING:
    from simon_elmo.tables.cells import present_cells, sample_cells
    from simon_elmo.tables.named_table import NamedTable
    from simon_elmo.tables.reading import read_table, read_tables
    from simon_elmo.tables.statistics import categorical_and_ordinal, is_date, is_number

__getattr__, __dir__, __all__ = lazy_exports(
    __name__,
    {
        "cells": (
            "present_cells",
            "sample_cells",
        ),
        "named_table": ("NamedTable",),
        "reading": (
            "read_table",
            "read_tables",
        ),
        "statistics": (
            "categorical_and_ordinal",
            "is_date",
            "is_number",
        ),
    },
)
