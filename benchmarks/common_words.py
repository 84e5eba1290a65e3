"""Write the common words that categories are made up of: `common_words.py BOOKS.txt.gz > VOCABULARY/common.txt`.

They are the words that English books of 1850-1928, which are in the public domain, write in small letters more often
than with a capital, without names of towns and people, colours, months and weekdays.
"""

from __future__ import annotations

import gzip
import re
import sys
from calendar import day_name, month_name
from collections import Counter

from simon_elmo.simulation.vocabulary import faker_words, word_sets

WORDS, WIDTH = 9_000, 16
LETTERS = re.compile(r"\b[A-Za-z][a-z]{2,13}\b")


def names() -> set[str]:
    """Return words in small letters that other labels than text are known by."""
    towns = (
        name for locale in ("en_US", "en_GB") for area in word_sets("gazetteer", f"cities {locale}") for name in area
    )
    people = faker_words("person", "en_US", "first_names", "last_names")
    colours = faker_words("color", "en_US", "all_colors")
    countries = faker_words("address", "en_US", "countries")
    calendar = (*month_name, *day_name)
    return {name.lower() for name in (*towns, *people, *colours, *countries, *calendar, "male", "female")}


def main() -> None:
    counts: Counter[str] = Counter()
    with gzip.open(sys.argv[1], "rt", encoding="utf-8") as lines:
        for line in lines:
            counts.update(LETTERS.findall(line))
    taken = names()
    common = [
        word for word, count in counts.most_common()
        if word.islower() and count > counts[word.capitalize()] and word not in taken
    ][:WORDS]  # fmt: skip
    print("# Common English words, the commonest first, as counted in books of 1850-1928. [kind language]\n[common en]")
    for start in range(0, len(common), WIDTH):
        print(" | ".join(common[start : start + WIDTH]))


if __name__ == "__main__":
    main()
