"""Run the console blocks of README.md and write what they print below them: `python docs/update_readme.py`."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
_BLOCK = re.compile(r"(?P<before>(?:<!--.*?-->\n)?)```(?P<language>\w*)\n(?P<content>.*?)```\n", re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block of the README.

    Attributes:
        language: what follows the fence.
        content: its lines.
        runs: false where `<!-- not run: reason -->` stands on the line before.
    """

    language: str
    content: str
    runs: bool

    @property
    def commands(self) -> list[str]:
        """The command lines of a `sh` block, or those after `$ ` of a `console` block."""
        lines = self.content.splitlines()
        if self.language == "console":
            return [line[2:] for line in lines if line.startswith("$ ")]
        return [line for line in lines if line.strip() and not line.startswith("#")]


def blocks_of(text: str) -> list[Block]:
    """Return the fenced blocks of a Markdown text in their order."""
    return [
        Block(found["language"], found["content"], "not run" not in found["before"]) for found in _BLOCK.finditer(text)
    ]


def working_folder() -> tempfile.TemporaryDirectory[str]:
    """Return a new folder that has the examples, for commands that write files."""
    folder = tempfile.TemporaryDirectory(prefix="readme-")
    shutil.copytree(ROOT / "examples", Path(folder.name) / "examples")
    return folder


def run(command: str, folder: str) -> str:
    """Run a command line, with the `simon-elmo` of this interpreter, and return its stdout.

    Raises:
        subprocess.CalledProcessError: if it fails.
    """
    program = f'simon-elmo() {{ "{sys.executable}" -c "from simon_elmo.cli import main; main()" "$@"; }}\n'
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    environment.pop("COLUMNS", None)
    found = subprocess.run(
        ["bash", "-c", f"set -e\n{program}{command}"],
        cwd=folder,
        env=environment,
        capture_output=True,
        check=True,
    )
    return found.stdout.decode("utf-8")


def updated(text: str) -> str:
    """Return the README with the present output below each command of its console blocks."""
    with working_folder() as folder:

        def written(found: re.Match[str]) -> str:
            block = Block(found["language"], found["content"], "not run" not in found["before"])
            if block.language != "console" or not block.runs:
                return found[0]
            content = "".join(f"$ {command}\n{run(command, folder)}" for command in block.commands)
            return f"{found['before']}```console\n{content}```\n"

        return _BLOCK.sub(written, text)


if __name__ == "__main__":
    README.write_text(updated(README.read_text(encoding="utf-8")), encoding="utf-8")
