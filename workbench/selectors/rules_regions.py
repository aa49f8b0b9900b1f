"""Places found in the rule library, by continent: a list of two hundred is not read, five short ones are."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts import place_names
from workbench.selectors.rules_index import Hit

CONTINENTS = ("002", "019", "142", "150", "009")
"""Africa, the Americas, Asia, Europe, Oceania, by UN M49."""


@dataclass(frozen=True, slots=True)
class Continent:
    """The places of one continent; without a code, those that lie on none."""

    code: str
    name: str
    hits: tuple[Hit, ...]


def by_continent(hits: Sequence[Hit]) -> tuple[Continent, ...]:
    """Each place once, in the order given, under the first continent it belongs to; empty ones are left out."""
    left = list(hits)
    found: list[Continent] = []
    for code in CONTINENTS:
        here = tuple(hit for hit in left if code in hit.place.regions)
        left = [hit for hit in left if code not in hit.place.regions]
        if here:
            found.append(Continent(code, place_names.region_name(code), here))
    if left:
        found.append(Continent("", "", tuple(left)))
    return tuple(found)
