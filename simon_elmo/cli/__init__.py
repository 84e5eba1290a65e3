"""The command `simon-elmo`: one file per command.

Command modules import what is heavy inside their functions, so that `--help` answers without pandas, ONNX Runtime or
Keras.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Annotated, Any

import typer

from simon_elmo.cli.quiet import quiet_tensorflow
from simon_elmo.cli.running import DONE, INTERRUPTED, WRONG_USAGE, interruptions_kept, report, run_command

# Each command is a function in a module of its own, both with its name.
COMMANDS: tuple[str, ...] = ("classify", "simulate", "train", "add_label", "evaluate", "presets")
GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "text": (
        "Classify texts: fake news, sentiment, topics.",
        ("train", "classify", "evaluate", "train_tagger", "tag"),
    ),
    "elmo": (
        "Vectors of words and sentences from a bidirectional language model (ELMo).",
        ("embed", "dump_tokens", "search", "convert", "train", "fine_tune", "perplexity"),
    ),
}

_UsageError: Any = typer.BadParameter.__base__  # of Click, or of the copy of it that newer versions of Typer hold


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code.

    Args:
        arguments: what follows `simon-elmo`; the process's own arguments when not given.

    Raises:
        SystemExit: 0 when done, 1 when a file or model could not be read, 2 for wrong usage, 130 when interrupted.
    """
    if sys.stderr is None:  # closed by whoever started the program
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115
    given = list(sys.argv[1:] if arguments is None else arguments)
    end = given.index("--") if "--" in given else len(given)
    debug = "--debug" in given[:end]
    given = [argument for argument in given[:end] if argument != "--debug"] + given[end:]
    if not debug:
        quiet_tensorflow()
    try:
        with interruptions_kept():
            code = build_app(debug, given[:1])(args=given, prog_name="simon-elmo", standalone_mode=False)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except _UsageError as error:
        _report_usage(error, given)
        sys.exit(WRONG_USAGE)
    sys.exit(code or DONE)


def build_app(debug: bool = False, asked: Sequence[str] = ()) -> typer.Typer:
    """Return the command line application.

    Args:
        debug: let errors through with their traceback.
        asked: the first argument, if there is one. Where it names a command or a group nothing else is imported.
    """
    app = _new_app("Classify the columns of tables, teach new types, and use or train ELMo.")
    app.callback()(_global_options)
    one = asked[0] if asked and asked[0] in _names() else None
    for name in COMMANDS:
        if one in (None, _spelled(name)):
            app.command()(run_command(_function(name), debug))
    for group_name, (help_text, names) in GROUPS.items():
        if one in (None, group_name):
            group = _new_app(help_text)
            for name in names:
                group.command()(run_command(_function(f"{group_name}.{name}"), debug))
            app.add_typer(group, name=group_name)
    return app


def _function(path: str) -> Callable[..., None]:
    """Return the command of a module below this package."""
    return getattr(import_module(f"{__name__}.{path}"), path.rpartition(".")[-1])


def _spelled(name: str) -> str:
    return name.replace("_", "-")


def _names() -> set[str]:
    return {*map(_spelled, COMMANDS), *GROUPS}


def _report_usage(error: Any, arguments: Sequence[str]) -> None:
    """Print what is wrong with the arguments as one line; the help of a group without a command as it is."""
    if type(error).__name__ == "NoArgsIsHelpError":
        error.show()
        return
    of_arguments = [argument for argument in arguments[:1] if argument in _names()]
    command = error.ctx.command_path if error.ctx is not None else " ".join(["simon-elmo", *of_arguments])
    report(f"{error.format_message().rstrip('.')}; see {command} --help")


def _new_app(help_text: str) -> typer.Typer:
    return typer.Typer(
        help=help_text,
        add_completion=False,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )


def _print_version(wanted: bool) -> None:
    if wanted:
        from simon_elmo.version import __version__

        typer.echo(f"simon-elmo {__version__}")
        raise typer.Exit


def _global_options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> Any:
    """Classify the columns of tables, teach new types, and use or train ELMo."""
