"""FLAML on a table of strings: better with `TableVectorizer` in front of it."""

from __future__ import annotations

import importlib.util
import sys
import warnings

import pytest

from simon_elmo.estimators import TableVectorizer


@pytest.mark.slow
def test_flaml_finds_a_better_model_of_a_vectorized_table(repository) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # without its extra, flaml warns and has no AutoML
        pytest.importorskip("flaml.automl.automl", exc_type=ImportError)
    spec = importlib.util.spec_from_file_location("automl_flaml", repository / "examples" / "automl_flaml.py")
    example = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = example
    spec.loader.exec_module(example)
    strings = example.held_out_score(None, example.houses, rows=600, seconds=2)
    ours = example.held_out_score(TableVectorizer(), example.houses, rows=600, seconds=2)
    assert ours > 0.6
    assert ours >= strings + 0.3
