from __future__ import annotations

import hashlib
import ipaddress
import json
import re
import subprocess
import sys
import uuid

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simon_elmo.errors import UnknownProvider
from simon_elmo.labels.taxonomy import GENERAL_LABELS
from simon_elmo.simulation.providers.registry import LOCALES, get_provider, provider_names
from simon_elmo.simulation.providers.vocabulary import word_sets
from simon_elmo.simulation.types import load_types

TYPES = load_types()
OURS = provider_names()


def column(name, seed=0, n=60, locale="en_US"):
    return get_provider(name).generate(np.random.default_rng(seed), n, locale)


def every_locale(name, n=30, seeds=2):
    return [cell for locale in LOCALES for seed in range(seeds) for cell in column(name, seed, n, locale)]


@pytest.mark.parametrize("name", OURS)
def test_a_column_has_as_many_strings_as_were_asked_for_in_every_locale(name):
    for locale in LOCALES:
        for n in (1, 2, 33):
            cells = column(name, seed=n, n=n, locale=locale)
            assert len(cells) == n
            assert {type(cell) for cell in cells} == {str}


@pytest.mark.parametrize("name", OURS)
def test_the_same_generator_makes_the_same_cells_whatever_was_made_before(name):
    first = column(name, 5, locale="fr_FR")
    column(name, 6, locale="de_DE")
    assert column(name, 5, locale="fr_FR") == first
    assert any(column(name, seed, locale="fr_FR") != first for seed in range(6, 12))


def test_the_same_bytes_in_another_process_with_another_hash_seed():
    script = (
        "import hashlib, json, numpy as np;"
        "from simon_elmo.simulation.providers.registry import LOCALES, get_provider, provider_names;"
        "names = [(n, l) for n in provider_names()[::-1] + ['license_plate'] for l in LOCALES];"
        "cells = {f'{n} {l}': get_provider(n).generate(np.random.default_rng(3), 20, l) for n, l in names};"
        "print(hashlib.sha256(json.dumps(cells, sort_keys=True).encode()).hexdigest())"
    )
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": "7"}
    )
    names = [(name, locale) for name in [*OURS, "license_plate"] for locale in LOCALES]
    cells = {f"{name} {locale}": column(name, 3, 20, locale) for name, locale in names}
    assert found.stdout.strip() == hashlib.sha256(json.dumps(cells, sort_keys=True).encode()).hexdigest()


@pytest.mark.parametrize(
    "name", ["first_name", "last_name", "full_name", "email", "address", "company", "uri", "user_name", "free_text"]
)
@pytest.mark.parametrize("locale", ["en_US", "de_DE", "es_ES", "it_IT"])
def test_500_cells_of_things_with_many_values_do_not_repeat_a_handful(name, locale):
    distinct = [len(set(column(name, seed, 500, locale))) for seed in range(8)]
    assert min(distinct) >= 60
    assert np.median(distinct) >= 150


def test_locales_write_in_their_own_script():
    assert re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", "".join(column("full_name", locale="ja_JP")))
    assert re.search(r"[\u4e00-\u9fff]", "".join(column("city", locale="zh_CN")))
    assert re.search(
        r"[\u0900-\u097f]", "".join(cell for seed in range(6) for cell in column("state", seed, locale="hi_IN"))
    )
    assert re.search(r"straße|weg|platz|allee|ring", "".join(column("address", locale="de_DE")).lower())
    assert not re.search(r"[^\x00-\x7f]", "".join(column("last_name", locale="en_US")))


@pytest.mark.parametrize("name", [name for name in TYPES if "text" in TYPES[name] and name != "postal_code"])
def test_text_is_never_a_column_of_plain_digits(name):
    for seed in range(12):
        for locale in ("en_US", "fr_FR"):
            cells = column(name, seed, 30, locale)
            assert not all(cell.isdigit() for cell in cells), (seed, locale)


@pytest.mark.parametrize("name", [name for name in OURS if "int" in TYPES.get(name, ()) and name in (
    "credit_card_digits", "ean", "isbn_digits", "postal_code_digits", "one_zero", "age")])  # fmt: skip
def test_what_is_called_a_whole_number_is_one(name):
    assert all(cell.isdigit() for cell in every_locale(name))


@pytest.mark.parametrize(("name", "limit"), [("latitude", 90), ("longitude", 180)])
def test_coordinates_are_on_the_globe(name, limit):
    values = [float(cell.replace(",", ".")) for cell in every_locale(name)]
    assert max(map(abs, values)) <= limit
    assert max(values) > 0 > min(values)


def test_addresses_of_machines_are_read_by_the_standard_library():
    for cell in every_locale("ip_v4", seeds=4):
        ipaddress.IPv4Address(re.split("[/:]", cell)[0])
    for cell in every_locale("ip_v6"):
        ipaddress.IPv6Address(cell)
    for cell in every_locale("uuid"):
        assert uuid.UUID(cell).version == 4
    for cell in every_locale("mac_address"):
        assert re.fullmatch(r"[0-9a-fA-F]{12}", re.sub("[:.-]", "", cell))


def luhn(digits):
    doubled = [sum(divmod(2 * int(digit), 10)) if place % 2 else int(digit) for place, digit in enumerate(digits[::-1])]
    return sum(doubled) % 10


