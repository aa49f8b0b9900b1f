"""Which places' law is looked at: those that people or the organisation tie to the case.

An organisation is tied to where it is, where it does business, and where it stands under a regime: while it is not
known who is affected, its customers' countries are where somebody may be.
"""

from law import places
from law.case import Case
from law.competence import Seat
from law.facts.model import RegimeEntry
from law.rows import upwards
from law.rulebook import Rulebook
from law.rules import Instrument


def places_tied(rulebook: Rulebook, case: Case) -> list[tuple[str, str | None]]:
    """Countries, subdivisions and zones that people or the organisation tie to the case, sorted.

    The second part names the region or country row by which a place is only possibly concerned.
    """
    tied: dict[str, str | None] = {}
    organisation = case.facts.organisation
    own = (organisation.country, organisation.subdivision, *(organisation.establishments or ()))
    for code in (*own, *(organisation.does_business_in or ()), *_under_regimes(case)):
        if code:
            tied.update(dict.fromkeys(_all_of(rulebook, code)))
    for group in case.facts.affected:
        if group.country not in (None, "unknown"):
            tied.update(dict.fromkeys(_all_of(rulebook, group.subdivision or str(group.country))))
    for group in case.facts.affected:
        if group.region is not None:
            for code in places.members(group.region):
                tied.setdefault(_one_code(rulebook, code), f"region {group.region}")
    for code in list(tied):  # a part of a country that has law of its own
        for part in places.subdivisions(code):
            if part in rulebook.by_jurisdiction and part not in tied and case.rows(part):
                tied[part] = tied[code] or f"country {code}"
    return sorted(tied.items())


def _under_regimes(case: Case) -> list[str]:
    entries = case.facts.organisation.regimes or ()
    places_named = [one.subdivision or one.country for one in entries if isinstance(one, RegimeEntry)]
    return [code for code in places_named if code]


def _all_of(rulebook: Rulebook, code: str) -> list[str]:
    return [_one_code(rulebook, one) for one in upwards(code)]


def _one_code(rulebook: Rulebook, code: str) -> str:
    """Of the two codes of one territory (PR, US-PR) the one under which its law is filed, else the subdivision's."""
    other = places.same_as(code)
    if other is None or code in rulebook.by_jurisdiction:
        return code
    if other in rulebook.by_jurisdiction or places.parent(code) is None:
        return other
    return code


def instruments_of(rulebook: Rulebook, case: Case, place: str) -> tuple[Instrument, ...] | None:
    """The law of a place; None where nobody has researched it.

    An EEA state has the law of the Union, which is applied once for all of them. A part of a country
    without law of its own has its country's, which is applied there.
    """
    own = rulebook.by_jurisdiction.get(place)
    if own is not None:
        return own
    if places.eea_state(place, case.day) and "EU" in rulebook.by_jurisdiction:
        return ()
    parent = places.parent(place)
    if parent is not None and parent in rulebook.by_jurisdiction:
        return ()
    return None


def seat_of(case: Case, place: str, via: str | None) -> Seat:
    """A place with law of its own. Where the people there are ruled out, and the organisation is not known
    to be or to do business there, nothing ties the case to it; every other doubt is for the law's own words.
    """
    rows = case.rows(place)
    if not rows or rows[0].presence != "ruled_out" or any(row.presence != "ruled_out" for row in rows):
        return Seat(place, True, "", (), (), via)
    if case.established(place) is True or place in (case.facts.organisation.does_business_in or ()):
        return Seat(place, True, "", (), (), via)
    return Seat(place, False, "the people affected there are ruled out", (), (), via)
