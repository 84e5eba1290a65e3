"""What the README shows is what happens."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import re
import shlex
import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_SPEC = importlib.util.spec_from_file_location("update_readme", ROOT / "docs" / "update_readme.py")
update_readme = importlib.util.module_from_spec(_SPEC)
sys.modules[_SPEC.name] = update_readme  # dataclasses look their module up
_SPEC.loader.exec_module(update_readme)

TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = [block for block in update_readme.blocks_of(TEXT) if block.runs]
COMMANDS = [command for block in BLOCKS if block.language == "sh" for command in block.commands]
REVIEWS = "text,label\n" + "A fine book .,1\nThe parcel came late .,0\n" * 4
INSTALLS = ("pip install . && simon-elmo classify examples/data/people.csv", "pip install '.[dev]' && pytest")


@pytest.fixture(scope="module")
def folder(elmo_pair):
    with update_readme.working_folder() as name:
        # what a user brings along: a published pair, which a tiny one stands for, and texts
        shutil.copy(elmo_pair.options_file, Path(name, "options.json"))
        shutil.copy(elmo_pair.weights_file, Path(name, "lm_weights.hdf5"))
        Path(name, "reviews.csv").write_text(REVIEWS, encoding="utf-8")
        Path(name, "sentences.txt").write_text("The parcel came late .\nA fine book .\n", encoding="utf-8")
        yield name


def without_measurements(line: str) -> str:
    """A line whose bars, percentages, scores and sizes may differ a little between machines."""
    return re.sub(r"[█▏▎▍▌▋▊▉]+|\d+\.\d+", "#", line)


def numbers(line: str) -> list[float]:
    return [float(number) for number in re.findall(r"\d+\.\d+", line)]


def test_there_is_something_to_run():
    assert {block.language for block in BLOCKS} == {"sh", "console", "python"}


def test_installation_is_what_ci_does():
    assert [command for command in COMMANDS if "pip" in command] == list(INSTALLS)
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    done = [shlex.split(line) for line in ci.splitlines() if line.strip() and not line.startswith("#")]
    for install in INSTALLS:
        for command in install.split(" && "):
            assert shlex.split(command) in [[word for word in line if word != "--quiet"] for line in done]


@pytest.mark.parametrize("command", [command for command in COMMANDS if "pip" not in command])
def test_commands_succeed(command, folder):
    update_readme.run(command, folder)


@pytest.mark.parametrize(
    "block", [block for block in BLOCKS if block.language == "console"], ids=lambda block: block.commands[0]
)
def test_outputs_are_real(block, folder):
    output = "".join(f"$ {command}\n{update_readme.run(command, folder)}" for command in block.commands)
    shown, found = block.content.splitlines(), output.splitlines()
    assert list(map(without_measurements, shown)) == list(map(without_measurements, found))
    for shown_line, found_line in zip(shown, found, strict=True):
        assert numbers(shown_line) == pytest.approx(numbers(found_line), abs=1.0)


@pytest.mark.parametrize("block", [block for block in BLOCKS if block.language == "python"], ids=lambda _: "python")
def test_python_runs(block, folder, monkeypatch):
    monkeypatch.chdir(folder)
    with contextlib.redirect_stdout(io.StringIO()) as output:
        exec(compile(block.content, "README.md", "exec"), {"__name__": "__main__"})
    assert "None" not in output.getvalue()


def test_every_command_is_in_the_readme():
    from simon_elmo.cli import COMMANDS as NAMES

    for name in NAMES:
        assert f"simon-elmo {name.replace('_', '-')}" in TEXT


def test_links_lead_somewhere():
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", TEXT):
        assert (ROOT / target).exists(), target
