"""The command `simon-elmo`: one file a command.

Command modules import what is heavy inside their functions, so that `--help` answers without pandas, ONNX Runtime or
Keras.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer

from simon_elmo.cli import elmo, elmo_training, text
from simon_elmo.cli.add_label import add_label
from simon_elmo.cli.classify import classify
from simon_elmo.cli.evaluate import evaluate
from simon_elmo.cli.presets import presets
from simon_elmo.cli.quiet import quiet_tensorflow
from simon_elmo.cli.running import DONE, INTERRUPTED, WRONG_USAGE, interruptions_kept, report, run_command
from simon_elmo.cli.simulate import simulate
from simon_elmo.cli.train import train

COMMANDS: tuple[Callable[..., None], ...] = (classify, simulate, train, add_label, evaluate, presets)
GROUPS: tuple[tuple[str, str, tuple[Callable[..., None], ...]], ...] = (
    ("text", text.HELP, text.COMMANDS),
    ("elmo", elmo.HELP, (*elmo.COMMANDS, *elmo_training.COMMANDS)),
)


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
            code = build_app(debug)(args=given, prog_name="simon-elmo", standalone_mode=False)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except _UsageError as error:
        _report_usage(error, given)
        sys.exit(WRONG_USAGE)
    sys.exit(code or DONE)


def build_app(debug: bool = False) -> typer.Typer:
    """Return the command line application.

    Args:
        debug: let errors through with their traceback.
    """
    app = _new_app("What is in a table's columns, and ELMo: learn it, use it, teach it more.")
    app.callback()(_global_options)
    for function in COMMANDS:
        app.command()(run_command(function, debug))
    for name, help_text, functions in GROUPS:
        group = _new_app(help_text)
        for function in functions:
            group.command()(run_command(function, debug))
        app.add_typer(group, name=name)
    return app


def _report_usage(error: Any, arguments: Sequence[str]) -> None:
    """Print what is wrong with the arguments as one line; the help of a group without a command as it is."""
    if type(error).__name__ == "NoArgsIsHelpError":
        error.show()
        return
    names = {function.__name__.replace("_", "-") for function in COMMANDS} | {name for name, _, _ in GROUPS}
    of_arguments = [argument for argument in arguments[:1] if argument in names]
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
    """What is in a table's columns, and ELMo: learn it, use it, teach it more."""
