"""The labels of `simon-semantic`: what each one means, and what it is called in annotated open data."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# Every column that can be told at all has exactly one of these.
BASE_TYPES = ("boolean", "datetime", "float", "int", "text")

LABEL_DEFINITIONS: Mapping[str, str] = MappingProxyType(
    {
        "address": "A street address: house number and street, a post office box, with or without the town.",
        "age": "How old somebody is, in years.",
        "boolean": "Two truth values written as words or letters: yes/no, true/false, Y/N. 0 and 1 are whole numbers.",
        "categorical": "A few values that repeat: found by a rule from the whole column, not from how cells look.",
        "city": "Towns and cities by name.",
        "colour": "Colours by name.",
        "company": "Names of businesses and other organisations.",
        "coordinate_pair": "Latitude and longitude in one cell.",
        "country": "Countries by name.",
        "country_code": "Countries by a code of two or three letters (ISO 3166).",
        "county": "Second-level areas by name: counties, boroughs, municipalities, districts, suburbs.",
        "credit_card": "Numbers of payment cards.",
        "currency_amount": "Amounts of money written with a currency sign or code.",
        "currency_code": "Currencies by a code of three letters (ISO 4217).",
        "datetime": "Dates, times, both, or years.",
        "domain_name": "Names of hosts and domains without a protocol.",
        "ean": "Article numbers of 8, 12 or 13 digits (EAN, UPC).",
        "email": "Mail addresses.",
        "file_name": "Names of files with an extension.",
        "file_path": "Paths of files.",
        "first_name": "Given names.",
        "float": "Numbers with decimals, with a point or a comma.",
        "free_text": "Sentences and paragraphs: comments, descriptions, messages.",
        "full_name": "Names of people: given and family name in any order.",
        "gender": "Sexes and genders as words or letters.",
        "hash": "Hashes in hexadecimal digits (MD5, SHA-1, SHA-256).",
        "hex_colour": "Colours as hexadecimal numbers.",
        "iban": "International bank account numbers.",
        "identifier": "Names and numbers of records, each different: case numbers, permits, keys.",
        "int": "Whole numbers, with or without a separator between thousands.",
        "ip_v4": "IPv4 addresses.",
        "ip_v6": "IPv6 addresses.",
        "isbn": "Book numbers of 10 or 13 places.",
        "job_title": "Titles of jobs and professions.",
        "language": "Languages by name.",
        "language_code": "Languages by code: en, eng, en-US.",
        "last_name": "Family names.",
        "latitude": "Degrees north of the equator.",
        "longitude": "Degrees east of Greenwich.",
        "mac_address": "Hardware addresses of network devices.",
        "middle_initial": "First letters of middle names.",
        "middle_name": "Middle names, often mixed with initials.",
        "mime_type": "Types of content, such as application/pdf.",
        "month": "Months by name or number.",
        "name_suffix": "What follows a name: Jr., III, MD.",
        "ordinal": "Categorical, and numeric or a date: found by a rule from the whole column.",
        "percent": "Numbers with a percent sign.",
        "phone": "Telephone and fax numbers.",
        "postal_code": "Postal codes.",
        "quarter": "Quarters of a year.",
        "race": "Races and ethnicities of people as registers and censuses call them.",
        "ssn": "Numbers that a state gives to a person for social security or tax.",
        "state": "First-level areas of a country by name or code: states, provinces, departments, regions.",
        "street_line_2": "Second lines of addresses: apartments, suites, floors.",
        "text": "Any text, and whatever is no number, date or truth value.",
        "time": "Times of day.",
        "uri": "Links to pages and files on the net.",
        "user_agent": "How a browser or another program calls itself.",
        "user_name": "Names of accounts.",
        "uuid": "Universally unique identifiers.",
        "vin": "Vehicle identification numbers of 17 places.",
        "weekday": "Days of the week by name.",
        "year": "Years of four digits.",
    }
)
SEMANTIC_LABELS = tuple(sorted(LABEL_DEFINITIONS))

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
UNMARKED_IN_OPEN_DATA = frozenset(SEMANTIC_LABELS) - frozenset(_SEMANTIC.values()) - {"time", *BASE_TYPES} | {
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
