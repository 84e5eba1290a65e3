"""What earlier versions saved loads and answers the same; `tests/fixtures/make_saved_models.py` wrote it."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.slow

_PATH = Path(__file__).parent / "fixtures" / "ask_saved_models.py"
_SPEC = importlib.util.spec_from_file_location("ask_saved_models", _PATH)
saved_models = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(saved_models)

STORED = {"thresholds", "temperature", "temperatures"}  # floats that are read, not computed
LOOSE = {"trained_perplexity": 1e-3}  # some steps of Adam make more of the last bit


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.slow) if name == saved_models.CHECKPOINT else name
        for name in saved_models.ASK
    ],
)
def test_a_saved_model_loads_and_answers_the_same(name):
    if name not in saved_models.WITHOUT_KERAS:
        pytest.importorskip("tensorflow")
    every = saved_models.expected_answers()
    expected = {key.rpartition("/")[2]: value for key, value in every.items() if key.rpartition("/")[0] == name}
    found = saved_models.ASK[name](saved_models.FOLDER, name)
    assert set(found) == set(expected)
    for key, value in expected.items():
        if value.dtype.kind == "f" and key not in STORED:
            rtol = LOOSE.get(key, 1e-5)
            np.testing.assert_allclose(found[key], value, rtol=rtol, atol=1e-6, err_msg=key)
        else:
            np.testing.assert_array_equal(found[key], value, err_msg=key)


def test_all_that_was_saved_is_asked():
    there = {path.name.removesuffix(".zip") for path in saved_models.FOLDER.iterdir()}
    assert there == {*saved_models.ASK, saved_models.EXPECTED, saved_models.INPUTS}
