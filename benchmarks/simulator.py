"""How many cells per second are simulated, on one core and two, against a call of Faker per cell.

Run: python benchmarks/simulator.py [COLUMNS]
Limit: 40,000 cells per second on one core, pools of names and words built before the clock starts.
"""

from __future__ import annotations

import platform
import sys
import time
from importlib.metadata import version

import numpy as np
from faker import Faker

from simon_elmo.simulation import load_types, simulate
from simon_elmo.simulation.providers.registry import get_provider

LIMIT = 40_000
CELLS = 500
# Our provider, and what Faker has for it.
PEERS = {
    "date": "date",
    "date_time": "iso8601",
    "email": "email",
    "first_name": "first_name",
    "float_number": "pyfloat",
    "integer": "random_int",
    "month_name": "month_name",
    "phone": "phone_number",
    "time": "time",
    "uuid4": "uuid4",
    "year": "year",
}


def processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def rate(cells: int, function, repeats: int = 3, clock=time.process_time) -> float:
    """Cells a second of this process's own time (what else runs does not count), the best of some runs."""
    best = float("inf")
    for _ in range(repeats):
        start = clock()
        function()
        best = min(best, clock() - start)
    return cells / best


def provider_rate(name: str) -> float:
    generate = get_provider(name).generate
    return rate(10 * CELLS, lambda: [generate(np.random.default_rng(seed), CELLS, "en_US") for seed in range(10)])


def main() -> None:
    columns = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    types = load_types()
    print(f"{processor()}, Python {platform.python_version()}, numpy {np.__version__}, Faker {version('faker')}")
    print(f"{columns} columns of {CELLS} cells, {len(types)} providers, 12 locales\n")

    total = columns * CELLS
    first = rate(total, lambda: simulate(columns, CELLS, types), repeats=1)
    rows = [("one core, the first run, which builds the pools", first)]
    rows.append(("one core, realistic columns", rate(total, lambda: simulate(columns, CELLS, types, null_rate=0.05))))
    rows.append(("one core, clean columns", rate(total, lambda: simulate(columns, CELLS, types, corruption=False))))
    many = 20 * columns
    both = rate(many * CELLS, lambda: simulate(many, CELLS, types, workers=2), repeats=1, clock=time.perf_counter)
    rows.append((f"two processes, {many} columns, from start to end", both))
    print(f"{'':<52}{'cells/s':>12}{'of the limit':>14}")
    for name, value in rows:
        print(f"{name:<52}{value:>12,.0f}{value / LIMIT:>13.1f}x")

    print(f"\n{'the slowest ten providers, clean, en_US':<52}{'cells/s':>12}{'of the limit':>14}")
    for value, name in sorted((provider_rate(name), name) for name in types)[:10]:
        print(f"{name:<52}{value:>12,.0f}{value / LIMIT:>13.1f}x")

    faker = Faker("en_US")
    print(f"\n{'against a call of Faker per cell':<28}{'Faker, cells/s':>24}{'ours, cells/s':>16}{'ratio':>10}")
    for name, method in PEERS.items():
        if name in types:
            call = getattr(faker, method)
            theirs = rate(CELLS, lambda call=call: [str(call()) for _ in range(CELLS)])
            ours = provider_rate(name)
            print(f"{name:<28}{theirs:>24,.0f}{ours:>16,.0f}{ours / theirs:>9.0f}x")


if __name__ == "__main__":
    main()
