"""Perplexity of a language model against an interpolated modified Kneser-Ney trigram, same words and same tokens.

perplexity.py TRAIN... --preset NAME|FOLDER --test NAME=TEXT... [--cache FOLDER]

The trigram is counted on TRAIN, in each direction: backward it reads each sentence from its end. Texts are cut by the
preset's tokenize, and words that its vocabulary does not have are <UNK> for both. WikiText's `@-@`, `@,@` and `@.@` are
undone first. Limit printed last: held-out perplexity at most 0.90 of the trigram's on books of unseen authors and 0.85
on WikiText-2.
"""

from __future__ import annotations

import argparse
import platform
import re
import time
from pathlib import Path

import keras
import numpy as np

from simon_elmo.elmo import BidirectionalLanguageModel, Corpus
from simon_elmo.elmo.language_model.corpus import BEGIN, END, read_lines
from simon_elmo.words import segmenter

_JOINED = re.compile(r" @([-,.])@ ")


def read(path: str, model: BidirectionalLanguageModel) -> Corpus:
    """Return a text as the preset cuts it, without the marks and headings that WikiText has instead of plain text."""
    split = segmenter(model.segment, model.lower_case)
    lines = (_JOINED.sub(r"\1", line) for line in read_lines(path))
    return Corpus.of(tokens for line in lines for tokens in split(line.strip(" =\n")))


def flat(corpus: Corpus, ids: np.ndarray, backward: bool) -> np.ndarray:
    """Return sentences after each other as ids, each after two marks of its beginning and before one of its end."""
    first, last = (END, BEGIN) if backward else (BEGIN, END)
    lengths = np.diff(corpus.ends, prepend=0)
    starts = corpus.ends - lengths + 3 * np.arange(len(lengths))
    found = np.empty(corpus.n_tokens + 3 * len(lengths), dtype=np.int64)
    found[starts] = found[starts + 1] = first
    found[starts + 2 + lengths] = last
    sentence = np.repeat(np.arange(len(lengths)), lengths)
    place = np.arange(corpus.n_tokens) - (corpus.ends - lengths)[sentence]
    at = (lengths[sentence] - 1 - place if backward else place) + starts[sentence] + 2
    found[at] = ids[corpus.tokens]
    return found


def counted(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return distinct keys, sorted, and how often each occurs."""
    keys = np.sort(keys)
    first = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    return keys[first], np.diff(np.concatenate([first, [len(keys)]]))


def look_up(keys: np.ndarray, values: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Return the values of keys, 0 for those that are not there."""
    places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[places] == wanted, values[places], 0)


class Order:
    """Counts of n-grams of one length, discounted: Chen and Goodman 1999, section 4.1.6."""

    def __init__(self, keys: np.ndarray, counts: np.ndarray, size: int) -> None:
        self.keys, self.counts, self.size = keys, counts, size
        n = [max(int((counts == k).sum()), 1) for k in (1, 2, 3, 4)]
        y = n[0] / (n[0] + 2 * n[1])
        self.discounts = np.array([0.0, *((k + 1) - (k + 2) * y * n[k + 1] / n[k] for k in range(3))])
        contexts, starts = np.unique(keys // size, return_index=True)
        discounts = self.discounts[np.minimum(counts, 3)]
        self.contexts = contexts
        self.totals = np.add.reduceat(counts, starts)
        self.left = np.add.reduceat(discounts, starts) / self.totals

    def probability(self, wanted: np.ndarray, lower: np.ndarray) -> np.ndarray:
        """Return p(word | context), interpolated with that of the shorter context."""
        counts = look_up(self.keys, self.counts, wanted)
        totals = look_up(self.contexts, self.totals, wanted // self.size)
        left = np.where(totals > 0, look_up(self.contexts, self.left, wanted // self.size), 1.0)
        discounted = np.maximum(counts - self.discounts[np.minimum(counts, 3)], 0)
        return discounted / np.maximum(totals, 1) + left * lower


class KneserNey:
    """An interpolated modified Kneser-Ney trigram over a closed vocabulary."""

    def __init__(self, text: np.ndarray, size: int, first: int) -> None:
        self.size, self.first = size, first
        keys, counts = counted(self._trigrams(text))
        self.trigrams = Order(keys, counts, size)
        # lower orders count in how many contexts a word occurs; what begins a sentence has no context of its own
        bigrams, contexts = counted(keys % size**2)
        begins = bigrams // size == first
        contexts[begins] = look_up(keys, counts, first * size**2 + bigrams[begins])
        self.bigrams = Order(bigrams, contexts, size)
        self.unigrams = Order(*counted(bigrams % size), size)

    def _trigrams(self, text: np.ndarray) -> np.ndarray:
        keys = (text[:-2] * self.size + text[1:-1]) * self.size + text[2:]
        return keys[text[2:] != self.first]

    def perplexity(self, text: np.ndarray) -> float:
        """Return the perplexity of a text, ends of sentences counted as words."""
        keys = self._trigrams(text)
        p = self.unigrams.probability(keys % self.size, np.full(len(keys), 1.0 / self.size))
        p = self.bigrams.probability(keys % self.size**2, p)
        return float(np.exp(-np.log(self.trigrams.probability(keys, p)).mean()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train", nargs="+")
    parser.add_argument("--preset", default="elmo-small-en")
    parser.add_argument("--test", action="append", required=True, metavar="NAME=TEXT")
    parser.add_argument("--cache", help="where the numbers of TRAIN are kept")
    parser.add_argument("--trigram-only", action="store_true")
    arguments = parser.parse_args()
    model = BidirectionalLanguageModel.from_preset(arguments.preset)
    size = len(model.vocabulary)
    train = Corpus.read(
        arguments.train,
        arguments.cache or Path(arguments.preset).name + ".numbers",
        segment=model.segment,
        lower_case=model.lower_case,
    )
    texts = {name: read(path, model) for name, _, path in (entry.partition("=") for entry in arguments.test)}
    trigram: dict[str, dict[str, float]] = {name: {} for name in texts}
    for direction, first in (("forward", BEGIN), ("backward", END)):
        began = time.monotonic()
        baseline = KneserNey(flat(train, train.ids(model.vocabulary), first == END), size, first)
        for name, text in texts.items():
            trigram[name][direction] = baseline.perplexity(flat(text, text.ids(model.vocabulary), first == END))
        print(f"# {direction} trigram of {train.n_tokens:,} words: {time.monotonic() - began:.0f} s", flush=True)
        del baseline
    print(f"# {platform.processor() or platform.machine()}, Keras {keras.__version__}, {keras.backend.backend()}")
    print(f"# vocabulary of {size:,} words")
    print("| text | tokens | unknown | direction | trigram | this model | ratio |")
    print("|---|---|---|---|---|---|---|")
    for name, text in texts.items():
        found = {} if arguments.trigram_only else model.perplexity_of(text)
        for direction, value in trigram[name].items():
            unknown = found.get("unknown", 0) / found.get("tokens", 1)
            ours = found.get(direction, float("nan"))
            tokens = text.n_tokens + text.n_sentences
            print(
                f"| {name} | {tokens:,} | {unknown:.1%} | {direction} | {value:.1f} | {ours:.1f} | {ours / value:.3f} |"
            )
    print("# limit: ratio <= 0.90 on books of unseen authors, <= 0.85 on WikiText-2")


if __name__ == "__main__":
    main()
