"""How many dates and numbers are read right, and how many a second, beside well-kept parsers, on simulated columns.

    python benchmarks/cell_parsing.py [--cells 500] [--long-cells 20000] [--slow-cells 20]

Dates: every pattern of the simulator that has at least a year and a month, a column each, in English and where months
have names in German, French, Spanish and Polish too. A cell is right if the moment is, in UTC where it has a zone.
Parsers are called as their documentation does for mixed or unknown formats; `dateparser` and `babel` may be missing.
Numbers: 14 ways of writing them. `babel` is told which locale it is; cells that it refuses are wrong. Speeds are those
of longer columns of distinct cells, one of each row of the table, finding out the format included.
"""

from __future__ import annotations

import argparse
import datetime
import platform
import time
import warnings
from collections.abc import Callable, Sequence
from importlib.metadata import version
from importlib.util import find_spec

import numpy as np
import pandas as pd

from simon_elmo.estimators.encoders.date_formats import in_english, infer_date_format, parse_dates
from simon_elmo.estimators.encoders.numbers import infer_number_format
from simon_elmo.simulation.providers import dates
from simon_elmo.simulation.providers.date_patterns import Moments, format_moments
from simon_elmo.words import calendar_names

PATTERNS = {
    "ISO dates": dates.ISO_DATES,
    "dates with the month first": dates.REGIONAL_DATES["us"],
    "dates with the day first": dates.REGIONAL_DATES["dmy"] | dates.REGIONAL_DATES["dot"],
    "dates with the year first": dates.REGIONAL_DATES["ymd"],
    "names of months": dates.NAMED_DATES,
    "years and months": dates.YEAR_MONTHS,
    "digits alone": dates.COMPACT_DATES,
    "ISO timestamps": dates.ISO_TIMESTAMPS,
    "timestamps of regions": {
        pattern: weight for found in dates.REGIONAL_TIMESTAMPS.values() for pattern, weight in found.items()
    },
    "timestamps with names": dates.NAMED_TIMESTAMPS,
}
LANGUAGES = ("de_DE", "fr_FR", "es_ES", "pl_PL")
Reader = Callable[[Sequence[str]], Sequence[object]]


# === Dates ===


def our_dates(texts: Sequence[str]) -> Sequence[object]:
    english = in_english(texts)
    written = infer_date_format(english, 0.8)
    return [pd.NaT] * len(texts) if written is None else parse_dates(english, written)


def pandas_mixed(texts: Sequence[str]) -> Sequence[object]:
    return pd.to_datetime(pd.Series(texts), format="mixed", errors="coerce", utc=True)


def pandas_first_cell(texts: Sequence[str]) -> Sequence[object]:
    return pd.to_datetime(pd.Series(texts), errors="coerce", utc=True)


def dateutil_dates(texts: Sequence[str]) -> Sequence[object]:
    from dateutil.parser import parse

    first = datetime.datetime(2000, 1, 1)
    return [attempted(lambda text: parse(text, default=first), text) for text in texts]


def dateparser_dates(texts: Sequence[str]) -> Sequence[object]:
    from dateparser import parse

    settings = {"PREFER_DAY_OF_MONTH": "first"}
    return [attempted(lambda text: parse(text, settings=settings), text) for text in texts]


def attempted(function: Callable[[str], object], text: str) -> object:
    try:
        return function(text)
    except (ValueError, OverflowError, TypeError):
        return None


def as_moments(found: Sequence[object]) -> np.ndarray:
    """Return datetime64[us] in UTC, NaT for what is missing or beyond the years that pandas holds."""
    series = found if isinstance(found, (pd.Series, pd.DatetimeIndex)) else pd.Series(list(found), dtype=object)
    utc = pd.to_datetime(series, utc=True, errors="coerce")
    return np.asarray(pd.DatetimeIndex(utc).tz_localize(None), dtype="datetime64[us]")


