"""Privileged notes of a case, and whom the workspace allows to see privileged items."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import Permission, may
from accounts.models import Membership
from incidents.access import privileged_readers, sees_privileged
from incidents.models import PrivilegedNote, PrivilegedReader
from incidents.services.privileged import (
    NoteConflict,
    allow_privileged,
    change_note,
    withdraw_privileged,
    write_note,
)
from incidents.views.frame import enter, frame
from workbench.forms.faults import into_form
from workbench.forms.work import NoteForm
from workbench.views.page import CasePage, open_case


def _open(request: HttpRequest, slug: str, number: int) -> CasePage:
    """The case for whoever may see its privileged notes; to everybody else this page does not exist."""
    case = open_case(request, slug, number)
    if not sees_privileged(case.membership):
        raise Http404("No such page.")
    return case


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def index(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The notes of a case, and who can read them, by name; a POST writes one."""
    case = _open(request, slug, number)
    if request.method == "GET":
        return _list(case, NoteForm())
    case.require(Permission.VIEW_CASE)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _list(case, form, 422)
    said = form.cleaned_data
    write_note(case.incident, title=said["title"], text=said["text"], by=case.user, key=said["key"])
    messages.success(request, _("The note is kept."))
    return HttpResponseRedirect(case.url("notes"))


def _list(case: CasePage, form: NoteForm, status: int = 200) -> HttpResponse:
    rows = PrivilegedNote.objects.filter(incident=case.incident).select_related("author", "changed_by")
    values = {
        "rows": [(row, case.url("note", row.pk)) for row in rows.order_by("-changed_at", "-pk")],
        "form": None if case.closed else form,
        "readers": privileged_readers(case.incident),
        "readers_url": _readers_url(case.membership),
        "files_url": case.url("files"),
    }
    return render(case.request, "workbench/notes.html", case.context("files", **values), status=status)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, slug: str, number: int, pk: int) -> HttpResponse:
    """One note with its earlier wordings; a POST is a new wording."""
    case = _open(request, slug, number)
    note = PrivilegedNote.objects.filter(incident=case.incident, pk=pk).select_related("author", "changed_by").first()
    if note is None:
        raise Http404("No such note.")
    if request.method == "GET":
        return _one(case, note, _note_form(note))
    case.require(Permission.VIEW_CASE)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _one(case, note, form, status=422)
    said = form.cleaned_data
    try:
        change_note(note, title=said["title"], text=said["text"], by=case.user, base=said["base"] or 0)
    except NoteConflict as conflict:
        return _one(case, conflict.theirs, form, theirs=conflict.theirs, status=422)
    messages.success(request, _("Changed. The earlier wording stays readable."))
    return HttpResponseRedirect(case.url("note", note.pk))


def _note_form(note: PrivilegedNote) -> NoteForm:
    return NoteForm(initial={"title": note.title, "text": note.text, "base": note.version})


def _one(
    case: CasePage, note: PrivilegedNote, form: NoteForm, *, theirs: PrivilegedNote | None = None, status: int = 200
) -> HttpResponse:
    events = PrivilegedNote.pgh_event_model.objects.filter(pgh_obj_id=note.pk)  # type: ignore[attr-defined]
    values = {
        "note": note,
        "form": None if case.closed else form,
        "theirs": theirs,
        "earlier": events.filter(version__lt=note.version).order_by("-version"),
        "readers": privileged_readers(case.incident),
        "notes_url": case.url("notes"),
    }
    return render(case.request, "workbench/note.html", case.context("files", **values), status=status)


class ReaderForm(forms.Form):
    """Whom the workspace allows beside those whose role carries the right."""

    member: "forms.ModelChoiceField[Membership]" = forms.ModelChoiceField(
        Membership.objects.none(),
        label=gettext_lazy("Member"),
        empty_label=gettext_lazy("Choose"),
        error_messages={"required": gettext_lazy("Choose a member.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        help_text=gettext_lazy("Each further reader may put the privilege at risk. Ask counsel first."),
        max_length=500,
        error_messages={"required": gettext_lazy("Say why: each further reader may put the privilege at risk.")},
    )

    def __init__(self, *args: Any, workspace: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Membership.objects.filter(workspace=workspace, user__is_active=True, privileged_reader__isnull=True)
        able = [one.pk for one in rows if may(one, Permission.VIEW_CASE) and not may(one, Permission.VIEW_PRIVILEGED)]
        members = Membership.objects.filter(pk__in=able).select_related("user", "workspace").order_by("user")
        self.fields["member"].queryset = members  # type: ignore[attr-defined]


def _readers_url(membership: Membership) -> str:
    if not may(membership, Permission.VIEW_PRIVILEGED):
        return ""
    return reverse("workbench:privileged", args=(membership.workspace.slug,))


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def readers(request: HttpRequest, slug: str) -> HttpResponse:
    """Who may see privileged items in this workspace; allowing a member, and taking that back."""
    membership = enter(request, slug, Permission.VIEW_PRIVILEGED)
    workspace, act = membership.workspace, request.POST.get("act", "") if request.method == "POST" else ""
    form = ReaderForm(request.POST if act == "allow" else None, workspace=workspace)
    if act == "withdraw":
        _withdraw(request, membership)
        return HttpResponseRedirect(request.path)
    if form.is_bound and form.is_valid():
        try:
            allow_privileged(form.cleaned_data["member"], by=membership.user, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            into_form(form, error)
        else:
            messages.success(request, _("Allowed. It holds for the cases that this member sees anyway."))
            return HttpResponseRedirect(request.path)
    allowed = PrivilegedReader.objects.filter(membership__workspace=workspace)
    members = Membership.objects.filter(workspace=workspace, user__is_active=True).select_related("user")
    values = {
        "form": form,
        "allowed": allowed.select_related("membership__user", "granted_by").order_by("pk"),
        "by_role": [
            one for one in members.order_by("user__display_name", "pk") if may(one, Permission.VIEW_PRIVILEGED)
        ],
    }
    status = 422 if form.errors else 200
    return render(request, "workbench/privileged.html", frame(membership, "settings", **values), status=status)


def _withdraw(request: HttpRequest, membership: Membership) -> None:
    wanted = request.POST.get("member", "")
    found = Membership.objects.filter(
        workspace=membership.workspace, pk=int(wanted) if wanted.isdecimal() else 0, privileged_reader__isnull=False
    ).first()
    if found is None:
        raise Http404("No such member.")
    withdraw_privileged(found, by=membership.user)
    messages.success(request, _("Taken back."))
