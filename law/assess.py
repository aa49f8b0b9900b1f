"""assess(rulebook, facts, as_of): which duties follow from these facts, by when and why.

The only decision function. Pure: the same rulebook, facts and instant give the same assessment; time is
an argument. What the facts do not decide is UNDETERMINED with the facts it hangs on, never "no duty",
and its clock runs as if the duty applied.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from law import places
from law.case import Case
from law.clocks import run_clock
from law.competence import Seat, eu_seats
from law.conditions import Here, role_leaf
from law.derived import Assumption
from law.facts import FactsError, Fault, digest
from law.facts.model import BreachFacts
from law.facts.values import earliest, latest
from law.findings import (
    OUTCOMES,
    Assessment,
    Clock,
    ExemptionState,
    Finding,
    NoDuty,
    Unresearched,
)
from law.kleene import Value, all_of, any_of, negate, word
from law.questions import decisive_questions
from law.rulebook import Duty, Exemption, Instrument, Rulebook, Stage, Version
from law.schema import AuthorityRule
from law.severity import suggest_risk
from law.static import authority_json, static_of
from law.time_limits import zone_of

ROLES = {"controller", "processor", "joint_controller"}


def assess(rulebook: Rulebook, facts: BreachFacts, as_of: datetime) -> Assessment:
    """Applies the rulebook to the facts as they stand at `as_of` (an instant with offset).

    Raises FactsError when a fact lies after `as_of` or a claim names an exemption that no law knows.
    """
    if as_of.tzinfo is None:
        raise ValueError(f"as_of {as_of.isoformat()} has no offset from UTC; give an aware instant")
    _check_against(rulebook, facts, as_of)
    case = Case.of(facts, as_of)
    findings: list[Finding] = []
    none: list[NoDuty] = []
    silent: list[Unresearched] = []
    stand_ins: dict[str, Assumption] = {}
    for place, via in _places_tied(rulebook, case):
        instruments = _instruments(rulebook, case, place)
        if instruments is None:
            silent.append(Unresearched(place, via))
        for instrument in instruments or ():
            if instrument.file.no_general_duty:
                none.append(_no_duty(instrument, place, via))
            elif instrument.file.jurisdiction != "EU":
                findings += _of_instrument(rulebook, case, instrument, [_seat(case, place, via)], stand_ins)
    for instrument in rulebook.by_jurisdiction.get("EU", ()):
        findings += _of_instrument(rulebook, case, instrument, None, stand_ins)
    findings.sort(key=lambda one: (one.due is None, one.due or as_of, one.jurisdiction, one.duty, one.stage))
    return Assessment(
        as_of=as_of,
        rulebook=rulebook.digest,
        rulebook_date=rulebook.date,
        facts_digest=digest(facts),
        suggested_risk=suggest_risk(case.facts),
        assumptions=(*case.assumptions, *stand_ins.values()),
        findings=tuple(findings),
        no_general_duty=tuple(none),
        unresearched=tuple(silent),
        questions=tuple(decisive_questions(findings)),
    )


def _check_against(rulebook: Rulebook, facts: BreachFacts, as_of: datetime) -> None:
    faults = [
        Fault(f"/timeline/{name}", begin.isoformat(), f"an instant not after as_of {as_of.isoformat()}")
        for name in type(facts.timeline).model_fields
        if (begin := earliest(getattr(facts.timeline, name))) is not None and begin > as_of
    ]
    known = {
        name
        for duty in rulebook.duties.values()
        for version in duty.rule.version
        for unless in version.unless
        for name in (unless.id, f"{duty.id}.{unless.id}")
    }
    for index, claim in enumerate(facts.claims):
        if claim.exemption not in known:
            faults.append(
                Fault(
                    f"/claims/{index}/exemption",
                    claim.exemption,
                    "the id of an exemption (see `manage.py law show CODE`)",
                )
            )
    if faults:
        raise FactsError(faults)


# -- where ------------------------------------------------------------------------------------------


def _places_tied(rulebook: Rulebook, case: Case) -> Iterator[tuple[str, str | None]]:
    """Countries, subdivisions and zones that people or the organisation tie to the case, sorted.

    `via` names the region or country row by which a place is only possibly concerned.
    """
    tied: dict[str, str | None] = {}
    organisation = case.facts.organisation
    for code in (organisation.country, organisation.subdivision, *(organisation.establishments or ())):
        if code:
            tied.update(dict.fromkeys(_with_parents(code)))
    for group in case.facts.affected:
        if group.country not in (None, "unknown"):
            tied.update(dict.fromkeys(_with_parents(group.subdivision or str(group.country))))
    for group in case.facts.affected:
        if group.region is not None:
            for code in places.members(group.region):
                tied.setdefault(code, f"region {group.region}")
    for code in list(tied):  # a part of a country that has law of its own
        for part in places.subdivisions(code):
            if part in rulebook.by_jurisdiction and part not in tied and case.rows(part):
                tied[part] = tied[code] or f"country {code}"
    yield from sorted(tied.items())


def _with_parents(code: str) -> Iterator[str]:
    here: str | None = code
    while here is not None:
        yield here
        here = places.parent(here)


def _instruments(rulebook: Rulebook, case: Case, place: str) -> tuple[Instrument, ...] | None:
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


def _seat(case: Case, place: str, via: str | None) -> Seat:
    """A place with law of its own. Where the people there are ruled out, and the organisation is not known
    to be or to do business there, nothing ties the case to it; every other doubt is for the law's own words.
    """
    rows = case.rows(place)
    business = case.facts.organisation.does_business_in or ()
    if not rows or any(row.present is not False for row in rows):
        return Seat(place, True, "", via=via)
    if case.established(place) is True or place in business:
        return Seat(place, True, "", via=via)
    return Seat(place, False, "the people affected there are ruled out", via=via)


def _no_duty(instrument: Instrument, place: str, via: str | None) -> NoDuty:
    none = instrument.file.no_general_duty
    if none is None:
        raise ValueError(f"{instrument.file.instrument} states duties")
    return NoDuty(
        place, none.statement, tuple(instrument.source_urls(none.sources)), none.verified_on, none.confidence,
        tuple(sector.model_dump() for sector in none.sector_duties), via,
    )  # fmt: skip


# -- what -------------------------------------------------------------------------------------------


def _of_instrument(
    rulebook: Rulebook, case: Case, instrument: Instrument, seats: list[Seat] | None, stand_ins: dict[str, Assumption]
) -> Iterator[Finding]:
    for duty in instrument.duties:
        for seat in seats if seats is not None else _union_seats(case, duty):
            yield from _of_duty(rulebook, case, duty, seat, stand_ins)


def _union_seats(case: Case, duty: Duty) -> list[Seat]:
    """Where a duty of Union law is looked at: the competent authorities, the people's states, or the Union."""
    seats = eu_seats(case)
    if isinstance(duty.rule.authority, AuthorityRule):
        return seats
    if duty.rule.addressee == "individuals":
        people = list(_people_seats(case))
        return people or [replace(seat, basis="", open_facts=(), competent=True) for seat in seats[:1]]
    if len(seats) == 1:
        return [replace(seats[0], basis="", open_facts=(), competent=True)]
    return [Seat("EU", True, "")] if seats else []


