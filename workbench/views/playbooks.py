"""Playbooks: choosing and applying one in a case; those of the workspace."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import Permission, may
from accounts.models import Membership
from incidents.models import WorkspacePlaybook
from incidents.playbooks import Playbook
from incidents.selectors.tasks import plan_of, playbook_of, playbooks_of, start_of, suited
from incidents.services.playbooks import PlaybookConflict, apply_playbook, remove_playbook, save_playbook
from incidents.views.frame import enter, frame
from workbench.forms.playbooks import PlaybookForm, typed_steps
from workbench.views.page import open_case


@login_required
@require_GET
def choose(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The playbooks, those made for the kind of incident first."""
    case = open_case(request, slug, number)
    found = playbooks_of(case.incident.workspace)
    fit = suited(found, case.incident)
    rows = [(one, case.url("case_playbook", one.slug), one.slug in fit) for one in found]
    values = {
        "rows": sorted(rows, key=lambda row: not row[2]),
        "tasks_url": case.url("case_tasks"),
        "all_url": reverse("workbench:playbooks", args=(slug,)),
    }
    return render(request, "workbench/case_playbooks.html", case.context("case_tasks", **values))


@login_required
@require_http_methods(["GET", "POST"])
def apply(request: HttpRequest, slug: str, number: int, playbook: str) -> HttpResponse:
    """What a playbook would add to the case, and adding it."""
    case = open_case(request, slug, number)
    found = playbook_of(case.incident.workspace, playbook)
    if found is None:
        raise Http404("No such playbook.")
    start = start_of(case.incident)
    if request.method == "POST":
        case.require(Permission.WORK)
        # The tasks go into the record, in the language of the record and not of whoever presses the button.
        with override(case.incident.workspace.language):
            written = playbook_of(case.incident.workspace, playbook) or found
        made = len(apply_playbook(case.incident, written, by=case.user, start=start.at))
        words = ngettext("%(n)d task was added.", "%(n)d tasks were added.", made) % {"n": made}
        messages.success(request, words if made else _("Nothing was missing; no task was added."))
        return HttpResponseRedirect(case.url("case_tasks"))
    plan = plan_of(case.incident, found, start.at)
    values = {
        "playbook": found,
        "plan": plan,
        "start": start,
        "missing": sum(line.had is None for line in plan),
        "may_work": case.may(Permission.WORK),
        "tasks_url": case.url("case_tasks"),
        "choose_url": case.url("case_playbooks"),
        "awareness_url": case.url("awareness"),
    }
    return render(request, "workbench/case_playbook.html", case.context("case_tasks", **values))


@login_required
@require_GET
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """The playbooks that the workspace uses."""
    membership = enter(request, slug, Permission.VIEW_CASE)
    values = {
        "rows": [(one, _url(membership, one.slug)) for one in playbooks_of(membership.workspace)],
        "new_url": _url(membership, "new") if may(membership, Permission.DECIDE) else "",
    }
    return render(request, "workbench/playbooks.html", frame(membership, "tasks", **values))


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, slug: str, playbook: str) -> HttpResponse:
    """One playbook of the workspace; "new" is one that does not exist yet. POST saves it or takes it away."""
    membership = enter(request, slug, Permission.VIEW_CASE)
    found = None if playbook == "new" else playbook_of(membership.workspace, playbook)
    if playbook != "new" and found is None:
        raise Http404("No such playbook.")
    if request.method == "GET":
        return _edit(request, membership, found, PlaybookForm.of(found))
    enter(request, slug, Permission.DECIDE)
    if request.POST.get("act") == "remove":
        remove_playbook(membership.workspace, playbook, by=membership.user)
        messages.success(request, _("The workspace's version is taken away."))
        return HttpResponseRedirect(reverse("workbench:playbooks", args=(slug,)))
    form = PlaybookForm(request.POST, steps=typed_steps(request.POST))
    if request.POST.get("act") == "more":
        return _edit(request, membership, found, form)
    if form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("title", "about", "base")}
        try:
            made = save_playbook(
                membership.workspace, found.slug if found else "", steps=form.filled(), by=membership.user, **said
            )
        except ValidationError as error:
            form.add_error(None, error)
        except PlaybookConflict as conflict:
            return _edit(request, membership, found, form, conflict.theirs, 422)
        else:
            messages.success(request, _("Saved. Cases get it when it is applied; tasks made before stay."))
            return HttpResponseRedirect(_url(membership, made.slug))
    return _edit(request, membership, found, form, status=422)


def _url(membership: Membership, slug: str) -> str:
    return reverse("workbench:playbook", args=(membership.workspace.slug, slug))


def _edit(
    request: HttpRequest,
    membership: Membership,
    playbook: Playbook | None,
    form: PlaybookForm,
    theirs: WorkspacePlaybook | None = None,
    status: int = 200,
) -> HttpResponse:
    values: dict[str, Any] = {
        "playbook": playbook,
        "form": form,
        "theirs": theirs,
        "may_change": may(membership, Permission.DECIDE),
        "list_url": reverse("workbench:playbooks", args=(membership.workspace.slug,)),
        "form_id": uuid4().hex[:6],
    }
    return render(request, "workbench/playbook.html", frame(membership, "tasks", **values), status=status)
