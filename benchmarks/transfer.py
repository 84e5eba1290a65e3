"""What it takes to teach a label, what the label is worth, and what becomes of the old ones.

    python benchmarks/transfer.py --data DATA/columns

Examples and tests never share a table: `percent` and nine other labels are simulated, the French codes come from other
tables than those that they are scored on, and old labels are scored on portals that the network was not trained on:
`simon-geo` is made for it as `train_presets.py` makes it, but without a fifth of the portals. Half of these calibrate
it, the other half is scored. The network is taken from the cache of `train_presets.py` or trained into it, which takes
an hour or two (`train_presets.py simon-semantic --only 4` does the same). `--shipped` takes the shipped network, which
has seen all portals, so that old labels and false alarms look better than they are. The
published recipe (grow the output, train the last layer for ten epochs in batches of four) runs on the same preset, and
so does DataProfiler's way to add a label on its own network where it is installed.
"""

from __future__ import annotations

import argparse
import platform
import time
import warnings
from collections.abc import Callable, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
from open_data import ORDER, folds_by_site, load_open_data
from preset_training import joined as together
from semantic_training import FOLDS, SemanticTraining

from simon_elmo import ColumnClassifier, simulate
from simon_elmo.evaluation import evaluate_predictions
from simon_elmo.labels import GEO_LABELS
from simon_elmo.simon import ColumnExamples
from simon_elmo.tables import present_cells

TEN = (
    "percent", "iban", "uuid", "mac_address", "ip_v4", "isbn", "currency_amount", "hex_colour", "credit_card", "time",
)  # fmt: skip
FRENCH = ("siret", "uai", "code_commune_insee", "sexe")
SHARE_OF_UNLABELLED = ("", "O")  # columns of which the French data do not say what they are
CURVE = (1, 3, 10, 30)
FOLD = 4  # of portals


def simulated(label: str, n: int, cells: int, seed: int) -> ColumnExamples:
    made = simulate(n, cells, labels=[label], seed=seed)
    return ColumnExamples(made.columns, [(label,)] * n, made.headers)


def joined(*parts: ColumnExamples) -> ColumnExamples:
    return ColumnExamples(
        [column for part in parts for column in part.columns],
        [labels for part in parts for labels in part.labels],
        [header for part in parts for header in part.headers],
    )


class Stopwatch:
    """Seconds since it was made, by the clock and of the processor: these hardly change on a busy machine."""

    def __init__(self) -> None:
        self._clock, self._processor = time.perf_counter(), time.process_time()

    def read(self) -> tuple[float, float]:
        """Return both."""
        return time.perf_counter() - self._clock, time.process_time() - self._processor


def taught(preset: str, examples: ColumnExamples, seed: int = 0) -> tuple[ColumnClassifier, tuple[float, float]]:
    """Return the preset with the labels of the examples, and the seconds that it took once it was loaded."""
    classifier = ColumnClassifier.from_preset(preset)
    classifier.predict([["1", "2"]])
    watch = Stopwatch()
    classifier.add_labels(examples.columns, examples.labels, headers=examples.headers, seed=seed)
    return classifier, watch.read()


def predictions(classifier: ColumnClassifier, examples: ColumnExamples, names: bool = True) -> list[tuple[str, ...]]:
    headers = examples.headers if names else [""] * len(examples)
    probabilities = classifier.predict_proba(examples.columns, headers=headers)
    return classifier.label_set.decide(probabilities)


def f1_of(label: str, predicted: Sequence[tuple[str, ...]], true: Sequence[tuple[str, ...]]) -> float:
    found, has = (np.array([label in names for names in rows]) for rows in (predicted, true))
    return float(2 * (found & has).sum() / max(found.sum() + has.sum(), 1))


def old_macro_f1(classifier: ColumnClassifier, examples: ColumnExamples, new: Sequence[str] = ()) -> float:
    """Return the macro-F1 of most specific labels; a new label that is predicted wrongly takes an old one's place.

    Where a column really has the new label, as some of the portals' have `time`, the next label is scored.
    """
    probabilities = classifier.predict_proba(examples.columns, headers=examples.headers)
    for name in new:
        probabilities[[name in names for names in examples.labels], classifier.label_set.index(name)] = 0.0
    labels = [tuple(name for name in names if name not in new) for names in examples.labels]
    order = (*new, *ORDER)
    return evaluate_predictions(classifier.label_set, labels, probabilities, order=order, min_support=10).top_macro_f1


