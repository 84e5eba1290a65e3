"""The audited open-data columns (tsegall/semantic-types) with the labels of this library, and how they are scored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd

from simon_elmo.labels import GENERAL_LABELS, SEMANTIC_LABELS, STATISTICAL_LABELS
from simon_elmo.simon import ColumnExamples
from simon_elmo.tables import categorical_and_ordinal, present_cells

# The geo labels of a column from specific to general; other labels are not scored, and no label counts as text.
ORDER = (
    "email", "phone", "uri", "address", "city", "country", "country_code", "postal_code", "state", "latitude",
    "longitude", "datetime", "boolean", "float", "int", "text",
)  # fmt: skip
SAME_COLUMN = 20  # columns that share this many first cells are one column

_BASE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "String": ("text",),
        "Long": ("int",),
        "Double": ("float",),
        "Boolean": ("boolean",),
        "LocalDate": ("datetime",),
        "LocalDateTime": ("datetime",),
        "LocalTime": ("datetime", "time"),
        "OffsetDateTime": ("datetime",),
        "ZonedDateTime": ("datetime",),
    }
)

# The longest prefix of a semantic type decides; what is not here (formats of dates, kinds of numbers) adds nothing.
_SEMANTIC: Mapping[str, str] = MappingProxyType(
    {
        "CHECKDIGIT.EAN": "ean",
        "CHECKDIGIT.IBAN": "iban",
        "CHECKDIGIT.ISBN": "isbn",
        "CHECKDIGIT.ISIN": "identifier",
        "CHECKDIGIT.LUHN": "identifier",
        "CHECKDIGIT.UPC": "ean",
        "CITY": "city",
        "COLOR.HEX": "hex_colour",
        "COLOR.TEXT": "colour",
        "COMPANY_NAME": "company",
        "COORDINATE.LATITUDE": "latitude",
        "COORDINATE.LONGITUDE": "longitude",
        "COORDINATE_PAIR": "coordinate_pair",
        "COUNTRY.ISO": "country_code",
        "COUNTRY.TEXT": "country",
        "CURRENCY_CODE": "currency_code",
        "DAY.ABBR": "weekday",
        "DAY.FULL": "weekday",
        "EMAIL": "email",
        "FREE_TEXT": "free_text",
        "GENDER": "gender",
        "GUID": "uuid",
        "HASH": "hash",
        "IPADDRESS.IPV4": "ip_v4",
        "IPADDRESS.IPV6": "ip_v6",
        "JOB_TITLE": "job_title",
        "LANGUAGE.ISO": "language_code",
        "LANGUAGE.TEXT": "language",
        "MACADDRESS": "mac_address",
        "MONTH": "month",
        "NAME.FIRST": "first_name",
        "NAME.FIRST_LAST": "full_name",
        "NAME.LAST": "last_name",
        "NAME.LAST_FIRST": "full_name",
        "NAME.MIDDLE": "middle_name",
        "NAME.MIDDLE_INITIAL": "middle_initial",
        "NAME.SUFFIX": "name_suffix",
        "PERIOD.QUARTER": "quarter",
        "PERSON.AGE": "age",
        "PERSON.RACE": "race",
        "POSTAL_CODE": "postal_code",
        "SSN": "ssn",
        "STATE_PROVINCE": "state",
        "STATE_PROVINCE.COUNTY": "county",
        "STATE_PROVINCE.DISTRICT": "county",
        "STATE_PROVINCE.MUNICIPALITY": "county",
        "STATE_PROVINCE.SUBURB": "county",
        "STREET_ADDRESS": "address",
        "STREET_ADDRESS2": "street_line_2",
        "TELEPHONE": "phone",
        "URI": "uri",
        "VIN": "vin",
        "yyyy": "year",
    }
)

# Labels that the annotation of open data never has, or has for only some of the columns that deserve them: that a
# column lacks one says nothing, so it must not be trained or scored as a column without it.
UNMARKED_IN_OPEN_DATA = frozenset(SEMANTIC_LABELS) - frozenset(_SEMANTIC.values()) - {"time", *GENERAL_LABELS} | {
    "coordinate_pair",
    "ean",
    "free_text",
    "iban",
    "identifier",
    "ip_v4",
    "ip_v6",
    "isbn",
    "language_code",
    "mac_address",
    "ssn",
}


def load_open_data(path: Path) -> tuple[ColumnExamples, np.ndarray, np.ndarray]:
    """Return the columns without blank ones and duplicates, their portals and their tables."""
    frame = pd.read_parquet(path)
    frame = frame[frame.semantic_type != "BLANK"]
    frame = frame[~frame["values"].map(lambda cells: tuple(cells[:SAME_COLUMN])).duplicated()]
    columns = [present_cells(list(cells)) for cells in frame["values"]]
    labels = []
    for base, semantic, column in zip(frame.base_type, frame.semantic_type, columns, strict=True):
        holds = zip(STATISTICAL_LABELS, categorical_and_ordinal(column), strict=True)
        labels.append((*open_data_labels(base, semantic), *(name for name, true in holds if true)))
    examples = ColumnExamples(columns, labels, [header or "" for header in frame.header])
    unknown = tuple(sorted(UNMARKED_IN_OPEN_DATA - set(STATISTICAL_LABELS)))
    examples = replace(examples, unknown=[unknown] * len(columns))
    return examples, frame.site.to_numpy(dtype=str), (frame.site + "/" + frame.table).to_numpy(dtype=str)


def folds_by_site(sites: np.ndarray, n_folds: int = 5) -> np.ndarray:
    """Return the fold of each column: portals, the largest first, go to the fold with the fewest columns."""
    names, first, counts = np.unique(sites, return_index=True, return_counts=True)
    sizes = np.zeros(n_folds, dtype=int)
    fold_of = {}
    for portal in np.lexsort((first, -counts)):
        fold_of[names[portal]] = int(sizes.argmin())
        sizes[fold_of[names[portal]]] += counts[portal]
    return np.array([fold_of[site] for site in sites])


def shuffled_headers(headers: list[str], tables: np.ndarray, seed: int = 0) -> list[str]:
    """Return headers that lie: those of a table, shuffled among its columns."""
    rng = np.random.default_rng(seed)
    shuffled = list(headers)
    for table in np.unique(tables):
        rows = np.flatnonzero(tables == table)
        for row, other in zip(rows, rng.permutation(rows), strict=True):
            shuffled[row] = headers[other]
    return shuffled


def open_data_labels(base_type: str, semantic_type: str) -> tuple[str, ...]:
    """Return the labels of a column that open data annotates with a base type and a semantic type.

    Types that are not known add no label. `yyyy` is a year; other formats of dates, such as `MM/dd/yyyy`, are told by
    the base type.

    Args:
        base_type: `String`, `Long`, `Double`, `Boolean`, `LocalDate`, `LocalDateTime`, `LocalTime`, ...
        semantic_type: such as `CITY` or `NAME.FIRST`; empty where there is none.

    Returns:
        The base label first, then the more special one.

    Example:
        >>> open_data_labels("Long", "POSTAL_CODE.ZIP5_US"), open_data_labels("LocalTime", "H:mm")
        (('int', 'postal_code'), ('datetime', 'time'))
    """
    labels = _BASE.get(base_type, ())
    known = [prefix for prefix in _SEMANTIC if _is_prefix(prefix, semantic_type)]
    return (*labels, _SEMANTIC[max(known, key=len)]) if known else labels


def open_data_types(label: str) -> list[str]:
    """Return how semantic types of open data begin that are mapped to a label, sorted.

    Example:
        >>> open_data_types("country")
        ['COUNTRY.TEXT']
    """
    return sorted(prefix for prefix, found in _SEMANTIC.items() if found == label)


def _is_prefix(prefix: str, semantic_type: str) -> bool:
    """Return whether a semantic type begins with whole words of the prefix, so that `yyyy` is not in `yyyy-MM`."""
    if prefix == "yyyy":
        return semantic_type == prefix
    rest = semantic_type.removeprefix(prefix)
    return rest != semantic_type and (not rest or rest[0] in "._-" or rest[0].isdigit())
