"""A trained network in the form that is cheapest for the work at hand."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

from simon_elmo.errors import InvalidInput, require_extra
from simon_elmo.simon.characters import CharacterVocabulary
from simon_elmo.simon.config import SimonConfig
from simon_elmo.simon.inputs import network_inputs
from simon_elmo.simon.surface import SHARE, SURFACE_WIDTH, surface_of

if TYPE_CHECKING:
    from simon_elmo.simon.network.classifier import SimonClassifierModel
    from simon_elmo.simon.onnx_runtime import OnnxBackbone

HEAD_KERNEL, HEAD_BIAS, HEAD_SURFACE = "head/kernel", "head/bias", "head/surface"
_COLUMNS_A_RUN = 16


class Engine:
    """Configuration, characters and weights of a SIMOn network, and what runs them.

    Features come from ONNX Runtime where there is a graph, or one can be made; otherwise from Keras. The head is a
    product with an array, so that teaching a label changes small arrays and nothing else. A label that was taught may
    read the surface of a column as well (see `simon.surface`): then `head/surface` is among the weights.

    Args:
        config: the shapes.
        vocabulary: the characters.
        weights: named arrays, as `training.named_weights.weights_of` returns them, and maybe `head/surface`.
        graph: the ONNX graph of the backbone; None if there is none yet.
    """

    def __init__(
        self,
        config: SimonConfig,
        vocabulary: CharacterVocabulary,
        weights: Mapping[str, np.ndarray],
        graph: bytes | None = None,
    ) -> None:
        self.config, self.vocabulary, self.weights, self._graph = config, vocabulary, dict(weights), graph
        self._session: OnnxBackbone | None = None
        self._network: SimonClassifierModel | None = None

    def __getstate__(self) -> dict[str, Any]:
        """What is pickled: arrays and the graph; sessions and networks are built anew."""
        return {**self.__dict__, "_session": None, "_network": None}

    def features(self, columns: Sequence[Any], headers: Sequence[str] | None, seed: int = 0) -> np.ndarray:
        """Return float32 (n_columns, feature_units): the penultimate activations."""
        return self._run(columns, headers, seed, with_surface=False)[0]

    def observed(
        self, columns: Sequence[Any], headers: Sequence[str] | None, seed: int = 0
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the features and the surface, uint8 (n_columns, SURFACE_WIDTH), of the same cells."""
        return self._run(columns, headers, seed, with_surface=True)

    def predicted(self, columns: Sequence[Any], headers: Sequence[str] | None, seed: int = 0) -> np.ndarray:
        """Return the logits of columns: float32 (n_columns, n_labels)."""
        return self.logits(*self._run(columns, headers, seed, with_surface=HEAD_SURFACE in self.weights))

    def logits(self, features: np.ndarray, surface: np.ndarray | None = None) -> np.ndarray:
        """Return float32 (n_columns, n_labels): the head's outputs before the sigmoid.

        One product per label: a product with all labels at once rounds differently when a label is added, and what is
        said of a label must not depend on the others, not even in the last bit.

        Args:
            features: float32 (n_columns, feature_units).
            surface: uint8 (n_columns, SURFACE_WIDTH); needed where a label reads it.

        Raises:
            InvalidInput: if a label reads the surface and none is given.
        """
        products = [features @ kernel for kernel in np.ascontiguousarray(self.weights[HEAD_KERNEL].T)]
        logits = np.stack(products, axis=1) + self.weights[HEAD_BIAS]
        if HEAD_SURFACE in self.weights:
            if surface is None:
                raise InvalidInput("labels were taught that read the surface of columns, and none is given")
            weights = self.weights[HEAD_SURFACE]
            for label in np.flatnonzero(weights.any(axis=0)):
                logits[:, label] += surface.astype(np.float32) @ np.ascontiguousarray(weights[:, label] * SHARE)
        return logits

    def with_head(self, kernel: np.ndarray, bias: np.ndarray, surface: np.ndarray | None = None) -> Engine:
        """Return an engine with another head on the same backbone.

        Args:
            kernel: float32 (feature_units, n_labels).
            bias: float32 (n_labels,).
            surface: float32 (SURFACE_WIDTH, n_labels); None, or nothing but zeros, where no label reads it.
        """
        weights = {**self.weights, HEAD_KERNEL: kernel, HEAD_BIAS: bias}
        weights.pop(HEAD_SURFACE, None)
        if surface is not None and surface.any():
            weights[HEAD_SURFACE] = surface
        other = Engine(self.config, self.vocabulary, weights, self._graph)
        other._session = self._session
        return other

    def with_config(self, config: SimonConfig) -> Engine:
        """Return an engine that reads columns in another way: the shapes of the weights must stay what they are."""
        other = Engine(config, self.vocabulary, self.weights, self._graph)
        other._session = self._session
        return other

    def rounded(self) -> Engine:
        """Return an engine with the weights that float16 can hold: itself, where they are such weights already.

        Raises:
            MissingExtra: if the graph of the backbone has to be made again and `onnx` is not installed.
        """
        rounded = {name: array.astype(np.float16).astype(np.float32) for name, array in self.weights.items()}
        changed = {name for name, array in self.weights.items() if not np.array_equal(array, rounded[name])}
        if not changed:
            return self
        if changed <= {HEAD_KERNEL, HEAD_BIAS, HEAD_SURFACE}:
            return self.with_head(rounded[HEAD_KERNEL], rounded[HEAD_BIAS], rounded.get(HEAD_SURFACE))
        if self._graph is None:
            return Engine(self.config, self.vocabulary, rounded)
        from simon_elmo.simon.onnx_graph import backbone_graph

        require_extra("onnx", "train", "save this network as float16 (float32 works without)")
        return Engine(self.config, self.vocabulary, rounded, backbone_graph(self.config, rounded))

    def graph(self) -> bytes | None:
        """Return the serialized ONNX graph of the backbone, or None where none can be made here."""
        if self._graph is None:
            from simon_elmo.errors import MissingExtra
            from simon_elmo.simon.onnx_graph import backbone_graph

            try:
                self._graph = backbone_graph(self.config, self.weights)
            except MissingExtra:
                return None
        return self._graph

    def network(self) -> SimonClassifierModel:
        """Return the Keras network with these weights, built on first use; it does not read the surface."""
        if self._network is None:
            self._network = self.new_network()
        return self._network

    def new_network(self) -> SimonClassifierModel:
        """Return a Keras network with these weights that is nobody else's, to be trained; see `network`."""
        from simon_elmo.simon.network.classifier import SimonClassifierModel
        from simon_elmo.training.named_weights import assign_weights

        network = SimonClassifierModel(self.config, self.weights[HEAD_BIAS].shape[0])
        assign_weights(network, {name: array for name, array in self.weights.items() if name != HEAD_SURFACE})
        return network

    def _run(
        self, columns: Sequence[Any], headers: Sequence[str] | None, seed: int, with_surface: bool
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return features and surface (of width 0 where it is not asked for)."""
        runner = self._runner()
        threads = available_cores() if runner is not None else 1
        size = max(1, min(_COLUMNS_A_RUN, -(-len(columns) // threads)))

        def run(start: int) -> tuple[np.ndarray, np.ndarray]:
            part = slice(start, start + size)
            names = None if headers is None else headers[part]
            inputs = network_inputs(columns[part], names, self.config, self.vocabulary, seed=seed)
            features = self._keras_features(inputs) if runner is None else runner.features(inputs)
            if not with_surface:
                return features, np.zeros((len(features), 0), np.uint8)
            index = inputs["index"][:, 1:] if self.config.reads_headers else inputs["index"]
            return features, surface_of(inputs["cells"], index, self.vocabulary)

        starts = range(0, len(columns), size)
        if threads == 1 or len(starts) <= 1:
            done = [run(start) for start in starts]
        else:
            with ThreadPoolExecutor(threads) as pool:
                done = list(pool.map(run, starts))
        width = SURFACE_WIDTH if with_surface else 0
        features = [np.zeros((0, self.config.feature_units), np.float32), *(part[0] for part in done)]
        surfaces = [np.zeros((0, width), np.uint8), *(part[1] for part in done)]
        return np.concatenate(features), np.concatenate(surfaces)

    def _runner(self) -> OnnxBackbone | None:
        """Return the backbone in ONNX Runtime, or None where there is no graph and none can be made."""
        if self._session is None and (graph := self.graph()) is not None:
            from simon_elmo.simon.onnx_runtime import OnnxBackbone

            self._session = OnnxBackbone(graph)
        return self._session

    def _keras_features(self, inputs: dict[str, np.ndarray]) -> np.ndarray:
        return np.asarray(self.network().backbone.predict_on_batch(inputs))


def available_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
