"""Held-out scores of FLAML on tables of strings, by what is put in front of it, in one run.

    python benchmarks/automl.py [--seconds 10] [--rows 1500] [--seeds 1]

The tables are those of `examples/automl_flaml.py`. Columns: FLAML fed the strings; a one-hot encoder of the strings;
skrub's `TableVectorizer`; this library's. Targets: better than the strings on every table, by 0.05 on at least two; at
least as good as skrub's on every table.
"""

from __future__ import annotations

import argparse
import importlib.util
import platform
import sys
import time
from pathlib import Path

import numpy as np

from simon_elmo.estimators import TableVectorizer


def example() -> object:
    path = Path(__file__).resolve().parent.parent / "examples" / "automl_flaml.py"
    spec = importlib.util.spec_from_file_location("automl_flaml", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def vectorizers() -> dict[str, object]:
    from sklearn.preprocessing import OneHotEncoder

    found = {
        "strings": lambda: None,
        "one-hot": lambda: OneHotEncoder(handle_unknown="ignore", max_categories=200, sparse_output=False),
    }
    try:
        from skrub import TableVectorizer as SkrubVectorizer
    except ImportError:
        print("skrub is not installed: pip install skrub")
    else:
        found["skrub"] = SkrubVectorizer
    found["simon_elmo"] = TableVectorizer
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=10, help="for each search")
    parser.add_argument("--rows", type=int, default=1500)
    parser.add_argument("--seeds", type=int, default=1, help="tables of each kind; their scores are averaged")
    options = parser.parse_args()
    module, columns = example(), vectorizers()
    print(f"Python {platform.python_version()}, {options.rows} rows, {options.seconds:g} s a search")
    print(f"{'table':10}" + "".join(f"{name:>12}" for name in columns) + f"{'vectorizing':>14}")
    for name, table in module.TABLES.items():
        scores = {
            column: np.mean(
                [module.held_out_score(make(), table, options.rows, options.seconds, s) for s in range(options.seeds)]
            )
            for column, make in columns.items()
        }
        start = time.perf_counter()
        TableVectorizer().fit_transform(table(options.rows)[0])
        spent = time.perf_counter() - start
        print(f"{name:10}" + "".join(f"{scores[column]:12.3f}" for column in columns) + f"{spent:12.2f} s", flush=True)


if __name__ == "__main__":
    main()
