"""Write the common words that categories are made up of: `common_words.py BOOKS.txt.gz > VOCABULARY/common.txt`.

They are the words that English books of 1850-1928, which are in the public domain, write in small letters more often
than with a capital, without names of towns and people, colours, months and weekdays, and what is not fit to print.
"""

from __future__ import annotations

import gzip
import re
import sys
from calendar import day_name, month_name
from collections import Counter

from simon_elmo.simulation.providers.vocabulary import faker_words, word_sets

WORDS, WIDTH = 9_000, 16
# words that insult or embarrass, as books of their time have them
UNFIT = re.compile(
    "(?:nigg|negr|mulatt|half-?breed|squaw|dark(?:y|ie)|savage|heathen|slave|queer|idiot|imbecil|crippl|lunatic|whore|harlot"
    "|prostitut|bastard|bitch|wench|damn|devil|murder|rape|sexes|cock|breast|naked|nude|corpse|gypsy|gypsies|fool|wretch).*"
    "|ass|asses|hell|sex|jews?|christ"
)
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
        if word.islower() and count > counts[word.capitalize()] and word not in taken and not UNFIT.fullmatch(word)
    ][:WORDS]  # fmt: skip
    print("# Common English words, the commonest first, as counted in books of 1850-1928. [kind language]\n[common en]")
    for start in range(0, len(common), WIDTH):
        print(" | ".join(common[start : start + WIDTH]))


if __name__ == "__main__":
    main()
