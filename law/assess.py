"""assess(rulebook, facts, as_of): which duties follow from these facts, by when and why.

The only decision function. Pure: the same rulebook, facts and instant give the same assessment; time is
an argument. What the facts do not decide is UNDETERMINED with the facts it hangs on, never "no duty",
and its clock runs as if the duty applied.
"""

from collections.abc import Collection
from datetime import date, datetime
from functools import lru_cache
from operator import attrgetter

from law.case import Case
from law.checks import check_against
from law.clocks import Clock, Clocks
from law.competence import Seat, eu_seats, people_by_member, representative_seat
from law.conflicts import conflicts
from law.decision import of_stage, value_of
from law.facts.model import BreachFacts
from law.findings import OUTCOMES, Assessment, Finding, Look, NoDuty, Unresearched
from law.kleene import any_of
from law.law_dates import LawDates, first_day
from law.leaves import Here
from law.others import IN_FORCE, OthersOfTheLaw
from law.questions import decisive_questions
from law.reach import instruments_of, places_tied, seat_of
from law.rows import upwards
from law.rulebook import Rulebook
from law.rules import Duty, InForce, Instrument, Owed

TOGETHER = ("with", "not_after", "before")
NO = OUTCOMES[False]
BY_PLACE = attrgetter("seat.place", "numbered.order")


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
                look.instrument(instrument, seat_of(case, place, via))
    for instrument in rulebook.by_jurisdiction.get("EU", ()):
        look.union(instrument)
    _with_relative_dates(look.relative, look.found)
    findings = _ordered(look.found)
    return Assessment(
        as_of=as_of,
        rulebook=rulebook.digest,
        rulebook_date=rulebook.date,
        facts=facts,
        assumptions=(*case.assumptions, *look.dates.assumed.values()),
        findings=findings,
        no_general_duty=tuple(none),
        unresearched=tuple(silent),
        ask=lambda: tuple(decisive_questions(findings)),
        clash=lambda: conflicts(findings),
    )


def _ordered(findings: list[Finding]) -> tuple[Finding, ...]:
    """Earliest clock first; the rest by place, duty, stage and version."""
    findings.sort(key=BY_PLACE)  # kept among those that are due at the same instant
    dated: list[Finding] = []
    rest: list[Finding] = []
    for one in findings:
        (rest if one.due_now is None else dated).append(one)
    dated.sort(key=attrgetter("due_now"))
    return (*dated, *rest)


def _no_duty(instrument: Instrument, place: str, via: str | None) -> NoDuty:
    """The statement that a place has no general duty; what it says is the same for every case."""
    return _what_is_said(instrument).at(place, via)


@lru_cache(maxsize=512)
def _what_is_said(instrument: Instrument) -> NoDuty:
    none = instrument.file.no_general_duty
    if none is None:
        raise ValueError(f"{instrument.file.instrument} states duties")
    sectors = tuple(
        {**sector.model_dump(), "source": instrument.source_urls([sector.source])[0]} for sector in none.sector_duties
    )
    urls = tuple(instrument.source_urls(none.sources))
    upcoming = tuple(one.model_dump(mode="json", by_alias=True) for one in none.upcoming)
    return NoDuty("", none.statement, urls, none.verified_on, none.confidence, sectors, None, upcoming)


