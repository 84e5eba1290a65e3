from __future__ import annotations

from collections import Counter
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simon_elmo.errors import InvalidConfig
from simon_elmo.simulation import cell_noise, column_shapes
from simon_elmo.simulation.corruption import CORRUPTIONS, CorruptionRates, compose, corrupt
from simon_elmo.simulation.null_cells import NUMERIC_NULLS, null_cells
from simon_elmo.words.nothing import OTHER_SPELLINGS, PUBLISHED_SPELLINGS

ALWAYS = CorruptionRates(**{field.name: 1.0 for field in fields(CorruptionRates)})
texts = st.lists(st.text(st.characters(exclude_categories=("Cs",)), max_size=30), min_size=1, max_size=30)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_there_is_a_rate_for_every_corruption():
    assert {field.name for field in fields(CorruptionRates)} == {*CORRUPTIONS, "repeated", "mixed"}


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(CORRUPTIONS))
@given(cells=texts, seed=st.integers(0, 2**32))
def test_a_corruption_keeps_the_number_of_cells_and_follows_its_seed(name, cells, seed):
    given_cells = list(cells)
    corrupted = CORRUPTIONS[name].apply(cells, rng(seed))
    assert cells == given_cells
    assert len(corrupted) == len(cells)
    assert all(type(cell) is str for cell in corrupted)
    assert corrupted == CORRUPTIONS[name].apply(cells, rng(seed))


@pytest.mark.parametrize("name", sorted(CORRUPTIONS))
def test_a_corruption_changes_some_columns_that_it_is_meant_for(name):
    column = [f"{number} Müller & Söhne 45% $3 {1000 + number}" for number in range(50)]
    numbers = [str(3000 - number) for number in range(50)]
    amounts = ["$12.50"] * 50
    changed = [
        CORRUPTIONS[name].apply(cells, rng(seed)) != cells for cells in (column, numbers, amounts) for seed in range(10)
    ]
    assert any(changed)


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=40), st.integers(0, 2**32))
def test_whole_numbers_stay_whole_numbers(values, seed):
    rates = CorruptionRates(
        **{**{field.name: 1.0 for field in fields(CorruptionRates)}, "trailing_units": 0.0, "sequential": 0.0}
    )
    corrupted = corrupt([str(value) for value in values], ("int",), rng(seed), rates)
    read = [int("".join(character for character in cell if character.isdigit())) for cell in corrupted]
    assert Counter(read) == Counter(values)
    assert not any(character in cell for cell in corrupted for character in "%$€.")


def test_what_would_change_a_label_is_not_done():
    safe = {name: corruption.safe_for for name, corruption in CORRUPTIONS.items()}
    assert not safe["percent_signs"](("int",))
    assert safe["percent_signs"](("percent", "text"))
    assert not safe["thousands_separators"](("year", "datetime"))
    assert not safe["thousands_separators"](("float",))
    assert not safe["leading_zeros"](("int", "age"))
    assert not safe["decimal_zeros"](("int",))
    assert not safe["truncate"](("email", "text"))
    assert not safe["typos"](("country_code", "text"))
    assert safe["typos"](("city", "text"))
    assert not safe["change_case"](("uri", "text"))
    assert safe["pad"](("float",))


@pytest.mark.parametrize("labels", [("datetime",), ("boolean",), ("float",), ("phone", "text"), ("uuid", "text")])
def test_typed_cells_keep_their_characters_but_for_spaces_case_and_notes(labels):
    cells = ["2021-03-04", "12.5", "(212) 555-0100", "8-4-4", "no"] * 20
    rates = CorruptionRates(**{**ALWAYS.to_dict(), "trailing_units": 0.0, "quote": 0.0, "mojibake": 0.0})
    corrupted = corrupt(cells, labels, rng(), rates)
    assert sorted("".join(cell.split()).lower() for cell in corrupted) == sorted(
        "".join(cell.split()) for cell in cells
    )


def test_rates_of_zero_change_nothing():
    cells = ["a", " B ", ""]
    assert corrupt(cells, ("text",), rng(), CorruptionRates.none()) == cells


