"""SIMOn's classifier: the backbone and one sigmoid per label."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers

from simon_elmo.simon.config import SimonConfig
from simon_elmo.simon.network.backbone import SimonBackbone
from simon_elmo.simon.network.label_head import LabelHead


@keras.saving.register_keras_serializable(package="simon_elmo")
class SimonClassifierModel(keras.Model):
    """Multi-label classifier of columns (or documents).

    Args:
        config: the shapes of the backbone.
        n_labels: number of labels.

    Inputs: those of `SimonBackbone`. Output: float (batch, n_labels), one independent probability a label.
    The attributes `backbone` and `head` are the parts that transfer learning takes apart.

    Example:
        >>> SimonClassifierModel(SimonConfig.published(), n_labels=9).count_params()
        3892857
    """

    def __init__(self, config: SimonConfig, n_labels: int, **kwargs: Any) -> None:
        # === Layers ===
        backbone = SimonBackbone(config, name="backbone")
        dropout = layers.Dropout(config.feature_dropout, name="feature_dropout")
        head = LabelHead(n_labels, name="head")

        # === Functional Model ===
        super().__init__(backbone.input, head(dropout(backbone.output)), **kwargs)

        # === Config ===
        self.backbone = backbone
        self.head = head
        self.config = config
        self.n_labels = n_labels

    def get_config(self) -> dict[str, Any]:
        """Return the configuration as plain values."""
        return {"config": self.config.to_dict(), "n_labels": self.n_labels, "name": self.name}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> SimonClassifierModel:
        """Build the network from what `get_config` returned."""
        return cls(SimonConfig.from_dict(config["config"]), config["n_labels"], name=config["name"])
