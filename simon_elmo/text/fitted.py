"""FittedHead: what training makes of a head, from the vectors of texts to the probabilities of labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from simon_elmo.evaluation.calibration import all_probabilities
from simon_elmo.labels.label_set import LabelSet
from simon_elmo.text.head_config import TextHeadConfig
from simon_elmo.text.inputs import VectorInputs
from simon_elmo.text.ngrams import NgramPart
from simon_elmo.text.training import predict_rows
from simon_elmo.text.vectors import DocumentVectors, counts_of
from simon_elmo.training.history import TrainingHistory

if TYPE_CHECKING:
    from simon_elmo.elmo.config import ElmoConfig
    from simon_elmo.elmo.embedder import ElmoEmbedder
    from simon_elmo.text.network.head import TextHead


@dataclass(frozen=True)
class FittedHead:
    """A trained head, and the biLM whose vectors it reads.

    Attributes:
        elmo: the biLM; a copy with weights of its own where it was fine-tuned.
        network: the head, which nobody trains any further.
        label_mode: `"single"` or `"multi"`.
        label_set: the labels and their thresholds.
        label_type: in which labels were given, a key of `LABEL_TYPES`.
        temperature: what logits are divided by.
        ngrams: what stands beside the head, None for nothing.
        history: of the training, None for a head that was loaded.
        report: what training says about it: `training`, and `metrics` where texts were left out to test on.
    """

    elmo: ElmoEmbedder
    network: TextHead
    label_mode: str
    label_set: LabelSet
    label_type: str
    temperature: float = 1.0
    ngrams: NgramPart | None = None
    history: TrainingHistory | None = None
    report: dict[str, Any] = field(default_factory=dict)

    @property
    def softmax(self) -> bool:
        """Whether each text has exactly one of the outputs."""
        return self.network.activation == "softmax"

    def outputs(self, vectors: DocumentVectors) -> np.ndarray:
        """Return what the head, and what stands beside it, put out: float32 (n, n_outputs).

        Raises:
            InvalidInput: if words or n-grams are read that the vectors do not keep.
        """
        inputs = VectorInputs(vectors, self.network.config.reads_tokens)
        outputs = predict_rows(self.network, inputs, np.arange(len(vectors)))
        return outputs if self.ngrams is None else self.ngrams.joined(outputs, counts_of(vectors), self.softmax)

    def probabilities(self, vectors: DocumentVectors) -> np.ndarray:
        """Return float32 (n, n_labels), calibrated; 0 everywhere for a text without words."""
        outputs = self.outputs(vectors)
        probabilities = all_probabilities(outputs, len(self.label_set), self.temperature, self.softmax)
        probabilities[vectors.lengths == 0] = 0.0
        return probabilities


def head_network(
    config: TextHeadConfig,
    bilm: ElmoConfig,
    n_labels: int,
    label_mode: str,
    weights: Mapping[str, np.ndarray] | None = None,
) -> TextHead:
    """Return a head over the vectors of a biLM; of two labels in single mode it puts out the second one.

    Args:
        config: the shapes.
        bilm: the shapes of the biLM.
        n_labels: number of labels.
        label_mode: `"single"` or `"multi"`.
        weights: by name; random ones, for training, if not given.

    Raises:
        WeightMismatch: if the weights do not fit.
        MissingExtra: if Keras is not installed.
    """
    from simon_elmo.text.network.head import TextHead
    from simon_elmo.training.named_weights import assign_weights

    single = label_mode == "single"
    network = TextHead(
        config,
        bilm.n_layers + 1,
        bilm.output_units,
        1 if single and n_labels == 2 else n_labels,
        "softmax" if single and n_labels > 2 else "sigmoid",
        name="text_head",
    )
    if weights is not None:
        assign_weights(network, weights)
    return network
