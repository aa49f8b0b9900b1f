"""The people affected, by country: the total, the map, the table, and the form of one group."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Permission
from accounts.models import Role
from incidents import paths
from incidents.access import may_patch, require_patch
from incidents.services import FactsConflict, patch_facts
from law import places
from law.facts import FactsError
from workbench import words
from workbench.forms.people import PeopleForm
from workbench.selectors.changes import preview
from workbench.selectors.facts import FactBook
from workbench.selectors.people import PeopleRow, map_rows, people_rows, total_of
from workbench.selectors.questions import deciding_questions
from workbench.views.asking import question_url
from workbench.views.case import assessment_of
from workbench.views.facts import note_faults, row_questions, say_recorded, told
from workbench.views.page import CasePage, open_case

IN_FORM = frozenset(
    f"affected_{name}" for name in ("country", "region", "subdivision", "presence", "count", "subjects")
)
"""Questions of a group that its form asks."""


@login_required
@require_GET
def index(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """How many people in all, and where."""
    case = open_case(request, slug, number)
    assessment = assessment_of(case)
    deciding = deciding_questions(assessment.findings if assessment else (), case.document)
    book = FactBook(case.party, case.document, case.zone, deciding)
    rows = people_rows(case.document, book.states, {one.path: one.duties for one in deciding})
    here = case.url("people")
    values = {
        "rows": [(row, case.url("people_row", row=row.name) if _may_change(case, row) else "") for row in rows],
        "map_rows": map_rows(rows, lambda row: f"#{row.anchor}"),
        "total": total_of(case.document, book.states),
        "questions": [
            (book.row(path), question_url(case, path, words.question_of(path), next=here))
            for path in ("/affected_total", "/affected_complete", "/processing/total_subjects")
        ],
        "may_answer": case.may(Permission.EDIT_FACTS) and case.membership.role != Role.LOCAL_REPRESENTATIVE,
        "add_url": case.url("people_add"),
        "paste_url": case.url("people_paste"),
        "of_everybody": [
            words.data_words(row["category"])
            for row in case.document.get("data") or ()
            if row.get("groups") is None and row.get("status") == "ruled_out"
        ],
    }
    return render(request, "workbench/people.html", case.context("people", **values))


def _may_change(case: CasePage, row: PeopleRow) -> bool:
    if not case.may(Permission.EDIT_FACTS):
        return False
    if case.membership.role != Role.LOCAL_REPRESENTATIVE:
        return True
    return places.is_place(row.code) and case.membership.covers(row.code)


@login_required
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A further group of people."""
    return _edit(open_case(request, slug, number), "")


@login_required
@require_http_methods(["GET", "POST"])
def row(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One group: `?row=` names it."""
    case = open_case(request, slug, number)
    name = request.GET.get("row", "")
    if name not in paths.names(case.document, ("affected",)):
        raise Http404("No such group of people.")
    return _edit(case, name)


def _edit(case: CasePage, name: str) -> HttpResponse:
    case.require(Permission.EDIT_FACTS)
    known: dict[str, Any] = {
        "document": case.document,
        "membership": case.membership,
        "row": name,
        "zone": case.zone,
        "now": case.now,
    }
    if case.request.method == "GET":
        return _page(case, name, PeopleForm(initial={"base": case.revision.number}, **known))
    form = PeopleForm(case.request.POST, **known)
    if not form.is_valid():
        return _page(case, name, form, status=422)
    patch = form.patch()
    require_patch(case.membership, case.document, patch)
    if "preview" in case.request.POST:
        return _look(case, name, form, patch)
    return _record(case, name, form, patch)


def _look(case: CasePage, name: str, form: PeopleForm, patch: dict[str, Any]) -> HttpResponse:
    assessment = assessment_of(case)
    as_of = max(case.now, assessment.as_of) if assessment else case.now
    try:
        shown = preview(case.document, paths.apply(case.document, patch), as_of)
    except FactsError as error:
        note_faults(form, error)
        return _page(case, name, form, status=422)
    return _page(case, name, form, shown=shown)


def _record(case: CasePage, name: str, form: PeopleForm, patch: dict[str, Any]) -> HttpResponse:
    known_at = form.cleaned_data["known_at"] or case.incident.stands_at
    try:
        revision = patch_facts(case.party, patch, form.cleaned_data["base"], case.user, form.reason, known_at=known_at)
    except FactsConflict as conflict:
        data = case.request.POST.copy()
        data["base"] = str(conflict.newest)
        again = PeopleForm(
            data, document=case.document, membership=case.membership, row=name, zone=case.zone, now=case.now
        )
        again.is_valid()
        return _page(case, name, again, conflicts=told(case, conflict), status=409)
    except FactsError as error:
        note_faults(form, error)
        return _page(case, name, form, status=422)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _page(case, name, form, status=422)
    say_recorded(case, revision)
    return HttpResponseRedirect(case.next_url(case.url("people")))


def _page(case: CasePage, name: str, form: PeopleForm, status: int = 200, **values: Any) -> HttpResponse:
    title = words.group_words(form.held) if form.held else ""
    book = FactBook(case.party, case.document, case.zone)
    asked = row_questions(case, book, paths.join(["affected", name, "id"])) if name else []
    # Whoever may not change the row reads it, instead of a form that would be refused.
    within = not name or may_patch(case.membership, case.document, paths.join(["affected", name, "count"]))
    context = case.context(
        "people",
        form=form,
        row_title=title,
        row_name=name,
        further=[one for one in asked if one["row"].question.id not in IN_FORM],
        conflicts=values.get("conflicts"),
        preview=values.get("shown"),
        remove_url=case.url("people_remove") if name and within else "",
        within=within,
        countries=", ".join(case.membership.countries),
        back_url=case.url("people"),
    )
    return render(case.request, "workbench/people_row.html", context, status=status)


@login_required
@require_POST
def remove(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Takes back a group that was recorded by mistake; what was known of it stays in the history."""
    case = open_case(request, slug, number)
    case.require(Permission.EDIT_FACTS)
    name = request.POST.get("row", "")
    if name not in paths.names(case.document, ("affected",)):
        raise Http404("No such group of people.")
    path = paths.join(["affected", name])
    reason = request.POST.get("reason", "").strip()
    if not reason:
        messages.error(
            request, gettext("Say why the group is taken back. Where people there are ruled out, record that instead.")
        )
        return HttpResponseRedirect(case.url("people_row", row=name))
    patch = {path: None, **_data_without(case, name)}
    require_patch(case.membership, case.document, patch)
    try:
        revision = patch_facts(
            case.party, patch, case.revision.number, case.user,
            gettext("Group taken back: {reason}").format(reason=reason),
            known_at=case.incident.stands_at,
        )  # fmt: skip
    except (FactsConflict, FactsError) as error:
        messages.error(request, gettext("It could not be taken back: {error}").format(error=error))
        return HttpResponseRedirect(case.url("people_row", row=name))
    say_recorded(case, revision)
    return HttpResponseRedirect(case.url("people"))


def _data_without(case: CasePage, name: str) -> dict[str, Any]:
    """Rows of data that speak of the group: of this group alone they go, else they lose it."""
    patch: dict[str, Any] = {}
    held = zip(paths.names(case.document, ("data",)), case.document.get("data") or (), strict=True)
    for row_name, item in held:
        groups = item.get("groups")
        if groups is None or name not in groups:
            continue
        patch[paths.join(["data", row_name])] = None
        left = [one for one in groups if one != name]
        if left:
            changed = {**item, "groups": left}
            patch[paths.join(["data", paths.row_name(changed, paths.ROWS[("data",)])])] = changed
    return patch
