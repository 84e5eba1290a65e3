"""Tell made-up news from true news: `python examples/fake_news.py [TABLE] [--text COLUMN] [--label COLUMN]`.

Trains the published head (Dense 256, relu, and one sigmoid over the mean ELMo vector) with a frozen biLM, shows the
ROC area and the threshold, saves the model and loads it again. Without a table it learns from articles that are put
together here: the true ones name a source and a number, the made-up ones shout. Uses the preset `elmo-small-en` where
it is installed, else a small biLM at random, which still knows words from their spelling.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from pathlib import Path

import keras

import simon_elmo as se
from simon_elmo.elmo import ElmoBackbone
from simon_elmo.errors import PresetNotFound

PLACES = ("Geneva", "Lima", "Osaka", "Nairobi", "Quebec", "Tallinn")
BODIES = ("the council", "the central bank", "the transport ministry", "the port authority", "the statistics office")
ACTIONS = ("raised its forecast", "approved the budget", "published its report", "delayed the vote", "met with unions")
CLAIMS = ("water turns into fuel", "schools are closed forever", "the moon moves closer", "a cure is kept secret")
SHOUTS = ("You won't believe this!", "They hide it from you!", "Wake up!", "Share before it is deleted!")


def article(is_true: bool, generator: random.Random) -> str:
    """Return a short article."""
    sentences = []
    for _ in range(generator.randint(2, 5)):
        subject, action = generator.choice(BODIES).capitalize(), generator.choice(ACTIONS)
        sentences.append(f"{subject} in {generator.choice(PLACES)} {action}, it said on Monday.")
        if is_true and generator.random() < 0.7:
            sentences.append(f"Officials put the rise at {generator.uniform(1, 9):.1f} percent.")
        elif not is_true and generator.random() < 0.7:
            sentences.append(f"{generator.choice(SHOUTS)} Now {generator.choice(CLAIMS)}, insiders say.")
    return " ".join(sentences)


def simulated(n: int, seed: int) -> tuple[list[str], list[str]]:
    """Return articles and their labels."""
    generator = random.Random(seed)
    labels = [generator.choice(("fake", "true")) for _ in range(n)]
    return [article(label == "true", generator) for label in labels], labels


def embedder() -> se.ElmoEmbedder:
    """Return the pretrained biLM, or one at random."""
    try:
        return se.ElmoEmbedder.from_preset()
    except PresetNotFound:
        keras.utils.set_random_seed(0)
        shapes = se.ElmoConfig(
            cell_units=128, projection_units=64, character_dim=16, filters=((1, 32), (2, 32), (3, 64), (4, 64))
        )
        return se.ElmoEmbedder.from_backbone(ElmoBackbone(shapes, name="elmo_backbone"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", nargs="?", help="csv, parquet, json, ...; simulated articles if not given")
    parser.add_argument("--text", default="text", help="its column of texts")
    parser.add_argument("--label", default="label", help="its column of labels")
    given = parser.parse_args()
    if given.table:
        table = se.read_table(given.table)
        texts, labels = table[given.text].tolist(), table[given.label].tolist()
    else:
        texts, labels = simulated(300, seed=0)

    classifier = se.ElmoClassifier(embedder(), seed=0)
    started = time.perf_counter()
    vectors = classifier.embed(texts)
    print(f"{len(texts)} texts through the biLM in {time.perf_counter() - started:.1f} s, once")
    started = time.perf_counter()
    classifier.fit(vectors, labels, training=se.TrainingConfig(epochs=10, batch_size=4, patience=3))
    epochs = 0 if classifier.history is None else len(classifier.history.epochs)
    print(f"{epochs} epochs of the published head in {time.perf_counter() - started:.1f} s")
    test = classifier.metadata["metrics"]["test"]
    print(f"{test['columns']} texts left out: accuracy {test['exact_accuracy']:.3f}, macro F1 {test['macro_f1']:.3f}")
    if len(classifier.labels) == 2:
        curve = classifier.roc(vectors, labels)
        print(f"ROC area over all texts {curve.area:.3f}, best threshold {curve.best_threshold:.2f}")

    with tempfile.TemporaryDirectory() as folder:
        classifier.save(Path(folder) / "news")
        again = se.ElmoClassifier.from_preset(Path(folder) / "news")
        question = "Share before it is deleted! Now the moon moves closer, insiders say."
        print(f"{again.predict([question])[0]}: {question}")


if __name__ == "__main__":
    main()
