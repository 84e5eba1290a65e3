from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter

import numpy as np
import pytest

from simon_elmo.errors import InvalidConfig, InvalidInput, UnknownProvider
from simon_elmo.labels.taxonomy import GEO_LABELS
from simon_elmo.simulation.corruption import CorruptionRates
from simon_elmo.simulation.description import describe_providers
from simon_elmo.simulation.generator import simulate
from simon_elmo.simulation.null_cells import NUMERIC_NULLS
from simon_elmo.words.nothing import OTHER_SPELLINGS, PUBLISHED_SPELLINGS

NULLS = (*PUBLISHED_SPELLINGS, *OTHER_SPELLINGS, *NUMERIC_NULLS)

TYPES = {
    "boolean_true_false": ["boolean"],
    "date": ["date", "datetime"],
    "time": ["datetime"],
    "float_number": "float",
    "integer": ["int"],
    "integer_grouped": ["int"],
    "integer_identifier": ["identifier", "int"],
    "percent": ["percent", "text"],
    "phone": ["phone", "text"],
    "year": "",
}


def digest(data) -> str:
    return hashlib.sha256(json.dumps([data.columns, data.labels, data.headers]).encode()).hexdigest()


def test_columns_have_the_cells_labels_and_names_that_were_asked_for():
    data = simulate(n_columns=30, n_cells=40, types=TYPES)
    assert len(data) == len(data.columns) == len(data.labels) == len(data.headers) == 30
    assert {len(cells) for cells in data.columns} == {40}
    assert all(type(cell) is str for cells in data.columns for cell in cells)
    assert all(isinstance(header, str) and header for header in data.headers)
    known = {
        ("boolean",),
        ("date", "datetime"),
        ("datetime",),
        ("float",),
        ("int",),
        ("identifier", "int"),
        ("percent", "text"),
        ("phone", "text"),
    }
    assert set(data.labels) == known


def test_the_seed_fixes_every_byte():
    first = simulate(40, 30, TYPES, seed=3, null_rate=0.1)
    assert digest(first) == digest(simulate(40, 30, TYPES, seed=3, null_rate=0.1))
    assert digest(first) != digest(simulate(40, 30, TYPES, seed=4, null_rate=0.1))


def test_a_column_does_not_depend_on_how_many_there_are():
    few, many = simulate(10, 30, TYPES), simulate(25, 30, TYPES)
    assert (few.columns, few.labels, few.headers) == (many.columns[:10], many.labels[:10], many.headers[:10])


def test_workers_make_the_same_bytes():
    assert digest(simulate(40, 30, TYPES, null_rate=0.1)) == digest(simulate(40, 30, TYPES, null_rate=0.1, workers=2))


def test_another_process_makes_the_same_bytes():
    program = (
        "import hashlib, json\n"
        "from simon_elmo.simulation.generator import simulate\n"
        f"data = simulate(20, 30, {TYPES!r}, seed=5)\n"
        "print(hashlib.sha256(json.dumps([data.columns, data.labels, data.headers]).encode()).hexdigest())\n"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "77"}
    printed = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment
    ).stdout
    assert printed.strip() == digest(simulate(20, 30, TYPES, seed=5))


def test_labels_get_equal_shares_and_so_do_their_providers():
    data = simulate(900, 2, TYPES, corruption=False)
    drawn = Counter(label for row in data.labels for label in row)
    # 9 labels; "text" and "datetime" have a share of their own and come along with "percent", "phone" and "date"
    assert drawn["boolean"] == drawn["float"] == 100
    assert drawn["datetime"] == 200
    assert drawn["text"] == 300
    # dates are met twice as often as times, but have another label here, with a share of its own
    assert Counter(data.labels)["datetime",] == pytest.approx(60, abs=2)


def test_only_the_wanted_labels_are_kept():
    data = simulate(60, 20, TYPES, labels=("int", "text"))
    assert set(data.labels) == {("int",), ("text",)}
    assert Counter(data.labels)["int",] == 30


def test_the_shipped_types_have_every_published_label():
    data = simulate(len(GEO_LABELS) * 6, 60, labels=GEO_LABELS, null_rate=0.05)
    assert {label for row in data.labels for label in row} == set(GEO_LABELS)


def test_categorical_and_ordinal_are_found_from_the_cells():
    data = simulate(
        60, 200, {"integer": "int", "boolean_word": "boolean"}, labels=("boolean", "categorical", "int", "ordinal")
    )
    assert {"categorical", "ordinal"} <= {label for row in data.labels for label in row}
    for cells, labels in zip(data.columns, data.labels, strict=True):
        if "ordinal" in labels:
            assert "categorical" in labels
        if "categorical" in labels:
            assert len({cell.strip() for cell in cells}) < 50


