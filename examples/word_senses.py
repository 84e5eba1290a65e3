"""One word in different sentences: `python examples/word_senses.py [PICTURE.png]`.

Each occurrence of `bank` has a vector of its own. The picture shows them in two dimensions, coloured by their sense;
the table says how often the nearest other occurrence has the same sense, layer by layer. Layer 0 knows a word only by
its letters, so that all its vectors are the same. Uses the preset `elmo-small-en` where it is installed, else a small
biLM at random.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import keras
import numpy as np

import simon_elmo as se
from simon_elmo.elmo import ElmoBackbone
from simon_elmo.errors import PresetNotFound
from simon_elmo.reports import plots
from simon_elmo.reports.plots import word_occurrences

SENTENCES = {
    "money": [
        "she put her money in the bank",
        "the bank lends money to farmers",
        "he owes the bank a great deal of money",
        "the bank was robbed last night",
        "my account at the bank is empty",
        "the manager of the bank signed the paper",
        "they went to the bank to cash a cheque",
        "a bank that pays good interest",
    ],
    "river": [
        "they sat on the bank of the river",
        "the boat was pulled up on the bank",
        "trees grow along the bank of the stream",
        "he swam to the other bank",
        "the river had washed the bank away",
        "cows were drinking by the bank of the brook",
        "we walked along the green bank in the sun",
        "a steep bank covered with grass and flowers",
    ],
}


def embedder() -> se.ElmoEmbedder:
    try:
        return se.ElmoEmbedder.from_preset("elmo-small-en")
    except PresetNotFound:
        print("The preset elmo-small-en is not installed: this is a network at random, which knows no senses.\n")
    keras.utils.set_random_seed(0)
    config = se.ElmoConfig(
        cell_units=128, projection_units=64, character_dim=16, filters=((1, 16), (2, 32), (3, 64), (4, 64)), n_highway=1
    )
    return se.ElmoEmbedder.from_backbone(ElmoBackbone(config))


def nearest_has_the_same_sense(vectors: np.ndarray, senses: list[str]) -> float:
    """Return the share of occurrences whose nearest other occurrence, by cosine, has their sense."""
    centred = vectors - vectors.mean(axis=0)
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    cosines = (centred @ centred.T) / np.maximum(lengths * lengths.T, 1e-12)
    np.fill_diagonal(cosines, -np.inf)
    return float(np.mean([senses[row] == senses[other] for row, other in enumerate(cosines.argmax(axis=1))]))


def main() -> None:
    elmo = embedder()
    sentences = [sentence for group in SENTENCES.values() for sentence in group]
    senses = [sense for sense, group in SENTENCES.items() for _ in group]
    for layer in range(1, elmo.config.n_layers + 1):
        vectors, places = word_occurrences(elmo, "bank", sentences, layers=layer)
        share = nearest_has_the_same_sense(vectors, [senses[number] for number, _ in places])
        print(f"layer {layer}: the nearest occurrence has the same sense {share:.0%} of the time")
    folder = Path(tempfile.mkdtemp()) if len(sys.argv) < 2 else None
    picture = folder / "bank.png" if folder else Path(sys.argv[1])
    picture.write_bytes(plots.contextual_vectors(elmo, "bank", sentences, senses=senses))
    print(f"picture: {picture}")


if __name__ == "__main__":
    main()
