"""Load a classifier of texts, of whichever kind a folder holds."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from simon_elmo.errors import PresetNotFound
from simon_elmo.persistence import open_folder
from simon_elmo.text.saved import HEAD

if TYPE_CHECKING:
    from simon_elmo.text.classifier import ElmoClassifier
    from simon_elmo.text.documents import DocumentClassifier


def load_text_classifier(folder: str | os.PathLike[str]) -> ElmoClassifier | DocumentClassifier:
    """Return the `ElmoClassifier` or `DocumentClassifier` in a folder.

    Raises:
        PresetNotFound: if there is no such folder, or it holds neither.
        CorruptPreset: if a file of it is missing, damaged or does not fit the others.
    """
    path = Path(folder)
    opened = open_folder(path)
    if HEAD not in opened and "document" not in opened.metadata:
        raise PresetNotFound(f"{path} holds no classifier of texts; train one with simon-elmo text train")
    if HEAD in opened:
        from simon_elmo.text.classifier import ElmoClassifier

        return ElmoClassifier.from_folder(path)
    from simon_elmo.text.documents import DocumentClassifier

    return DocumentClassifier.from_preset(path)
