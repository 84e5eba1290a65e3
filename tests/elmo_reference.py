"""ELMo in plain numpy, a step and a word at a time: what the network has to agree with.

Written from the description of the reference implementation, slow on purpose, and sharing no line with the package.
"""

from __future__ import annotations

import numpy as np


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def characters_of(word, max_characters):
    """Ids of one word without the shift by one of inference; `<S>` and `</S>` have rows of their own."""
    special = {"<S>": [256], "</S>": [257]}
    content = special.get(word) or list(word.encode("utf-8"))[: max_characters - 2]
    ids = [258, *content, 259]
    return np.array(ids + [260] * (max_characters - len(ids)))


def token_vector(ids, options, weights):
    """One row of (unshifted) character ids to its (P,) vector."""
    characters = options["char_cnn"]
    activation = np.tanh if characters["activation"] == "tanh" else lambda x: np.maximum(x, 0)
    embedded = weights["char_embed"][ids]
    pieces = []
    for number, (width, _) in enumerate(characters["filters"]):
        kernel = weights[f"CNN/W_cnn_{number}"][0]
        windows = [
            np.einsum("wc,wcn->n", embedded[start : start + width], kernel) + weights[f"CNN/b_cnn_{number}"]
            for start in range(len(ids) - width + 1)
        ]
        pieces.append(activation(np.max(windows, axis=0)))
    x = np.concatenate(pieces)
    for number in range(characters.get("n_highway") or 0):
        part = {
            name: weights[f"CNN_high_{number}/{name}"] for name in ("W_carry", "b_carry", "W_transform", "b_transform")
        }
        gate = sigmoid(x @ part["W_carry"] + part["b_carry"])
        x = gate * np.maximum(x @ part["W_transform"] + part["b_transform"], 0) + (1 - gate) * x
    if "CNN_proj/W_proj" in weights:
        x = x @ weights["CNN_proj/W_proj"] + weights["CNN_proj/b_proj"]
    return x


def run_direction(inputs, direction, options, weights, states):
    """The stacked LSTMs of one direction over one sentence: (T, P) -> list of (T, P), and the states at its end."""
    lstm = options["lstm"]
    outputs, new_states = [], []
    for layer in range(lstm.get("n_layers") or 1):
        prefix = f"RNN_{direction}/RNN/MultiRNNCell/Cell{layer}/LSTMCell/"
        kernel, bias, projection = weights[prefix + "W_0"], weights[prefix + "B"], weights.get(prefix + "W_P_0")
        c, h = states[layer]
        rows = []
        for x in inputs:
            i, j, f, o = np.split(np.concatenate([x, h]) @ kernel + bias, 4)
            c = sigmoid(f + 1.0) * c + sigmoid(i) * np.tanh(j)
            if lstm.get("cell_clip"):
                c = np.clip(c, -lstm["cell_clip"], lstm["cell_clip"])
            h = sigmoid(o) * np.tanh(c)
            if projection is not None:
                h = h @ projection
                if lstm.get("proj_clip"):
                    h = np.clip(h, -lstm["proj_clip"], lstm["proj_clip"])
            rows.append(h)
        rows = np.array(rows).reshape(len(inputs), -1)
        if layer > 0 and lstm.get("use_skip_connections"):
            rows = rows + inputs
        outputs.append(rows)
        new_states.append((c, h))
        inputs = rows
    return outputs, new_states


def zero_states(options):
    lstm = options["lstm"]
    state = np.zeros(lstm["dim"]), np.zeros(lstm["projection_dim"])
    return [[state] * (lstm.get("n_layers") or 1) for _ in range(2)]


def embed(sentence, options, weights, states=None):
    """One sentence of words: float64 (L+1, n, 2P) and the states that it leaves."""
    states = zero_states(options) if states is None else states
    size = options["char_cnn"]["max_characters_per_token"]
    rows = [token_vector(characters_of(word, size), options, weights) for word in ["<S>", *sentence, "</S>"]]
    x = np.array(rows, dtype=np.float64)
    forward, after_forward = run_direction(x, 0, options, weights, states[0])
    backward, after_backward = run_direction(x[::-1], 1, options, weights, states[1])
    layers = [np.concatenate([x, x], axis=-1)]
    layers += [np.concatenate([one, other[::-1]], axis=-1) for one, other in zip(forward, backward, strict=True)]
    return np.stack(layers)[:, 1:-1], [after_forward, after_backward]


def random_weights(options, seed=0, scale=1.0):
    """Every dataset of the published layout, at random, in float32."""
    rng = np.random.default_rng(seed)
    lstm, characters = options["lstm"], options["char_cnn"]
    hidden, size, dimension = lstm["dim"], lstm["projection_dim"], characters["embedding"]["dim"]
    features = sum(count for _, count in characters["filters"])
    shapes = {"char_embed": (261, dimension)}
    for number, (width, count) in enumerate(characters["filters"]):
        shapes[f"CNN/W_cnn_{number}"] = (1, width, dimension, count)
        shapes[f"CNN/b_cnn_{number}"] = (count,)
    for number in range(characters.get("n_highway") or 0):
        for name in ("carry", "transform"):
            shapes[f"CNN_high_{number}/W_{name}"] = (features, features)
            shapes[f"CNN_high_{number}/b_{name}"] = (features,)
    if features != size:
        shapes["CNN_proj/W_proj"], shapes["CNN_proj/b_proj"] = (features, size), (size,)
    for direction in range(2):
        for layer in range(lstm.get("n_layers") or 1):
            prefix = f"RNN_{direction}/RNN/MultiRNNCell/Cell{layer}/LSTMCell/"
            shapes[prefix + "W_0"], shapes[prefix + "B"] = (2 * size, 4 * hidden), (4 * hidden,)
            if size < hidden:
                shapes[prefix + "W_P_0"] = (hidden, size)
    fan_in = {name: int(np.prod(shape[:-1])) for name, shape in shapes.items()}
    return {
        name: (rng.standard_normal(shape) * scale / np.sqrt(fan_in[name] if len(shape) > 1 else 10)).astype(np.float32)
        for name, shape in shapes.items()
    }
