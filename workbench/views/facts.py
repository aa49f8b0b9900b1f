"""The facts of a case: all questions, and the page of one."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import Permission
from incidents import paths
from incidents.access import may_patch, require_patch
from incidents.catalogue import Question
from incidents.models import DutyChange, FactsRevision
from incidents.services import FactsConflict, PathConflict, patch_facts
from law.facts import FactsError
from workbench import words
from workbench.forms.answers import AnswerForm
from workbench.selectors.changes import Preview, preview
from workbench.selectors.facts import FactBook, fact_groups, narratives_of, row_of
from workbench.selectors.questions import deciding_questions, duties_of, first_questions
from workbench.views import comments
from workbench.views.asking import NOT_ASKED, asking_of, may_ask, question_asked, question_url
from workbench.views.case import assessment_of
from workbench.views.narrative import tell
from workbench.views.page import CasePage, open_case

SHOWN = (("", _("All")), ("deciding", _("Deciding")), ("open", _("Not known yet")), ("known", _("Known")))


@login_required
@require_GET
def index(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Every question with its state; those that decide duties and are not known come first."""
    case = open_case(request, slug, number)
    assessment = assessment_of(case)
    deciding = deciding_questions(assessment.findings if assessment else (), case.document)
    book = FactBook(case.party, case.document, case.zone, deciding)
    groups = fact_groups(book, narratives_of(case.party))
    first = first_questions(deciding)
    values = {
        "groups": groups,
        "deciding": [(one, _deciding_url(case, one.path, one.question, one.place_people)) for one in deciding],
        "first_url": _deciding_url(case, first[0].path, first[0].question, first[0].place_people) if first else "",
        "decided_duties": duties_of(deciding),
        "revision": case.revision,
        "add_data_url": case.url("fact", "data_category"),
        "people_url": case.url("people"),
    }
    return render(request, "workbench/facts.html", case.context("facts", **values))


def _deciding_url(case: CasePage, path: str, question: Question, place_people: bool) -> str:
    if place_people:  # a reader is led to the table: to add is not his
        return case.url("people_add") if case.may(Permission.EDIT_FACTS) else case.url("people")
    return question_url(case, path, question)


@login_required
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, slug: str, number: int, question: str) -> HttpResponse:
    """One question: its form, what an answer would change before it is saved, and what was said before."""
    case = open_case(request, slug, number)
    asked, path = question_asked(case, question)
    if request.method == "POST":
        case.require(Permission.EDIT_FACTS)
    if not asked.path:
        return tell(case, asked)
    asking = asking_of(case, path, asked)
    if request.method == "GET":
        initial = {"base": case.revision.number, "next": request.GET.get("next", "")}
        return _page(case, asked, path, AnswerForm(asking=asking, initial=initial))
    form = AnswerForm(request.POST, asking=asking, brief="source" not in request.POST)
    only_look = "preview" in request.POST
    if not form.is_valid():
        if only_look and request.htmx:  # type: ignore[attr-defined]
            return render(request, "workbench/parts/preview.html", {"unfinished": True})
        return _page(case, asked, path, _full(request, asking, form), status=422)
    patch = form.patch()
    require_patch(case.membership, case.document, patch)
    if only_look:
        return _look(case, asked, path, form, patch)
    return _record(case, asked, path, form, patch)


def _full(request: HttpRequest, asking: Any, form: AnswerForm) -> AnswerForm:
    """The form with every field, after a brief one could not be taken: what was typed stays."""
    if "source" in form.fields:
        return form
    full = AnswerForm(request.POST, asking=asking)
    full.is_valid()
    return full


def _page(
    case: CasePage,
    question: Question,
    path: str,
    form: AnswerForm,
    *,
    shown: Preview | None = None,
    conflicts: list[dict[str, Any]] | None = None,
    status: int = 200,
) -> HttpResponse:
    assessment = assessment_of(case)
    deciding = deciding_questions(assessment.findings if assessment else (), case.document)
    book = FactBook(case.party, case.document, case.zone, deciding)
    values = {
        "question": question,
        "who": [words.plain(one).lower() for one in question.who],
        "row": book.row(path),
        "form": form,
        "preview": shown,
        "conflicts": conflicts,
        "back_url": case.next_url(case.url("facts")),
        "here_url": question_url(case, path, question),
        "rows": row_questions(case, book, path),
        "ask_url": ask_url(case, path, question),
        "requests_url": case.url("requests"),
        "comments": comments.panel_of(case, path=path),
        "may_edit": case.may(Permission.EDIT_FACTS) and may_patch(case.membership, case.document, path),
        "people_url": case.url("people"),
        "may_edit_some": case.may(Permission.EDIT_FACTS),
        "awareness_url": case.url("awareness") if path == "/timeline/became_aware_at" else "",
    }
    return render(case.request, "workbench/fact.html", case.context("facts", **values), status=status)