def teach_percent(preset: str, portals: ColumnExamples) -> None:
    print(f"\n## percent from 60 columns of 20 cells, beside 60 of int; {preset}, {len(portals)} columns of portals")
    print("| way | seconds | of the processor | F1, other tables | false alarms, portals | old macro-F1 | after |")
    print("|---|---|---|---|---|---|---|")
    learn = joined(simulated("percent", 60, 20, 1), simulated("int", 60, 20, 2))
    test = joined(simulated("percent", 200, 40, 11), simulated("int", 200, 40, 12))
    before = old_macro_f1(ColumnClassifier.from_preset(preset), portals)
    ways: dict[str, Callable[[], tuple[ColumnClassifier, tuple[float, float]]]] = {
        "add_labels": lambda: taught(preset, learn),
        "published recipe": lambda: published_recipe(preset, learn),
    }
    for name, way in ways.items():
        classifier, (seconds, processor) = way()
        f1 = f1_of("percent", predictions(classifier, test), test.labels)
        alarms = np.mean(["percent" in names for names in predictions(classifier, portals)])
        after = old_macro_f1(classifier, portals, ["percent"])
        print(
            f"| {name} | {seconds:.2f} | {processor:.2f} | {f1:.3f} | {alarms:.2%} | {before:.3f} | {after:.3f} |",
            flush=True,
        )


