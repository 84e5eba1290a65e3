"""A biLM with its softmax: how well each word is predicted from the words before it, and from those after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from simon_elmo.elmo.config import ElmoConfig, ElmoTraining
from simon_elmo.elmo.network.backbone import ElmoBackbone


@keras.saving.register_keras_serializable(package="simon_elmo")
class BidirectionalLanguageModelNetwork(keras.Model):
    """ELMo's network and the softmax that both directions share, over steps of running text.

    Args:
        backbone: the token encoder and the LSTMs.
        vocabulary_size: V, words that are predicted.
        batch_size: rows of the batches it is trained on, whose states are carried from batch to batch.
        tied_softmax: whether the softmax uses the word embeddings of the token encoder (word input only).
        dropout: share of the LSTMs' outputs that is dropped before the softmax in training.

    Input: a dictionary. `words`, integer (U, characters) or (U,), what the token encoder reads of the distinct words;
    `positions`, int32 (directions, batch, steps), which of them is read at each step; `targets`, int32 of the same
    shape, the word that is predicted there, from 0. With `samples`, int32 (S,), only those words compete with the
    target, `sample_log_q` (S,) and `target_log_q` (directions, batch, steps) being the logarithm of how often each was
    expected to be drawn. `state`, float (batch, directions, L, H + P), is what to start from; without it the states
    that the batch before left.
    Output: `losses`, float (directions, batch, steps), minus the logarithm of each target's probability, and `state`.

    Source: Peters et al., Deep contextualized word representations (2018); Jean et al., On using very large target
    vocabulary for neural machine translation (2015) for the sampled softmax.
    """

    def __init__(
        self,
        backbone: ElmoBackbone,
        vocabulary_size: int,
        *,
        batch_size: int = 1,
        tied_softmax: bool = False,
        dropout: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.backbone = backbone
        self.vocabulary_size = vocabulary_size
        self.batch_size = batch_size
        self.tied_softmax = tied_softmax
        self.output_dropout = keras.layers.Dropout(dropout, name="output_dropout")
        self.build()

    @classmethod
    def at_random(
        cls, config: ElmoConfig, boundary_ids: Sequence[int] = (1, 2), seed: int = 0
    ) -> BidirectionalLanguageModelNetwork:
        """Return a new network of given shapes, ready for the training that the options describe.

        Args:
            config: the shapes, and what the options say about training.
            boundary_ids: as for `ElmoBackbone`.
            seed: fixes the initial weights and dropout, as well as what else Keras draws afterwards.
        """
        keras.utils.set_random_seed(seed)
        training = config.training or ElmoTraining()
        return cls(
            ElmoBackbone(config, boundary_ids=boundary_ids, name="elmo_backbone"),
            config.vocabulary_size,
            batch_size=training.batch_size,
            tied_softmax=training.share_embedding_softmax,
            dropout=training.dropout,
            name="language_model",
        )

    def build(self, input_shape: Any = None) -> None:
        """Create the softmax W (V, P) and b (V,), and the carried states."""
        config = self.backbone.config
        units = config.projection_units
        self.softmax_weights = None
        if not self.tied_softmax:
            self.softmax_weights = self.add_weight(
                name="softmax_weights",
                shape=(self.vocabulary_size, units),
                initializer=keras.initializers.RandomNormal(stddev=units**-0.5),
            )
        self.softmax_bias = self.add_weight(name="softmax_bias", shape=(self.vocabulary_size,), initializer="zeros")
        self.state = self.add_weight(
            name="state",
            shape=(self.batch_size, config.n_directions, config.n_layers, config.cell_units + units),
            initializer="zeros",
            trainable=False,
        )
        self.mean_losses = self.add_weight(
            name="mean_losses", shape=(config.n_directions,), initializer="zeros", trainable=False
        )
        self.built = True

    @property
    def class_vectors(self) -> Any:
        """W, the softmax's vector of each word, (V, P)."""
        return self.backbone.token_encoder.embedding if self.softmax_weights is None else self.softmax_weights

    def call(self, inputs: dict[str, Any], training: bool | None = None) -> dict[str, Any]:
        """Return the losses and the states after the batch."""
        # a copy: PyTorch would change what the gradients still need when the new states are assigned
        state = inputs["state"] if "state" in inputs else ops.copy(self.state)
        words = self.backbone.token_encoder(inputs["words"])
        losses, states = [], []
        for number, direction in enumerate(self.backbone.bilstm.directions):
            tokens = ops.take(words, inputs["positions"][number], axis=0)
            outputs, after = direction(tokens, initial_state=state[:, number], training=training)
            top = self.output_dropout(outputs[-1], training=training)
            losses.append(self._cross_entropies(top, number, inputs))
            states.append(after)
        losses, after = ops.stack(losses), ops.stack(states, axis=1)
        if training:
            self.state.assign(ops.stop_gradient(after))
            self.mean_losses.assign(ops.stop_gradient(ops.mean(losses, axis=(1, 2))))
        return {"losses": losses, "state": after}

    def compute_loss(
        self, x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None, training: bool = True
    ) -> Any:
        """Return the mean loss of a word times the steps of a row, whose gradient the reference clips."""
        steps = ops.shape(y_pred["losses"])[-1]
        return ops.mean(y_pred["losses"]) * ops.cast(steps, "float32")

    def compute_metrics(self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None) -> dict[str, Any]:
        """Return nothing: the losses of the last step are kept in `mean_losses`."""
        return {}

    def _cross_entropies(self, outputs: Any, number: int, inputs: dict[str, Any]) -> Any:
        """Return minus the logarithm of the targets' probabilities in one direction, (batch, steps)."""
        shape = ops.shape(outputs)
        outputs = ops.reshape(outputs, (-1, shape[-1]))
        targets = ops.reshape(inputs["targets"][number], (-1,))
        of_targets = ops.sum(outputs * ops.take(self.class_vectors, targets, axis=0), axis=-1)
        of_targets = of_targets + ops.take(self.softmax_bias, targets, axis=0)
        if "samples" not in inputs:
            logits = ops.matmul(outputs, ops.transpose(self.class_vectors)) + self.softmax_bias
            return ops.reshape(ops.logsumexp(logits, axis=-1) - of_targets, shape[:2])
        samples = inputs["samples"]
        offsets = ops.take(self.softmax_bias, samples, axis=0) - inputs["sample_log_q"]
        logits = ops.matmul(outputs, ops.transpose(ops.take(self.class_vectors, samples, axis=0))) + offsets
        # a sample that is the target itself must not compete with it
        logits = ops.where(samples == targets[:, None], -1e9, logits)
        of_targets = of_targets - ops.reshape(inputs["target_log_q"][number], (-1,))
        # log(exp(target) + sum exp(samples)) - target, without a copy of the logits that has the target beside them
        return ops.reshape(ops.softplus(ops.logsumexp(logits, axis=-1) - of_targets), shape[:2])

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {
            **super().get_config(),
            "backbone": keras.saving.serialize_keras_object(self.backbone),
            "vocabulary_size": self.vocabulary_size,
            "batch_size": self.batch_size,
            "tied_softmax": self.tied_softmax,
            "dropout": self.output_dropout.rate,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> BidirectionalLanguageModelNetwork:
        """Build the network from what `get_config` returned."""
        return cls(**{**config, "backbone": keras.saving.deserialize_keras_object(config["backbone"])})
