"""What each label is: one table, from which every set of labels in the library is made; a further label is one row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

General = Literal["datetime", "boolean", "float", "int", "text"]
Kind = Literal["number", "date", "category", "code", "prose", "other"]


@dataclass(frozen=True)
class Label:
    """What is known of a label, whatever model predicts it.

    Attributes:
        name: of the label.
        definition: what its cells are, one sentence.
        general: the general labels of its columns: one column has one of them. Empty for labels that a rule over the
            whole column decides.
        kind: `number`: a quantity; `date`: a moment or a part of one, `category`: one of a few values; `code`: digits
            and letters that nobody adds up, whose leading zeros count; `prose`: several words, different in each cell;
            `other`.
        preset: the smallest of the shipped presets that has it, each of which has the labels of the smaller ones.
        digits: whether cells can be read as numbers although they are of another kind.
        misspelt: whether a cell that is misspelt or cut off still is one. Others are what they are by their form.
        case: whether letters can be capital or small at will (`free`), in a whole column (`even`) or not (`fixed`).
        identifies: a `record` or a `person` (or the person's device): such a column tells rows apart, and nothing else.
        about: what the name of a column may begin with: whose it is (`customer_`), or where or of what.
    """

    name: str
    definition: str
    general: tuple[General, ...]
    kind: Kind = "other"
    preset: Literal["simon-base", "simon-geo", "simon-semantic"] = "simon-semantic"
    digits: bool = False
    misspelt: bool = False
    case: Literal["free", "even", "fixed"] = "free"
    identifies: Literal["", "record", "person"] = ""
    about: Literal["", "person", "place", "contact", "thing"] = ""

    def is_always(self, *general: General) -> bool:
        """Return whether each of its columns has one of these general labels.

        Example:
            >>> LABELS["latitude"].is_always("int", "float"), LABELS["phone"].is_always("int", "float")
            (True, False)
        """
        return bool(self.general) and set(self.general) <= set(general)


_ROWS = (
    Label("address", "A street address: house number and street, a post office box, with or without the town.",
          ("text",), "prose", preset="simon-base", misspelt=True, about="place"),
    Label("age", "How old somebody is, in years.",
          ("int",), "number", about="person"),
    Label("boolean", "Two truth values written as words or letters: yes/no, true/false, Y/N. 0 and 1 are int.",
          ("boolean",), preset="simon-base"),
    Label("categorical", "A few values that repeat: found by a rule from the whole column, not from how cells look.",
          (), "category", preset="simon-geo"),
    Label("city", "Towns and cities by name.",
          ("text",), preset="simon-geo", misspelt=True, about="place"),
    Label("colour", "Colours by name.",
          ("text",), "category", about="thing"),
    Label("company", "Names of businesses and other organisations.",
          ("text",), "prose", misspelt=True, about="contact"),
    Label("coordinate_pair", "Latitude and longitude in one cell.",
          ("text",), about="place"),
    Label("country", "Countries by name.",
          ("text",), "category", preset="simon-geo", misspelt=True, about="place"),
    Label("country_code", "Countries by a code of two or three letters (ISO 3166).",
          ("text",), "category", preset="simon-geo", about="place"),
    Label("county", "Second-level areas by name: counties, boroughs, municipalities, districts, suburbs.",
          ("text",), misspelt=True, about="place"),
    Label("credit_card", "Numbers of payment cards.",
          ("text", "int"), "code", identifies="person"),
    Label("currency_amount", "Amounts of money written with a currency sign or code.",
          ("text",), "number", about="thing"),
    Label("currency_code", "Currencies by a code of three letters (ISO 4217).",
          ("text",), "category"),
    Label("datetime", "Dates, times, both, or years.",
          ("datetime",), "date", preset="simon-base"),
    Label("domain_name", "Names of hosts and domains without a protocol.",
          ("text",)),
    Label("ean", "Article numbers of 8, 12 or 13 digits (EAN, UPC).",
          ("int",), "code", identifies="record"),
    Label("email", "Mail addresses.",
          ("text",), preset="simon-base", identifies="person", about="contact"),
    Label("file_name", "Names of files with an extension.",
          ("text",), about="thing"),
    Label("file_path", "Paths of files.",
          ("text",), case="fixed"),
    Label("first_name", "Given names.",
          ("text",), misspelt=True, identifies="person", about="person"),
    Label("float", "Numbers with decimals, with a point or a comma.",
          ("float",), "number", preset="simon-base"),
    Label("free_text", "Sentences and paragraphs: comments, descriptions, messages.",
          ("text",), "prose", misspelt=True),
    Label("full_name", "Names of people: given and family name in any order.",
          ("text",), misspelt=True, identifies="person", about="person"),
    Label("gender", "Sexes and genders as words or letters.",
          ("text",), "category", about="person"),
    Label("hash", "Hashes in hexadecimal digits (MD5, SHA-1, SHA-256).",
          ("text",), "code", case="fixed", identifies="record"),
    Label("hex_colour", "Colours as hexadecimal numbers.",
          ("text",)),
    Label("iban", "International bank account numbers.",
          ("text",), "code", identifies="person"),
    Label("identifier", "Names and numbers of records, each different: case numbers, permits, keys.",
          ("text", "int"), "code", identifies="record", about="thing"),
    Label("int", "Whole numbers, with or without a separator between thousands.",
          ("int",), "number", preset="simon-base"),
    Label("ip_v4", "IPv4 addresses.",
          ("text",), identifies="person"),
    Label("ip_v6", "IPv6 addresses.",
          ("text",), identifies="person"),
    Label("isbn", "Book numbers of 10 or 13 places.",
          ("text", "int"), "code", identifies="record"),
    Label("job_title", "Titles of jobs and professions.",
          ("text",), "prose", misspelt=True, about="person"),
    Label("language", "Languages by name.",
          ("text",), "category", about="thing"),
    Label("language_code", "Languages by code: en, eng, en-US.",
          ("text",), "category"),
    Label("last_name", "Family names.",
          ("text",), misspelt=True, identifies="person", about="person"),
    Label("latitude", "Degrees north of the equator.",
          ("float",), "number", preset="simon-geo", about="place"),
    Label("longitude", "Degrees east of Greenwich.",
          ("float",), "number", preset="simon-geo", about="place"),
    Label("mac_address", "Hardware addresses of network devices.",
          ("text",), identifies="person"),
    Label("middle_initial", "First letters of middle names.",
          ("text",), identifies="person", about="person"),
    Label("middle_name", "Middle names, often mixed with initials.",
          ("text",), misspelt=True, identifies="person", about="person"),
    Label("mime_type", "Types of content, such as application/pdf.",
          ("text",)),
    Label("month", "Months by name or number.",
          ("text", "int"), "category", digits=True),
    Label("name_suffix", "What follows a name: Jr., III, MD.",
          ("text",), "category", about="person"),
    Label("ordinal", "Categorical, and numeric or a date: found by a rule from the whole column.",
          (), "category", preset="simon-geo"),
    Label("percent", "Numbers with a percent sign.",
          ("text",), "number", about="thing"),
    Label("phone", "Telephone and fax numbers.",
          ("text", "int"), "code", preset="simon-base", identifies="person", about="contact"),
    Label("postal_code", "Postal codes.",
          ("text", "int"), "code", preset="simon-geo", digits=True, about="place"),
    Label("quarter", "Quarters of a year.",
          ("text", "int"), "category", digits=True),
    Label("race", "Races and ethnicities of people as registers and censuses call them.",
          ("text",), "category", misspelt=True, about="person"),
    Label("ssn", "Numbers that a state gives to a person for social security or tax.",
          ("text",), "code", identifies="person"),
    Label("state", "First-level areas of a country by name or code: states, provinces, departments, regions.",
          ("text",), "category", preset="simon-geo", about="place"),
    Label("street_line_2", "Second lines of addresses: apartments, suites, floors.",
          ("text",), misspelt=True, about="place"),
    Label("text", "Any text, and whatever is no number, date or truth value.",
          ("text",), preset="simon-base", misspelt=True),
    Label("time", "Times of day.",
          ("datetime",), "date"),
    Label("uri", "Links to pages and files on the net.",
          ("text",), preset="simon-base", case="fixed", about="contact"),
    Label("user_agent", "How a browser or another program calls itself.",
          ("text",), "prose", case="fixed"),
    Label("user_name", "Names of accounts.",
          ("text",), identifies="person"),
    Label("uuid", "Universally unique identifiers.",
          ("text",), "code", case="even", identifies="record"),
    Label("vin", "Vehicle identification numbers of 17 places.",
          ("text",), "code", identifies="record"),
    Label("weekday", "Days of the week by name.",
          ("text",), "category"),
    Label("year", "Years of four digits.",
          ("datetime",), "date", digits=True),
)  # fmt: skip
LABELS: Mapping[str, Label] = MappingProxyType({label.name: label for label in _ROWS})


def labels_where(holds: Callable[[Label], bool]) -> frozenset[str]:
    """Return the names of the labels for which something holds.

    Example:
        >>> sorted(labels_where(lambda label: label.kind == "date"))
        ['datetime', 'time', 'year']
    """
    return frozenset(name for name, label in LABELS.items() if holds(label))


# Every column that has a cell has exactly one of these; the first ones say more than the last.
GENERAL_LABELS: tuple[General, ...] = ("datetime", "boolean", "float", "int", "text")
STATISTICAL_LABELS = tuple(sorted(labels_where(lambda label: not label.general)))
BASE_LABELS = tuple(sorted(labels_where(lambda label: label.preset == "simon-base")))
GEO_LABELS = tuple(sorted(labels_where(lambda label: label.preset in ("simon-base", "simon-geo"))))
SEMANTIC_LABELS = tuple(sorted(LABELS))
