"""Close-out: what is still open, lessons learnt, closing with a reason, and opening again."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import Permission, may, require
from accounts.translating import in_language
from incidents.models import Lessons, Obligation, Outcome, Task
from incidents.selectors.closing import Check, Checked, CloseOut, close_out, keeping
from incidents.services import close_incident, reopen_incident
from incidents.services.lessons import LessonsConflict, record_lessons
from incidents.services.tasks import add_task
from reports.definitions import Form
from reports.models import Document
from reports.selectors import documents_of
from workbench.forms.faults import into_form
from workbench.forms.work import LessonsForm, TaskForm, WhyForm
from workbench.selectors.duties import duty_words
from workbench.views.page import CasePage, open_case
from workbench.views.tasks import task_url

TITLES = {
    # check: what it says when it is met, and when it is not
    Check.DUTIES: (gettext_lazy("Every duty is met or decided"), gettext_lazy("Duties that are open")),
    Check.FOLLOW_UPS: (gettext_lazy("Follow-ups and final reports are sent"), gettext_lazy("Follow-ups not sent yet")),
    Check.DOCUMENTS: (
        gettext_lazy("Every document is sent or superseded"),
        gettext_lazy("Documents not sent yet"),
    ),
    Check.CHANGED: (gettext_lazy("Every change was looked at"), gettext_lazy("Changed duties nobody has looked at")),
    Check.APPROVALS: (gettext_lazy("Every decision is approved"), gettext_lazy("Decisions without a second person")),
    Check.QUESTIONS: (gettext_lazy("No question is out"), gettext_lazy("Questions by e-mail without an answer")),
    Check.TASKS: (gettext_lazy("Every task is done or dropped"), gettext_lazy("Tasks that are open")),
    Check.MEASURES: (
        gettext_lazy("Measures taken are recorded"),
        gettext_lazy("No measure since the incident is recorded"),
    ),
    Check.LESSONS: (gettext_lazy("Lessons learnt are recorded"), gettext_lazy("No lessons are recorded yet")),
}
CLEAR = gettext_lazy("Every duty is met or decided, and nothing is open.")


@login_required
@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The close-out of a case. POST: `act` is lessons, measure, close or reopen."""
    case = open_case(request, slug, number)
    if request.method == "GET":
        return _page(case)
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise Http404("No such act.")
    return act(case)


def _record(case: CasePage) -> HttpResponse:
    case.require(Permission.WORK)
    form = LessonsForm(case.request.POST, auto_id="lessons_%s")
    if form.is_valid():
        said = form.cleaned_data
        try:
            record_lessons(
                case.incident,
                went_well=said["went_well"],
                went_badly=said["went_badly"],
                by=case.user,
                base=said["base"] or 0,
            )
        except ValidationError as error:
            into_form(form, error)
        except LessonsConflict as conflict:
            return _page(case, lessons=form, theirs=conflict.theirs, status=422)
        else:
            return _told(case, _("The lessons are recorded."), "#lessons")
    return _page(case, lessons=form, status=422)


def _measure(case: CasePage) -> HttpResponse:
    case.require(Permission.WORK)
    form = _measure_form(case, case.request.POST)
    if form.is_valid():
        try:
            add_task(case.incident, by=case.user, origin=Task.Origin.LESSON, **form.said())
        except ValidationError as error:
            into_form(form, error)
        else:
            return _told(case, _("The measure is a task now. It stays open after the case is closed."), "#lessons")
    return _page(case, measure=form, status=422)


def _close(case: CasePage) -> HttpResponse:
    case.require(Permission.DECIDE)
    found = _found(case)
    reason = case.request.POST.get("why", "").strip()
    if not reason and found.clear:
        reason = str(CLEAR)
    if not reason:
        form = _close_form(case.request.POST)
        form.is_valid()
        return _page(case, close=form, status=422)
    close_incident(case.incident, by=case.user, reason=reason)
    messages.success(case.request, _("The case is closed. It can be opened again with a reason."))
    return HttpResponseRedirect(case.url("case"))


def _reopen(case: CasePage) -> HttpResponse:
    require(case.membership, Permission.DECIDE)
    form = _reopen_form(case.request.POST)
    if not form.is_valid():
        return _page(case, reopen=form, status=422)
    try:
        reopen_incident(case.incident, by=case.user, reason=form.cleaned_data["why"])
    except ValidationError as error:
        into_form(form, error)
        return _page(case, reopen=form, status=422)
    messages.success(case.request, _("The case is open again; its clocks and reminders run."))
    return HttpResponseRedirect(case.url("case"))


ACTS = {"lessons": _record, "measure": _measure, "close": _close, "reopen": _reopen}


