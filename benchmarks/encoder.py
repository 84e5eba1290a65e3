"""How many cells per second become character ids on one core, against a loop over characters and a copy of memory.

Run: python benchmarks/encoder.py [CELLS]
Goal: 2 million cells of 20 characters a second on one core.
Limit: copying the code points once, in numpy; no encoder can do less than write them and read them back.
"""

from __future__ import annotations

import platform
import random
import string
import sys
import time
from collections.abc import Callable

import numpy as np

from simon_elmo.simon import CharacterVocabulary, encode_columns

GOAL = 2_000_000
LENGTH = 20
ROWS, DISTINCT, COLUMNS = 1000, 256, 500


def processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def rate(count: int, function: Callable[[], object], repeats: int = 5) -> float:
    """How many a second, the best of some runs."""
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        best = min(best, time.perf_counter() - start)
    return count / best


def one_by_one(cells: list[str], characters: str, max_len: int) -> np.ndarray:
    """Encode as SIMOn's `Encoder.x_encode` does: a dictionary look-up and an assignment a character."""
    position = {character: number for number, character in enumerate(characters, start=1)}
    ids = np.zeros((len(cells), max_len), dtype=np.uint8)
    for row, cell in enumerate(cells):
        for at, character in enumerate(cell[:max_len].lower()):
            ids[row, at] = position.get(character, position[" "])
    return ids


def encoders(n_cells: int) -> None:
    generator = random.Random(0)
    alphabet = string.ascii_letters + string.digits + " .,-@éß"
    cells = ["".join(generator.choices(alphabet, k=LENGTH)) for _ in range(n_cells)]
    lengths = ["".join(generator.choices(alphabet, k=generator.randint(1, 60))) for _ in range(n_cells)]
    few = cells[: n_cells // 20]
    published, extended = CharacterVocabulary.published(), CharacterVocabulary.extended()
    codes = np.array(cells, dtype=f"U{LENGTH}").view(np.uint32)
    copy = np.empty_like(codes)
    if (one_by_one(few, published.characters, LENGTH) != published.encode(few, LENGTH)).any():
        sys.exit("the two encoders disagree")
    peer = rate(len(few), lambda: one_by_one(few, published.characters, LENGTH), repeats=2)
    rows = [
        ("one character at a time (SIMOn)", peer),
        ("published, 20 characters", rate(n_cells, lambda: published.encode(cells, LENGTH))),
        ("extended, 20 characters", rate(n_cells, lambda: extended.encode(cells, LENGTH))),
        ("extended, 32 = 22 + 10 of 1-60", rate(n_cells, lambda: extended.encode(lengths, 32, tail_len=10))),
        ("strings to code points (numpy alone)", rate(n_cells, lambda: np.array(cells, dtype=f"U{LENGTH}"))),
        ("limit: a copy of the code points", rate(n_cells, lambda: np.copyto(copy, codes))),
    ]
    print(f"\n{'encoder':40}{'cells/s':>14}{'peer x':>9}{'goal x':>9}{'of limit':>10}")
    for name, cells_per_second in rows:
        shares = f"{cells_per_second / peer:9.1f}{cells_per_second / GOAL:9.2f}{cells_per_second / rows[-1][1]:10.1%}"
        print(f"{name:40}{cells_per_second:14,.0f}{shares}")


def columns() -> None:
    generator = random.Random(1)
    tables = []
    for _ in range(COLUMNS):
        values = ["".join(generator.choices(string.ascii_letters, k=generator.randint(3, 24))) for _ in range(DISTINCT)]
        tables.append([generator.choice(values) for _ in range(ROWS)])
    vocabulary = CharacterVocabulary.extended()
    print(f"\n{f'columns of {ROWS} cells, {DISTINCT} distinct':40}{'columns/s':>14}{'us/column':>11}")
    for sampling, n_cells in (("random", 500), ("random", 48), ("distinct", 48)):
        columns_per_second = rate(COLUMNS, lambda: encode_columns(tables, vocabulary, 32, n_cells, 10, sampling))  # noqa: B023
        print(f"{f'{n_cells} cells, {sampling}':40}{columns_per_second:14,.0f}{1e6 / columns_per_second:11.0f}")


def main() -> None:
    n_cells = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    print(f"{processor()}; one core; Python {platform.python_version()}, numpy {np.__version__}; {n_cells:,} cells")
    encoders(n_cells)
    columns()


if __name__ == "__main__":
    main()
