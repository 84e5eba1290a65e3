"""Growing and shrinking the output layer of a Keras network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np

from simon_elmo.errors import InvalidInput
from simon_elmo.labels.label_set import LabelSet, expansion_order, kept_positions


def expand_output_layer(
    model: keras.Model,
    new_labels: str | Sequence[str],
    nearest: str | Mapping[str, str] | None = None,
    *,
    labels: LabelSet | Sequence[str],
    examples: Any = None,
) -> tuple[keras.Model, LabelSet]:
    """Return a copy of a network with outputs for new labels, and its labels.

    The kernel's column of a new label is copied from its nearest label and its bias is 0; labels come in alphabetical
    order. The probabilities of the old labels stay the same to the bit, on every backend, where the output layer is a
    `LabelHead`, as in every network of this library; an ordinary `Dense` layer rounds differently when it gets wider.

    Args:
        model: a network whose last layer has one sigmoid a label.
        new_labels: one or several labels.
        nearest: the label that the new ones start from, one for all or one each. By default the one with the highest
            mean probability on the examples.
        labels: the labels of the network; thresholds are carried over and a new label gets that of its nearest one.
        examples: one batch of inputs that show the new label, to find the nearest; with several new labels a mapping
            from each to its inputs.

    Returns:
        The grown network, which shares no weights with the old one and has not been compiled, and all labels.

    Raises:
        InvalidInput: for a label that is there already, or when neither `nearest` nor `examples` is given, or if the
            network has another kind of output.
        UnknownLabel: for a nearest label that does not exist.

    Example:
        >>> features = keras.Input((4,))
        >>> model = keras.Model(features, keras.layers.Dense(2, activation="sigmoid", name="head")(features))
        >>> grown, labels = expand_output_layer(model, "percent", "text", labels=("int", "text"))
        >>> labels.names, grown.output.shape
        (('int', 'percent', 'text'), (None, 3))
    """
    label_set = labels if isinstance(labels, LabelSet) else LabelSet(tuple(labels))
    names = [new_labels] if isinstance(new_labels, str) else list(new_labels)
    starts = _nearest_of(model, names, nearest, label_set, examples)
    sources = expansion_order(label_set, starts)
    old = np.array([position for position, _ in sources.values()])
    is_new = np.array([new for _, new in sources.values()])
    kernel, bias = _head_weights(model, label_set)
    grown = _with_outputs(model, kernel[:, old], np.where(is_new, np.float32(0), bias[old]))
    return grown, LabelSet(tuple(sources), tuple(label_set.thresholds[position] for position in old))


def drop_labels(
    model: keras.Model, dropped: Sequence[str], *, labels: LabelSet | Sequence[str]
) -> tuple[keras.Model, LabelSet]:
    """Return a copy of a network without the outputs of some labels, and its labels.

    The other labels keep their weights and thresholds, and, with a `LabelHead`, their probabilities to the bit.

    Args:
        model: a network whose last layer has one sigmoid a label.
        dropped: the labels to drop.
        labels: the labels of the network.

    Raises:
        UnknownLabel: for a label that does not exist.
        InvalidInput: if no label would be left, or the network has another kind of output.
    """
    label_set = labels if isinstance(labels, LabelSet) else LabelSet(tuple(labels))
    kept = kept_positions(label_set, dropped)
    kernel, bias = _head_weights(model, label_set)
    remaining = LabelSet(
        tuple(label_set.names[position] for position in kept),
        tuple(label_set.thresholds[position] for position in kept),
    )
    return _with_outputs(model, kernel[:, kept], bias[kept]), remaining


def _nearest_of(
    model: keras.Model,
    names: Sequence[str],
    nearest: str | Mapping[str, str] | None,
    labels: LabelSet,
    examples: Any,
) -> dict[str, str]:
    if isinstance(nearest, str):
        return dict.fromkeys(names, nearest)
    given = dict(nearest or {})
    for name in given:
        if name not in names:
            raise InvalidInput(f"a nearest label is given for {name!r}, which is not a new label")
    for name in names:
        if name not in given:
            inputs = examples.get(name) if isinstance(examples, Mapping) and name in examples else examples
            if inputs is None:
                raise InvalidInput(f"name the label nearest to {name!r}, or give examples of it to find one")
            probabilities = keras.ops.convert_to_numpy(model.predict_on_batch(inputs))
            given[name] = labels.names[int(np.argmax(probabilities.mean(axis=0)))]
    return {name: given[name] for name in names}


def _head_of(model: keras.Model) -> Any:
    head = getattr(model, "head", None) or model.layers[-1]
    weights = [tuple(weight.shape) for weight in head.weights]
    if len(weights) != 2 or len(weights[0]) != 2 or weights[1] != weights[0][1:]:
        raise InvalidInput(f"the last layer {head.name!r} is not a dense layer with a bias")
    activation = getattr(head, "activation", keras.activations.sigmoid)
    if activation is not keras.activations.sigmoid:
        raise InvalidInput(
            f"the last layer {head.name!r} has the activation {activation.__name__}; only independent sigmoids can be "
            "grown without changing the others"
        )
    return head


def _head_weights(model: keras.Model, labels: LabelSet) -> tuple[np.ndarray, np.ndarray]:
    kernel, bias = (keras.ops.convert_to_numpy(weight) for weight in _head_of(model).weights)
    if len(bias) != len(labels):
        raise InvalidInput(f"the network has {len(bias)} outputs, but {len(labels)} labels are given")
    return kernel, bias


def _with_outputs(model: keras.Model, kernel: np.ndarray, bias: np.ndarray) -> keras.Model:
    head = _head_of(model)
    config = model.get_config()
    if "n_labels" in config:
        copy = type(model).from_config({**config, "n_labels": len(bias)})
    else:
        # the layers alone: Keras would compile the clone as the model is, with rates for variables by their old names
        bare = keras.Model(model.input, model.output)
        copy = keras.models.clone_model(bare, clone_function=lambda layer: _copied(layer, head, len(bias)))
    ours = {id(weight) for weight in head.weights}
    lower = [weight for weight in model.weights if id(weight) not in ours]
    new_head = _head_of(copy)
    theirs = {id(weight) for weight in new_head.weights}
    for new, old in zip([weight for weight in copy.weights if id(weight) not in theirs], lower, strict=True):
        # a copy: training on JAX gives the buffers of the one network away and would take the other's with them
        new.assign(np.array(keras.ops.convert_to_numpy(old)))
    for weight, value in zip(new_head.weights, (kernel, bias), strict=True):
        weight.assign(value)
    return copy


def _copied(layer: Any, head: Any, units: int) -> Any:
    config = layer.get_config()
    return type(layer).from_config({**config, "units": units} if layer is head else config)
