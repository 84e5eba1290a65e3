"""Classifiers of texts on the same folds: heads over ELMo, SIMOn's documents, averaged word vectors and TF-IDF.

    python benchmarks/text_heads.py --data DATA/text --tasks sst2,gop --models tfidf,elmo-concat,random-concat --folds 5

Folds are stratified and near-duplicates are grouped. ELMo's vectors are computed once a task; their seconds are in the
column `embed`, those of training in `train`. `random` is the same biLM with weights at random: what it lacks is what
pretraining brings. `word2vec` needs gensim, which trains vectors on the training texts. `--output` adds a line of JSON
a fold to a file, and folds that are in it are not run again, whatever the code was then; those of another biLM are.
`--called imdb` names models of a biLM that is not the preset: `imdb-linear` and not `elmo-linear`. The tables of
docs/text.md:

    python benchmarks/text_heads.py --folds 5 --output benchmarks/text_heads.jsonl
    python benchmarks/text_heads.py --folds 5 --output benchmarks/text_heads.jsonl --models simon,elmo-fine-tuned
    python benchmarks/text_heads.py --output benchmarks/text_heads.jsonl --page docs/text.md
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import time
from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import replace
from functools import cached_property
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from text_heads_page import write_tables
from text_tasks import TASKS, Task, folds_of

import simon_elmo as se
from simon_elmo.elmo import ElmoBackbone
from simon_elmo.elmo.files import OPTIONS, WEIGHTS
from simon_elmo.text import DocumentVectors

HEADS = ("published", "dense", "linear", "concat", "concat-all", "averaged", "cnn", "lstm")
WITHOUT_BILM = ("tfidf", "word2vec", "simon")
VALIDATION = 0.1  # of the training texts, to stop early on
DOCUMENT_EPOCHS, DOCUMENT_STEPS = 8, 800  # of SIMOn from scratch: so many epochs, and of few texts so many steps


class Bench:
    """The texts of one task, and what is computed of them once.

    Args:
        task: the texts.
        elmo: a biLM.
        settings: the command line.
    """

    def __init__(self, task: Task, elmo: se.ElmoEmbedder | None, settings: argparse.Namespace) -> None:
        self.task, self.elmo, self.settings = task, elmo, settings
        self.texts = task.texts + (task.test[0] if task.test else [])
        self.labels = np.array(task.labels + (task.test[1] if task.test else []))
        self.seconds: dict[str, float] = {}
        self.tuned: dict[tuple[str, bool, int], tuple[se.ElmoClassifier, float]] = {}
        self._vectors: dict[str, DocumentVectors] = {}
        self._embedding: dict[str, float] = {}
        self.used: list[int] = list(range(len(self.texts)))

    @cached_property
    def random_elmo(self) -> se.ElmoEmbedder:
        """The same biLM before any training."""
        import keras

        assert self.elmo is not None
        keras.utils.set_random_seed(self.settings.seed)
        backbone = ElmoBackbone(self.elmo.config, boundary_ids=self.elmo.backbone.boundary_ids, name="elmo_backbone")
        return se.ElmoEmbedder(replace(self.elmo.files, weights=None), backbone=backbone)

    def classifier(self, head: str, pretrained: bool = True, fold: int = 0, ngrams: bool = True) -> se.ElmoClassifier:
        """Return a new classifier."""
        elmo = self.elmo if pretrained else self.random_elmo
        assert elmo is not None
        reader = replace(se.TextReader.for_segment(elmo.files.segment), max_tokens=self.settings.max_tokens)
        return se.ElmoClassifier(elmo, head=head, reader=reader, ngrams=ngrams, seed=self.settings.seed + fold)

    def vectors(self, pretrained: bool, of_words: bool) -> DocumentVectors:
        """Return the vectors of the texts that any fold uses, at their positions; computed once."""
        name = f"{'pretrained' if pretrained else 'random'}{'-words' if of_words else ''}"
        if name not in self._vectors:
            started = time.perf_counter()
            used = set(self.used)
            texts = [text if number in used else "" for number, text in enumerate(self.texts)]
            self._vectors[name] = self.classifier("dense", pretrained).embed(texts, keep_words=of_words)
            self._embedding[name] = time.perf_counter() - started
        self.seconds["embed"] = self._embedding[name]
        return self._vectors[name]

    def few_labels(self) -> bool:
        """Whether there are two labels, whose threshold can be chosen."""
        return len(set(self.labels)) == 2


def frozen(head: str, pretrained: bool = True, ngrams: bool = False) -> Callable[..., np.ndarray]:
    """Return a function that trains a head over cached vectors and predicts the test texts."""

    def run(bench: Bench, fold: int, train: list[int], test: list[int]) -> np.ndarray:
        classifier = bench.classifier(head, pretrained, fold, ngrams)
        vectors = bench.vectors(pretrained, classifier.head_config.reads_tokens)
        started = time.perf_counter()
        _fitted(classifier, bench, vectors, fold, train)
        bench.seconds["train"] = time.perf_counter() - started
        return np.array(classifier.predict(vectors.take(test)))

    return run


def fine_tuned(head: str, adapt: bool = False, ngrams: bool = False) -> Callable[..., np.ndarray]:
    """Return a function that trains a head, then the biLM with it, maybe after the biLM has seen the task's texts.

    With and without n-grams beside it, it is trained once: they do not change it.
    """

    def run(bench: Bench, fold: int, train: list[int], test: list[int]) -> np.ndarray:
        name = (head, adapt, fold)
        if name not in bench.tuned:
            bench.tuned[name] = _fine_tuned(bench, head, adapt, fold, train)
        classifier, bench.seconds["train"] = bench.tuned[name]
        if not ngrams:
            assert classifier.fitted is not None
            classifier = copy(classifier)
            classifier.fitted = replace(classifier.fitted, ngrams=None)
        return np.array(classifier.predict([bench.texts[row] for row in test]))

    return run


def _fine_tuned(bench: Bench, head: str, adapt: bool, fold: int, train: list[int]) -> tuple[se.ElmoClassifier, float]:
    """Return a classifier and the seconds that its training took."""
    classifier = bench.classifier(head, True, fold)
    started = time.perf_counter()
    if adapt:
        classifier.adapt([bench.texts[row] for row in train], epochs=bench.settings.adapt_epochs)
    tuning = classifier.fine_tuning_config(bench.settings.fine_tune_epochs, seed=bench.settings.seed + fold)
    _fitted(classifier, bench, None, fold, train, fine_tuning=tuning)
    return classifier, time.perf_counter() - started


def _fitted(
    classifier: se.ElmoClassifier,
    bench: Bench,
    vectors: DocumentVectors | None,
    fold: int,
    train: list[int],
    **options: Any,
) -> None:
    def given(rows: list[int]) -> Any:
        return [bench.texts[row] for row in rows] if vectors is None else vectors.take(rows)

    learn, check = _split(train, bench.settings.seed + fold)
    training = se.TrainingConfig(
        epochs=bench.settings.epochs, batch_size=32, patience=5, seed=bench.settings.seed + fold, learning_rate=1e-3
    )
    classifier.fit(
        given(learn),
        bench.labels[learn],
        validation=(given(check), bench.labels[check]),
        training=training,
        threshold="macro-f1" if bench.few_labels() else 0.5,
        **options,
    )


def documents(bench: Bench, fold: int, train: list[int], test: list[int]) -> np.ndarray:
    """Train SIMOn's network from scratch and predict the test texts."""
    learn, check = _split(train, bench.settings.seed + fold)
    classifier = se.DocumentClassifier()
    epochs = min(max(DOCUMENT_EPOCHS, DOCUMENT_STEPS * 32 // len(learn)), 60)
    started = time.perf_counter()
    classifier.fit(
        [bench.texts[row] for row in learn],
        bench.labels[learn],
        validation=([bench.texts[row] for row in check], bench.labels[check]),
        training=se.TrainingConfig(epochs=epochs, batch_size=32, patience=epochs // 2, seed=fold),
    )
    bench.seconds["train"] = time.perf_counter() - started
    return np.array(classifier.predict([bench.texts[row] for row in test]))


def tfidf(bench: Bench, fold: int, train: list[int], test: list[int]) -> np.ndarray:
    """TF-IDF of words and pairs of words (of 1 to 3 characters for Chinese) and logistic regression."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    kind: dict[str, Any] = (
        {"analyzer": "char", "ngram_range": (1, 3)} if bench.task.characters else {"ngram_range": (1, 2)}
    )
    model = make_pipeline(
        TfidfVectorizer(sublinear_tf=True, min_df=2, max_features=200_000, **kind),
        LogisticRegression(C=10.0, max_iter=1000, class_weight="balanced"),
    )
    started = time.perf_counter()
    model.fit([bench.texts[row] for row in train], bench.labels[train])
    bench.seconds["train"] = time.perf_counter() - started
    return model.predict([bench.texts[row] for row in test])


def word2vec(bench: Bench, fold: int, train: list[int], test: list[int]) -> np.ndarray:
    """Word vectors with character n-grams (fastText) trained on the training texts, averaged; logistic regression."""
    from gensim.models import FastText
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    def tokens(rows: Iterable[int]) -> list[list[str]]:
        return [list(bench.texts[row]) if bench.task.characters else bench.texts[row].lower().split() for row in rows]

    started = time.perf_counter()
    learned = tokens(train)
    vectors = FastText(
        sentences=learned, vector_size=100, window=5, min_count=2, epochs=10, seed=fold, workers=1, bucket=100_000
    ).wv

    def mean(sentence: list[str]) -> np.ndarray:
        known = [word for word in sentence if word in vectors.key_to_index]
        return np.mean(vectors[known], axis=0) if known else np.zeros(vectors.vector_size, np.float32)

    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000, class_weight="balanced"))
    model.fit(np.array([mean(sentence) for sentence in learned]), bench.labels[train])
    bench.seconds["train"] = time.perf_counter() - started
    return model.predict(np.array([mean(sentence) for sentence in tokens(test)]))


MODELS: dict[str, Callable[..., np.ndarray]] = {
    "tfidf": tfidf,
    "word2vec": word2vec,
    "simon": documents,
    **{f"elmo-{head}": frozen(head) for head in HEADS},
    **{f"random-{head}": frozen(head, pretrained=False) for head in HEADS},
    "elmo-ngrams": frozen("linear", ngrams=True),
    "random-ngrams": frozen("linear", pretrained=False, ngrams=True),
    **{f"elmo-{head}-ngrams": frozen(head, ngrams=True) for head in ("concat-all", "averaged", "cnn")},
    "elmo-fine-tuned": fine_tuned("averaged"),
    "elmo-fine-tuned-ngrams": fine_tuned("averaged", ngrams=True),
    "elmo-fine-tuned-cnn": fine_tuned("cnn"),
    "elmo-fine-tuned-cnn-ngrams": fine_tuned("cnn", ngrams=True),
    "elmo-ulmfit": fine_tuned("averaged", adapt=True),
    "elmo-ulmfit-ngrams": fine_tuned("averaged", adapt=True, ngrams=True),
}


DEFAULT_MODELS = (
    *("tfidf", "word2vec", "random-linear", "random-concat-all", "elmo-published", "elmo-linear", "elmo-concat-all"),
    *("random-ngrams", "elmo-ngrams"),
)


def _split(train: list[int], seed: int) -> tuple[list[int], list[int]]:
    rows = np.random.default_rng([seed, 1]).permutation(train)
    cut = int(len(rows) * (1 - VALIDATION))
    return rows[:cut].tolist(), rows[cut:].tolist()


def macro_f1(true: np.ndarray, predicted: np.ndarray) -> float:
    """Return the mean F1 of the labels that are there."""
    scores = []
    for label in sorted(set(true)):
        hits = ((true == label) & (predicted == label)).sum()
        scores.append(2 * hits / ((true == label).sum() + (predicted == label).sum()))
    return float(np.mean(scores))


def run_task(task: Task, elmo: se.ElmoEmbedder | None, models: list[str], settings: argparse.Namespace) -> None:
    bench = Bench(task, elmo, settings)
    most = 2000 if task.name == "imdb" else 0  # few labels of many are the task
    sizes = settings.train_size or most, settings.test_size or most
    folds = folds_of(task, settings.folds, *sizes, settings.seed)
    bench.used = sorted({row for train, test in folds for row in (*train, *test)})
    done = _done(settings.output)
    for model in models:
        scores = []
        bilm = _bilm(model, elmo)
        name = re.sub("^elmo-", f"{settings.called}-", model)
        for fold, (train, test) in enumerate(folds):
            key = [task.name, name, fold, len(train), len(test), bilm, settings.max_tokens, settings.seed]
            row = done.get(json.dumps(key))
            if row is None:
                bench.seconds = {}
                predicted = MODELS[model](bench, fold, train, test)
                true = bench.labels[test]
                row = {
                    "accuracy": float((true == predicted).mean()),
                    "macro_f1": macro_f1(true, predicted),
                    "train": bench.seconds.get("train", 0.0),
                    "embed": bench.seconds.get("embed", 0.0),
                }
                if settings.output:
                    with open(settings.output, "a") as file:
                        file.write(json.dumps({"key": key, **row}) + "\n")
            scores.append(row)
        means = {measure: np.mean([row[measure] for row in scores]) for measure in scores[0]}
        spread = np.std([row["macro_f1"] for row in scores])
        print(
            f"| {task.name} | {name} | {means['accuracy']:.4f} | {means['macro_f1']:.4f} ± {spread:.4f} | "
            f"{means['embed']:.1f} | {means['train']:.1f} | {len(folds[0][0])} / {len(folds[0][1])} | {len(scores)} |",
            flush=True,
        )


def _bilm(model: str, elmo: se.ElmoEmbedder | None) -> str:
    """Return what tells the biLM of a model from others: its weights, of one with random weights its shapes."""
    if elmo is None or model in WITHOUT_BILM:
        return ""
    assert elmo.files.folder is not None
    sums = elmo.files.folder.metadata["sha256"]
    return sums[OPTIONS if model.startswith("random") else WEIGHTS][:8]


def _done(output: str | None) -> dict[str, dict[str, float]]:
    if output is None or not Path(output).exists():
        return {}
    rows = [json.loads(line) for line in Path(output).read_text().splitlines()]
    return {json.dumps(row.pop("key")): row for row in rows}


def main() -> None:
    root = Path(__file__).resolve().parent.parent
    data = Path(os.environ.get("SIMON_ELMO_DATA", root.parent / "shared" / "data")) / "text"
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=data, help="the folder with fakenews, sentiment, topic_spam")
    parser.add_argument("--tasks", default=",".join(TASKS))
    parser.add_argument("--models", default=",".join(DEFAULT_MODELS))
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--train-size", type=int, default=0, help="texts to train on at most; 0 for all (IMDB: 2,000)")
    parser.add_argument("--test-size", type=int, default=0, help="texts to test on at most; 0 for all (IMDB: 2,000)")
    parser.add_argument("--elmo", default="elmo-small-en", help="a preset or folder")
    parser.add_argument("--called", default="elmo", help="what the models of --elmo are called")
    parser.add_argument("--max-tokens", type=int, default=400)
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--fine-tune-epochs", type=int, default=4)
    parser.add_argument("--adapt-epochs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", help="JSON lines of every fold")
    parser.add_argument("--page", type=Path, help="write the tables of --output into this page, and run nothing")
    settings = parser.parse_args()
    if settings.page is not None:
        write_tables(settings.page, Path(settings.output), list(MODELS))
        return
    tasks, models = settings.tasks.split(","), settings.models.split(",")
    for name, known in [*((task, TASKS) for task in tasks), *((model, MODELS) for model in models)]:
        if name not in known:
            parser.error(f"there is no {name!r}; there are {', '.join(known)}")
    if "word2vec" in models and find_spec("gensim") is None:
        print("word2vec is left out: pip install gensim")
        models.remove("word2vec")
    of_elmo = [name for name in models if name not in WITHOUT_BILM]
    elmo = se.ElmoEmbedder.from_preset(settings.elmo) if of_elmo else None
    print(
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"Keras {version('keras')}, TensorFlow {version('tensorflow')}; biLM {Path(settings.elmo).name}, "
        f"{settings.max_tokens} tokens a text\n"
    )
    print("| task | model | accuracy | macro-F1 | embed s | train s | texts train / test | folds |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    for name in tasks:
        run_task(TASKS[name](settings.data), elmo, models, settings)


if __name__ == "__main__":
    main()
