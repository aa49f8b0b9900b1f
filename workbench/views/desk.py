"""The start: whose desk, and the desk itself."""

from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import Permission, may
from accounts.models import LegalEntity, Membership, User
from accounts.selectors import workspaces_of
from incidents.access import visible_incidents
from incidents.selectors.comments import waiting_mentions
from incidents.selectors.tasks import open_tasks
from incidents.views.frame import case_url, enter, frame
from law.time_limits import zone_of
from reports.access import reaches
from reports.models import Document
from reports.undelivered import Undelivered, undelivered
from reports.waiting import waiting_documents
from workbench import clocks
from workbench.selectors.desk import Desk, desk
from workbench.views.comments import comment_url
from workbench.views.tasks import task_url
from workbench.words import jurisdiction_words

TASKS = 8
STUCK = 20


@require_GET
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """To the desk of the only workspace; with several, the choice; without any, a word about it."""
    workspaces = list(workspaces_of(cast("User", request.user)))
    if len(workspaces) == 1:
        return HttpResponseRedirect(reverse("workbench:desk", args=(workspaces[0].slug,)))
    return render(request, "workbench/home.html", {"workspaces": workspaces})


@require_GET
@login_required
def my_desk(request: HttpRequest, slug: str) -> HttpResponse:
    """The desk: the next legal deadline first. Whoever sees no cases gets the parts that need none."""
    membership = enter(request, slug)
    workspace, now = membership.workspace, timezone.now()
    zone = zone_of(workspace.time_zone)
    found: Desk | None = desk(membership) if may(membership, Permission.VIEW_CASE) else None
    lead = found.lead if found else None
    values = {
        "desk": found,
        "lead": lead,
        "lead_zone": zone_of(lead.incident.time_zone) if lead else zone,
        "lead_url": _duty_url(slug, lead.incident.number, lead.obligation.pk) if lead else "",
        "sooner_url": _duty_url(slug, lead.sooner.incident.number, lead.sooner.pk) if lead and lead.sooner else "",
        "lead_case_url": case_url(workspace, lead.incident.number) if lead else "",
        "passed": bool(lead and not lead.legal and lead.at < now),
        "list_url": reverse("incidents:list", args=(slug,)),
        "begin_url": reverse("incidents:report", args=(slug,)) if may(membership, Permission.EDIT_FACTS) else "",
        "last_closed": clocks.day_words(found.last_closed, zone) if found and found.last_closed else "",
        "judgements": [(one, case_url(workspace, one.incident.number)) for one in (found.judgements if found else ())],
        "approvals": [
            (one, _duty_url(slug, one.obligation.incident.number, one.obligation_id))
            for one in (found.approvals if found else ())
        ],
        **_work(membership),
        "stuck": _stuck(membership),
        "documents": [(one, _page_of(one), _place_of(one)) for one in waiting_documents(membership)] if found else [],
        "here": request.path,
        "start_url": _start_url(membership),
        "may_manage": may(membership, Permission.MANAGE_WORKSPACE),
        "zone_label": clocks.zone_words(zone, now),
    }
    return render(request, "workbench/desk.html", frame(membership, "desk", **values))


def _work(membership: Membership) -> dict[str, Any]:
    """My tasks, and the comments that call me."""
    if not may(membership, Permission.VIEW_CASE):
        return {}
    mine = list(open_tasks(membership, mine=True)[: TASKS + 1])
    return {
        "my_tasks": [(task, task_url(task.incident, task.pk)) for task in mine[:TASKS]],
        "more_tasks": len(mine) > TASKS,
        "may_work": may(membership, Permission.WORK),
        "mentions": [(one, comment_url(one.comment)) for one in waiting_mentions(membership)],
    }


def _stuck(membership: Membership) -> list[tuple[Undelivered, str]]:
    """Notifications that did not reach their authority, for whoever may send them; each with its page."""
    if not may(membership, Permission.SEND):
        return []
    found = undelivered(visible_incidents(membership))
    return [(one, _page_of(one.document)) for one in found if reaches(membership, one.document.obligation)][:STUCK]


def _page_of(document: Document) -> str:
    incident = document.incident
    return reverse("reports:document", args=(incident.workspace.slug, incident.number, document.ordinal))


def _place_of(document: Document) -> str:
    """Whose law asks for it: the same duty stands in many countries."""
    return jurisdiction_words(document.obligation.jurisdiction) if document.obligation else ""


def _start_url(membership: Membership) -> str:
    """The page of the first steps, while no company is known and the member may enter one."""
    if not (may(membership, Permission.MANAGE_WORKSPACE) and may(membership, Permission.EDIT_FACTS)):
        return ""
    if LegalEntity.objects.filter(workspace_id=membership.workspace_id).exists():
        return ""
    return reverse("workbench:start", args=(membership.workspace.slug,))


def _duty_url(slug: str, number: int, pk: int) -> str:
    return reverse("workbench:duty", args=(slug, number, pk))