@pytest.mark.parametrize("rate", [-0.1, 1.1, "often", True])
def test_a_rate_that_is_no_probability_is_an_error(rate):
    with pytest.raises(InvalidConfig, match="typos"):
        CorruptionRates(typos=rate)


def test_rates_are_written_and_read_strictly(tmp_path):
    CorruptionRates(pad=0.5).save(tmp_path / "rates.json")
    assert CorruptionRates.load(tmp_path / "rates.json") == CorruptionRates(pad=0.5)
    with pytest.raises(InvalidConfig, match="paddding"):
        CorruptionRates.from_dict({"paddding": 0.5})


def test_corruptions_compose_in_order():
    both = compose(cell_noise.leading_zeros, cell_noise.decimal_zeros)
    assert all(cell.startswith("0") or len(cell.split(".")[0]) == 3 for cell in both(["7", "120"], rng()))
    assert all(".0" in cell for cell in both(["7", "120"], rng()))


def test_thousands_are_grouped_and_codes_left_alone():
    cells = ["2778", "12", "1234567", "007788", "3.14159", "1,590"]
    assert cell_noise.thousands_separators(cells, rng(), ",") == [
        "2,778",
        "12",
        "1,234,567",
        "007788",
        "3.14159",
        "1,590",
    ]


def test_padding_has_one_width():
    padded = cell_noise.pad(["SUBA", "JEEP", "HYUNDAI"], rng())
    assert len({len(cell) for cell in padded}) == 1
    assert [cell.strip() for cell in padded] == ["SUBA", "JEEP", "HYUNDAI"]


def test_typos_are_one_edit_away():
    cells = ["Springfield"] * 200
    misspelt = cell_noise.typos(cells, rng(), share=1.0)
    assert {len(cell) for cell in misspelt} <= {10, 11, 12}
    assert sum(cell != "Springfield" for cell in misspelt) > 150
    assert all(cell[0] == "S" for cell in misspelt)


def test_wrongly_decoded_text_shows_it():
    seen = {cell_noise.mojibake(["Bogotá"], rng(seed))[0] for seed in range(30)}
    assert "BogotÃ¡" in seen
    assert any("\ufffd" in cell for cell in seen)


def test_repeated_values_have_uneven_frequencies():
    values = [str(value) for value in range(20)]
    shares = [Counter(column_shapes.spread(values, rng(seed), 1000)).most_common(1)[0][1] / 1000 for seed in range(60)]
    assert min(shares) < 0.12
    assert max(shares) > 0.5


def test_numbers_are_sorted_by_value():
    ascending = [column_shapes.sort_cells(["10", "9", "1,000"], rng(seed)) for seed in range(20)]
    assert ["9", "10", "1,000"] in ascending
    assert ["1,000", "10", "9"] in ascending


@pytest.mark.parametrize("rate", [0.0, 0.3, 1.0])
def test_nothing_spellings_come_at_their_rate(rate):
    cells = ["value"] * 2000
    share = np.mean([cell != "value" for cell in null_cells(cells, rng(), rate)])
    assert share == pytest.approx(rate, abs=0.04)


def test_every_published_spelling_is_written_and_numbers_only_in_number_columns():
    words = {cell for seed in range(400) for cell in null_cells(["x"], rng(seed), 1.0)}
    numbers = {cell for seed in range(400) for cell in null_cells(["1"], rng(seed), 1.0, numeric=True)}
    assert set(PUBLISHED_SPELLINGS) <= words <= {*PUBLISHED_SPELLINGS, *OTHER_SPELLINGS}
    assert words.isdisjoint(NUMERIC_NULLS)
    assert not numbers.isdisjoint(NUMERIC_NULLS)


def test_foreign_cells_come_at_their_share():
    mixed = column_shapes.replace_some(["a"] * 1000, ["1", "2"], rng(), 0.05)
    assert 20 < sum(cell != "a" for cell in mixed) < 90
    assert set(mixed) == {"a", "1", "2"}
