"""`simon-elmo elmo convert`: a published pair of files as a preset."""

from __future__ import annotations

from simon_elmo.cli.elmo.models import embedder_of
from simon_elmo.cli.options import ElmoPreset, HalfSize, OptionsFile, OutputFolder, Vocabulary, WeightsFile


def convert(
    output: OutputFolder,
    preset: ElmoPreset = None,
    options: OptionsFile = None,
    weights: WeightsFile = None,
    vocabulary: Vocabulary = None,
    float16: HalfSize = False,
) -> None:
    """Check a published pair of files and write it as a preset folder, in the layout that every ELMo reader knows."""
    elmo = embedder_of(preset, options, weights, vocabulary)
    elmo.save(output, dtype="float16" if float16 else "float32")
