"""The tables of a page from the results of text_heads.py."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

BEGIN, END = "<!-- results of benchmarks/text_heads.py -->", "<!-- end of results -->"
Rows = dict[tuple[str, str], list[dict[str, float]]]


def write_tables(page: Path, results: Path, tasks: Sequence[str], models: Sequence[str]) -> None:
    """Replace what stands between two comments of a page by tables of scores and of seconds.

    Args:
        page: Markdown with both comments.
        results: what `text_heads.py --output` wrote; of several biLMs the one that was measured last counts.
        tasks: their order.
        models: their order.
    """
    rows = _rows(results)
    shown = [model for model in models if any(model == name for _, name in rows)]
    lines = [BEGIN, "", "Macro-F1 / accuracy:", "", *_table(rows, tasks, shown, _scores), ""]
    lines += ["Seconds to train a fold, after the seconds that a biLM takes for all texts of the task:", ""]
    lines += [*_table(rows, tasks, shown, _seconds), "", END]
    text = page.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    page.write_text(before + "\n".join(lines) + rest.split(END)[1], encoding="utf-8")


def _rows(results: Path) -> Rows:
    """Return the folds of each task and model, of the biLM and sizes that were measured last."""
    last: dict[tuple[str, str], list[object]] = {}
    found: Rows = defaultdict(list)
    for line in results.read_text().splitlines():
        row = json.loads(line)
        task, model, _, n_train, _, *setting = row.pop("key")
        if last.get((task, model)) != setting:
            last[task, model], found[task, model] = setting, []
        found[task, model].append({**row, "texts": n_train})
    return found


def _table(rows: Rows, tasks: Sequence[str], models: Sequence[str], cell: object) -> list[str]:
    lines = [f"| task (texts to train on) | {' | '.join(models)} |", "|---" * (len(models) + 1) + "|"]
    for task in tasks:
        folds = [fold for model in models for fold in rows.get((task, model), ())]
        if folds:
            cells = [cell(rows[task, model]) if (task, model) in rows else "" for model in models]  # type: ignore[operator]
            lines.append(f"| {task} ({int(np.median([fold['texts'] for fold in folds])):,}) | {' | '.join(cells)} |")
    return lines


def _scores(folds: list[dict[str, float]]) -> str:
    return " / ".join(f"{np.mean([fold[name] for fold in folds]):.3f}"[1:] for name in ("macro_f1", "accuracy"))


def _seconds(folds: list[dict[str, float]]) -> str:
    embed, train = (np.mean([fold[name] for fold in folds]) for name in ("embed", "train"))
    return f"{embed:.0f} + {train:.1f}" if embed else f"{train:.1f}"
