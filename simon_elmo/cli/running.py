"""What every command shares: exit codes, one-line errors, and output that a terminal or a program can take."""

from __future__ import annotations

import _thread
import errno
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

from simon_elmo.errors import (
    InvalidConfig,
    InvalidInput,
    SimonElmoError,
    UnknownLabel,
    UnknownProvider,
    as_missing_extra,
)

DONE, FAILED, WRONG_USAGE, INTERRUPTED, BROKEN_PIPE = 0, 1, 2, 130, 141
_USAGE_ERRORS = (InvalidConfig, InvalidInput, UnknownLabel, UnknownProvider)


def run_command(function: Callable[..., None], debug: bool) -> Callable[..., None]:
    """Return the command with the exit codes of this program.

    An error that a user can act on becomes one line on stderr and exit code 1 (a file or model) or 2 (usage), an
    interruption 130, a reader of stdout that has gone away 141 without a word.

    Args:
        function: the command, a function that Typer can read.
        debug: let errors through instead.
    """

    @wraps(function)
    def command(*arguments: Any, **options: Any) -> None:
        try:
            function(*arguments, **options)
            if sys.stdout is not None:
                sys.stdout.flush()
        except KeyboardInterrupt:
            sys.exit(INTERRUPTED)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(BROKEN_PIPE)
        except (SimonElmoError, OSError, EOFError, MemoryError) as error:
            if debug:
                raise
            report_error(error)
            sys.exit(exit_code(error))
        except ModuleNotFoundError as error:
            missing = as_missing_extra(error, "run this command")
            if debug or missing is error:
                raise
            report_error(missing)
            sys.exit(exit_code(missing))

    return command


@contextmanager
def interruptions_kept() -> Iterator[None]:
    """Repeat an interruption that arrives where Python ignores exceptions: in destructors, while collecting garbage."""
    before = sys.unraisablehook

    def repeat(ignored: Any) -> None:
        if ignored.exc_type is KeyboardInterrupt:
            threading.Timer(0.01, _interrupt).start()  # not at once, when this very function would end
        else:
            before(ignored)

    sys.unraisablehook = repeat
    try:
        yield
    finally:
        sys.unraisablehook = before


def _interrupt() -> None:
    main = threading.main_thread().ident
    if hasattr(signal, "pthread_kill") and main is not None:
        signal.pthread_kill(main, signal.SIGINT)  # wakes it up from waiting, too
    else:
        _thread.interrupt_main()


def exit_code(error: BaseException) -> int:
    """Return 2 for an error in how the program is used, 1 for one in a file or model."""
    is_unreadable = isinstance(error.__cause__, OSError)
    return WRONG_USAGE if isinstance(error, _USAGE_ERRORS) and not is_unreadable else FAILED


def report_error(error: BaseException) -> None:
    """Print an error as one line on stderr."""
    if isinstance(error, OSError) and error.strerror:
        named = f"{error.filename}: " if error.filename is not None else ""
        message = f"{named}{error.strerror}"
    elif isinstance(error, MemoryError):
        message = "out of memory; try a smaller --sample"
    elif isinstance(error, EOFError):
        message = str(error) or "the input ended too early"
    else:
        message = str(error)
    report(message)


def report(message: str) -> None:
    """Print one line on stderr, after the name of the program."""
    sys.stderr.write(_encodable(f"simon-elmo: {printable(message)}\n", sys.stderr.encoding))
    sys.stderr.flush()


def printable(text: str) -> str:
    r"""Return text that does nothing to a terminal: everything but printable characters is written as an escape.

    Example:
        >>> printable("red\x1b[31m" + chr(10))
        'red\\x1b[31m\\n'
    """
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in text
    )


def to_json(value: Any, open_levels: int = 0) -> str:
    """Return strict JSON; what UTF-8 cannot write (odd file names) is escaped.

    Args:
        value: plain values; NaN and infinities are an error.
        open_levels: how many outer levels get a line per entry; what is further inside stays on one line, and so does
            an object of plain values.
    """
    text = _json(value, open_levels, ensure_ascii=False)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = _json(value, open_levels, ensure_ascii=True)
    return text + "\n"


def write_output(text: str, output: Path | None) -> None:
    """Write what a command answers: to a file, wholly or not at all, or to stdout.

    Raises:
        InvalidInput: if the file is a folder or its folder does not exist.
        OSError: if it cannot be written.
    """
    if output is not None:
        from simon_elmo.persistence import write_bytes_atomically

        write_bytes_atomically(output, text.encode("utf-8", "surrogateescape"))
        return
    if sys.stdout is None:
        raise OSError(errno.EBADF, "stdout is closed")
    sys.stdout.write(_encodable(text, sys.stdout.encoding))
    sys.stdout.flush()


def require_new_files(inputs: list[Path], *outputs: Path | None) -> None:
    """Refuse, before any work is done, to write over a file that is read or written, or where nothing can be written.

    Args:
        inputs: the files that are read.
        outputs: the files that are written, None where nothing is.

    Raises:
        InvalidInput: if an output is one of the inputs or another output, a folder, or in a folder that does not exist.
    """
    given = [output for output in outputs if output is not None]
    if not given:
        return
    from simon_elmo.persistence import require_writable

    places: set[str] = set()
    for output in given:
        require_writable(output)
        if any(output.exists() and path.exists() and os.path.samefile(output, path) for path in inputs):
            raise InvalidInput(f"{output} would overwrite a file that is read; name another file")
        place = os.path.realpath(output)
        if place in places:
            raise InvalidInput(f"{output} is named for two outputs; name another file for one of them")
        places.add(place)


def _json(value: Any, open_levels: int, ensure_ascii: bool) -> str:
    if open_levels and value and isinstance(value, list):
        return "[\n" + ",\n".join(_json(entry, open_levels - 1, ensure_ascii) for entry in value) + "\n]"
    if open_levels and isinstance(value, dict) and any(isinstance(entry, (list, dict)) for entry in value.values()):
        entries = (
            f"{json.dumps(name, ensure_ascii=ensure_ascii)}: {_json(entry, open_levels - 1, ensure_ascii)}"
            for name, entry in value.items()
        )
        return "{\n" + ",\n".join(entries) + "\n}"
    return json.dumps(value, ensure_ascii=ensure_ascii, allow_nan=False)


def _encodable(text: str, encoding: str | None) -> str:
    """Return the text with what the stream cannot encode written as escapes (which JSON reads back as well)."""
    encoding = encoding or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return "".join(_escaped(character, encoding) for character in text)
    return text


def _escaped(character: str, encoding: str) -> str:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return json.dumps(character)[1:-1]
    return character
