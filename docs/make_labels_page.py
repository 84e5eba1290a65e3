"""Write docs/labels.md from the table of labels, `types.json` and the simulator: `python docs/make_labels_page.py`."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np

from simon_elmo.labels import BASE_LABELS, GEO_LABELS, LABELS, SEMANTIC_LABELS, STATISTICAL_LABELS
from simon_elmo.simulation.providers.registry import get_provider
from simon_elmo.simulation.types import load_types

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

from open_data import open_data_types  # noqa: E402  what open data calls a label is known there

_HEAD = """# Labels

<!-- Made by `python docs/make_labels_page.py`: change the code, not this page. -->

What each label of the presets means, two simulated cells, the providers that simulate it, and what annotated open data
(FTA's semantic types) calls it. `simon-semantic` has all {semantic} labels, `simon-geo` has {geo} of them (*geo*),
`simon-base` {base} (*base*). Every column has exactly one of boolean, datetime, float, int and text, and more special
labels beside it: a column of mail addresses is `email` and `text`, one of latitudes `latitude` and `float`.

| label | in | means | examples | providers | open data |
|---|---|---|---|---|---|
"""


# What shows a label best, where no provider is called like it.
_EXAMPLES = MappingProxyType(
    {
        "text": "text_category",
        "int": "integer",
        "float": "float_number",
        "datetime": "date_time",
        "boolean": "boolean_word",
    }
)


def labels_page(types: Mapping[str, tuple[str, ...]] | None = None) -> str:
    """Return the page as Markdown; the same arguments make the same bytes.

    Args:
        types: provider -> labels; the shipped `types.json` by default.
    """
    types = types or load_types()
    head = _HEAD.format(semantic=len(SEMANTIC_LABELS), geo=len(GEO_LABELS), base=len(BASE_LABELS))
    return head + "".join(f"| {' | '.join(_row(label, types))} |\n" for label in SEMANTIC_LABELS)


def _row(label: str, types: Mapping[str, tuple[str, ...]]) -> list[str]:
    providers = sorted((name for name in types if label in types[name]), key=lambda name: (len(types[name]), name))
    presets = [name for name, labels in (("base", BASE_LABELS), ("geo", GEO_LABELS)) if label in labels]
    shown = providers if len(providers) <= 6 else [*providers[:5], f"and {len(providers) - 5} more"]
    if label in STATISTICAL_LABELS:
        shown = ["found by the rule for whole columns"]
    return [
        f"`{label}`",
        ", ".join(presets),
        LABELS[label].definition,
        ", ".join(_as_code(cell) for cell in examples(label, providers)),
        ", ".join(shown),
        ", ".join(open_data_types(label)),
    ]


def examples(label: str, providers: list[str], count: int = 2) -> list[str]:
    """Return simulated cells of a label, different ones and no longer than a line, of its own provider if it has one.

    Args:
        label: fixes the cells, together with the provider.
        providers: those that make the label.
        count: how many, at most.
    """
    if not providers:
        return []
    own = _EXAMPLES.get(label, label)
    provider = get_provider(own if own in providers else providers[0])
    rng = np.random.default_rng(zlib.crc32(label.encode()))
    cells = provider.generate(rng, 60, "en_US")
    return [cell for cell in dict.fromkeys(cells) if cell.strip() and len(cell) <= 90][:count]


def _as_code(cell: str) -> str:
    return "`" + cell.strip().replace("|", "\\|").replace("\n", " ").replace("`", "'") + "`"


if __name__ == "__main__":
    (ROOT / "docs" / "labels.md").write_text(labels_page(), encoding="utf-8")