def _people_seats(case: Case) -> Iterator[Seat]:
    for state in sorted(places.eea_members(case.day)):
        rows = case.rows(state)
        if rows:
            yield Seat(
                state, any_of(row.present for row in rows), "", (f"affected[{state}].presence",), via=rows[0].via
            )


def _of_duty(
    rulebook: Rulebook, case: Case, duty: Duty, seat: Seat, stand_ins: dict[str, Assumption]
) -> Iterator[Finding]:
    first, last, basis = _law_dates(case, duty, seat, stand_ins)
    began = _first_day(duty, seat)
    versions = duty.versions_between(first, last) if began <= last else ()
    prefixes = (seat.place, duty.instrument.file.jurisdiction)
    here = Here(case, seat.place, tuple(dict.fromkeys(prefixes)))
    if not versions:
        yield _not_in_force(rulebook, duty, seat, last, basis, began)
    for version in versions:
        decided = _Decision(here, duty, version, seat)
        met: Counter[str] = Counter()
        for stage in version.stages:
            met[stage.rule.stage] += 1
            found = _finding(rulebook, here, duty, version, stage, seat, decided, (last, basis))
            yield replace(found, ordinal=met[stage.rule.stage])


class _Decision:
    """Outcome of one version of a duty in one place, with what it hangs on."""

    def __init__(self, here: Here, duty: Duty, version: Version, seat: Seat) -> None:
        self.here, self.version, self.seat = here, version, seat
        # Whom a law binds in every role it binds in any: an unknown role then leaves nothing open.
        bound = tuple(duty.rule.bound) if set(duty.rule.bound) != ROLES else ()
        self.roles = role_leaf(bound) if bound else None
        self.parts: list[Value] = [seat.competent]
        if self.roles:
            self.parts.append(self.roles.value(here))
        self.parts.append(version.when.value(here))
        self.exemptions = tuple(self._exemption(duty, one) for one in version.exemptions)
        lifting = [self._lifts(state, one) for state, one in zip(self.exemptions, version.exemptions, strict=True)]
        self.lifting = lifting
        self.value = all_of((*self.parts, negate(any_of(lifting))))
        self.lifted_by = next(
            (state.id for state, value in zip(self.exemptions, lifting, strict=True) if value is True), None
        )

    def _exemption(self, duty: Duty, one: Exemption) -> ExemptionState:
        rule = one.rule
        claimed = any(self.here.case.claimed(name, self.here.place) for name in (rule.id, f"{duty.id}.{rule.id}"))
        value = one.when.value(self.here)
        status = "claimed" if claimed else "not_available" if value is False else "open"
        return ExemptionState(rule.id, status, rule.text, tuple(rule.requires), rule.cite, rule.shown_by)  # type: ignore[arg-type]

    def _lifts(self, state: ExemptionState, one: Exemption) -> Value:
        """Does the exemption take the duty away?

        An element of the law lifts as it is true, unknown or false. A showing counts only once it is made,
        by a test answered or by a claim; until then the law reads "not known" as "not shown".
        """
        value = one.when.value(self.here)
        if one.rule.burden == "element":
            return value
        made = one.rule.shown_by == "test" or state.status == "claimed"
        return made and value is True

    def open_facts(self) -> tuple[str, ...]:
        if self.value is not None:
            return ()
        found: dict[str, None] = {}
        if self.seat.competent is None:
            found.update(dict.fromkeys(self.seat.open_facts))
        nodes = [self.roles] if self.roles else []
        for node in (*nodes, self.version.when):
            if node.value(self.here) is None:
                found.update(dict.fromkeys(node.open_facts(self.here)))
        for value, one in zip(self.lifting, self.version.exemptions, strict=True):
            if value is None:
                found.update(dict.fromkeys(one.when.open_facts(self.here)))
        return tuple(found)

    def because(self) -> dict[str, Any]:
        tree: list[dict[str, Any]] = []
        if self.seat.basis:
            tree.append(_seat_reason(self.seat))
        if self.roles:
            tree.append(self.roles.explain(self.here))
        tree.append(self.version.when.explain(self.here))
        for state, value, one in zip(self.exemptions, self.lifting, self.version.exemptions, strict=True):
            tree.append(
                {
                    "op": "unless",
                    "exemption": state.id,
                    "text": state.text,
                    "burden": one.rule.burden,
                    "status": state.status,
                    "value": word(value),
                    "of": [one.when.explain(self.here)],
                    "provision": state.provision,
                }
            )
        return {"op": "all", "value": word(self.value), "of": tree}


