"""CoNLL files: a word and its tags per line, a blank line after each sentence; and tags as spans."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from simon_elmo.errors import InvalidInput, UnreadableTable

TaggedSentence = tuple[list[str], list[str]]
Span = tuple[str, int, int]


def read_conll(path: str | Path, word: int = 0, tag: int = -1) -> list[TaggedSentence]:
    r"""Return the sentences of a file as (words, tags).

    Columns are parted by tabs where there are any, else by white space. Lines that begin with `-DOCSTART-` or, where
    the next character is white space, with `#`, are left out, and so are the ranges and empty words of CoNLL-U.

    Args:
        path: the file, UTF-8.
        word: the column of the words, from 0, or from -1 for the last one.
        tag: the column of the tags.

    Raises:
        UnreadableTable: if the file cannot be read, or has no sentence.
        InvalidInput: naming the line, if it has no such column.

    Example:
        >>> _ = Path("names.conll").write_text("Ada NNP B-PER\nsmiles VBZ O\n\nParis NNP B-LOC\n")
        >>> read_conll("names.conll")
        [(['Ada', 'smiles'], ['B-PER', 'O']), (['Paris'], ['B-LOC'])]
    """
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableTable(f"{path} is not a readable CoNLL file, UTF-8 text with a word a line") from error
    sentences: list[TaggedSentence] = [([], [])]
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            sentences.append(([], []))
            continue
        if line.startswith("-DOCSTART-") or (line[0] == "#" and not line[1:2].strip()):
            continue
        columns = line.rstrip("\n").split("\t") if "\t" in line else line.split()
        if len(columns) >= 8 and not columns[0].isdigit() and columns[0].replace("-", "").replace(".", "").isdigit():
            continue
        try:
            sentences[-1][0].append(columns[word])
            sentences[-1][1].append(columns[tag])
        except IndexError:
            raise InvalidInput(
                f"{path}: line {number} has {len(columns)} columns; the word is in column {word}, its tag in {tag}"
            ) from None
    found = [sentence for sentence in sentences if sentence[0]]
    if not found:
        raise UnreadableTable(f"{path} has no sentence")
    return found


def as_conll(sentences: Iterable[tuple[Sequence[str], Sequence[str]]]) -> str:
    """Return sentences as a CoNLL file: a word, a tab and its tag per line, a blank line after each sentence."""
    return "".join("".join(f"{word}\t{tag}\n" for word, tag in zip(*each, strict=True)) + "\n" for each in sentences)


def spans_of(tags: Sequence[str]) -> set[Span]:
    """Return the spans that tags mark, as (type, first word, word after the last one).

    IOB1, IOB2 and BIOES tags are read; a tag that goes on with what has not begun begins it, as the CoNLL-2003 script
    has it. Tags without a prefix mark each run of the same tag, `O` and `_` none.

    Example:
        >>> sorted(spans_of(["B-PER", "I-PER", "O", "I-LOC", "B-LOC"]))
        [('LOC', 3, 4), ('LOC', 4, 5), ('PER', 0, 2)]
    """
    spans, begun, kind = set(), 0, ""
    before = ""
    for position, tag in enumerate([*tags, "O"]):
        prefix, name = tag.split("-", 1) if tag[:2] in ("B-", "I-", "E-", "S-", "L-", "U-") else ("", tag)
        name = "" if tag in ("O", "_", "") else name
        new = prefix in ("B", "S", "U") or before in ("E", "S", "L", "U")
        if kind and (name != kind or new):
            spans.add((kind, begun, position))
            kind = ""
        if name and not kind:
            begun, kind = position, name
        before = prefix
    return spans
