"""What is still open in a case before it is closed, each item to be named and linked."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Q
from django.utils import timezone

from incidents.models import (
    Decision,
    Incident,
    InfoRequest,
    Lessons,
    MeasureTaken,
    Obligation,
    Task,
)

FOLLOWING = ("follow_up", "final")


class Check(StrEnum):
    """One thing that a close-out looks at."""

    DUTIES = "duties"
    FOLLOW_UPS = "follow_ups"
    DOCUMENTS = "documents"  # looked at by a floor above: CloseOut.beside
    CHANGED = "changed"
    APPROVALS = "approvals"
    QUESTIONS = "questions"
    TASKS = "tasks"
    MEASURES = "measures"
    LESSONS = "lessons"


@dataclass(frozen=True, slots=True)
class Checked:
    """One check with what is open: duties, tasks, decisions or questions. `met`: nothing is open."""

    check: Check
    open: tuple[Any, ...] = ()
    met: bool = field(default=True)


@dataclass(frozen=True, slots=True)
class CloseOut:
    """The state of a case before closing."""

    checks: tuple[Checked, ...]
    lessons: Lessons | None
    later: tuple[Task, ...]

    def beside(self, check: Check, rows: Iterable[Any]) -> "CloseOut":
        """With one more check, of what a floor above knows; it stands after the duties and their follow-ups."""
        return replace(self, checks=(*self.checks[:2], _open(check, rows), *self.checks[2:]))

    @property
    def clear(self) -> bool:
        """Nothing is open."""
        return all(one.met for one in self.checks)

    @property
    def open_count(self) -> int:
        return sum(max(len(one.open), 1) for one in self.checks if not one.met)


def close_out(incident: Incident, now: datetime | None = None) -> CloseOut:
    """Looks at everything. A constant number of queries. Lessons put into practice later do not hold up the closing."""
    now = now or timezone.now()
    duties = list(
        Obligation.objects.filter(incident=incident).open().exclude(binding="voluntary").select_related(
            "party__legal_entity"
        ).order_by("due", "pk")
    )  # fmt: skip
    following = [row for row in duties if row.stage.split("-")[0] in FOLLOWING]
    tasks = list(Task.objects.open().filter(incident=incident).select_related("owner").order_by("due", "pk"))
    lessons = Lessons.objects.filter(incident=incident).select_related("author").first()
    changed = Obligation.objects.filter(incident=incident, changed_in__isnull=False)
    measures = MeasureTaken.objects.filter(incident=incident, time=MeasureTaken.Time.AFTER).exists()
    return CloseOut(
        checks=(
            _open(Check.DUTIES, [row for row in duties if row not in following]),
            _open(Check.FOLLOW_UPS, following),
            _open(Check.CHANGED, changed.select_related("party__legal_entity").order_by("pk")),
            _open(Check.APPROVALS, _unapproved(incident)),
            _open(Check.QUESTIONS, _waiting(incident, now)),
            _open(Check.TASKS, [row for row in tasks if row.origin != Task.Origin.LESSON]),
            Checked(Check.MEASURES, (), met=measures),
            Checked(Check.LESSONS, (), met=lessons is not None),
        ),
        lessons=lessons,
        later=tuple(row for row in tasks if row.origin == Task.Origin.LESSON),
    )


def _open(check: Check, rows: Iterable[Any]) -> Checked:
    found = tuple(rows)
    return Checked(check, found, met=not found)


def _unapproved(incident: Incident) -> Iterable[Decision]:
    rows = Decision.objects.filter(obligation__incident=incident, revoked_at__isnull=True, approved_at__isnull=True)
    return rows.select_related("obligation", "decided_by").order_by("pk")


def _waiting(incident: Incident, now: datetime) -> Iterable[InfoRequest]:
    rows = InfoRequest.objects.filter(party__incident=incident, answered_at__isnull=True, withdrawn_at__isnull=True)
    return rows.filter(expires_at__gt=now).order_by("pk")


def keeping(incident: Incident) -> list[Obligation]:
    """The duties of the case to keep a record of it, as the laws concerned name them."""
    rows = (
        Obligation.objects.filter(incident=incident).standing().filter(Q(kind="document") | Q(duty__contains="retain"))
    )
    return list(rows.order_by("jurisdiction", "pk"))
