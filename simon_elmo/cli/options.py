"""Options that several commands have, with one wording each."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

SAMPLED_ROWS = 10_000

Output = Annotated[Path | None, typer.Option(help="Write to this file, not to stdout.", metavar="FILE")]
Html = Annotated[Path | None, typer.Option(help="Also write a report that opens in a browser.", metavar="REPORT.html")]
NoHeaders = Annotated[bool, typer.Option("--no-headers", help="Column names are no evidence.")]
Sample = Annotated[int, typer.Option(min=1, help="Rows that are drawn from a file at random.", metavar="N")]
Sheet = Annotated[
    str | None, typer.Option(help="Only this sheet of a workbook, or table of a database.", metavar="NAME")
]