def ask_url(case: CasePage, path: str, question: Question) -> str:
    """Where this question is put to somebody by e-mail; empty where it or the member is not for that."""
    if question.id == words.UNNAMED or question.widget in NOT_ASKED or not may_ask(case):
        return ""
    return case.url("request_new", question.id, row=row_of(path))


def row_questions(case: CasePage, book: FactBook, path: str) -> list[dict[str, Any]]:
    """The other questions of the same row, so that a row is filled in without going back."""
    from incidents.catalogue import load_catalogue

    segments = paths.parse(path)
    pattern = paths.parse(paths.pattern(path))
    if "*" not in pattern or segments[0] == "risk" or paths.get(book.document, paths.join(segments[:-1])) is None:
        return []
    found = []
    for question in load_catalogue().questions.values():
        if not question.path or paths.parse(question.path)[:-1] != pattern[:-1] or question.widget == "data":
            continue
        own = paths.join((*segments[:-1], paths.parse(question.path)[-1]))
        found.append({"row": book.row(own), "url": question_url(case, own, question), "here": own == path})
    return found


def _look(case: CasePage, question: Question, path: str, form: AnswerForm, patch: dict[str, Any]) -> HttpResponse:
    """What the answer would change. Nothing is stored."""
    try:
        shown = preview(case.document, paths.apply(case.document, patch), max(case.now, _last_look(case)))
    except FactsError as error:
        note_faults(form, error)
        if case.request.htmx:  # type: ignore[attr-defined]
            return render(case.request, "workbench/parts/preview.html", {"faults": form.errors.values()})
        return _page(case, question, path, form, status=422)
    if case.request.htmx:  # type: ignore[attr-defined]
        values = {"preview": shown, "zone": case.zone, "now": case.now, "stands_still": case.stands_still}
        return render(case.request, "workbench/parts/preview.html", values)
    return _page(case, question, path, form, shown=shown)


def _last_look(case: CasePage) -> datetime:
    assessment = assessment_of(case)
    return assessment.as_of if assessment else case.now


def _record(case: CasePage, question: Question, path: str, form: AnswerForm, patch: dict[str, Any]) -> HttpResponse:
    known_at = form.cleaned_data.get("known_at") or case.incident.stands_at
    try:
        revision = patch_facts(case.party, patch, form.cleaned_data["base"], case.user, form.reason, known_at=known_at)
    except FactsConflict as conflict:
        return _page(case, question, path, mended(case, form, conflict), conflicts=told(case, conflict), status=409)
    except FactsError as error:
        note_faults(form, error)
        return _page(case, question, path, form, status=422)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _page(case, question, path, form, status=422)
    say_recorded(case, revision)
    return HttpResponseRedirect(case.next_url(case.url("facts")))


def say_recorded(case: CasePage, revision: FactsRevision) -> None:
    """A message that says what the new facts changed, or that nothing was new."""
    if revision.number == case.revision.number:
        messages.info(case.request, gettext("That stands recorded already. Nothing was changed."))
        return
    changed = DutyChange.objects.filter(assessment__revision=revision).count()
    duties = (
        gettext("No duty changes.")
        if not changed
        else f"{changed} {'duty changes' if changed == 1 else 'duties change'}."
    )
    link = format_html(' <a href="{}#changed">See what changed</a>', case.url("case")) if changed else ""
    messages.success(case.request, format_html("Recorded. {}{}", duties, link))


def mended(case: CasePage, form: AnswerForm, conflict: FactsConflict) -> AnswerForm:
    """The same form, based on the newest facts: what was typed stays and can be sent again on purpose."""
    data = case.request.POST.copy()
    data["base"] = str(conflict.newest)
    again = AnswerForm(data, asking=form.asking, brief="source" not in form.fields)
    again.is_valid()
    return again


def told(case: CasePage, conflict: FactsConflict) -> list[dict[str, Any]]:
    """Both values of each fact that two officers changed, in words."""
    return [_told(case, one) for one in conflict.conflicts]


def _told(case: CasePage, one: PathConflict) -> dict[str, Any]:
    inner = paths.parse(one.path)
    path = inner[1] if inner[0] == "provenance" else one.path
    question = words.question_of(path)

    def said(value: Any) -> str | None:
        if inner[0] == "provenance":
            return str(value.get("from") or value.get("state")) if value else None
        return words.value_words(question, value, case.zone, "", case.document)

    label = words.label_words(question, path)
    return {
        "label": gettext("Source of: {label}").format(label=label) if inner[0] == "provenance" else label,
        "theirs": said(one.theirs),
        "mine": said(one.mine),
        "base": said(one.base),
        "by": one.by,
        "at": one.at,
    }


def note_faults(form: Any, error: FactsError) -> None:
    """Notes the faults of facts in the form: where the value was typed, else at its head."""
    for fault in error.faults:
        label = (
            words.label_words(words.question_of(fault.path), fault.path) if fault.path.count("/") > 1 else fault.path
        )
        form.add_error(None, gettext("{label}: expected {expected}.").format(label=label, expected=fault.expected))
