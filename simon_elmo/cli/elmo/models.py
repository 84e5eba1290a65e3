"""Which language model the options of a command name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from simon_elmo.errors import InvalidInput

if TYPE_CHECKING:
    from simon_elmo.elmo.embedder import ElmoEmbedder

DEFAULT_PRESET = "elmo-small-en"


def embedder_of(
    preset: str | None,
    options: Path | None = None,
    weights: Path | None = None,
    vocabulary: Path | None = None,
    token_cache: Path | None = None,
) -> ElmoEmbedder:
    """Return the language model that the options of a command name.

    Raises:
        InvalidInput: unless a preset or both files are named, or neither for the default preset.
    """
    from simon_elmo.elmo.embedder import ElmoEmbedder

    if (options is None) != (weights is None) or (options is not None and preset is not None):
        raise InvalidInput("name a language model by --preset, or by both --options and --weights")
    if options is None or weights is None:
        return ElmoEmbedder.from_preset(preset or DEFAULT_PRESET, token_cache=token_cache)
    return ElmoEmbedder.from_files(options, weights, token_cache=token_cache, vocabulary=vocabulary)
