"""What a person has to look at first: the next deadline of the law, the open cases, the decisions that wait.

Cases that stand still (a drill, a case told again) are listed as such and never lead. The number of
queries does not depend on the number of cases.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, QuerySet

from accounts.access import Permission, may
from accounts.models import Membership
from accounts.translating import translated
from incidents.access import visible_incidents
from incidents.asking import Asked, asked
from incidents.models import Assessment, CaseFigures, Decision, Incident, Obligation, Phase
from incidents.selectors.worklist import Filter, WorkRow, work_list
from law.wording import question
from workbench import words

CASES = 30
WAITING = 20


@dataclass(frozen=True, slots=True)
class Lead:
    """The one clock that leads. `legal`: a deadline of the law; else a guideline, or a voluntary duty.

    `sooner`: a duty that may apply and would end earlier.
    """

    obligation: Obligation
    incident: Incident
    at: datetime
    legal: bool
    sooner: Obligation | None = None
    sooner_at: datetime | None = None

    @property
    def whom(self) -> str:
        """Who must be told, as far as the law names somebody."""
        return self.obligation.authority or self.obligation.addressee.replace("_", " ")

    @property
    def place(self) -> str:
        """The country or state whose law it is; empty for a duty entered by hand without one."""
        return _place_of(self.obligation)

    @property
    def sooner_place(self) -> str:
        return _place_of(self.sooner) if self.sooner else ""


def _place_of(obligation: Obligation) -> str:
    return words.jurisdiction_words(obligation.jurisdiction)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A judgement that a case waits for: how many duties it settles, and the earliest of their deadlines."""

    incident: Incident
    asked: Asked
    words: str
    settles: int
    earliest_due: datetime | None


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything on the desk. `more`: open cases beyond those listed."""

    lead: Lead | None
    running: tuple[WorkRow, ...]
    standing: tuple[WorkRow, ...]
    more: int
    judgements: tuple[Judgement, ...]
    approvals: tuple[Decision, ...]
    last_closed: Incident | None

    @property
    def waiting(self) -> int:
        return len(self.judgements) + len(self.approvals)


def desk(membership: Membership) -> Desk:
    """The desk of a member."""
    running = work_list(membership, Filter.OPEN, per_page=CASES, standing_still=False)
    standing = work_list(membership, Filter.OPEN, per_page=CASES, standing_still=True)
    listed = [row.incident for row in running.rows]
    return Desk(
        lead=_lead(membership),
        running=running.rows,
        standing=standing.rows,
        more=running.total - len(running.rows) + standing.total - len(standing.rows),
        judgements=tuple(_judgements(listed)) if may(membership, Permission.DECIDE) else (),
        approvals=_approvals(membership),
        last_closed=visible_incidents(membership)
        .filter(phase=Phase.CLOSED, exercise=False)
        .order_by("-closed_at")
        .first(),
    )


def _lead(membership: Membership) -> Lead | None:
    """The open duty of a running case whose clock ends first: what is required before what may be, and the law's own
    deadline before any yardstick.
    """
    running = CaseFigures.objects.filter(
        workspace=membership.workspace_id,
        is_open=True,
        stands_at__isnull=True,
        incident__in=visible_incidents(membership),
    )
    for legal, name in ((True, "legal"), (False, "yardstick")):
        timed = running.filter(**{f"{name}_at__isnull": False})
        held = timed.order_by(f"{name}_possible", f"{name}_at", name).select_related(
            f"{name}__incident", f"{name}__party__legal_entity"
        ).first()  # fmt: skip
        if held is not None:
            lead, at = getattr(held, name), getattr(held, f"{name}_at")
            sooner = None if getattr(held, f"{name}_possible") else _sooner(running, at)
            return Lead(lead, lead.incident, at, legal, *(sooner or (None, None)))
    return None


def _sooner(running: QuerySet[CaseFigures], at: datetime) -> tuple[Obligation, datetime] | None:
    """The duty that hangs on facts and whose deadline of the law, should it apply, ends before `at`."""
    held = running.filter(sooner_at__lt=at).order_by("sooner_at", "sooner").select_related("sooner__incident").first()
    return (held.sooner, held.sooner_at) if held and held.sooner and held.sooner_at else None


def _judgements(cases: list[Incident]) -> Iterable[Judgement]:
    """What only a person can judge, from the newest assessment of each party, earliest deadline first."""
    newest = (
        Assessment.objects.filter(party__incident__in=cases)
        .order_by("party_id", "-id")
        .distinct("party_id")
        .select_related("party__incident", "revision")
    )
    found: dict[tuple[int, str], Judgement] = {}
    for made in newest:
        for row in made.questions:
            key = (made.party.incident_id, row["fact"])
            if not row["fact"].startswith("risk.") or key in found:
                continue
            due = row.get("earliest_due")
            found[key] = Judgement(
                incident=made.party.incident,
                asked=asked(row["fact"], made.revision.document),
                words=translated(question(row["fact"]).removeprefix("Your judgement: ").replace("??", "?")),
                settles=row.get("findings", len(row["settles"])),
                earliest_due=datetime.fromisoformat(due) if due else None,
            )
    first: dict[int, Judgement] = {}
    for one in sorted(found.values(), key=lambda one: (one.earliest_due is None, one.earliest_due or 0, -one.settles)):
        first.setdefault(one.incident.pk, one)
    return list(first.values())[:WAITING]


def _approvals(membership: Membership) -> tuple[Decision, ...]:
    """Decisions of others that wait for a second person, where this member may approve."""
    if not may(membership, Permission.APPROVE):
        return ()
    waiting = (
        Decision.objects.filter(
            obligation__incident__in=visible_incidents(membership).exclude(phase=Phase.CLOSED),
            revoked_at__isnull=True,
            approved_at__isnull=True,
        )
        .exclude(decided_by_id=membership.user_id)
        .select_related("obligation__incident", "decided_by")
        .order_by(F("obligation__due").asc(nulls_last=True), "pk")
    )
    return tuple(waiting[:WAITING])
