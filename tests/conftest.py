from __future__ import annotations

import importlib.util
import json
import os
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# TensorFlow logs more the first time that it is used, in whichever test that is
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
ROOT = Path(__file__).resolve().parent.parent

# how long an example takes is a matter of what else runs, not of the code
settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("default"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")

WITHOUT_KERAS = importlib.util.find_spec("keras") is None
# what a light installation lacks: extras, and packages that only tests of other packages need
OPTIONAL = ("keras", "tensorflow", "onnx", "matplotlib", "openpyxl", "tensorboard", "frictionless", "flaml")
_LACKS_AN_EXTRA = re.compile(rf"No module named '({'|'.join(OPTIONAL)})\b|pip install 'simon_elmo\[")


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Any:
    """In a light installation, a module that needs an extra is skipped."""
    report = yield
    if WITHOUT_KERAS and report.failed and _LACKS_AN_EXTRA.search(str(report.longrepr)):
        report.outcome, report.longrepr = "skipped", (str(collector.path), 0, "Skipped: needs an extra")
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """In a light installation, a test that needs an extra is skipped; tests/test_light_core.py says what must not."""
    report = yield
    is_light = "light" in item.keywords
    if (
        WITHOUT_KERAS
        and report.failed
        and not is_light
        and _LACKS_AN_EXTRA.search(f"{report.longrepr}{report.capstdout}{report.capstderr}")
    ):
        report.outcome = "skipped"
        report.longrepr = (str(item.path), item.location[1] or 0, "Skipped: needs an extra")
    return report


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


@pytest.fixture(scope="session")
def page_tables(repository: Path) -> Callable[[str], dict[str, list[str]]]:
    """Name of a page in docs/ -> title of each section with a table -> the code of its last column, row by row."""

    def read(page: str) -> dict[str, list[str]]:
        text = (repository / "docs" / page).read_text(encoding="utf-8")
        sections = re.findall(r"^## (.+?)$(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
        found = {title: re.findall(r"^\|.*\| `([^`]+)` \|$", body, re.MULTILINE) for title, body in sections}
        rows = [row for row in re.findall(r"^\|(?!---).*\|$", text, re.MULTILINE) if not row.endswith("| here |")]
        assert sum(map(len, found.values())) == len(rows) > 0
        return {title: lines for title, lines in found.items() if lines}

    return read


@pytest.fixture(scope="session")
def run_page_line() -> Callable[[str, dict[str, Any]], None]:
    """Runs a line of a page, a command or Python that reads and writes the given names."""

    def run(line: str, names: dict[str, Any]) -> None:
        if not line.startswith("simon-elmo "):
            exec(compile(line, line, "exec"), names)
            return
        from simon_elmo.cli import main

        with pytest.raises(SystemExit) as stopped:
            main(shlex.split(line)[1:])
        assert stopped.value.code == 0, line

    return run


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