def written_moments(pattern: str, n: int, locale: str, seed: int) -> tuple[list[str], np.ndarray]:
    """Return cells, and the moments that they say: datetime64[us], in UTC."""
    rng = np.random.default_rng(seed)
    at = np.datetime64("1975-01-01T00:00:00.000", "ms") + rng.integers(0, 50 * 365 * 86_400_000, n)
    zone = int(rng.choice([0, 60, -300, 330])) if "xx" in pattern else int(rng.choice([0, -300])) * ("z" in pattern)
    cells = format_moments(Moments(at, calendar_names(locale), zone), pattern)
    letters = "".join(part for part in pattern.split("'")[::2])
    units = [("S", "ms"), ("s", "s"), ("m", "m"), ("H", "h"), ("h", "h"), ("d", "D"), ("D", "D"), ("M", "M")]
    unit = next(unit for letter, unit in units if letter in letters)
    said = at.astype(f"datetime64[{unit}]").astype("datetime64[us]")
    if letters.replace("SSSSSSS", "").replace("SSS", "").endswith(".S"):  # tenths
        said = said - (said.astype(np.int64) % 100_000).astype("timedelta64[us]")
    return cells, said - np.timedelta64(zone, "m")


def date_columns(n: int) -> dict[str, list[tuple[list[str], np.ndarray]]]:
    found = {
        group: [written_moments(pattern, n, "en_US", seed) for seed, pattern in enumerate(patterns)]
        for group, patterns in PATTERNS.items()
    }
    named = [pattern for pattern in (*dates.NAMED_DATES, *dates.NAMED_TIMESTAMPS) if "MMM d" not in pattern]
    found["months of other languages"] = [
        written_moments(pattern, n, locale, seed) for locale in LANGUAGES for seed, pattern in enumerate(named)
    ]
    return found


# === Numbers ===


def swapped(text: str) -> str:
    return text.translate(str.maketrans(",.", ".,"))


NUMBERS: dict[str, tuple[str, Callable[[float], str], float]] = {  # locale, how it is written, what a unit of it is
    "1234.5": ("en_US", lambda x: f"{x:.2f}", 1),
    "1,234.50": ("en_US", lambda x: f"{x:,.2f}", 1),
    "1.234,50": ("de_DE", lambda x: swapped(f"{x:,.2f}"), 1),
    "1234,5": ("de_DE", lambda x: swapped(f"{x:.2f}"), 1),
    "1 234,50": ("fr_FR", lambda x: f"{x:,.2f}".replace(",", "\u202f").replace(".", ","), 1),
    "1'234.50": ("de_CH", lambda x: f"{x:,.2f}".replace(",", "\u2019"), 1),
    "12,34,567.00": ("en_IN", lambda x: indian(x), 1),
    "(1,234.50)": ("en_US", lambda x: f"({-x:,.2f})" if x < 0 else f"{x:,.2f}", 1),
    "1.2345e+03": ("en_US", lambda x: f"{x:.8e}", 1),
    "12.34%": ("en_US", lambda x: f"{x:.2f}%", 0.01),
    "12,34 %": ("de_DE", lambda x: swapped(f"{x:.2f} %"), 0.01),
    "$1,234.50": ("en_US", lambda x: f"-${-x:,.2f}" if x < 0 else f"${x:,.2f}", 1),
    "1.234,50 €": ("de_DE", lambda x: swapped(f"{x:,.2f} €"), 1),
    "1,234.50 kg": ("en_US", lambda x: f"{x:,.2f} kg", 1),
}


def indian(value: float) -> str:
    head, tail = f"{abs(value):.2f}"[:-6], f"{abs(value):.2f}"[-6:]
    pairs = [head[max(0, end - 2) : end] for end in range(len(head), 0, -2)][::-1]
    return "-" * (value < 0) + ",".join([*pairs, tail])


