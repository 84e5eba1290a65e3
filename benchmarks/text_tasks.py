"""The labelled texts that heads and documents are compared on, and folds that near-duplicates do not straddle."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.model_selection import StratifiedGroupKFold

_WORD = re.compile(r"\w+")
_PERMUTATIONS, _BANDS, _SHINGLE = 32, 8, 5
_PRIME = (1 << 61) - 1


@dataclass(frozen=True)
class Task:
    """Labelled texts.

    Attributes:
        name: of the task.
        texts: strings.
        labels: a label a text.
        test: texts and labels to test on; None for folds of `texts`.
        characters: whether words are not parted by white space.
    """

    name: str
    texts: list[str]
    labels: list[str]
    test: tuple[list[str], list[str]] | None = None
    characters: bool = False


def _of(name: str, file: str, text: str, label: str, characters: bool = False) -> tuple[str, Callable[[Path], Task]]:
    def load(folder: Path) -> Task:
        frame = pd.read_parquet(folder / file)
        frame = frame[frame[text].fillna("").str.strip() != ""]
        return Task(name, frame[text].tolist(), frame[label].astype(str).tolist(), characters=characters)

    return name, load


def _news_on(name: str, file: str) -> tuple[str, Callable[[Path], Task]]:
    def load(folder: Path) -> Task:
        learned, other = (pd.read_parquet(folder / "fakenews" / each) for each in ("isot5_train.parquet", file))
        test = (other["text"].tolist(), other["y"].astype(str).tolist())
        return Task(name, learned["clean"].tolist(), learned["y"].astype(str).tolist(), test)

    return name, load


TASKS = dict(
    [
        _of("isot-text", "fakenews/isot5_train.parquet", "text", "y"),
        _of("isot-clean", "fakenews/isot5_train.parquet", "clean", "y"),
        _of("amt-celebrity", "fakenews/amt_celebrity.parquet", "text", "y"),
        _of("buzzfeed", "fakenews/buzzfeed.parquet", "text", "y"),
        _news_on("isot-to-amt", "amt_celebrity.parquet"),
        _news_on("isot-to-buzzfeed", "buzzfeed.parquet"),
        _of("gop", "sentiment/gop_train.parquet", "text", "sentiment"),
        _of("sst2", "sentiment/sst2_train.parquet", "text", "label"),
        _of("imdb", "sentiment/imdb_train.parquet", "text", "label"),
        _of("airline", "sentiment/airline_train.parquet", "text", "label"),
        _of("sms", "topic_spam/sms_train.parquet", "text", "label"),
        _of("clickbait", "topic_spam/clickbait_train.parquet", "text", "y"),
        _of("bbc", "topic_spam/bbc_train.parquet", "text", "label"),
        _of("zh-waimai", "multilingual/zh_waimai.parquet", "text", "label", characters=True),
    ]
)


def folds_of(task: Task, n_folds: int, train_size: int, test_size: int, seed: int) -> list[tuple[list[int], list[int]]]:
    """Return (training, test) positions of each fold; of a task with a test part of its own, resampled trainings.

    Args:
        task: the texts; those of its test part are numbered after the others.
        n_folds: folds.
        train_size: texts to train on at most, drawn from the others than the fold's; 0 for all.
        test_size: texts to test on at most; 0 for all.
        seed: fixes the folds.
    """
    rng = np.random.default_rng(seed)
    n = len(task.texts)
    if task.test is not None:
        others = list(range(n, n + len(task.test[0])))
        return [(_drawn(np.arange(n), train_size or n, rng), _drawn(others, test_size, rng)) for _ in range(n_folds)]
    splitter = StratifiedGroupKFold(max(n_folds, 5), shuffle=True, random_state=seed)
    groups = near_duplicates(task.texts, task.characters)
    folds = list(splitter.split(np.zeros(n), task.labels, groups))[:n_folds]
    return [(_drawn(train, train_size, rng), _drawn(test, test_size, rng)) for train, test in folds]


def near_duplicates(texts: Sequence[str], characters: bool = False) -> np.ndarray:
    """Return a group a text: texts that share most of their runs of five words are one group.

    Runs are hashed and compared by MinHash: 8 bands of 4 permutations, so that texts of which 80% is common are nearly
    always put together and texts of which 30% is common hardly ever.
    """
    rng = np.random.default_rng(0)
    factors = rng.integers(1, 2**31, _PERMUTATIONS, dtype=np.uint64)
    offsets = rng.integers(0, 2**31, _PERMUTATIONS, dtype=np.uint64)
    parent = list(range(len(texts)))

    def root(member: int) -> int:
        while parent[member] != member:
            parent[member] = parent[parent[member]]
            member = parent[member]
        return member

    buckets: dict[tuple[int, bytes], int] = {}
    for number, text in enumerate(texts):
        words = list(text) if characters else _WORD.findall(text.lower())
        runs = {" ".join(words[at : at + _SHINGLE]) for at in range(max(len(words) - _SHINGLE + 1, 1))}
        hashes = np.array([zlib.crc32(run.encode()) for run in runs], dtype=np.uint64)
        smallest = ((hashes[:, None] * factors + offsets) % np.uint64(_PRIME)).min(axis=0)
        for band, signature in enumerate(smallest.reshape(_BANDS, -1)):
            parent[root(number)] = root(buckets.setdefault((band, signature.tobytes()), number))
    return np.array([root(number) for number in range(len(texts))])


def _drawn(rows: Sequence[int] | np.ndarray, size: int, rng: np.random.Generator) -> list[int]:
    rows = np.asarray(rows)
    if size and len(rows) > size:
        rows = np.sort(rng.choice(rows, size, replace=False))
    return rows.tolist()
