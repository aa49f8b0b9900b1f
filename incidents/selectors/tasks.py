"""Reading tasks and playbooks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, QuerySet

from accounts.models import Membership, Workspace
from incidents.access import visible_incidents
from incidents.models import FactInstant, FactsRevision, Incident, Obligation, Phase, Task, WorkspacePlaybook
from incidents.playbooks import Playbook, Step, load_playbooks, spoken

SOONEST = F("due").asc(nulls_last=True)


def tasks_of(incident: Incident, obligation: Obligation | None = None) -> QuerySet[Task]:
    """The tasks of a case, or of one of its duties: open ones first, the soonest leading."""
    rows = Task.objects.filter(incident=incident).select_related(
        "owner", "done_by", "obligation", "incident__workspace"
    )
    if obligation is not None:
        rows = rows.filter(obligation=obligation)
    return rows.order_by(F("state").desc(), SOONEST, "pk")


def open_tasks(membership: Membership, *, mine: bool) -> QuerySet[Task]:
    """Open tasks of the cases that this member may see: own ones, or everybody's; the soonest first.

    A closed case lists only the lessons that are still to be put into practice.
    """
    rows = Task.objects.open().filter(incident__in=visible_incidents(membership))
    rows = rows.exclude(incident__phase=Phase.CLOSED, origin__in=[Task.Origin.HAND, Task.Origin.PLAYBOOK])
    if mine:
        rows = rows.filter(owner_id=membership.user_id)
    return rows.select_related("incident__workspace", "owner", "obligation").order_by(SOONEST, "pk")


@dataclass(frozen=True, slots=True)
class Start:
    """From when the tasks of a playbook count: the moment of awareness, or while it is not known, the report."""

    at: datetime
    aware: bool


def start_of(incident: Incident) -> Start:
    """The earliest moment of awareness of the case's legal persons; else when the case was opened."""
    rows = FactInstant.objects.filter(incident=incident, name="became_aware_at", earliest__isnull=False)
    found = rows.order_by("earliest").values_list("earliest", flat=True).first()
    return Start(found, True) if found else Start(incident.opened_at, False)


def playbooks_of(workspace: Workspace) -> list[Playbook]:
    """The playbooks that a workspace uses: shipped ones in the language of the moment, and its own; by title."""
    found = {one.slug: spoken(one) for one in load_playbooks()}
    for row in WorkspacePlaybook.objects.filter(workspace=workspace):
        found[row.slug] = own_playbook(row, found.get(row.slug))
    return sorted(found.values(), key=lambda one: one.title.casefold())


def playbook_of(workspace: Workspace, slug: str) -> Playbook | None:
    """The playbook of that address as the workspace uses it."""
    return next((one for one in playbooks_of(workspace) if one.slug == slug), None)


def own_playbook(row: WorkspacePlaybook, shipped: Playbook | None) -> Playbook:
    """A workspace's playbook; sources and kinds of incident are those of the shipped one that it changes."""
    steps = (Step(**{key: one[key] for key in ("key", "title", "role", "after", "why")}) for one in row.steps)
    return Playbook(
        slug=row.slug,
        title=row.title,
        about=row.about,
        incident_types=shipped.incident_types if shipped else (),
        sources=shipped.sources if shipped else (),
        steps=tuple(sorted(steps, key=lambda one: one.after)),
        own=True,
        shipped=shipped is not None,
        version=row.version,
    )


def suited(playbooks: Iterable[Playbook], incident: Incident) -> set[str]:
    """Slugs of the playbooks made for the kind of incident that the facts name; empty where it is not known."""
    newest = FactsRevision.objects.filter(party__incident=incident).order_by("party_id", "-number")
    kinds: set[Any] = {
        (row.document.get("cause") or {}).get("type") for row in newest.distinct("party_id") if row.document
    }
    return {one.slug for one in playbooks if kinds & set(one.incident_types)}


@dataclass(frozen=True, slots=True)
class Planned:
    """A task that applying a playbook would make, or that the case has already."""

    step: Step
    due: datetime
    had: Task | None


def plan_of(incident: Incident, playbook: Playbook, start: datetime) -> list[Planned]:
    """What applying would do: one line for each task of the playbook, in the order of time."""
    prefix = f"{playbook.slug}/"
    had = {one.source: one for one in Task.objects.filter(incident=incident, source__startswith=prefix)}
    return [Planned(step, start + timedelta(hours=step.after), had.get(prefix + step.key)) for step in playbook.steps]
