"""Tasks: those of one case, one of them, and those of a person over all cases."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import Permission, may, require
from incidents.models import Incident, Obligation, Task
from incidents.selectors.tasks import open_tasks, tasks_of
from incidents.services.meanwhile import ChangedMeanwhile
from incidents.services.tasks import add_task, change_task, drop_task, finish_task, reopen_task
from incidents.views.frame import enter, frame
from law.time_limits import zone_of
from workbench import clocks
from workbench.forms.faults import into_form
from workbench.forms.work import TaskForm, WhyForm
from workbench.views.meanwhile import base_and_meanwhile, base_of
from workbench.views.page import CasePage, open_case

PER_PAGE = 50


def task_url(incident: Incident, pk: int) -> str:
    """The page of a task; its buttons post there."""
    return reverse("workbench:task", args=(incident.workspace.slug, incident.number, pk))


@require_GET
@login_required
def everybody(request: HttpRequest, slug: str) -> HttpResponse:
    """Open tasks over all cases: mine, or everyone's."""
    membership = enter(request, slug, Permission.VIEW_CASE)
    mine, everyone = (open_tasks(membership, mine=mine) for mine in (True, False))
    everyones = request.GET.get("show") == "all"
    page = Paginator(everyone if everyones else mine, PER_PAGE).get_page(request.GET.get("page"))
    here, now = reverse("workbench:tasks", args=(slug,)), timezone.now()
    zone = zone_of(membership.workspace.time_zone)
    suffix = "?show=all&" if everyones else "?"
    values = {
        "rows": [(task, task_url(task.incident, task.pk)) for task in page.object_list],
        "page": page,
        "chips": [
            (_("Mine"), mine.count(), here, not everyones),
            (_("Everyone's"), everyone.count(), f"{here}?show=all", everyones),
        ],
        "everyones": everyones,
        "here": request.get_full_path(),
        "next_url": f"{here}{suffix}page={page.next_page_number()}" if page.has_next() else "",
        "previous_url": f"{here}{suffix}page={page.previous_page_number()}" if page.has_previous() else "",
        "may_work": may(membership, Permission.WORK),
        "may_shape": may(membership, Permission.DECIDE),
        "zone_label": clocks.zone_words(zone, now),
    }
    return render(request, "workbench/tasks.html", frame(membership, "tasks", **values))


