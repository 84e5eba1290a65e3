"""The one progress bar: shown where somebody watches stderr, and nowhere else."""

from __future__ import annotations

import io
import sys

from simon_elmo.progress import progress_bar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def watched(monkeypatch) -> Terminal:
    """Put a terminal in the place of stderr; in the test itself, since pytest resets it after fixtures."""
    monkeypatch.setattr(sys, "stderr", Terminal())
    return sys.stderr


def test_a_terminal_shows_what_is_counted_and_how_many_are_done(monkeypatch):
    terminal = watched(monkeypatch)
    with progress_bar("columns", 3) as advance:
        advance(2)
        advance(1)
    shown = terminal.getvalue()
    assert "columns" in shown
    assert "3/3" in shown


def test_nothing_is_written_where_it_is_not_wanted(monkeypatch):
    terminal = watched(monkeypatch)
    with progress_bar("columns", 3, wanted=False) as advance:
        advance(3)
    assert terminal.getvalue() == ""


def test_nothing_is_written_to_a_file_or_a_pipe(capsys):
    with progress_bar("columns", 3) as advance:
        advance(3)
    assert capsys.readouterr().err == ""
