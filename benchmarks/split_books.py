"""Part books into training, validation and test authors: `split_books.py BOOKS.txt.gz MANIFEST.json FOLDER`.

Books follow each other with a blank line after each; the manifest lists their authors in the same order. Whole authors
are kept out of training, so that held-out perplexity is on books whose authors the model has never read.
"""

from __future__ import annotations

import gzip
import json
import sys
from contextlib import ExitStack
from pathlib import Path

HELD_OUT = {
    "valid": {"Olive Schreiner", "Edith Nesbit"},
    "test": {
        "E.M. Forster",
        "Grace Livingston Hill",
        "J. Meade Falkner",
        "Kate Chopin",
        "R.M. Ballantyne",
        "Richard Marsh",
    },
}


def main(books: str, manifest: str, folder: str) -> None:
    parts = {author: part for part, authors in HELD_OUT.items() for author in authors}
    authors = [book["author"] for book in json.loads(Path(manifest).read_text(encoding="utf-8"))]
    Path(folder).mkdir(parents=True, exist_ok=True)
    tokens, number = dict.fromkeys(("train", "valid", "test"), 0), 0
    with ExitStack() as stack:
        lines = stack.enter_context(gzip.open(books, "rt", encoding="utf-8"))
        files = {
            name: stack.enter_context(gzip.open(Path(folder) / f"{name}.txt.gz", "wt", 6, "utf-8")) for name in tokens
        }
        for line in lines:
            if not line.strip():
                number += 1
                continue
            part = parts.get(authors[number], "train")
            files[part].write(line)
            tokens[part] += len(line.split())
    if number != len(authors):
        raise SystemExit(f"{books} has {number} books, {manifest} lists {len(authors)}")
    print(", ".join(f"{part} {count:,} words" for part, count in tokens.items()))


if __name__ == "__main__":
    main(*sys.argv[1:4])
