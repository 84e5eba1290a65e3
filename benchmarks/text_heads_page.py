"""The tables of a page from the results of text_heads.py."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

BEGIN, END = "<!-- results of benchmarks/text_heads.py -->", "<!-- end of results -->"
PARTS = {
    "Fake news": ("isot-clean", "isot-text", "amt-celebrity", "buzzfeed", "isot-to-amt", "isot-to-buzzfeed"),
    "Sentiment": ("gop", "sst2", "imdb", "airline", "zh-waimai"),
    "Topics and spam": ("sms", "clickbait", "bbc"),
}
Fold = dict[str, float]
Rows = dict[tuple[str, str], dict[int, Fold]]


def write_tables(page: Path, results: Path, models: Sequence[str]) -> None:
    """Replace what stands between two comments of a page by tables of scores and of seconds.

    Args:
        page: Markdown with both comments.
        results: what `text_heads.py --output` wrote; of several biLMs the one that was measured last counts.
        models: their order; models of other names come last.
    """
    rows = _rows(results)
    others = sorted({model for _, model in rows} - set(models))
    order = [model for model in [*models, *others] if any(model == name for _, name in rows)]
    lines = [BEGIN]
    for title, tasks in PARTS.items():
        lines += ["", f"{title}, macro-F1 / accuracy:", "", *_table(rows, tasks, order, _scores)]
    lines += ["", "What pretraining brings, macro-F1 above that of the random biLM (folds where it is above it):", ""]
    lines += _gains(rows, [task for tasks in PARTS.values() for task in tasks], order)
    lines += ["", "Seconds to train a fold, after the seconds that a biLM takes for all texts of the task:"]
    for tasks in PARTS.values():
        lines += ["", *_table(rows, tasks, order, _seconds)]
    text = page.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    page.write_text(before + "\n".join([*lines, "", END]) + rest.split(END)[1], encoding="utf-8")


def _rows(results: Path) -> Rows:
    """Return the folds of each task and model, of the biLM and sizes that were measured last."""
    last: dict[tuple[str, str], list[object]] = {}
    found: Rows = defaultdict(dict)
    for line in results.read_text().splitlines():
        row = json.loads(line)
        task, model, fold, n_train, _, *setting = row.pop("key")
        if last.get((task, model)) != setting:
            last[task, model], found[task, model] = setting, {}
        found[task, model][fold] = {**row, "texts": n_train}
    return found


def _table(rows: Rows, tasks: Sequence[str], models: Iterable[str], cell: Callable[[list[Fold]], str]) -> list[str]:
    """Return a line a model and a column a task; cells of fewer folds than is usual for their task say so."""
    found = {
        task: {model: [*rows[task, model].values()] for model in models if (task, model) in rows} for task in tasks
    }
    found = {task: folds for task, folds in found.items() if folds}
    usual = {task: Counter(map(len, folds.values())).most_common(1)[0][0] for task, folds in found.items()}
    heads = [f"{task} ({_n_texts(found[task].values()):,} texts, {_folds(usual[task])})" for task in found]
    lines = [f"| | {' | '.join(heads)} |", "|---" * (len(heads) + 1) + "|"]
    for model in models:
        cells = []
        for task, by_model in found.items():
            folds = by_model.get(model, [])
            note = f" ({_folds(len(folds))})" if folds and len(folds) != usual[task] else ""
            cells.append(cell(folds) + note if folds else "")
        if any(cells):
            lines.append(f"| {model} | {' | '.join(cells)} |")
    return lines


def _n_texts(measured: Iterable[list[Fold]]) -> int:
    return int(np.median([fold["texts"] for folds in measured for fold in folds]))


def _folds(n: int) -> str:
    return f"{n} fold{'s' * (n != 1)}"


def _gains(rows: Rows, tasks: Iterable[str], models: Iterable[str]) -> list[str]:
    heads = [model.removeprefix("random-") for model in models if model.startswith("random-")]
    lines = [f"| | {' | '.join(heads)} |", "|---" * (len(heads) + 1) + "|"]
    for task in tasks:
        cells = [_gain(rows.get((task, f"elmo-{head}"), {}), rows.get((task, f"random-{head}"), {})) for head in heads]
        if any(cells):
            lines.append(f"| {task} | {' | '.join(cells)} |")
    return lines


def _gain(pretrained: dict[int, Fold], random: dict[int, Fold]) -> str:
    """Return the mean difference on the folds that both have."""
    folds = sorted(pretrained.keys() & random.keys())
    if not folds:
        return ""
    gains = np.array([pretrained[fold]["macro_f1"] - random[fold]["macro_f1"] for fold in folds])
    return f"{gains.mean():+.3f} ({(gains > 0).sum()} of {len(folds)})"


def _scores(folds: list[Fold]) -> str:
    return " / ".join(f"{np.mean([fold[name] for fold in folds]):.3f}".lstrip("0") for name in ("macro_f1", "accuracy"))


def _seconds(folds: list[Fold]) -> str:
    embed, train = (np.mean([fold[name] for fold in folds]) for name in ("embed", "train"))
    return f"{embed:.0f} + {train:.1f}" if embed else f"{train:.1f}"
