"""Countries, their parts and regions by their names in the reader's language.

The names are English in law/places; the catalogues of translations hold them in other languages, those of
countries and regions from CLDR (tools/messages.py).
"""

import unicodedata

from accounts.translating import translated
from law import places


def name(code: str) -> str:
    """A country or part of one by its everyday name: "Germany", "California"."""
    return translated(places.name(code))


def region_name(code: str) -> str:
    """A region of the United Nations: "Western Europe"."""
    return translated(places.region_name(code))


def sorting(words: str) -> str:
    """By what a reader looks words up in a list: without accents and capitals, so that Égypte stands with E."""
    plain = unicodedata.normalize("NFKD", words)
    return "".join(one for one in plain if not unicodedata.combining(one)).casefold()
