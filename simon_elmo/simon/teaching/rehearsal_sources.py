"""Where rehearsals come from: from training columns, or from simulated ones."""

from __future__ import annotations

import numpy as np

from simon_elmo.labels.label_set import LabelSet
from simon_elmo.labels.taxonomy import GENERAL_LABELS, STATISTICAL_LABELS
from simon_elmo.simon.engine import Engine
from simon_elmo.simon.examples import ColumnExamples
from simon_elmo.simon.teaching.rehearsal import Rehearsal

PER_LABEL = 200
_SIMULATED_A_LABEL, _MOST_SIMULATED, _SIMULATED_CELLS = 60, 2_500, 48


def rehearsal_of(
    engine: Engine, labels: LabelSet, examples: ColumnExamples, per_label: int = PER_LABEL, seed: int = 0
) -> Rehearsal:
    """Return what a network makes of up to `per_label` columns of each label, for `add_labels` to replay.

    Where the network reads names, a random half of the columns is shown without. Labels of which nobody knows whether a
    column has them stay unknown in the rehearsal: such a column is no evidence for or against them.

    Args:
        engine: a trained network.
        labels: its labels.
        examples: columns that it was trained on.
        per_label: columns per label; a column with several special labels counts for each, and one of a general label,
            such as `float`, only if it has no special one.
        seed: fixes which columns are drawn and which of them lose their names.
    """
    rng = np.random.default_rng([seed, 0x5EEE])
    kept = examples.with_cells()
    targets = examples.take(kept).targets(labels).astype(np.int8)
    # general labels count for columns that have nothing else: of latitudes alone nothing could learn what a number is
    ruled, general = (
        [labels.index(name) for name in names if name in labels] for names in (STATISTICAL_LABELS, GENERAL_LABELS)
    )
    drawn = targets.copy()
    drawn[:, ruled] = 0  # they hold of columns of every kind, so they say nothing about what to draw
    drawn[np.ix_((np.delete(drawn, general, axis=1) == 1).any(axis=1), general)] = 0
    rows = Rehearsal.rows_per_label(drawn, per_label, seed)
    chosen = examples.take(kept[rows])
    names = np.where(rng.random(len(rows)) < 0.5, "", np.array(chosen.headers, dtype=object))
    features, surface = engine.observed(chosen.columns, names.tolist(), seed)
    return Rehearsal(features, surface, targets[rows], labels.names)


def simulated_rehearsal(engine: Engine, labels: LabelSet) -> Rehearsal:
    """Return the rehearsal of a network of columns that kept none: simulated columns of what can be simulated.

    A label that the simulator does not know has no column in it; it is unknown of every other.
    """
    from simon_elmo.simulation.generator import simulate
    from simon_elmo.simulation.types import load_types

    simulated = {name for names in load_types().values() for name in names} | set(STATISTICAL_LABELS)
    known = [name for name in labels.names if name in simulated]
    wanted = [name for name in known if name not in STATISTICAL_LABELS]
    if not wanted:
        return Rehearsal.empty(engine.config.feature_units, labels.names)
    n_columns = min(_SIMULATED_A_LABEL * len(wanted), _MOST_SIMULATED)
    made = simulate(n_columns, _SIMULATED_CELLS, labels=known, seed=0, short_columns=0.2)
    unknown = tuple(name for name in labels.names if name not in known)
    examples = ColumnExamples(made.columns, made.labels, made.headers, [unknown] * len(made))
    return rehearsal_of(engine, labels, examples, n_columns)
