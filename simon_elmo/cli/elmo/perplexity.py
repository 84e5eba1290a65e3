"""`simon-elmo elmo perplexity`: how well a language model predicts a text."""

from __future__ import annotations

from simon_elmo.cli.elmo.fitting import perplexity_line
from simon_elmo.cli.elmo.models import DEFAULT_PRESET
from simon_elmo.cli.elmo.options import Texts
from simon_elmo.cli.options import AnswerFormat, ElmoPreset, Format
from simon_elmo.cli.running import to_json, write_output


def perplexity(
    text: Texts,
    preset: ElmoPreset = None,
    output_format: Format = AnswerFormat.table,
) -> None:
    """Print how well a language model predicts a text, cut into words as the model's own text was."""
    from simon_elmo.elmo.language_model.model import BidirectionalLanguageModel

    model = BidirectionalLanguageModel.from_preset(preset or DEFAULT_PRESET)
    found = model.perplexity(text, progress=True)
    write_output(to_json(found) if output_format is AnswerFormat.json else perplexity_line(found), None)
