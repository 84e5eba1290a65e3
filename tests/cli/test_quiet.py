from __future__ import annotations

import os
import subprocess
import sys

import pytest

NOISY = """
import os, sys
os.write(2, b"loaded natively\\n")
print("loaded", file=sys.stderr)
def now():
    os.write(2, b"later\\n")
"""
PROGRAM = """
import importlib.util
from simon_elmo.cli.quiet import quiet_tensorflow
quiet_tensorflow(); quiet_tensorflow()
importlib.util.find_spec("tensorflow")
import tensorflow
tensorflow.now()
"""


def run(folder, tensorflow, level=None):
    """What a program that imports this as TensorFlow returns and writes to stderr."""
    (folder / "tensorflow.py").write_text(tensorflow)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), *sys.path])}
    environment.pop("TF_CPP_MIN_LOG_LEVEL", None)
    if level is not None:
        environment["TF_CPP_MIN_LOG_LEVEL"] = level
    found = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True)
    return found.returncode, found.stderr


@pytest.mark.parametrize(("level", "loading"), [(None, ""), ("3", ""), ("0", "loaded natively\nloaded\n")])
def test_only_the_loading_of_tensorflow_is_muted(tmp_path, level, loading):
    assert run(tmp_path, NOISY, level) == (0, f"{loading}later\n")


def test_what_goes_wrong_while_it_is_loaded_is_told(tmp_path):
    code, written = run(tmp_path, "raise ImportError('no such library')")
    assert code == 1
    assert written.endswith("ImportError: no such library\n")