def _told(case: CasePage, words: str, anchor: str) -> HttpResponse:
    messages.success(case.request, words)
    return HttpResponseRedirect(case.url("close") + anchor)


def _close_form(data: Any = None) -> WhyForm:
    return WhyForm(
        data,
        label=_("Why is the case closed although something is open?"),
        help_text=_("It stands at the head of the closed case, and in the record."),
        auto_id="close_%s",
    )


def _reopen_form(data: Any = None) -> WhyForm:
    return WhyForm(data, label=_("Why is the case opened again?"), auto_id="reopen_%s")


def _measure_form(case: CasePage, data: Any = None) -> TaskForm:
    form = TaskForm(data, incident=case.incident, zone=case.zone, now=case.now, auto_id="measure_%s")
    form.fields["title"].label = _("Which measure follows?")
    return form


def _page(
    case: CasePage,
    *,
    lessons: LessonsForm | None = None,
    theirs: Lessons | None = None,
    measure: TaskForm | None = None,
    close: WhyForm | None = None,
    reopen: WhyForm | None = None,
    status: int = 200,
) -> HttpResponse:
    found = _found(case)
    held, works, decides = found.lessons, case.may(Permission.WORK), may(case.membership, Permission.DECIDE)
    initial = {"went_well": held.went_well, "went_badly": held.went_badly, "base": held.version} if held else None
    values = {
        "found": found,
        "checks": [
            (one, TITLES[one.check][not one.met], _open_rows(case, one), _fix(case, one)) for one in found.checks
        ],
        "lessons": found.lessons,
        "theirs": theirs,
        "later": [(task, task_url(case.incident, task.pk)) for task in found.later],
        "lessons_form": (lessons or LessonsForm(initial=initial, auto_id="lessons_%s")) if works else None,
        "measure_form": (measure or _measure_form(case)) if works else None,
        "close_form": (close or _close_form()) if decides and not case.closed else None,
        "reopen_form": (reopen or _reopen_form()) if decides and case.closed else None,
        "keeping": [(duty_words(row), case.url("duty", row.pk)) for row in keeping(case.incident)],
        "may_work": works or (case.closed and may(case.membership, Permission.WORK)),
        "close_page_url": case.url("close"),
    }
    return render(case.request, "workbench/close.html", case.context("close", **values), status=status)


def _found(case: CasePage) -> CloseOut:
    """What is open, with the documents that this member may see."""
    over = (Document.State.SENT, Document.State.SUPERSEDED)
    rows = [row for row in documents_of(case.membership, case.incident) if row.document.state not in over]
    return close_out(case.incident, case.now).beside(Check.DOCUMENTS, rows)


def _fix(case: CasePage, one: Checked) -> tuple[str, str]:
    """Where to go beside the rows of a check, or where it names none: address and words; empty where it is met."""
    if one.met:
        return "", ""
    if one.check == Check.DUTIES and (n := sum(row.outcome == Outcome.UNDETERMINED for row in one.open)):
        words = ngettext(
            "%(n)d of them hangs on facts not known yet: to the questions that decide",
            "%(n)d of them hang on facts not known yet: to the questions that decide",
            n,
        )
        return case.url("facts"), words % {"n": n}
    if one.check == Check.MEASURES:
        return case.url("measures"), _("Record a measure")
    if one.check == Check.LESSONS:
        return "#lessons", _("Write them below")
    return "", ""


def _open_rows(case: CasePage, one: Checked) -> list[tuple[str, str, str]]:
    """What is open: words, address, and a word beside."""
    match one.check:
        case Check.DUTIES | Check.FOLLOW_UPS | Check.CHANGED:
            return [(duty_words(row), case.url("duty", row.pk), _company(case, row)) for row in one.open]
        case Check.APPROVALS:
            return [
                (duty_words(row.obligation), case.url("duty", row.obligation_id), str(row.decided_by))
                for row in one.open
            ]
        case Check.DOCUMENTS:
            base = (case.incident.workspace.slug, case.incident.number)
            return [
                (
                    f"{row.document.reference} {_title(row.form)}",
                    reverse("reports:document", args=(*base, row.document.ordinal)),
                    row.document.get_state_display(),
                )
                for row in one.open
            ]
        case Check.QUESTIONS:
            return [(row.label, case.url("requests"), row.name) for row in one.open]
        case Check.TASKS:
            return [(row.title, task_url(case.incident, row.pk), str(row.owner or row.role_words)) for row in one.open]
    return []


def _company(case: CasePage, row: Obligation) -> str:
    """Whose duty it is, where the case is about several companies."""
    return row.party.legal_entity.name if len(case.parties) > 1 else ""


def _title(form: Form) -> str:
    return in_language(form.title)
