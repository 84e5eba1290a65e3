"""How fast ELMo of the published size embeds: warm and cold, where the time goes, the limit, memory, simple_elmo.

python benchmarks/elmo_speed.py [--simple-elmo PYTHON]

The weights are random. `--simple-elmo` names the Python of an environment that has PyPI's simple_elmo (which needs
TensorFlow <= 2.15); it then embeds the same sentences with the same weights, and its numbers are compared with ours.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import string
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from simon_elmo import ElmoConfig
from simon_elmo.simon.engine import available_cores

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
PUBLISHED = ElmoConfig()
TWO = [
    ["the", "cat", "sat", "on", "the", "mat", "and", "looked", "at", "me"],
    ["dogs", "are", "in", "the", "fog", "of", "a", "long", "winter", "."],
]

WRITE = """
import sys, keras, pathlib
from simon_elmo.elmo import ElmoConfig
from simon_elmo.elmo.published_weights import save_weights
from simon_elmo.elmo import ElmoBackbone
folder = pathlib.Path(sys.argv[1])
keras.utils.set_random_seed(0)
ElmoConfig().save_options(folder / "options.json")
save_weights(ElmoBackbone(ElmoConfig()), folder / "lm_weights.hdf5")
"""
COLD = """
import json, sys, simon_elmo as se
elmo = se.ElmoEmbedder.from_files(sys.argv[1] + "/options.json", sys.argv[1] + "/lm_weights.hdf5")
assert elmo.embed(json.loads(sys.argv[2]))[1].shape == (3, 10, 1024)
"""
MEMORY = """
import pathlib, re, sys, simon_elmo as se
import keras, h5py
def read(name):
    return int(re.search(name + r":\\s+(\\d+) kB", pathlib.Path("/proc/self/status").read_text())[1]) * 1024
keras.layers.Dense(4)(keras.ops.ones((2, 3)))  # what the first layer of a process allocates is not the weights'
pathlib.Path("/proc/self/clear_refs").write_text("5")  # the peak starts from here
before = read("VmRSS")
elmo = se.ElmoEmbedder.from_files(sys.argv[1] + "/options.json", sys.argv[1] + "/lm_weights.hdf5")
print(read("VmHWM") - before)
"""
SIMPLE_ELMO = """
import json, logging, sys, time
import numpy as np
import tensorflow as tf
from simple_elmo import ElmoModel
logging.disable(logging.INFO)
folder, output, batches = sys.argv[1], sys.argv[2], json.load(sys.stdin)
model = ElmoModel()
model.load(folder, max_batch_size=64)
vectors, seconds = {}, {}
for name, batch in batches.items():  # as its documentation calls it: one session per call
    started = time.perf_counter()
    vectors[name] = model.get_elmo_vectors(batch, warmup=False, layers="all")
    seconds[name + ", one session per call"] = time.perf_counter() - started
with tf.compat.v1.Session() as session:
    session.run(tf.compat.v1.global_variables_initializer())
    for name, batch in batches.items():
        call = lambda: model.get_elmo_vectors(batch, warmup=False, layers="all", session=session)
        call()
        durations = []
        for _ in range(5):
            started = time.perf_counter()
            call()
            durations.append(time.perf_counter() - started)
        seconds[name] = min(durations)
