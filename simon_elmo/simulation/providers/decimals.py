"""Providers of decimal numbers, percentages and amounts of money."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from types import MappingProxyType

import numpy as np

from simon_elmo.simulation.draws import choose, choose_weighted, log_uniform, translate_cells
from simon_elmo.simulation.providers.integers import group_separator, random_integers

_COMMA_LANGUAGES = frozenset({"de", "fr", "es", "pt", "it", "nl", "pl"})
_CURRENCIES = MappingProxyType(
    {"en_US": "$ $ $ USD US$", "en_GB": "£ £ GBP", "ja": "¥ 円 JPY", "zh": "¥ 元 CNY RMB", "hi": "₹ Rs. INR",
    "pt_BR": "R$ BRL",
     "pl": "zł PLN"}
)  # fmt: skip
_UNITS = (
    "kg g lb km m mm cm ft in mi l ml gal °C °F V W kW kWh MB GB Mbps mph km/h m² sqft ha acres hrs min s mg µg ppm "
    "dB psi hp years m3"
)
_BEFORE = frozenset({"$", "£", "¥", "₹", "R$", "Rs.", "US$"})


def _decimals(rng: np.random.Generator) -> int:
    return int(choose_weighted(rng, {1: 0.16, 2: 0.46, 3: 0.08, 4: 0.08, 5: 0.03, 6: 0.12, 8: 0.04, 10: 0.03}))


def _values(rng: np.random.Generator, n: int) -> np.ndarray:
    """Positive numbers of one spread, many zeros in one column of six."""
    kind = choose_weighted(rng, {"lognormal": 0.5, "normal": 0.28, "unit": 0.14, "uniform": 0.08})
    if kind == "lognormal":
        values = rng.lognormal(rng.uniform(-2, 12), rng.uniform(0.3, 2.2), n)
    elif kind == "normal":
        mean = log_uniform(rng, 0.2, 1e5)
        values = np.abs(rng.normal(mean, mean * log_uniform(rng, 1e-3, 0.6), n))
    elif kind == "unit":
        values = rng.beta(log_uniform(rng, 0.4, 8), log_uniform(rng, 0.4, 8), n)
    else:
        values = rng.random(n) * log_uniform(rng, 1, 1e6)
    if rng.random() < 0.17:
        values = np.where(rng.random(n) < rng.uniform(0.1, 0.97), 0.0, values)
    return values


def _fixed(values: np.ndarray, decimals: int) -> list[str]:
    return list(map(f"%.{decimals}f".__mod__, values.tolist()))


def _shortest(values: np.ndarray, decimals: int, whole: str) -> list[str]:
    """As programs print them: trailing zeros dropped, `whole` ("" or ".0") after whole numbers."""
    cells = list(map(repr, np.round(values, decimals).tolist()))
    return cells if whole else [cell.removesuffix(".0") for cell in cells]


def float_number(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Decimal numbers with a point: a fixed number of decimals, or as many as are needed."""
    values, decimals = _values(rng, n), _decimals(rng)
    if values.max(initial=0) < 1:
        decimals = max(decimals, 2)
    if rng.random() < 0.45:
        return _fixed(values, decimals)
    return _shortest(values, decimals, choose(rng, ("", "", ".0")))


