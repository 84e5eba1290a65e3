"""How a table is read."""

from __future__ import annotations

from dataclasses import dataclass

from simon_elmo.errors import InvalidInput


@dataclass(frozen=True)
class ReadOptions:
    """Choices that every reader is given; each uses those that its format has.

    Attributes:
        sheet: the one sheet or database table to read, `None` for every one.
        sample: rows to keep, drawn at random; `None` keeps all.
        seed: fixes the sample.
        header: whether the first line holds the column names.
        encoding: of text, `None` to detect it.
        delimiter: between cells, `None` to detect it.
    """

    sheet: str | None = None
    sample: int | None = None
    seed: int = 0
    header: bool = True
    encoding: str | None = None
    delimiter: str | None = None

    def __post_init__(self) -> None:
        if self.sample is not None and self.sample < 1:
            raise InvalidInput(f"a sample has at least 1 row, got {self.sample}")
        if self.delimiter is not None and len(self.delimiter) != 1:
            raise InvalidInput(f"a delimiter is one character, got {self.delimiter!r}")
