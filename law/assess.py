"""assess(rulebook, facts, as_of): which duties follow from these facts, by when and why.

The only decision function. Pure: the same rulebook, facts and instant give the same assessment; time is
an argument. What the facts do not decide is UNDETERMINED with the facts it hangs on, never "no duty",
and its clock runs as if the duty applied.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from law.acts import answered_by, conflicts, delay_in_force, threshold_of
from law.case import Case
from law.checks import check_against
from law.clocks import Clock, Clocks
from law.competence import Seat, eu_seats, people_by_member
from law.decision import Decision
from law.facts.model import BreachFacts
from law.findings import OUTCOMES, STAGES, Assessment, Finding, NoDuty, Unresearched
from law.kleene import Value, all_of, any_of
from law.law_dates import InForce, LawDates, first_day
from law.leaves import Here
from law.questions import decisive_questions
from law.reach import instruments_of, places_tied, seat_of
from law.rows import upwards
from law.rulebook import Duty, Instrument, Rulebook, Stage
from law.schema import Authority, AuthorityRule
from law.static import static_of

TOGETHER = ("with", "not_after", "before")


def assess(rulebook: Rulebook, facts: BreachFacts, as_of: datetime, only: Collection[str] | None = None) -> Assessment:
    """Applies the rulebook to the facts as they stand at `as_of` (an instant with offset).

    `only`: ids of duties; the answer is then about these alone, as what-if questions want it.
    Raises FactsError when a fact lies after `as_of` or a claim names an exemption that no law knows.
    """
    if as_of.tzinfo is None:
        raise ValueError(f"as_of {as_of.isoformat()} has no offset from UTC; give an aware instant")
    check_against(rulebook, facts, as_of)
    case = Case.of(facts, as_of)
    look = _Look(rulebook, case, only)
    none: list[NoDuty] = []
    silent: list[Unresearched] = []
    findings: list[Finding] = []
    for place, via in places_tied(rulebook, case):
        instruments = instruments_of(rulebook, case, place)
        if instruments is None:
            silent.append(Unresearched(place, via))
        for instrument in instruments or ():
            if instrument.file.no_general_duty:
                none.append(_no_duty(instrument, place, via))
            elif instrument.file.jurisdiction != "EU":
                findings += look.instrument(instrument, [seat_of(case, place, via)])
    for instrument in rulebook.by_jurisdiction.get("EU", ()):
        findings += look.instrument(instrument, None)
    findings = _with_relative_dates(findings)
    findings.sort(key=lambda one: _order(one, as_of))
    return Assessment(
        as_of=as_of,
        rulebook=rulebook.digest,
        rulebook_date=rulebook.date,
        facts=facts,
        assumptions=(*case.assumptions, *look.dates.assumed.values()),
        findings=tuple(findings),
        no_general_duty=tuple(none),
        unresearched=tuple(silent),
        ask=lambda: tuple(decisive_questions(findings)),
        conflicts=tuple(conflicts(findings)),
    )


def _order(one: Finding, as_of: datetime) -> tuple[bool, datetime, str, str, int, str]:
    """Earliest clock first; the rest by place, duty, stage and version."""
    stage = STAGES.index(one.stage) * 10 + one.ordinal
    return one.due is None, one.due or as_of, one.jurisdiction, one.duty, stage, one.version or ""


def _no_duty(instrument: Instrument, place: str, via: str | None) -> NoDuty:
    none = instrument.file.no_general_duty
    if none is None:
        raise ValueError(f"{instrument.file.instrument} states duties")
    sectors = tuple(
        {**sector.model_dump(), "source": instrument.source_urls([sector.source])[0]} for sector in none.sector_duties
    )
    urls = tuple(instrument.source_urls(none.sources))
    return NoDuty(place, none.statement, urls, none.verified_on, none.confidence, sectors, via)


class _Look:
    """One look at one case: what is made once for all duties of it."""

    def __init__(self, rulebook: Rulebook, case: Case, only: Collection[str] | None) -> None:
        self.rulebook, self.case, self.only = rulebook, case, only
        self.dates = LawDates(case)
        self.clocks = Clocks()
        self._heres: dict[tuple[str, str], Here] = {}
        self._union: list[Seat] | None = None

    def instrument(self, instrument: Instrument, seats: list[Seat] | None) -> Iterator[Finding]:
        """The findings of one instrument, at these seats; for Union law at those that each duty has."""
        for duty in instrument.duties:
            if self.only is not None and duty.id not in self.only:
                continue
            for seat in seats if seats is not None else self._union_seats(duty):
                yield from self._duty(duty, seat)

    def _union_seats(self, duty: Duty) -> list[Seat]:
        """Where a duty of Union law is looked at: the competent authorities, the people's states, or the Union."""
        if self._union is None:
            self._union = eu_seats(self.case)
        seats = self._union
        if isinstance(duty.rule.authority, AuthorityRule):
            return seats
        if duty.rule.addressee == "individuals":
            return self._people_seats(seats)
        if len(seats) == 1:
            return [replace(seats[0], basis="", open_facts=(), competent=True)]
        return [Seat("EU", True, "")] if seats else []

    def _people_seats(self, seats: list[Seat]) -> list[Seat]:
        """The states in which people are, or may be, affected.

        A controller established in the Union owes the same to people who live elsewhere: while nobody in the
        Union is known to be affected, the duty is shown where the controller is.
        """
        people = [
            Seat(state, any_of(row.present for row in rows), "", (f"affected[{state}].presence",), via=rows[0].via)
            for state, rows in people_by_member(self.case).items()
        ]
        at_home = [replace(seat, basis="", open_facts=(), competent=True, concerned=()) for seat in seats[:1]]
        if not people:
            return at_home
        if any(seat.competent is True for seat in people) or self.case.established("EEA") is not True:
            return people
        return [*(seat for seat in people if seat.place != at_home[0].place), *at_home]

    def _here(self, place: str, jurisdiction: str) -> Here:
        key = (place, jurisdiction)
        if key not in self._heres:
            prefixes = tuple(dict.fromkeys((*upwards(place), jurisdiction)))
            self._heres[key] = Here(self.case, place, prefixes)
        return self._heres[key]

    def _duty(self, duty: Duty, seat: Seat) -> Iterator[Finding]:
        here = self._here(seat.place, duty.instrument.file.jurisdiction)
        name = self._authority(duty, seat)
        versions = self.dates.versions(duty, seat.place)
        if not versions:
            yield self._not_in_force(duty, seat, name)
        for in_force in versions:
            decided = Decision(here, duty, in_force.version, seat)
            for stage, ordinal in in_force.version.acts:
                yield self._finding(duty, stage, decided, in_force, name, ordinal)

    def _authority(self, duty: Duty, seat: Seat) -> str | None:
        if isinstance(duty.rule.authority, AuthorityRule):
            return self.rulebook.authority_of(seat.place)
        return duty.rule.authority

    def _authorities_of(self, codes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple([one for code in codes if (one := self.rulebook.authority_of(code))]) if codes else ()

    def _counting_authority(self, duty: Duty, place: str, name: str | None) -> Authority | None:
        """By whose clock and calendar a stage is counted: the authority's, in the Union that of the state."""
        if name is None and duty.instrument.file.jurisdiction == "EU":
            name = self.rulebook.authority_of(place)
        return self.rulebook.authorities.get(name) if name else None

    def _finding(
        self, duty: Duty, stage: Stage, decided: Decision, in_force: InForce, name: str | None, ordinal: int
    ) -> Finding:
        here, seat, version = decided.here, decided.seat, in_force.version
        stage_value: Value = stage.when.value(here) if stage.when else True
        value = all_of((decided.value, stage_value))
        run = self.clocks.stopped if value is False else self.clocks.run
        counting = self._counting_authority(duty, seat.place, name)
        clock = run(here, duty, stage, counting)
        calendar = (counting.calendar if counting else "") or duty.instrument.file.calendar
        static = static_of(duty, version, stage, self.rulebook.authorities.get(name) if name else None)
        first = ordinal == 1 and stage.rule.stage == version.stages[0].rule.stage
        return Finding(
            duty=duty.id,
            jurisdiction=seat.place,
            stage=stage.rule.stage,
            version=version.name,
            outcome=OUTCOMES[value],
            kind=duty.rule.kind,
            title=duty.rule.title,
            addressee=duty.rule.addressee,
            authority=name,
            clock=clock,
            exemptions=decided.exemptions,
            lifted_by=decided.lifted_by,
            law_date=in_force.day,
            law_date_basis=in_force.basis,
            via=seat.via,
            static=static,
            reasons=lambda: _because(decided, stage, here),
            authority_basis=seat.basis or None,
            recipients=self._authorities_of(seat.concerned),
            ordinal=ordinal,
            answered_by=answered_by(here, duty, stage, first, clock),
            open_facts=lambda: _open_facts(decided, stage, here) if value is None else (),
            details=lambda: {
                "delay": delay_in_force(here, stage, clock, calendar),
                "threshold": threshold_of(here, version),
            },
        )

    def _not_in_force(self, duty: Duty, seat: Seat, name: str | None) -> Finding:
        """The duty did not exist on the day that decides: said, not left out."""
        version = duty.versions[-1]
        stage = version.stages[0]
        days = self.dates.days(duty, version, seat.place)
        reason = _why_not_in_force(duty, days.last, first_day(duty, seat.place))
        tree = {"leaf": "the law is in force", "value": "false", "fact": "timeline", "is": reason}
        return Finding(
            duty=duty.id, jurisdiction=seat.place, stage=stage.rule.stage, version=None, outcome="DOES_NOT_APPLY",
            kind=duty.rule.kind, title=duty.rule.title, addressee=duty.rule.addressee,
            authority=name, clock=Clock(stage.start.text, "", None, reason), exemptions=(),
            lifted_by=None, law_date=days.last, law_date_basis=days.basis, via=seat.via,
            static=static_of(duty, version, stage, self.rulebook.authorities.get(name) if name else None),
            reasons=lambda: {"op": "all", "value": "false", "of": [tree]},
        )  # fmt: skip


def _open_facts(decided: Decision, stage: Stage, here: Here) -> tuple[str, ...]:
    """What the outcome of a stage hangs on: the duty's open facts, and those that decide on the stage.

    Where a place is concerned only by way of its region or country, the first question is whether it is: one
    question for all such places, before any of theirs.
    """
    own = stage.when.open_facts(here) if stage.when else []
    found = tuple(dict.fromkeys((*decided.open_facts(), *own)))
    kind, _, code = (decided.seat.via or "").partition(" ")
    first = f"affected[{code}].{'country' if kind == 'region' else 'subdivision'}"
    return (first,) if first in found else found


def _because(decided: Decision, stage: Stage, here: Here) -> dict[str, Any]:
    """The reasons of a stage: those of the duty, and what decides that this stage is the one."""
    tree = decided.because()
    if stage.when is None:
        return tree
    own = stage.when.explain(here)
    value = all_of((decided.value, stage.when.value(here)))
    return {**tree, "value": {True: "true", False: "false", None: "unknown"}[value], "of": [*tree["of"], own]}


def _why_not_in_force(duty: Duty, day: date, began: date) -> str:
    ended = duty.versions[-1].rule.to
    if ended and day > ended:
        return f"no longer in force on {day.isoformat()}; ended {ended.isoformat()}"
    return f"not in force on {day.isoformat()}; in force from {began.isoformat()}"


def _with_relative_dates(findings: list[Finding]) -> list[Finding]:
    """A stage that the law times by another duty ("with the notice") is due when that duty is."""
    dues: dict[tuple[str, str], datetime] = {}
    for one in findings:
        if one.due and one.outcome != "DOES_NOT_APPLY":
            key = (one.duty, one.jurisdiction)
            dues[key] = min(dues.get(key, one.due), one.due)
    return [_relative(one, dues) for one in findings]


def _relative(one: Finding, dues: dict[tuple[str, str], datetime]) -> Finding:
    if one.static["limit_kind"] != "relative" or one.due or one.outcome == "DOES_NOT_APPLY":
        return one
    others = [
        (dues[order["duty"], one.jurisdiction], order["duty"])
        for order in one.static["order"]
        if order["relation"] in TOGETHER and (order["duty"], one.jurisdiction) in dues
    ]
    if not others:
        return one
    due, other = min(others)
    words = f"{one.clock.basis}; due when {other} is"
    return replace(one, clock=one.clock._replace(due=due, basis=words))
