"""The progress bar: on stderr, while something takes long."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress_bar(what: str, total: int | None, wanted: bool = True) -> Iterator[Callable[[int], None]]:
    """Yield a function that is told how many more are done; the bar shows only where somebody watches stderr.

    Args:
        what: what is counted, such as `columns`.
        total: how many there are, None where that is not known.
        wanted: whether there is a bar at all.
    """
    if not wanted or not sys.stderr.isatty():
        yield lambda count: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = ("{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda count: bar.advance(task, count)