def float_signed(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Decimal numbers of which some or all are negative."""
    kind, decimals = choose(rng, ("centred", "some", "few", "all")), _decimals(rng)
    if kind == "centred":
        values = rng.normal(0, log_uniform(rng, 0.05, 1e4), n)
    else:
        share = {"some": rng.uniform(0.2, 0.8), "few": 0.04, "all": 1.0}[kind]
        values = _values(rng, n) * np.where(rng.random(n) < share, -1, 1)
    return _fixed(values, decimals) if rng.random() < 0.5 else _shortest(values + 0.0, decimals, "")


def float_precise(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Decimal numbers with all the digits that a computer holds, such as 261.80000000000001."""
    values = _values(rng, n) + log_uniform(rng, 0.01, 100)
    return list(
        map(
            choose(rng, ("%.15g", "%.17g", "%.16g", "%.14f")).__mod__,
            np.round(values, choose(rng, (5, 9, 17))).tolist(),
        )
    )


def float_scientific(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Decimal numbers with an exponent, such as 1.56E-05; some columns have plain ones beside them."""
    exponents = rng.normal(rng.uniform(-9, 12), rng.uniform(0.5, 3), n)
    values = 10.0**exponents * np.where(rng.random(n) < choose(rng, (0.0, 0.0, 0.4)), -1, 1)
    decimals = int(rng.integers(1, 9))
    if rng.random() < 0.2:
        return list(map(f"%.{decimals}G".__mod__, values.tolist()))
    return list(map(f"%.{decimals}{choose(rng, ('e', 'E'))}".__mod__, values.tolist()))


def float_comma(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Decimal numbers with a comma, such as 3,75."""
    return translate_cells(_fixed(_values(rng, n), _decimals(rng)), {ord("."): ","})


def _grouped(rng: np.random.Generator, values: np.ndarray, decimals: int, locale: str) -> list[str]:
    cells = list(map(f"{{:,.{decimals}f}}".format, values.tolist()))
    separator = group_separator(rng, locale)
    if locale.split("_")[0] not in _COMMA_LANGUAGES or separator in {",", "in"}:
        return cells
    return translate_cells(cells, {ord(","): separator, ord("."): ","})


def float_grouped(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Decimal numbers with a separator between thousands, such as 8,153.00."""
    return _grouped(
        rng, rng.lognormal(rng.uniform(5, 13), rng.uniform(0.5, 2), n), int(choose(rng, (1, 2, 2, 2, 3))), locale
    )


def float_whole(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Whole numbers that went through a decimal type, such as 2008.0 or 150.00."""
    return list(map(choose(rng, ("%d.0", "%d.0", "%d.00", "%d.000000")).__mod__, random_integers(rng, n).tolist()))


def float_mostly_whole(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Measurements of which most are whole numbers and a few have decimals."""
    whole = random_integers(rng, n) % 10_000
    parts = np.where(
        rng.random(n) < log_uniform(rng, 0.008, 0.5), rng.choice([0.5, 0.25, 0.75, 0.1, 0.2, 0.9, 0.33], n), 0.0
    )
    return _shortest(whole + parts, 2, "")


def float_average(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Shares and averages below 1, such as 0.257 or .257."""
    low, high = np.sort(rng.random(2)) * 0.999
    cells = _fixed(rng.uniform(low, high + 0.01, n).clip(0, 0.999), int(rng.integers(2, 5)))
    return [cell[1:] for cell in cells] if rng.random() < 0.2 else cells


def projected_coordinate(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Eastings and northings in metres or feet, such as 597501.16845999996."""
    values = rng.uniform(1e5, 5e6) + rng.normal(0, log_uniform(rng, 1e3, 1e5), n)
    return list(map(choose(rng, ("%.2f", "%.3f", "%.8f", "%.17g", "%.1f", "%.6f")).__mod__, values.tolist()))


def _comma_decimal(rng: np.random.Generator, cells: list[str], locale: str) -> list[str]:
    if locale.split("_")[0] in _COMMA_LANGUAGES and rng.random() < 0.7:
        return translate_cells(cells, {ord("."): ","})
    return cells


def percent(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Percentages with their sign, such as 90.42%."""
    kind = choose(rng, ("share", "share", "share", "high", "change", "small"))
    values = {
        "share": 100 * rng.beta(log_uniform(rng, 0.4, 6), log_uniform(rng, 0.4, 6), n),
        "high": 100 - rng.gamma(2, rng.uniform(0.5, 8), n).clip(0, 100),
        "change": rng.normal(0, log_uniform(rng, 0.5, 60), n),
        "small": rng.gamma(2, rng.uniform(0.2, 4), n),
    }[kind]
    decimals = int(choose(rng, (0, 0, 1, 1, 2, 2, 2, 3)))
    values = np.round(values, decimals) + 0.0  # no -0
    cells = _fixed(values, decimals) if rng.random() < 0.85 else _shortest(values, decimals, "")
    sign = choose(rng, ("%", "%", "%", "%", "%", " %", " %", "\u00a0%"))
    return [cell + sign for cell in _comma_decimal(rng, cells, locale)]


def _currency(rng: np.random.Generator, locale: str) -> str:
    symbols = _CURRENCIES.get(locale, _CURRENCIES.get(locale.split("_")[0], "€ € EUR Euro"))
    return choose(
        rng, symbols.split() if rng.random() < 0.8 else ("$", "€", "£", "USD", "EUR", "¥", "₹", "CHF", "kr", "C$", "A$")
    )


def currency_amount(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Amounts of money with a currency, such as $1,200.00 or 3,50 €; losses lead with a minus or stand in brackets."""
    values = rng.lognormal(rng.uniform(2.5, 12), rng.uniform(0.3, 1.6), n)
    decimals = int(choose(rng, (0, 0, 2, 2, 2)))
    cells = _grouped(rng, values, decimals, locale) if rng.random() < 0.75 else _fixed(values, decimals)
    currency = _currency(rng, locale)
    if currency in _BEFORE and rng.random() < 0.9:
        template = currency + choose(rng, ("%s", "%s", "%s", " %s"))
    else:
        template = choose(rng, ("%s ", "%s ", "%s\u00a0", "%s")) + currency if rng.random() < 0.7 else currency + " %s"
    cells = list(map(template.replace("%s", "{}").format, cells))
    if rng.random() < 0.15:
        loss = choose(rng, ("-{}", "({})"))
        cells = [
            loss.format(cell) if minus else cell
            for cell, minus in zip(cells, (rng.random(n) < 0.2).tolist(), strict=True)
        ]
    return cells


def number_range(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Classes of numbers, such as 18-24, 65+ or <= 10."""
    steps = np.cumsum(rng.integers(1, 6, int(rng.integers(4, 10))))
    edges = np.unique((log_uniform(rng, 1, 1e4) * steps).astype(np.int64)).tolist()
    form = choose(rng, ("%d-%d", "%d-%d", "%d - %d", "%d to %d", "%d–%d", "%d - %d %%", "$%d to $%d", "[%d,%d)"))
    below, above = choose(
        rng,
        (("<%d", "%d+"), ("<= %d", ">= %d"), ("Under %d", "%d and over"), ("less than %d", "more than %d")),
    )
    classes = [below % edges[0], *(form % pair for pair in pairwise(edges)), above % edges[-1]]
    return [classes[index] for index in rng.integers(0, len(classes), n).tolist()]


def measurement(rng: np.random.Generator, n: int, locale: str) -> list[str]:
    """Numbers with a unit, such as 12 kg or 5.5mm."""
    values, decimals = rng.lognormal(rng.uniform(0, 6), rng.uniform(0.3, 1.2), n), int(choose(rng, (0, 0, 1, 1, 2)))
    ending = choose(rng, ("", " ", " ", "\u00a0")) + choose(rng, _UNITS.split())
    return [cell + ending for cell in _comma_decimal(rng, _fixed(values, decimals), locale)]


DECIMAL_PROVIDERS: Mapping[str, Callable[[np.random.Generator, int, str], list[str]]] = MappingProxyType(
    {
        "currency_amount": currency_amount,
        "float_average": float_average,
        "float_comma": float_comma,
        "float_grouped": float_grouped,
        "float_mostly_whole": float_mostly_whole,
        "float_number": float_number,
        "float_precise": float_precise,
        "float_scientific": float_scientific,
        "float_signed": float_signed,
        "float_whole": float_whole,
        "measurement": measurement,
        "number_range": number_range,
        "percent": percent,
        "projected_coordinate": projected_coordinate,
    }
)
