"""ONNX Runtime is imported in one place, and leaves no traces."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import simon_elmo

CLASSIFY = """
import sys

def guard(event, arguments):
    if event.startswith("socket.") and event != "socket.__new__":
        raise SystemExit(f"the network was used: {event} {arguments}")

sys.addaudithook(guard)
from simon_elmo.__main__ import main
sys.argv = ["simon-elmo", "classify", "people.csv"]
main()
"""


def classify(folder):
    """Classifies a table in a process with an empty home and temporary folder; returns their files, and its sockets."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    for variable in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        (folder / variable).mkdir()
        environment[variable] = str(folder / variable)
    (folder / "people.csv").write_text("name,mail\nAnn,ann@example.com\nBob,bob@example.com\n")
    command = [sys.executable, "-c", CLASSIFY]
    trace = folder / "trace"
    if tracer := shutil.which("strace"):
        prefix = [tracer, "-f", "-e", "trace=socket", "-o", str(trace)]
        if subprocess.run([*prefix, "true"], capture_output=True).returncode == 0:  # a container may forbid it
            command = [*prefix, *command]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "mail" in done.stdout
    written = [path for name in environment if (folder / name).is_dir() for path in (folder / name).rglob("*")]
    return written, trace.read_text() if trace.exists() else ""


def test_classify_writes_nothing_below_home_and_asks_no_network(tmp_path):
    written, calls = classify(tmp_path)
    assert written == []
    assert "AF_INET" not in calls


@pytest.mark.parametrize(("chosen", "expected"), [(None, "1"), ("0", "0")])
def test_telemetry_is_off_unless_the_user_chose_otherwise(chosen, expected, monkeypatch):
    from simon_elmo.simon.onnx_runtime import onnxruntime

    monkeypatch.delenv("ORT_DISABLE_TELEMETRY", raising=False)
    if chosen is not None:
        monkeypatch.setenv("ORT_DISABLE_TELEMETRY", chosen)
    onnxruntime()
    assert os.environ["ORT_DISABLE_TELEMETRY"] == expected


def test_onnx_runtime_is_imported_in_one_place():
    package = Path(simon_elmo.__file__).parent
    imports = re.compile(r"^\s*(import|from) onnxruntime\b", re.MULTILINE)
    found = [path.name for path in package.rglob("*.py") if imports.search(path.read_text(encoding="utf-8"))]
    assert found == ["onnx_runtime.py"]
