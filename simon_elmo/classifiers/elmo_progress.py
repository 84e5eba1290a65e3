"""A bar on stderr while batches run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def shown(batches: Iterable[list[int]], n_sentences: int, progress: bool) -> Iterator[list[int]]:
    """Yield batches, showing how many of the sentences are done where `progress` is asked for."""
    if not progress:
        yield from batches
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    bar = Progress(BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=Console(stderr=True))
    with bar:
        task = bar.add_task("sentences", total=n_sentences)
        for batch in batches:
            yield batch
            bar.advance(task, len(batch))
