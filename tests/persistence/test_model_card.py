from __future__ import annotations

import pytest

from simon_elmo.persistence import open_folder
from simon_elmo.persistence.folders import MODEL_CARD
from simon_elmo.persistence.model_card import render_model_card
from simon_elmo.presets import available_presets, preset_folder

METADATA = {
    "preset": "simon-test",
    "description": "Types of test columns.",
    "library_version": "9.9",
    "keras_version": "3.15",
    "format_version": 1,
    "facts": {"weights": "250,000"},
    "labels": ["email", "text"],
    "recipe": {
        "command": "simon-elmo train --seed 3",
        "seed": 3,
        "data": [{"name": "open data | portals", "licence": "CC0"}],
        "notes": ["Trained twice."],
    },
    "metrics": {
        "macro_f1": 0.91234,
        "columns": 12345,
        "per_label": {"email": {"f1": 0.5, "support": 3}, "text": {"f1": 1.0}},
        "folds": {"accuracy": [0.9, 0.91]},
    },
    "limits": ["Not for free text."],
    "sha256": {"labels.json": "ab" * 32},
}


def test_everything_in_the_metadata_is_in_the_card():
    card = render_model_card(METADATA)
    for expected in (
        "# simon-test\n",
        "Types of test columns.",
        "simon_elmo 9.9, Keras 3.15",
        "| weights | 250,000 |",
        "2: `email`, `text`",
        'from_preset("simon-test")',
        "simon-elmo train --seed 3",
        "Seed 3.",
        "| open data \\| portals | CC0 |",
        "Trained twice.",
        "| macro_f1 | 0.9123 |",
        "| columns | 12345 |",
        "|  | f1 | support |",
        "| email | 0.5 | 3 |",
        "| text | 1 |  |",
        "| accuracy | 0.9, 0.91 |",
        "- Not for free text.",
        "| labels.json | `abababababababab` |",
    ):
        assert expected in card, expected


def test_what_is_absent_is_left_out():
    card = render_model_card({"sha256": {}, "library_version": "9.9", "format_version": 1})
    assert card.startswith("# A simon_elmo model\n")
    for absent in ("None", "Undefined", "## Labels", "## Use", "How it was made", "Metrics", "Limits"):
        assert absent not in card
    assert "Seed" not in render_model_card({**METADATA, "recipe": {"command": "x"}})


@pytest.mark.parametrize("preset", available_presets(), ids=lambda preset: preset.name)
def test_cards_of_the_presets_say_how_they_were_made(preset):
    folder = preset_folder(preset.name)
    metadata = open_folder(folder).metadata
    checksums = {name: digest for name, digest in metadata["sha256"].items() if name != MODEL_CARD}
    card = (folder / MODEL_CARD).read_text(encoding="utf-8")
    assert card == render_model_card({**metadata, "sha256": checksums})
    steps = metadata["recipe"]["command"].split(" && ")
    outputs = [step.partition("--output ")[2].split(" ")[0] or step for step in steps]
    assert len(set(outputs)) == len(steps)  # no step is there twice