def _seat_reason(seat: Seat) -> dict[str, Any]:
    """Why this place: the competence of its authority, or that nobody there is affected."""
    about_people = seat.competent is False
    return {
        "leaf": "people there are affected" if about_people else "the authority is competent",
        "value": word(seat.competent),
        "fact": f"affected[{seat.place}].presence" if about_people else "organisation.main_establishment_eu",
        "is": seat.basis,
    }


def _finding(
    rulebook: Rulebook,
    here: Here,
    duty: Duty,
    version: Version,
    stage: Stage,
    seat: Seat,
    decided: _Decision,
    law_date: tuple[date, str],
) -> Finding:
    stage_value: Value = stage.when.value(here) if stage.when else True
    value = all_of((decided.value, stage_value))
    outcome = OUTCOMES[value]
    authority = _authority(rulebook, duty, seat)
    clock = run_clock(here, duty, stage, rulebook.authorities.get(authority) if authority else None)
    open_facts = decided.open_facts() if value is None else ()
    if value is None and stage.when and stage_value is None:
        open_facts = (*open_facts, *stage.when.open_facts(here))
    if outcome == "DOES_NOT_APPLY":
        clock = replace(
            clock, due=None, arguable=None, ground=None, outer_due=None, guideline_due=None, working=(), missing=()
        )
    return Finding(
        duty=duty.id,
        jurisdiction=seat.place,
        stage=stage.rule.stage,
        version=version.name,
        outcome=outcome,
        kind=duty.rule.kind,
        title=duty.rule.title,
        addressee=duty.rule.addressee,
        authority=authority,
        clock=clock,
        undetermined_on=tuple(dict.fromkeys((*open_facts, *clock.missing))),
        exemptions=decided.exemptions,
        lifted_by=decided.lifted_by,
        law_date=law_date[0],
        law_date_basis=law_date[1],
        via=seat.via,
        static=_static(rulebook, duty, version, stage, authority),
        reasons=decided.because,
        authority_basis=seat.basis or None,
        recipients=tuple(name for code in seat.concerned if (name := rulebook.authority_of(code))),
    )


