"""Raw text to sentences, words and tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simon_elmo.lazy import lazy_exports

if TYPE_CHECKING:
    from simon_elmo.words.calendars import CALENDAR_NAMES, calendar_names
    from simon_elmo.words.cleaning import TextCleaning
    from simon_elmo.words.conll import as_conll, read_conll, spans_of
    from simon_elmo.words.lines import read_text_lines
    from simon_elmo.words.sentences import SPLITTERS, cut_at_words, split_sentences
    from simon_elmo.words.word_tokens import SEGMENTERS, segmenter

__getattr__, __dir__, __all__ = lazy_exports(
    __name__,
    {
        "calendars": (
            "CALENDAR_NAMES",
            "calendar_names",
        ),
        "cleaning": ("TextCleaning",),
        "conll": (
            "as_conll",
            "read_conll",
            "spans_of",
        ),
        "lines": ("read_text_lines",),
        "sentences": (
            "SPLITTERS",
            "cut_at_words",
            "split_sentences",
        ),
        "word_tokens": (
            "SEGMENTERS",
            "segmenter",
        ),
    },
)
