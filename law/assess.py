"""assess(rulebook, facts, as_of): which duties follow from these facts, by when and why.

The only decision function. Pure: the same rulebook, facts and instant give the same assessment; time is
an argument. What the facts do not decide is UNDETERMINED with the facts it hangs on, never "no duty",
and its clock runs as if the duty applied.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial

from law.case import Case
from law.checks import check_against
from law.clocks import Clock, Clocks
from law.competence import Seat, eu_seats, people_by_member
from law.conflicts import conflicts
from law.decision import Decision
from law.facts.model import BreachFacts
from law.findings import OUTCOMES, Assessment, Finding, NoDuty, Unresearched
from law.kleene import any_of
from law.law_dates import InForce, LawDates, first_day
from law.leaves import Here
from law.questions import decisive_questions
from law.reach import instruments_of, places_tied, seat_of
from law.rows import upwards
from law.rulebook import Duty, Instrument, Rulebook

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
    for place, via in places_tied(rulebook, case):
        instruments = instruments_of(rulebook, case, place)
        if instruments is None:
            silent.append(Unresearched(place, via))
        for instrument in instruments or ():
            if (statement := instrument.file.no_general_duty) is not None:
                if statement.until is not None and case.day > statement.until:
                    continue
                none.append(_no_duty(instrument, place, via))
            elif instrument.file.jurisdiction != "EU":
                look.instrument(instrument, [seat_of(case, place, via)])
    for instrument in rulebook.by_jurisdiction.get("EU", ()):
        look.instrument(instrument, None)
    findings = look.found
    _with_relative_dates(findings)
    findings.sort(key=_order)
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
        clash=lambda: conflicts(findings),
    )


FAR = datetime.max.replace(tzinfo=UTC)


def _order(one: Finding) -> tuple[datetime, str, str, int, str]:
    """Earliest clock first; the rest by place, duty, stage and version."""
    return one.due or FAR, one.seat.place, one.rule.id, one.act_rule.place * 10 + one.ordinal, one.version or ""


def _no_duty(instrument: Instrument, place: str, via: str | None) -> NoDuty:
    none = instrument.file.no_general_duty
    if none is None:
        raise ValueError(f"{instrument.file.instrument} states duties")
    sectors = tuple(
        {**sector.model_dump(), "source": instrument.source_urls([sector.source])[0]} for sector in none.sector_duties
    )
    urls = tuple(instrument.source_urls(none.sources))
    upcoming = tuple(one.model_dump(mode="json", by_alias=True) for one in none.upcoming)
    return NoDuty(place, none.statement, urls, none.verified_on, none.confidence, sectors, via, upcoming)


class _Look:
    """One look at one case: what is made once for all duties of it."""

    def __init__(self, rulebook: Rulebook, case: Case, only: Collection[str] | None) -> None:
        self.rulebook, self.case, self.only = rulebook, case, only
        self.dates = LawDates(case)
        self.clocks = Clocks()
        self.found: list[Finding] = []
        self._heres: dict[tuple[str, str], Here] = {}
        self._union: list[Seat] | None = None

    def instrument(self, instrument: Instrument, seats: list[Seat] | None) -> None:
        """Adds the findings of one instrument, at these seats; for Union law at those that each duty has."""
        for duty in instrument.duties:
            if self.only is None or duty.id in self.only:
                for seat in seats if seats is not None else self._union_seats(duty):
                    self._duty(duty, seat)

    def _union_seats(self, duty: Duty) -> list[Seat]:
        """Where a duty of Union law is looked at: the competent authorities, the people's states, or the Union."""
        if self._union is None:
            self._union = eu_seats(self.case)
        seats = self._union
        if duty.by_rule:
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

    def _duty(self, duty: Duty, seat: Seat) -> None:
        place = seat.place
        name = self.rulebook.authority_of(place) if duty.by_rule else duty.named_authority
        versions = self.dates.versions(duty, place)
        if not versions:
            self.found.append(self._not_in_force(duty, seat, name))
            return
        here = self._here(place, duty.instrument.file.jurisdiction)
        holder = self.rulebook.authorities.get(name) if name else None
        # By whose clock and calendar a stage is counted: the authority's, in the Union that of the state.
        counting = holder
        if name is None and duty.of_the_union and (own := self.rulebook.authority_of(place)):
            counting = self.rulebook.authorities.get(own)
        recipients = partial(self._authorities_of, seat.concerned) if seat.concerned else tuple
        for in_force in versions:
            decided = Decision(here, duty, in_force.version, seat)
            for stage, ordinal in in_force.version.acts:
                value = decided.value_of(stage)
                # Of a duty that does not apply nobody mostly asks when its clock would have begun.
                clock = None if value is False else self.clocks.run(here, duty, stage, counting)
                self.found.append(
                    Finding(
                        duty,
                        stage,
                        ordinal,
                        seat,
                        OUTCOMES[value],
                        in_force,
                        name,
                        holder,
                        counting,
                        clock,
                        decided,
                        self.clocks,
                        recipients,
                    )
                )

    def _authorities_of(self, codes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple([one for code in codes if (one := self.rulebook.authority_of(code))]) if codes else ()

    def _not_in_force(self, duty: Duty, seat: Seat, name: str | None) -> Finding:
        """The duty did not exist on the day that decides: said, not left out."""
        version = duty.versions[-1]
        stage = version.stages[0]
        days = self.dates.days(duty, version, seat.place)
        reason = _why_not_in_force(duty, days.last, first_day(duty, seat.place))
        return Finding(
            duty,
            stage,
            1,
            seat,
            "DOES_NOT_APPLY",
            InForce(version, days.last, days.basis),
            name,
            self.rulebook.authorities.get(name) if name else None,
            None,
            Clock(stage.start.text, "", None, reason),
            None,
            self.clocks,
            reason={"leaf": "the law is in force", "value": "false", "fact": "timeline", "is": reason},
        )


def _why_not_in_force(duty: Duty, day: date, began: date) -> str:
    ended = duty.versions[-1].rule.to
    if ended and day > ended:
        return f"no longer in force on {day.isoformat()}; ended {ended.isoformat()}"
    return f"not in force on {day.isoformat()}; in force from {began.isoformat()}"


def _with_relative_dates(findings: list[Finding]) -> None:
    """A stage that the law times by another duty ("with the notice") is due when that duty is."""
    relative = [one for one in findings if one.outcome != "DOES_NOT_APPLY" and one.act_rule.is_relative and not one.due]
    if not relative:
        return
    wanted = {order.duty for one in relative for order in one.rule.rule.order}
    dues: dict[tuple[str, str], datetime] = {}
    for one in findings:
        if one.duty in wanted and (due := one.due) is not None:
            key = (one.duty, one.jurisdiction)
            dues[key] = min(dues.get(key, due), due)
    for one in relative:
        _time_by_another(one, dues)


def _time_by_another(one: Finding, dues: dict[tuple[str, str], datetime]) -> None:
    others = [
        (dues[order.duty, one.jurisdiction], order.duty)
        for order in one.rule.rule.order
        if order.relation in TOGETHER and (order.duty, one.jurisdiction) in dues
    ]
    if others:
        due, other = min(others)
        one.clock = one.clock._replace(due=due, basis=f"{one.clock.basis}; due when {other} is")
