"""How fast columns are typed: warm throughput, where the time goes, the limit, whole processes, peers in the same run.

python benchmarks/column_speed.py [--preset NAME]
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from simon_elmo import ColumnClassifier, SimonConfig, simulate
from simon_elmo.simon import network_inputs
from simon_elmo.simon.engine import available_cores
from simon_elmo.tables import categorical_and_ordinal

PEOPLE = Path(__file__).resolve().parent.parent / "examples" / "data" / "people.csv"
PROCESSES = {
    "import simon_elmo": [sys.executable, "-c", "import simon_elmo"],
    "import pandas, onnxruntime": [sys.executable, "-c", "import pandas, onnxruntime"],
    "simon-elmo --help": [sys.executable, "-c", "from simon_elmo.cli import main; main()", "--help"],
    "simon-elmo classify people.csv": [
        sys.executable, "-c", "from simon_elmo.cli import main; main()", "classify", str(PEOPLE),
    ],
    "woodwork": [sys.executable, "-c", f"import pandas, woodwork; pandas.read_csv({str(PEOPLE)!r}).ww.init()"],
    "dataprofiler": [
        sys.executable, "-c", f"from dataprofiler import Data, Profiler; Profiler(Data({str(PEOPLE)!r}))",
    ],
}  # fmt: skip


def best(function: Callable[[], object], runs: int = 3) -> float:
    """Return the shortest of several durations, in seconds."""
    durations = []
    for _ in range(runs):
        started = time.perf_counter()
        function()
        durations.append(time.perf_counter() - started)
    return min(durations)


def multiplications(config: SimonConfig, distinct: float) -> float:
    """Return the multiply-adds of one column whose sample has so many distinct cells."""
    steps, channels, a_cell = config.max_len, 0, 0.0
    for filters, width, pool in zip(config.filters, config.kernel_widths, config.pool_sizes, strict=True):
        steps = steps if config.padding == "same" else steps - width + 1
        a_cell += steps * width * channels * filters  # characters are looked up: no product in the first convolution
        channels, steps = filters, steps // pool
    a_cell += steps * 2 * 4 * config.cell_units * (channels + config.cell_units)
    a_column = config.max_cells * 2 * 4 * config.column_units * (2 * config.cell_units + config.column_units)
    return distinct * a_cell + a_column


def published_network(columns: list[list[str]]) -> float:
    """Return seconds a column of the published network as published: Keras, every one of 500 cells encoded."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from simon_elmo.simon import CharacterVocabulary, SimonClassifierModel

    config, vocabulary = SimonConfig.published(), CharacterVocabulary.published()
    model = SimonClassifierModel(config, 9)
    batches = []
    for start in range(0, len(columns), 8):
        inputs = network_inputs(columns[start : start + 8], None, config, vocabulary)
        dense = inputs["cells"][inputs["index"]]
        index = np.arange(dense.shape[0] * dense.shape[1], dtype="int32").reshape(dense.shape[:2])
        batches.append({"cells": dense.reshape(-1, config.max_len), "index": index})
    model.predict_on_batch(batches[0])
    return best(lambda: [model.predict_on_batch(batch) for batch in batches]) / len(columns)


def whole_process(command: list[str], runs: int = 5) -> tuple[float, float]:
    """Return the median wall time in seconds and the peak memory in MB of a command."""
    durations, peak = [], 0.0
    for _ in range(runs):
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, _, usage = os.wait4(process.pid, 0)
        durations.append(time.perf_counter() - started)
        peak = max(peak, usage.ru_maxrss / 1024)
    return sorted(durations)[runs // 2], peak


def throughput(preset: str | None) -> None:
    classifier = ColumnClassifier.from_preset(preset)
    columns = simulate(2000, 1000, seed=1).columns
    config = classifier.config
    distinct = np.mean([len(set(column)) for column in columns])
    classifier.predict_proba(columns[:64])
    total = best(lambda: classifier.predict_proba(columns)) / len(columns)
    print(f"\n2,000 columns x 1,000 cells, {distinct:.0f} distinct on average; microseconds a column\n")
    print("| part | us | share |\n|---|---|---|")
    engine = classifier.engine
    chunks = [network_inputs(columns[i : i + 16], None, config, engine.vocabulary) for i in range(0, len(columns), 16)]
    parts = {
        "sampling and encoding (one core)": lambda: [
            network_inputs(columns[i : i + 16], None, config, engine.vocabulary) for i in range(0, len(columns), 16)
        ],
        "network (one core)": lambda: [engine._runner().features(inputs) for inputs in chunks],
        "categorical and ordinal (one core)": lambda: [categorical_and_ordinal(column) for column in columns],
    }
    for name, function in parts.items():
        seconds = best(function) / len(columns)
        print(f"| {name} | {seconds * 1e6:.0f} | {seconds / total:.0%} |")
    size = 1536
    square = np.random.default_rng(0).random((size, size), dtype=np.float32)
    flops = 2 * size**3 / best(lambda: square @ square, 5)
    cells = np.mean([len(inputs["cells"]) / len(inputs["index"]) for inputs in chunks])
    limit = 2 * multiplications(config, cells) / flops
    slow = published_network(columns[:32])
    print(f"\n| system | columns/s | against ours |\n|---|---|---|\n| ours, all cores | {1 / total:,.0f} | 1 |")
    print(f"| the published network, every cell encoded, Keras | {1 / slow:,.1f} | 1/{slow / total:.0f} |")
    print(f"| limit of the products alone at {flops / 1e9:.0f} GFLOP/s | {1 / limit:,.0f} | {total / limit:.1f} |")


def processes() -> None:
    print("\n| whole process, median of 5 | seconds | peak MB |\n|---|---|---|")
    for name, command in PROCESSES.items():
        if " " in name or find_spec(name):
            seconds, peak = whole_process(command)
            print(f"| {name} | {seconds:.2f} | {peak:.0f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--preset")
    options = parser.parse_args()
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "onnxruntime", "keras"))
    print(f"{platform.machine()}, {available_cores()} cores, Python {platform.python_version()}, {packages}")
    processes()  # first, while this process is small: a child counts what it inherits as its own
    throughput(options.preset)


if __name__ == "__main__":
    main()
