"""Places and numbers of people as somebody types them: "Germany", "US-CA", "at least 500", "100 to 900"."""

import difflib
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.translation import gettext

from accounts import place_names
from accounts.translating import reading_language
from law import places

UNKNOWN_PLACE = "unknown"
LARGEST = 10_000_000_000  # more people than there are


class EntryError(ValueError):
    """What was typed cannot be read; the message names it and the mend."""


@dataclass(frozen=True, slots=True)
class PlaceEntry:
    """Where people are: a country, a subdivision of one, a region of the world, or not known."""

    country: str = ""
    subdivision: str = ""
    region: str = ""

    @property
    def row(self) -> str:
        """The name of its row in the facts: "fr", "us-ca", "region-142", "unknown"."""
        return (self.subdivision or self.country).lower() if not self.region else f"region-{self.region}"

    def to_facts(self) -> dict[str, str]:
        """The fields that say where."""
        said = {"country": self.country, "subdivision": self.subdivision, "region": self.region}
        return {name: code for name, code in said.items() if code}


def offered_places() -> dict[str, str]:
    """What a list of suggestions offers: name -> code. Countries, then their listed parts, then regions."""
    return _offered_in(reading_language())


@cache
def _offered_in(language: str) -> dict[str, str]:
    offered = {place_names.name(code): code for code in places.countries()}
    for country in places.countries():
        for code in places.subdivisions(country):
            if place_names.name(code) not in offered:
                offered[place_names.name(code)] = code
            else:  # Georgia the country and Georgia the state
                offered[f"{place_names.name(code)} ({place_names.name(country)})"] = code
    regions = {region for code in places.countries() for region in places.place(code).regions} | {places.WORLD}
    for region in sorted(regions, key=place_names.region_name):
        name = place_names.region_name(region)
        offered[name if name not in offered else f"{name} ({gettext('region')})"] = region
    return offered


@cache
def _by_name(language: str) -> dict[str, str]:
    found = {name.casefold(): code for name, code in _offered_in(language).items()}
    # An English name and the official one are understood in every language.
    for code in places.countries():
        found.setdefault(places.name(code).casefold(), code)
        found.setdefault(places.place(code).iso_name.casefold(), code)
    return found


def read_country(text: str) -> str:
    """The country or listed part of one. Raises EntryError."""
    entry = read_place(text)
    if entry.region or entry.country == UNKNOWN_PLACE:
        raise EntryError(gettext("“%s” is no country. Write one, such as France or FR.") % text.strip())
    return entry.subdivision or entry.country


def read_place(text: str) -> PlaceEntry:
    """A place by its name or code. Raises EntryError with what was probably meant."""
    typed = text.strip()
    if typed.casefold() in (UNKNOWN_PLACE, "?", gettext("Country not known").casefold()):
        return PlaceEntry(country=UNKNOWN_PLACE)
    known = _by_name(reading_language())
    code = known.get(typed.casefold()) or (typed.upper() if places.is_place(typed.upper()) else "")
    if not code and places.is_region(typed):
        code = typed
    if not code:
        near = difflib.get_close_matches(typed.casefold(), list(known), n=1, cutoff=0.7)
        meant = next((name for name in offered_places() if near and name.casefold() == near[0]), "")
        hint = gettext("Did you mean %s?") % meant if meant else gettext("Write its English name or its ISO code.")
        raise EntryError(gettext("“%s” is no place that Tocsin knows.") % typed + " " + hint)
    if places.is_region(code):
        return PlaceEntry(region=code)
    if places.parent(code) is None:
        return PlaceEntry(country=code)
    return PlaceEntry(country=places.country(code).code, subdivision=code)


_NUMBER = r"(\d{1,3}(?:[ ,.'’\u00a0\u202f]\d{3})+|\d+)"
_FORMS: tuple[tuple[str, str], ...] = (
    ("exact", rf"{_NUMBER}"),
    ("at_least", rf"(?:at least|from|min\.?|>=|≥)\s*{_NUMBER}|{_NUMBER}\s*(?:or more|\+)"),
    ("at_most", rf"(?:at most|up to|max\.?|<=|≤)\s*{_NUMBER}"),
    ("between", rf"(?:between\s+)?{_NUMBER}\s*(?:to|and|-|–|—)\s*{_NUMBER}"),
)


def read_count(text: str) -> dict[str, Any] | None:
    """A number of people as the facts document writes it; None for "not known". Raises EntryError."""
    typed = text.strip().casefold()
    if typed in ("", "unknown", "?", "not known"):
        return None
    for kind, form in _FORMS:
        if match := re.fullmatch(form, typed):
            numbers = [int(re.sub(r"\D", "", part)) for part in match.groups() if part]
            if max(numbers) > LARGEST:
                raise EntryError(gettext("“%s” is more people than there are. Correct the number.") % text.strip())
            return _count(kind, numbers)
    raise EntryError(
        gettext("“%s” is no number. Write 340, at least 500, up to 900 or 100 to 900; nothing for “not known”.")
        % text.strip()
    )


def _count(kind: str, numbers: list[int]) -> dict[str, Any]:
    if kind == "exact":
        return {"kind": kind, "n": numbers[0]}
    if kind == "between":
        low, high = numbers
        if low > high:
            raise EntryError(
                gettext("%(low)s is more than %(high)s. Write the smaller number first.") % {"low": low, "high": high}
            )
        return {"kind": kind, "low": low, "high": high}
    return {"kind": kind, "low" if kind == "at_least" else "high": numbers[0]}
