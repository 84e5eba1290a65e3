"""What people write in a cell where there is nothing."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# those of the published simulator
PUBLISHED_SPELLINGS = ("NULL", "N/A", "n/a", "na", "None", "Nothing", "", "-")
# those of open-data portals and how often they are met, one to another
OTHER_SPELLINGS: Mapping[str, float] = MappingProxyType(
    {"NA": 3, "null": 3, "none": 2, "NONE": 2, "NaN": 3, "nan": 3, "#N/A": 2, "?": 1, ".": 2, "unknown": 1,
    "Unknown": 2, "UNKNOWN": 3,
     "--": 1, "---": 1, "*": 1, "n.a.": 1, "N.A.": 0.5, "TBD": 1, "ND": 1, "UNK": 1, "(null)": 1, "(blank)": 0.5,
     "NOT PROVIDED": 2,
     "Not Available": 1, "Not Applicable": 1, "MISSING": 1, "Not Specified": 0.5, "#NULL!": 0.5, "No Data": 0.5,
     "Sin Dato": 0.7,
     "No Aplica": 0.7, "undefined": 0.5, "...": 0.3, "XX": 0.3, "\\N": 0.3, " ": 1}
)  # fmt: skip

# In small letters, without blanks around. In columns of numbers and dates they say that there is nothing; in categories
# they may well be values (NA is Namibia).
NOTHING_WORDS = frozenset(
    spelling.strip().lower() for spelling in (*PUBLISHED_SPELLINGS, *OTHER_SPELLINGS, "nil", "..")
)
# The few that a category cannot be either, as the published rules for whole columns have them.
NOTHING_IN_ANY_COLUMN = frozenset({"", "none", "nan", "null", "n/a"})
