"""Which supervisory authority is competent under the GDPR (Art. 55 and 56), as a named rule.

A lead authority exists only for cross-border processing of an organisation with a main (or single)
establishment in the EEA; never for public bodies acting as such (Art. 55(2)), and a representative under
Art. 27 does not make one (EDPB Guidelines 9/2022, para. 73). While competence is open, every candidate is named.
"""

from typing import NamedTuple

from law import places
from law.case import Case
from law.kleene import Value, all_of, any_of
from law.rows import Row

MAIN = "organisation.main_establishment_eu"
CROSS_BORDER = "organisation.cross_border_eu"
UNION = ("EU", "EEA")
People = dict[str, tuple[Value, str | None]]


class Seat(NamedTuple):
    """One place whose authority is, or may be, the one to notify.

    `concerned`: the states whose authorities are concerned (Art. 4(22)) beside a lead authority.
    """

    place: str
    competent: Value
    basis: str
    open_facts: tuple[str, ...] = ()
    concerned: tuple[str, ...] = ()
    via: str | None = None


def eu_seats(case: Case) -> list[Seat]:
    """The authorities to notify for one controller, strictest first; empty when nothing ties it to the EEA."""
    organisation = case.facts.organisation
    at_home = _member(case, organisation.country)
    if organisation.kind == "public_body" and at_home:
        return [Seat(at_home, True, "Art. 55(2): a public body answers to the authority of its own state")]
    stated = organisation.establishments
    own = _members(case, [*(stated or ()), *([organisation.country] if organisation.country else [])])
    people = _people_by_member(case)
    if not own and not people:
        return []
    main = organisation.main_establishment_eu
    if organisation.cross_border_eu == "no" and own and main != "none":
        basis = "Art. 55(1): the processing is not cross-border; each establishment's own authority"
        return [Seat(place, True, basis) for place in own]
    if main == "none" or (stated is not None and not own):
        basis = "no main establishment in the EEA: each state concerned for itself"
        return _each(own, people, basis + _represented(case), True)
    if main is None and stated is not None and len(own) == 1:
        main = own[0]
    if main is None:
        return _each(own, people, "the main establishment in the EEA is not known: every candidate is named", None)
    return _with_main(case, _member(case, main) or main, own, people)


def representative_seat(case: Case) -> Seat | None:
    """Where directives and regulations look at an organisation without an establishment in the EEA: its representative.

    NIS2 Art. 26(3): it is under the jurisdiction of the state in which the representative is established; Regulation
    (EU) 2024/2847 Art. 14(7)(a): the CSIRT of the authorised representative's state. Not so under the GDPR.
    """
    organisation = case.facts.organisation
    stated = organisation.establishments
    if stated is None or _members(case, [*stated, *([organisation.country] if organisation.country else [])]):
        return None
    place = representative_in_union(case)
    return Seat(place, True, "no establishment in the EEA: the state in which the representative is") if place else None


def representative_in_union(case: Case) -> str | None:
    """The state of the EEA in which the representative for the Union is established; None where none is recorded."""
    named = (one.country for one in case.facts.organisation.representatives if one.for_ in UNION)
    return next((state for code in named if (state := _member(case, code))), None)


def _represented(case: Case) -> str:
    place = representative_in_union(case)
    if place is None:
        return ""
    return f"; the representative in {places.name(place)} (Art. 27) does not change that (Guidelines 9/2022, para. 73)"


def _with_main(case: Case, main: str, own: list[str], people: People) -> list[Seat]:
    """The authority of the main establishment, and the others that are concerned or may be competent.

    Whether or not the processing is cross-border, the authority of the main establishment is competent; the
    other establishments' are, only if it is not.
    """
    others = [place for place in own if place != main]
    concerned = tuple(
        sorted({*others, *(place for place, (value, _) in people.items() if value is not False)} - {main})
    )
    if not concerned and case.facts.organisation.cross_border_eu != "yes":
        return [Seat(main, True, "Art. 55(1): the only establishment, and nobody elsewhere")]
    basis = "Art. 56(1): lead authority of the main or single establishment, for cross-border processing"
    seats = [Seat(main, True, basis, concerned=concerned)]
    if case.facts.organisation.cross_border_eu == "unknown":
        doubt = "Art. 55(1): competent beside the main establishment's if the processing is not cross-border"
        seats += [Seat(place, None, doubt, (CROSS_BORDER,)) for place in others]
    return seats


def _each(own: list[str], people: People, basis: str, settled: Value) -> list[Seat]:
    facts = () if settled else (MAIN,)
    seats = []
    for place in dict.fromkeys([*own, *people]):
        there, via = people.get(place, (True, None))
        competent = all_of((settled, True if place in own else there))
        open_here = facts or ((_presence_of(place, via),) if competent is None else ())
        seats.append(Seat(place, competent, basis, open_here, via=via))
    return seats


def _presence_of(place: str, via: str | None) -> str:
    """The question behind people who may be there: which countries of the region, or are there any."""
    region = via.removeprefix("region ") if via and via.startswith("region ") else None
    return f"affected[{region}].country" if region else f"affected[{place}].presence"


def people_by_member(case: Case) -> dict[str, tuple[Row, ...]]:
    """The rows of each state of the EEA in which people are, or may be, affected; regions reach each state."""
    return {state: rows for state in sorted(places.eea_members(case.day)) if (rows := case.rows(state))}


def _people_by_member(case: Case) -> People:
    return {state: (any_of(row.present for row in rows), rows[0].via) for state, rows in people_by_member(case).items()}


def _member(case: Case, code: str | None) -> str | None:
    return places.eea_state(code, case.day) if code else None


def _members(case: Case, codes: list[str]) -> list[str]:
    return list(dict.fromkeys(state for code in codes if (state := _member(case, code))))
