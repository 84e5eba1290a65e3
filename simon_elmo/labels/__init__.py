"""What labels are: their names and order, what they mean, which is the most specific."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simon_elmo.lazy import lazy_exports

if TYPE_CHECKING:
    from simon_elmo.labels.label_set import (
        BASE_LABELS,
        GEO_LABELS,
        STAT_LABELS,
        STATISTICAL_LABELS,
        LabelSet,
        as_label_tuples,
        require_label,
    )
    from simon_elmo.labels.specificity import GENERAL_LABELS, NO_LABEL, most_specific
    from simon_elmo.labels.taxonomy import LABEL_DEFINITIONS, SEMANTIC_LABELS

__getattr__, __dir__, __all__ = lazy_exports(
    __name__,
    {
        "label_set": (
            "BASE_LABELS",
            "GEO_LABELS",
            "LabelSet",
            "STATISTICAL_LABELS",
            "STAT_LABELS",
            "as_label_tuples",
            "require_label",
        ),
        "specificity": (
            "GENERAL_LABELS",
            "NO_LABEL",
            "most_specific",
        ),
        "taxonomy": (
            "LABEL_DEFINITIONS",
            "SEMANTIC_LABELS",
        ),
    },
)