class _Look:
    """One look at one case: what is made once for all duties of it."""

    def __init__(self, rulebook: Rulebook, case: Case, only: Collection[str] | None) -> None:
        self.rulebook, self.case, self.only = rulebook, case, only
        self.dates = LawDates(case)
        self.others = OthersOfTheLaw(rulebook, self.dates)
        self.shared = Look(Clocks(), rulebook.authority_of)
        self.found: list[Finding] = []
        self.relative: list[Finding] = []
        self._heres: dict[tuple[str, str], Here] = {}
        self._union: list[Seat] | None = None
        self._people: list[Seat] | None = None

    def instrument(self, instrument: Instrument, seat: Seat) -> None:
        """Adds the findings of the law of a country, a part of one, or a zone."""
        here = self._here(seat.place, instrument.file.jurisdiction)
        for duty, versions in self.dates.in_force(instrument, seat.place):
            if self.only is None or duty.id in self.only:
                self._duty(duty, seat, here, versions)

    def union(self, instrument: Instrument) -> None:
        """Adds the findings of a law of the Union, at the seats that each duty has."""
        for duty in instrument.duties:
            if self.only is None or duty.id in self.only:
                for seat in self._union_seats(duty):
                    here = self._here(seat.place, instrument.file.jurisdiction)
                    self._duty(duty, seat, here, self.dates.versions(duty, seat.place))

    def _union_seats(self, duty: Duty) -> list[Seat]:
        """Where a duty of Union law is looked at: the competent authorities, the people's states, or the Union."""
        if self._union is None:
            self._union = eu_seats(self.case)
        seats = self._union
        if duty.by_rule:
            return seats
        if duty.rule.addressee == "individuals":
            if self._people is None:
                self._people = self._people_seats(seats)
            return self._people
        if seats and (represented := representative_seat(self.case)):
            return [represented]
        if len(seats) == 1:
            return [seats[0]._replace(basis="", open_facts=(), competent=True)]
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
        at_home = [seat._replace(basis="", open_facts=(), competent=True, concerned=()) for seat in seats[:1]]
        if not people:
            return at_home
        if any(seat.competent is True for seat in people) or self.case.established("EEA") is not True:
            return people
        return [*(seat for seat in people if seat.place != at_home[0].place), *at_home]

    def _here(self, place: str, jurisdiction: str) -> Here:
        key = (place, jurisdiction)
        here = self._heres.get(key)
        if here is None:
            here = self._heres[key] = Here(self.case, place, prefixes_of(place, jurisdiction), self.others)
        return here

    def _duty(self, duty: Duty, seat: Seat, here: Here, versions: list[InForce]) -> None:
        owed, found = duty.owed or self.rulebook.owed(duty, seat.place), self.found
        if not versions:
            found.append(self._not_in_force(duty, seat, owed))
            return
        for in_force in versions:
            version = in_force.version
            value = value_of(here, version, seat)
            if value is False:
                for act in version.acts:
                    found.append(Finding(duty, act, seat, owed, NO, in_force, None, here, False, self.shared))
                continue
            for act in version.acts:
                stage = act.stage
                due = value if stage.when is None else of_stage(here, value, stage)
                # When the clock of a duty would begin that does not apply, or of one without a number, is asked later.
                clock = None
                if due is not False and not stage.counts_nothing:
                    clock = self.shared.clocks.run(here, stage, owed)
                one = Finding(duty, act, seat, owed, OUTCOMES[due], in_force, clock, here, value, self.shared)
                found.append(one)
                if due is not False and stage.is_relative:
                    self.relative.append(one)

    def _not_in_force(self, duty: Duty, seat: Seat, owed: Owed) -> Finding:
        """The duty did not exist on the day that decides: said, not left out."""
        version = duty.versions[-1]
        act = version.acts[0]
        days = self.dates.days(duty, version, seat.place)
        reason = _why_not_in_force(duty, days.last, first_day(duty, seat.place))
        clock = Clock(act.stage.start.text, "", None, reason)
        in_force = InForce(version, days.last, days.basis)
        one = Finding(duty, act, seat, owed, "DOES_NOT_APPLY", in_force, clock, None, False, self.shared)
        one.reason = {"leaf": IN_FORCE, "value": "false", "fact": "timeline", "is": reason}
        return one


@lru_cache(maxsize=4096)
def prefixes_of(place: str, jurisdiction: str) -> tuple[str, ...]:
    """The places whose own answers to tests are looked up there, the most local first."""
    return tuple(dict.fromkeys((*upwards(place), jurisdiction)))


def _why_not_in_force(duty: Duty, day: date, began: date) -> str:
    ended = duty.versions[-1].rule.to
    if ended and day > ended:
        return f"no longer in force on {day.isoformat()}; ended {ended.isoformat()}"
    return f"not in force on {day.isoformat()}; in force from {began.isoformat()}"


def _with_relative_dates(relative: list[Finding], findings: list[Finding]) -> None:
    """A stage that the law times by another duty ("with the notice") is due when that duty is."""
    relative = [one for one in relative if not one.due]
    if not relative:
        return
    wanted = {order.duty for one in relative for order in one.rule.rule.order}
    dues: dict[tuple[str, str], datetime] = {}
    for one in findings:
        if (due := one.due_now) is not None and one.rule.id in wanted:
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