def our_numbers(texts: Sequence[str], locale: str) -> Sequence[float]:
    written = infer_number_format(list(texts[:: -(-len(texts) // 2000)]), 0.8)  # as `TableVectorizer` does
    return np.full(len(texts), np.nan) if written is None else written.parse(list(texts))


def pandas_numbers(texts: Sequence[str], locale: str) -> Sequence[float]:
    return pd.to_numeric(pd.Series(texts), errors="coerce").to_numpy(float)


def babel_numbers(texts: Sequence[str], locale: str) -> Sequence[float]:
    from babel.numbers import parse_decimal

    found = [attempted(lambda text: float(parse_decimal(text, locale=locale)), text) for text in texts]
    return np.array([np.nan if value is None else value for value in found], dtype=float)


def number_columns(n: int) -> dict[str, tuple[str, list[str], np.ndarray]]:
    rng = np.random.default_rng(0)
    values = np.round(rng.lognormal(7, 3, n) * rng.choice([1, 1, -1], n), 2)
    return {
        name: (locale, [write(value) for value in values.tolist()], values * unit)
        for name, (locale, write, unit) in NUMBERS.items()
    }


# === Tables ===


def timed(function: Callable, *arguments: object) -> tuple[object, float]:
    """Return a result and the seconds of this process's own time; what else runs on the machine does not count."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        start = time.process_time()
        found = function(*arguments)
        return found, time.process_time() - start


def header(names: Sequence[str]) -> str:
    return f"{'':32}" + "".join(f"{name:>16}" for name in names)


def show_dates(readers: dict[str, Reader], options: argparse.Namespace) -> None:
    limits = {name: options.slow_cells if name == "dateparser" else None for name in readers}
    print(header(list(readers)))
    right: dict[str, list[float]] = {name: [] for name in readers}
    for group, made in date_columns(options.cells).items():
        print(f"{f'{group} ({len(made)})':32}", end="")
        for name, reader in readers.items():
            shares = [date_share(reader, cells[: limits[name]], said[: limits[name]]) for cells, said in made]
            right[name] += shares
            print(f"{np.mean(shares):16.3f}", end="", flush=True)
        print()
    print(f"{'mean of all columns':32}" + "".join(f"{np.mean(right[name]):16.3f}" for name in readers))
    long = [made[0][0] for made in date_columns(options.long_cells).values()]
    print(f"{'cells/s':32}", end="")
    for name, reader in readers.items():
        spent = sum(timed(reader, cells[: limits[name]])[1] for cells in long)
        print(f"{sum(len(cells[: limits[name]]) for cells in long) / spent:16,.0f}", end="", flush=True)
    print()


def date_share(reader: Reader, cells: list[str], said: np.ndarray) -> float:
    return float((as_moments(timed(reader, cells)[0]) == said).mean())


def show_numbers(readers: dict[str, Callable], options: argparse.Namespace) -> None:
    print(header(list(readers)))
    right: dict[str, list[float]] = {name: [] for name in readers}
    for row, (locale, cells, values) in number_columns(options.cells).items():
        print(f"{row:32}", end="")
        for name, reader in readers.items():
            found, _ = timed(reader, cells, locale)
            right[name].append(float(np.isclose(found, values, rtol=1e-6, atol=1e-9).mean()))
            print(f"{right[name][-1]:16.3f}", end="")
        print()
    print(f"{'mean of all columns':32}" + "".join(f"{np.mean(right[name]):16.3f}" for name in readers))
    long = number_columns(options.long_cells).values()
    spent = {
        name: sum(timed(reader, cells, locale)[1] for locale, cells, _ in long) for name, reader in readers.items()
    }
    print(f"{'cells/s':32}" + "".join(f"{options.long_cells * len(long) / spent[name]:16,.0f}" for name in readers))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cells", type=int, default=500, help="of a column of which it is counted what is right")
    parser.add_argument("--long-cells", type=int, default=20_000, help="of a column that is timed")
    parser.add_argument("--slow-cells", type=int, default=20, help="of a column, that dateparser reads")
    options = parser.parse_args()
    packages = [name for name in ("pandas", "python-dateutil", "dateparser", "babel") if installed(name)]
    print(f"Python {platform.python_version()}, {', '.join(f'{name} {version(name)}' for name in packages)}")
    print("cells/s of this process's own time\n")
    readers: dict[str, Reader] = {
        "simon_elmo": our_dates,
        "pandas mixed": pandas_mixed,
        "pandas guess": pandas_first_cell,
        "dateutil": dateutil_dates,
    }
    if installed("dateparser"):
        readers["dateparser"] = dateparser_dates
    show_dates(readers, options)
    print()
    by_locale = {"simon_elmo": our_numbers, "pandas": pandas_numbers}
    if installed("babel"):
        by_locale["babel"] = babel_numbers
    show_numbers(by_locale, options)


def installed(name: str) -> bool:
    return find_spec({"python-dateutil": "dateutil"}.get(name, name)) is not None


if __name__ == "__main__":
    main()