def _static(rulebook: Rulebook, duty: Duty, version: Version, stage: Stage, authority: str | None) -> dict[str, Any]:
    found = dict(static_of(duty, version, stage))
    entry = rulebook.authorities.get(authority) if authority else None
    if entry:
        found["channel"] = authority_json(entry)["channel"]
        found["languages"] = entry.languages or found["languages"]
    return found


def _authority(rulebook: Rulebook, duty: Duty, seat: Seat) -> str | None:
    if isinstance(duty.rule.authority, AuthorityRule):
        return rulebook.authority_of(seat.place)
    return duty.rule.authority


def _first_day(duty: Duty, seat: Seat) -> date:
    """The first day of a duty in a place: the Regulation reached three EEA states after the others."""
    began = duty.versions[0].rule.from_
    if duty.instrument.file.instrument == "gdpr" and places.is_place(seat.place):
        membership = places.eea_membership(seat.place)
        return max(began, membership.gdpr_first) if membership else began
    return began


def _not_in_force(rulebook: Rulebook, duty: Duty, seat: Seat, day: date, basis: str, began: date) -> Finding:
    """The duty did not exist on the day that decides: said, not left out."""
    version = duty.versions[0]
    stage = version.stages[0]
    reason = f"not in force on {day.isoformat()}; in force from {began.isoformat()}"
    if duty.versions[-1].rule.to and day > duty.versions[-1].rule.to:
        reason = f"no longer in force on {day.isoformat()}; ended {duty.versions[-1].rule.to.isoformat()}"
    tree = {"leaf": "the law is in force", "value": "false", "fact": "timeline", "is": reason}
    clock = Clock(stage.start.text, "", None, reason)
    return Finding(
        duty=duty.id, jurisdiction=seat.place, stage=stage.rule.stage, version=None, outcome="DOES_NOT_APPLY",
        kind=duty.rule.kind, title=duty.rule.title, addressee=duty.rule.addressee,
        authority=_authority(rulebook, duty, seat), clock=clock, undetermined_on=(), exemptions=(), lifted_by=None,
        law_date=day, law_date_basis=basis, via=seat.via,
        static=_static(rulebook, duty, version, stage, _authority(rulebook, duty, seat)),
        reasons=lambda: {"op": "all", "value": "false", "of": [tree]},
    )  # fmt: skip


# -- when: which day's law --------------------------------------------------------------------------


def _law_dates(case: Case, duty: Duty, seat: Seat, stand_ins: dict[str, Assumption]) -> tuple[date, date, str]:
    """The first and last day whose law may govern, local to the law's zone, and what decides."""
    basis = duty.versions[-1].rule.applies_by
    line = case.facts.timeline
    points: Iterable[Any]
    match basis:
        case "occurrence":
            points = (line.occurred_until, line.occurred_from)
        case "discovery":
            points = (line.detected_at, line.suspected_at, line.became_aware_at)
        case "notice":
            points = [notice.first_sent_at for notice in case.facts.notices if notice.duty == duty.id]
        case _:
            points = (line.became_aware_at, line.determined_at, line.suspected_at, line.detected_at)
    zone = duty.instrument.file.zone
    for point in points:
        begin, end = earliest(point), latest(point)
        if begin is not None and end is not None:
            where = zone_of(zone)
            return begin.astimezone(where).date(), end.astimezone(where).date(), basis
    today = case.as_of.astimezone(UTC).astimezone(zone_of(zone)).date()
    fact = {"occurrence": "timeline.occurred_until", "notice": "notices", "discovery": "timeline.detected_at"}.get(
        basis, "timeline.became_aware_at"
    )
    stand_ins.setdefault(
        f"law_date:{basis}",
        Assumption(
            fact,
            case.as_of.isoformat(),
            f"the day that decides which law governs ({basis}) is not recorded; as_of stands in",
        ),
    )
    return today, today, basis
