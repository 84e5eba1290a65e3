"""What the README shows is what happens."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import re
import shlex
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
_SPEC = importlib.util.spec_from_file_location("update_readme", ROOT / "docs" / "update_readme.py")
update_readme = importlib.util.module_from_spec(_SPEC)
sys.modules[_SPEC.name] = update_readme  # dataclasses look their module up
_SPEC.loader.exec_module(update_readme)

TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
PAGE = (ROOT / "docs" / "command_line.md").read_text(encoding="utf-8")
BLOCKS = [block for block in update_readme.blocks_of(TEXT) if block.runs]
COMMANDS = [command for block in BLOCKS if block.language == "sh" for command in block.commands]
OF_THE_PAGE = [
    command for block in update_readme.blocks_of(PAGE) if block.language == "sh" for command in block.commands
]
INSTALLS = ("pip install . && simon-elmo classify examples/data/people.csv", "pip install '.[dev]' && pytest")


@pytest.fixture(scope="module")
def folder():
    """A new folder with the examples that a clone has, and nothing else."""
    with update_readme.working_folder() as name:
        yield name


def without_measurements(line: str) -> str:
    """A line whose bars, percentages, scores and sizes may differ a little between machines."""
    return re.sub(r"[█▏▎▍▌▋▊▉]+|\d+\.\d+", "#", line)


def numbers(line: str) -> list[float]:
    return [float(number) for number in re.findall(r"\d+\.\d+", line)]


def test_there_is_something_to_run():
    assert {block.language for block in BLOCKS} == {"sh", "console", "python"}


def test_installation_is_what_ci_does():
    assert [command for command in COMMANDS if "pip install" in command] == list(INSTALLS)
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    done = [shlex.split(line) for line in ci.splitlines() if line.strip() and not line.startswith("#")]
    for install in INSTALLS:
        for command in install.split(" && "):
            assert shlex.split(command) in [[word for word in line if word != "--quiet"] for line in done]


def test_it_is_short():
    assert len(TEXT.split()) < 1200


@pytest.mark.parametrize("command", [command for command in COMMANDS if "pip install" not in command] + OF_THE_PAGE)
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


PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target
