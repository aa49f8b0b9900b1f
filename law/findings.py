"""What an assessment consists of. `to_json` of each gives the published shape (docs/law/contract.md)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any, Literal, get_args

from law.clocks import Clock
from law.decision import ExemptionState
from law.derived import Assumption
from law.facts import digest
from law.facts.model import BreachFacts, Stage
from law.kleene import Value
from law.risk.answer import Weighed, weigh

Outcome = Literal["APPLIES", "DOES_NOT_APPLY", "UNDETERMINED"]
OUTCOMES: dict[Value, Outcome] = {True: "APPLIES", False: "DOES_NOT_APPLY", None: "UNDETERMINED"}
CONTRACT = "tocsin.assessment/1"
STAGES = get_args(Stage)


def stamp(instant: datetime | None) -> str | None:
    """RFC 3339 in UTC, seconds kept."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z") if instant else None


@dataclass(eq=False)
class Finding:
    """One stage of one duty in one jurisdiction. Reasons are built when they are first read.

    Nobody changes one; it is not frozen only because an assessment makes hundreds, and freezing costs more
    than deciding.
    """

    duty: str
    jurisdiction: str
    stage: str
    version: str | None
    outcome: Outcome
    kind: str
    title: str
    addressee: str | None
    authority: str | None
    clock: Clock
    exemptions: tuple[ExemptionState, ...]
    lifted_by: str | None
    law_date: date
    law_date_basis: str
    via: str | None
    static: dict[str, Any]  # what the law file says, the same for every case
    reasons: Callable[[], dict[str, Any]] = field(compare=False, repr=False)
    authority_basis: str | None = None
    recipients: tuple[str, ...] = ()
    ordinal: int = 1  # a version may state the same stage twice, for different facts
    answered_by: dict[str, Any] | None = None
    open_facts: Callable[[], tuple[str, ...]] = field(default=tuple, compare=False, repr=False)
    details: Callable[[], dict[str, Any]] = field(default=dict, compare=False, repr=False)

    @property
    def act(self) -> str:
        """The stage, with its number where a version states it more than once: "final", "final-2"."""
        return self.stage if self.ordinal == 1 else f"{self.stage}-{self.ordinal}"

    @cached_property
    def because(self) -> dict[str, Any]:
        """The tree of conditions with the value and the fact behind each leaf."""
        return self.reasons()

    @cached_property
    def hangs_on(self) -> tuple[str, ...]:
        """Paths of the unknown facts on which the outcome hangs, in the order of the law."""
        return self.open_facts()

    @property
    def undetermined_on(self) -> tuple[str, ...]:
        """What the outcome hangs on, and then what the date does."""
        return tuple(dict.fromkeys((*self.hangs_on, *self.clock.missing)))

    @cached_property
    def acts(self) -> dict[str, Any]:
        """`delay` and `threshold` of the published answer, made when first read."""
        return self.details()

    @property
    def rebuttable_by(self) -> tuple[str, ...]:
        """Exemptions that the organisation could still show, and that would take the duty away."""
        if self.outcome == "DOES_NOT_APPLY":
            return ()
        return tuple(one.id for one in self.exemptions if one.burden == "holder" and one.status != "not_available")

    @property
    def record(self) -> dict[str, Any]:
        """What must be kept on record: the breach itself, or the reliance on an exemption."""
        relied = [
            one.id for one in self.exemptions if one.record and (one.status == "claimed" or one.id == self.lifted_by)
        ]
        return {**self.static["record"], "relied_on": relied}

    @property
    def due(self) -> datetime | None:
        return self.clock.due

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What identifies a finding within one assessment."""
        return self.duty, self.jurisdiction, self.act, self.version or ""

    def to_json(self) -> dict[str, Any]:
        clock, static = self.clock, self.static
        return {
            "duty": self.duty, "version": self.version, "jurisdiction": self.jurisdiction, "title": self.title,
            "kind": self.kind, "addressee": self.addressee,
            "authority": self.authority, "authority_basis": self.authority_basis,
            "recipients": list(self.recipients), "copies": static["copies"],
            "bound": static["bound"], "binding": static["binding"], "outcome": self.outcome,
            "because": self.because, "undetermined_on": list(self.undetermined_on),
            "rebuttable_by": list(self.rebuttable_by),
            "lifted_by": self.lifted_by, "default_if_unresolved": static["default_if_unresolved"],
            "arises_on": list(clock.arises_on), "satisfied_by": static["satisfied_by"], "answered_by": self.answered_by,
            "exemptions": [one.to_json() for one in self.exemptions],
            "stage": self.stage, "act": self.act, "clock_starts": clock.starts, "clock_fact": clock.fact,
            "started_at": stamp(clock.started_at),
            "limit": static["limit"], "limit_kind": static["limit_kind"], "limit_text": static["limit_text"],
            "due": stamp(clock.due), "due_arguable": stamp(clock.arguable), "due_arguable_ground": clock.ground,
            "not_before": stamp(clock.not_before),
            "due_working": list(clock.working), "due_basis": clock.basis, "due_zone": clock.zone,
            "outer_limit": static["outer"], "outer_due": stamp(clock.outer_due),
            "guideline": {**static["guideline"], "due": stamp(clock.guideline_due)} if static["guideline"] else None,
            "extension": static["extension"], "delay": self.acts.get("delay"), "if_late": static["late"],
            "order": static["order"], "threshold": self.acts.get("threshold"), "record": self.record,
            "substitute": static["substitute"], "offers": static["offers"],
            "provision": static["provision"], "instrument": static["instrument"], "sources": static["sources"],
            "trigger": static["trigger"], "penalty": static["penalty"],
            "law_date": self.law_date.isoformat(), "law_date_basis": self.law_date_basis,
            "upcoming": static["upcoming"], "corrections": static["corrections"], "confidence": static["confidence"],
            "verified_on": static["verified_on"], "human_review": None, "via": self.via,
            "channel": static["channel"], "languages": static["languages"],
            "content": static["content"], "must_not": static["must_not"], "form": static["form"],
            "authority_publishes": static["authority_publishes"],
        }  # fmt: skip


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

    def to_json(self) -> dict[str, Any]:
        return {
            "jurisdiction": self.jurisdiction, "statement": self.statement,
            "source": self.sources[0] if self.sources else None, "sources": list(self.sources),
            "verified_on": self.verified_on.isoformat(), "confidence": self.confidence,
            "sector_duties": list(self.sector_duties), "via": self.via,
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
    conflicts: tuple[dict[str, Any], ...] = ()

    @cached_property
    def facts_digest(self) -> str:
        """The digest of the facts as they were given."""
        return digest(self.facts)

    @cached_property
    def weighed(self) -> Weighed:
        """The risk by both published methods, and the cases nearest to this one; weighed when first read."""
        return weigh(self.facts, self.as_of)

    @property
    def suggested_risk(self) -> dict[str, Any] | None:
        """ENISA's severity, which answers no legal test; None while no data are known."""
        return self.weighed.suggested_risk

    @cached_property
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
