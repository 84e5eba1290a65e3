"""What labels are: their names and order, what they mean, which is the most specific."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simon_elmo.lazy import lazy_exports

if TYPE_CHECKING:
    from simon_elmo.labels.label_set import LabelSet, as_label_tuples, require_label
    from simon_elmo.labels.specificity import NO_LABEL, most_specific
    from simon_elmo.labels.taxonomy import (
        BASE_LABELS,
        GENERAL_LABELS,
        GEO_LABELS,
        LABELS,
        SEMANTIC_LABELS,
        STATISTICAL_LABELS,
        Label,
        labels_where,
    )

__getattr__, __dir__, __all__ = lazy_exports(
    __name__,
    {
        "label_set": (
            "LabelSet",
            "as_label_tuples",
            "require_label",
        ),
        "specificity": (
            "NO_LABEL",
            "most_specific",
        ),
        "taxonomy": (
            "BASE_LABELS",
            "GENERAL_LABELS",
            "GEO_LABELS",
            "LABELS",
            "Label",
            "SEMANTIC_LABELS",
            "STATISTICAL_LABELS",
            "labels_where",
        ),
    },
)
