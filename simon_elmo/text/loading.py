"""Load a classifier of texts, of whichever kind a folder holds."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from simon_elmo.presets import open_preset
from simon_elmo.text.saved import KIND

if TYPE_CHECKING:
    from simon_elmo.text.classifier import ElmoClassifier
    from simon_elmo.text.documents import DocumentClassifier


def load_text_classifier(name_or_folder: str | os.PathLike[str]) -> ElmoClassifier | DocumentClassifier:
    """Return the `ElmoClassifier` or `DocumentClassifier` in a folder, or that a preset is.

    Raises:
        PresetNotFound: if there is no such folder or preset, or it holds neither.
        CorruptPreset: if a file of it is missing, damaged or does not fit the others.
        MissingExtra: for an `ElmoClassifier`, if Keras is not installed.
    """
    if open_preset(name_or_folder, KIND, "document").metadata["kind"] == KIND:
        from simon_elmo.text.classifier import ElmoClassifier

        return ElmoClassifier.from_preset(name_or_folder)
    from simon_elmo.text.documents import DocumentClassifier

    return DocumentClassifier.from_preset(name_or_folder)