def published_recipe(preset: str, examples: ColumnExamples) -> tuple[ColumnClassifier, tuple[float, float]]:
    """Grow the output by a copy of the nearest class and train the last layer alone, as SIMOn's authors did."""
    import keras

    from simon_elmo.simon import network_inputs
    from simon_elmo.transfer import expand_output_layer, freeze

    classifier = ColumnClassifier.from_preset(preset)
    network = classifier.engine.network()
    watch = Stopwatch()
    keras.utils.set_random_seed(0)
    inputs = network_inputs(examples.columns[:20], examples.headers[:20], classifier.config, classifier.vocabulary)
    grown, labels = expand_output_layer(network, "percent", labels=classifier.label_set, examples=inputs)
    freeze(grown, until="head")
    grown.compile(keras.optimizers.Adam(), "binary_crossentropy")
    targets = labels.multi_hot(examples.labels)
    rows = np.random.default_rng(0).permutation(len(examples))[: round(0.6 * len(examples))]
    for epoch in range(10):
        for batch in np.array_split(np.random.default_rng(epoch).permutation(rows), len(rows) // 4):
            shown = examples.take(batch)
            given = network_inputs(shown.columns, shown.headers, classifier.config, classifier.vocabulary)
            given["cells"] = np.pad(given["cells"], ((0, -len(given["cells"]) % 128), (0, 0)))
            grown.train_on_batch(given, targets[batch])
    seconds = watch.read()
    kernel, bias = (keras.ops.convert_to_numpy(weight) for weight in grown.head.weights)
    other = ColumnClassifier.on_backbone_of(classifier, labels, kernel=kernel, bias=bias)
    temperatures = dict(zip(classifier.labels, classifier.temperatures, strict=True))
    other.temperatures = np.array([temperatures.get(name, 1.0) for name in labels.names], dtype=np.float32)
    return other, seconds


def ten_labels(preset: str, portals: ColumnExamples) -> None:
    print(f"\n## ten labels, one after the other, 10 columns of 20 cells each; {preset}")
    tests = joined(*(simulated(label, 40, 40, 500 + row) for row, label in enumerate(TEN)), labelled_with(portals, TEN))
    old = old_macro_f1(ColumnClassifier.from_preset(preset), portals)
    classifier, first, seconds = ColumnClassifier.from_preset(preset), {}, []
    for row, label in enumerate(TEN):
        learn = simulated(label, 10, 20, 100 + row)
        watch = Stopwatch()
        classifier.add_labels(learn.columns, learn.labels, headers=learn.headers)
        seconds.append(watch.read())
        first[label] = f1_of(label, predictions(classifier, tests), tests.labels)
    last, elsewhere = predictions(classifier, tests), predictions(classifier, portals)
    print(f"| label | F1 when taught | after the tenth | wrongly predicted for, of {len(portals)} |\n|---|---|---|---|")
    for label in TEN:
        wrong = sum(label in names and label not in has for names, has in zip(elsewhere, portals.labels, strict=True))
        print(f"| {label} | {first[label]:.3f} | {f1_of(label, last, tests.labels):.3f} | {wrong} |")
    ratios = [f1_of(label, last, tests.labels) / max(first[label], 1e-9) for label in TEN[:-1]]
    after = old_macro_f1(classifier, portals, TEN)
    wall, processor = np.median(seconds, axis=0)
    print(f"lowest share kept: {min(ratios):.3f}; old macro-F1 {old:.3f} before, {after:.3f} after ten labels; "
          f"{wall:.2f} s a label, {processor:.2f} s of the processor", flush=True)  # fmt: skip


def labelled_with(examples: ColumnExamples, kept: Sequence[str]) -> ColumnExamples:
    labels = [tuple(name for name in names if name in kept) for names in examples.labels]
    return ColumnExamples(examples.columns, labels, examples.headers)


def french(data: Path, preset: str, portals: ColumnExamples, seeds: Sequence[int] = (0, 1, 2)) -> None:
    """Teach French codes from at most 40 columns each beside 150 other columns of the same tables."""
    print(f"\n## French codes from at most n columns each; {preset}, F1 on labelled columns of other tables")
    print("| n | names shown | " + " | ".join(FRENCH) + " | macro-F1 | false alarms, portals |")
    print("|---|---|---|---|---|---|---|---|")
    columns, labels, tables = french_columns(data)
    sums: dict[tuple[int, bool], list[list[float]]] = {}
    for seed in seeds:
        rng = np.random.default_rng(seed)
        learned = np.isin(tables, rng.permutation(np.unique(tables))[: len(np.unique(tables)) // 2])
        known = ~np.isin(labels, SHARE_OF_UNLABELLED)
        test = columns.take(np.flatnonzero(~learned & known))
        others = rng.permutation(np.flatnonzero(learned & known & ~np.isin(labels, FRENCH)))[:150]
        for n in (*CURVE, 40):
            chosen = [rng.permutation(np.flatnonzero(learned & (labels == label)))[:n] for label in FRENCH]
            classifier, _ = taught(preset, columns.take(np.concatenate([*chosen, others])), seed)
            alarms = french_alarms(predictions(classifier, portals), portals.labels)
            for shown in (True, False):
                found = predictions(classifier, test, shown)
                scores = [f1_of(label, found, test.labels) for label in FRENCH]
                sums.setdefault((n, shown), []).append([*scores, float(np.mean(scores)), alarms])
    for (n, shown), rows in sums.items():
        *scores, alarms = np.mean(rows, axis=0)
        print(f"| {n} | {'yes' if shown else 'no'} | {' | '.join(f'{score:.3f}' for score in scores)} | {alarms:.2%} |")


def french_alarms(predicted: Sequence[tuple[str, ...]], true: Sequence[tuple[str, ...]]) -> float:
    """Return the share of columns that get a French code and have none; `sexe` is right where a gender is."""
    return float(
        np.mean(
            [
                any(name in FRENCH and not (name == "sexe" and "gender" in has) for name in names)
                for names, has in zip(predicted, true, strict=True)
            ]
        )
    )


def french_columns(data: Path) -> tuple[ColumnExamples, np.ndarray, np.ndarray]:
    frame = pd.read_parquet(data / "french_open_data.parquet")
    cells = [present_cells(list(values)) for values in frame["values"]]
    kept = np.flatnonzero([len(column) > 0 for column in cells])
    labels = [(label,) if label in FRENCH else () for label in frame.label]
    everything = ColumnExamples(cells, labels, [header or "" for header in frame.header])
    return everything.take(kept), frame.label.to_numpy(dtype=str)[kept], frame.table.to_numpy(dtype=str)[kept]


def learning_curve(preset: str, portals: ColumnExamples) -> None:
    print(f"\n## F1 after n columns of 20 cells, {preset}: 40 columns from elsewhere and {len(portals)} of portals")
    print("| label | " + " | ".join(map(str, CURVE)) + " |\n|---|" + "---|" * len(CURVE))
    total = []
    for row, label in enumerate(TEN):
        test = joined(simulated(label, 40, 40, 500 + row), labelled_with(portals, [label]))
        pool = simulated(label, max(CURVE), 20, 100 + row)
        scores = []
        for n in CURVE:
            classifier, _ = taught(preset, pool.take(range(n)))
            scores.append(f1_of(label, predictions(classifier, test), test.labels))
        total.append(scores)
        print(f"| {label} | {' | '.join(f'{score:.3f}' for score in scores)} |", flush=True)
    print(f"| mean | {' | '.join(f'{score:.3f}' for score in np.mean(total, axis=0))} |", flush=True)


def dataprofiler() -> None:
    """Add a label to DataProfiler's labeller as its documentation does, and see what becomes of e-mail addresses."""
    if not find_spec("dataprofiler"):
        print("\nDataProfiler is not installed: left out")
        return
    import dataprofiler as dp

    print(f"\n## DataProfiler {version('DataProfiler')}: percent added to its labeller, 5 epochs over 60 + 60 columns")
    learn = joined(simulated("percent", 60, 20, 1), simulated("int", 60, 20, 2))
    emails = simulated("email", 50, 20, 3)

    def share(labeler: object, examples: ColumnExamples, name: str) -> float:
        cells = [cell for column in examples.columns for cell in column]
        return float(np.mean(labeler.predict(pd.DataFrame({"x": cells}))["pred"] == name))

    labeler = dp.DataLabeler(labeler_type="structured", trainable=True)
    before = share(labeler, emails, "EMAIL_ADDRESS")
    labeler.add_label("PERCENT")
    cells = [cell for column in learn.columns for cell in column]
    names = [
        "PERCENT" if "percent" in labels else "INTEGER"
        for column, labels in zip(learn.columns, learn.labels, strict=True)
        for _ in column
    ]
    started = time.perf_counter()
    labeler.fit(x=cells, y=names, epochs=5)
    seconds = time.perf_counter() - started
    test = simulated("percent", 50, 40, 11)
    print(f"{seconds:.1f} s; percent cells found {share(labeler, test, 'PERCENT'):.3f}; e-mail cells right "
          f"{before:.3f} before, {share(labeler, emails, 'EMAIL_ADDRESS'):.3f} after")  # fmt: skip


def geo_to_teach(data: Path, cache: Path, shipped: bool) -> str:
    """Write the `simon-geo` that is taught to a folder of the cache, and return it.

    It is made from portals of four folds as its recipe makes it. Of the shipped one, whose network has seen all
    portals, only what it replays is made again without those that are scored.
    """
    training = SemanticTraining(data / "open_data.parquet", cache)
    if shipped:
        classifier = ColumnClassifier.from_preset("simon-semantic")
    else:
        classifier = training.network(FOLD)
        classifier.calibrate(training.open_data.take(unseen_halves(training.sites)[1]))
    learned = training.open_data.take(np.flatnonzero(training.folds != FOLD))
    classifier.keep_rehearsal(together([learned, training.beside()]))
    classifier.drop_labels([name for name in classifier.labels if name not in GEO_LABELS])
    folder = cache / ("geo-shipped" if shipped else "geo-without-fold")
    classifier.save(folder)
    return str(folder)


def unseen_halves(sites: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the columns of half of the portals that the network has not seen, to score, and of the others."""
    unseen = np.flatnonzero(folds_by_site(sites, FOLDS) == FOLD)
    halves = folds_by_site(sites[unseen], 2)
    return unseen[halves == 0], unseen[halves == 1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data/columns"))
    parser.add_argument("--cache", type=Path, default=Path("cache"), help="of train_presets.py")
    parser.add_argument("--shipped", action="store_true", help="teach the shipped network, which saw all portals")
    parser.add_argument("--only", choices=("percent", "ten", "french", "curve", "dataprofiler"), action="append")
    options = parser.parse_args()
    warnings.simplefilter("ignore", UserWarning)
    examples, sites, _ = load_open_data(options.data / "open_data.parquet")
    portals = examples.take(unseen_halves(sites)[0])
    print(f"{platform.machine()}, Python {platform.python_version()}")
    preset = geo_to_teach(options.data, options.cache, options.shipped)
    parts: dict[str, Callable[[], None]] = {
        "percent": lambda: [teach_percent(name, portals) for name in dict.fromkeys((preset, "simon-base"))],
        "ten": lambda: ten_labels(preset, portals),
        "french": lambda: french(options.data, preset, portals),
        "curve": lambda: learning_curve(preset, portals),
        "dataprofiler": dataprofiler,
    }
    for name, measure in parts.items():
        if not options.only or name in options.only:
            measure()


if __name__ == "__main__":
    main()
