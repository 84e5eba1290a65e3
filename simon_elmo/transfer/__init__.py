"""Transfer learning for any Keras network: grown output layers, freezing, schedules, layer-wise rates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simon_elmo.lazy import lazy_exports

if TYPE_CHECKING:
    from simon_elmo.transfer.expansion import drop_labels, expand_output_layer
    from simon_elmo.transfer.groups import (
        ParameterGroup,
        discriminative_factors,
        freeze,
        parameter_groups,
        unfreeze,
    )
    from simon_elmo.transfer.optimizers import LayerwiseAdam
    from simon_elmo.transfer.schedules import (
        SCHEDULES,
        CosineWithWarmup,
        OneCycle,
        SlantedTriangular,
        constant,
        cosine_with_warmup,
        one_cycle,
        rate_schedule,
        slanted_triangular,
        staged,
    )
    from simon_elmo.transfer.unfreezing import GradualUnfreezing, fine_tuning

__getattr__, __dir__, __all__ = lazy_exports(
    __name__,
    {
        "expansion": (
            "drop_labels",
            "expand_output_layer",
        ),
        "unfreezing": (
            "GradualUnfreezing",
            "fine_tuning",
        ),
        "optimizers": ("LayerwiseAdam",),
        "groups": (
            "ParameterGroup",
            "discriminative_factors",
            "freeze",
            "parameter_groups",
            "unfreeze",
        ),
        "schedules": (
            "CosineWithWarmup",
            "OneCycle",
            "SCHEDULES",
            "SlantedTriangular",
            "constant",
            "cosine_with_warmup",
            "one_cycle",
            "rate_schedule",
            "slanted_triangular",
            "staged",
        ),
    },
)
