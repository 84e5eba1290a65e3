from __future__ import annotations

import numpy as np
import pytest

from simon_elmo.simulation.headers import header_for
from simon_elmo.simulation.providers.registry import LOCALES
from simon_elmo.simulation.types import load_types

TYPES = load_types()


def headers(provider, n=300, locale="en_US", labels=None):
    labels = TYPES.get(provider, ("text",)) if labels is None else labels
    return [header_for(labels, provider, np.random.default_rng([seed, 5]), locale) for seed in range(n)]


@pytest.mark.parametrize("provider", sorted(TYPES))
def test_names_are_never_empty_and_vary(provider):
    for locale in LOCALES:
        names = headers(provider, 12, locale)
        assert all(name.strip() for name in names)
        assert all("{" not in name and "}" not in name for name in names)
    assert len(set(headers(provider, 100))) >= 30


def test_the_same_generator_makes_the_same_name():
    assert headers("city", 50) == headers("city", 50)


def test_a_mail_address_has_many_spellings():
    names = set(headers("email", 3000))
    assert {
        "email",
        "Email",
        "EMAIL",
        "e_mail",
        "contact_email",
        "Email Address",
        "email_address",
        "emailAddress",
    } <= names
    assert len(names) > 300


def test_names_are_in_the_language_of_the_table_or_in_english():
    names = {name.lower() for name in headers("email", 400, "fr_FR")}
    assert {"courriel", "email"} <= names
    assert any("postleitzahl" in name or "plz" in name for name in map(str.lower, headers("postal_code", 100, "de_DE")))
    assert any("都道府県" in name for name in headers("state", 100, "ja_JP"))
    assert any("ubicaci_n" in name for name in headers("coordinate_pair", 300, "es_ES"))


def test_some_names_say_nothing():
    said = sum(
        name.startswith(("col", "Unnamed", "field", "V", "column", "Column", "_", "F"))
        for name in headers("city", 2000)
    )
    assert 20 <= said <= 160


def test_names_tell_what_the_label_is():
    assert np.mean(["zip" in name.lower() or "post" in name.lower() for name in headers("postal_code")]) > 0.6
    assert np.mean(["lat" in name.lower() or "y" in name.lower() for name in headers("latitude")]) > 0.7
    assert np.mean(["date" in name.lower() or "dt" in name.lower() for name in headers("date")]) > 0.5


def test_labels_of_ones_own_get_names_of_their_kind():
    names = headers("email", 200, labels=("my_label", "email"))
    assert any("mail" in name.lower() for name in names)
    assert len(set(headers("unheard_of", 100, labels=("my_label",)))) > 30