def test_nothing_spellings_come_at_their_rate():
    data = simulate(200, 50, {"phone": "phone"}, null_rate=0.2, corruption=False)
    nulls = [np.mean([cell in NULLS for cell in cells]) for cells in data.columns]
    assert np.mean(nulls) == pytest.approx(0.2, abs=0.03)
    assert np.std(nulls) > 0.05
    assert not any(cell in NULLS for cells in simulate(20, 50, {"phone": "phone"}).columns for cell in cells)


def test_clean_columns_keep_their_variety():
    data = simulate(20, 500, {"phone": "phone"}, corruption=None)
    assert min(len(set(cells)) for cells in data.columns) > 450


def test_realistic_columns_are_often_repetitive_but_not_always():
    distinct = [len(set(cells)) for cells in simulate(200, 100, {"phone": "phone"}).columns]
    assert 0.3 < np.mean([count <= 50 for count in distinct]) < 0.75
    assert sum(count == 1 for count in distinct) > 5


def test_corruption_can_be_tuned():
    padded = simulate(
        10, 20, {"integer": "int"}, corruption=CorruptionRates(**{**CorruptionRates.none().to_dict(), "pad": 1.0})
    )
    assert all(cell.endswith(" ") for cells in padded.columns for cell in cells)


def test_a_few_cells_of_mixed_columns_are_of_another_provider():
    rates = CorruptionRates(**{**CorruptionRates.none().to_dict(), "mixed": 1.0})
    data = simulate(60, 300, {"integer": "int", "phone": "phone"}, labels=["int"], corruption=rates)
    foreign = [np.mean([not cell.isdigit() for cell in cells]) for cells in data.columns]
    assert 0 < max(foreign) < 0.12


def test_lengths_can_vary():
    lengths = [len(cells) for cells in simulate(150, 300, TYPES, min_cells=10).columns]
    assert min(lengths) >= 10
    assert max(lengths) <= 300
    assert np.median(lengths) < 100
    short = [len(cells) <= 20 for cells in simulate(100, 300, TYPES, short_columns=0.3).columns]
    assert 0.15 < np.mean(short) < 0.45


def test_locales_decide_how_cells_are_written():
    data = simulate(30, 20, {"boolean_word": "boolean"}, locales=["fr_FR"], corruption=False)
    words = {cell.lower() for cells in data.columns for cell in cells}
    assert "oui" in words
    assert not words & {"ja", "nein", "si"}


def test_progress_tells_of_every_column_once():
    calls = []
    simulate(50, 5, TYPES, on_progress=calls.append)
    assert sum(calls) == 50


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"types": {"no_such_thing": "text"}}, UnknownProvider, "no_such_thing"),
        ({"labels": ["emial"]}, InvalidInput, "emial"),
        ({"labels": ["categorical"]}, InvalidInput, "categorical"),
        ({"locales": ["xx_XX"]}, InvalidInput, "xx_XX"),
        ({"locales": []}, InvalidInput, "locales"),
        ({"workers": 0}, InvalidInput, "workers"),
        ({"null_rate": 1.5}, InvalidConfig, "null_rate"),
        ({"n_cells": 0}, InvalidConfig, "n_cells"),
        ({"n_columns": -1}, InvalidConfig, "n_columns"),
        ({"min_cells": 31}, InvalidConfig, "min_cells"),
        ({"seed": -1}, InvalidConfig, "seed"),
    ],
)
def test_a_wrong_argument_is_named(arguments, error, message):
    with pytest.raises(error, match=message):
        simulate(**{"n_columns": 5, "n_cells": 30, "types": TYPES, **arguments})


def test_no_columns_is_an_empty_result():
    assert len(simulate(0, 10, TYPES)) == 0


def test_a_provider_is_described_with_two_examples():
    described = {row.provider: row for row in describe_providers(TYPES)}
    assert set(described) == set(TYPES) - {"year"}
    assert described["date"].labels == ("date", "datetime")
    assert len(set(described["phone"].examples)) == 2
    assert [row.provider for row in describe_providers(TYPES, labels=["percent"])] == ["percent"]
    with pytest.raises(InvalidInput, match="emial"):
        describe_providers(TYPES, labels=["emial"])
    with pytest.raises(InvalidInput, match="xx_XX"):
        describe_providers(TYPES, locale="xx_XX")
