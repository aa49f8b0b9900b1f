"""What a case that was merged still holds: its files, comments, tasks and timeline stay where they were made."""

from collections.abc import Callable
from dataclasses import dataclass

from accounts.models import Membership
from incidents.access import visible_evidence, visible_incidents
from incidents.models import Comment, Incident, IncidentMerge, Task, TimelineEntry

PARTS: dict[str, Callable[[Membership, Incident], int]] = {
    "files": lambda member, case: visible_evidence(member, case).count(),
    "comments": lambda member, case: Comment.objects.filter(incident=case).count(),
    "case_tasks": lambda member, case: Task.objects.filter(incident=case).count(),
    "timeline": lambda member, case: TimelineEntry.objects.filter(incident=case).count(),
}
"""The parts of a case by the names of their addresses, and how many things stand there that the member sees."""


@dataclass(frozen=True, slots=True)
class Part:
    """That part of another case."""

    incident: Incident
    count: int


def merged_parts(member: Membership, incident: Incident, part: str) -> list[Part]:
    """That part of every case that was merged into this one and that the member may see, the oldest merge first."""
    merges = IncidentMerge.objects.filter(
        target=incident, undone_at__isnull=True, source__in=visible_incidents(member).values("pk")
    )
    found = [one.source for one in merges.select_related("source").order_by("pk")]
    return [Part(one, PARTS[part](member, one)) for one in found]


def merged_into(member: Membership, incident: Incident) -> Incident | None:
    """The case that goes on in place of this one, if the member may see it."""
    merge = IncidentMerge.objects.filter(
        source=incident, undone_at__isnull=True, target__in=visible_incidents(member).values("pk")
    )
    found = merge.select_related("target").first()
    return found.target if found else None
