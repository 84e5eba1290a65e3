"""Find the sentences of a text that are nearest to a question: `python examples/semantic_search.py [TEXT] [QUERY...]`.

Uses the preset `elmo-small-en` where it is installed, else a small biLM at random, which still knows words from their
spelling. With a published pair of files use `ElmoEmbedder.from_files(options, weights)` instead.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import keras

import simon_elmo as se
from simon_elmo.elmo import ElmoBackbone
from simon_elmo.errors import PresetNotFound

REVIEWS = """\
the battery does not last a whole day
charging takes more than three hours
the screen is bright and easy to read in the sun
colours on the display look pale
the camera takes sharp pictures even at night
photos of moving children are blurred
calls are clear and the speaker is loud
the sound is thin and has no bass
the case feels cheap and creaks
a light and slim phone that fits every pocket
the parcel came two days late
delivery was quick and the box was not damaged
the shop sent my money back without asking
nobody answers when you write to the support
good value for the price
far too expensive for what it can do
"""
QUERIES = ("the battery is empty after half a day", "pictures at night", "my order arrived late")


def embedder() -> se.ElmoEmbedder:
    try:
        return se.ElmoEmbedder.from_preset("elmo-small-en")
    except PresetNotFound:
        print(
            "The preset elmo-small-en is not installed: this is a network at random, its answers are about spelling.\n"
        )
    keras.utils.set_random_seed(0)
    config = se.ElmoConfig(
        cell_units=128, projection_units=64, character_dim=16, filters=((1, 16), (2, 32), (3, 64), (4, 64)), n_highway=1
    )
    return se.ElmoEmbedder.from_backbone(ElmoBackbone(config))


def main() -> None:
    text = Path(sys.argv[1]).read_text(encoding="utf-8") if len(sys.argv) > 1 else REVIEWS
    queries = sys.argv[2:] or QUERIES
    elmo = embedder()
    sentences = [" ".join(tokens) for tokens in elmo.tokenize(text)]
    index = se.SemanticIndex.build(elmo, sentences)
    with tempfile.TemporaryDirectory() as folder:
        index.save(folder)  # the vectors are computed once; later runs load them
        index = se.SemanticIndex.from_preset(folder)
    for query in queries:
        print(query)
        for match in index.query(elmo, query, k=3):
            print(f"  {match.similarity:.3f}  {match.sentence}")


if __name__ == "__main__":
    main()
