from __future__ import annotations

import importlib.util
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

# TensorFlow logs more the first time that it is used, in whichever test that is
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def repository() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    folder = Path(os.environ.get("SIMON_ELMO_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"the shared data are not at {folder}; set SIMON_ELMO_DATA")
    return folder


@pytest.fixture(scope="session")
def elmo_reference() -> Any:
    """The module `elmo_reference.py` beside this file: ELMo in plain numpy."""
    spec = importlib.util.spec_from_file_location("elmo_reference", Path(__file__).with_name("elmo_reference.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@dataclass(frozen=True)
class ElmoPair:
    """A small biLM at random, in files of the published layout and in memory."""

    options: dict[str, Any]
    weights: dict[str, Any]
    options_file: Path
    weights_file: Path


@pytest.fixture(scope="session")
def elmo_pair(tmp_path_factory: pytest.TempPathFactory, elmo_reference: Any) -> ElmoPair:
    import h5py

    options = {
        "lstm": {
            "dim": 12,
            "projection_dim": 6,
            "n_layers": 2,
            "cell_clip": 3,
            "proj_clip": 3,
            "use_skip_connections": True,
        },
        "char_cnn": {
            "embedding": {"dim": 4},
            "filters": [[1, 4], [2, 6], [3, 5]],
            "n_highway": 2,
            "activation": "relu",
            "max_characters_per_token": 50,
            "n_characters": 262,
        },
    }
    folder = tmp_path_factory.mktemp("elmo")
    (folder / "options.json").write_text(json.dumps(options))
    weights = elmo_reference.random_weights(options, seed=1)
    with h5py.File(folder / "weights.hdf5", "w") as file:
        for name, value in weights.items():
            file[name] = value
    return ElmoPair(options, weights, folder / "options.json", folder / "weights.hdf5")