def test_check_digits_are_right():
    for name in ("credit_card", "credit_card_digits"):
        assert {luhn(re.sub("[ -]", "", cell)) for cell in every_locale(name)} == {0}
    for cell in every_locale("iban"):
        text = cell.replace(" ", "")
        assert int("".join(str(int(character, 36)) for character in text[4:] + text[:4])) % 97 == 1
    for cell in [*every_locale("isbn", seeds=4), *every_locale("isbn_digits")]:
        text = cell.replace("-", "")
        if len(text) == 10:
            values = [10 if character == "X" else int(character) for character in text]
            assert sum(place * value for place, value in zip(range(10, 0, -1), values, strict=True)) % 11 == 0
        else:
            assert sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(text)) % 10 == 0
    for cell in every_locale("ean", seeds=4):
        assert len(cell) in (8, 12, 13)
        assert sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(cell[::-1])) % 10 == 0


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("email", r"(mailto:)?[\w.+-]+@[\w-]+(\.[\w-]+)+"),
        ("uri", r"((https?|ftp)://(www\.)?|www\.)[\w-]+(\.[\w-]+)+.*"),
        ("domain_name", r"[\w-]+(\.[\w-]+)+"),
        ("vin", r"[A-HJ-NPR-Z0-9]{17}"),
        ("hash", r"([0-9a-f]+|[0-9A-F]+)"),
        ("hex_colour", r"(#|0x)?([0-9a-f]{3}|[0-9a-f]{6}|[0-9A-F]{3}|[0-9A-F]{6})"),
        ("mime_type", r"[a-z]+/[\w.+-]+(; charset=utf-8)?"),
        ("country_code", r"[A-Z]{2,3}|[a-z]{2,3}"),
        ("currency_code", r"[A-Z]{3}"),
        ("file_name", r"(?i).+\.[a-z0-9]{2,6}"),
        ("middle_initial", r"([A-Z]\.?)?"),
    ],
)
def test_codes_have_their_form(name, pattern):
    odd = [cell for cell in every_locale(name) if not re.fullmatch(pattern, cell, flags=re.DOTALL)]
    assert not odd


def test_plain_text_comes_in_many_kinds():
    plain = [name for name, labels in TYPES.items() if labels == ("text",)]
    assert len(plain) >= 30
    values = {cell for name in plain for seed in range(30) for cell in column(name, seed, 20)}
    assert len(values) > 8000


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(TYPES)), st.integers(0, 2**32), st.integers(1, 80), st.sampled_from(LOCALES))
def test_any_seed_and_length_work(name, seed, n, locale):
    cells = column(name, seed, n, locale)
    assert len(cells) == n
    assert all("{" not in cell or "text_" in name for cell in cells if name not in ("uuid",))


def test_providers_of_faker_are_pooled_by_locale():
    cells = column("license_plate", n=400)
    assert len(set(cells)) > 200
    assert column("kana_name", locale="ja_JP") == column("kana_name", locale="en_US")


@pytest.mark.parametrize("name", ["nope", "seed_instance", "__class__", ""])
def test_an_unknown_provider_is_named(name):
    with pytest.raises(UnknownProvider, match=re.escape(repr(name))):
        get_provider(name)


def test_a_misspelt_provider_gets_a_hint():
    with pytest.raises(UnknownProvider, match="did you mean postal_code"):
        get_provider("postal_cod")


def test_a_provider_of_faker_that_needs_arguments_says_so():
    with pytest.raises(UnknownProvider, match=r"'enum' needs arguments"):
        column("enum")


def test_every_provider_of_ours_is_in_the_shipped_types_with_one_base_label():
    assert set(OURS) == set(TYPES)
    assert {name: sum(label in GENERAL_LABELS for label in labels) for name, labels in TYPES.items()} == dict.fromkeys(
        TYPES, 1
    )


def test_mail_accounts_are_people_posts_and_now_and_then_numbered_offices():
    accounts = [
        [cell.strip().split("@")[0].lower() for cell in column("email", seed, 30, "fr_FR")] for seed in range(60)
    ]
    numbered = [names for names in accounts if all(re.search(r"\d{2}", name) for name in names)]
    assert 2 <= len(numbered) <= 20


def test_french_numbers_have_points_between_pairs_of_digits_as_well():
    dotted = sum(
        all(re.fullmatch(r"(0\d|\+33\.\d)(\.\d\d){4}", cell) for cell in column("phone", seed, 20, "fr_FR"))
        for seed in range(80)
    )
    assert 8 <= dotted <= 40


def test_most_columns_of_towns_are_of_one_area_whose_large_towns_come_first():
    areas = [set(names) for names in word_sets("gazetteer", "cities de_DE")]
    columns = [set(column("city", seed, 40, "de_DE")) for seed in range(60)]
    assert sum(any(cells <= names for names in areas) for cells in columns) > 12
    bavaria = next(names for names in word_sets("gazetteer", "cities de_DE") if "Augsburg" in names)
    assert bavaria.index("Munich") < bavaria.index("Augsburg") < bavaria.index("Ansbach")


@pytest.mark.parametrize("kind", ["cities", "counties"])
def test_the_gazetteer_has_names_only(kind):
    for locale in LOCALES:
        for names in word_sets("gazetteer", f"{kind} {locale}"):
            assert len(set(names)) == len(names)
            assert not [name for name in names if not name.strip() or re.search(r"[\d|:(),/]", name)]
