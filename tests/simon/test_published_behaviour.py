"""What the published SIMOn model does on its own examples, done by the shipped `simon-base`."""

from __future__ import annotations

import numpy as np
import pytest

from simon_elmo.presets import available_presets
from simon_elmo.simon.columns import ColumnClassifier

AVERAGES = ("Batting_average", "On_base_pct", "Slugging_pct", "Fielding_ave")
COUNTS = {
    "Number_seasons": (2, 26), "Games_played": (140, 3300), "At_bats": (200, 12000), "Runs": (20, 2200),
    "Hits": (40, 3800), "Doubles": (6, 740), "Triples": (0, 300), "Home_runs": (0, 714), "RBIs": (20, 2100),
    "Walks": (17, 2000), "Strikeouts": (0, 1900),
}  # fmt: skip
POSITIONS = ("Catcher", "First_base", "Second_base", "Third_base", "Shortstop", "Outfield", "Designated_hitter")


@pytest.fixture(scope="module")
def base() -> ColumnClassifier:
    assert "simon-base" in [preset.name for preset in available_presets()]
    return ColumnClassifier.from_preset("simon-base")


def league(players: int = 600) -> dict[str, list[str]]:
    """A simulated twin of the baseball table: the same columns, players that never were."""
    from faker import Faker

    fake, rng = Faker("en_US"), np.random.default_rng(7)
    fake.seed_instance(7)
    table = {
        "d3mIndex": [str(row) for row in range(players)],
        "Player": [f"{fake.first_name_male()}_{fake.last_name()}".upper() for _ in range(players)],
    }
    for name, (low, high) in COUNTS.items():
        skewed = low + (high - low) * rng.beta(1.6, 4, players)
        table[name] = [str(int(value)) for value in skewed]
    for name, middle in zip(AVERAGES, (0.26, 0.33, 0.38, 0.965), strict=True):
        table[name] = [f"{value:.3f}".rstrip("0") for value in rng.normal(middle, 0.012, players)]
    table["Position"] = [str(value) for value in rng.choice(POSITIONS, players, p=[0.1, 0.1, 0.1, 0.1, 0.1, 0.4, 0.1])]
    return table


def expected(name: str) -> str:
    if name in ("Player", "Position"):
        return "text"
    return "float" if name in AVERAGES else "int"


def test_has_the_published_labels_and_shapes(base: ColumnClassifier) -> None:
    assert base.labels == ["address", "boolean", "datetime", "email", "float", "int", "phone", "text", "uri"]
    assert sum(array.size for array in base.weights().values()) == 3_892_857


def test_a_league_of_baseball_players_is_typed(base: ColumnClassifier) -> None:
    table = league()
    assert dict(zip(table, base.predict(table), strict=True)) == {name: (expected(name),) for name in table}


def test_the_baseball_table_is_typed(base: ColumnClassifier, shared_data) -> None:
    from simon_elmo.tables.reading import read_table

    table = read_table(shared_data / "columns" / "baseball.csv")
    assert table.shape[1] == 18
    assert dict(zip(table.columns, base.predict(table), strict=True)) == {n: (expected(n),) for n in table.columns}


def test_percentages_are_text_and_grouped_numbers_are_whole_numbers(base: ColumnClassifier) -> None:
    for seed in range(5):
        rng = np.random.default_rng(seed)
        shares = [f"{value:.2f}%" for value in rng.uniform(40, 100, 60)]
        volumes = [f"{int(value):,}" for value in rng.lognormal(7.5, 1.6, 60)]
        assert base.predict([shares, volumes]) == [("text",), ("int",)], volumes
