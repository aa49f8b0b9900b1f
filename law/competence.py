"""Which supervisory authority is competent under the GDPR (Art. 55 and 56), as a named rule.

A lead authority exists only for cross-border processing of an organisation with a main (or single)
establishment in the EEA; never for public bodies acting as such (Art. 55(2)), and a representative under
Art. 27 does not make one (EDPB Guidelines 9/2022, para. 73). While competence is open, every candidate is named.
"""

from dataclasses import dataclass

from law import places
from law.case import Case
from law.kleene import Value, all_of


@dataclass(frozen=True, slots=True)
class Seat:
    """One place whose authority is, or may be, the one to notify."""

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
    main = organisation.main_establishment_eu
    if main == "none" or (stated is not None and not own):
        return _each(case, own, people, "no main establishment in the EEA: each state concerned for itself", True)
    if main is not None:
        return _with_main(case, _member(case, main) or main, own, people)
    if stated is not None and len(own) == 1:
        return _with_main(case, own[0], own, people)
    if not own and not people:
        return []
    reason = "the main establishment in the EEA is not known: every candidate is named"
    return _each(case, own, people, reason, None)


def _with_main(case: Case, main: str, own: list[str], people: dict[str, tuple[Value, str | None]]) -> list[Seat]:
    concerned = tuple(sorted({*own, *(place for place, (value, _) in people.items() if value is not False)} - {main}))
    cross_border = case.facts.organisation.cross_border_eu
    if cross_border == "no":
        basis = "Art. 55(1): the processing is not cross-border; each establishment's own authority"
        return [Seat(place, True, basis) for place in own or [main]]
    if cross_border == "unknown" and not concerned:
        return [Seat(main, True, "Art. 55(1): the only establishment, and nobody elsewhere")]
    basis = "Art. 56(1): lead authority of the main or single establishment, for cross-border processing"
    return [Seat(main, True, basis, concerned=concerned)]


def _each(
    case: Case, own: list[str], people: dict[str, tuple[Value, str | None]], basis: str, settled: Value
) -> list[Seat]:
    facts = () if settled else ("organisation.main_establishment_eu",)
    seats = []
    for place in dict.fromkeys([*own, *people]):
        there, via = people.get(place, (True, None))
        competent = all_of((settled, True if place in own else there))
        open_here = facts or ((f"affected[{place}].presence",) if competent is None else ())
        seats.append(Seat(place, competent, basis, open_here, via=via))
    return seats


def _people_by_member(case: Case) -> dict[str, tuple[Value, str | None]]:
    """Member states in which people are, or may be, affected; region rows reach each state of the region."""
    found: dict[str, tuple[Value, str | None]] = {}
    for state in sorted(places.eea_members(case.day)):
        rows = case.rows(state)
        if rows:
            values = [row.present for row in rows]
            value = True if True in values else None if None in values else False
            found[state] = (value, rows[0].via)
    return found


def _member(case: Case, code: str | None) -> str | None:
    return places.eea_state(code, case.day) if code else None


def _members(case: Case, codes: list[str]) -> list[str]:
    return list(dict.fromkeys(state for code in codes if (state := _member(case, code))))
