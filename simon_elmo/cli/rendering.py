"""Tables for people: coloured and as wide as the terminal where there is one, plain text elsewhere."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import RenderableType

PLAIN_WIDTH = 100


def render(*parts: RenderableType, plain: bool = False) -> str:
    """Return what rich makes of the parts, for stdout.

    Args:
        *parts: tables and texts.
        plain: without colours and 100 columns wide, for a file, whatever stdout is.
    """
    import os

    from rich.console import Console

    on_terminal = sys.stdout is not None and sys.stdout.isatty() and not plain
    width = None if on_terminal or (os.environ.get("COLUMNS", "").isdigit() and not plain) else PLAIN_WIDTH
    console = Console(
        file=None,
        width=width,
        no_color=True if plain else None,
        force_terminal=False if plain else None,
        highlight=False,
        emoji=False,
        markup=False,
        soft_wrap=False,
    )
    with console.capture() as capture:
        for part in parts:
            console.print(part)
    return "\n".join(line.rstrip() for line in capture.get().rstrip().split("\n")) + "\n"


def probability_bar(probability: float, width: int = 8) -> str:
    """Return a bar of `width` characters and the percentage.

    Example:
        >>> probability_bar(0.5, 4)
        '██    50.0%'
    """
    eighths = round(max(0.0, min(1.0, probability)) * width * 8)
    bar = "█" * (eighths // 8) + ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")[eighths % 8]
    return f"{bar:<{width}} {probability:>6.1%}"
