"""How `simon-semantic` learns: from simulated columns, then from real ones, with and without each fold of portals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from open_data import folds_by_site, load_open_data, shuffled_headers
from preset_training import joined, log, scores, simulated, trained

from simon_elmo import ColumnClassifier, TrainingConfig
from simon_elmo.labels import SEMANTIC_LABELS
from simon_elmo.simon import ColumnExamples
from simon_elmo.simon.config import NGRAM_WIDTHS
from simon_elmo.simulation.recipe import LOCALES

FOLDS = 5
# columns of all types, of general types, of plain text, and of words to know by heart
EVERYTHING, WORDS, BOTH = (110_000, 50_000, 45_000), (40_000, 0, 45_000, 120_000), (60_000, 20_000, 60_000, 80_000)
# what a round of pretraining reads; of no locales in particular, half of the columns are American
ROUNDS = (
    (EVERYTHING, None),
    (EVERYTHING, LOCALES),
    (EVERYTHING, LOCALES),
    (EVERYTHING, None),
    (WORDS, None),
    (WORDS, LOCALES),
    (BOTH, None),
)
FIRST_WITH_NGRAMS = 3  # the round from which on the network has a table of n-grams
NGRAMS = {"ngram_buckets": 16_381, "ngram_units": 16}
BESIDE = (25_000, 8_000, 7_000)
FEW_CELLS = 5
CELLS_READ = 20  # of the 32 trained with: as good on unseen portals (see column_ablation.py), and 1.6 times as fast
PRETRAINING = TrainingConfig(epochs=1, learning_rate=2e-3, schedule="cosine", patience=0, min_cells=3)
# simulated columns beside the real ones, so that labels stay alive which open data lacks
STAGES = (
    (
        20_000,
        TrainingConfig(
            epochs=6,
            learning_rate=1.5e-3,
            schedule="cosine",
            patience=0,
            header_swap=0.08,
            min_cells=4,
            max_cells=24,
        ),
    ),
    (
        4_000,
        TrainingConfig(
            epochs=8,
            learning_rate=1e-3,
            schedule="cosine",
            patience=0,
            header_dropout=0.4,
            header_swap=0.08,
            min_cells=6,
            seed=1,
        ),
    ),
)
WITHOUT, WITH, LYING, SHORT = (
    "without headers",
    "with headers",
    "lying headers",
    f"without headers, {FEW_CELLS} cells per column",
)
CALIBRATED_ON = (WITHOUT, WITH)


def with_ngrams(classifier: ColumnClassifier) -> ColumnClassifier:
    """Return a trained classifier with a table of n-grams that changes nothing yet."""
    engine, config = classifier.engine, replace(classifier.config, **NGRAMS)
    size = (config.ngram_buckets * len(NGRAM_WIDTHS), config.ngram_units)
    table = np.random.default_rng(0).uniform(-0.1, 0.1, size).astype(np.float32)
    known = np.zeros((config.ngram_units, 2 * config.cell_units), np.float32)
    weights = {**engine.weights, "ngrams/table": table, "known/kernel": known}
    return ColumnClassifier.from_weights(
        classifier.labels, weights=weights, config=config, vocabulary=engine.vocabulary
    )


class SemanticTraining:
    """The networks behind `simon-semantic`; what is in the cache already is not trained again.

    Args:
        path: the audited open-data columns.
        cache: a folder for simulated columns, checkpoints, networks and what they say of held-out portals.
    """

    def __init__(self, path: Path, cache: Path) -> None:
        self.open_data, self.sites, tables = load_open_data(path)
        self.cache = cache
        self.folds = folds_by_site(self.sites, FOLDS)
        self.lying = shuffled_headers(list(self.open_data.headers), tables)

    def pretrained(self) -> Path:
        """Train the compact network on simulated columns; return its folder."""
        folder = self.cache / "simulated-only"
        if not folder.exists():
            classifier = ColumnClassifier(SEMANTIC_LABELS)
            for number, (counts, locales) in enumerate(ROUNDS):
                log(f"round {number} of simulated columns")
                if number == FIRST_WITH_NGRAMS:
                    classifier = with_ngrams(classifier)
                made = simulated(SEMANTIC_LABELS, counts, 48, 21 + 100 * number, self.cache, locales)
                rows = np.arange(len(made))
                checkpoint = self.cache / f"simulated-only.{number}.npz"
                trained(classifier, made.take(rows[4000:]), made.take(rows[:4000]), PRETRAINING, checkpoint)
            classifier.save(folder)
        return folder

    def beside(self) -> ColumnExamples:
        """Return the simulated columns that are learned beside the real ones."""
        return simulated(SEMANTIC_LABELS, BESIDE, 48, 31, self.cache, LOCALES)

    def network(self, held_out: int | None) -> ColumnClassifier:
        """Return the network that was trained on all portals but those of a fold; None is no fold."""
        folder = self.cache / f"semantic-{'all' if held_out is None else held_out}"
        if folder.exists():
            return ColumnClassifier.from_preset(folder).with_max_cells(CELLS_READ)
        rows = np.arange(len(self.folds)) if held_out is None else np.flatnonzero(self.folds != held_out)
        # a few portals choose the epoch that is kept
        checking = folds_by_site(self.sites[rows], 16) == 15
        learn, check = self.open_data.take(rows[~checking]), self.open_data.take(rows[checking])
        extra = self.beside()
        classifier = ColumnClassifier.from_preset(self.pretrained())
        for stage, (beside, training) in enumerate(STAGES):
            log(f"{folder.name}, stage {stage}: {len(learn):,} real columns and {beside:,} simulated ones")
            columns = joined([learn, extra.take(range(beside))])
            trained(classifier, columns, check, training, folder.with_suffix(f".{stage}.npz"))
        classifier.save(folder)
        return classifier.with_max_cells(CELLS_READ)

    def held_out_logits(self) -> dict[str, np.ndarray]:
        """Return what the networks of the folds say of the portals that they have not seen: (n_columns, n_labels)."""
        logits: dict[str, np.ndarray] = {}
        for fold in range(FOLDS):
            tested = np.flatnonzero(self.folds == fold)
            found = self._held_out_logits(fold, self.open_data.take(tested), [self.lying[row] for row in tested])
            for name, values in found.items():
                logits.setdefault(name, np.zeros((len(self.folds), values.shape[1]), np.float32))[tested] = values
        return logits

    def _held_out_logits(self, fold: int, test: ColumnExamples, lying: Sequence[str]) -> dict[str, np.ndarray]:
        path = self.cache / f"fold{fold}.npz"
        if not path.exists():
            engine = self.network(fold).engine
            shown = {WITHOUT: [""] * len(test), WITH: test.headers, LYING: lying}
            logits = {name: engine.predicted(test.columns, names) for name, names in shown.items()}
            few = [column[:FEW_CELLS] for column in test.columns]
            logits[SHORT] = engine.predicted(few, shown[WITHOUT])
            np.savez(path, **logits)
        with np.load(path, allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}

    def description(self) -> str:
        """Return how often what was seen, for the model card."""
        stages = ", then ".join(
            f"{training.epochs} epochs on the open-data columns and {beside:,} simulated ones"
            for beside, training in STAGES
        )
        portals, made = len(set(self.sites)), [counts for counts, _ in ROUNDS]
        return (
            f"{sum(map(sum, made)):,} simulated columns in {len(ROUNDS)} rounds, {stages}. The figures are "
            f"those of {FOLDS} networks, each trained without a fifth of the {portals} portals, on the portals that "
            "they have not seen; temperatures and thresholds were chosen on the other four fifths. The shipped network "
            f"was trained on all {len(self.folds):,} columns and is calibrated by what the others say of portals "
            "that they have not seen. Shapes and epochs were chosen on the fifth fold."
        )


def cross_predicted(
    classifier: ColumnClassifier, examples: ColumnExamples, folds: np.ndarray, logits: Mapping[str, np.ndarray]
) -> tuple[dict[str, np.ndarray], dict[str, list[tuple[str, ...]]]]:
    """Return probabilities and labels of each fold, calibrated on the others.

    Args:
        classifier: any with these labels; its calibration is lost.
        examples: the columns.
        folds: of each column.
        logits: what is shown -> what the network that has not seen a column says of it.
    """
    predictions: dict[str, list] = {name: [()] * len(folds) for name in logits}
    probabilities = {name: np.zeros_like(values) for name, values in logits.items()}
    for fold in np.unique(folds):
        other, own = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        classifier.calibrate(
            joined([examples.take(other)] * len(CALIBRATED_ON)),
            logits=np.concatenate([logits[name][other] for name in CALIBRATED_ON]),
        )
        columns = examples.take(own).columns
        for name, values in logits.items():
            probabilities[name][own] = classifier.probabilities(values[own], columns)
            for row, names in zip(own, classifier.label_set.decide(probabilities[name][own]), strict=True):
                predictions[name][row] = names
    return probabilities, predictions


def cross_calibrated(
    classifier: ColumnClassifier, examples: ColumnExamples, folds: np.ndarray, logits: Mapping[str, np.ndarray]
) -> dict[str, dict[str, float | list[float]]]:
    """Return the figures of `cross_predicted`: over all columns, and mean and standard deviation over folds."""
    probabilities, predictions = cross_predicted(classifier, examples, folds, logits)
    metrics = {}
    for name in logits:
        whole, *parts = (
            scores(classifier, examples, probabilities[name], predictions[name], rows)
            for rows in (np.arange(len(folds)), *(np.flatnonzero(folds == fold) for fold in np.unique(folds)))
        )
        metrics[f"unseen portals, {name}"] = whole | {
            f"{key}, mean and standard deviation of folds": [
                round(float(figure([part[key] for part in parts])), 4) for figure in (np.mean, _deviation)
            ]
            for key in whole
            if key != "columns"
        }
    return metrics


def _deviation(values: Sequence[float]) -> float:
    return float(np.std(values, ddof=1))
