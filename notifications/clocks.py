"""Which clock reminders count down to, and why an obligation has none. Reads rows, writes nothing."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from accounts import history
from accounts.models import User
from incidents.findings import instant
from incidents.models import Assessment, FactsRevision, Obligation, Outcome, Phase
from incidents.selectors.duties import leading_clock
from notifications.models import ClockKind, Reason
from notifications.reminder_plan import EVERY, EVERY_YARDSTICK

LEADING = Coalesce("due", "outer_due", "guideline_due")
"""Obligation.leading_due, in SQL."""

PRESENCE = re.compile(r"affected\[[^\]]*\]\.(presence|country|subdivision)")
"""Facts that say whether anybody is concerned there at all."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The instant that leads, what it is, and where its period began (None: not recorded)."""

    at: datetime
    kind: ClockKind
    start: datetime | None


def is_possible(obligation: Obligation) -> bool:
    """Is the duty only possible, because nobody knows whether anybody there is concerned?"""
    if obligation.outcome != Outcome.UNDETERMINED:
        return False
    open_facts = obligation.details.get("undetermined_on") or ()
    return bool(obligation.details.get("via")) or any(PRESENCE.fullmatch(fact) for fact in open_facts)


def running(rows: QuerySet[Obligation]) -> QuerySet[Obligation]:
    """Those that are open, have an instant (`leading`), and belong to a case whose clocks run."""
    return (
        rows.filter(pk__in=Obligation.objects.open().values("pk"))
        .filter(incident__stands_at__isnull=True)
        .exclude(incident__phase=Phase.CLOSED)
        .annotate(leading=LEADING)
        .filter(leading__isnull=False)
    )


def clock_of(obligation: Obligation) -> Clock | Reason:
    """The clock of an obligation read with `with_acts()` and its incident, or why it has none."""
    incident = obligation.incident
    if incident.phase == Phase.CLOSED:
        return Reason.CLOSED
    if incident.stands_at is not None:
        return Reason.STANDS_STILL
    if obligation.is_fulfilled:  # type: ignore[attr-defined]  # annotated
        return Reason.FULFILLED
    if obligation.is_decided:  # type: ignore[attr-defined]
        return Reason.DECIDED
    if obligation.outcome == Outcome.DOES_NOT_APPLY:
        return Reason.NOT_REQUIRED
    at, kind = leading_clock(obligation)
    if at is None:
        return Reason.NO_CLOCK
    start = instant(obligation.details.get("started_at")) or _entered(obligation)
    return Clock(at, ClockKind(kind), start if start is not None and start < at else None)


def _entered(obligation: Obligation) -> datetime | None:
    """A duty entered by hand names no start: its period begins when it was entered."""
    return obligation.created_at if obligation.origin == Obligation.Origin.HAND else None


def recalled_every(obligation: Obligation, kind: str) -> timedelta | None:
    """How often it is recalled once passed; None: never, as nothing is overdue that is voluntary."""
    if obligation.binding == "voluntary":
        return None
    return EVERY_YARDSTICK if kind == ClockKind.GUIDELINE else EVERY


def why_moved(obligation: Obligation) -> dict[str, str]:
    """What moved a deadline: new facts, a new rulebook, or somebody's hand; by whom and in which words."""
    if obligation.origin == Obligation.Origin.HAND:
        return _by_hand(obligation)
    # Without their findings, which are long.
    looks = Assessment.objects.only("revision", "rulebook", "rulebook_date", "party").order_by("-pk")
    made = looks.filter(pk=obligation.assessment_id or 0).first()
    if made is None:
        return {"kind": ""}
    before = looks.filter(party_id=made.party_id, pk__lt=made.pk).first()
    if before is not None and before.revision_id == made.revision_id and before.rulebook != made.rulebook:
        return {"kind": "law", "by": "", "reason": made.rulebook_date.isoformat()}
    revision = FactsRevision.objects.only("reason", "author").select_related("author").get(pk=made.revision_id)
    return {"kind": "facts", "by": str(revision.author), "reason": revision.reason}


def _by_hand(obligation: Obligation) -> dict[str, str]:
    changes = history.events_of(obligation)
    if not changes:
        return {"kind": "hand", "by": "", "reason": ""}
    by = User.objects.filter(pk=changes[-1].user_id or 0).first()
    return {"kind": "hand", "by": str(by or ""), "reason": changes[-1].reason}