np.savez(output, **vectors)
print(json.dumps(seconds))
"""


def best(function: Callable[[], object], runs: int) -> float:
    """Return the shortest of several durations in seconds, after one run that is not counted."""
    function()
    durations = []
    for _ in range(runs):
        started = time.perf_counter()
        function()
        durations.append(time.perf_counter() - started)
    return min(durations)


def run(python: str, code: str, *arguments: str, stdin: str = "") -> str:
    """Return what a program prints in a process of its own."""
    done = subprocess.run(
        [python, "-c", code, *arguments], input=stdin, capture_output=True, text=True, check=False, env=environment()
    )
    if done.returncode:
        sys.exit(done.stderr[-2000:])
    return done.stdout


def environment() -> dict[str, str]:
    root = str(Path(__file__).resolve().parent.parent)
    return {**os.environ, "PYTHONPATH": root, "TF_CPP_MIN_LOG_LEVEL": "3"}


def sentences(n_sentences: int, n_tokens: int, distinct: int, seed: int = 0) -> list[list[str]]:
    """Return sentences whose words come from `distinct` ones, each of which occurs."""
    rng = random.Random(seed)
    words: set[str] = set()
    while len(words) < distinct:
        words.add("".join(rng.choices(string.ascii_lowercase, k=rng.choice([2, 3, 4, 5, 6, 7, 8, 10, 12]))))
    known = sorted(words)
    tokens = [*known, *rng.choices(known, k=n_sentences * n_tokens - distinct)]
    rng.shuffle(tokens)
    return [tokens[start : start + n_tokens] for start in range(0, len(tokens), n_tokens)]


def multiplications(config: ElmoConfig) -> tuple[float, float]:
    """Return the floating-point operations of one token in the token encoder and in the biLSTMs."""
    features, size, hidden = config.n_features, config.projection_units, config.cell_units
    positions = config.max_characters
    encoder = sum(width * config.character_dim * count * (positions - width + 1) for width, count in config.filters)
    encoder += config.n_highway * 2 * features**2 + features * size
    lstms = config.n_directions * config.n_layers * (2 * size * 4 * hidden + hidden * size)
    return 2.0 * encoder, 2.0 * lstms


def product_rate() -> float:
    """Return the floating-point operations a second of the fastest square float32 product at hand."""
    from keras import ops

    rate = 0.0
    for size in (1024, 2048, 4096):
        square = np.random.default_rng(0).random((size, size), dtype=np.float32)
        tensor = ops.convert_to_tensor(square)
        for function in (lambda: square @ square, lambda: np.asarray(ops.matmul(tensor, tensor))):  # noqa: B023
            rate = max(rate, 2 * size**3 / best(function, 5))
    return rate


def read_rate() -> float:
    """Return the bytes a second that the sum of an array larger than any cache reads, on one core or on all."""
    from keras import ops

    numbers = np.ones(2**26, np.float32)
    tensor = ops.convert_to_tensor(numbers)
    return numbers.nbytes / min(best(numbers.sum, 5), best(lambda: np.asarray(ops.sum(tensor)), 5))


def recurrent_bytes(config: ElmoConfig) -> int:
    """Return the size of the weights that a step of all LSTMs needs."""
    size, hidden = config.projection_units, config.cell_units
    return 4 * config.n_directions * config.n_layers * (size * 4 * hidden + hidden * size)


def parts(elmo: Any, batch: list[list[str]], whole: float) -> None:
    """Print where the time of a batch of equally long sentences goes."""
    import keras
    from keras import ops

    engine = elmo._runner.engine
    words = list(dict.fromkeys(word for sentence in batch for word in sentence))
    characters = best(lambda: engine.token_vectors(words), 5)
    tokens = np.random.default_rng(0).standard_normal((len(batch), len(batch[0]), 512), dtype=np.float32)
    lengths, states = np.full(len(batch), len(batch[0])), engine.zero_states(len(batch))
    lstms = best(lambda: engine.run(tokens, lengths, states), 5)
    inputs = keras.Input((None, 512))
    layers = [layer for direction in elmo.backbone.bilstm.directions for layer in direction.layers]
    # a sum for each product, so that the outputs are not copied out
    sums = [ops.sum(ops.matmul(ops.transpose(inputs, (1, 0, 2)), ops.convert_to_tensor(x.kernel))) for x in layers]
    products = keras.Model(inputs, ops.stack(sums))
    product = best(lambda: products.predict_on_batch(tokens), 5)
    print(f"\n| {len(batch)} x {len(batch[0])} tokens, {len(words)} distinct | ms | share |\n|---|---|---|")
    for name, seconds in {
        "characters to token vectors": characters,
        "products with the inputs, all steps at once": product,
        "recurrence, a step after the other": lstms - product,
        "the rest: batches, copies": whole - characters - lstms,
    }.items():
        print(f"| {name} | {seconds * 1e3:.0f} | {seconds / whole:.0%} |")


def compare(python: str, folder: Path, batches: dict[str, list[list[str]]], ours: dict[str, Any]) -> None:
    """Run simple_elmo on the same files and sentences, and print how much slower and how different it is."""
    output = folder / "simple_elmo.npz"
    seconds = json.loads(run(python, SIMPLE_ELMO, str(folder), str(output), stdin=json.dumps(batches)).splitlines()[-1])
    print("\n| simple_elmo | seconds | against ours | largest difference |\n|---|---|---|---|")
    with np.load(output) as theirs:
        for name, duration in seconds.items():
            key = name.split(",")[0]
            error = ""
            if name != key:
                difference = max(
                    np.abs(mine - other[:, : mine.shape[1]]).max()
                    for mine, other in zip(ours[key][1], theirs[key], strict=True)
                )
                error = f"{difference:.1e}"
            print(f"| {name} | {duration:.3f} | {duration / ours[key][0]:.1f} x | {error} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--simple-elmo", metavar="PYTHON", help="the Python of an environment with simple_elmo")
    options = parser.parse_args()
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "keras", "tensorflow"))
    print(f"{platform.machine()}, {available_cores()} cores, Python {platform.python_version()}, {packages}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run(sys.executable, WRITE, name)
        measure(folder, options.simple_elmo)


def measure(folder: Path, simple_elmo: str | None) -> None:
    from simon_elmo import ElmoEmbedder

    size = (folder / "lm_weights.hdf5").stat().st_size
    started = time.perf_counter()
    run(sys.executable, COLD, str(folder), json.dumps(TWO))
    cold = time.perf_counter() - started
    grown = int(run(sys.executable, MEMORY, str(folder)))
    elmo = ElmoEmbedder.from_files(folder / "options.json", folder / "lm_weights.hdf5")
    batches = {"2 x 10 tokens": TWO, "64 x 20 tokens": sentences(64, 20, 700)}
    ours = {name: (best(lambda: elmo.embed(batch), 7), elmo.embed(batch)) for name, batch in batches.items()}  # noqa: B023
    distinct = sentences(64, 20, 1280)
    of_distinct = best(lambda: elmo.embed(distinct), 7)
    rate, (encoder, lstms) = product_rate(), multiplications(PUBLISHED)
    two, many = (ours[name][0] for name in batches)
    print("\n| published size, 93.6 M random weights | | target |\n|---|---|---|")
    print(f"| two sentences, warm | {two:.3f} s | 0.15 s |")
    each_step, reading = recurrent_bytes(PUBLISHED), read_rate()
    floor = len(TWO[0]) * each_step / reading
    memory = f"{each_step / 1e6:.0f} MB of weights from memory at each of {len(TWO[0])} steps, {reading / 1e9:.0f} GB/s"
    print(f"| limit of the recurrence alone: {memory} | {floor:.3f} s | |")
    print(f"| two sentences, whole process from a cold start | {cold:.1f} s | 10 s |")
    print(f"| memory while loading, of the weights' {size / 1e6:.0f} MB | {grown / size:.2f} x | 1.3 x |")
    limit = rate / (encoder + lstms)
    mflop = (encoder + lstms) / 1e6
    print(f"| products alone: {rate / 1e9:.0f} GFLOP/s, {mflop:.0f} MFLOP per token | {limit:,.0f} tokens/s | |")
    print(f"| 64 x 20 tokens, 700 distinct | {1280 / many:,.0f} tokens/s, {1280 / many / limit:.0%} | 60% |")
    print(f"| 64 x 20 tokens, all distinct | {1280 / of_distinct:,.0f} tokens/s, {1280 / of_distinct / limit:.0%} | |")
    needed = 700 * encoder + 1280 * lstms
    print(f"| 64 x 20 tokens, 700 distinct, of the products that it needs | {needed / many / rate:.0%} | |")
    parts(elmo, batches["64 x 20 tokens"], many)
    if simple_elmo:
        compare(simple_elmo, folder, batches, ours)


if __name__ == "__main__":
    main()
