from __future__ import annotations

import re
import subprocess
import sys
from collections import defaultdict

import pytest
import typer.main

from simon_elmo import __version__
from simon_elmo.cli import COMMANDS, GROUPS, build_app

NAMES = [(name.replace("_", "-"),) for name in COMMANDS]
NAMES += [(group, name.replace("_", "-")) for group, (_, names) in GROUPS.items() for name in names]


def test_the_version(simon_elmo):
    assert simon_elmo("--version") == (0, f"simon-elmo {__version__}\n", "")


@pytest.mark.parametrize("name", [(), *NAMES], ids=" ".join)
def test_every_command_and_option_has_help(simon_elmo, name):
    code, out, err = simon_elmo(*name, "--help")
    assert (code, err) == (0, "")
    usage, description = out.split("\n\n")[:2]
    assert usage.startswith("Usage: simon-elmo")
    assert description.strip()
    options = [line for line in out.splitlines() if line.startswith("  -")]
    assert options
    lines = [*out.splitlines(), ""]
    for option in options:
        after = lines[lines.index(option) + 1]
        assert "  " in option.strip() or after.startswith("   "), option


def commands(group, path=()):
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


@pytest.fixture(scope="module")
def parameters():
    """Yield a command's name, the name of its parameter, and the parameter, for all of them."""
    return [
        (" ".join(name), parameter.opts[0], parameter)
        for name, command in commands(typer.main.get_command(build_app()))
        for parameter in command.params
    ]


def test_help_is_sentences(parameters):
    for command, name, parameter in parameters:
        if (
            name not in ("--help", "--version") and parameter.help is not None
        ):  # before 0.26, Typer kept that of options
            assert re.fullmatch(r"[A-Z`].*\.", parameter.help, re.DOTALL), (command, name, parameter.help)


def test_an_option_means_the_same_everywhere(parameters):
    wordings = defaultdict(lambda: defaultdict(set))
    for command, name, parameter in parameters:
        if name.startswith("--"):
            wordings[name][parameter.help].add(command)
    assert not {"--model", "--from", "--json"} & set(wordings), "a model is --preset, the form of an answer --format"
    one_thing = {"--preset", "--output", "--format", "--options", "--threshold", "--batch-size", "--schedule"}
    for name in set(wordings) - one_thing:
        assert len(wordings[name]) == 1, (name, {text: sorted(found) for text, found in wordings[name].items()})


@pytest.mark.parametrize("arguments", [["--help"], ["classify", "--help"], ["--version"]])
def test_help_loads_nothing_heavy(arguments):
    code = "import sys\nfrom simon_elmo.cli import main\ntry: main()\nfinally: print(*sys.modules, file=sys.stderr)"
    found = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in found.stderr.split()}
    assert not {"keras", "tensorflow", "pandas", "onnxruntime", "numpy", "pyarrow", "faker", "jinja2"} & loaded


@pytest.mark.parametrize("arguments", [("nonsense",), ("--nonsense",)])
def test_an_unknown_command_is_2(simon_elmo, arguments):
    code, out, err = simon_elmo(*arguments)
    assert (code, out) == (2, "")
    assert "nonsense" in err


def test_after_two_dashes_everything_is_a_name(simon_elmo):
    code, _, err = simon_elmo("classify", "--preset", "nothing", "--", "--debug")
    assert code == 1
    assert "Traceback" not in err


def test_the_module_is_the_command():
    found = subprocess.run([sys.executable, "-m", "simon_elmo", "--version"], capture_output=True, text=True)
    assert (found.returncode, found.stdout.startswith("simon-elmo ")) == (0, True)


def test_an_interruption_while_modules_are_imported_is_quiet(monkeypatch):
    from simon_elmo.__main__ import main

    class Interrupted:
        def find_spec(self, name, path=None, target=None):
            if name == "simon_elmo.cli":
                raise KeyboardInterrupt

    monkeypatch.delitem(sys.modules, "simon_elmo.cli")
    monkeypatch.setattr(sys, "meta_path", [Interrupted(), *sys.meta_path])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 130


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nope"], "No such command 'nope'; see simon-elmo --help"),
        (["classify"], "see simon-elmo classify --help"),
        (["classify", "--smaple", "3"], "--smaple"),
        (["elmo", "embed", "--layers"], "see simon-elmo elmo"),
        (["classify", "--output"], "see simon-elmo classify --help"),
        (["simulate", "--output", "/no\n\x1b[31m/folder.parquet"], "\\n\\x1b[31m/folder"),
        (["simulate", "--columns", "0"], "--columns"),
        (["simulate"], "--output"),
    ],
)
def test_wrong_arguments_are_one_line(simon_elmo, arguments, said):
    code, out, err = simon_elmo(*arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("simon-elmo: ")
    assert said in err


def test_an_end_of_input_is_one_line(simon_elmo, monkeypatch):
    import simon_elmo.presets as module

    def ended(*_):
        raise EOFError

    monkeypatch.setattr(module, "available_presets", ended)
    code, out, err = simon_elmo("presets")
    assert (code, out, err) == (1, "", "simon-elmo: the input ended too early\n")
