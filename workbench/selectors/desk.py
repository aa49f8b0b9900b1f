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
from incidents.models import Assessment, Decision, Incident, Obligation, Phase
from incidents.selectors.worklist import Filter, WorkRow, open_totals, work_list
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
    """Everything on the desk. `more`: open cases beyond those listed. `last_closed`: where no law's deadline leads."""

    lead: Lead | None
    running: tuple[WorkRow, ...]
    standing: tuple[WorkRow, ...]
    more: int
    judgements: tuple[Judgement, ...]
    approvals: tuple[Decision, ...]
    last_closed: datetime | None

    @property
    def waiting(self) -> int:
        return len(self.judgements) + len(self.approvals)


def desk(membership: Membership) -> Desk:
    """The desk of a member."""
    totals = open_totals(membership)
    running, standing = (
        work_list(membership, Filter.OPEN, per_page=CASES, standing_still=still, total=totals[still]).rows
        if totals[still]
        else ()
        for still in (False, True)
    )
    lead = _lead(membership)
    return Desk(
        lead=lead,
        running=running,
        standing=standing,
        more=sum(totals.values()) - len(running) - len(standing),
        judgements=tuple(_judgements([row.incident for row in running])) if may(membership, Permission.DECIDE) else (),
        approvals=_approvals(membership),
        last_closed=None if lead and lead.legal else _last_closed(membership),
    )


def _last_closed(membership: Membership) -> datetime | None:
    closed = visible_incidents(membership).filter(phase=Phase.CLOSED, exercise=False)
    return closed.order_by("-closed_at").values_list("closed_at", flat=True).first()


def _lead(membership: Membership) -> Lead | None:
    """The open duty of a running case whose clock ends first: what is required before what may be, and the law's own
    deadline before any yardstick.
    """
    running = visible_incidents(membership).filter(
        figures__workspace=membership.workspace_id, figures__is_open=True, figures__stands_at__isnull=True
    )
    for legal, name in ((True, "legal"), (False, "yardstick")):
        at, possible, duty = (f"figures__{name}{part}" for part in ("_at", "_possible", "_id"))
        timed = running.filter(**{f"{at}__isnull": False}).order_by(possible, at, duty)
        # Their ids first: an order is read from an index, and all that is shown of a duty of two rows only.
        held = timed.values_list(duty, at, possible).first()
        if held is None:
            continue
        sooner = None if held[2] else _sooner(running, held[1])
        duties = Obligation.objects.select_related("incident", "party__legal_entity").in_bulk(
            [pk for pk in (held[0], sooner and sooner[0]) if pk]
        )
        if held[0] in duties:
            lead, may_be = duties[held[0]], duties.get(sooner[0]) if sooner else None
            return Lead(lead, lead.incident, held[1], legal, may_be, sooner[1] if sooner and may_be else None)
    return None


def _sooner(running: QuerySet[Incident], at: datetime) -> tuple[int, datetime] | None:
    """The duty that hangs on facts and whose deadline of the law, should it apply, ends before `at`."""
    duty, instant = "figures__sooner_id", "figures__sooner_at"
    return running.filter(figures__sooner_at__lt=at).order_by(instant, duty).values_list(duty, instant).first()


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
    waiting = Decision.objects.filter(
        obligation__incident__in=visible_incidents(membership).exclude(phase=Phase.CLOSED),
        revoked_at__isnull=True,
        approved_at__isnull=True,
    ).exclude(decided_by_id=membership.user_id)
    order = (F("obligation__due").asc(nulls_last=True), "pk")
    found = list(waiting.order_by(*order).values_list("pk", flat=True)[:WAITING])
    # On most days nothing waits: the columns of four tables are asked for only when something does.
    rows = Decision.objects.select_related("obligation__incident", "decided_by").in_bulk(found) if found else {}
    return tuple(rows[pk] for pk in found if pk in rows)
