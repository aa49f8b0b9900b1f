"""What an assessment consists of. `to_json` of each gives the published shape (docs/law/contract.md)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, NamedTuple, get_args

from law.acts import answered_by, delay_in_force, threshold_of
from law.clocks import Clock, Clocks
from law.competence import Seat
from law.decision import Decision, ExemptionState
from law.derived import Assumption
from law.facts import digest
from law.facts.model import BreachFacts
from law.facts.model import Stage as StageName
from law.facts.values import stamp
from law.kept import kept
from law.kleene import Value
from law.leaves import Here
from law.risk.answer import Weighed, weigh
from law.rules import Act, Duty, InForce, Owed, Stage
from law.schema import Authority
from law.static import static_of

Outcome = Literal["APPLIES", "DOES_NOT_APPLY", "UNDETERMINED"]
OUTCOMES: dict[Value, Outcome] = {True: "APPLIES", False: "DOES_NOT_APPLY", None: "UNDETERMINED"}
CONTRACT = "tocsin.assessment/1"
STAGES = get_args(StageName)


class Look(NamedTuple):
    """What the findings of one look at a case share. `authority_of`: the id of the authority of a place."""

    clocks: Clocks
    authority_of: Callable[[str], str | None]

    def recipients(self, seat: Seat) -> tuple[str, ...]:
        """Authorities concerned beside the one to notify."""
        return tuple([one for code in seat.concerned if (one := self.authority_of(code))])


class Finding:
    """One stage of one duty in one jurisdiction. What is not outcome or clock is made when it is first read.

    `here` is None where the duty did not exist on the day that decides; `reason` then says so. `value`: whether the
    duty applies, whatever the stage; `owed`: to whom, and how time is counted. Without `clock` it is made when it is
    read: that of a duty that does not apply, or that has no number, nobody mostly asks for. Nobody changes a finding
    once the assessment is made.
    """

    reason: dict[str, Any] | None = None

    def __init__(
        self,
        duty: Duty,
        act: Act,
        seat: Seat,
        owed: Owed,
        outcome: Outcome,
        in_force: InForce,
        clock: Clock | None,
        here: Here | None,
        value: Value,
        look: Look,
    ) -> None:
        self.rule = duty
        self.numbered = act
        self.seat = seat
        self.owed = owed
        self.outcome = outcome
        self.in_force = in_force
        self._clock = clock
        self.here = here
        self._value = value
        self._look = look

    @kept
    def decided(self) -> Decision | None:
        """The reasons for its outcome; None where the duty did not exist."""
        return Decision(self.here, self.in_force.version, self.seat, self._value) if self.here is not None else None

    @property
    def act_rule(self) -> Stage:
        return self.numbered.stage

    @property
    def ordinal(self) -> int:
        """Its number among the stages of that name: a version may state the same one twice, for different facts."""
        return self.numbered.ordinal

    @property
    def authority(self) -> str | None:
        """The id of the authority that is notified."""
        return self.owed.name

    @property
    def holder(self) -> Authority | None:
        """The authority that is notified."""
        return self.owed.holder

    @property
    def duty(self) -> str:
        return self.rule.id

    @property
    def jurisdiction(self) -> str:
        return self.seat.place

    @property
    def stage(self) -> str:
        return self.act_rule.rule.stage

    @property
    def version(self) -> str | None:
        """The first day of the version that governs; None where none was in force."""
        return self.in_force.version.name if self.here is not None else None

    @property
    def kind(self) -> str:
        return self.rule.rule.kind

    @property
    def title(self) -> str:
        return self.rule.rule.title

    @property
    def addressee(self) -> str | None:
        return self.rule.rule.addressee

    @property
    def law_date(self) -> date:
        return self.in_force.day

    @property
    def law_date_basis(self) -> str:
        return self.in_force.basis

    @property
    def via(self) -> str | None:
        """The region or country row by which the place is only possibly concerned."""
        return self.seat.via

    @property
    def authority_basis(self) -> str | None:
        return (self.seat.basis or None) if self.here is not None else None

    @property
    def recipients(self) -> tuple[str, ...]:
        """Authorities concerned beside the one to notify."""
        return self._look.recipients(self.seat)

    @property
    def clock(self) -> Clock:
        if self._clock is None:
            if self.here is None:
                raise ValueError(f"{self.duty}: a duty that was not in force has a clock of its own")
            clocks = self._look.clocks
            run = clocks.stopped if self.outcome == "DOES_NOT_APPLY" else clocks.run
            self._clock = run(self.here, self.act_rule, self.owed)
        return self._clock

    @clock.setter
    def clock(self, clock: Clock) -> None:
        self._clock = clock

    @kept
    def static(self) -> dict[str, Any]:
        """What the law file says, the same for every case; not to be changed."""
        return static_of(self.rule, self.in_force.version, self.act_rule, self.holder)

    @property
    def exemptions(self) -> tuple[ExemptionState, ...]:
        return self.decided.exemptions if self.decided is not None else ()

    @property
    def lifted_by(self) -> str | None:
        """The exemption that takes the duty away."""
        return self.decided.lifted_by if self.decided is not None else None

    @property
    def act(self) -> str:
        """The stage, with its number where a version states it more than once: "final", "final-2"."""
        return self.stage if self.ordinal == 1 else f"{self.stage}-{self.ordinal}"

    @kept
    def because(self) -> dict[str, Any]:
        """The tree of conditions with the value and the fact behind each leaf."""
        if self.decided is None:
            return {"op": "all", "value": "false", "of": [self.reason] if self.reason else []}
        return self.decided.because_of(self.act_rule)

    @kept
    def hangs_on(self) -> tuple[str, ...]:
        """Paths of the unknown facts on which the outcome hangs, in the order of the law."""
        if self.decided is None or self.outcome != "UNDETERMINED":
            return ()
        return self.decided.open_facts_of(self.act_rule)

    @kept
    def answered_by(self) -> dict[str, Any] | None:
        """The recorded notice that answers this stage."""
        if self.here is None or not self.here.facts.notices:
            return None
        first = self.ordinal == 1 and self.stage == self.in_force.version.stages[0].rule.stage
        return answered_by(self.here, self.rule, self.act_rule, first, self.clock)

    @kept
    def delay(self) -> dict[str, Any] | None:
        """The law's grounds for waiting, and the recorded delay that is in force."""
        if self.here is None or not self.act_rule.rule.delay:
            return None
        return delay_in_force(self.here, self.act_rule, self.clock, self.owed.calendar)

    @kept
    def threshold(self) -> dict[str, Any] | None:
        """The number on which the duty turns, and how many are counted."""
        return threshold_of(self.here, self.in_force.version) if self.here is not None else None

    @property
    def undetermined_on(self) -> tuple[str, ...]:
        """What the outcome hangs on, and then what the date does."""
        return tuple(dict.fromkeys((*self.hangs_on, *self.clock.missing)))

    @property
    def rebuttable_by(self) -> tuple[str, ...]:
        """Exemptions that the organisation could still show, and that would take the duty away."""
        if self.outcome == "DOES_NOT_APPLY":
            return ()
        return tuple(one.id for one in self.exemptions if one.burden == "holder" and one.status != "not_available")

    @property
    def record(self) -> dict[str, Any]:
        """What must be kept on record: the breach itself, or the reliance on an exemption."""
        if not self.exemptions:
            return {**self.static["record"], "relied_on": []}
        relied = [
            one.id for one in self.exemptions if one.record and (one.status == "claimed" or one.id == self.lifted_by)
        ]
        return {**self.static["record"], "relied_on": relied}

    @property
    def due_now(self) -> datetime | None:
        """As `due`, where no clock is run that was not: none of those left to be asked later has an instant."""
        return self._clock.due if self._clock is not None else None

    @property
    def due(self) -> datetime | None:
        if self.outcome == "DOES_NOT_APPLY" or (self._clock is None and self.act_rule.counts_nothing):
            return None
        return self.clock.due

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What identifies a finding within one assessment."""
        return self.duty, self.jurisdiction, self.act, self.version or ""

    def to_json(self, *, reasons: bool = True) -> dict[str, Any]:
        """The published shape. Without `reasons` the tree of conditions is left empty, and not built."""
        clock, static, exemptions = self.clock, self.static, self.exemptions
        found: dict[str, Any] = static["shape"].copy()
        found.update(
            version=self.version, jurisdiction=self.seat.place,
            authority=self.authority, authority_basis=self.authority_basis, recipients=list(self.recipients),
            outcome=self.outcome, because=self.because if reasons else {}, undetermined_on=list(self.undetermined_on),
            rebuttable_by=list(self.rebuttable_by) if exemptions else [],
            lifted_by=self.lifted_by if exemptions else None,
            arises_on=list(clock.arises_on), answered_by=self.answered_by,
            exemptions=[one.to_json() for one in exemptions],
            act=self.act, clock_starts=clock.starts, clock_fact=clock.fact, started_at=stamp(clock.started_at),
            due_basis=clock.basis, due_zone=clock.zone,
            delay=self.delay, threshold=self.threshold, record=self.record,
            law_date=self.in_force.day.isoformat(), law_date_basis=self.in_force.basis, via=self.seat.via,
        )  # fmt: skip
        found["due_working"] = list(clock.working)
        if self.outcome != "DOES_NOT_APPLY":
            found.update(
                due=stamp(clock.due), due_arguable=stamp(clock.arguable), due_arguable_ground=clock.ground,
                not_before=stamp(clock.not_before), outer_due=stamp(clock.outer_due),
            )  # fmt: skip
            if static["guideline"]:
                found["guideline"] = {**static["guideline"], "due": stamp(clock.guideline_due)}
        return found


@dataclass(frozen=True, slots=True)
class NoDuty:
    """A jurisdiction whose law has no general duty, as researched."""

    jurisdiction: str
    statement: str
    sources: tuple[str, ...]
    verified_on: date
    confidence: str
    sector_duties: tuple[dict[str, str], ...]
    via: str | None
    upcoming: tuple[dict[str, Any], ...] = ()

    def at(self, place: str, via: str | None) -> "NoDuty":
        """The same statement for a place, and by which row the place is only possibly concerned."""
        return NoDuty(place, self.statement, self.sources, self.verified_on, self.confidence, self.sector_duties, via,
                      self.upcoming)  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        return {
            "jurisdiction": self.jurisdiction, "statement": self.statement,
            "source": self.sources[0] if self.sources else None, "sources": list(self.sources),
            "verified_on": self.verified_on.isoformat(), "confidence": self.confidence,
            "sector_duties": list(self.sector_duties), "via": self.via, "upcoming": list(self.upcoming),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unresearched:
    jurisdiction: str
    via: str | None

    def to_json(self) -> dict[str, Any]:
        return {"jurisdiction": self.jurisdiction, "via": self.via}


@dataclass(frozen=True, slots=True)
class Question:
    """An unknown fact, what hangs on it, and the earliest instant at stake.

    `settles`: duties, each with its jurisdiction, whose outcome hangs on it; `findings`: how many stages of
    them; `dates`: duties whose clock starts with it.
    """

    fact: str
    settles: tuple[tuple[str, str], ...]
    earliest_due: datetime | None
    findings: int
    dates: tuple[tuple[str, str], ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "fact": self.fact,
            "settles": sorted({duty for duty, _ in self.settles}),
            "dates": sorted({duty for duty, _ in self.dates}),
            "jurisdictions": sorted({place for _, place in (*self.settles, *self.dates)}),
            "findings": self.findings,
            "earliest_due": stamp(self.earliest_due),
        }


@dataclass(frozen=True)
class Assessment:
    """The answer: frozen, deterministic, the same for the same facts, rulebook and `as_of`."""

    as_of: datetime
    rulebook: str
    rulebook_date: date
    facts: BreachFacts = field(repr=False)
    assumptions: tuple[Assumption, ...]
    findings: tuple[Finding, ...]
    no_general_duty: tuple[NoDuty, ...]
    unresearched: tuple[Unresearched, ...]
    ask: Callable[[], tuple[Question, ...]] = field(compare=False, repr=False)
    clash: Callable[[], list[dict[str, Any]]] = field(default=list, compare=False, repr=False)

    @kept
    def facts_digest(self) -> str:
        """The digest of the facts as they were given."""
        return digest(self.facts)

    @kept
    def weighed(self) -> Weighed:
        """The risk by both published methods, and the cases nearest to this one; weighed when first read."""
        return weigh(self.facts, self.as_of)

    @property
    def suggested_risk(self) -> dict[str, Any] | None:
        """ENISA's severity, which answers no legal test; None while no data are known."""
        return self.weighed.suggested_risk

    @kept
    def conflicts(self) -> tuple[dict[str, Any], ...]:
        """Duties whose prescribed order contradicts itself or what has been sent; found when first read."""
        return tuple(self.clash())

    @kept
    def questions(self) -> tuple[Question, ...]:
        """The decisive questions, most urgent first; found when first read."""
        return self.ask()

    def remarks(self) -> dict[str, Any]:
        """What the answer says beside its findings and questions, without weighing by the second method."""
        return {
            "suggested_risk": self.suggested_risk,
            "assumptions": [one.to_json() for one in self.assumptions],
            "conflicts": list(self.conflicts),
            "no_general_duty": [one.to_json() for one in self.no_general_duty],
            "unresearched": [one.jurisdiction for one in self.unresearched],
        }

    def to_json(self) -> dict[str, Any]:
        remarks = self.remarks()
        return {
            "schema": CONTRACT,
            "as_of": self.as_of.isoformat(),
            "rulebook": self.rulebook,
            "rulebook_date": self.rulebook_date.isoformat(),
            "facts_digest": self.facts_digest,
            "suggested_risk": remarks.pop("suggested_risk"),
            "risk_proposals": self.weighed.to_json(),
            "assumptions": remarks.pop("assumptions"),
            "findings": [one.to_json() for one in self.findings],
            **remarks,
            "questions": [one.to_json() for one in self.questions],
            "notice": standing_line(self.rulebook_date),
        }


def standing_line(day: date) -> str:
    """The line that stands on every assessment, memo and duty page, and never in a filing."""
    return (
        f"Tocsin applies its rule library of {day.isoformat()} to the facts recorded. It supports legal judgement and "
        "does not replace it; a rule may be incomplete or out of date. Check the source before you rely on it."
    )
