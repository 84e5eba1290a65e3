"""JSON and JSON lines: values as they are written, numbers included."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from io import TextIOWrapper
from itertools import chain
from typing import Any

from simon_elmo.errors import UnreadableTable
from simon_elmo.tables.delimited import table_of_rows
from simon_elmo.tables.named_table import NamedTable, unique_names
from simon_elmo.tables.options import ReadOptions
from simon_elmo.tables.row_sample import sample_rows
from simon_elmo.tables.source import Source, reason
from simon_elmo.tables.text_encoding import guess_notes, read_text

_BLOCK = 1 << 20  # characters
_BLANK = " \t\r\n"
_NOTHING = object()
_LINE_SUFFIXES = (".jsonl", ".ndjson")


class _Number(str):
    """A JSON number in its own spelling."""

    __slots__ = ()


def _constant(name: str) -> _Number | None:
    return None if name == "NaN" else _Number(name)


_DECODER = json.JSONDecoder(parse_int=_Number, parse_float=_Number, parse_constant=_constant)


def read_json(source: Source, options: ReadOptions) -> list[NamedTable]:
    """Return the one table of a JSON or JSON lines file.

    A file holds a list of records, a list of rows (the first one has the names), an object of columns, a list of these
    inside an object (`{"data": [...]}`), or one record a line. Lists and lines are streamed. Numbers keep their
    spelling, nested values become JSON text, `null` and `NaN` are missing cells.

    Raises:
        UnreadableTable: for text that is not JSON, or JSON that is no table.
    """

    def parse(stream: TextIOWrapper, head: str, _whole: bool) -> NamedTable:
        try:
            table = _read(source, stream, head, options)
        except (json.JSONDecodeError, RecursionError) as error:
            raise UnreadableTable(f"{source.label}: is not valid JSON: {reason(error)}") from error
        guessed = () if options.encoding else guess_notes(stream.encoding, head)
        return replace(table, notes=(*guessed, *table.notes), dialect={"encoding": stream.encoding})

    return [read_text(source, options.encoding, parse)]


def _read(source: Source, stream: TextIOWrapper, head: str, options: ReadOptions) -> NamedTable:
    if source.suffix in _LINE_SUFFIXES or _is_json_lines(head):
        return _table_of_values(source, _lines(source, stream), options)
    if head.lstrip(_BLANK).startswith("["):
        return _table_of_values(source, _elements(stream), options)
    whole = stream.read()
    if not whole.strip():
        raise UnreadableTable(f"{source.label}: is empty")
    value = _DECODER.decode(whole)
    if isinstance(value, dict) and (key := _wrapping_key(value)) is not None:
        names, value = value.get("columns"), value[key]
        if isinstance(names, list) and value and isinstance(value[0], list):
            value = [names, *value]
            options = replace(options, header=True)
    if isinstance(value, list):
        return _table_of_values(source, iter(value), options)
    if isinstance(value, dict) and value and all(isinstance(cells, (list, dict)) for cells in value.values()):
        return _table_of_columns(source, value, options)
    if isinstance(value, dict) and value:
        return _table_of_values(source, iter([value]), options)
    raise UnreadableTable(f"{source.label}: holds no table: expected a list of records or an object of columns")


def _wrapping_key(value: dict[str, Any]) -> str | None:
    """Return the key whose list of records or rows is the table, `None` if the keys are columns."""
    lists = [key for key, inner in value.items() if isinstance(inner, list) and key != "columns"]
    nested = [key for key in lists if value[key] and isinstance(value[key][0], (dict, list))]
    if "data" in nested:
        return "data"
    return nested[0] if len(lists) == len(nested) == 1 else None


def _is_json_lines(head: str) -> bool:
    lines = [line for line in head.split("\n", 3)[:2] if line.strip()]
    if len(lines) < 2 or not lines[0].lstrip().startswith("{"):
        return False
    try:
        return isinstance(json.loads(lines[0]), dict)
    except (json.JSONDecodeError, RecursionError):
        return False


def _lines(source: Source, stream: TextIOWrapper) -> Iterator[Any]:
    for number, line in enumerate(stream, start=1):
        text = line.strip()
        if text:
            try:
                yield _DECODER.decode(text)
            except json.JSONDecodeError as error:
                raise UnreadableTable(f"{source.label}: line {number} is not valid JSON: {error.msg}") from error


def _elements(stream: TextIOWrapper) -> Iterator[Any]:
    """Yield the elements of a top-level list, with no more than a block and the longest element in memory."""
    text = stream.read(_BLOCK)
    at = len(text) - len(text.lstrip(_BLANK)) + 1
    want = _BLOCK
    ends, comma = False, ""
    while True:
        try:
            at = _next_token(text, at)
            if at < len(text) and text[at] == "]" and not comma:
                break
            value, end = _DECODER.raw_decode(text, at)
            end = _next_token(text, end)
            if end >= len(text) and not ends:
                raise json.JSONDecodeError("element may go on in the next block", text, end)
            if text[end : end + 1] not in (",", "]"):
                raise json.JSONDecodeError("Expecting ',' delimiter", text, end)
        except json.JSONDecodeError:
            if ends:
                raise
            more = stream.read(want)
            text, at, ends = text[at:] + more, 0, not more
            want *= 2  # an element longer than a block is parsed again: not more than a few times
            continue
        yield value
        want = _BLOCK
        comma = text[end]
        if comma == "]":
            at = end
            break
        at = end + 1
    if (text[at + 1 :] + stream.read(_BLOCK)).strip():
        raise json.JSONDecodeError("Extra data", text, at + 1)


def _next_token(text: str, at: int) -> int:
    while at < len(text) and text[at] in _BLANK:
        at += 1
    return at


def _table_of_values(source: Source, values: Iterator[Any], options: ReadOptions) -> NamedTable:
    first = next(values, _NOTHING)
    if first is _NOTHING:
        raise UnreadableTable(f"{source.label}: holds no records")
    values = chain([first], values)
    if isinstance(first, dict):
        return _table_of_records(source, values, options)
    rows = ([_as_text(cell) for cell in _as_row(value)] for value in values)
    has_header = isinstance(first, list) and options.header
    header = [cell or "" for cell in next(rows)] if has_header else None
    return table_of_rows(source, source.stem, header, rows, options)


def _as_row(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _table_of_records(source: Source, values: Iterator[Any], options: ReadOptions) -> NamedTable:
    keys: dict[str, None] = {}

    def observe(records: Iterable[dict[str, Any]]) -> int:
        count = 0
        for count, record in enumerate(records, start=1):  # noqa: B007
            keys.update(dict.fromkeys(record))
        return count

    kept, total = sample_rows(_records(source, values), options.sample, options.seed, observe)
    columns = [[_as_text(record.get(key)) for record in kept] for key in keys]
    names = unique_names(list(keys))
    return NamedTable(source.origin, source.stem, dict(zip(names, columns, strict=True)), total)


def _records(source: Source, values: Iterator[Any]) -> Iterator[dict[str, Any]]:
    for number, value in enumerate(values, start=1):
        if not isinstance(value, dict):
            raise UnreadableTable(f"{source.label}: record {number} is not an object of names and values")
        yield value


def _table_of_columns(source: Source, value: dict[str, Any], options: ReadOptions) -> NamedTable:
    # an object of objects is {column: {row: cell}}, as pandas writes it
    cells = [list(column.values() if isinstance(column, dict) else column) for column in value.values()]
    length = max(map(len, cells))
    if any(len(column) != length for column in cells):
        raise UnreadableTable(f"{source.label}: its columns have different lengths: {sorted({*map(len, cells)})}")
    rows = ([_as_text(cell) for cell in row] for row in zip(*cells, strict=True))
    return table_of_rows(source, source.stem, list(value), rows, options)


def _as_text(value: Any) -> str | None:
    if value is None:
        return None
    return str(value) if isinstance(value, str) else json_text(value)


def json_text(value: Any) -> str:
    """Return a JSON value as text, numbers in the spelling that they were read in.

    Example:
        >>> json_text({"a": [True, None, "x"]})
        '{"a": [true, null, "x"]}'
    """
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, dict):
        inner = (f"{json.dumps(str(key), ensure_ascii=False)}: {json_text(item)}" for key, item in value.items())
        return "{" + ", ".join(inner) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(json_text, value)) + "]"
    return json.dumps(value, ensure_ascii=False, default=str)
