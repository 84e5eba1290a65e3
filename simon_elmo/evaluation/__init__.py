"""How good answers are: scores, calibration, thresholds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simon_elmo.lazy import lazy_exports

if TYPE_CHECKING:
    from simon_elmo.evaluation.calibration import (
        choose_thresholds,
        expected_calibration_error,
        fit_temperature,
        fit_temperatures,
        reliability,
    )
    from simon_elmo.evaluation.roc import RocCurve, roc_curve
    from simon_elmo.evaluation.scores import Evaluation, evaluate_predictions
    from simon_elmo.evaluation.tag_scores import TagScores, score_tags

__getattr__, __dir__, __all__ = lazy_exports(
    __name__,
    {
        "calibration": (
            "choose_thresholds",
            "expected_calibration_error",
            "fit_temperature",
            "fit_temperatures",
            "reliability",
        ),
        "roc": (
            "RocCurve",
            "roc_curve",
        ),
        "scores": (
            "Evaluation",
            "evaluate_predictions",
        ),
        "tag_scores": (
            "TagScores",
            "score_tags",
        ),
    },
)