@login_required
@require_http_methods(["GET", "POST"])
def of_case(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The tasks of a case; a POST adds one."""
    case = open_case(request, slug, number)
    if request.method == "GET":
        initial = {"obligation": _duty_wanted(case)}
        return _list(case, TaskForm(incident=case.incident, zone=case.zone, now=case.now, initial=initial))
    case.require(Permission.WORK)
    form = TaskForm(request.POST, incident=case.incident, zone=case.zone, now=case.now)
    if form.is_valid():
        try:
            add_task(case.incident, by=case.user, **form.said())
        except ValidationError as error:
            into_form(form, error)
        else:
            messages.success(request, _("The task stands in the list."))
            return HttpResponseRedirect(case.next_url(case.url("case_tasks")))
    return _list(case, form, 422)


def _duty_wanted(case: CasePage) -> int | None:
    wanted = case.request.GET.get("duty", "")
    if not wanted:
        return None
    found = Obligation.objects.filter(incident=case.incident, pk=int(wanted) if wanted.isdecimal() else 0).first()
    if found is None:
        raise Http404("No such duty.")
    return found.pk


def _list(case: CasePage, form: TaskForm, status: int = 200) -> HttpResponse:
    rows = [(task, task_url(case.incident, task.pk)) for task in tasks_of(case.incident)]
    values = {
        "open": [row for row in rows if row[0].state == Task.State.OPEN],
        "over": [row for row in rows if row[0].state != Task.State.OPEN],
        "form": form,
        "may_work": case.may(Permission.WORK),
        "playbooks_url": case.url("case_playbooks"),
    }
    return render(case.request, "workbench/case_tasks.html", case.context("case_tasks", **values), status=status)


@login_required
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, slug: str, number: int, pk: int) -> HttpResponse:
    """One task. POST: `act` is done, undo, drop or save. A closed case lets its lessons be put into practice."""
    case = open_case(request, slug, number)
    task = tasks_of(case.incident).filter(pk=pk).first()
    if task is None:
        raise Http404("No such task.")
    if request.method == "GET":
        return _one(case, task)
    _require_work(case, task)
    act = request.POST.get("act", "")
    if act in ("done", "undo"):
        return _turn(case, task, act)
    if act == "drop":
        return _drop(case, task)
    if act == "save":
        return _save(case, task)
    raise Http404("No such act.")


def _may_work(case: CasePage, task: Task) -> bool:
    return case.may(Permission.WORK) or (
        case.closed and task.origin == Task.Origin.LESSON and may(case.membership, Permission.WORK)
    )


def _require_work(case: CasePage, task: Task) -> None:
    require(case.membership, Permission.WORK)
    if not _may_work(case, task):
        raise PermissionDenied(f"{case.incident.reference} is closed. Open it again to change it.")


def _turn(case: CasePage, task: Task, act: str) -> HttpResponse:
    if act == "done":
        finish_task(task, by=case.user)
        messages.success(case.request, _("Done: %(title)s") % {"title": task.title})
    else:
        reopen_task(task, by=case.user)
        messages.success(case.request, _("Open again: %(title)s") % {"title": task.title})
    return HttpResponseRedirect(case.next_url(case.url("case_tasks")))


def _drop(case: CasePage, task: Task) -> HttpResponse:
    form = _drop_form(case.request.POST)
    if not form.is_valid():
        return _one(case, task, drop=form, status=422)
    drop_task(task, by=case.user, reason=form.cleaned_data["why"])
    messages.success(case.request, _("It stays in the list as not to be done, with the reason."))
    return HttpResponseRedirect(case.url("case_tasks"))


def _save(case: CasePage, task: Task) -> HttpResponse:
    form = _task_form(case, task, case.request.POST)
    if form.is_valid():
        try:
            change_task(task, by=case.user, base=base_of(case.request), **form.said())
        except ChangedMeanwhile as changed:
            return _one(case, task, form=form, changed=changed, status=409)
        except ValidationError as error:
            into_form(form, error)
        else:
            messages.success(case.request, _("The task is changed."))
            return HttpResponseRedirect(case.url("case_tasks"))
    return _one(case, task, form=form, status=422)


def _task_form(case: CasePage, task: Task, data: Any = None) -> TaskForm:
    return TaskForm(data, incident=case.incident, task=task, zone=case.zone, now=case.now)


def _drop_form(data: Any = None) -> WhyForm:
    return WhyForm(data, label=_("Why is it not to be done?"), auto_id="drop_%s")


def _one(
    case: CasePage,
    task: Task,
    *,
    form: TaskForm | None = None,
    drop: WhyForm | None = None,
    changed: ChangedMeanwhile | None = None,
    status: int = 200,
) -> HttpResponse:
    allowed = _may_work(case, task)
    form = form or _task_form(case, task)
    values = {
        **base_and_meanwhile(case.request, task, form, changed),
        "task": task,
        "row": (task, task_url(case.incident, task.pk)),
        "may_work": allowed,
        "form": form if allowed else None,
        "drop": (drop or _drop_form()) if allowed and task.state == Task.State.OPEN else None,
        "list_url": case.url("case_tasks"),
        "duty_url": case.url("duty", task.obligation_id) if task.obligation_id else "",
        "changes": _changes(task),
    }
    return render(case.request, "workbench/task.html", case.context("case_tasks", **values), status=status)


def _changes(task: Task) -> list[tuple[datetime, str, str]]:
    """When the task was changed, the reason, and its state then; newest first."""
    events = Task.pgh_event_model.objects.filter(pgh_obj_id=task.pk)  # type: ignore[attr-defined]
    return [
        (row.pgh_created_at, (row.pgh_context or {}).get("reason", ""), row.get_state_display())
        for row in events.order_by("-pgh_id")
    ]
